// What a compiled model asks of a config.json, and what a saved one says: the comparison lists every field that differs, with both values;
// the written file is the one that was read, with the labels and what describes the head brought up to date.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hone/checkpoint/config.hpp"
#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A field's value under the file's name, defaults filled in; null where neither the file nor the family has one.
inline json field_of(const model_config& config, const std::string& name) {
    for (const auto& known : config.layout->counts)
        if (name == known.name)
            return config.*known.field;
    for (const auto& known : config.layout->numbers)
        if (name == known.name)
            return config.*known.field;
    if (name == config.layout->activation)
        return config.hidden_act;
    if (const json* const made = config.settled.find(name)) return *made;
    const json* const at = config.document.find(name);
    return at ? *at : json();
}

/// One name for the several that an activation has in published files; any other name as it is.
inline std::string_view activation_of(std::string_view name) {
    static constexpr std::string_view names[][2] = {
        {"gelu_python", "gelu"},           {"gelu_fast", "gelu_new"}, {"gelu_pytorch_tanh", "gelu_new"}, {"gelu_python_tanh", "gelu_new"},
        {"gelu_accurate", "gelu_new"},     {"swish", "silu"}};
    for (const auto& [other, one] : names)
        if (name == other) return one;
    return name;
}

/// Error: config.does_not_fit, one for all fields that differ.
inline void require_fields(const model_config& config, std::span<const expected_field> expected) {
    std::string differing;
    std::size_t count = 0;
    for (const auto& [name, value] : expected) {
        const json found = field_of(config, name);
        if (found == value) continue; // numbers compare as numbers
        if (name == config.layout->activation && value.is_string() && activation_of(config.hidden_act) == activation_of(value.string())) continue;
        phrase{"\n  ", name, ": the model has ", value.write(), ", the file ", found.write()}.append_to(differing);
        ++count;
    }
    if (count > 0)
        throw error("config.does_not_fit", {"the config does not fit the compiled model:", differing, "\n "}, {.file = config.file},
                    {expected.size(), " equal fields"}, {count, " that differ"});
}

/// What a saved folder is to Python's transformers: its class, and what its labels mean (null: it has no such field).
struct saved_as {
    const char *architecture, *problem_type;
};

/// The document of a saved model of these labels. Weights are saved as F32, and a field that said otherwise says so.
inline json saved_document(const model_config& config, std::span<const std::string> labels, saved_as as) {
    json document = config.document;
    if (config.layout) document.set("model_type", config.layout->model_type);
    json architectures = json::array();
    architectures.append(as.architecture);
    document.set("architectures", std::move(architectures));
    for (const char* field : {"torch_dtype", "dtype"})
        if (document.find(field)) document.set(field, "float32");
    const json* const known = document.find("problem_type");
    const bool usual = !as.problem_type || as.problem_type == std::string_view("single_label_classification"); // what no field means
    if (known || !usual) document.set("problem_type", as.problem_type ? json(as.problem_type) : json());
    json names = json::object(), ids = json::object();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        names.set(phrase(i).text(), labels[i]);
        ids.set(labels[i], i);
    }
    document.set("id2label", std::move(names));
    document.set("label2id", std::move(ids));
    document.set("num_labels", labels.size());
    return document;
}

/// Errors: config.labels (none, or one twice), config.not_utf8, file.unwritable.
inline void write_config(const std::filesystem::path& path, const model_config& config, std::span<const std::string> labels, saved_as as) {
    const json document = saved_document(config, labels, as);
    const auto different = document.find("label2id")->size();
    if (labels.empty() || different != labels.size())
        throw error("config.labels", "labels that no map can hold", {.file = path.native()}, "at least one, all different",
                    {labels.size(), ", ", different, " different"});
    std::string text;
    try {
        text = document.write(2) + "\n";
    } catch (const error&) {
        throw error("config.not_utf8", "a label that is not UTF-8", {.file = path.native()}, "UTF-8", "other bytes");
    }
    write_atomically(path, text);
}

} // namespace hone
HONE_COMPACT_END
