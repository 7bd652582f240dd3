// Runs an optimizer on given gradients, in f64, and writes the weights after every step: to compare
// with another program's. State is written under torch's names.   usage: optimize --case FILE.json
// --out FILE.jsonl
// SPDX-License-Identifier: Apache-2.0
#include <hone/file/json.hpp>
#include <hone/file/json_view.hpp>
#include <hone/optimizer/optimizer.hpp>

#include "command_line.hpp"

namespace {

using namespace hone;

/// A weight, or a gradient of one: rows end to end.
struct numbers {
    std::vector<double> values;
    long columns = 0; ///< 0: a vector
};
numbers read_numbers(const json_view& from) {
    numbers n;
    const bool matrix = from.array().size() > 0 && from[0].is_array();
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!matrix) {
            n.values.push_back(from[i].number());
            continue;
        }
        const auto row = from[i];
        if (i == 0) n.columns = static_cast<long>(row.array().size());
        if (static_cast<long>(row.array().size()) != n.columns || n.columns == 0)
            row.fail("optimize.shape", "a row of another length", "rows of one length");
        for (std::size_t j = 0; j < row.size(); ++j) n.values.push_back(row[j].number());
    }
    if (n.values.empty()) from.fail("optimize.shape", "a weight without numbers", "at least one");
    return n;
}

class problem {
public:
    explicit problem(const json_view& from) : case_(from), options_(from["options"].object()) {
        const auto weights = from["weights"].array(), decays = from["decays"].array();
        long at = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights_.push_back(read_numbers(weights[i]));
            at = gradient_place(at, static_cast<long>(weights_.back().values.size())) +
                 static_cast<long>(weights_.back().values.size());
        }
        if (decays.size() != weights.size())
            decays.fail("optimize.shape", "not one for each weight", "as many as weights");
        gradient_ = storage<double>::zeros(static_cast<std::size_t>(gradient_place(at, 0)));
        at = 0;
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            auto& w = weights_[i];
            const long count = static_cast<long>(w.values.size());
            at = gradient_place(at, count);
            trained_.ranges.push_back({w.values.data(), at, count, decays[i].boolean(),
                                       std::to_string(i), nullptr, w.columns});
            at += count;
        }
        trained_.count = static_cast<long>(gradient_.size());
        trained_.workers = &workers_;
    }

    double number(const char* name, double otherwise = 0) const {
        return options_.has(name) && !options_[name].is_null() ? options_[name].number()
                                                               : otherwise;
    }
    bool flag(const char* name) const { return options_.has(name) && options_[name].boolean(); }
    std::string word(const char* name) const {
        return options_.has(name) ? options_[name].string() : std::string();
    }
    bool has(const char* name) const { return options_.has(name) && !options_[name].is_null(); }
    schedule rate() const {
        if (!has("rate")) return relative_step(flag("warmup_init"));
        const auto rate = options_["rate"];
        if (!rate.is_array()) return rate.number();
        return read_list(rate);
    }
    json_view options() const { return options_; }

    using names = std::vector<std::pair<std::string_view, std::string_view>>;
    /// All steps of one optimizer; `torch` says what its moments and counters are called there.
    template <class Optimizer>
    std::string run(const Optimizer& optimizer, const names& torch, double added_to_sum = 0) {
        auto state = optimizer.start(trained_);
        const auto gradients = case_["gradients"].array();
        std::string out;
        for (std::size_t s = 0; s < gradients.size(); ++s) {
            take(gradients[s]);
            optimizer.step(trained_, gradient_block<double>{gradient_.data(), trained_.count},
                           state);
            json line = json::object(), weights = json::array();
            for (const auto& w : weights_) weights.append(written(w.values, w.columns));
            line.set("step", static_cast<std::int64_t>(s + 1));
            line.set("weights", std::move(weights));
            if (s + 1 == gradients.size())
                line.set("state", state_of(optimizer, state, torch, added_to_sum));
            out += line.write() + "\n";
        }
        return out;
    }

private:
    static schedule read_list(const json_view& from) {
        std::vector<double> rates;
        for (std::size_t i = 0; i < from.size(); ++i) rates.push_back(from[i].number());
        if (rates.empty()) from.fail("optimize.shape", "a list of no rates", "one a step");
        return [rates = std::move(rates)](long step) {
            return rates[std::min(static_cast<std::size_t>(step), rates.size() - 1)];
        };
    }
    void take(const json_view& from) {
        if (from.array().size() != weights_.size())
            from.fail("optimize.shape", "not one for each weight", "as many gradients as weights");
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            const auto g = read_numbers(from[i]);
            if (g.values.size() != weights_[i].values.size() || g.columns != weights_[i].columns)
                from[i].fail("optimize.shape", "a gradient of another shape", "its weight's");
            std::copy(g.values.begin(), g.values.end(),
                      gradient_.data() + trained_.ranges[i].gradient);
        }
    }
    static json written(std::span<const double> values, long columns) {
        json all = json::array();
        if (columns == 0)
            for (double v : values) all.append(v);
        for (std::size_t i = 0; columns > 0 && i < values.size();
             i += static_cast<std::size_t>(columns))
            all.append(written(values.subspan(i, static_cast<std::size_t>(columns)), 0));
        return all;
    }
    template <class Optimizer, class State>
    json state_of(const Optimizer& optimizer, State& state, const names& torch,
                  double added_to_sum) {
        std::vector<json> of(weights_.size(), json::object());
        const auto name_in_torch = [&](std::string_view name) {
            for (const auto& [ours, theirs] : torch)
                if (ours == name) return theirs;
            return std::string_view();
        };
        optimizer.each(trained_, state, [&](const std::string& name, std::span<double> values) {
            const auto slash = name.find('/');
            const auto theirs = name_in_torch(std::string_view(name).substr(slash + 1));
            const auto i = static_cast<std::size_t>(std::stoul(name));
            std::vector<double> shown(values.begin(), values.end());
            for (double& v : shown) v += added_to_sum;
            const bool row = theirs == "row_var", whole = shown.size() == weights_[i].values.size();
            of[i].set(theirs, written(shown, row                   ? 1
                                             : theirs == "col_var" ? static_cast<long>(shown.size())
                                             : whole               ? weights_[i].columns
                                                                   : 0));
        });
        optimizer.each_counter(state, [&](const std::string& name, double& value) {
            if (const auto theirs = name_in_torch(name); !theirs.empty())
                for (auto& o : of) o.set(theirs, value);
        });
        json all = json::array();
        for (auto& o : of) all.append(std::move(o));
        return all;
    }

    json_view case_, options_;
    team workers_{1};
    std::vector<numbers> weights_;
    storage<double> gradient_;
    trained_weights<double> trained_;
};

const problem::names adams{{"adam.mu", "exp_avg"},
                           {"adam.nu", "exp_avg_sq"},
                           {"amsgrad.mu", "exp_avg"},
                           {"amsgrad.nu", "exp_avg_sq"},
                           {"amsgrad.max", "max_exp_avg_sq"},
                           {"adamax.mu", "exp_avg"},
                           {"adamax.max", "exp_inf"},
                           {"nadam.mu", "exp_avg"},
                           {"nadam.nu", "exp_avg_sq"},
                           {"nadam.mu_product", "mu_product"},
                           {"radam.mu", "exp_avg"},
                           {"radam.nu", "exp_avg_sq"},
                           {"lion.mu", "exp_avg"}};
const problem::names others{{"momentum.buffer", "momentum_buffer"},
                            {"muon.momentum", "momentum_buffer"},
                            {"rms.nu", "square_avg"},
                            {"deviation.nu", "square_avg"},
                            {"deviation.mu", "grad_avg"},
                            {"adagrad.sum", "sum"},
                            {"adadelta.nu", "square_avg"},
                            {"adadelta.delta", "acc_delta"}};

std::string of_adams(const std::string& name, problem& p) {
    const auto rate = p.rate();
    const double b1 = p.number("beta1", 0.9), b2 = p.number("beta2", 0.999),
                 e = p.number("epsilon", 1e-8), decay = p.number("decay");
    if (p.flag("amsgrad"))
        return p.run(chain(amsgrad{rate, b1, b2, e, decay, name == "adamw"}), adams);
    if (name == "adam") return p.run(chain(adam{rate, b1, b2, e, decay}), adams);
    if (name == "adamw") return p.run(chain(adamw{rate, b1, b2, e, decay}), adams);
    if (name == "adamax") return p.run(chain(adamax{rate, b1, b2, e, decay}), adams);
    if (name == "nadam")
        return p.run(chain(nadam{rate, b1, b2, e, decay, p.number("momentum_decay", 4e-3),
                                 p.flag("decoupled")}),
                     adams);
    if (name == "radam")
        return p.run(chain(radam{rate, b1, b2, e, decay, p.flag("decoupled")}), adams);
    if (name == "lion") return p.run(chain(lion{rate, b1, b2, decay}), adams);
    return p.run(
        chain(lamb{rate, b1, b2, e, decay, p.flag("bias_correction"), p.flag("trust_clip")}),
        adams);
}
std::string of_sgd(problem& p) {
    const auto rate = p.rate();
    const double decay = p.number("decay");
    if (p.number("momentum") == 0)
        return p.run(chain(add_decayed_weights(decay), scale_by_rate(rate)), others);
    return p.run(chain(sgd{rate, p.number("momentum"), decay, p.number("dampening"),
                           p.flag("nesterov"), false}),
                 others);
}
std::string of_rmsprop(problem& p) {
    const add_decayed_weights decay(p.number("decay"));
    const double alpha = p.number("alpha", 0.99), epsilon = p.number("epsilon", 1e-8),
                 momentum = p.number("momentum");
    const scale_by_momentum buffer{momentum};
    const scale_by_rate end(p.rate());
    const scale_by_rms rms{alpha, epsilon};
    const scale_by_deviation deviation{alpha, epsilon};
    if (p.flag("centered"))
        return momentum != 0 ? p.run(chain(decay, deviation, buffer, end), others)
                             : p.run(chain(decay, deviation, end), others);
    return momentum != 0 ? p.run(chain(decay, rms, buffer, end), others)
                         : p.run(chain(decay, rms, end), others);
}
std::string of_muon(problem& p) {
    orthogonalize o{.iterations = static_cast<int>(p.number("iterations", 5)),
                    .epsilon = p.number("epsilon", 1e-7),
                    .length = p.word("adjust") == "match_rms_adamw" ? muon_length::as_adamw
                                                                    : muon_length::original};
    if (p.has("coefficients"))
        for (int i = 0; i < 3; ++i)
            o.coefficients[i] = p.options()["coefficients"].array()[i].number();
    return p.run(chain(scale_by_muon{p.number("momentum", 0.95), p.flag("nesterov")}, o,
                       add_decayed_weights(p.number("decay")), scale_by_rate(p.rate())),
                 others);
}
std::string of_adafactor(problem& p) {
    if (p.word("form") == "torch")
        return p.run(chain(adafactor_plain{p.rate(), p.number("decay"), p.number("epsilon1"),
                                           p.number("epsilon2", 1e-3), p.number("clip", 1),
                                           p.number("beta2_decay", -0.8)}),
                     {{"adafactor.row", "row_var"},
                      {"adafactor.column", "col_var"},
                      {"adafactor.nu", "variance"}});
    return p.run(chain(adafactor{p.rate(), p.number("decay"), p.number("epsilon1", 1e-30),
                                 p.number("epsilon2", 1e-3), p.number("clip", 1),
                                 p.number("decay_rate", -0.8), p.number("beta1"),
                                 p.flag("scale_parameter")}),
                 {{"adafactor.row", "exp_avg_sq_row"},
                  {"adafactor.column", "exp_avg_sq_col"},
                  {"adafactor.nu", "exp_avg_sq"},
                  {"adafactor.mu", "exp_avg"}});
}

std::string run(const json_view& from) {
    const auto& name = from["optimizer"].string();
    problem p(from);
    for (const char* known : {"adam", "adamw", "adamax", "nadam", "radam", "lion", "lamb"})
        if (name == known) return of_adams(name, p);
    if (name == "sgd") return of_sgd(p);
    if (name == "rmsprop") return of_rmsprop(p);
    if (name == "muon") return of_muon(p);
    if (name == "adafactor") return of_adafactor(p);
    if (name == "adagrad")
        return p.run(chain(adagrad{p.rate(), p.number("epsilon", 1e-10), p.number("decay"),
                                   p.number("rate_decay"), p.number("initial")}),
                     others, p.number("initial"));
    if (name == "adadelta")
        return p.run(chain(adadelta{p.rate(), p.number("rho", 0.9), p.number("epsilon", 1e-6),
                                    p.number("decay")}),
                     others);
    if (name == "lars")
        return p.run(
            chain(lars{p.rate(), p.number("momentum"), p.number("dampening"), p.number("decay"),
                       p.number("trust", 1e-3), p.number("epsilon", 1e-8), p.flag("nesterov"),
                       p.flag("trust_clip")}),
            others);
    from["optimizer"].fail("optimize.unknown", "no optimizer of this name",
                           "sgd, adam, adamw, adamax, adagrad, rmsprop, adadelta, nadam, radam, "
                           "lion, lamb, lars, muon or adafactor");
}

} // namespace

int main(int argc, char** argv) {
    std::string file, out;
    command_line line("optimize", "Runs an optimizer on given gradients in f64.");
    line.add("case", "FILE", file,
             "a JSON object: optimizer, options, weights, gradients (a list a step), decays (a "
             "weight)")
        .required();
    line.add("out", "FILE", out,
             "the weights after every step, one JSON object a line; the last one has the state too")
        .required();
    if (const int code = line.read(argc, argv); code >= 0) return code;
    try {
        const auto read = hone::read_json(file);
        hone::write_atomically(out, run(hone::json_view(read, file)));
    } catch (const std::exception& e) {
        std::fprintf(stderr, "optimize: %s\n", e.what());
        return 1;
    }
    return 0;
}
