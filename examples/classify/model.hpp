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

/// AdaLoRA, whose ranks are divided while they train; its loss has a term that keeps the matrices orthogonal.
inline constexpr bool divides_ranks = [] {
    for (const auto& w : hone::weight_entries<text_classifier>)
        if (w.allocated) return true;
    return false;
}();

/// One label a text, any number of labels, or a number: HONE_TEXT_TASK makes it another program.
enum class text_task : unsigned char { single, several, number };
#ifndef HONE_TEXT_TASK
#define HONE_TEXT_TASK single
#endif
inline constexpr text_task compiled_task = text_task::HONE_TEXT_TASK;
inline constexpr const char* task_names[] = {"single", "several", "number"};

/// The mean cross-entropy; binary cross-entropy on logits, over labels and texts; the mean squared error.
inline constexpr auto classification_loss = [](auto m, auto batch) {
    const auto loss = [&] {
        if constexpr (compiled_task == text_task::several) return hone::binary_cross_entropy(m(batch.tokens), batch.target);
        else if constexpr (compiled_task == text_task::number) return hone::squared_error(m(batch.tokens), batch.target);
        else return hone::cross_entropy(m(batch.tokens), batch.label);
    }();
    if constexpr (divides_ranks) return loss + hone::mean_of(hone::orthogonality(m));
    else return loss;
};

inline std::string classifier_weight() { return classifier_weight<plain_classifier>(); }
inline long head_classes(const std::string& path) { return head_classes<plain_classifier>(path); }
template <class T>
void read_head(hone::pretrained<text_classifier, T>& model, const std::string& path) {
    read_head<plain_classifier>(model, path);
}
