// The folder of an adapter, PEFT's, the adapters library's or hone's, as types: what its config says becomes the text of an `adapt<...>`. What hone computes
// otherwise than the folder means is refused here, before anything is compiled; that every tensor fits is checked when the folder is read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/file/json.hpp>
#include <hone/file/json_view.hpp>
#include <hone/model/adapter_files.hpp>

#include "adapters.hpp"

class adapter_reading : public adapter_spelling {
public:
    using adapter_spelling::adapter_spelling;

    /// Of a folder, or of all that stand in it, in their order. With `trains`, LoRA's input drops out where the config says so.
    /// Errors: adapter.not_supported, adapter.no_folder, options.adapter, json.*.
    adapter_choice read_folder(const std::filesystem::path& folder, bool trains) const {
        adapter_choice all;
        for (const auto& one : hone::adapter_folders(folder)) {
            const auto file = (one / "adapter_config.json").string();
            const hone::json document = hone::read_json(file, std::size_t{1} << 22);
            const hone::json_view config(document, file);
            if (!config.has("peft_type") && config.has("config")) read_bottleneck(all, config);
            else read_peft(all, config, trains);
            if (trains) read_beside(all, config);
        }
        if (all.adapters.empty()) throw hone::error("adapter.not_supported", "an adapter of no layer", {.file = folder.native()}, "a folder whose adapters stand around a layer of the model", "none");
        return all;
    }

private:
    static std::vector<std::string> names_in(const hone::json_view& config, const char* field) {
        std::vector<std::string> names;
        if (!config.has(field) || config[field].is_null()) return names;
        const auto list = config[field];
        for (std::size_t i = 0; i < list.size(); ++i) names.push_back(list[i].string());
        return names;
    }
    static bool drops(const char* field, const hone::json_view& config, bool trains) {
        if (!config.has(field) || config[field].is_null()) return false;
        const double share = config[field].number();
        if (!(share >= 0 && share <= 1)) config[field].fail("adapter.not_supported", "not a share that can be dropped", "0 to 1");
        if (trains && share == 1) config[field].fail("adapter.not_supported", "an adapter whose input is dropped always learns nothing", "below 1");
        return trains && share > 0;
    }
    static bool flag(const hone::json_view& config, const char* name) { return config.has(name) && !config[name].is_null() && config[name].boolean(); }

    /// The layers that the config selects: its targets, but for those excluded, in the layers that it names.
    std::vector<std::string> layers_of(const hone::json_view& config) const {
        auto layers = targeted(config);
        if (given(config, "exclude_modules")) std::erase_if(layers, [&](const auto& layer) { return hone::detail::names_module(config["exclude_modules"], names_.module(layer)); });
        if (layers.empty()) throw hone::error("adapter.not_supported", "an adapter of no layer", {.file = config.file(), .name = "target_modules"}, "modules of the model", "none of them");
        if (!given(config, "layers_to_transform") || config["target_modules"].is_string()) return layers; // an expression says the layers itself
        for (const auto& pattern : config.has("layers_pattern") && config["layers_pattern"].is_string() ? std::vector{config["layers_pattern"].string()} : names_in(config, "layers_pattern"))
            if (pattern != "layer" && pattern != "layers" && pattern != "h") config["layers_pattern"].fail("adapter.not_supported", "layers of another name", "layer, layers or h");
        const auto numbers = config["layers_to_transform"];
        std::vector<long> wanted;
        if (!numbers.is_array()) wanted.push_back(static_cast<long>(numbers.integer()));
        else
            for (std::size_t i = 0; i < numbers.size(); ++i) wanted.push_back(static_cast<long>(numbers[i].integer()));
        std::erase_if(layers, [&](const auto& layer) { return layer.find(".blocks.") == layer.npos || std::find(wanted.begin(), wanted.end(), hone::detail::layer_of(layer)) == wanted.end(); });
        if (layers.empty()) numbers.fail("adapter.not_supported", "an adapter of layers that the model does not have", "numbers of layers, from 0");
        return layers;
    }
    static bool given(const hone::json_view& config, const char* field) {
        return config.has(field) && !config[field].is_null() && !((config[field].is_array() || config[field].is_object()) && config[field].size() == 0);
    }
    /// The layers of `target_modules`: a list of names or their ends, of which PEFT asks that some are met; an expression; "all-linear"; or, where the config names
    /// none, those that PEFT takes for such an encoder.
    std::vector<std::string> targeted(const hone::json_view& config) const {
        std::vector<std::string> layers;
        if (!config.has("target_modules") || config["target_modules"].is_null()) {
            const bool ia3 = config["peft_type"].string() == "IA3";
            for (const auto& [module, layer] : modules_) {
                const auto ends = [&](std::string_view end) { return layer.ends_with(end); };
                if (ends(".attention.value") || ends(".attention.projection") || (ia3 ? ends(".attention.key") || ends(".attention.output") || ends(".feed_forward.down") : ends(".attention.query"))) layers.push_back(layer);
            }
            return layers;
        }
        const hone::json_view field = config["target_modules"];
        const bool all_linear = field.is_string() && field.string() == "all-linear";
        for (const auto& [module, layer] : modules_)
            if (all_linear ? is_linear(module, layer) : hone::detail::names_module(field, module)) layers.push_back(layer);
        if (layers.empty() && field.is_array() && field.size() > 0) return selected(names_in(config, "target_modules")); // which says what is near
        return layers;
    }
    static bool is_linear(const std::string& module, const std::string& layer) { return !layer.ends_with("norm") && !module.ends_with("_embeddings") && module != "classifier" && !layer.ends_with(".word") && !layer.ends_with(".position") && module != "lm_head"; }

    /// What PEFT trains beside the adapter: all biases, modules in full.
    void read_beside(adapter_choice& all, const hone::json_view& config) const {
        if (hone::detail::trains_biases(config)) all.trainable += config["bias"].string() == "all" ? ", hone::biases" : biases_of(layers_of(config));
        auto modules = names_in(config, "modules_to_save");
        std::erase_if(modules, [&](const auto& name) { return names_.is_in_full(name); });
        std::vector<std::string> layers;
        for (const auto& [module, layer] : modules_)
            if (std::any_of(modules.begin(), modules.end(), [&, &m = module](const auto& name) { return hone::is_within(m, name); })) layers.push_back(layer);
        if (layers.empty()) return;
        std::string text;
        for (const auto& layer : patterns(layers)) text += (text.empty() ? "\"" : ", \"") + layer + ".**\"";
        all.trainable += ", hone::on<" + text + ">";
    }
    std::string biases_of(const std::vector<std::string>& layers) const {
        std::string text;
        for (const auto& pattern : patterns(layers)) text += (text.empty() ? "\"" : ", \"") + pattern + ".bias\"";
        return ", hone::on<" + text + ">";
    }
    void read_peft(adapter_choice& all, const hone::json_view& config, bool trains) const {
        const auto& type = config["peft_type"].string();
        const char* const task = names_.task().peft_type;
        if (given(config, "task_type") && config["task_type"].string() != task)
            config["task_type"].fail("adapter.not_supported", "an adapter for another task", {task, ", or null"});
        if (type == "LORA") return read_low_rank(all, config, trains);
        if (type == "IA3") {
            std::vector<std::string> inputs, outputs;
            static const hone::json usual = hone::parse_json(R"(["output.dense"])", "");
            const bool named = config.has("feedforward_modules") && !config["feedforward_modules"].is_null();
            const hone::json_view feedforward = named ? config["feedforward_modules"] : hone::json_view(usual, config.file());
            for (const auto& layer : layers_of(config)) {
                const bool input = hone::detail::names_module(feedforward, names_.module(layer));
                (input ? inputs : outputs).push_back(layer);
            }
            place(all, "hone::ia3<>", outputs);
            place(all, "hone::ia3<hone::of_input>", inputs);
        } else if (type == "ADALORA") {
            place(all, adalora(config.has("init_r") ? config["init_r"].value().write() : "12", config.has("lora_alpha") ? config["lora_alpha"].value().write() : "8", drops("lora_dropout", config, trains)),
                  layers_of(config));
        } else if (type == "VERA") {
            place(all, vera(config.has("r") ? config["r"].value().write() : "256", drops("vera_dropout", config, trains)), layers_of(config));
        } else if (type == "PREFIX_TUNING" || type == "PROMPT_TUNING" || type == "P_TUNING") { // of P-tuning a folder holds the rows alone
            const bool is_prefix = type == "PREFIX_TUNING";
            if (flag(config, "prefix_projection")) config["prefix_projection"].fail("adapter.not_supported", "a prefix made by a network", "false");
            const auto tokens = whole("num_virtual_tokens", config["num_virtual_tokens"].value().write());
            put(all, std::string("hone::") + (is_prefix ? "prefix" : "prompt") + "<hone::virtual_tokens<" + tokens + ">>", is_prefix ? "**.attention" : "**.embeddings.word");
        } else
            config["peft_type"].fail("adapter.not_supported", "an adapter that is not read yet", "LORA, ADALORA, VERA, IA3, PREFIX_TUNING, PROMPT_TUNING or P_TUNING");
    }
    void read_low_rank(adapter_choice& all, const hone::json_view& config, bool trains) const {
        hone::detail::complaints wrong;
        hone::detail::compare_variants(config, wrong);
        if (wrong.count > 0) throw hone::error("adapter.not_supported", {"a variant of LoRA that hone does not compute:", wrong.text, "\n "}, {.file = config.file()}, "LoRA or DoRA", "another");
        const bool dropout = drops("lora_dropout", config, trains);
        const auto standard = [&](const char* field) { return config.has(field) ? config[field].value() : hone::json(8); };
        const auto type = [&](const hone::json& r, const hone::json& a) {
            return low_rank(flag(config, "use_dora") ? "dora" : "lora", whole("r", r.write()), ratio("lora_alpha", a.write()), flag(config, "use_rslora"), dropout && !flag(config, "use_dora"));
        };
        std::map<std::string, std::vector<std::string>> by_type; // in order of their text: the same choice, the same program
        for (const auto& layer : layers_of(config)) {
            const auto module = names_.module(layer);
            by_type[type(hone::detail::patterned(config, "rank_pattern", module, standard("r")), hone::detail::patterned(config, "alpha_pattern", module, standard("lora_alpha")))].push_back(layer);
        }
        const auto most = type(standard("r"), standard("lora_alpha"));
        if (by_type.contains(most)) place(all, most, by_type[most]); // first: the others are patterns beside it
        for (const auto& [text, layers] : by_type)
            if (text != most) place(all, text, layers);
    }
    void read_bottleneck(adapter_choice& all, const hone::json_view& config) const {
        const auto inner = config["config"];
        if (inner.has("architecture") && !inner["architecture"].is_null()) inner["architecture"].fail("adapter.not_supported", "an adapter that is not read", "null: a bottleneck");
        const bool beside = flag(inner, "is_parallel"), before = flag(inner, "original_ln_before"), of_products = flag(inner, "phm_layer");
        if (of_products && (beside || before)) inner["phm_layer"].fail("adapter.not_supported", "Kronecker products in another bottleneck than Houlsby's", "is_parallel and original_ln_before false");
        const std::string method = of_products ? "compacter" : beside ? "parallel" : before ? "pfeiffer" : "houlsby";
        const std::string activation = of_products ? "gelu" : method == "houlsby" ? "swish" : "relu";
        if (const auto& found = inner["non_linearity"].string(); found != activation && !(found == "silu" && activation == "swish"))
            inner["non_linearity"].fail("adapter.not_supported", "another activation than that of this bottleneck", activation);
        std::vector<long> left_out;
        if (inner.has("leave_out") && !inner["leave_out"].is_null())
            for (std::size_t i = 0; i < inner["leave_out"].size(); ++i) left_out.push_back(static_cast<long>(inner["leave_out"][i].integer()));
        std::map<std::string, std::vector<std::string>> by_reduction;
        const auto reductions = inner["reduction_factor"];
        for (const auto& [module, layer] : modules_) {
            const bool attention = layer.ends_with(".attention_norm"), output = layer.ends_with(".output_norm");
            if (!(attention && flag(inner, "mh_adapter")) && !(output && flag(inner, "output_adapter"))) continue;
            const auto number = hone::detail::layer_of(layer);
            if (std::find(left_out.begin(), left_out.end(), number) != left_out.end()) continue;
            const auto of = [&] {
                if (!reductions.is_object()) return reductions.value();
                return reductions[reductions.has(std::to_string(number)) ? std::to_string(number) : "default"].value();
            };
            auto text = of().write();
            if (text.ends_with(".0")) text.resize(text.size() - 2);
            by_reduction[whole("reduction_factor", text)].push_back(layer);
        }
        for (const auto& [reduction, layers] : by_reduction)
            place(all, of_products ? compacter(reduction, inner.has("phm_dim") ? inner["phm_dim"].value().write() : "4") : "hone::" + method + "<hone::reduction<" + reduction + ">>", layers);
    }
};
