// Additions at named places inside models, and values of such places in losses: two texts, picks,
// groups, a side input, a repeat in a repeat, frozen weights, nothing that trains, an evaluation.
// SPDX-License-Identifier: Apache-2.0
#include "step/places.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("a value of the sequences in a layer that reads a side input") {
    judge_places<place_reading, "side">(all{}, [](auto m, auto b) { return cross_entropy(perturbed<"blocks.1.other", "side">(m)(b.tokens), b.label); });
}
TEST_CASE("a layer of a repeat in a repeat, with dropout") { judge_places<place_nested, "blocks.1.inside.1.map">(all{}, inside_inside, place_drops); }
TEST_CASE("one place of two texts, and only the head trains") {
    judge_places<place_reading, "left", "right">(trainable<on<"head.**">>{}, [](auto m, auto b) {
        const auto left = perturbed<"word", "left">(m)(b.tokens);
        const auto right = perturbed<"word", "right">(m)(b.other);
        return cross_entropy(left * scaled<1, 2>(right), b.label) + scaled<1, 3>(squared_error(left, right));
    });
}
TEST_CASE("places in the last layer: picked words, a choice of a group, a teacher's rows") {
    judge_places<place_attending, "blocks.2.network">(all{}, [](auto m, auto b) {
        const auto [x, hidden] = giving<"blocks.2.attend">(perturbed<"blocks.2.network">(m))(b.tokens);
        const auto scores = mean_columns(m.head(first_token(x)));
        return cross_entropy(m.head(pick(x, b.masked)), b.missing) + position_cross_entropy(scores, b.choice, b.group) + squared_error(hidden, b.teacher);
    });
}
TEST_CASE("only the first token is read above a place in the last layer") {
    judge_places<place_attending, "blocks.2.network">(trainable<on<"blocks.1.**", "head.**">>{}, [](auto m, auto b) {
        return cross_entropy(m.head(first_token(perturbed<"blocks.2.network">(m)(b.tokens))), b.label);
    });
}
TEST_CASE("nothing trains: gradients at a place alone") {
    parameters<place_nested, double> model;
    fill(model, 41, 0.45);
    const place_data all_of;
    team alone(1);
    auto step = differentiate<place_batch>(model, trainable<>{}, inside_inside, alone, 6);
    place_drops(step);
    CHECK(step.gradients().count == 0);
    check_place<"blocks.1.inside.1.map">(step, all_of.batch());
    // What is opened draws as what is not, and is the same value to the last bit.
    auto plain = differentiate<place_batch>(model, all{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, alone, 6);
    place_drops(plain);
    CHECK(same_bits(plain(all_of.batch()).loss, step(all_of.batch()).loss));
}
TEST_CASE("an evaluation gives a layer's rows, and takes an addition") {
    parameters<place_attending, double> model;
    fill(model, 41, 0.45);
    const place_data all_of;
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
