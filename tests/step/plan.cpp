// The memory of a step is planned by the compiler: a constant that can be asserted, and what storage then really takes.
// SPDX-License-Identifier: Apache-2.0
#include "step/gated.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("the memory of a step is a constant of its type") {
    parameters<small_bert> model;
    fill(model, 1, 0.4);
    team workers(2);
    auto step = differentiate(
        model, all{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, workers);
    using type = decltype(step);
    constexpr memory_plan plan = type::plan_for();
    static_assert(plan.per_block_of_tokens > 0 && plan.bytes({4096, 32}, 2) < 32 << 20);
    static_assert(plan.bytes({96, 96}, 1) == plan.per_block_of_tokens + plan.per_block_of_sequences + plan.constant + plan.per_thread);
    static_assert(plan.bytes({97, 1}, 1) - plan.bytes({96, 1}, 1) == plan.per_block_of_tokens);
    step.reserve({1000, 40});
    CHECK(step.arena_bytes() == plan.bytes({1000, 40}, 2));
    step.reserve({500, 100}); // grows in one of the two
    CHECK(step.arena_bytes() == plan.bytes({1000, 100}, 2));
    step.reserve({10, 1}); // never shrinks
    CHECK(step.arena_bytes() == plan.bytes({1000, 100}, 2));
}
TEST_CASE("the memory of a step with classes known at run time is one for each number of them") {
    for (long count : {1L, 2L, 150L}) {
        parameters<gated_model> model(count);
        fill(model, 1, 0.4);
        team workers(1);
        auto step = differentiate<pair_batch>(model, all{}, loss_of_classes, workers);
        constexpr memory_plan of_two = decltype(step)::plan_for(2);
        static_assert(of_two.constant > 0);
        step.reserve({300, 40});
        CHECK(step.arena_bytes() == decltype(step)::plan_for(count).bytes({300, 40}, 1));
    }
}
