// Which program a command needs: adapters, what trains and the precision are types.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../adapter_folders.hpp"
#include "../variant.hpp"
#include "model.hpp"
#include "options.hpp"

/// The head as a set: all of it, or what trains beside an adapter.
inline std::string head_set(bool all) {
    const auto names = hone::names_of<plain_classifier>();
    std::string patterns;
    for (const auto& w : hone::weight_entries<plain_classifier>) {
        const std::string path(w.path.view()), pattern = "\"" + path.substr(0, path.find('.')) + ".**\"";
        if (names.is_head(path) && (all || names.goes_along(path)) && patterns.find(pattern) == patterns.npos) patterns += (patterns.empty() ? "" : ", ") + pattern;
    }
    return "hone::on<" + patterns + ">";
}

/// The sets that --trainable names.
inline std::string trainable_sets(const std::string& text) {
    if (text.empty() || text == "everything") return {};
    if (text == "head") return head_set(false);
    if (text == "biases" || text == "norms") return "hone::" + text + ", " + head_set(false);
    if (text.starts_with("last:")) {
        int n = 0;
        const auto [end, failed] = std::from_chars(text.data() + 5, text.data() + text.size(), n);
        if (failed != std::errc() || end != text.data() + text.size() || n < 1 || n > HONE_LAYERS)
            throw hone::error("options.trainable", "last:N is the number of layers, counted from the last", {}, "1 to " + std::to_string(HONE_LAYERS), text);
        return "hone::last_layers<" + std::to_string(n) + ">, " + head_set(true);
    }
    std::string patterns;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        const auto one = text.substr(at, end - at);
        if (one.empty() || one.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.*") != one.npos)
            throw hone::error("options.trainable", "no set of weights", {}, "everything, last:N, biases, norms, head, or patterns like bert.blocks.5.**,classifier.**", one);
        bool any = false;
        for (const auto& w : hone::weight_entries<plain_classifier>)
            for (int k = 0; k < hone::copies(w); ++k) any = any || hone::matches(one, hone::name_of(w, k).view());
        if (!any)
            throw hone::error("options.trainable", "a pattern that matches no weight", {}, std::string(hone::nearest_path(one, hone::weight_entries<plain_classifier>, [](const hone::weight_entry& w) { return w.path.view(); }).view()) + " is the nearest", one);
        patterns += (patterns.empty() ? "\"" : ", \"") + one + "\"";
        at = end + 1;
    }
    return "hone::on<" + patterns + ">";
}

/// Of a spelling, or of a folder where there is none.
inline variant chosen_variant(const std::string& adapter, const std::string& folder, const std::string& trainable, bool trains = false) {
    variant v;
    std::string sets = trainable_sets(trainable);
    if (!adapter.empty() || !folder.empty()) {
        if (trainable == "everything")
            throw hone::error("options.trainable", "everything beside an adapter: its folder would be a whole model", {}, "a part of the model; or `classify merge`, and then everything of the merged model", trainable);
        const adapter_reading spelling(hone::names_of<plain_classifier>(), layers_with_weights());
        const auto choice = !adapter.empty() ? spelling.read(adapter) : spelling.read_folder(folder, trains);
        if (!choice.adapters.empty()) v.definitions.emplace_back("HONE_ADAPTERS", choice.adapters);
        sets = (choice.adapters.empty() ? choice.trainable.substr(2) : "hone::adapters" + choice.trainable) + (sets.empty() ? "" : ", " + sets) + ", " + head_set(false);
    }
    if (!sets.empty()) v.definitions.emplace_back("HONE_TRAINABLE", sets);
    return v;
}
inline variant chosen_variant(const train_options& o) {
    for (const auto* file : {&o.train, &o.dev, &o.test}) // before a minute is spent on compiling
        if (std::error_code ignored; !file->empty() && !std::filesystem::exists(*file, ignored))
            throw hone::error("file.not_found", "no such file", {.file = *file}, "a file", "nothing");
    auto v = chosen_variant(o.adapter, o.adapter_from, o.trainable, true);
    if (o.precision == "bf16" && !v.definitions.empty()) v.definitions.emplace_back("HONE_BF16", "1");
    return v;
}

/// The adapter of a folder over that of a model; labels that the folder names, else LABEL_k.
template <class Model, class T>
void take_adapter(hone::pretrained<Model, T>& model, const std::string& folder) {
    if constexpr (is_adapted) {
        auto labels = hone::load_adapter(model, folder);
        for (auto k = static_cast<long>(labels.size()); k < model.classes(); ++k) labels.push_back("LABEL_" + std::to_string(k));
        model.config.labels = std::move(labels);
    }
}
/// Classes of an adapter's classifier.
inline long adapter_classes(const std::string& folder) {
    const auto first = hone::adapter_folders(folder).front();
    std::error_code ignored;
    const auto name = classifier_weight<plain_classifier>();
    const hone::safetensors_file file(std::filesystem::exists(first / "adapter.safetensors", ignored) ? first / "model_head.safetensors" : first / "adapter_model.safetensors");
    for (const auto& tensor : file.tensors())
        if (tensor.name.ends_with(name) && tensor.shape.size() == 2 && tensor.shape[1] == HONE_WIDTH && tensor.shape[0] > 0) return static_cast<long>(tensor.shape[0]);
    throw hone::error("adapter.no_classifier", "the adapter's folder has no classifier for this model", {.file = folder, .name = name},
                      "[classes, " + std::to_string(HONE_WIDTH) + "]", "none");
}

/// As PEFT prints it.
template <class Step, class Model>
void print_parameters(Step& step, const Model& model) {
    long trained = 0, all = 0;
    for (const auto& r : step.weights().ranges) trained += r.count;
    model.read([&](const auto& w) { all += static_cast<long>(w.values.size()); });
    const auto grouped = [](long n) {
        auto digits = std::to_string(n);
        for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
        return digits;
    };
    std::printf("trainable params: %s || all params: %s || trainable%%: %.4f\n", grouped(trained).c_str(), grouped(all).c_str(), 100.0 * static_cast<double>(trained) / static_cast<double>(all));
}
