// 08: how much memory a step takes is a constant of its type: so many bytes for 96 tokens, for 96 sequences, for each thread. It can
// stand in a static_assert, so that a model that has grown out of its machine does not compile. `08_memory_plan --plan` prints each
// stage of the plan, from the graph to the bytes.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>
#include <hone/step/plan_text.hpp>

using namespace hone;

using encoder = bert<layers<4>, width<32>, heads<4>, inner<64>, vocabulary<100>, positions<32>>;
struct model_type : classify<encoder, classes<3>> {};

auto training_step_of(parameters<model_type>& model, team& workers) {
    return differentiate(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers);
}
using training = decltype(training_step_of(std::declval<parameters<model_type>&>(), std::declval<team&>()));

constexpr batch_extent largest{4096, 128}; // tokens and sequences
static_assert(training::plan_for().bytes(largest, 2) < 48l << 20, "a step of 4096 tokens must stay below 48 MiB");
static_assert(training::plan_for().bytes(largest, 2) < training::plan_for().bytes({8192, 128}, 2));

int main(int count, char** arguments) {
    if (count == 2 && std::string_view(arguments[1]) == "--plan") {
        std::fputs(plan_text<training>().c_str(), stdout);
        return 0;
    }
    parameters<model_type> model;
    model.initialize(1);
    team workers(2);
    auto step = training_step_of(model, workers);
    const auto plan = step.plan();
    std::printf("arena: %ld bytes for %d tokens, %ld for %d sequences, %ld once, %ld a thread\n", plan.per_block_of_tokens, plan.block,
                plan.per_block_of_sequences, plan.block, plan.constant, plan.per_thread);
    step.reserve(largest);
    std::printf("planned %ld bytes, taken %ld\n", plan.bytes(largest, workers.size()), step.arena_bytes());
    return step.arena_bytes() == plan.bytes(largest, workers.size()) ? 0 : 1;
}
