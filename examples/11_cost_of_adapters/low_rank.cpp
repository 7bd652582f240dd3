// Low-rank adapters and IA3.
// SPDX-License-Identifier: Apache-2.0
#include "cost.hpp"

std::vector<row> costs_of_low_rank() {
    static constexpr row rows[] = {
        cost<adapt<minilm, lora<rank<8>, alpha<16>>, on_attention>, with_head>("LoRA, rank 8"),
        cost<adapt<minilm, lora<rank<8>, alpha<16>>, on<"**.embeddings.word">>, with_head>("LoRA of the words, rank 8"),
        cost<adapt<minilm, dora<rank<8>, alpha<16>>, on_attention>, with_head>("DoRA, rank 8"),
        cost<adapt<minilm, adalora<rank<12>>, on_attention>, with_head, keeping_orthogonal>("AdaLoRA, rank 12"),
        cost<adapt<minilm, vera<>, on_attention>, with_head>("VeRA, rank 256"),
        cost<adapt<minilm, ia3<>, on<"**.attention.key", "**.attention.value">, ia3<of_input>, on<"**.attention.output", "**.feed_forward.down">>, with_head>("IA3"),
    };
    return {std::begin(rows), std::end(rows)};
}
