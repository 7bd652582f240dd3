// Adapters as folders that Python's PEFT opens: adapter_config.json, adapter_model.safetensors with the classifier in it, and the names of the labels,
// which PEFT has no place for. Adapters of one family (PEFT's `peft_type`) are one folder; a model with several families has a folder for each
// below the one given. Reading takes every tensor and leaves none over; a config that would mean another adapter is an error that lists what differs;
// fields that hone does not know are kept and written again.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hone/file/expression.hpp"
#include "hone/file/folder.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/order.hpp"
#include "hone/model/adapter_format.hpp"
#include "hone/model/pretrained.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A weight of an adapter or of the classifier, and the tensor that holds it.
template <class T>
struct adapter_tensor {
    std::string name;
    std::vector<std::uint64_t> shape;
    bool turned = false; ///< its rows are the weight's columns
    named_weight<T> weight;
    long column = -1, columns = 0; ///< of a tensor that holds several weights side by side: where this one stands, and how wide it is
    enum class cut_to : unsigned char { whole, rows, columns } cut = cut_to::whole; ///< it holds only those in `left` (cut_ranks.hpp)
    std::vector<long> left{};
};
/// The adapters of a model that share a config.
template <class T>
struct adapter_family {
    std::string name, folder; ///< as the config says it; of the folder among those of several families
    std::vector<settled_field> fields;
    std::vector<std::string> modules, feedforward; ///< published names of the layers that are adapted
    std::vector<std::string> layers; ///< their paths
    std::vector<std::pair<std::string, std::vector<settled_field>>> others; ///< modules whose rank or alpha is another than that of `fields`
    std::vector<adapter_tensor<T>> tensors;
    std::string also_reads; ///< another `peft_type` that means the same when it is read
    bool is_virtual = false, is_bottleneck = false;
    bool new_head = false; ///< a classifier in its file is passed over
    bool doubles = false; ///< its file may hold tensors that PEFT writes twice
    std::vector<std::vector<T>> made; ///< numbers of tensors that are no weights
};

namespace detail {

/// PEFT's rule: a target is a module's name, or its end after a dot.
inline bool targets(std::string_view module, std::string_view target) {
    return module == target || (module.size() > target.size() && module.ends_with(target) && module[module.size() - target.size() - 1] == '.');
}
/// The shortest endings that select these modules of all and no other by a rule of PEFT's, sorted.
inline std::vector<std::string> shortest_targets(const std::vector<std::string>& wanted, const std::vector<std::string>& all, bool (*selects)(std::string_view, std::string_view) = targets) {
    const std::set<std::string> chosen(wanted.begin(), wanted.end());
    std::set<std::string> found;
    for (const auto& module : wanted) {
        auto at = module.size();
        do {
            at = at == 0 ? 0 : module.rfind('.', at - 1);
            at = at == module.npos ? 0 : at;
            const auto ending = std::string_view(module).substr(at == 0 ? 0 : at + 1);
            if (at == 0 || std::all_of(all.begin(), all.end(), [&](const auto& m) { return !selects(m, ending) || chosen.contains(m); })) {
                found.emplace(ending);
                break;
            }
        } while (true);
    }
    return {found.begin(), found.end()};
}
inline json strings(const std::vector<std::string>& list) {
    json array = json::array();
    for (const auto& s : list) array.append(s);
    return array;
}

inline constexpr std::string_view tensor_prefix = "base_model.model.";

/// As a checkpoint has it.
template <class T>
std::vector<std::uint64_t> own_shape(const named_weight<T>& w) {
    if (w.vector) return {static_cast<std::uint64_t>(w.columns)};
    return {static_cast<std::uint64_t>(w.rows), static_cast<std::uint64_t>(w.columns)};
}
template <class T>
adapter_tensor<T> tensor_of(std::string name, const tensor_spelling& spelling, const named_weight<T>& w) {
    adapter_tensor<T> tensor{std::move(name), {spelling.shape.begin(), spelling.shape.end()}, spelling.turned, w};
    if (tensor.shape.empty()) tensor.shape = own_shape(w);
    return tensor;
}

/// The first number among the names of a path: the layer of the outermost repeat; 0 where there is none.
inline int layer_of(const std::string& path) {
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('.', at), path.size());
        int layer = 0;
        if (const auto [stop, failed] = std::from_chars(path.data() + at, path.data() + end, layer); failed == std::errc() && stop == path.data() + end) return layer;
        at = end + 1;
    }
    return 0;
}
template <class T, class Format, class On>
void add_virtual_tokens(adapter_family<T>& family, std::vector<named_weight<T>>& weights, const std::string& part) {
    family.is_virtual = true;
    if constexpr (requires { Format::also_reads; }) family.also_reads = Format::also_reads;
    std::string owner;
    for (const auto& w : weights) {
        const auto at = w.name.find(part);
        if (at == w.name.npos || !On::selects(std::string_view(w.name).substr(0, at))) continue;
        owner = w.name.substr(0, at);
        if constexpr (requires { Format::columns("", 0, 0); })
            family.tensors.push_back({"prompt_embeddings", {}, false, w, Format::columns(w.name.substr(at + part.size()), layer_of(owner), w.columns)});
    }
    if constexpr (!requires { Format::columns("", 0, 0); }) {
        const auto of = [&](const std::string& leaf) -> const named_weight<T>& {
            for (const auto& w : weights)
                if (w.name == owner + part + leaf) return w;
            throw error("parameters.no_such_weight", "the model has no weight of this name", {.name = owner + part + leaf});
        };
        auto& values = family.made.emplace_back(Format::template made<T>(of));
        named_weight<T> made = of("rows");
        made.name.clear(); // nobody's weight
        made.values = values;
        family.tensors.push_back({"prompt_embeddings", {}, false, made, 0});
    }
}
/// One tensor of what several layers have: how wide it is. Errors: adapter.not_one_folder.
template <class T>
void join_virtual_tokens(adapter_family<T>& family) {
    long columns = 0;
    for (const auto& t : family.tensors) columns += t.weight.columns;
    for (auto& t : family.tensors) {
        t.columns = columns;
        t.shape = {static_cast<std::uint64_t>(t.weight.rows), static_cast<std::uint64_t>(columns)};
        if (t.column + t.weight.columns > columns) // then a layer before this one has none
            throw error("adapter.not_one_folder", "virtual tokens in some layers and not in others, which no config can describe", {.name = t.weight.name}, "the same number in every layer, from the first on", "another");
    }
}

/// The tensors of an adapter's layers.
template <class T, class Format, class On>
void add_layers(adapter_family<T>& family, std::vector<named_weight<T>>& weights, const std::string& part, const published_names& names) {
    const auto fields = Format::fields();
    for (const auto& w : weights) {
        const auto at = w.name.find(part);
        if (at == w.name.npos || !On::selects(std::string_view(w.name).substr(0, at))) continue;
        const auto layer = w.name.substr(0, at), leaf = w.name.substr(at + part.size()), module = names.module(layer);
        const auto base = std::find_if(weights.begin(), weights.end(), [&](const auto& b) { return b.name == layer + ".weight"; });
        const auto spelling = Format::spelling(leaf, {w.rows, w.columns}, base == weights.end() ? weight_shape{} : weight_shape{base->rows, base->columns});
        family.tensors.push_back(tensor_of(family.is_bottleneck ? names.bottleneck(layer) + ".adapters." + family.name + spelling.suffix : std::string(tensor_prefix) + module + spelling.suffix, spelling, w));
        if (std::find(family.modules.begin(), family.modules.end(), module) != family.modules.end()) continue;
        family.modules.push_back(module);
        family.layers.push_back(layer);
        if constexpr (requires { requires Format::feedforward; }) family.feedforward.push_back(module);
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (!(fields[i].value == family.fields[i].value)) {
                family.others.emplace_back(module, fields);
                break;
            }
    }
    if constexpr (requires { Format::root_spelling("", {}, "", ""); })
        for (const auto& w : weights) { // once, however many pairs of the adapter there are
            if (!w.name.starts_with(part.substr(1)) || std::any_of(family.tensors.begin(), family.tensors.end(), [&](const auto& t) { return t.weight.name == w.name; })) continue;
            const auto spelling = Format::root_spelling(w.name.substr(part.size() - 1), {w.rows, w.columns}, family.name, std::string(names.family().prefix));
            family.tensors.push_back(tensor_of(spelling.suffix, spelling, w));
        }
}
template <class T, class Adapter, class On>
void add_to_families(std::vector<adapter_family<T>>& all, std::vector<named_weight<T>>& weights, const published_names& names) {
    using format = adapter_format<Adapter>;
    std::string folder = format::family();
    for (char& c : folder) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if constexpr (requires { format::folder(); }) folder = format::folder();
    const auto fields = format::fields();
    constexpr bool is_bottleneck = requires { requires format::is_bottleneck; };
    const auto takes = [&](const adapter_family<T>& f) { // one config for all of them; a low-rank one names ranks by module, a bottleneck's sizes by layer
        return f.folder == folder && (is_bottleneck || f.name == "LORA" || std::equal(fields.begin(), fields.end(), f.fields.begin(), [](const auto& a, const auto& b) { return a.value == b.value; }));
    };
    auto family = std::find_if(all.begin(), all.end(), takes);
    const auto plain = folder;
    for (int k = 2; family == all.end() && std::any_of(all.begin(), all.end(), [&](const auto& f) { return f.folder == folder; }); ++k) { // the next that is free
        folder = plain + "_" + std::to_string(k);
        family = std::find_if(all.begin(), all.end(), takes);
    }
    if (family == all.end()) {
        all.emplace_back();
        family = all.end() - 1;
        family->name = format::family();
        family->folder = folder;
        family->fields = fields;
        family->is_bottleneck = is_bottleneck;
    }
    const std::string part = "." + std::string(format::part) + ".";
    const auto known = static_cast<std::ptrdiff_t>(family->modules.size());
    if constexpr (requires { requires format::is_virtual; }) add_virtual_tokens<T, format, On>(*family, weights, part);
    else add_layers<T, format, On>(*family, weights, part, names);
    for (auto later = family + 1; later < all.end(); ++later)
        for (auto module = family->modules.begin() + known; module < family->modules.end(); ++module)
            if (std::find(later->modules.begin(), later->modules.end(), *module) != later->modules.end())
                throw error("adapter.not_one_folder", "adapters around one layer in an order that no folders can say", {.name = *module}, 
                            {in_quotes(family->folder, 64), " before ", in_quotes(later->folder, 64)}, "both orders");
}
template <class T, class... Adapter, class... On>
std::vector<adapter_family<T>> families(std::vector<named_weight<T>>& weights, const published_names& names, types<adapter_on<Adapter, On>...>*) {
    std::vector<adapter_family<T>> all;
    (add_to_families<T, Adapter, On>(all, weights, names), ...);
    for (auto& family : all) {
        if (family.is_virtual) join_virtual_tokens(family);
        for (const auto& w : weights)
            if (family.is_bottleneck ? names.is_in_head(w.name) : names.goes_along(w.name))
                family.tensors.push_back(tensor_of(std::string(family.is_bottleneck ? "" : family.is_virtual ? "base_model." : tensor_prefix) + names(w.name), {}, w));
    }
    return all;
}

/// An object with its keys in order, as both libraries write them.
inline json in_order(const json& object) {
    json sorted = json::object();
    auto keys = object.keys();
    put_in_order(keys, std::less<>());
    for (const auto& key : keys) sorted.set(key, *object.find(key));
    return sorted;
}
/// Numbers as the tensor lies, or back.
template <class T>
std::vector<T> turned(std::span<const T> from, int rows, int columns) {
    std::vector<T> to(from.size());
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            to[static_cast<std::size_t>(c) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(r)] = from[static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c)];
    return to;
}

/// Does a config's `target_modules`, or another field of its kind, name this module? A list names by PEFT's rule, a text is an expression for the whole name.
inline bool names_module(const json_view& field, std::string_view module) {
    if (field.is_string()) return matches_expression(field.string(), module, field.where());
    for (std::size_t i = 0; i < field.array().size(); ++i)
        if (targets(module, field[i].string())) return true;
    return false;
}

/// The folders of a model with several families, in the order in which they stand around a layer.
inline constexpr const char* folders_file = "adapters.json";

} // namespace detail

/// Where the adapters of a folder stand: the folder itself, or those that are listed in it, in order. Errors: adapter.no_folder, json.*.
inline std::vector<std::filesystem::path> adapter_folders(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / "adapter_config.json", ignored)) return {folder};
    if (!std::filesystem::exists(folder / detail::folders_file, ignored))
        throw error("adapter.no_folder", "no folder of an adapter", {.file = folder.native()}, "adapter_config.json in it, or adapters.json", "neither");
    const json document = read_json(folder / detail::folders_file, std::size_t{1} << 16);
    const auto file = (folder / detail::folders_file).string();
    const json_view list(document, file);
    std::vector<std::filesystem::path> all;
    for (std::size_t i = 0; i < list.array().size(); ++i) {
        const auto& name = list[i].string();
        if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != name.npos) list[i].fail("adapter.no_folder", "no name of a folder of adapters", "a plain name");
        all.push_back(folder / name);
    }
    if (all.empty()) list.fail("adapter.no_folder", "a list of no folder of an adapter", "at least one name");
    return all;
}

/// The file of a PEFT folder that holds its tensors. Error: adapter.no_folder, which says what is there in its place.
inline std::filesystem::path adapter_weights_in(const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto file = folder / "adapter_model.safetensors";
    if (!std::filesystem::exists(file, ignored) && std::filesystem::exists(folder / "adapter_model.bin", ignored))
        throw error("adapter.no_folder", "the adapter's tensors are in a Python pickle", {.file = folder.native()}, "adapter_model.safetensors", "only adapter_model.bin, which is never opened");
    return file;
}

} // namespace hone
HONE_COMPACT_END
