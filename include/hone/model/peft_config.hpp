// The config of a PEFT folder: written from the types, and compared with them. A field that hone has not settled is kept; one that would make another
// computation of the same tensors (a pattern of alphas, a start that has changed the base, a variant of LoRA) must mean what the type means.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/checkpoint/binding.hpp"
#include "hone/file/json_view.hpp"
#include "hone/model/beside.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// The config of a family: the fields of `kept` that hone does not settle, and those that it does.
template <class T>
json adapter_config(const adapter_family<T>& family, const std::vector<std::string>& all_modules, const json& kept, const std::string& base, const model_config& model, const said_beside& beside, const published_names& names) {
    json config = kept.is_object() ? kept : json::object();
    const auto if_missing = [&](const char* key, json value) {
        if (!config.find(key)) config.set(key, std::move(value));
    };
    if_missing("auto_mapping", nullptr);
    if_missing("base_model_name_or_path", base.empty() ? json() : json(base));
    if_missing("inference_mode", true);
    std::vector<std::string> in_full; // the classifier as the folder that was read names it, and what trains in full besides
    if (const json* const known = config.find("modules_to_save"); known && known->is_array()) {
        for (std::size_t i = 0; i < known->size(); ++i)
            if (known->values()[i].is_string() && names.is_in_full(known->values()[i].string())) in_full.push_back(known->values()[i].string());
    } else
        for (const auto name : names.task().in_full)
            if (!name.empty()) in_full.emplace_back(name);
    in_full.insert(in_full.end(), beside.modules.begin(), beside.modules.end());
    config.set("modules_to_save", strings(in_full));
    if_missing("peft_version", "0.21.2");
    if_missing("revision", nullptr);
    if_missing("task_type", names.task().peft_type ? json(names.task().peft_type) : json());
    config.set("peft_type", family.name);
    for (const auto& f : family.fields) config.set(f.name, f.value);
    if (!beside.biases.empty()) config.set("bias", beside.biases);
    if (family.is_virtual) {
        config.set("num_layers", model.num_hidden_layers);
        config.set("num_attention_heads", model.num_attention_heads);
        config.set("token_dim", model.hidden_size);
        if_missing("num_transformer_submodules", 1);
        if (family.name == "P_TUNING") if_missing("encoder_hidden_size", model.hidden_size);
        if (family.name == "PREFIX_TUNING") if_missing("encoder_hidden_size", model.hidden_size);
    }
    if (!family.modules.empty()) config.set("target_modules", strings(shortest_targets(family.modules, all_modules)));
    if (family.name == "ADALORA") { // ranks that were masked stay in the tensors, as zeros of E
        config.set("rank_pattern", nullptr);
        if_missing("target_r", config.find("init_r") ? *config.find("init_r") : json(8));
        if_missing("total_step", 1); // PEFT asks for one
    }
    if (family.name == "IA3") config.set("feedforward_modules", strings(shortest_targets(family.feedforward, all_modules)));
    if (family.name == "LORA") {
        if_missing("lora_dropout", 0.0);
        if_missing("init_lora_weights", true);
        json ranks = json::object(), alphas = json::object();
        for (const auto& [module, fields] : family.others)
            for (std::size_t i = 0; i < fields.size(); ++i)
                if (!(fields[i].value == family.fields[i].value)) {
                    if (fields[i].name == "r") ranks.set(module, fields[i].value);
                    else if (fields[i].name == "lora_alpha") alphas.set(module, fields[i].value);
                    else throw error("adapter.not_one_folder", "low-rank adapters of one model that no single PEFT config can describe", {.name = module},
                                     {"the same ", fields[i].name, " as the others: ", family.fields[i].value.write()}, fields[i].value.write());
                }
        config.set("rank_pattern", std::move(ranks));
        config.set("alpha_pattern", std::move(alphas));
    }
    return in_order(config);
}

/// PEFT's rule of `rank_pattern` and `alpha_pattern`: the first key that is a module's name or its end counts; a key may be an expression.
/// Errors: expression.*.
inline json patterned(const json_view& config, const char* pattern, std::string_view module, const json& otherwise) {
    if (!config.has(pattern) || config[pattern].is_null()) return otherwise;
    const json_view map = config[pattern];
    const json* found = nullptr;
    map.each([&](const std::string& key, const json_view& value) {
        const bool plain = key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == key.npos;
        if (!found && (plain ? targets(module, key) : matches_expression("(.*\\.)?(" + key + ")$", module, value.where()))) found = &value.value();
    });
    return found ? *found : otherwise;
}

/// Starts of LoRA after which the base is no longer the checkpoint: PEFT subtracts from its weights when it loads such a folder.
inline bool changes_the_base(std::string_view start) {
    for (const char* name : {"pissa", "corda", "olora", "OLoRA", "loftq", "lora_ga", "mica"})
        if (start.starts_with(name)) return true;
    return false;
}
/// Fields of LoRA's config that make another computation unless they are null, false or empty.
inline constexpr const char* variants_of_lora[] = {"alora_invocation_tokens", "arrow_config", "kasa_config", "layer_replication", "lora_bias", "monteclora_config",
                                                   "target_parameters", "trainable_token_indices", "use_bdlora", "use_qalora", "velora_config"};

inline void compare_variants(const json_view& config, complaints& wrong) {
    for (const char* name : variants_of_lora) {
        const json* const found = config.value().find(name);
        const bool none = !found || found->is_null() || (found->is_boolean() && !found->boolean()) || ((found->is_array() || found->is_object()) && found->size() == 0);
        if (!none) wrong.add({name, ": the model has none, the folder ", found->write()});
    }
    if (const json* const start = config.value().find("init_lora_weights"); start && start->is_string() && changes_the_base(start->string()))
        wrong.add({"init_lora_weights: ", in_quotes(start->string(), 64), " has changed the base's weights; save the adapter in Python with path_initial_model_for_weight_conversion"});
}

template <class T>
void compare_low_rank(const json_view& config, const adapter_family<T>& family, complaints& wrong) {
    compare_variants(config, wrong);
    static constexpr const char* patterns[][2] = {{"r", "rank_pattern"}, {"lora_alpha", "alpha_pattern"}};
    for (const auto& [field, pattern] : patterns) {
        std::map<std::pair<std::string, std::string>, std::vector<std::string>> differ; // ours and theirs, and where
        const json otherwise = config.has(field) ? config[field].value() : json(8);
        for (const auto& module : family.modules) {
            const auto own = std::find_if(family.others.begin(), family.others.end(), [&](const auto& o) { return o.first == module; });
            json ours;
            for (const auto& f : own == family.others.end() ? family.fields : own->second)
                if (f.name == field) ours = f.value;
            const json theirs = patterned(config, pattern, module, otherwise);
            if (!(ours == theirs)) differ[{ours.write(), theirs.write()}].push_back(module);
        }
        for (const auto& [values, modules] : differ)
            wrong.add({field, ": the model has ", values.first, ", the folder ", values.second,
                       modules.size() == family.modules.size() ? std::string() : " for " + in_quotes(modules.front(), 128) + (modules.size() > 1 ? " and others" : "")});
    }
}

inline void compare_field(const json_view& config, const settled_field& f, complaints& wrong) {
    const json found = config.has(f.name) ? config[f.name].value() : f.otherwise;
    if (!(found == f.value)) wrong.add({f.name, ": the model has ", f.value.write(), ", the folder ", found.write()});
}
/// Adds to `wrong` what the config settles otherwise than the type.
template <class T>
void compare_config(const json_view& config, const adapter_family<T>& family, complaints& wrong) {
    const std::string type = config.has("peft_type") ? config["peft_type"].string() : std::string();
    if (type != family.name && type != family.also_reads) return wrong.add({"peft_type: the model has ", in_quotes(family.name, 64), ", the folder ", in_quotes(type, 64)});
    for (const auto& f : family.fields) {
        if (family.name == "LORA" && (f.name == "r" || f.name == "lora_alpha")) continue; // compared by module
        if (f.name == "bias" && trains_biases(config)) continue; // the tensors tell
        if (f.name == "fan_in_fan_out") continue;                // of layers that are kept turned; PEFT passes it over for linear ones, and so for all of these
        compare_field(config, f, wrong);
    }
    if (family.name == "LORA") compare_low_rank(config, family, wrong);
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
