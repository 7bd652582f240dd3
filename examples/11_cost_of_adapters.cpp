// 11: what an adapter costs is known before it is run: trained numbers, memory and multiply-adds are constants of the type. Prints the table of
// docs/adapters.md for MiniLM-L6 with 151 classes, a batch of 32 texts of 128 tokens, 2 threads.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

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

using head = on<"pooler.**", "classifier.**">;
using with_head = trainable<adapters, on<"classifier.**">>;
using on_attention = on<"**.attention.query", "**.attention.value">;
using on_norms = on<"**.attention_norm", "**.output_norm">;

int main() {
    constexpr row rows[] = {
        cost<minilm, trainable<on<"**">>>("full"),
        cost<minilm, trainable<last_layers<1>, head>>("last layer"),
        cost<minilm, trainable<biases, head>>("BitFit"),
        cost<minilm, trainable<norms, head>>("norms"),
        cost<adapt<minilm, lora<rank<8>, alpha<16>>, on_attention>, with_head>("LoRA, rank 8"),
        cost<adapt<minilm, lora<rank<8>, alpha<16>>, on<"**.embeddings.word">>, with_head>("LoRA of the words, rank 8"),
        cost<adapt<minilm, dora<rank<8>, alpha<16>>, on_attention>, with_head>("DoRA, rank 8"),
        cost<adapt<minilm, adalora<rank<12>>, on_attention>, with_head, keeping_orthogonal>("AdaLoRA, rank 12"),
        cost<adapt<minilm, vera<>, on_attention>, with_head>("VeRA, rank 256"),
        cost<adapt<minilm, ia3<>, on<"**.attention.key", "**.attention.value">, ia3<of_input>, on<"**.attention.output", "**.feed_forward.down">>, with_head>("IA3"),
        cost<adapt<minilm, houlsby<>, on_norms>, with_head>("Houlsby"),
        cost<adapt<minilm, pfeiffer<>, on<"**.output_norm">>, with_head>("Pfeiffer"),
        cost<adapt<minilm, hone::parallel<>, on<"**.output_norm">>, with_head>("parallel"),
        cost<adapt<minilm, compacter<>, on_norms>, with_head>("Compacter"),
        cost<adapt<minilm, prefix<virtual_tokens<16>>, on<"**.attention">>, with_head>("prefix, 16 tokens"),
        cost<adapt<minilm, prompt<virtual_tokens<16>>, on<"**.embeddings.word">>, with_head>("prompt, 16 tokens"),
        cost<adapt<minilm, ptuning<virtual_tokens<16>>, on<"**.embeddings.word">>, with_head>("P-tuning, 16 tokens"),
    };
    std::printf("| what trains | numbers | moments, MB | arena, MB | multiply-adds a token, millions | of full |\n|---|---|---|---|---|---|\n");
    for (const auto& r : rows)
        std::printf("| %s | %ld | %.1f | %.0f | %.1f | %.2f |\n", r.name, r.trained, static_cast<double>(r.state_bytes) / 1e6, static_cast<double>(r.arena_bytes) / 1e6,
                    r.multiply_adds / 1e6, r.multiply_adds / rows[0].multiply_adds);
    return rows[4].multiply_adds < rows[0].multiply_adds ? 0 : 1;
}
