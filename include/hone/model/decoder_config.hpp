// What config.json says of a decoder beyond the numbers of an encoder: heads of keys and values,
// rotary positions in the old and the new spelling, windows, and whether the table of the words
// also scores the next one. What would be another computation than the one built is refused by
// name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <initializer_list>

#include "hone/checkpoint/config.hpp"

HONE_COMPACT_BEGIN
namespace hone::detail {

/// What a field of the scaling of rotary positions is settled as.
inline std::string scaling_field(const char* name) { return std::string("rope_scaling.") + name; }

inline bool is_set(const json_view& root, std::string_view field) {
    return root.has(field) && !root[field].is_null();
}

/// Switches that are not built: true is refused.
inline void refuse_if_true(const json_view& root, std::initializer_list<const char*> fields) {
    for (const char* field : fields)
        if (is_set(root, field) && root[field].boolean())
            root[field].fail("config.not_supported", "a model with this is not built", "false");
}
/// Does the table of the words score the next one too?
inline void settle_tied(const json_view& root, model_config& config, bool otherwise) {
    config.settled.set("tie_word_embeddings", is_set(root, "tie_word_embeddings")
                                                  ? root["tie_word_embeddings"].boolean()
                                                  : otherwise);
}

/// Heads: where the file has none, a family's own number of heads of keys and of columns; where
/// that is 0, or the file has null, as many of keys as of queries, and the width shared out. Error:
/// config.heads.
inline void settle_heads(const json_view& root, model_config& config, std::int64_t keys = 0,
                         std::int64_t columns = 0) {
    const auto wrong = [&](const char* field, const char* problem, const phrase& expected,
                           std::int64_t found) {
        throw error("config.heads", problem, {.file = root.file(), .name = field}, expected, found);
    };
    if (!root.has("num_key_value_heads")) config.num_key_value_heads = keys;
    if (!root.has("head_dim")) config.head_dim = columns;
    if (config.num_key_value_heads == 0) config.num_key_value_heads = config.num_attention_heads;
    if (config.num_attention_heads % config.num_key_value_heads != 0)
        wrong("num_key_value_heads", "heads of keys that do not divide those of queries",
              {"a divisor of ", config.num_attention_heads}, config.num_key_value_heads);
    if (config.head_dim == 0) {
        if (config.hidden_size % config.num_attention_heads != 0)
            wrong("num_attention_heads", "heads that do not divide the width",
                  {"a divisor of hidden_size ", config.hidden_size}, config.num_attention_heads);
        config.head_dim = config.hidden_size / config.num_attention_heads;
    }
    if (config.head_dim % 2 != 0)
        wrong("head_dim", "heads whose columns cannot be turned in pairs", "an even number",
              config.head_dim);
}

/// `rope_parameters`, or `rope_theta` beside `rope_scaling`: settled as rope_theta, rope_type and
/// rope_scaling.{factor, low_freq_factor, high_freq_factor, original_max_position_embeddings}.
/// Errors: config.not_supported (with the kinds that are built), config.out_of_range.
inline void settle_rotary(const json_view& root, model_config& config) {
    const bool is_new = is_set(root, "rope_parameters"),
               scaled = !is_new && is_set(root, "rope_scaling");
    const json_view from = is_new ? root["rope_parameters"] : scaled ? root["rope_scaling"] : root;
    from.object();
    double theta = 10000;
    for (const json_view& at : {root, from})
        if (is_set(at, "rope_theta")) {
            theta = at["rope_theta"].number();
            if (!(theta >= 1 && theta <= 0x1p52 && theta == std::floor(theta)))
                at["rope_theta"].fail("config.out_of_range",
                                      "a base of rotary positions out of range",
                                      "a whole number from 1 on");
        }
    config.settled.set("rope_theta", theta);
    std::string type = "default";
    for (const char* field : {"type", "rope_type"})
        if ((is_new || scaled) && is_set(from, field)) type = from[field].string();
    if (type != "default" && type != "linear" && type != "llama3")
        from[is_set(from, "rope_type") ? "rope_type" : "type"].fail(
            "config.not_supported", "rotary positions of a kind that is not built",
            "\"default\", \"linear\" or \"llama3\"");
    config.settled.set("rope_type", type);
    for (const json_view& at : {root, from})
        if (is_set(at, "partial_rotary_factor") && at["partial_rotary_factor"].number() != 1)
            at["partial_rotary_factor"].fail(
                "config.not_supported", "heads of which only a part is turned are not built", "1");
    if (type == "default") return;
    const auto number = [&](const char* field) {
        const double x = number_in(from[field], number_range::above_zero);
        config.settled.set(scaling_field(field), x);
        return x;
    };
    number("factor");
    if (type == "linear") return;
    if (number("low_freq_factor") >= number("high_freq_factor"))
        from["high_freq_factor"].fail("config.out_of_range",
                                      "frequencies between which nothing lies",
                                      "above low_freq_factor");
    config.settled.set(scaling_field("original_max_position_embeddings"),
                       count(from["original_max_position_embeddings"]));
}

/// The window that all layers have: null where there is none. Error: json.out_of_range.
inline void settle_window(const json_view& root, model_config& config, std::int64_t otherwise) {
    json window = otherwise;
    if (root.has("sliding_window"))
        window = root["sliding_window"].is_null() ? json() : json(count(root["sliding_window"]));
    config.settled.set("sliding_window", std::move(window));
}
/// Layers that all see everything before them, whatever the window. Error: config.not_supported.
inline void refuse_windows(const json_view& root) {
    if (is_set(root, "sliding_window")) refuse_if_true(root, {"use_sliding_window"});
    if (!is_set(root, "layer_types")) return;
    const auto list = root["layer_types"];
    for (std::size_t i = 0; i < list.array().size(); ++i)
        if (list[i].string() != "full_attention")
            list[i].fail("config.not_supported",
                         "layers that see a part of what is before them are not built",
                         "\"full_attention\"");
}

} // namespace hone::detail
HONE_COMPACT_END
