// What the tests of losses share: a small model without dropout on the tests' batch of pairs, and a
// judgement of a loss's gradient.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "step/judge.hpp"

namespace hone::testing {

/// Two texts and their features; `first` and `second` are logits of each, `one` and `other`
/// embeddings.
struct both {
    HONE_PARTS((word, table_of<width<8>>), (first, linear<width<8>, classes<label_count>>),
               (second, linear<width<8>, classes<label_count>>), (wide, linear<width<8>, width<3>>))
    static constexpr auto call(auto self, auto t) { return mean_sequence(self.word(t.ids)); }
};

/// Gradients of the loss against differences, and its value on the few texts.
template <class Trainable, class Function, class Set>
double judge_loss(Trainable trains, Function function, Set set, double h = 3e-4) {
    parameters<both, double> model;
    fill(model, 19, 0.8);
    team alone(1);
    auto step = differentiate<pair_batch>(model, trains, function, alone);
    set(step);
    const auto found = check_gradients(step, few.batch(), {h, 0});
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
    return step(few.batch()).loss;
}
/// Rows of an expression on the few texts.
template <class Function>
std::vector<double> rows_of(Function function) {
    parameters<both, double> model;
    fill(model, 19, 0.8);
    team alone(1);
    auto read = evaluate<pair_batch>(model, function, alone);
    const auto v = read(few.batch());
    return {v.begin(), v.end()};
}
using first_trains = trainable<on<"word.**", "first.**">>;
using both_train = trainable<on<"word.**", "first.**", "second.**">>;
inline constexpr auto first_logits = [](auto m, auto b) { return m.first(m(b.left)); };
inline constexpr auto second_logits = [](auto m, auto b) { return m.second(m(b.right)); };

/// log softmax of row r.
inline std::vector<double> log_softmax(const std::vector<double>& logits, std::size_t r,
                                       double temperature = 1) {
    double sum = 0;
    std::vector<double> out;
    for (std::size_t c = 0; c < label_count; ++c)
        sum += std::exp(logits[r * label_count + c] / temperature);
    for (std::size_t c = 0; c < label_count; ++c)
        out.push_back(logits[r * label_count + c] / temperature - std::log(sum));
    return out;
}

} // namespace hone::testing
