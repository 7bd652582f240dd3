// Additions at named places inside models, and values of such places in losses: gradients of weights
// and of what is added against differences, the arena against its plan, the same bits for any number
// of threads. Two texts, picks, groups, several terms, repeats with lists and side inputs, repeats in
// repeats, draws, frozen weights.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>

#include "hone/loss/divergence.hpp"
#include "hone/loss/position.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

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
struct data {
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
    const data all_of;
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
struct braid {
    HONE_PARTS((left, linear<w6, w6>), (right, linear<w6, width<4>>), (back, linear<width<4>, w6>))
    static constexpr auto call(auto self, auto x, auto y) {
        return carry(x + hyperbolic_tangent(self.left(x) + self.back(y)), y + hyperbolic_tangent(self.right(x)));
    }
};
struct braided {
    HONE_PARTS((word, table_of<w6>), (narrow, linear<w6, width<4>>), (blocks, repeat<4, braid>), (head, linear<w6, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        auto [x, y] = self.blocks(w, self.narrow(w));
        return self.head(first_token(x) * mean_columns(first_token(y)));
    }
};
/// x, and what every layer reads: a value of the sequences.
struct reader {
    HONE_PARTS((map, linear<w6, w6>), (other, linear<width<4>, w6>))
    static constexpr auto call(auto self, auto x, auto of_sequence) { return x + hyperbolic_tangent(self.map(x)) * spread(self.other(of_sequence), x); }
};
struct reading {
    HONE_PARTS((word, table_of<w6>), (narrow, linear<w6, width<4>>), (blocks, repeat<3, reader>), (head, linear<w6, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        return self.head(first_token(self.blocks(w, self.narrow(mean_sequence(w)))));
    }
};
/// A repeat of repeats, with dropout.
struct inner_block {
    HONE_PARTS((map, linear<w6, w6>), (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) { return x + self.dropout(hyperbolic_tangent(self.map(x))); }
};
struct outer_block {
    HONE_PARTS((inside, repeat<2, inner_block>), (map, linear<w6, w6>), (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) { return self.dropout(hyperbolic_tangent(self.map(self.inside(x)))) + x; }
};
struct nested {
    HONE_PARTS((word, table_of<w6>), (blocks, repeat<3, outer_block>), (head, linear<w6, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.head(first_token(self.blocks(self.word(t.ids)))); }
};
/// Attention, whose last layer is computed for the rows that are read.
struct attending {
    HONE_PARTS((word, table_of<w6>), (blocks, repeat<3, plain_block<w6, 2, 6>>), (head, linear<w6, classes<words>>))
    static constexpr auto call(auto self, auto t) { return self.blocks(self.word(t.ids)); }
};

constexpr auto drops = [](auto& step) { step.template set<"dropout">(0.3); };
constexpr auto inside_inside = [](auto m, auto b) { return cross_entropy(perturbed<"blocks.1.inside.1.map">(m)(b.tokens), b.label); };

} // namespace

TEST_CASE("a layer of a list: what is added to one value, the other one in the loss") {
    judge_places<braided, "blocks.2.left">(all{}, [](auto m, auto b) {
        const auto [y, right] = giving<"blocks.1.right">(perturbed<"blocks.2.left">(m))(b.tokens);
        return term<"label">(cross_entropy(y, b.label)) + value<"share", 1, 2> * term<"right">(mean_of(uneven(right)));
    });
}
TEST_CASE("a value of the sequences in a layer that reads a side input") {
    judge_places<reading, "side">(all{}, [](auto m, auto b) { return cross_entropy(perturbed<"blocks.1.other", "side">(m)(b.tokens), b.label); });
}
TEST_CASE("a layer of a repeat in a repeat, with dropout") { judge_places<nested, "blocks.1.inside.1.map">(all{}, inside_inside, drops); }
TEST_CASE("one place of two texts, and only the head trains") {
    judge_places<reading, "left", "right">(trainable<on<"head.**">>{}, [](auto m, auto b) {
        const auto left = perturbed<"word", "left">(m)(b.tokens), right = perturbed<"word", "right">(m)(b.other);
        return cross_entropy(left * scaled<1, 2>(right), b.label) + scaled<1, 3>(squared_error(left, right));
    });
}
TEST_CASE("places in the last layer: picked words, a choice of a group, a teacher's rows") {
    judge_places<attending, "blocks.2.network">(all{}, [](auto m, auto b) {
        const auto [x, hidden] = giving<"blocks.2.attend">(perturbed<"blocks.2.network">(m))(b.tokens);
        const auto scores = mean_columns(m.head(first_token(x)));
        return cross_entropy(m.head(pick(x, b.masked)), b.missing) + position_cross_entropy(scores, b.choice, b.group) + squared_error(hidden, b.teacher);
    });
}
TEST_CASE("only the first token is read above a place in the last layer") {
    judge_places<attending, "blocks.2.network">(trainable<on<"blocks.1.**", "head.**">>{}, [](auto m, auto b) {
        return cross_entropy(m.head(first_token(perturbed<"blocks.2.network">(m)(b.tokens))), b.label);
    });
}
TEST_CASE("two draws of a model with an addition, and a layer's values of both") {
    judge_places<nested, "word">(all{}, [](auto m, auto b) {
        const auto [y, h] = giving<"blocks.0">(perturbed<"word">(m))(b.tokens);
        return r_drop(draw<0>{}(y), draw<1>{}(y), b.label, value<"alpha", 1, 2>) + squared_error(h, draw<1>{}(h));
    }, drops);
}
TEST_CASE("one addition to two texts' shared words and to two layers: gradients add up") {
    judge_places<braided, "d">(all{}, [](auto m, auto b) {
        const auto twice = perturbed<"blocks.3.left", "d">(perturbed<"blocks.1.left", "d">(m));
        return cross_entropy(twice(b.tokens), b.label) + mean_of(uneven(m(b.other)));
    });
}
TEST_CASE("nothing trains: gradients at a place alone") {
    parameters<nested, double> model;
    fill(model, 41, 0.45);
    const data all_of;
    team alone(1);
    auto step = differentiate<place_batch>(model, trainable<>{}, inside_inside, alone, 6);
    drops(step);
    CHECK(step.gradients().count == 0);
    check_place<"blocks.1.inside.1.map">(step, all_of.batch());
    // What is opened draws as what is not, and is the same value to the last bit.
    auto plain = differentiate<place_batch>(model, all{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, alone, 6);
    drops(plain);
    CHECK(same_bits(plain(all_of.batch()).loss, step(all_of.batch()).loss));
}
TEST_CASE("an evaluation gives a layer's rows, and takes an addition") {
    parameters<attending, double> model;
    fill(model, 41, 0.45);
    const data all_of;
    team alone(1);
    auto values = evaluate<place_batch>(model, [](auto m, auto b) {
        const auto [y, h] = giving<"blocks.1">(perturbed<"word">(m))(b.tokens);
        return h;
    }, alone);
    const auto rows = values(all_of.batch());
    REQUIRE(rows.size() == 120);
    const std::vector<double> before(rows.begin(), rows.end());
    auto by_hand = evaluate<place_batch>(model, [](auto m, auto b) { return m.blocks(m.word(b.tokens.ids)); }, alone);
    auto third = evaluate<place_batch>(model, [](auto m, auto b) {
        const auto [y, h] = giving<"blocks.2">(m)(b.tokens);
        return h;
    }, alone);
    const auto a = by_hand(all_of.batch());
    const std::vector<double> whole(a.begin(), a.end());
    const auto last = third(all_of.batch());
    CHECK(std::equal(whole.begin(), whole.end(), last.begin()));
    CHECK(!std::equal(whole.begin(), whole.end(), before.begin()));
    const std::vector<double> d(120, 0.25);
    const auto moved = values.add<"word">(d)(all_of.batch());
    CHECK(!std::equal(before.begin(), before.end(), moved.begin()));
    const std::vector<double> few_numbers(7);
    CHECK_THROWS_AS(values.add<"word">(few_numbers)(all_of.batch()), error);
}
