// Prefixes and virtual tokens.
// SPDX-License-Identifier: Apache-2.0
#include "cost.hpp"

std::vector<row> costs_of_virtual_tokens() {
    static constexpr row rows[] = {
        cost<adapt<minilm, prefix<virtual_tokens<16>>, on<"**.attention">>, with_head>("prefix, 16 tokens"),
        cost<adapt<minilm, prompt<virtual_tokens<16>>, on<"**.embeddings.word">>, with_head>("prompt, 16 tokens"),
        cost<adapt<minilm, ptuning<virtual_tokens<16>>, on<"**.embeddings.word">>, with_head>("P-tuning, 16 tokens"),
    };
    return {std::begin(rows), std::end(rows)};
}
