// Writing and reading the folders that adapter_folder.hpp describes. A folder is written whole or not at all; of a folder that is read every tensor
// is taken, and whatever is missing, left over, misshapen or settled otherwise is told in one error before a weight of the model has changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "hone/model/adapter_folder.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

template <class Model, class T>
auto families_of(parameters<Model, T>& model, std::vector<named_weight<T>>& weights) {
    static_assert(requires { typename Model::adapters; }, HONE_E051);
    weights = weights_of(model);
    return families<T>(weights, static_cast<typename Model::adapters*>(nullptr));
}
template <class T>
std::vector<std::string> modules_of(const std::vector<named_weight<T>>& weights) {
    std::vector<std::string> all;
    for (const auto& w : weights)
        if (w.name.ends_with(".weight")) all.push_back(module_of(w.name.substr(0, w.name.size() - std::string_view(".weight").size())));
    return all;
}
/// One family alone stands in the folder itself, several each in one below it.
inline std::filesystem::path folder_of(const std::filesystem::path& folder, const std::string& family, std::size_t families) {
    std::string lower = family;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return families > 1 ? folder / lower : folder;
}

inline constexpr std::size_t adapter_config_limit = std::size_t{1} << 22;

/// The fields of a config that differ from what the type has settled.
template <class T>
void compare_config(const json_view& config, const adapter_family<T>& family, complaints& wrong) {
    const auto& type = config["peft_type"].string();
    if (type != family.name && type != family.also_reads) wrong.add({"peft_type: the model has ", in_quotes(family.name, 64), ", the folder ", in_quotes(type, 64)});
    for (const auto& f : family.fields) {
        const json found = config.has(f.name) ? config[f.name].value() : f.otherwise;
        if (!(found == f.value)) wrong.add({f.name, ": the model has ", f.value.write(), ", the folder ", found.write()});
    }
}
inline void compare_patterns(const json_view& config, const json& ours, complaints& wrong) {
    for (const char* name : {"rank_pattern", "alpha_pattern"}) {
        const json* const mine = ours.find(name);
        if (!mine) continue;
        const std::size_t found = config.has(name) && config[name].is_object() ? config[name].size() : 0;
        if (found != 0 && mine->size() == 0) wrong.add({name, ": the model has none, the folder ", found});
        if (found == 0 && mine->size() != 0) wrong.add({name, ": the model has ", mine->size(), ", the folder none"});
    }
}

/// What is in the folder for each of a family's tensors; adds to `wrong` what does not fit.
template <class T>
std::vector<const checkpoint::entry*> match_tensors(const adapter_family<T>& family, const checkpoint& from, complaints& wrong) {
    std::vector<const checkpoint::entry*> found;
    std::set<const checkpoint::entry*> used;
    std::vector<std::string> names;
    for (const auto& entry : from.entries())
        if (names.size() < 2'000) names.push_back(entry.tensor->name);
    for (const auto& tensor : family.tensors) {
        const checkpoint::entry* at = from.find(tensor.name);
        found.push_back(at);
        if (!at) {
            wrong.add({"missing: ", in_quotes(tensor.name, 160), found.size() < 64 ? ", nearest: " + nearest_names(tensor.name, names) : ""});
            continue;
        }
        used.insert(at);
        if (!is_readable(at->tensor->type)) wrong.add({"of a type not supported: ", in_quotes(at->tensor->name, 160), ", found ", name_of(at->tensor->type)});
        if (at->tensor->shape != tensor.shape())
            wrong.add({"misshapen: ", in_quotes(at->tensor->name, 160), ", expected ", shape_text(tensor.shape()), ", found ", shape_text(at->tensor->shape)});
    }
    for (const auto& entry : from.entries())
        if (!used.contains(&entry)) wrong.add({"left over: ", in_quotes(entry.tensor->name, 160), " ", shape_text(entry.tensor->shape)});
    return found;
}

} // namespace detail

/// Writes the adapters and the classifier of a model into an existing folder. Errors: adapter.not_one_folder, file.unwritable.
template <class Model, class T>
void save_adapter_into(pretrained<Model, T>& model, const std::filesystem::path& folder, const std::vector<std::string>& labels, const std::string& base = {}) {
    std::vector<named_weight<T>> weights;
    const auto families = detail::families_of(model, weights);
    const auto modules = detail::modules_of(weights);
    for (const auto& family : families) {
        const auto at = detail::folder_of(folder, family.name, families.size());
        std::filesystem::create_directories(at);
        const auto* kept = model.adapter_configs.find(family.name);
        write_atomically(at / "adapter_config.json", detail::adapter_config(family, modules, kept ? *kept : json(), base, model.config).write(2) + "\n");
        std::vector<std::vector<T>> turned;
        turned.reserve(family.tensors.size());
        std::vector<stored_tensor> tensors;
        std::vector<T> wide; // weights side by side
        for (const auto& t : family.tensors) {
            std::span<const T> values = t.weight.values;
            if (t.column >= 0) {
                const auto columns = static_cast<std::size_t>(t.columns), width = static_cast<std::size_t>(t.weight.columns);
                const bool begins = wide.empty();
                wide.resize(static_cast<std::size_t>(t.weight.rows) * columns);
                for (std::size_t r = 0; r < static_cast<std::size_t>(t.weight.rows); ++r)
                    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(r * width), width, wide.begin() + static_cast<std::ptrdiff_t>(r * columns) + t.column);
                if (begins) tensors.push_back(to_store<T>(t.name, t.shape(), std::span<const T>(wide)));
                continue;
            }
            if (t.form == tensor_form::across) values = turned.emplace_back(detail::turned<T>(values, t.weight.rows, t.weight.columns));
            tensors.push_back(to_store<T>(t.name, t.shape(), values));
        }
        write_safetensors(at / "adapter_model.safetensors", tensors);
        write_atomically(at / "labels.json", detail::strings(labels).write(2) + "\n");
        write_atomically(at / "README.md", "---\nlibrary_name: peft\n---\n\nAn adapter (" + family.name + ") and its classifier. Python's PEFT opens this folder on its base model.\n");
    }
}
/// The same as a folder of its own: written whole, or the previous one stays as it was. A folder that hone did not write is not replaced.
template <class Model, class T>
void save_adapter(pretrained<Model, T>& model, const std::filesystem::path& folder, const std::vector<std::string>& labels, const std::string& base = {}) {
    replace_folder(folder, [&](const std::filesystem::path& fresh) { save_adapter_into(model, fresh, labels, base); });
}

/// Reads adapters and classifier over those of a model of the same type. Returns the names of the labels, none where the folder has none.
/// Errors: adapter.does_not_fit, which lists every field and tensor that differs; those of files, JSON and safetensors.
template <class Model, class T>
std::vector<std::string> load_adapter(pretrained<Model, T>& model, const std::filesystem::path& folder) {
    std::vector<named_weight<T>> weights;
    const auto families = detail::families_of(model, weights);
    const auto modules = detail::modules_of(weights);
    std::vector<checkpoint> files;
    std::vector<std::vector<const checkpoint::entry*>> found;
    json configs = json::object();
    detail::complaints wrong;
    for (const auto& family : families) {
        const auto at = detail::folder_of(folder, family.name, families.size());
        const auto path = at / "adapter_config.json";
        json document = read_json(path, detail::adapter_config_limit);
        const auto file = path.string();
        const json_view config(document, file);
        if (!family.made.empty())
            throw error("adapter.not_readable", "a folder holds the rows that an encoder made, not the encoder", {.file = at.native()}, "a model with `prompt` in place of `ptuning`", family.name);
        detail::compare_config(config, family, wrong);
        detail::compare_patterns(config, detail::adapter_config(family, modules, json(), {}, model.config), wrong);
        configs.set(family.name, document);
        std::vector<safetensors_file> one;
        one.emplace_back(at / "adapter_model.safetensors");
        files.emplace_back(std::move(one));
    }
    for (std::size_t i = 0; i < families.size(); ++i) found.push_back(detail::match_tensors(families[i], files[i], wrong));
    if (wrong.count > 0)
        throw error("adapter.does_not_fit", {"the folder holds another adapter than the model has:", wrong.text, "\n "}, {.file = folder.native()}, "the same adapter",
                    {wrong.count, " differences"});
    for (std::size_t i = 0; i < families.size(); ++i)
        for (std::size_t k = 0; k < found[i].size(); ++k) {
            const auto& t = families[i].tensors[k];
            if (t.column >= 0) {
                const auto columns = static_cast<std::size_t>(t.columns), width = static_cast<std::size_t>(t.weight.columns);
                std::vector<T> wide(static_cast<std::size_t>(t.weight.rows) * columns);
                files[i].read(*found[i][k], std::span<T>(wide));
                for (std::size_t r = 0; r < static_cast<std::size_t>(t.weight.rows); ++r)
                    std::copy_n(wide.begin() + static_cast<std::ptrdiff_t>(r * columns) + t.column, width, t.weight.values.begin() + static_cast<std::ptrdiff_t>(r * width));
                continue;
            }
            files[i].read(*found[i][k], t.weight.values);
            if (t.form != tensor_form::across) continue;
            const auto values = detail::turned<T>(t.weight.values, t.weight.columns, t.weight.rows);
            std::copy(values.begin(), values.end(), t.weight.values.begin());
        }
    model.adapter_configs = std::move(configs);
    model.drawn_head = false;
    std::vector<std::string> labels;
    const auto names = detail::folder_of(folder, families.front().name, families.size()) / "labels.json";
    std::error_code ignored;
    if (std::filesystem::exists(names, ignored)) {
        const json document = read_json(names, detail::adapter_config_limit);
        const auto file = names.string();
        const json_view list(document, file);
        for (std::size_t i = 0; i < list.array().size(); ++i) labels.push_back(list[i].string());
    }
    return labels;
}

} // namespace hone
HONE_COMPACT_END
