// The model of `classify`: an encoder of some family with a classifier of any number of classes, and the loss that it differentiates. Adapters,
// and what trains, are definitions: a program that needs others compiles itself anew with them (examples/variant.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../encoder.hpp"
#include "../head.hpp"

struct plain_classifier : hone::classify<encoder, hone::classes<hone::run_time>> {};
#ifdef HONE_ADAPTERS
struct text_classifier : hone::adapt<plain_classifier, HONE_ADAPTERS> {};
#else
using text_classifier = plain_classifier;
#endif
#ifndef HONE_TRAINABLE
#define HONE_TRAINABLE hone::on<"**">
#endif
inline constexpr bool is_adapted = !std::is_same_v<text_classifier, plain_classifier>;

/// Tokens that a text may have: virtual ones take positions too.
template <class... Adapter, class... On>
constexpr int virtual_tokens_of(hone::types<hone::adapter_on<Adapter, On>...>*) {
    const auto of = []<class A>(A*) {
        if constexpr (requires { hone::adapter_format<A>::is_virtual; }) return A::count;
        else return 0;
    };
    return (0 + ... + of(static_cast<Adapter*>(nullptr)));
}
template <class Model>
constexpr int text_limit_of() {
    if constexpr (requires { typename Model::adapters; }) return HONE_POSITIONS - virtual_tokens_of(static_cast<typename Model::adapters*>(nullptr));
    else return HONE_POSITIONS;
}
inline constexpr int text_limit = text_limit_of<text_classifier>();

/// What a folder's config.json says.
inline hone::model_config read_config_of(const std::string& folder) { return hone::read_config(std::filesystem::path(folder) / "config.json", hone::family<encoder>::published.config); }

/// The layers that an adapter may go around, by path.
inline std::vector<std::string> layers_with_weights() {
    std::vector<std::string> all;
    for (const auto& w : hone::weight_entries<plain_classifier>)
        for (int k = 0; k < hone::copies(w); ++k) {
            const std::string name(hone::name_of(w, k).view());
            if (name.ends_with(".weight")) all.push_back(name.substr(0, name.size() - std::string_view(".weight").size()));
        }
    return all;
}

/// What `classify train` is compiled for; HONE_BF16 makes it another program.
#ifdef HONE_BF16
using products = hone::bf16;
inline constexpr const char* compiled_precision = "bf16";
#else
using products = void; // in the model's own numbers
inline constexpr const char* compiled_precision = "f32";
#endif

/// AdaLoRA, whose ranks are divided while they train; its loss has a term that keeps the matrices orthogonal.
inline constexpr bool divides_ranks = [] {
    for (const auto& w : hone::weight_entries<text_classifier>)
        if (w.allocated) return true;
    return false;
}();

/// The mean cross-entropy.
inline constexpr auto classification_loss = [](auto m, auto batch) {
    if constexpr (divides_ranks) return hone::cross_entropy(m(batch.tokens), batch.label) + hone::mean_of(hone::orthogonality(m));
    else return hone::cross_entropy(m(batch.tokens), batch.label);
};
template <class Products, class T>
auto training_step_of(hone::pretrained<text_classifier, T>& model, hone::team& workers, std::uint64_t seed) {
    constexpr hone::trainable<HONE_TRAINABLE> trains;
    if constexpr (std::is_void_v<Products>) return hone::differentiate(model, trains, classification_loss, workers, seed);
    else return hone::differentiate<Products>(model, trains, classification_loss, workers, seed);
}

inline std::string classifier_weight() { return classifier_weight<plain_classifier>(); }
inline long head_classes(const std::string& path) { return head_classes<plain_classifier>(path); }
template <class T>
void read_head(hone::pretrained<text_classifier, T>& model, const std::string& path) {
    read_head<plain_classifier>(model, path);
}
