// Writing and reading the folders that adapter_folder.hpp describes. A folder is written whole or not at all; of a folder that is read every tensor
// is taken, and whatever is missing, left over, misshapen or settled otherwise is told in one error before a weight of the model has changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hone/model/adapter_names.hpp"
#include "hone/model/bottleneck_folder.hpp"
#include "hone/model/cut_ranks.hpp"
#include "hone/model/peft_config.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

template <class Model, class T>
auto families_of(pretrained<Model, T>& model, std::vector<named_weight<T>>& weights) {
    static_assert(requires { typename Model::adapters; }, HONE_E051);
    model.fill([&](named_weight<T> w) { weights.push_back(std::move(w)); });
    return families<T>(weights, model.names(), static_cast<typename Model::adapters*>(nullptr));
}
template <class T>
std::vector<std::string> modules_of(const std::vector<named_weight<T>>& weights, const published_names& names) {
    std::vector<std::string> all;
    for (const auto& w : weights)
        if (w.name.ends_with(".weight")) all.push_back(names.module(w.name.substr(0, w.name.size() - std::string_view(".weight").size())));
    return all;
}
/// One family alone stands in the folder itself, several each in one below it.
template <class T>
std::filesystem::path folder_of(const std::filesystem::path& folder, const adapter_family<T>& family, std::size_t families) {
    return families > 1 ? folder / family.folder : folder;
}

template <class T>
json folders_of(const std::vector<adapter_family<T>>& families) {
    std::vector<std::string> names;
    for (const auto& family : families) names.push_back(family.folder);
    return strings(names);
}

/// The tensors of a family as its file has them, of the numbers that `of` gives for each weight (its own, or their gradient); without any the tensor is left out.
/// `room` holds what is put together for them.
template <class T, class Numbers>
std::vector<stored_tensor> stored_tensors(const adapter_family<T>& family, std::vector<std::vector<T>>& room, Numbers of) {
    std::vector<stored_tensor> tensors;
    T* wide = nullptr; // of weights side by side, which are one tensor
    for (const auto& t : family.tensors) {
        std::span<const T> values = of(t.weight);
        if (values.empty()) continue;
        if (t.column >= 0) {
            const auto columns = static_cast<std::size_t>(t.columns), width = static_cast<std::size_t>(t.weight.columns), rows = static_cast<std::size_t>(t.weight.rows);
            if (!wide) {
                auto& made = room.emplace_back(rows * columns);
                tensors.push_back(to_store<T>(t.name, t.shape, std::span<const T>(made)));
                wide = made.data();
            }
            for (std::size_t r = 0; r < rows; ++r) std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(r * width), width, wide + r * columns + static_cast<std::size_t>(t.column));
            continue;
        }
        if (t.turned) values = room.emplace_back(turned<T>(values, t.weight.rows, t.weight.columns));
        tensors.push_back(to_store<T>(t.name, t.shape, values));
    }
    return tensors;
}

/// What is in the folder for each of a family's tensors; adds to `wrong` what does not fit.
template <class T>
std::vector<const checkpoint::entry*> match_tensors(const adapter_family<T>& family, const checkpoint& from, const published_names& published, complaints& wrong) {
    std::vector<const checkpoint::entry*> found;
    std::set<const checkpoint::entry*> used;
    std::vector<std::string> names;
    for (const auto& entry : from.entries())
        if (names.size() < 2'000) names.push_back(entry.tensor->name);
    std::map<std::string, const checkpoint::entry*> renamed;
    for (const auto& entry : from.entries())
        if (auto name = without_adapter_name(entry.tensor->name); name != entry.tensor->name) renamed.emplace(std::move(name), &entry);
    for (const auto& tensor : family.tensors) {
        const checkpoint::entry* at = from.find(tensor.name);
        if (const auto other = renamed.find(tensor.name); !at && other != renamed.end()) at = other->second;
        found.push_back(at);
        if (!at) {
            wrong.add({"missing: ", in_quotes(tensor.name, 160), found.size() < 64 ? ", nearest: " + nearest_names(tensor.name, names) : ""});
            continue;
        }
        used.insert(at);
        if (!is_readable(at->tensor->type)) wrong.add({"of a type not supported: ", in_quotes(at->tensor->name, 160), ", found ", name_of(at->tensor->type)});
        if (at->tensor->shape != tensor.shape)
            wrong.add({"misshapen: ", in_quotes(at->tensor->name, 160), ", expected ", shape_text(tensor.shape), ", found ", shape_text(at->tensor->shape)});
    }
    for (const auto& entry : from.entries())
        if (!used.contains(&entry) && !(family.doubles && is_double(entry.tensor->name)) && !(family.new_head && is_of_head(entry.tensor->name, published))) wrong.add({"left over: ", in_quotes(entry.tensor->name, 160), " ", shape_text(entry.tensor->shape)});
    return found;
}

[[noreturn]] inline void refuse_folder(const std::filesystem::path& folder, const complaints& wrong) {
    throw error("adapter.does_not_fit", {"the folder holds another adapter than the model has:", wrong.text, "\n "}, {.file = folder.native()}, "the same adapter",
                {wrong.count, wrong.count == 1 ? " difference" : " differences"});
}
/// Several families stand in as many folders of their names.
template <class T>
void compare_folders(const std::vector<adapter_family<T>>& families, const std::filesystem::path& folder, complaints& wrong) {
    std::vector<std::string> names;
    for (const auto& one : adapter_folders(folder)) names.push_back(one == folder ? "one alone" : one.filename().string());
    const json ours = folders_of(families), theirs = strings(names);
    if (ours == theirs) return;
    wrong.add({"adapters: the model has ", ours.write(), ", the folder ", theirs.write()});
    refuse_folder(folder, wrong);
}
/// Compares a family with the config in its folder, names its tensors as that does, and opens its files.
template <class T>
checkpoint open_family(adapter_family<T>& family, const std::filesystem::path& folder, std::size_t families, const std::vector<named_weight<T>>& base, long layers, const published_names& names, json& configs, complaints& wrong) {
    const auto at = folder_of(folder, family, families), path = at / "adapter_config.json";
    json document = read_json(path, adapter_config_limit);
    const auto file = path.string();
    const json_view config(document, file);
    if (!family.made.empty())
        throw error("adapter.not_readable", "a folder holds the rows that an encoder made, not the encoder", {.file = at.native()}, "a model with `prompt` in place of `ptuning`", family.name);
    std::vector<safetensors_file> opened;
    if (family.is_bottleneck) {
        compare_bottlenecks(config, family, layers, wrong);
        rename_bottlenecks(family, document);
        if (!config.has("config")) refuse_folder(folder, wrong);
        opened.emplace_back(at / "adapter.safetensors");
        opened.emplace_back(at / "model_head.safetensors");
    } else {
        compare_config(config, family, wrong);
        if (!config.has("peft_type")) refuse_folder(folder, wrong);
        take_cut_ranks(family, config, wrong);
        add_beside(family, weights_beside(config, base, family, names), names);
        opened.emplace_back(adapter_weights_in(at));
    }
    configs.set(family.folder, document);
    checkpoint tensors(std::move(opened));
    if (!family.is_bottleneck && !family.is_virtual) add_beside(family, also_in(tensors, base, family, names), names);
    return tensors;
}
/// A tensor of a file into the weight that it is of: as it stands, some of its columns, spread over what an allocation kept, or turned.
template <class T>
void read_tensor(const checkpoint& file, const checkpoint::entry& from, const adapter_tensor<T>& t, std::span<T> to) {
    if (t.column >= 0) {
        const auto columns = static_cast<std::size_t>(t.columns), width = static_cast<std::size_t>(t.weight.columns), rows = static_cast<std::size_t>(t.weight.rows);
        std::vector<T> wide(rows * columns);
        file.read(from, std::span<T>(wide));
        for (std::size_t r = 0; r < rows; ++r)
            std::copy_n(wide.begin() + static_cast<std::ptrdiff_t>(r * columns) + t.column, width, to.begin() + static_cast<std::ptrdiff_t>(r * width));
    } else if (t.cut != adapter_tensor<T>::cut_to::whole) {
        std::vector<T> some(static_cast<std::size_t>(from.tensor->count()));
        file.read(from, std::span<T>(some));
        spread<T>(t, some, to);
    } else {
        file.read(from, to);
        if (!t.turned) return;
        const auto values = turned<T>(to, t.weight.columns, t.weight.rows);
        std::copy(values.begin(), values.end(), to.begin());
    }
}

} // namespace detail

/// Writes the adapters, the classifier and what trained beside them (`note_beside`) into an existing folder. Errors: adapter.not_one_folder, file.unwritable.
template <class Model, class T>
void save_adapter_into(pretrained<Model, T>& model, const std::filesystem::path& folder, const std::vector<std::string>& labels, const std::string& base = {}) {
    std::vector<named_weight<T>> weights;
    auto families = detail::families_of(model, weights);
    const auto names = model.names();
    const auto modules = detail::modules_of(weights, names);
    detail::said_beside beside;
    std::vector<named_weight<T>> aside;
    for (const auto& w : detail::base_weights(model))
        if (model.beside.contains(w.name) && !(names.is_in_head(w.name) && std::any_of(families.begin(), families.end(), [](const auto& f) { return f.is_bottleneck; }))) aside.push_back(w);
    if (families.size() == 1 && detail::say_beside(beside, model.beside, detail::base_weights(model), families.front(), modules, names)) {
        detail::add_beside(families.front(), aside, names);
        aside.clear();
    }
    if (!aside.empty()) {
        std::vector<stored_tensor> tensors;
        for (const auto& w : aside) tensors.push_back(to_store<T>(names(w.name), detail::own_shape(w), std::span<const T>(w.values)));
        write_safetensors(folder / detail::beside_file, tensors);
    }
    if (families.size() > 1) write_atomically(folder / detail::folders_file, detail::folders_of(families).write(2) + "\n");
    for (auto& family : families) {
        const auto at = detail::folder_of(folder, family, families.size());
        std::filesystem::create_directories(at);
        const auto* known = model.adapter_configs.find(family.folder);
        const json kept = known ? *known : json();
        const json config = family.is_bottleneck ? detail::bottleneck_config(family, kept, base, model.config, names) : detail::adapter_config(family, modules, kept, base, model.config, beside, names);
        write_atomically(at / "adapter_config.json", config.write(2) + "\n");
        if (family.is_bottleneck) detail::rename_bottlenecks(family, config);
        std::vector<std::vector<T>> room;
        auto tensors = detail::stored_tensors(family, room, [](const named_weight<T>& w) { return std::span<const T>(w.values); });
        const std::string library = family.is_bottleneck ? "adapters" : "peft", speaker = family.is_bottleneck ? "adapters library" : "PEFT";
        if (family.is_bottleneck) {
            std::vector<stored_tensor> inside, head;
            for (auto& t : tensors) (t.name.starts_with(names.family().prefix) ? inside : head).push_back(std::move(t));
            write_safetensors(at / "adapter.safetensors", inside);
            write_safetensors(at / "model_head.safetensors", head);
            write_atomically(at / "head_config.json", detail::bottleneck_head(config, labels, base, model.config, names).write(2) + "\n");
        } else {
            write_safetensors(at / "adapter_model.safetensors", tensors);
            write_atomically(at / "labels.json", detail::strings(labels).write(2) + "\n");
        }
        write_atomically(at / "README.md", "---\nlibrary_name: " + library + "\n---\n\nAn adapter (" + family.name + ") and its classifier. Python's " + speaker + " opens this folder on its base model" +
                                              (aside.empty() ? "." : ", once base.safetensors is loaded over that: weights of the base that trained beside the adapter.") + "\n");
    }
}
/// The same as a folder of its own: written whole, or the previous one stays as it was. A folder that hone did not write is not replaced.
template <class Model, class T>
void save_adapter(pretrained<Model, T>& model, const std::filesystem::path& folder, const std::vector<std::string>& labels, const std::string& base = {}) {
    replace_folder(folder, [&](const std::filesystem::path& fresh) { save_adapter_into(model, fresh, labels, base); });
}

/// Reads adapters and classifier over those of a model of the same type; with `new_head`, or where the folder has no classifier, the model's own stays.
/// Returns the names of the labels, none where the folder has none.
/// Errors: adapter.does_not_fit, which lists every field and tensor that differs; those of files, JSON and safetensors.
template <class Model, class T>
std::vector<std::string> load_adapter(pretrained<Model, T>& model, const std::filesystem::path& folder, bool new_head = false) {
    std::vector<named_weight<T>> weights;
    auto families = detail::families_of(model, weights);
    const auto base = detail::base_weights(model);
    const auto names = model.names();
    detail::complaints wrong;
    if (families.size() > 1) detail::compare_folders(families, folder, wrong);
    std::vector<checkpoint> files;
    json configs = json::object();
    for (auto& family : families) files.push_back(detail::open_family(family, folder, families.size(), base, static_cast<long>(model.config.num_hidden_layers), names, configs, wrong));
    const auto first = detail::folder_of(folder, families.front(), families.size());
    if (std::error_code ignored; std::filesystem::exists(folder / detail::beside_file, ignored)) {
        std::vector<safetensors_file> opened;
        opened.emplace_back(folder / detail::beside_file);
        files.emplace_back(std::move(opened));
        families.push_back(detail::family_beside(files.back(), base, names));
    }
    const bool own_head = new_head || std::none_of(files.begin(), files.end(), [&](const auto& file) { return detail::has_head(file, weights, names); });
    for (auto& family : families) {
        family.new_head = new_head;
        if (own_head) std::erase_if(family.tensors, [&](const auto& t) { return names.is_in_head(t.weight.name); });
    }
    std::vector<std::vector<const checkpoint::entry*>> found;
    for (std::size_t i = 0; i < families.size(); ++i) found.push_back(detail::match_tensors(families[i], files[i], names, wrong));
    if (wrong.count > 0) detail::refuse_folder(folder, wrong);
    model.beside.clear();
    for (const auto& family : families)
        for (const auto& t : family.tensors)
            if (std::any_of(base.begin(), base.end(), [&](const auto& w) { return w.name == t.weight.name; })) model.beside.insert(t.weight.name);
    for (std::size_t i = 0; i < families.size(); ++i)
        for (std::size_t k = 0; k < found[i].size(); ++k) detail::read_tensor(files[i], *found[i][k], families[i].tensors[k], model.weight(families[i].tensors[k].weight.name).values);
    model.adapter_configs = std::move(configs);
    if (!own_head) model.drawn_head = false;
    if (std::any_of(model.beside.begin(), model.beside.end(), [&](const auto& name) { return names.is_head(name) && !names.is_in_head(name); })) model.drawn_pooler = false;
    return families.front().is_bottleneck ? detail::bottleneck_labels(first, detail::adapter_config_limit) : detail::labels_beside(first);
}

} // namespace hone
HONE_COMPACT_END
