// config.json as a plain struct, read by its family's layout: what is missing has the family's default, what is there has the right type and a
// sensible value, what would change the computation and is not built is refused by name. The document itself is kept, so that a saved
// folder keeps the fields that hone does not know. Nothing in it is ever executed or opened. Cost: one small JSON document.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Longest config.json that is read.
inline constexpr std::size_t config_limit = std::size_t{16} << 20;

struct config_layout;

/// The numbers of a model under BERT's names for them, whatever its own family calls them. 0: the family has no such number.
struct model_config {
    std::int64_t vocab_size = 0, hidden_size = 0, num_hidden_layers = 0, num_attention_heads = 0, intermediate_size = 0;
    std::int64_t max_position_embeddings = 0, type_vocab_size = 0, embedding_size = 0;
    std::int64_t num_key_value_heads = 0, head_dim = 0;
    std::string hidden_act = "gelu";
    double layer_norm_eps = 0, hidden_dropout_prob = 0, attention_probs_dropout_prob = 0, initializer_range = 0;
    std::optional<double> classifier_dropout; ///< absent: hidden_dropout_prob
    std::optional<std::int64_t> pad_token_id = 0;
    std::vector<std::string> labels; ///< id2label by id; empty where the file names none
    std::optional<std::int64_t> num_labels;
    std::vector<std::int64_t> end_of_text; ///< eos_token_id, one or several
    json settled = json::object(); ///< what the family's own reader has made of further fields, by name

    const config_layout* layout = nullptr; ///< of the family that the file was read as
    json document = json::object(); ///< the file as it was
    std::string file;
    std::vector<notice> notices;

    /// Labels of a classifier: as many as have names, else `num_labels`, else two, which published configs leave out.
    std::int64_t label_count() const { return labels.empty() ? num_labels.value_or(2) : static_cast<std::int64_t>(labels.size()); }
};

/// A number of the model: a family's name for it, and what is meant where the file has none. 0: the family's own reader makes it out where there is none,
/// or null.
struct config_count {
    const char* name;
    std::int64_t model_config::*field;
    std::int64_t otherwise;
};
enum class number_range : unsigned char { above_zero, not_below_zero, share };
struct config_number {
    const char* name;
    double model_config::*field;
    double otherwise;
    number_range range;
};
/// A family's config.json.
struct config_layout {
    const char* model_type;
    std::span<const config_count> counts;
    std::span<const config_number> numbers;
    const char *activation, *classifier_dropout;
    std::span<const std::string_view> others; ///< fields that say nothing about the computation, or that `settle` reads
    const char* usual_activation = "gelu"; ///< the one with the error function
    void (*settle)(const json_view&, model_config&) = nullptr; ///< reads what only this family's files have, after the counts

    const char* name_of(std::int64_t model_config::*field) const {
        for (const auto& known : counts)
            if (known.field == field) return known.name;
        return "";
    }
};

/// A field that a compiled model has settled, under the file's name for it.
struct expected_field {
    std::string name;
    json value;
};

namespace detail {

inline double number_in(const json_view& at, number_range range) {
    const double x = at.number();
    if (range == number_range::share) { // a probability of dropping
        if (!(x >= 0 && x <= 1)) at.fail("config.out_of_range", "not a share that can be dropped", "0 to 1");
    } else if (const bool zero = range == number_range::not_below_zero; !(x > 0 || (zero && x == 0))) {
        at.fail("config.out_of_range", "a number out of range", zero ? "at least 0" : "above 0");
    }
    return x;
}

inline std::int64_t count(const json_view& at) { return at.integer(1, std::int64_t{1} << 24); }

/// A special id: a whole number or null. No family uses any of them, so any number will do.
inline std::optional<std::int64_t> special_id(const json_view& at) {
    if (at.is_null()) return std::nullopt;
    return at.integer();
}

/// A key of id2label as Python's int() reads it: perhaps blanks around it, a sign, zeros before it.
inline bool label_number(std::string_view key, std::int64_t& number) {
    const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!key.empty() && blank(key.front())) key.remove_prefix(1);
    while (!key.empty() && blank(key.back())) key.remove_suffix(1);
    if (key.size() > 1 && key.front() == '+' && key[1] != '-') key.remove_prefix(1);
    const auto [end, failed] = std::from_chars(key.data(), key.data() + key.size(), number);
    return failed == std::errc() && end == key.data() + key.size();
}

/// The names of id2label by id, as many as it has keys. What transformers takes is taken: an id without a name is LABEL_k, and so is one
/// whose name is null; a number is a name by its digits. Error: config.label_id, for a key that is no number.
inline void read_labels(const json_view& map, model_config& config) {
    auto& labels = config.labels;
    labels.resize(map.object().size());
    std::string beyond, unnamed, twice;
    map.each([&](const std::string& key, const json_view& name) {
        std::int64_t id = -1;
        if (!label_number(key, id))
            throw error("config.label_id", "a key of id2label that is no id", map.where(), {"0 to ", labels.size() - 1}, in_quotes(key, 64));
        if (id < 0 || id >= static_cast<std::int64_t>(labels.size())) append_to_list(beyond, in_quotes(key, 64));
        else if (!name.is_null()) labels[static_cast<std::size_t>(id)] = name.value().is_integer() ? name.value().write() : name.string();
    });
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i].empty()) append_to_list(unnamed, labels[i] = phrase({"LABEL_", i}).text());
    const auto order = order_of(labels.size(), [&](std::size_t a, std::size_t b) { return labels[a] < labels[b]; });
    for (std::size_t i = 1; i < order.size(); ++i)
        if (labels[order[i]] == labels[order[i - 1]] && twice.size() < 256) append_to_list(twice, in_quotes(labels[order[i]], 64));
    const auto say = [&](const char* code, const phrase& what) { config.notices.push_back({code, phrase({config.file, ": id2label ", what}).text()}); };
    if (!beyond.empty()) say("config.label_id", {"has keys beyond its ", labels.size(), " labels, which are not used: ", beyond});
    if (!unnamed.empty()) say("config.label_id", {"has no name for these: ", unnamed});
    if (!twice.empty()) say("config.label_twice", {"has names that stand there twice: ", twice});
}

/// Does label2id say the same? Only id2label counts.
inline bool agrees(const json& map, const std::vector<std::string>& labels) {
    if (!map.is_object() || map.size() != labels.size()) return false;
    for (std::size_t i = 0; i < map.size(); ++i) {
        const auto& id = map.values()[i];
        std::int64_t number = id.is_integer() ? id.integer() : -1;
        if (id.is_string() && !label_number(id.string(), number)) return false;
        if (number < 0 || number >= static_cast<std::int64_t>(labels.size()) || labels[static_cast<std::size_t>(number)] != map.keys()[i]) return false;
    }
    return true;
}

/// Fields that would make another computation than the one built here.
inline void refuse_other_models(const json_view& root, const char* family) {
    const auto type = root["model_type"];
    if (type.string() != family) type.fail("config.model_type", "a model of another family", in_quotes(family));
    const auto refuse = [&](const char* field, const char* why, const char* expected) {
        if (root.has(field)) root[field].fail("config.not_supported", why, expected);
    };
    const auto set = [&](const char* field) { return root.has(field) && !root[field].is_null(); };
    if (set("quantization_config")) refuse("quantization_config", "quantized weights are not supported", "no such field");
    if (set("text_config")) refuse("text_config", "a model inside a model is not supported", "no such field");
    if (set("is_decoder") && root["is_decoder"].boolean()) refuse("is_decoder", "a decoder is another model", "false");
    if (set("add_cross_attention") && root["add_cross_attention"].boolean())
        refuse("add_cross_attention", "cross-attention is another model", "false");
    if (set("position_embedding_type") && root["position_embedding_type"].string() != "absolute")
        refuse("position_embedding_type", "positions of another kind are not supported", "\"absolute\"");
}

inline void read_all_labels(const json_view& root, model_config& config) {
    const auto set = [&](const char* field) { return root.has(field) && !root[field].is_null(); };
    if (set("id2label")) read_labels(root["id2label"], config);
    if (set("label2id") && !agrees(root["label2id"].value(), config.labels))
        config.notices.push_back({"config.label2id", config.file + ": label2id is not that of id2label, which counts"});
    if (!set("num_labels")) return;
    config.num_labels = count(root["num_labels"]);
    if (set("id2label") && *config.num_labels != static_cast<std::int64_t>(config.labels.size()))
        root["num_labels"].fail("config.num_labels", "num_labels and id2label disagree",
                                {config.labels.size(), ", as many as id2label has"});
}

/// Fields of every family that are read above or below, or that say nothing about the computation.
inline constexpr std::string_view known_fields[] = {
    "pad_token_id", "bos_token_id", "eos_token_id", "tie_word_embeddings", "id2label", "label2id", "num_labels", "auto_map", "trust_remote_code",
    "model_type", "architectures", "quantization_config", "text_config", "is_decoder", "add_cross_attention", "position_embedding_type", "torch_dtype",
    "dtype", "transformers_version", "_name_or_path", "use_cache", "gradient_checkpointing", "problem_type"};

inline bool is_known(std::string_view field, const config_layout& layout) {
    const auto among = [&](const auto& list, auto name) { return std::any_of(std::begin(list), std::end(list), [&](const auto& one) { return field == name(one); }); };
    const auto itself = [](std::string_view name) { return name; };
    const auto named = [](const auto& one) { return one.name; };
    return field == layout.activation || field == layout.classifier_dropout || among(known_fields, itself) || among(layout.others, itself) || among(layout.counts, named) || among(layout.numbers, named);
}
/// What is in the document beside those.
inline std::string unknown_fields(const json_view& root, const config_layout& layout) {
    std::string unknown;
    root.each([&](const std::string& field, const json_view&) {
        if (!is_known(field, layout) && unknown.size() < 512)
            append_to_list(unknown, in_quotes(field, 64));
    });
    return unknown;
}

} // namespace detail

/// Reads a document. Errors: json.{wrong_type, missing, out_of_range} by field; config.{model_type, not_supported, out_of_range, heads,
/// label_id, num_labels}. Notices: config.label_id, config.label_twice, config.label2id, config.code (auto_map), config.unknown_fields.
inline model_config parse_config(json document, const std::string& file, const config_layout& layout) {
    model_config config;
    config.layout = &layout;
    config.file = file;
    config.document = std::move(document);
    const json_view root(config.document, file);
    root.object();
    detail::refuse_other_models(root, layout.model_type);
    for (const auto& [name, field, otherwise] : layout.counts)
        config.*field = root.has(name) && !(otherwise == 0 && root[name].is_null()) ? detail::count(root[name]) : otherwise;
    config.hidden_act = layout.usual_activation;
    if (layout.settle) layout.settle(root, config);
    if (config.head_dim == 0 && config.hidden_size % config.num_attention_heads != 0)
        throw error("config.heads", "heads that do not divide the width", {.file = file, .name = layout.name_of(&model_config::num_attention_heads)},
                    {"a divisor of ", layout.name_of(&model_config::hidden_size), " ", config.hidden_size}, config.num_attention_heads);
    if (root.has(layout.activation))
        config.hidden_act = root[layout.activation].string();
    for (const auto& [name, field, otherwise, range] : layout.numbers)
        config.*field = root.has(name) ? detail::number_in(root[name], range) : otherwise;
    if (root.has(layout.classifier_dropout) && !root[layout.classifier_dropout].is_null())
        config.classifier_dropout = detail::number_in(root[layout.classifier_dropout], number_range::share);
    if (root.has("pad_token_id"))
        config.pad_token_id = detail::special_id(root["pad_token_id"]);
    for (const char* field : {"bos_token_id", "eos_token_id"}) {
        if (!root.has(field))
            continue;
        const auto at = root[field];
        for (std::size_t i = 0; i < (at.is_array() ? at.size() : 1); ++i)
            if (const auto id = detail::special_id(at.is_array() ? at[i] : at); id && *field == 'e') config.end_of_text.push_back(*id);
    }
    if (root.has("tie_word_embeddings"))
        (void)root["tie_word_embeddings"].boolean();
    detail::read_all_labels(root, config);
    for (const char* field : {"auto_map", "trust_remote_code"})
        if (root.has(field)) config.notices.push_back({"config.code", file + ": " + field + " names code, which hone never runs"});
    if (const auto unknown = detail::unknown_fields(root, layout); !unknown.empty())
        config.notices.push_back({"config.unknown_fields", file + ": kept, not used: " + unknown});
    return config;
}

/// Reads config.json. Errors: those of read_json and parse_config.
inline model_config read_config(const std::filesystem::path& path, const config_layout& layout) {
    return parse_config(read_json(path, config_limit), path.string(), layout);
}

} // namespace hone
HONE_COMPACT_END
