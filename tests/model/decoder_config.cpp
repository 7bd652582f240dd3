// config.json of decoders: what is settled, both spellings, and what is refused by name.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/gpt2.hpp>
#include <hone/model/llama.hpp>
#include <hone/model/mistral.hpp>
#include <hone/model/qwen2.hpp>
#include <hone/model/qwen3.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

namespace {

/// A small document of a family with further fields.
model_config read(const model_family& family, const std::string& further) {
    const bool gpt2 = family.config.model_type == std::string_view("gpt2");
    const std::string text = "{\"model_type\": \"" + std::string(family.config.model_type) +
                             "\", " +
                             (gpt2 ? "\"n_embd\": 12, \"n_head\": 3"
                              : further.starts_with("\"hidden_size\"")
                                  ? "\"num_attention_heads\": 6"
                                  : "\"hidden_size\": 24, \"num_attention_heads\": 6") +
                             (further.empty() ? "" : ", ") + further + "}";
    return parse_config(parse_json(text, "c.json"), "c.json", family.config);
}
std::string settled(const model_config& config, const char* name) {
    const json* const found = config.settled.find(name);
    return found ? found->write() : "none";
}
struct refused {
    const model_family& family;
    const char *further, *code, *name;
};

} // namespace

TEST_CASE("decoders' configs: rotary positions in both spellings") {
    const auto plain = read(llama_family, "");
    CHECK(settled(plain, "rope_theta") == "10000.0");
    CHECK(settled(plain, "rope_type") == "\"default\"");
    for (const char* further :
         {"\"rope_theta\": 500000.0, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}",
          "\"rope_parameters\": {\"rope_type\": \"linear\", \"rope_theta\": 5e5, \"factor\": "
          "2.0}"}) {
        const auto c = read(llama_family, further);
        CHECK(settled(c, "rope_theta") == "500000.0");
        CHECK(settled(c, "rope_type") == "\"linear\"");
        CHECK(settled(c, "rope_scaling.factor") == "2.0");
    }
    CHECK(settled(read(llama_family, "\"rope_scaling\": null"), "rope_type") == "\"default\"");
}

TEST_CASE("decoders' configs: heads, windows, ties and what is missing") {
    const auto plain = read(llama_family, "");
    CHECK((plain.num_key_value_heads == 6 && plain.head_dim == 4 && plain.hidden_act == "silu"));
    CHECK(settled(plain, "tie_word_embeddings") == "false");
    CHECK(read(llama_family, "\"num_key_value_heads\": null, \"head_dim\": null").head_dim == 4);
    CHECK(read(llama_family, "\"head_dim\": 10, \"attention_bias\": null").head_dim == 10);
    CHECK(read(qwen3_family, "\"num_key_value_heads\": 2").head_dim == 128);
    CHECK(settled(read(mistral_family, "\"num_key_value_heads\": 2"), "sliding_window") == "4096");
    CHECK(settled(read(mistral_family, "\"num_key_value_heads\": 2, \"sliding_window\": null"),
                  "sliding_window") == "null");
    CHECK(read(qwen2_family, "\"num_key_value_heads\": 2, \"use_sliding_window\": true, "
                             "\"sliding_window\": null")
              .head_dim == 4);
    for (const char* further : {"", "\"n_inner\": null"})
        CHECK(read(gpt2_family, further).intermediate_size == 48);
    CHECK(settled(read(gpt2_family, ""), "tie_word_embeddings") == "true");
    CHECK(read(llama_family, "\"eos_token_id\": [5, 7]").end_of_text ==
          std::vector<std::int64_t>{5, 7});
}

TEST_CASE("decoders' configs: what is refused, by name") {
    const refused all[] = {
        {llama_family, "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2.0}",
         "config.not_supported", "rope_scaling.type"},
        {llama_family, "\"rope_parameters\": {\"rope_type\": \"yarn\"}", "config.not_supported",
         "rope_parameters.rope_type"},
        {llama_family, "\"rope_scaling\": {\"type\": \"linear\"}", "json.missing",
         "rope_scaling.factor"},
        {llama_family, "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0}",
         "config.out_of_range", "rope_scaling.factor"},
        {llama_family,
         "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, "
         "\"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}",
         "config.out_of_range", "rope_scaling.high_freq_factor"},
        {llama_family, "\"rope_theta\": 0", "config.out_of_range", "rope_theta"},
        {llama_family, "\"rope_theta\": -10000.0", "config.out_of_range", "rope_theta"},
        {llama_family, "\"rope_theta\": 10000.5", "config.out_of_range", "rope_theta"},
        {llama_family, "\"rope_parameters\": 3", "json.wrong_type", "rope_parameters"},
        {llama_family, "\"partial_rotary_factor\": 0.5", "config.not_supported",
         "partial_rotary_factor"},
        {llama_family, "\"num_key_value_heads\": 0", "json.out_of_range", "num_key_value_heads"},
        {llama_family, "\"num_key_value_heads\": 4", "config.heads", "num_key_value_heads"},
        {llama_family, "\"num_key_value_heads\": 12", "config.heads", "num_key_value_heads"},
        {llama_family, "\"head_dim\": 5", "config.heads", "head_dim"},
        {llama_family, "\"hidden_size\": 25", "config.heads", "num_attention_heads"},
        {llama_family, "\"attention_bias\": true", "config.not_supported", "attention_bias"},
        {llama_family, "\"mlp_bias\": true", "config.not_supported", "mlp_bias"},
        {llama_family, "\"tie_word_embeddings\": \"true\"", "json.wrong_type",
         "tie_word_embeddings"},
        {mistral_family, "\"num_key_value_heads\": 2, \"sliding_window\": 0", "json.out_of_range",
         "sliding_window"},
        {mistral_family, "\"num_key_value_heads\": 2, \"sliding_window\": -1", "json.out_of_range",
         "sliding_window"},
        {qwen2_family,
         "\"num_key_value_heads\": 2, \"use_sliding_window\": true, \"sliding_window\": 8",
         "config.not_supported", "use_sliding_window"},
        {qwen2_family, "\"num_key_value_heads\": 2, \"layer_types\": [\"sliding_attention\"]",
         "config.not_supported", "layer_types[0]"},
        {gpt2_family, "\"n_inner\": 0", "json.out_of_range", "n_inner"},
        {gpt2_family, "\"scale_attn_by_inverse_layer_idx\": true", "config.not_supported",
         "scale_attn_by_inverse_layer_idx"},
        {gpt2_family, "\"scale_attn_weights\": false", "config.not_supported",
         "scale_attn_weights"},
    };
    for (const auto& row : all) {
        INFO(row.further);
        const auto e = caught([&] { read(row.family, row.further); });
        CHECK(e.code == row.code);
        CHECK(e.where.name == row.name);
    }
}
