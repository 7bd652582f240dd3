// Models in which every legal pair of methods stands, around one layer and around two (coverage.cpp checks that against the types), and what each of
// them must do: train, save, load into a model that has not trained, and give the same logits to the bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../../examples/methods.hpp"

#include <hone/model/adapter_files.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/cpu.hpp>
#include <hone/step/differentiate.hpp>

#include "file/temporary.hpp"
#include "test.hpp"

namespace hone::testing {

struct small_base : classify<bert<layers<1>, width<8>, heads<2>, inner<16>, vocabulary<30>, positions<24>>, classes<3>> {};

using low_rank = lora<rank<2>>;
using decomposed_one = dora<rank<2>>;
using adaptive = adalora<rank<2>>;
using shared_one = vera<rank<3>>;
using with_houlsby = houlsby<reduction<2>>;
using with_pfeiffer = pfeiffer<reduction<2>>;
using with_parallel = hone::parallel<>;
using with_compacter = compacter<reduction<2>>;
using with_prefix = prefix<virtual_tokens<2>>;
using with_prompt = prompt<virtual_tokens<2>>;
using with_ptuning = ptuning<virtual_tokens<2>>;

/// All adapters that may stand in one model, in one order.
struct in_order : adapt<small_base, decomposed_one, on<"**.query", "**.key", "**.value">, low_rank, on<"**.query", "**.key", "**.word">,
                        adaptive, on<"**.query", "**.value">, shared_one, on<"**.query", "**.key">, ia3<>, on<"**.query">, ia3<of_input>, on<"**.key", "**.value">,
                        with_houlsby, on<"**.attention_norm">, with_pfeiffer, on<"**.attention_norm">, with_parallel, on<"**.attention_norm">,
                        with_compacter, on<"**.attention_norm">, with_prefix, on<"**.attention">, with_prompt, on<"**.word">> {};
/// And in the other, DoRA in a layer of its own.
struct in_turned_order : adapt<small_base, with_prompt, on<"**.word">, with_prefix, on<"**.attention">, with_compacter, on<"**.output_norm">,
                               with_parallel, on<"**.output_norm">, with_pfeiffer, on<"**.output_norm">, with_houlsby, on<"**.output_norm">,
                               ia3<of_input>, on<"**.key">, ia3<>, on<"**.query">, shared_one, on<"**.query", "**.key">, adaptive, on<"**.query", "**.key">,
                               low_rank, on<"**.query", "**.key", "**.word", "**.position">, decomposed_one, on<"pooler">> {};
/// Adapters twice where the others have them once, and P-tuning beside all of them.
template <class Virtual>
struct twice : adapt<small_base, with_houlsby, on<"**.attention_norm", "**.output_norm">, with_pfeiffer, on<"**.attention_norm", "**.output_norm">,
                     with_parallel, on<"**.attention_norm", "**.output_norm">, with_compacter, on<"**.attention_norm", "**.output_norm">,
                     ia3<>, on<"**.feed_forward.up", "**.feed_forward.down">, decomposed_one, on<"**.query">, adaptive, on<"**.key">, shared_one, on<"**.value">,
                     ia3<of_input>, on<"pooler">, with_prefix, on<"**.attention">, low_rank, on<"**.attention.output", "**.word", "**.type">, Virtual, on<"**.word">> {};
struct two_layers : classify<bert<layers<2>, width<8>, heads<2>, inner<16>, vocabulary<30>, positions<24>>, classes<3>> {};
template <class Virtual>
struct in_two_layers : adapt<two_layers, Virtual, on<"**.word">, low_rank, on<"**.word">, with_prefix, on<"**.attention">> {};
/// The sets beside them, each with what it must save.
using all_sets = trainable<adapters, biases, norms, last_layers<1>, on<"classifier.**">>;

constexpr auto classified = [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); };

template <class Model>
std::vector<double> logits_of(pretrained<Model, double>& model) {
    const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2, 1, 7, 8, 3, 6, 2, 1}, offsets{0, 4, 7, 13, 14};
    team alone(1);
    auto program = evaluate<token_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, alone);
    const auto found = program({.tokens = {.ids = ids, .offsets = offsets}});
    return {found.begin(), found.end()};
}
template <class Model>
pretrained<Model, double> drawn(std::uint64_t seed) {
    pretrained<Model, double> model(3);
    counter_random random(seed, stream::user); // every number is at work from the first step on
    model.each([&](const named_weight<double>& w) {
        for (double& v : w.values) v = 0.4 * random.normal();
        if (w.name.ends_with("down.bias")) // no relu is closed for all rows
            for (double& v : w.values) v = 1 + std::abs(v);
    });
    model.config.num_hidden_layers = Model::body::layers::value;
    model.config.hidden_size = 8;
    return model;
}

/// Trains `Model` for two steps, saves it, reads it into a `Read` on the base as it was before, and compares logits; `to_the_bit` or to rounding.
template <class Model, class Read, class Set>
void trains_and_stays(bool to_the_bit = true) {
    auto model = drawn<Model>(7);
    std::vector<std::vector<double>> before;
    model.each([&](const named_weight<double>& w) { before.emplace_back(w.values.begin(), w.values.end()); });
    const auto untrained = logits_of(model);
    {
        const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2, 1, 7, 8, 3, 6, 2, 1}, offsets{0, 4, 7, 13, 14}, label{0, 2, 1, 1};
        team alone(1);
        auto step = differentiate(model, Set{}, classified, alone);
        for (int n = 0; n < 2; ++n) {
            const double loss = step({{ids, offsets}, label}).loss;
            CHECK(std::isfinite(loss));
            for (const auto& r : step.weights().ranges)
                for (long i = 0; i < r.count; ++i) r.weight[i] -= 0.05 * step.gradients().values[r.gradient + i];
        }
        note_beside(model, step.weights());
    }
    std::size_t i = 0, moved = 0, trains = 0;
    model.each([&](const named_weight<double>& w) {
        const auto& entry = parameters<Model, double>::entries[static_cast<std::size_t>(w.entry)];
        const bool selected = selection_of<Model, Set>.holds[static_cast<std::size_t>(entry.first + w.copy)];
        const bool same = std::equal(w.values.begin(), w.values.end(), before[i++].begin());
        INFO(w.name);
        trains += selected;
        moved += !same;
        CHECK(selected != same); // whatever trains has moved, and nothing else
    });
    CHECK(moved == trains);
    const auto trained = logits_of(model);
    CHECK(trained != untrained);

    const temporary_folder scratch;
    save_adapter(model, scratch.path / "saved", {"a", "b", "c"});
    auto read = drawn<Read>(8);
    std::size_t k = 0;
    std::vector<std::pair<std::string, std::vector<double>>> base;
    model.each([&](const named_weight<double>& w) {
        if (!parameters<Model, double>::entries[static_cast<std::size_t>(w.entry)].adapter) base.emplace_back(w.name, before[k]);
        ++k;
    });
    for (const auto& [name, values] : base) std::copy(values.begin(), values.end(), read.weight(name).values.begin());
    CHECK(logits_of(read) != trained);
    CHECK(load_adapter(read, scratch.path / "saved") == std::vector<std::string>{"a", "b", "c"});
    const auto again = logits_of(read);
    if (to_the_bit) CHECK(again == trained);
    else
        for (std::size_t at = 0; at < again.size(); ++at) CHECK(again[at] == Approx(trained[at]).epsilon(1e-12));
}

} // namespace hone::testing
