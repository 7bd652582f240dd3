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
/// The file that holds an adapter's classifier.
inline std::filesystem::path classifier_file(const std::string& folder) {
    const auto first = hone::adapter_folders(folder).front();
    std::error_code ignored;
    return std::filesystem::exists(first / "adapter.safetensors", ignored) ? first / "model_head.safetensors" : hone::adapter_weights_in(first);
}
/// Rows of an adapter's classifier; 0 where it has none, and its model's own is meant. Errors: adapter.no_classifier, for one of another width.
inline long adapter_classes(const std::string& folder) {
    const hone::safetensors_file file(classifier_file(folder));
    const auto name = classifier_weight();
    for (const auto& tensor : file.tensors()) {
        if (const auto found = hone::detail::without_adapter_name(tensor.name); found != name && !found.ends_with("." + name)) continue;
        if (tensor.shape.size() == 2 && tensor.shape[1] == HONE_WIDTH && tensor.shape[0] > 0) return static_cast<long>(tensor.shape[0]);
        throw hone::error("adapter.no_classifier", "the adapter's folder has no classifier for this model", {.file = folder, .name = tensor.name},
                          "[classes, " + std::to_string(HONE_WIDTH) + "]", hone::shape_text(tensor.shape));
    }
    return 0;
}
/// What an adapter's labels are called: as its folder says, else as its model's config does where that has as many, else LABEL_k.
inline std::vector<std::string> adapter_labels(const std::string& folder, const hone::model_config& config, long classes) {
    auto labels = hone::labels_of_adapter(folder, classes);
    if (labels.empty() && static_cast<long>(config.labels.size()) == classes) labels = config.labels;
    for (auto k = static_cast<long>(labels.size()); k < classes; ++k) labels.push_back("LABEL_" + std::to_string(k));
    return labels;
}
/// What would be refused after a minute of compiling is refused before: a model of another shape, one without a tokenizer, an adapter without its tensors.
inline void check_before_compiling(const std::string& model, const std::string& adapter) {
    const auto expected = hone::expected_config<plain_classifier>();
    hone::require_fields(read_config_of(model), expected);
    const hone::wordpiece tokenizer(model);
    const auto weights = hone::open_checkpoint(model);
    if (adapter.empty()) return;
    for (const auto& one : hone::adapter_folders(adapter)) {
        std::error_code ignored;
        if (!std::filesystem::exists(one / "adapter.safetensors", ignored)) const hone::safetensors_file file(hone::adapter_weights_in(one));
    }
    hone::labels_of_adapter(adapter, std::max(adapter_classes(adapter), 1l));
}
inline variant chosen_variant(const train_options& o) {
    for (const auto* file : {&o.train, &o.dev, &o.test}) // before a minute is spent on compiling
        if (std::error_code ignored; !file->empty() && !std::filesystem::exists(*file, ignored))
            throw hone::error("file.not_found", "no such file", {.file = *file}, "a file", "nothing");
    if (std::none_of(std::begin(task_names), std::end(task_names), [&](const char* name) { return o.task == name; }))
        throw hone::error("options.task", "no such task", {}, "single, several or number", o.task);
    if (o.task != "single" && !(o.adapter.empty() && o.adapter_from.empty()))
        throw hone::error("options.task", "a folder of an adapter cannot say what its labels mean", {}, "--task single with an adapter", o.task);
    auto v = chosen_variant(o.adapter, o.adapter_from, o.trainable, true);
    if (o.task != "single") v.definitions.emplace_back("HONE_TEXT_TASK", o.task);
    if (!v.definitions.empty()) check_before_compiling(o.model, o.adapter_from);
    if (o.precision == "bf16" && !v.definitions.empty()) v.definitions.emplace_back("HONE_BF16", "1");
    return v;
}

/// A model with the adapter of a folder over it, where one is named. With `new_head` its classifier is drawn, whatever the folders hold.
template <class T = float>
hone::pretrained<text_classifier, T> load_with(const std::string& folder, const std::string& adapter, long classes = 0, std::uint64_t seed = 0, bool new_head = false) {
    const long own = adapter.empty() ? 0 : adapter_classes(adapter);
    if (classes == 0) classes = own;
    auto model = hone::load<text_classifier, T>(folder, classes, seed, new_head || own > 0);
    if constexpr (is_adapted) {
        if (adapter.empty()) return model;
        model.config.labels = adapter_labels(adapter, model.config, model.classes());
        hone::load_adapter(model, adapter, new_head);
    }
    return model;
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
