// The gradients of one batch of everything, written under the names that the model's files have.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../classify/choice.hpp"
#include "options.hpp"
#ifdef HONE_ADVERSARIAL
#include "adversarial.hpp"
#endif

/// What a task trains, where it is not all that HONE_TRAINABLE says.
template <class Task>
constexpr auto trained_by() {
    if constexpr (requires { typename Task::trains; }) return typename Task::trains{};
    else return hone::trainable<HONE_TRAINABLE>{};
}
/// The task's step.
template <class Task, class Products, class Batch, class Model>
auto gradient_step(Model& model, hone::team& workers) {
    constexpr auto trains = trained_by<Task>();
#ifdef HONE_ADVERSARIAL
    constexpr auto loss = attacked_loss<Task>;
#else
    constexpr auto loss = Task::loss;
#endif
    if constexpr (std::is_void_v<Products>)
        return hone::differentiate<Batch>(model, trains, loss, workers, 0);
    else return hone::differentiate<Products, Batch>(model, trains, loss, workers, 0);
}

/// Of an adapter under the names of its folder; what the folders of several kinds all hold, once.
template <class Model, class T, class GradientOf>
void store_adapted(Model& model, GradientOf gradient_of, std::vector<std::vector<T>>& room,
                   std::vector<hone::stored_tensor>& tensors) {
    std::vector<hone::named_weight<T>> weights;
    const auto gradient = [&](const hone::named_weight<T>& w) { return gradient_of(w.name); };
    for (auto& family : hone::detail::families_of(model, weights)) {
        if (family.is_bottleneck)
            hone::detail::rename_bottlenecks(family, *model.adapter_configs.find(family.folder));
        for (auto& t : hone::detail::stored_tensors(family, room, gradient))
            if (std::none_of(tensors.begin(), tensors.end(),
                             [&](const auto& known) { return known.name == t.name; }))
                tensors.push_back(std::move(t));
    }
}
template <class Model, class T, class GradientOf>
void store_plain(Model& model, GradientOf gradient_of, std::vector<std::vector<T>>&,
                 std::vector<hone::stored_tensor>& tensors) {
    model.each([&](const hone::named_weight<T>& w) {
        const auto g = gradient_of(w.name);
        if (g.empty()) return;
        std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(w.rows),
                                         static_cast<std::uint64_t>(w.columns)};
        if (w.vector) shape.erase(shape.begin());
        tensors.push_back(hone::to_store<T>(model.names()(w.name), shape, g));
    });
}

template <class Task, class T, class Products = void>
void run(const gradient_options& o) {
    using model_type = typename Task::model;
    constexpr bool counts_classes = model_type::class_count == hone::run_time;
    constexpr bool adapted = requires { typename model_type::adapters; };
    const bool from_head = counts_classes && !o.head.empty();
    long classes = from_head ? head_classes<typename Task::plain>(o.head) : 0;
    const auto data = [&] {
        if constexpr (requires { Task::read(o); }) return Task::read(o);
        else return Task::read(o, hone::wordpiece(o.model), classes);
    }();
    if constexpr (counts_classes) {
        if (from_head && classes < static_cast<long>(data.labels.size()))
            throw hone::error("head.too_small", "the head has fewer classes than there are labels",
                              {.file = o.head}, "at least " + std::to_string(data.labels.size()),
                              std::to_string(classes));
        if (!from_head) classes = static_cast<long>(data.labels.size());
    }
    auto model = [&] {
        if constexpr (requires { Task::template load<T>(o); }) return Task::template load<T>(o);
        else if constexpr (adapted) return load_with<T>(o.model, o.adapter);
        else return hone::load<model_type, T>(o.model, classes, 0, !o.head.empty());
    }();
    if (!o.head.empty()) read_head<typename Task::plain>(model, o.head);

    hone::team workers(o.threads);
    using data_type = std::remove_const_t<decltype(data)>;
    using batch_type = decltype(data.batch(typename data_type::rows{}));
    auto step = gradient_step<Task, Products, batch_type>(model, workers);
    using step_type = decltype(step);
    if constexpr (step_type::reads("dropout")) step.template set<"dropout">(0);
    step.template set<"attention_dropout">(0);
    const auto all = hone::sentences_per_batch(static_cast<int>(data.examples()));
    double loss = 0;
    for (auto [epoch, n, batch] : hone::epochs(1, hone::batches(data, all, hone::no_shuffle)))
#ifdef HONE_ADVERSARIAL
        loss = attacked(step, batch, o.against);
#else
        loss = step(batch).loss;
#endif

    const auto& trained = step.weights();
    const auto gradients = step.gradients();
    const auto gradient_of = [&](const std::string& name) -> std::span<const T> {
        for (const auto& r : trained.ranges)
            if (r.name == name)
                return {gradients.values + r.gradient, static_cast<std::size_t>(r.count)};
        return {};
    };
    std::vector<hone::stored_tensor> tensors;
    std::vector<std::vector<T>> room;
    if constexpr (adapted) store_adapted(model, gradient_of, room, tensors);
    else store_plain(model, gradient_of, room, tensors);
    const T stored_loss = static_cast<T>(loss);
    tensors.push_back(hone::to_store<T>("loss", {}, std::span<const T>(&stored_loss, 1)));
    hone::write_safetensors(o.out, tensors);
    std::printf("loss %.17g, %zu weights, %ld numbers, written to %s\n", loss, tensors.size() - 1,
                gradients.count, o.out.c_str());
}
