// The decoder that a folder holds, and an adapter over it, as types: the text that a program
// compiles itself anew with (variant.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hone/model/gpt2.hpp>
#include <hone/model/llama.hpp>
#include <hone/model/mistral.hpp>
#include <hone/model/qwen2.hpp>
#include <hone/model/qwen3.hpp>

#include "adapter_folders.hpp"
#include "variant.hpp"

inline constexpr const hone::model_family* decoder_families[] = {
    &hone::llama_family, &hone::gpt2_family, &hone::mistral_family, &hone::qwen2_family,
    &hone::qwen3_family};

inline const hone::model_family& family_of(const hone::model_config& config) {
    for (const auto* family : decoder_families)
        if (config.layout->model_type == std::string_view(family->config.model_type))
            return *family;
    return *decoder_families[0];
}
/// config.json of a folder. Error: config.model_type, with the list of what is built; those of
/// parse_config.
inline hone::model_config read_decoder_config(const std::string& folder) {
    const auto path = std::filesystem::path(folder) / "config.json";
    auto document = hone::read_json(path, hone::config_limit);
    const hone::json_view root(document, path.native());
    const auto type = root["model_type"].string();
    std::string all;
    for (const auto* family : decoder_families) {
        if (type == family->config.model_type)
            return hone::parse_config(std::move(document), path.string(), family->config);
        hone::append_to_list(all, hone::in_quotes(family->config.model_type));
    }
    throw hone::error("config.model_type", "a model of another family", root["model_type"].where(),
                      all, hone::in_quotes(type, 64));
}

/// Spells the type of a decoder.
class decoder_spelling {
public:
    explicit decoder_spelling(const hone::model_config& config)
        : config_(config), family_(config.layout->model_type) {}

    /// "hone::untied<hone::llama<...>>". Error: config.not_supported.
    std::string text() const {
        const auto& c = config_;
        const bool gpt2 = family_ == "gpt2";
        std::string all = numbers({{"layers", c.num_hidden_layers},
                                   {"width", c.hidden_size},
                                   {"heads", c.num_attention_heads}});
        if (!gpt2)
            all +=
                ", " + numbers({{"key_heads", c.num_key_value_heads}, {"head_size", c.head_dim}});
        all += ", " + numbers({{"inner", c.intermediate_size},
                               {"vocabulary", c.vocab_size},
                               {"positions", c.max_position_embeddings}});
        if (!gpt2)
            all += ", hone::rotary<" + whole(settled("rope_theta").number()) + scaling() + ">";
        if (family_ == "mistral") {
            const auto& window = settled("sliding_window");
            all += window.is_null() ? ", hone::causal"
                                    : ", hone::sliding_window<" + window.write() + ">";
        }
        all += gpt2 ? ", hone::" + activation() + ", " + epsilon()
                    : ", " + epsilon() + ", hone::" + activation();
        return (settled("tie_word_embeddings").boolean() ? "hone::language_model<hone::"
                                                         : "hone::untied<hone::") +
               family_ + "<" + all + ">>";
    }
    /// The paths of all layers with a weight that an adapter may go around or that may train.
    std::vector<std::string> layers() const {
        std::vector<std::string> all, inner{"attention_norm", "feed_forward_norm"};
        const auto outer = [&](const char* part) { all.push_back(std::string("decoder.") + part); };
        const auto within = [&](const std::string& part, std::initializer_list<const char*> list) {
            for (const char* one : list) inner.push_back(part + "." + one);
        };
        outer("word");
        if (family_ == "gpt2") {
            outer("position");
            within("attention", {"projection", "output"});
            within("feed_forward", {"up", "down"});
        } else {
            within("attention", {"query", "key", "value", "output"});
            if (family_ == "qwen3") within("attention", {"query_norm", "key_norm"});
            within("feed_forward", {"gate", "up", "down"});
        }
        for (const auto& part : inner)
            for (std::int64_t k = 0; k < config_.num_hidden_layers; ++k)
                all.push_back("decoder.blocks." + std::to_string(k) + "." + part);
        outer("norm");
        if (!settled("tie_word_embeddings").boolean()) all.push_back("lm_head");
        return all;
    }

private:
    using named = std::pair<const char*, std::int64_t>;
    static std::string numbers(std::initializer_list<named> list) {
        std::string all;
        for (const auto& [name, value] : list)
            all += (all.empty() ? "hone::" : ", hone::") + std::string(name) + "<" +
                   std::to_string(value) + ">";
        return all;
    }
    const hone::json& settled(const std::string& name) const { return *config_.settled.find(name); }
    [[noreturn]] void fail(const char* what, const std::string& field, const char* expected,
                           const std::string& found) const {
        throw hone::error("config.not_supported", what, {.file = config_.file, .name = field},
                          expected, found);
    }
    static std::string whole(double x) { return std::to_string(static_cast<long long>(x)); }
    std::string scaling() const {
        const auto& type = settled("rope_type").string();
        if (type == "default") return {};
        if (type == "linear") return ", hone::linear_scaling<" + ratio("factor") + ">";
        const auto positions = hone::detail::scaling_field("original_max_position_embeddings");
        return ", hone::llama3_scaling<" + ratio("factor") + ", " + ratio("low_freq_factor") +
               ", " + ratio("high_freq_factor") + ", " + settled(positions).write() + ">";
    }
    /// A decimal number as a quotient of whole ones.
    std::string ratio(const char* field) const {
        const double x = settled(hone::detail::scaling_field(field)).number();
        double by = 1;
        while (by < 1e6 && x * by != std::round(x * by)) by *= 10;
        if (x * by != std::round(x * by) || x * by > 1e9)
            fail("a number of more digits than are built", hone::detail::scaling_field(field),
                 "at most six digits after the point", std::to_string(x));
        return "std::ratio<" + whole(std::round(x * by)) + ", " + whole(by) + ">";
    }
    std::string epsilon() const {
        double power = 1;
        for (int k = 1; k < 16; ++k)
            if (power *= 10; 1 / power == config_.layer_norm_eps)
                return "hone::epsilon<" + std::to_string(k) + ">";
        fail("an epsilon of the norms that is not built", "epsilon", "10^-1 to 10^-15",
             std::to_string(config_.layer_norm_eps));
    }
    std::string activation() const {
        static constexpr const char* known[][2] = {
            {hone::published_activation<hone::silu_>, "silu_"},
            {hone::published_activation<hone::gelu_tanh_>, "gelu_tanh_"},
            {hone::published_activation<hone::gelu_>, "gelu_"},
            {hone::published_activation<hone::relu_>, "relu_"}};
        for (const auto& [name, type] : known)
            if (hone::activation_of(config_.hidden_act) == name) return type;
        fail("an activation that is not built", config_.layout->activation,
             "silu, gelu, gelu_new or relu", config_.hidden_act);
    }

    const hone::model_config& config_;
    std::string family_;
};

/// What a folder's decoder is compiled as: with an adapter by its spelling, or of a folder, and
/// what trains of it.
inline variant decoder_variant(const std::string& folder, const std::string& adapter,
                               const std::string& adapter_folder, bool trains = false) {
    const auto config = read_decoder_config(folder);
    const decoder_spelling spelling(config);
    variant v;
    v.definitions.emplace_back("HONE_DECODER", spelling.text());
    if (adapter.empty() && adapter_folder.empty()) return v;
    if (config.layout->model_type == std::string_view("gpt2"))
        throw hone::error("adapter.not_supported", "adapters over GPT-2 are not built",
                          {.file = config.file}, "a decoder whose products hold (out, in)", "gpt2");
    const adapter_reading reading({family_of(config), "lm", "decoder."}, spelling.layers());
    const auto choice =
        !adapter.empty() ? reading.read(adapter) : reading.read_folder(adapter_folder, trains);
    if (!choice.adapters.empty())
        v.definitions.emplace_back("HONE_DECODER_ADAPTERS", choice.adapters);
    v.definitions.emplace_back("HONE_TRAINABLE", choice.adapters.empty()
                                                     ? choice.trainable.substr(2)
                                                     : "hone::adapters" + choice.trainable);
    return v;
}
