// How published folders spell each adapter: the tensor of each of its weights, and the fields of its config. An adapter's format is one
// specialisation of `adapter_format`; what is common to all (folders, names of modules, the classifier) is in adapter_folder.hpp. Low-rank
// adapters, IA3 and tensors of virtual tokens are PEFT's, bottlenecks are the adapters library's.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hone/adapter/adapter.hpp"
#include "hone/checkpoint/config_fields.hpp"
#include "hone/file/json_value.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Rows and columns of a weight; of a vector, one row.
struct weight_shape {
    int rows = 0, columns = 0;
};
/// What follows the module's name in a tensor's, the tensor's shape, and whether its rows are the weight's columns. Without a shape it is the weight's own.
struct tensor_spelling {
    std::string suffix;
    std::vector<int> shape{};
    bool turned = false;
};

/// Specialised for each adapter that has a published format:
///     part                           the name of the part that the adapter adds to a layer
///     family()                       adapters of one family go into one folder: "LORA", "IA3", ...
///     fields()                       what a config must say for the adapter to mean the same; the default of a field that is missing
///     spelling(leaf, weight, base)   of each weight of the part
///     root_spelling(leaf, weight, family, prefix)   of each weight that layers share at the root of the model: its whole name
///     folder()                       where adapters of one family cannot share a config: which of them can; else the family, in small letters
/// With `is_bottleneck` the folder is the adapters library's, its fields those of `config` in the file.
/// Virtual tokens are one tensor: with `is_virtual`, `columns(leaf, layer, width)` says where in its rows a weight stands, and `made(weights)` gives the
/// tensor where it is not a weight.
template <class Adapter>
struct adapter_format {
    static_assert(never<Adapter>, HONE_E050);
};

/// A field of a config that the adapter's type has settled.
struct settled_field {
    std::string name;
    json value, otherwise; ///< what a config means that does not have it
};
/// A number as PEFT writes it: whole numbers without a point.
inline json plain_number(double v) { return v == static_cast<double>(static_cast<long>(v)) ? json(static_cast<long>(v)) : json(v); }

namespace detail {

/// The fields of low-rank adapters.
template <class Adapter>
std::vector<settled_field> low_rank_fields(bool decomposed) {
    return {{"r", Adapter::rank_option::value, 8},
            {"lora_alpha", plain_number(Adapter::alpha_option::value), 8},
            {"use_rslora", Adapter::is_stabilised, false},
            {"use_dora", decomposed, false},
            {"bias", "none", "none"},
            {"fan_in_fan_out", false, false}};
}

} // namespace detail

template <class... Options>
struct adapter_format<lora<Options...>> {
    static constexpr std::string_view part = "lora";
    static std::string family() { return "LORA"; }
    static std::string folder() { return lora<Options...>::is_stabilised ? "rslora" : "lora"; }
    static std::vector<settled_field> fields() { return detail::low_rank_fields<lora<Options...>>(false); }
    static tensor_spelling spelling(std::string_view leaf, weight_shape w, weight_shape base) {
        const bool table = leaf == "a" ? w.rows == base.rows && w.columns != base.columns : w.rows == base.columns && w.rows != base.rows;
        const bool alike = base.rows == base.columns; // a product, as far as these shapes tell
        if (table && !alike) return leaf == "a" ? tensor_spelling{".lora_embedding_A", {w.columns, w.rows}, true} : tensor_spelling{".lora_embedding_B"};
        return {leaf == "a" ? ".lora_A.weight" : ".lora_B.weight"};
    }
};
template <class... Options>
struct adapter_format<dora<Options...>> {
    static constexpr std::string_view part = "dora";
    static std::string family() { return "LORA"; }
    static std::string folder() { return dora<Options...>::is_stabilised ? "rsdora" : "dora"; }
    static std::vector<settled_field> fields() { return detail::low_rank_fields<dora<Options...>>(true); }
    static tensor_spelling spelling(std::string_view leaf, weight_shape, weight_shape) {
        if (leaf == "magnitude") return {".lora_magnitude_vector"};
        return {leaf == "a" ? ".lora_A.weight" : ".lora_B.weight"};
    }
};
template <class... Options>
struct adapter_format<ia3<Options...>> {
    static constexpr std::string_view part = "ia3";
    static constexpr bool feedforward = ia3<Options...>::scales_input;
    static std::string family() { return "IA3"; }
    static std::vector<settled_field> fields() { return {{"fan_in_fan_out", false, false}}; }
    static tensor_spelling spelling(std::string_view, weight_shape w, weight_shape) { return {".ia3_l", feedforward ? std::vector{1, w.columns} : std::vector{w.columns, 1}}; }
};

template <class... Options>
struct adapter_format<adalora<Options...>> {
    using adapter = adalora<Options...>;
    static constexpr std::string_view part = "adalora";
    static std::string family() { return "ADALORA"; }
    static std::vector<settled_field> fields() {
        return {{"init_r", adapter::rank_option::value, 12}, {"lora_alpha", plain_number(adapter::alpha_option::value), 8}, {"bias", "none", "none"}, {"fan_in_fan_out", false, false}};
    }
    static tensor_spelling spelling(std::string_view leaf, weight_shape, weight_shape) {
        return {leaf == "a" ? ".lora_A" : leaf == "b" ? ".lora_B" : ".lora_E"};
    }
};
template <class... Options>
struct adapter_format<vera<Options...>> {
    static constexpr std::string_view part = "vera";
    static std::string family() { return "VERA"; }
    static std::vector<settled_field> fields() { return {{"r", vera<Options...>::R, 256}, {"bias", "none", "none"}, {"fan_in_fan_out", false, false}, {"save_projection", true, true}}; }
    static tensor_spelling spelling(std::string_view leaf, weight_shape, weight_shape) { return {leaf == "d" ? ".vera_lambda_d" : ".vera_lambda_b"}; }
    static tensor_spelling root_spelling(std::string_view leaf, weight_shape, const std::string&, const std::string&) { return {leaf == "a" ? "base_model.vera_A" : "base_model.vera_B"}; }
};

template <class... Options>
struct adapter_format<prefix<Options...>> {
    static constexpr std::string_view part = "prefix";
    static constexpr bool is_virtual = true;
    static std::string family() { return "PREFIX_TUNING"; }
    static std::vector<settled_field> fields() { return {{"num_virtual_tokens", prefix<Options...>::count, nullptr}, {"prefix_projection", false, false}}; }
    static long columns(std::string_view leaf, int layer, int width) { return (2l * layer + (leaf == "value")) * width; }
};
template <class... Options>
struct adapter_format<prompt<Options...>> {
    static constexpr std::string_view part = "prompt";
    static constexpr bool is_virtual = true;
    static constexpr const char* also_reads = "P_TUNING"; ///< whose folder holds the rows that its encoder made
    static std::string family() { return "PROMPT_TUNING"; }
    static std::vector<settled_field> fields() { return {{"num_virtual_tokens", prompt<Options...>::count, nullptr}}; }
    static long columns(std::string_view, int, int) { return 0; }
};
template <class... Options>
struct adapter_format<ptuning<Options...>> {
    static constexpr std::string_view part = "ptuning";
    static constexpr bool is_virtual = true;
    static std::string family() { return "P_TUNING"; }
    static std::string folder() { return "prompt_tuning"; } ///< among others it is found where the prompt looks that it is read as
    static std::vector<settled_field> fields() {
        return {{"num_virtual_tokens", ptuning<Options...>::count, nullptr}, {"encoder_reparameterization_type", "MLP", "MLP"}};
    }
    /// The rows that the encoder makes; `weights("rows")` gives a weight of the part.
    template <class T, class Weights>
    static std::vector<T> made(Weights weights) {
        const named_weight<T>& rows = weights("rows");
        std::vector<double> x(rows.values.begin(), rows.values.end());
        for (const char* layer : {"first", "second", "third"}) {
            const named_weight<T>&w = weights(std::string(layer) + ".weight"), &bias = weights(std::string(layer) + ".bias");
            const auto in = static_cast<std::size_t>(w.columns), out = static_cast<std::size_t>(w.rows), n = x.size() / in;
            std::vector<double> y(n * out);
            for (std::size_t r = 0; r < n; ++r)
                for (std::size_t j = 0; j < out; ++j) {
                    double sum = static_cast<double>(bias.values[j]);
                    for (std::size_t i = 0; i < in; ++i) sum += x[r * in + i] * static_cast<double>(w.values[j * in + i]);
                    y[r * out + j] = std::string_view(layer) != "third" && sum < 0 ? 0 : sum;
                }
            x = std::move(y);
        }
        return {x.begin(), x.end()};
    }
};

namespace detail {

/// What bottlenecks have in common: their tensors' names, and the fields that tell them apart.
template <int Reduced>
struct bottleneck_format {
    static constexpr bool is_bottleneck = true;
    static std::string place_of(std::string_view leaf) { return leaf.starts_with("down.") ? ".adapter_down.0." : ".adapter_up."; }
    static tensor_spelling spelling(std::string_view leaf, weight_shape, weight_shape) { return {place_of(leaf) + (leaf.ends_with("bias") ? "bias" : "weight")}; }
    static std::vector<settled_field> fields(const char* activation, bool norm_before, bool beside, double scale, bool of_products = false) {
        return {{"reduction_factor", Reduced, nullptr}, {"non_linearity", activation, nullptr}, {"original_ln_before", norm_before, false}, {"is_parallel", beside, false},
                {"scaling", scale, 1.0},                {"phm_layer", of_products, false}};
    }
};

} // namespace detail

template <class... Options>
struct adapter_format<houlsby<Options...>> : detail::bottleneck_format<houlsby<Options...>::reduced> {
    static constexpr std::string_view part = "houlsby";
    static std::string family() { return "houlsby"; }
    static std::vector<settled_field> fields() { return adapter_format::bottleneck_format::fields("swish", false, false, 1.0); }
};
template <class... Options>
struct adapter_format<pfeiffer<Options...>> : detail::bottleneck_format<pfeiffer<Options...>::reduced> {
    static constexpr std::string_view part = "pfeiffer";
    static std::string family() { return "pfeiffer"; }
    static std::vector<settled_field> fields() { return adapter_format::bottleneck_format::fields("relu", true, false, 1.0); }
};
template <class... Options>
struct adapter_format<parallel<Options...>> : detail::bottleneck_format<parallel<Options...>::reduced> {
    static constexpr std::string_view part = "parallel";
    static std::string family() { return "parallel"; }
    static std::vector<settled_field> fields() { return adapter_format::bottleneck_format::fields("relu", false, true, 4.0); }
};
template <class... Options>
struct adapter_format<compacter<Options...>> : detail::bottleneck_format<compacter<Options...>::reduced> {
    static constexpr std::string_view part = "compacter";
    static std::string family() { return "compacter"; }
    static std::vector<settled_field> fields() {
        auto all = adapter_format::bottleneck_format::fields("gelu", false, false, 1.0, true);
        for (settled_field f : {settled_field{"phm_dim", compacter<Options...>::count, 4}, {"phm_rank", 1, 1}, {"phm_bias", true, true}, {"factorized_phm_W", true, true},
                                {"factorized_phm_rule", false, false}, {"shared_phm_rule", true, true}, {"shared_W_phm", false, false}})
            all.push_back(std::move(f));
        return all;
    }
    static tensor_spelling spelling(std::string_view leaf, weight_shape w, weight_shape) {
        const auto place = adapter_format::bottleneck_format::place_of(leaf);
        if (leaf.ends_with("left")) return {place + "W_left", {w.rows, w.columns, 1}};
        if (leaf.ends_with("right")) return {place + "W_right", {w.rows, 1, w.columns}};
        return {place + "b"};
    }
    static tensor_spelling root_spelling(std::string_view, weight_shape w, const std::string& family, const std::string& prefix) {
        return {prefix + "shared_parameters." + family + ".phm_rule", {w.columns, w.columns, w.columns}};
    }
};

} // namespace hone
HONE_COMPACT_END
