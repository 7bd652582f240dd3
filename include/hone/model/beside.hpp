// Weights of the base that train beside adapters, and where a folder holds them. PEFT has two places: all biases (`bias: "all"`), and modules trained in
// full (`modules_to_save`), to which its reader adds whatever weight of the base the file holds besides (`save_embedding_layers`); both are written where they say exactly what trained. Whatever else trains stands in a file of hone's own beside the
// adapter, under the names of a checkpoint, which Python reads with `load_state_dict(..., strict=False)`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "hone/checkpoint/checkpoint.hpp"
#include "hone/model/adapter_folder.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// The file for what no config says.
inline constexpr const char* beside_file = "base.safetensors";

/// With `bias: "all"` PEFT writes the biases of its copies of modules trained in full besides, and never reads them.
inline bool is_double(std::string_view name) { return name.ends_with(".bias") && (name.find(".original_module.") != name.npos || name.find(".modules_to_save.") != name.npos); }

/// What a config says of them.
struct said_beside {
    std::string biases; ///< "all", "lora_only" (those of the adapted layers); empty: none
    std::vector<std::string> modules;
};
/// Does a config train biases? It calls those of the adapted layers after the adapter: "lora_only", "vera_only".
inline bool trains_biases(const json_view& config) {
    return config.has("bias") && config["bias"].is_string() && (config["bias"].string() == "all" || config["bias"].string().ends_with("_only"));
}

inline std::string module_part(const std::string& path) { return path.substr(0, path.rfind('.')); }
/// The weights of the base: no adapter's, and none that goes along with every adapter.
template <class Model, class T>
std::vector<named_weight<T>> base_weights(pretrained<Model, T>& model) {
    std::vector<named_weight<T>> all;
    const auto names = model.names();
    model.fill([&](const named_weight<T>& w) { // and not given out: what is constant stays so
        if (!parameters<Model, T>::entries[static_cast<std::size_t>(w.entry)].adapter && !names.goes_along(w.name)) all.push_back(w);
    });
    return all;
}
/// Has the family's config a field for the biases?
template <class T>
bool tells_biases(const adapter_family<T>& family) {
    return std::any_of(family.fields.begin(), family.fields.end(), [](const auto& f) { return f.name == "bias"; });
}

/// Is this weight of a layer that the family adapts?
template <class T>
bool is_adapted(const adapter_family<T>& family, const std::string& weight) {
    return std::find(family.layers.begin(), family.layers.end(), module_part(weight)) != family.layers.end();
}

/// The weights of `names` in a config of this family; false where it cannot say them.
template <class T>
bool say_beside(said_beside& said, const std::set<std::string>& names, const std::vector<named_weight<T>>& base, const adapter_family<T>& family, const std::vector<std::string>& modules, const published_names& published) {
    if (names.empty()) return true;
    if (family.is_virtual || family.is_bottleneck) return false;
    const auto ends = [](const std::string& name) { return name.ends_with(".bias"); };
    const auto biases = std::count_if(base.begin(), base.end(), [&](const auto& w) { return ends(w.name); });
    const auto adapted = std::count_if(base.begin(), base.end(), [&](const auto& w) { return ends(w.name) && is_adapted(family, w.name); });
    if (tells_biases(family) && std::all_of(names.begin(), names.end(), ends)) {
        const auto count = static_cast<std::ptrdiff_t>(names.size());
        const bool only = count == adapted && std::all_of(names.begin(), names.end(), [&](const auto& n) { return is_adapted(family, n); });
        said.biases = biases == count ? "all" : !only ? "" : family.name == "VERA" ? "vera_only" : "lora_only";
        if (!said.biases.empty()) return true;
    }
    std::vector<std::string> whole;
    for (const auto& w : base) {
        const auto part = module_part(w.name), module = published.module(part);
        const bool begun = std::any_of(names.begin(), names.end(), [&](const auto& n) { return module_part(n) == part; });
        if (begun && (!names.contains(w.name) || std::find(family.modules.begin(), family.modules.end(), module) != family.modules.end())) return false;
        if (begun && (whole.empty() || whole.back() != module)) whole.push_back(module);
    }
    said.modules = shortest_targets(whole, modules, is_within);
    return true;
}
/// What a config says, as weights of the base.
template <class T>
std::vector<named_weight<T>> weights_beside(const json_view& config, const std::vector<named_weight<T>>& base, adapter_family<T>& family, const published_names& names) {
    const bool biases = family.doubles = tells_biases(family) && config.has("bias") && config["bias"].value() == json("all");
    std::vector<std::string> modules;
    if (config.has("modules_to_save") && config["modules_to_save"].is_array())
        for (std::size_t i = 0; i < config["modules_to_save"].size(); ++i)
            if (const auto& name = config["modules_to_save"][i].string(); !names.is_in_full(name)) modules.push_back(name);
    std::vector<named_weight<T>> all;
    for (const auto& w : base) {
        const auto module = names.module(module_part(w.name));
        if ((biases && w.name.ends_with(".bias")) || std::any_of(modules.begin(), modules.end(), [&](const auto& m) { return is_within(module, m); })) all.push_back(w);
    }
    return all;
}
/// What PEFT's file calls a weight of the base: what an adapter goes around stands under `base_layer`.
template <class T>
std::string name_beside(const adapter_family<T>& family, const std::string& weight, const published_names& names) {
    auto name = names(weight);
    if (is_adapted(family, weight)) name.insert(name.rfind('.'), ".base_layer");
    return std::string(family.is_virtual ? "base_model." : tensor_prefix) + name;
}
/// Their tensors in the family's file.
template <class T>
void add_beside(adapter_family<T>& family, const std::vector<named_weight<T>>& weights, const published_names& names) {
    for (const auto& w : weights) family.tensors.push_back(tensor_of(name_beside(family, w.name, names), {}, w));
}
/// Weights of the base that a file of PEFT's holds although the config does not name them (biases of adapted layers alone, embeddings): its reader takes
/// whatever is there.
template <class T>
std::vector<named_weight<T>> also_in(const checkpoint& file, const std::vector<named_weight<T>>& base, const adapter_family<T>& family, const published_names& names) {
    std::vector<named_weight<T>> all;
    for (const auto& w : base)
        if (file.find(name_beside(family, w.name, names)) && std::none_of(family.tensors.begin(), family.tensors.end(), [&](const auto& t) { return t.weight.name == w.name; })) all.push_back(w);
    return all;
}

/// Those that a file of hone's own holds; of what is no weight of the base nothing is made, so that it is left over.
template <class T>
adapter_family<T> family_beside(const checkpoint& file, const std::vector<named_weight<T>>& base, const published_names& names) {
    adapter_family<T> own;
    for (const auto& w : base)
        if (const auto name = names(w.name); file.find(name)) own.tensors.push_back(tensor_of(name, {}, w));
    return own;
}

} // namespace detail

/// Notes which weights of the base train beside the adapters, so that the model's folder holds them too; those of a folder that was read stay noted.
/// `trained` are the weights of a step.
template <class Model, class T, class Weights>
void note_beside(pretrained<Model, T>& model, const Weights& trained) {
    const auto base = detail::base_weights(model);
    for (const auto& range : trained.ranges)
        if (std::any_of(base.begin(), base.end(), [&](const auto& w) { return w.name == range.name; })) model.beside.insert(range.name);
}

} // namespace hone
HONE_COMPACT_END
