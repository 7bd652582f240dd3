// 11: what an adapter costs is known before it is run: trained numbers, memory and multiply-adds are constants of the type. Prints the table of
// docs/adapters.md for MiniLM-L6 with 151 classes, a batch of 32 texts of 128 tokens, 2 threads. Each file has some of the rows: a row is a program
// that is planned by the compiler and never made.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include <hone/hone.hpp>
#include <hone/step/work.hpp>

using namespace hone;

struct minilm : classify<bert<layers<6>, width<384>, heads<12>, inner<1536>, vocabulary<30522>>, classes<151>> {};

struct plain_loss {
    constexpr auto operator()(auto m, auto batch) const { return cross_entropy(m(batch.tokens), batch.label); }
};
struct keeping_orthogonal { // what AdaLoRA trains with
    constexpr auto operator()(auto m, auto batch) const { return cross_entropy(m(batch.tokens), batch.label) + mean_of(orthogonality(m)); }
};
template <class Model, class Trainable, class Loss>
using step_type = decltype(differentiate(std::declval<parameters<Model>&>(), Trainable{}, Loss{}));

struct row {
    const char* name;
    long trained, state_bytes, arena_bytes;
    double multiply_adds;
};
template <class Model, class Trainable, class Loss = plain_loss>
constexpr row cost(const char* name) {
    using step = step_type<Model, Trainable, Loss>;
    constexpr auto& chosen = selection_of<Model, Trainable>;
    long trained = 0;
    for (const auto& w : weight_entries<Model>)
        for (int k = 0; k < copies(w); ++k)
            if (chosen.holds[static_cast<std::size_t>(w.first + k)]) trained += static_cast<long>(w.rows) * w.columns;
    const auto work = work_of<typename step::program>();
    return {name, trained, trained * 8, step::plan_for().bytes({4096, 32}, 2), work.per_token + (work.per_sequence * 32 + work.once) / 4096};
}

using head_weights = on<"pooler.**", "classifier.**">;
using with_head = trainable<adapters, on<"classifier.**">>;
using on_attention = on<"**.attention.query", "**.attention.value">;
using on_norms = on<"**.attention_norm", "**.output_norm">;

std::vector<row> costs_of_own_weights();
std::vector<row> costs_of_low_rank();
std::vector<row> costs_of_bottlenecks();
std::vector<row> costs_of_virtual_tokens();
