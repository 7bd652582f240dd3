// One judgement for models that are opened at places: gradients of weights and of what is added
// against differences, the arena against its plan, the same bits for any number of threads; and
// small models to open.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/adapter/opened.hpp>

#include "hone/loss/divergence.hpp"
#include "hone/loss/position.hpp"
#include "step/judge.hpp"

namespace hone::testing {

struct place_batch {
    token_rows tokens, other;
    picked_rows<> masked;
    picked_labels<> missing;
    groups group;
    group_choice<> choice;
    token_reals<6> teacher;
    std::span<const std::int32_t> label;
    HONE_FIELDS(tokens, other, masked, missing, group, choice, teacher, label)
};
struct place_data {
    testing::tokens text{{5, 1, 7, 3, 4}, words, 71}, second{{2, 6, 1, 1, 3}, words, 72};
    std::vector<std::int32_t> masked{0, 3, 4, 6, 8, 9, 12, 13, 15}, missing{1, 5, 2, -100, 12, 7, 3, 4, 9}, group{0, 2, 3, 5}, choice{1, 0, -100}, label{0, 1, 2, 1, 0};
    std::vector<float> teacher = reals(120, 73);
    place_batch batch() const { return {text.rows(), second.rows(), {masked}, {missing}, {group}, {choice}, {teacher}, label}; }
    batch_extent extent() const { return {20, 5, 9}; }
};

/// The gradient at a place against differences, around an addition that is not 0.
template <literal Name, class Step>
void check_place(Step& step, const place_batch& batch) {
    const auto loss = [&] {
        const double v = step(batch).loss;
        step.resume(0);
        return v;
    };
    step.template add<Name>({});
    const auto shape = step.template shape_at<Name>(batch);
    REQUIRE(shape.rows * shape.width > 0);
    const auto start = reals(shape.rows * shape.width, 5);
    std::vector<double> d(start.begin(), start.end());
    for (double& x : d) x *= 0.1;
    step.template add<Name>(d);
    loss();
    const auto g = step.template gradient_at<Name>().values;
    REQUIRE(g.size() == d.size());
    const std::vector<double> given(g.begin(), g.end());
    double difference = 0, largest = 0;
    constexpr double h = 3e-4;
    for (std::size_t i = 0; i < d.size(); i += 1 + d.size() / 30) {
        const double old = d[i];
        const auto at = [&](double k) {
            d[i] = old + k * h;
            return loss();
        };
        const double outer = at(2) - at(-2), inner = at(1) - at(-1), expected = (8 * inner - outer) / (12 * h);
        d[i] = old;
        largest = std::max(largest, std::abs(expected));
        difference = std::max(difference, std::abs(given[i] - expected));
    }
    INFO(Name.view());
    CHECK(largest > 1e-4);
    CHECK(difference <= close_enough * largest);
    step.template add<Name>({});
}
template <class Model, literal... Names, class Trainable, class Function, class Set>
void judge_places(Trainable trains, Function function, Set set) {
    parameters<Model, double> model(label_count);
    fill(model, 41, 0.45);
    const place_data all_of;
    team alone(1);
    auto step = differentiate<place_batch>(model, trains, function, alone, 6);
    set(step);
    const auto found = check_gradients(step, all_of.batch(), {3e-4, 8});
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
    (check_place<Names>(step, all_of.batch()), ...);
    CHECK(step.arena_bytes() == step.plan().bytes(all_of.extent(), 1));
    const double loss = step(all_of.batch()).loss;
    const std::vector<double> gradients(step.gradients().values, step.gradients().values + step.gradients().count);
    for (int threads : {2, 3}) {
        team workers(threads);
        decltype(step) shared(model, workers, 6);
        set(shared);
        const auto [again, other] = shared(all_of.batch());
        CHECK(same_bits(again, loss));
        CHECK(std::memcmp(other.values, gradients.data(), gradients.size() * sizeof(double)) == 0);
    }
}
template <class Model, literal... Names, class Trainable, class Function>
void judge_places(Trainable trains, Function function) {
    judge_places<Model, Names...>(trains, function, [](auto&) {});
}

using w6 = width<6>;
/// Two values, each made from both.
struct place_braid {
    HONE_PARTS((left, linear<w6, w6>), (right, linear<w6, width<4>>), (back, linear<width<4>, w6>))
    static constexpr auto call(auto self, auto x, auto y) {
        return carry(x + hyperbolic_tangent(self.left(x) + self.back(y)), y + hyperbolic_tangent(self.right(x)));
    }
};
struct place_braided {
    HONE_PARTS((word, table_of<w6>), (narrow, linear<w6, width<4>>), (blocks, repeat<4, place_braid>), (head, linear<w6, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        auto [x, y] = self.blocks(w, self.narrow(w));
        return self.head(first_token(x) * mean_columns(first_token(y)));
    }
};
/// x, and what every layer reads: a value of the sequences.
struct place_reader {
    HONE_PARTS((map, linear<w6, w6>), (other, linear<width<4>, w6>))
    static constexpr auto call(auto self, auto x, auto of_sequence) { return x + hyperbolic_tangent(self.map(x)) * spread(self.other(of_sequence), x); }
};
struct place_reading {
    HONE_PARTS((word, table_of<w6>), (narrow, linear<w6, width<4>>), (blocks, repeat<3, place_reader>), (head, linear<w6, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        return self.head(first_token(self.blocks(w, self.narrow(mean_sequence(w)))));
    }
};
/// A repeat of repeats, with dropout.
struct place_inner {
    HONE_PARTS((map, linear<w6, w6>), (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) { return x + self.dropout(hyperbolic_tangent(self.map(x))); }
};
struct place_outer {
    HONE_PARTS((inside, repeat<2, place_inner>), (map, linear<w6, w6>), (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) { return self.dropout(hyperbolic_tangent(self.map(self.inside(x)))) + x; }
};
struct place_nested {
    HONE_PARTS((word, table_of<w6>), (blocks, repeat<3, place_outer>), (head, linear<w6, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.head(first_token(self.blocks(self.word(t.ids)))); }
};
/// Attention, whose last layer is computed for the rows that are read.
struct place_attending {
    HONE_PARTS((word, table_of<w6>), (blocks, repeat<3, plain_block<w6, 2, 6>>), (head, linear<w6, classes<words>>))
    static constexpr auto call(auto self, auto t) { return self.blocks(self.word(t.ids)); }
};

constexpr auto place_drops = [](auto& step) { step.template set<"dropout">(0.3); };
constexpr auto inside_inside = [](auto m, auto b) { return cross_entropy(perturbed<"blocks.1.inside.1.map">(m)(b.tokens), b.label); };

} // namespace hone::testing

