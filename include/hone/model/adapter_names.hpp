// Names in an adapter's folder: those of its tensors, as PEFT has them in memory or in files, and those of the labels that its classifier knows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "hone/model/adapter_folder.hpp"
#include "hone/model/bottleneck_folder.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

inline constexpr std::size_t adapter_config_limit = std::size_t{1} << 22;

/// A tensor's name without the name of the adapter that PEFT gives it in memory, where some have saved it from: "lora_A.default.weight".
inline std::string without_adapter_name(std::string name) {
    for (const std::string_view part : {".modules_to_save.default", ".default"})
        if (const auto at = name.find(part); at != name.npos && (at + part.size() == name.size() || name[at + part.size()] == '.')) name.erase(at, part.size());
    if (name.ends_with(".lora_magnitude_vector.weight")) name.resize(name.size() - std::string_view(".weight").size());
    return name;
}
/// Is a tensor of the head, or of an adapter around a layer of it?
inline bool is_of_head(std::string_view tensor, const published_names& names) {
    const auto& head = names.head().tensors;
    return std::any_of(head.begin(), head.end(), [&](const auto& r) { return !r.theirs.starts_with(names.family().prefix) && tensor.find(r.theirs) != tensor.npos; });
}
/// Does the file hold the head's own weights, biases alone left aside (`bias: "all"` holds them of
/// every layer)? Without any the model's own head is meant.
template <class T>
bool has_head(const checkpoint& file, const std::vector<named_weight<T>>& weights,
              const published_names& names) {
    const auto holds = [&](const std::string& wanted) {
        return std::any_of(file.entries().begin(), file.entries().end(), [&](const auto& e) {
            const std::string name = "." + without_adapter_name(e.tensor->name);
            return name.ends_with("." + wanted);
        });
    };
    return std::any_of(weights.begin(), weights.end(), [&](const auto& w) {
        return names.is_in_head(w.name) && !w.name.ends_with(".bias") && holds(names(w.name));
    });
}
/// The names in labels.json, none where there is no such file.
inline std::vector<std::string> labels_beside(const std::filesystem::path& folder) {
    const auto names = folder / "labels.json";
    std::vector<std::string> labels;
    if (std::error_code ignored; !std::filesystem::exists(names, ignored)) return labels;
    const json document = read_json(names, adapter_config_limit);
    const auto file = names.string();
    const json_view list(document, file);
    for (std::size_t i = 0; i < list.array().size(); ++i) labels.push_back(list[i].string());
    return labels;
}

} // namespace detail

/// The names of an adapter's labels by their numbers, fewer than `classes` or none where the folder does not say them all.
/// Errors: adapter.labels, for more names than the classifier has rows, or two that are equal.
inline std::vector<std::string> labels_of_adapter(const std::filesystem::path& folder, long classes) {
    const auto first = adapter_folders(folder).front();
    std::error_code ignored;
    const bool is_bottleneck = std::filesystem::exists(first / "head_config.json", ignored);
    auto labels = is_bottleneck ? detail::bottleneck_labels(first, detail::adapter_config_limit) : detail::labels_beside(first);
    const std::set<std::string> different(labels.begin(), labels.end());
    if (static_cast<long>(labels.size()) > classes || different.size() != labels.size())
        throw error("adapter.labels", "labels that are no names of the classifier's rows", {.file = (first / (is_bottleneck ? "head_config.json" : "labels.json")).native()},
                    {"at most ", classes, ", all different"}, {labels.size(), ", ", different.size(), " different"});
    return labels;
}

} // namespace hone
HONE_COMPACT_END
