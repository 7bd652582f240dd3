// A BERT small enough to differentiate by differences, for the tests of adapters.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/adapter/adapt.hpp>
#include <hone/model/bert.hpp>

#include "step/judge.hpp"

namespace hone::testing {

using w12 = width<12>;
struct small_bert : classify<bert<layers<3>, w12, heads<2>, inner<18>, vocabulary<words>, positions<longest>>, classes<label_count>> {};

/// The same with positions for a few virtual tokens besides.
struct bert_with_room : classify<bert<layers<3>, w12, heads<2>, inner<18>, vocabulary<words>, positions<longest + 4>>, classes<label_count>> {};

constexpr auto classified = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };
/// With dropout everywhere.
constexpr auto drops = [](auto& step) { step.template set<"dropout">(0.2).template set<"attention_dropout">(0.1); };
constexpr auto adapter_drops = [](auto& step) {
    drops(step);
    step.template set<"adapter_dropout">(0.3);
};
using adapters_and_head = trainable<adapters, on<"classifier.**">>;

} // namespace hone::testing
