// Losses over a softmax on logits that a file gives: each row of logits is a weight, so its
// gradient is the loss's own. The model has two tables of logits, of two predictions or of a
// student and a teacher; as many classes as the case has, which is known at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <hone/file/json_value.hpp>
#include <hone/hone.hpp>

inline constexpr int most_rows = 64; ///< of a case

/// Column r of a table is the logits of row r.
struct two_tables {
    HONE_PARTS((first, hone::matrix<hone::run_time, most_rows>),
               (second, hone::matrix<hone::run_time, most_rows>))
};
/// Which row stands where, as rows of the identity.
struct row_batch {
    hone::real_rows<most_rows> row;
    std::span<const std::int32_t> label;
    HONE_FIELDS(row, label)
};

inline constexpr auto first_logits = [](auto m, auto b) { return hone::product(b.row, m.first); };
inline constexpr auto second_logits = [](auto m, auto b) { return hone::product(b.row, m.second); };
inline constexpr auto class_weights = hone::value_row<"weights", hone::run_time>;

/// A list of numbers; an error names the field where it is none.
inline std::vector<double> numbers(const hone::json& object, const char* key) {
    const auto* list = object.find(key);
    if (!list || !list->is_array())
        throw hone::error("losses.no_numbers", "a case lacks a list of numbers", {.name = key});
    std::vector<double> all;
    for (const auto& v : list->values()) {
        if (!v.is_number())
            throw hone::error("losses.no_numbers", "a list holds something else than numbers",
                              {.name = key});
        all.push_back(v.number());
    }
    return all;
}
inline double number(const hone::json& object, const char* key) {
    const auto* v = object.find(key);
    if (!v || !v->is_number())
        throw hone::error("losses.no_numbers", "a case lacks a number", {.name = key});
    return v->number();
}
/// Rows of numbers, all of one length.
inline std::vector<std::vector<double>> rows(const hone::json& object, const char* key,
                                             std::size_t count, std::size_t width) {
    const auto* list = object.find(key);
    std::vector<std::vector<double>> all;
    if (list && list->is_array())
        for (const auto& row : list->values()) {
            auto one = hone::json::object();
            one.set(key, row);
            all.push_back(numbers(one, key));
        }
    if (all.empty() || all.size() > most_rows || (count > 0 && all.size() != count))
        throw hone::error("losses.rows", "a case has another number of rows", {.name = key},
                          {"1 to ", most_rows, ", as many as labels"}, all.size());
    for (const auto& row : all)
        if (row.empty() || row.size() != (width > 0 ? width : all[0].size()))
            throw hone::error("losses.rows", "rows of one case differ in length", {.name = key});
    return all;
}

/// One case: its tables, labels and the answer.
class softmax_case {
public:
    softmax_case(const hone::json& c, const char* other)
        : logits_(rows(c, "logits", 0, 0)), model_(static_cast<long>(logits_[0].size())) {
        const std::size_t n = logits_.size(), classes = logits_[0].size();
        put("first", logits_);
        put("second", other ? rows(c, other, n, classes) : logits_);
        for (const double label : numbers(c, "labels"))
            label_.push_back(static_cast<std::int32_t>(label));
        row_.assign(n * most_rows, 0);
        for (std::size_t r = 0; r < n; ++r) row_[r * most_rows + r] = 1;
    }
    /// Loss and gradients; `set` gives the step its numbers.
    template <class Trainable, class Loss, class Set>
    std::string answer(Trainable trains, Loss loss, Set set) {
        auto step = hone::differentiate<row_batch>(model_, trains, loss, alone_);
        set(step);
        const auto result = step({{row_}, label_});
        auto out = hone::json::object();
        out.set("loss", result.loss);
        for (const auto& range : step.weights().ranges)
            out.set(range.name == "first" ? "gradient" : "second_gradient",
                    gradient(result.gradients.values + range.gradient));
        return out.write();
    }

private:
    void put(const char* name, const std::vector<std::vector<double>>& from) {
        const auto w = model_.weight(name);
        std::fill(w.values.begin(), w.values.end(), 0.0);
        for (std::size_t r = 0; r < from.size(); ++r)
            for (std::size_t c = 0; c < from[r].size(); ++c)
                w.values[c * most_rows + r] = from[r][c];
    }
    hone::json gradient(const double* from) const {
        auto all = hone::json::array();
        for (std::size_t r = 0; r < logits_.size(); ++r) {
            auto row = hone::json::array();
            for (std::size_t c = 0; c < logits_[0].size(); ++c) row.append(from[c * most_rows + r]);
            all.append(std::move(row));
        }
        return all;
    }
    std::vector<std::vector<double>> logits_;
    hone::parameters<two_tables, double> model_;
    hone::team alone_{1};
    std::vector<std::int32_t> label_;
    std::vector<float> row_;
};

using first_alone = hone::trainable<hone::on<"first">>;
using both_tables = hone::trainable<hone::on<"first", "second">>;

inline std::string label_smoothing(const hone::json& c) {
    softmax_case k(c, nullptr);
    const double smoothing = number(c, "smoothing");
    if (c.find("weights")) {
        const auto w = numbers(c, "weights");
        return k.answer(
            first_alone{},
            [](auto m, auto b) {
                return hone::smoothed_cross_entropy(first_logits(m, b), b.label, hone::value<"smoothing">,
                                                    class_weights);
            },
            [&](auto& step) {
                step.template set<"smoothing">(smoothing).template set<"weights">(w);
            });
    }
    return k.answer(
        first_alone{},
        [](auto m, auto b) {
            return hone::smoothed_cross_entropy(first_logits(m, b), b.label, hone::value<"smoothing">);
        },
        [&](auto& step) { step.template set<"smoothing">(smoothing); });
}
inline std::string weighted_cross_entropy(const hone::json& c) {
    const auto w = numbers(c, "weights");
    return softmax_case(c, nullptr)
        .answer(
            first_alone{},
            [](auto m, auto b) {
                return hone::weighted_cross_entropy(first_logits(m, b), b.label, class_weights);
            },
            [&](auto& step) { step.template set<"weights">(w); });
}
inline std::string focal(const hone::json& c) {
    softmax_case k(c, nullptr);
    const double gamma = number(c, "gamma");
    if (const auto* alpha = c.find("alpha"); alpha && !alpha->is_null()) {
        const auto w = numbers(c, "alpha");
        return k.answer(
            first_alone{},
            [](auto m, auto b) {
                return hone::focal(first_logits(m, b), b.label, hone::value<"gamma">, class_weights);
            },
            [&](auto& step) { step.template set<"gamma">(gamma).template set<"weights">(w); });
    }
    return k.answer(
        first_alone{},
        [](auto m, auto b) { return hone::focal(first_logits(m, b), b.label, hone::value<"gamma">); },
        [&](auto& step) { step.template set<"gamma">(gamma); });
}
inline std::string r_drop(const hone::json& c) {
    const double alpha = number(c, "alpha");
    return softmax_case(c, "second")
        .answer(
            both_tables{},
            [](auto m, auto b) {
                return hone::r_drop(first_logits(m, b), second_logits(m, b), b.label, hone::value<"alpha">);
            },
            [&](auto& step) { step.template set<"alpha">(alpha); });
}
inline std::string distillation(const hone::json& c) {
    const double temperature = number(c, "temperature"), share = number(c, "share");
    return softmax_case(c, "teacher")
        .answer(
            first_alone{},
            [](auto m, auto b) {
                return hone::distillation(first_logits(m, b), second_logits(m, b), b.label,
                                          hone::value<"temperature">, hone::value<"share">);
            },
            [&](auto& step) {
                step.template set<"temperature">(temperature).template set<"share">(share);
            });
}
