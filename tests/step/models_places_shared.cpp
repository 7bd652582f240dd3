// Places of models of which parts are shared: lists, two draws, one addition in two layers.
// SPDX-License-Identifier: Apache-2.0
#include "step/places.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("a layer of a list: what is added to one value, the other one in the loss") {
    judge_places<place_braided, "blocks.2.left">(all{}, [](auto m, auto b) {
        const auto [y, right] = giving<"blocks.1.right">(perturbed<"blocks.2.left">(m))(b.tokens);
        return term<"label">(cross_entropy(y, b.label)) + value<"share", 1, 2> * term<"right">(mean_of(uneven(right)));
    });
}
TEST_CASE("two draws of a model with an addition, and a layer's values of both") {
    judge_places<place_nested, "word">(all{}, [](auto m, auto b) {
        const auto [y, h] = giving<"blocks.0">(perturbed<"word">(m))(b.tokens);
        return r_drop(draw<0>{}(y), draw<1>{}(y), b.label, value<"alpha", 1, 2>) + squared_error(h, draw<1>{}(h));
    }, place_drops);
}
TEST_CASE("one addition to two texts' shared words and to two layers: gradients add up") {
    judge_places<place_braided, "d">(all{}, [](auto m, auto b) {
        const auto twice = perturbed<"blocks.3.left", "d">(perturbed<"blocks.1.left", "d">(m));
        return cross_entropy(twice(b.tokens), b.label) + mean_of(uneven(m(b.other)));
    });
}
