// What a compiled model asks of a config.json, and what a saved one says: the comparison lists every field that differs, with both values;
// the written file is the one that was read, with the labels and what describes the head brought up to date.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hone/checkpoint/config.hpp>
#include <hone/file/error.hpp>
#include <hone/file/file.hpp>
#include <hone/file/json.hpp>

namespace hone {

/// A field's value under the file's name, defaults filled in; null where neither the file nor the family has one.
inline json field_of(const bert_config& config, const std::string& name) {
    const json known = {{"vocab_size", config.vocab_size},
                        {"hidden_size", config.hidden_size},
                        {"num_hidden_layers", config.num_hidden_layers},
                        {"num_attention_heads", config.num_attention_heads},
                        {"intermediate_size", config.intermediate_size},
                        {"max_position_embeddings", config.max_position_embeddings},
                        {"type_vocab_size", config.type_vocab_size},
                        {"hidden_act", config.hidden_act},
                        {"layer_norm_eps", config.layer_norm_eps},
                        {"initializer_range", config.initializer_range},
                        {"hidden_dropout_prob", config.hidden_dropout_prob},
                        {"attention_probs_dropout_prob", config.attention_probs_dropout_prob}};
    if (const auto at = known.find(name); at != known.end()) return *at;
    const auto at = config.document.find(name);
    return at == config.document.end() ? json() : *at;
}

/// Error: config.does_not_fit, one for all fields that differ.
inline void require_fields(const bert_config& config, std::span<const expected_field> expected) {
    std::string differing;
    std::size_t count = 0;
    for (const auto& [name, value] : expected) {
        const json found = field_of(config, name);
        if (found == value) continue; // numbers compare as numbers
        differing += "\n  " + name + ": the model has " + value.dump() + ", the file " + found.dump();
        ++count;
    }
    if (count > 0)
        throw error("config.does_not_fit", "the config does not fit the compiled model:" + differing + "\n ", {.file = config.file},
                    std::to_string(expected.size()) + " equal fields", std::to_string(count) + " that differ");
}

/// The document of a saved classifier of these labels: Python's transformers opens it as BertForSequenceClassification. Weights are saved
/// as F32, and a field that said otherwise says so.
inline json classifier_document(const bert_config& config, std::span<const std::string> labels) {
    json document = config.document;
    document["model_type"] = "bert";
    document["architectures"] = json::array({"BertForSequenceClassification"});
    for (const char* field : {"torch_dtype", "dtype"})
        if (document.contains(field)) document[field] = "float32";
    if (document.contains("problem_type")) document["problem_type"] = "single_label_classification";
    json names = json::object(), ids = json::object();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        names[std::to_string(i)] = labels[i];
        ids[labels[i]] = i;
    }
    document["id2label"] = std::move(names);
    document["label2id"] = std::move(ids);
    document["num_labels"] = labels.size();
    return document;
}

/// Errors: config.labels (none, or one twice), config.not_utf8, file.unwritable.
inline void write_config(const std::filesystem::path& path, const bert_config& config, std::span<const std::string> labels) {
    const json document = classifier_document(config, labels);
    const auto different = document["label2id"].size();
    if (labels.empty() || different != labels.size())
        throw error("config.labels", "labels that no map can hold", {.file = path.string()}, "at least one, all different",
                    std::to_string(labels.size()) + ", " + std::to_string(different) + " different");
    std::string text;
    try {
        text = document.dump(2) + "\n";
    } catch (const json::exception&) {
        throw error("config.not_utf8", "a label that is not UTF-8", {.file = path.string()}, "UTF-8", "other bytes");
    }
    write_atomically(path, text);
}

} // namespace hone
