// The factor of a schedule at each step from 0, one a line: to compare with another program's.
// Names and options are transformers' (and torch's one cycle).   usage: schedule --name NAME
// --options JSON --steps N
// SPDX-License-Identifier: Apache-2.0
#include <hone/file/json.hpp>
#include <hone/file/json_view.hpp>
#include <hone/optimizer/plateau.hpp>
#include <hone/optimizer/schedule.hpp>

#include "command_line.hpp"

namespace {

using namespace hone;

class given {
public:
    explicit given(const json_view& options) : options_(options.object()) {}
    bool has(const char* name) const { return options_.has(name) && !options_[name].is_null(); }
    double number(const char* name, double otherwise) const {
        return has(name) ? options_[name].number() : otherwise;
    }
    long steps(const char* name, long otherwise = 0) const {
        return has(name) ? static_cast<long>(options_[name].integer(0, 1l << 40)) : otherwise;
    }
    bool flag(const char* name) const { return has(name) && options_[name].boolean(); }
    std::string word(const char* name, const char* otherwise) const {
        return has(name) ? options_[name].string() : otherwise;
    }
    curve shape(const char* name, const char* otherwise) const {
        const auto w = word(name, otherwise);
        if (w == "linear") return curve::straight;
        if (w == "cosine" || w == "cos") return curve::cosine;
        if (w == "1-sqrt") return curve::root;
        options_[name].fail("schedule.unknown", "no curve of this name",
                            "linear, cosine or 1-sqrt");
    }
    json_view operator[](const char* name) const { return options_[name]; }

private:
    json_view options_;
};

schedule made(const std::string& name, const given& o) {
    const long warm = o.steps("warmup"), total = o.steps("total"),
               rest = total > warm ? total - warm : 0;
    const double minimum = o.number("minimum", 0), cycles = o.number("cycles", 0.5);
    const auto up = warmup(warm);
    if (name == "constant") return constant();
    if (name == "constant_with_warmup") return up.then(constant());
    if (name == "linear") return up.then(linear_decay(rest));
    if (name == "cosine" || name == "cosine_with_min_lr")
        return up.then(cosine(rest, {.cycles = cycles, .minimum = minimum}));
    if (name == "cosine_with_restarts")
        return up.then(cosine_with_restarts(rest, o.number("cycles", 1)));
    if (name == "polynomial")
        return up.then(
            polynomial(rest, {.power = o.number("power", 1), .end = o.number("end", 1e-7)}));
    if (name == "inverse_sqrt")
        return up.then(inverse_sqrt(o.steps("timescale", warm > 0 ? warm : 10000)));
    if (name == "cosine_warmup_with_min_lr") { // a step ahead of the others
        const auto down = cosine(rest, {.cycles = cycles, .minimum = minimum}).ahead(1);
        if (!o.has("warmup_from")) return up.ahead(1).then(down);
        return warmup(warm > 1 ? warm - 1 : 0, {.from = o.number("warmup_from", 0)})
            .lasting(warm)
            .then(down);
    }
    if (name == "warmup_stable_decay") {
        const long decay = o.steps("decay"),
                   stable = o.steps("stable", rest > decay ? rest - decay : 0);
        return warmup_stable_decay({.warmup = warm,
                                    .stable = stable,
                                    .decay = decay,
                                    .minimum = minimum,
                                    .cycles = cycles,
                                    .up = o.shape("warmup_shape", "linear"),
                                    .down = o.shape("decay_shape", "cosine")});
    }
    if (name == "one_cycle")
        return one_cycle(total, {.peak = o.number("peak", 0.3),
                                 .start_divisor = o.number("start_divisor", 25),
                                 .end_divisor = o.number("end_divisor", 1e4),
                                 .shape = o.shape("shape", "cos"),
                                 .three_phase = o.flag("three_phase")});
    throw error("schedule.unknown", "no schedule of this name", {.name = name},
                "linear, cosine, cosine_with_restarts, polynomial, constant, constant_with_warmup, "
                "inverse_sqrt, cosine_with_min_lr, cosine_warmup_with_min_lr, "
                "warmup_stable_decay, reduce_lr_on_plateau or one_cycle",
                "");
}
/// The factor before each of the values that it watches.
schedule of_plateau(const given& o, long steps) {
    plateau watch{.larger_is_better = o.word("mode", "min") == "max",
                  .factor = o.number("factor", 0.1),
                  .patience = o.steps("patience", 10),
                  .threshold = o.number("threshold", 1e-4),
                  .relative = o.word("threshold_mode", "rel") == "rel",
                  .cooldown = o.steps("cooldown"),
                  .minimum = o.number("minimum", 0),
                  .epsilon = o.number("epsilon", 1e-8)};
    const auto values = o["values"].array();
    if (static_cast<long>(values.size()) < steps)
        values.fail("schedule.values", "fewer values than steps", "one a step");
    std::vector<double> factors;
    for (long s = 0; s < steps; ++s) {
        factors.push_back(watch.factor_now());
        watch.observe(values[s].number());
    }
    return [factors = std::move(factors)](long step) {
        return factors[static_cast<std::size_t>(step)];
    };
}

} // namespace

int main(int argc, char** argv) {
    std::string name, options = "{}";
    long steps = 0;
    command_line line("schedule", "Prints the factor of a schedule at each step.");
    line.add("name", "NAME", name, "its name, as transformers' get_scheduler has it, or one_cycle")
        .required();
    line.add("options", "JSON", options,
             "an object: warmup, total, cycles, end, minimum, power, ...");
    line.add("steps", "N", steps, "how many factors", 0, 100'000'000).required();
    if (const int code = line.read(argc, argv); code >= 0) return code;
    try {
        const auto read = hone::parse_json(options, "--options");
        const given o(hone::json_view(read, "--options"));
        const auto factor = name == "reduce_lr_on_plateau" ? of_plateau(o, steps) : made(name, o);
        for (long s = 0; s < steps; ++s) {
            char text[40];
            *std::to_chars(text, text + sizeof text - 1, factor(s)).ptr = '\0';
            std::puts(text);
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "schedule: %s\n", e.what());
        return 1;
    }
    return 0;
}
