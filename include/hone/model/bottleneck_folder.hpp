// Folders of bottleneck adapters as Python's adapters library writes them: adapter_config.json, whose `config` says what the network is and in which
// places it stands, adapter.safetensors under a name of the adapter's own, and the classifier beside it with the names of its labels
// (head_config.json, model_head.safetensors). What the tensors alone do not tell (activation, norm, scale) is compared with the type.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hone/checkpoint/binding.hpp"
#include "hone/file/json_view.hpp"
#include "hone/model/adapter_folder.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// In which layers the adapters of a family stand: after attention, after the network.
struct bottleneck_places {
    std::set<long> attention, output, absent;
};
template <class T>
bottleneck_places places_of(const adapter_family<T>& family, long layers) {
    bottleneck_places at;
    for (const auto& layer : family.layers) (layer.ends_with(".attention_norm") ? at.attention : at.output).insert(layer_of(layer));
    for (long l = 0; l < layers; ++l)
        if (!at.attention.contains(l) && !at.output.contains(l)) at.absent.insert(l);
    return at;
}
inline json numbers(const std::set<long>& list) {
    json array = json::array();
    for (const long n : list) array.append(n);
    return array;
}

/// What every bottleneck of hone's is, beside the fields of its type.
inline std::vector<settled_field> bottleneck_fields() {
    return {{"original_ln_after", true, true}, {"ln_before", false, false}, {"ln_after", false, false}, {"residual_before_ln", true, true},
            {"use_gating", false, false},      {"inv_adapter", nullptr, nullptr}};
}

template <class T>
std::vector<settled_field> fields_of(const adapter_family<T>& family) {
    std::vector<settled_field> all = bottleneck_fields();
    all.insert(all.begin(), family.fields.begin(), family.fields.end());
    return all;
}

/// The config of a family: what `kept` says besides, and what the type settles. Errors: adapter.not_one_folder.
template <class T>
json bottleneck_config(const adapter_family<T>& family, const json& kept, const std::string& base, const model_config& model, const published_names& names) {
    const auto at = places_of(family, model.num_hidden_layers);
    if (!family.others.empty())
        throw error("adapter.not_one_folder", "bottlenecks of several sizes in one model, which one config cannot describe", {.name = family.others.front().first}, "the same reduction as the others", "another");
    if (!at.attention.empty() && !at.output.empty() && at.attention != at.output)
        throw error("adapter.not_one_folder", "bottlenecks after attention in some layers and after the network in others, which one config cannot describe", {}, "both in the same layers", "others");
    json config = kept.is_object() ? kept : json::object();
    json inner = config.find("config") && config.find("config")->is_object() ? *config.find("config") : json::object();
    for (const auto& f : fields_of(family)) inner.set(f.name, f.value);
    inner.set("mh_adapter", !at.attention.empty());
    inner.set("output_adapter", !at.output.empty());
    inner.set("leave_out", numbers(at.absent));
    if (!inner.find("dropout")) inner.set("dropout", 0.0);
    config.set("config", in_order(inner));
    const auto if_missing = [&](const char* key, json value) {
        if (!config.find(key)) config.set(key, std::move(value));
    };
    if_missing("model_class", names.head().architecture);
    if_missing("model_name", base.empty() ? json() : json(base));
    if_missing("model_type", names.family().config.model_type);
    if_missing("name", family.name);
    if_missing("version", "adapters.1.2.0");
    config.set("hidden_size", model.hidden_size);
    return in_order(config);
}
inline json bottleneck_head(const json& config, const std::vector<std::string>& labels, const std::string& base, const model_config& model, const published_names& names) {
    json ids = json::object(), head = json::object();
    for (std::size_t i = 0; i < labels.size(); ++i) ids.set(labels[i], static_cast<long>(i));
    head.set("config", nullptr);
    head.set("hidden_size", model.hidden_size);
    head.set("label2id", in_order(ids));
    head.set("model_class", names.head().architecture);
    head.set("model_name", base.empty() ? json() : json(base));
    head.set("model_type", names.family().config.model_type);
    head.set("name", nullptr);
    head.set("num_labels", static_cast<long>(labels.size()));
    head.set("version", *config.find("version"));
    return head;
}

/// Of a reduction by layer: the first that is another than ours where an adapter stands, or ours.
inline json reduction_in(const json& by_layer, const bottleneck_places& at, const json& ours) {
    std::set<long> layers = at.attention;
    layers.insert(at.output.begin(), at.output.end());
    for (const long l : layers) {
        const json* found = by_layer.find(phrase(l).text());
        if (!found) found = by_layer.find("default");
        if (!found || !(*found == ours)) return found ? *found : json();
    }
    return ours;
}

/// Adds to `wrong` what the config settles otherwise than the type.
template <class T>
void compare_bottlenecks(const json_view& config, const adapter_family<T>& family, long layers, complaints& wrong) {
    if (!config.has("config") || !config["config"].is_object())
        return wrong.add({"config: the model has ", in_quotes(family.name, 64), ", the folder ", config.has("peft_type") ? "an adapter of PEFT's" : "none"});
    const json_view inner = config["config"];
    if (const json* const other = inner.value().find("architecture"); other && !other->is_null()) wrong.add({"architecture: the model has null, the folder ", other->write()});
    const auto differs = [&](const std::string& name, const json& ours, const json& theirs) {
        if (!(ours == theirs)) wrong.add({name, ": the model has ", ours.write(), ", the folder ", theirs.write()});
    };
    const auto said = [&](const std::string& name, const json& otherwise) { return inner.has(name) ? inner[name].value() : otherwise; };
    const auto at = places_of(family, layers);
    for (const auto& f : fields_of(family)) {
        json theirs = said(f.name, f.otherwise);
        if (f.name == "non_linearity" && theirs == json("silu")) theirs = "swish"; // two names of one function
        if (f.name == "reduction_factor" && theirs.is_object()) theirs = reduction_in(theirs, at, f.value);
        differs(f.name, f.value, theirs);
    }
    differs("mh_adapter", !at.attention.empty(), said("mh_adapter", nullptr));
    differs("output_adapter", !at.output.empty(), said("output_adapter", nullptr));
    std::set<long> left_out;
    if (inner.has("leave_out") && !inner["leave_out"].is_null())
        for (std::size_t i = 0; i < inner["leave_out"].array().size(); ++i) left_out.insert(static_cast<long>(inner["leave_out"][i].integer()));
    differs("leave_out", numbers(at.absent), numbers(left_out));
}

/// The family's tensors under the name that the folder has for the adapter.
template <class T>
void rename_bottlenecks(adapter_family<T>& family, const json& config) {
    const json* const name = config.find("name");
    if (!name || !name->is_string()) return;
    for (const char* before : {".adapters.", ".shared_parameters."}) {
        const std::string ours = before + family.name + ".", theirs = before + name->string() + ".";
        for (auto& t : family.tensors)
            if (const auto at = t.name.find(ours); at != t.name.npos) t.name.replace(at, ours.size(), theirs);
    }
}

/// The labels of a head's config, by id; none where there is no such file. Errors: json.*, config.*.
inline std::vector<std::string> bottleneck_labels(const std::filesystem::path& folder, std::size_t limit) {
    const auto path = folder / "head_config.json";
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return {};
    const json document = read_json(path, limit);
    const auto file = path.string();
    const json_view head(document, file);
    if (!head.has("label2id") || head["label2id"].is_null()) return {};
    std::vector<std::string> labels(head["label2id"].size());
    std::vector<bool> named(labels.size());
    head["label2id"].each([&](const std::string& name, const json_view& id) {
        const auto k = static_cast<std::size_t>(id.integer(0, static_cast<std::int64_t>(labels.size()) - 1));
        if (named[k]) id.fail("config.label_twice", "two names of one id", "different ids");
        named[k] = true;
        labels[k] = name;
    });
    return labels;
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
