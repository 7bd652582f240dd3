// A published checkpoint as weights of a model type, and back: every tensor bound or an error that names it, a missing head drawn from
// the seed and said so, the config compared field by field with what was compiled. A saved folder opens in Python's transformers.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hone/checkpoint/binding.hpp"
#include "hone/checkpoint/checkpoint.hpp"
#include "hone/checkpoint/config_fields.hpp"
#include "hone/checkpoint/safetensors_writer.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"
#include "hone/model/published.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Weights with what their folder said besides.
template <class Model, class T = float>
struct pretrained : parameters<Model, T> {
    using parameters<Model, T>::parameters;
    model_config config;
    std::string task = Model::task; ///< a classifier's may be single, several or number
    std::vector<notice> notices;
    bool drawn_head = false;   ///< the folder lacked a part of the head
    bool drawn_pooler = false; ///< ... or the pooler before it, which Python counts to the body
    published_names names() const { return names_of<Model>(task); }
    json adapter_configs = json::object(); ///< of the adapters that were read, by family: fields that hone does not know are kept
    std::set<std::string> beside;          ///< weights that have trained beside adapters, or that the base's folder lacks: an adapter's folder holds them too
};

/// What a compiled model asks of config.json.
template <class Model>
std::vector<expected_field> expected_config() {
    auto fields = family<typename Model::body>::fields();
    if constexpr (requires { Model::is_tied; }) fields.push_back({"tie_word_embeddings", Model::is_tied});
    return fields;
}

namespace detail {

template <class Model, class T>
std::vector<expected_weight> expected_weights(const pretrained<Model, T>& weights) {
    std::vector<expected_weight> expected;
    const auto names = weights.names();
    weights.read([&](const named_weight<const T>& w) {
        if (parameters<Model, T>::entries[static_cast<std::size_t>(w.entry)].adapter) return;
        const auto name = names(w.name);
        if (w.vector) expected.push_back({name, static_cast<std::uint64_t>(w.columns)});
        else expected.push_back({name, static_cast<std::uint64_t>(w.rows), static_cast<std::uint64_t>(w.columns)});
    });
    return expected;
}

/// A classifier's task as its folder has it; that of any other head is its type's.
inline std::string task_in(const model_config& config, std::string task) {
    const json* const found = config.document.find("problem_type");
    if (found && found->is_string() && task == "single")
        for (const auto& known : model_tasks)
            if (known.problem_type && found->string() == known.problem_type) task = known.name;
    return task;
}

/// Can a weight stand where its tensor is in the file, as it is?
template <class T>
bool can_stand(const stored_tensor& tensor, std::span<T> values) {
    return tensor.type == stored_type_of<T>() && reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) == 0 && values.size_bytes() >= stands_from;
}

} // namespace detail

/// Reads a folder (config.json, model.safetensors or its shards); large tensors of the model's own type stay in the file, which is mapped as long as
/// the model lives: they take memory only where they are read. `classes` is read where the model has `classes<run_time>`; 0 takes
/// the folder's own number of labels. A head or a pooler that is missing is drawn from `seed`, and with `new_head` also a head that
/// is there. Errors: config.*, checkpoint.*, safetensors.*.
template <class Model, class T = float>
pretrained<Model, T> load(const std::filesystem::path& folder, long classes = 0, std::uint64_t seed = 0, bool new_head = false) {
    auto config = read_config(folder / "config.json", family<typename Model::body>::published.config);
    const auto expected = expected_config<Model>();
    require_fields(config, expected);
    if (classes == 0) classes = Model::class_count != run_time ? Model::class_count : static_cast<long>(config.label_count());
    if (Model::class_count != run_time && classes != Model::class_count)
        throw error("model.classes", "the model was compiled for another number of classes", {.file = folder.native()}, Model::class_count,
                    classes);
    auto from = open_checkpoint(folder);
    pretrained<Model, T> model(classes);
    model.task = detail::task_in(config, Model::task);
    const auto wanted = detail::expected_weights(model);
    const auto names = model.names();
    auto bound = bind_weights(wanted, from, names.rules(new_head));
    std::size_t i = 0;
    std::vector<std::string> drawn; // what the folder lacks, and all that adapters have added
    std::vector<const std::byte*> stands; // by copy
    model.fill([&](named_weight<T> w) {
        const bool adapts = parameters<Model, T>::entries[static_cast<std::size_t>(w.entry)].adapter;
        const auto* entry = adapts ? nullptr : bound.feeds[i++];
        if (!entry && !adapts && names.is_head(w.name)) {
            (names.is_in_head(w.name) ? model.drawn_head : model.drawn_pooler) = true;
            if (!names.goes_along(w.name)) model.beside.insert(w.name); // an adapter's folder holds what its base has not, as it holds what has trained
        }
        stands.push_back(entry && detail::can_stand(*entry->tensor, w.values) ? entry->tensor->bytes.data() : nullptr);
        if (!entry) drawn.push_back(w.name);
        else if (!stands.back()) from.read(*entry, w.values);
    });
    for (auto& file : std::move(from).release())
        model.stand_in(std::move(file).release(), stands);
    model.initialize(seed, [&](std::string_view name) {
        for (const auto& d : drawn)
            if (d == name) return true;
        return false;
    });
    model.config = std::move(config);
    model.notices = std::move(bound.notices);
    for (const auto& n : model.config.notices) model.notices.push_back(n);
    return model;
}

/// Writes model.safetensors and config.json with these labels (none where the task has no names for its outputs) into an existing folder.
template <class Model, class T>
void save_into(pretrained<Model, T>& model, const std::filesystem::path& folder, const std::vector<std::string>& labels) {
    static_assert(!requires { typename Model::adapters; }, HONE_E052);
    std::vector<stored_tensor> tensors;
    const auto names = model.names();
    model.read([&](const named_weight<const T>& w) {
        std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(w.rows), static_cast<std::uint64_t>(w.columns)};
        if (w.vector) shape.erase(shape.begin());
        tensors.push_back(to_store<T>(names(w.name), shape, w.values));
    });
    write_safetensors(folder / "model.safetensors", tensors);
    auto all = labels;
    for (int k = 0; labels.empty() && k < names.task().outputs; ++k) all.push_back("LABEL_" + std::to_string(k));
    write_config(folder / "config.json", model.config, all, {names.head().architecture, names.task().problem_type});
}

} // namespace hone
HONE_COMPACT_END
