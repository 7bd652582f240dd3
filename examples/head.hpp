// A head from a file of its own, so that a peer can start from the same one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include <hone/model/pretrained.hpp>

/// The weights of `Plain`'s head, and what the files call them; a pooler is a part of the body there.
template <class Plain, class F>
void each_of_head(F f) {
    const auto names = hone::names_of<Plain>();
    for (const auto& w : hone::weight_entries<Plain>)
        if (names.is_in_head(w.path.view()))
            f(w, std::string(w.path.view()), names(w.path.view()));
}
/// What the files call the weight that has a row for each class.
template <class Plain>
std::string classifier_weight() {
    std::string found;
    each_of_head<Plain>([&](const hone::weight_entry& w, const std::string&, const auto& name) {
        if (w.rows == hone::run_time) found = name;
    });
    return found;
}
/// Reads those weights from a file over those of the model, which may have adapters besides.
/// Errors: head.missing, head.misshapen; safetensors.*.
template <class Plain, class Model>
void read_head(Model& model, const std::string& path) {
    const hone::safetensors_file file(path);
    each_of_head<Plain>([&](const auto&, const std::string& ours, const std::string& name) {
        const auto* tensor = file.find(name);
        if (!tensor)
            throw hone::error("head.missing", "the head's file lacks a tensor",
                              {.file = path, .name = name});
        auto weight = model.weight(ours);
        if (tensor->count() != weight.values.size())
            throw hone::error("head.misshapen", "the head's file has a tensor of another size",
                              {.file = path, .name = name},
                              std::to_string(weight.values.size()) + " values",
                              std::to_string(tensor->count()));
        file.read(*tensor, weight.values);
    });
}
/// Rows of the classifier in a head's file: how many classes it has. Error: head.misshapen.
template <class Plain>
long head_classes(const std::string& path) {
    const hone::safetensors_file file(path);
    const auto name = classifier_weight<Plain>();
    const auto* tensor = file.find(name);
    constexpr int width = Plain::width::value;
    if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != width)
        throw hone::error("head.misshapen", "the head's file must hold the classifier",
                          {.file = path, .name = name},
                          "[classes, " + std::to_string(width) + "]",
                          tensor ? hone::shape_text(tensor->shape) : "none");
    return static_cast<long>(tensor->shape[0]);
}
