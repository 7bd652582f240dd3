// The model that `classify` and `gradients` are compiled for: an encoder of some family with a classifier of any number of classes, and the
// loss that both differentiate. Another shape is another set of numbers; the build sets them. Adapters, and what trains, are definitions too:
// a program that needs others compiles itself anew with them (examples/variant.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/hone.hpp>

#ifndef HONE_LAYERS
#define HONE_LAYERS 6
#endif
#ifndef HONE_WIDTH
#define HONE_WIDTH 384
#endif
#ifndef HONE_HEADS
#define HONE_HEADS 12
#endif
#ifndef HONE_INNER
#define HONE_INNER 1536
#endif
#ifndef HONE_VOCABULARY
#define HONE_VOCABULARY 30522
#endif
#ifndef HONE_POSITIONS
#define HONE_POSITIONS 512
#endif
#ifndef HONE_TYPES
#define HONE_TYPES 2
#endif
#ifndef HONE_ACTIVATION
#define HONE_ACTIVATION gelu_
#endif
#ifndef HONE_EPSILON
#define HONE_EPSILON 12
#endif

#ifndef HONE_EMBEDDING
#define HONE_EMBEDDING HONE_WIDTH
#endif
#ifndef HONE_BODY
#define HONE_BODY bert_of_shape
#endif

using encoder = hone::HONE_BODY<hone::layers<HONE_LAYERS>, hone::width<HONE_WIDTH>, hone::heads<HONE_HEADS>, hone::inner<HONE_INNER>, hone::vocabulary<HONE_VOCABULARY>,
                                hone::positions<HONE_POSITIONS>, hone::token_types<HONE_TYPES>, hone::HONE_ACTIVATION, hone::epsilon<HONE_EPSILON>, hone::width<HONE_EMBEDDING>>;
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

/// The training step of both programs: the loss is the mean cross-entropy.
template <class Products, class T>
auto training_step_of(hone::pretrained<text_classifier, T>& model, hone::team& workers, std::uint64_t seed) {
    constexpr hone::trainable<HONE_TRAINABLE> trains;
    constexpr auto loss = [](auto m, auto batch) {
        if constexpr (divides_ranks) return hone::cross_entropy(m(batch.tokens), batch.label) + hone::mean_of(hone::orthogonality(m));
        else return hone::cross_entropy(m(batch.tokens), batch.label);
    };
    if constexpr (std::is_void_v<Products>) return hone::differentiate(model, trains, loss, workers, seed);
    else return hone::differentiate<Products>(model, trains, loss, workers, seed);
}

/// The weights of the head that an adapter's folder holds, and what the files call them.
template <class F>
void each_of_head(F f) {
    const auto names = hone::names_of<plain_classifier>();
    for (const auto& w : hone::weight_entries<plain_classifier>)
        if (names.is_head(w.path.view()) && names.goes_along(w.path.view())) f(w, std::string(w.path.view()), names(w.path.view()));
}
/// What the files call the weight that has a row for each class.
inline std::string classifier_weight() {
    std::string found;
    each_of_head([&](const hone::weight_entry& w, const std::string&, const std::string& name) {
        if (w.rows == hone::run_time) found = name;
    });
    return found;
}
/// Reads those weights, as `classifier.weight` and `classifier.bias`, from a file over those of the model.
template <class T>
void read_head(hone::pretrained<text_classifier, T>& model, const std::string& path) {
    const hone::safetensors_file file(path);
    each_of_head([&](const hone::weight_entry&, const std::string& ours, const std::string& name) {
        const auto* tensor = file.find(name);
        if (!tensor) throw hone::error("head.missing", "the head's file lacks a tensor", {.file = path, .name = name});
        auto weight = model.weight(ours);
        if (tensor->count() != weight.values.size())
            throw hone::error("head.misshapen", "the head's file has a tensor of another size", {.file = path, .name = name},
                              std::to_string(weight.values.size()) + " values", std::to_string(tensor->count()));
        file.read(*tensor, weight.values);
    });
}
/// Rows of that weight in a head's file: how many classes it has.
inline long head_classes(const std::string& path) {
    const hone::safetensors_file file(path);
    const auto name = classifier_weight();
    const auto* tensor = file.find(name);
    if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != HONE_WIDTH)
        throw hone::error("head.misshapen", "the head's file must hold the classifier", {.file = path, .name = name},
                          "[classes, " + std::to_string(HONE_WIDTH) + "]", tensor ? hone::shape_text(tensor->shape) : "none");
    return static_cast<long>(tensor->shape[0]);
}
