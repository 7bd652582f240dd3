// One judgement for every model of the tests: gradients against differences, the arena against its plan, and the same bits for every
// number of threads, on batches of ragged sequences with two texts, features, targets and labels.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstring>

#include "step/model.hpp"
#include "test.hpp"

namespace hone::testing {

inline constexpr int words = 13, longest = 9, label_count = 3;

/// The tests' own batch.
struct pair_batch {
    token_rows left, right;
    std::span<const std::int32_t> label;
    real_rows<3> features;
    real_rows<1> target;
    HONE_FIELDS(left, right, label, features, target)
};

struct pairs {
    tokens left, right;
    std::vector<std::int32_t> label;
    std::vector<float> features, target;

    pairs(std::initializer_list<int> of_left, std::initializer_list<int> of_right, std::uint64_t seed)
        : left(of_left, words, seed, 2), right(of_right, words, seed + 1, 2),
          label(labels(static_cast<int>(of_left.size()), label_count, seed + 2)),
          features(reals(3 * static_cast<int>(of_left.size()), seed + 3)), target(reals(static_cast<int>(of_left.size()), seed + 4)) {
        if (label.size() > 2)
            label[2] = -100; // one row is ignored
    }
    pair_batch batch() const { return {left.rows(), right.rows(), label, {features}, {target}}; }
    batch_extent extent() const {
        return {static_cast<long>(std::max(left.ids.size(), right.ids.size())), static_cast<long>(label.size())};
    }
};
inline const pairs few({3, 1, 9, 5}, {2, 7, 1, 4}, 31);
/// More than two blocks of 96 rows.
inline const pairs many({9, 8, 1, 7, 9, 5, 3, 9, 9, 2, 9, 9, 4, 9, 9, 6, 9, 9, 9, 1, 9, 9, 9, 9, 7, 9, 8, 9},
                        {1, 9, 9, 9, 9, 9, 2, 9, 4, 9, 9, 9, 9, 9, 5, 9, 9, 9, 9, 9, 9, 9, 3, 9, 9, 9, 9, 9}, 32);

struct how {
    double scale = 0.45, h = 3e-4;
    long sample = 12;
};

inline bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// `set(step)` gives the run-time numbers.
template <class Model, class Trainable, class Function, class Set>
void judge(Trainable trains, Function function, Set set, how options = {}) {
    parameters<Model, double> model(label_count);
    fill(model, 41, options.scale);
    team alone(1);
    auto step = differentiate<pair_batch>(model, trains, function, alone, 6);
    set(step);
    const auto found = check_gradients(step, few.batch(), {options.h, options.sample});
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
    for (const auto& w : found.weights) {
        INFO(w.name);
        CHECK((w.largest > 0 || w.name.ends_with("key.bias") || w.name == "k.bias"));
    }
    CHECK(step.arena_bytes() == step.plan().bytes(few.extent(), 1));
    const double loss = step(many.batch()).loss;
    const auto g = step.gradients();
    const std::vector<double> gradients(g.values, g.values + g.count);
    CHECK(step.arena_bytes() == step.plan().bytes(many.extent(), 1));
    for (int threads : {2, 3, 8}) {
        team workers(threads);
        auto shared = differentiate<pair_batch>(model, trains, function, workers, 6);
        set(shared);
        shared.reserve(many.extent());
        CHECK(shared.arena_bytes() == shared.plan().bytes(many.extent(), threads));
        const auto [again, other] = shared(many.batch());
        CHECK(same_bits(again, loss));
        REQUIRE(other.count == static_cast<long>(gradients.size()));
        CHECK(std::memcmp(other.values, gradients.data(), gradients.size() * sizeof(double)) == 0);
    }
}
template <class Model, class Trainable, class Function>
void judge(Trainable trains, Function function, how options = {}) {
    judge<Model>(
        trains, function, [](auto&) {}, options);
}

using all = trainable<on<"**">>;
using w20 = width<20>;

/// x (x + 1/3), so that no two elements are alike.
constexpr auto uneven(auto x) { return x * shifted<1, 3>(x); }

/// A small block without dropout: attention and a network, norms before.
template <class Width, int Heads = 2, int Inner = 18>
struct plain_block {
    HONE_PARTS((attend_norm, layer_norm<Width, 3>), (attend, self_attention<Width, heads<Heads>>), (norm, layer_norm<Width, 3>),
               (network, feed_forward<Width, inner<Inner>, tanh_>))
    static constexpr auto call(auto self, auto x) {
        const auto y = x + self.attend(self.attend_norm(x));
        return y + self.network(self.norm(y));
    }
};
/// (rows, Width) -> the same, no attention.
template <class Width>
struct bend {
    HONE_PARTS((map, linear<Width, Width>))
    static constexpr auto call(auto self, auto x) { return x + hyperbolic_tangent(self.map(x)); }
};
template <class Width>
using table_of = embedding<vocabulary<words>, Width>;

} // namespace hone::testing
