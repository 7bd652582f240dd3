// differentiate: a model, what trains and a lambda become a step, a forward and a backward program of that one model. Calling it with
// a batch gives the loss and the gradients; nothing is allocated once storage is reserved. evaluate: the same without gradients and
// without dropout. The lambda runs at compile time on symbols; a global variable read inside it cannot be noticed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/device/instructions/cpu.hpp"
#include "hone/device/team.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/step/memory_plan.hpp"
#include "hone/step/program.hpp"
#include "hone/tensor/bf16.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

namespace cpu::inline HONE_CPU {
template <class Program, class T>
class machine; // step/cpu.hpp
} // namespace cpu::inline HONE_CPU

template <class T>
struct step_result {
    double loss;
    gradient_block<T> gradients;
};

/// Sum and weight of each term of a loss; its value is sum / weight.
struct term_value {
    double sum, weight;
    double value() const { return weight > 0 ? sum / weight : 0.0; }
};

namespace detail {

template <class Batch>
constexpr bool is_batch() {
    constexpr bool named = requires { typename Batch::template symbols<Batch>; };
    static_assert(named, HONE_E024);
    return named;
}

template <class Result>
inline constexpr int term_count = 0;
template <class... Terms>
inline constexpr int term_count<loss_of<Terms...>> = sizeof...(Terms);

} // namespace detail

inline namespace HONE_CPU {

/// A training step of one model. Not copied or moved: views into it are handed out.
template <class Program, class T>
class training_step {
public:
    using program = Program;
    static constexpr int terms = detail::term_count<typename Program::result>;
    static constexpr auto term_slots = static_cast<std::size_t>(terms);

    training_step(parameters<typename Program::model, T>& model, team& workers, std::uint64_t seed) : machine_(model, workers) {
        machine_.state().seed = seed;
    }

    /// The weights that train, for an optimizer.
    auto& weights() { return machine_.trained(); }
    /// The gradients of the last step.
    gradient_block<T> gradients() { return machine_.gradients(); }
    /// The same, to be changed before the optimizer sees them.
    std::span<T> change_gradients() { return machine_.change_gradients(); }
    /// A run-time number of the lambda or of a layer: set<"dropout">(0.1f). A name that nothing reads does not compile.
    template <literal Name>
    training_step& set(T v) {
        static_assert(machine::reads(Name.view()), HONE_E029);
        machine_.set(Name.view(), v);
        return *this;
    }
    /// Does the lambda or a layer read a run-time number of this name?
    static constexpr bool reads(std::string_view name) { return machine::reads(name); }
    void reserve(batch_extent e) { machine_.reserve(e); }
    memory_plan plan() const { return machine_.plan(); }
    long arena_bytes() const { return machine_.arena_bytes(); }
    static constexpr memory_plan plan_for(long classes = 0) { return machine::plan_for(classes); }
    /// Steps taken so far; part of what random operations draw from.
    std::uint64_t count() const { return machine_.state().step; }
    void resume(std::uint64_t count) { machine_.state().step = count; }

    /// Loss and gradients of one batch. A loss that is not finite is an error; nothing trained has changed then.
    step_result<T> operator()(const typename Program::batch& batch) {
        machine_.bind(batch);
        machine_.clear_gradients();
        divisors(T(0));
        run();
        return finish();
    }
    /// Loss and gradients of several batches as if they were one: sums are added up, and only then divided.
    template <class Batches>
    step_result<T> accumulate(const Batches& batches) {
        std::array<term_value, term_slots> total{};
        for (const auto& batch : batches) {
            machine_.bind(batch);
            machine_.forward();
            collect(total);
        }
        set_divisors(total);
        machine_.clear_gradients();
        std::array<term_value, term_slots> sum{};
        for (const auto& batch : batches) {
            machine_.bind(batch);
            run();
            collect(sum);
        }
        for (int t = 0; t < terms; ++t) values_[static_cast<std::size_t>(t)] = sum[static_cast<std::size_t>(t)];
        return finish(false);
    }
    /// Sum and weight of each term of the last step, in the order in which the lambda added them.
    const term_value* term_values() const { return values_.data(); }

private:
    using machine = cpu::machine<Program, T>;

    void run() {
        machine_.forward();
        machine_.backward();
    }
    void divisors(T v) {
        for (int t = 0; t < terms; ++t) machine_.set("#divisor." + std::to_string(t), v);
    }
    void set_divisors(const std::array<term_value, term_slots>& total) {
        for (int t = 0; t < terms; ++t) machine_.set("#divisor." + std::to_string(t), static_cast<T>(total[static_cast<std::size_t>(t)].weight));
    }
    void collect(std::array<term_value, term_slots>& to) {
        [&]<int... I>(std::integer_sequence<int, I...>) {
            ((to[I].sum += static_cast<double>(*machine_.template root<2 * I>()), to[I].weight += static_cast<double>(*machine_.template root<2 * I + 1>())), ...);
        }(std::make_integer_sequence<int, terms>{});
    }
    step_result<T> finish(bool read = true) {
        machine_.complete_gradients();
        if (read) {
            for (auto& v : values_) v = {};
            collect(values_);
        }
        double loss = 0;
        for (int t = 0; t < terms; ++t) loss += machine_.coefficient(t) * values_[static_cast<std::size_t>(t)].value();
        const auto step = machine_.state().step++;
        if (!std::isfinite(loss))
            throw error("step.loss_not_finite", "the loss of step " + std::to_string(step) + " is not finite; no weight was changed", {}, "a finite number", std::to_string(loss));
        return {loss, machine_.gradients()};
    }

    machine machine_;
    std::array<term_value, term_slots> values_{};
};

/// Values of an expression or a loss, without gradients or dropout.
template <class Program, class T>
class evaluation {
public:
    static constexpr int terms = detail::term_count<typename Program::result>;
    evaluation(parameters<typename Program::model, T>& model, team& workers) : machine_(model, workers) {}

    template <literal Name>
    evaluation& set(T v) {
        machine_.set(Name.view(), v);
        return *this;
    }
    void reserve(batch_extent e) { machine_.reserve(e); }
    memory_plan plan() const { return machine_.plan(); }
    long arena_bytes() const { return machine_.arena_bytes(); }
    /// The expression's rows, end to end; valid until the next call.
    std::span<const T> operator()(const typename Program::batch& batch)
        requires(terms == 0)
    {
        machine_.bind(batch);
        machine_.forward();
        return {machine_.template root<0>(), static_cast<std::size_t>(machine_.template root_rows<0>()) * static_cast<std::size_t>(machine_.template root_width<0>())};
    }
    /// Sum and weight of the loss's first term over this batch.
    term_value operator()(const typename Program::batch& batch)
        requires(terms > 0)
    {
        machine_.bind(batch);
        machine_.forward();
        return {static_cast<double>(*machine_.template root<0>()), static_cast<double>(*machine_.template root<1>())};
    }
    int width() { return machine_.template root_width<0>(); }

private:
    cpu::machine<Program, T> machine_;
};

} // namespace HONE_CPU

/// A precision of products: `bf16` rounds what they multiply; sums, weights, norms, losses and gradients stay float.
template <class Input>
concept product_input = std::is_same_v<Input, bf16>;

namespace detail::inline HONE_CPU {

template <class Input, class Batch, keeping Policy, class Model, class T, class Trainable, class Function>
auto make_step(parameters<Model, T>& model, Trainable, Function, team& workers, std::uint64_t seed) {
    static_assert(std::is_empty_v<Function>, HONE_E017);
    static_assert(Trainable::count > 0, HONE_E014);
    static_assert(std::is_void_v<Input> || std::is_same_v<T, float>, HONE_E035);
    if constexpr (std::is_empty_v<Function> && Trainable::count > 0 && is_batch<Batch>()) {
        using result = decltype(Function{}(bound<Model, path<>>{}, typename Batch::template symbols<Batch>{}));
        static_assert(is_loss<result>, HONE_E023);
        if constexpr (is_loss<result>) {
            using draft = draft_of<Model, Trainable, Batch, Function, Policy, true, Input>;
            if constexpr (draft::found.number != 0) return refusal<draft>{};
            else return training_step<program_of<Model, Trainable, Batch, Function, Policy, true, Input>, T>(model, workers, seed);
        }
    }
}
template <class Input, class Batch, class Model, class T, class Function>
auto make_evaluation(parameters<Model, T>& model, Function, team& workers) {
    static_assert(std::is_empty_v<Function>, HONE_E017);
    static_assert(std::is_void_v<Input> || std::is_same_v<T, float>, HONE_E035);
    if constexpr (std::is_empty_v<Function> && is_batch<Batch>()) {
        using result = decltype(Function{}(bound<Model, path<>>{}, typename Batch::template symbols<Batch>{}));
        static_assert(expression<result> || is_loss<result>, HONE_E031);
        if constexpr (expression<result> || is_loss<result>) {
            using draft = draft_of<Model, nothing, Batch, Function, keeping::products, false, Input>;
            if constexpr (draft::found.number != 0) return refusal<draft>{};
            else return evaluation<program_of<Model, nothing, Batch, Function, keeping::products, false, Input>, T>(model, workers);
        }
    }
}

} // namespace detail::inline HONE_CPU

inline namespace HONE_CPU {

/// The program of `function(model, batch)` that trains `trainable`; `Batch` is a struct with HONE_FIELDS. Without a team of threads it
/// runs on one of all processors that every such step shares.
template <class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
    requires(!product_input<Batch>)
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, team& workers, std::uint64_t seed = 0) {
    return detail::make_step<void, Batch, Policy>(model, trains, function, workers, seed);
}
template <class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
    requires(!product_input<Batch>)
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, std::uint64_t seed = 0) {
    return detail::make_step<void, Batch, Policy>(model, trains, function, all_processors(), seed);
}
/// In mixed precision: differentiate<bf16>(...), differentiate<bf16, my_batch>(...).
template <product_input Input, class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, team& workers, std::uint64_t seed = 0) {
    return detail::make_step<Input, Batch, Policy>(model, trains, function, workers, seed);
}
template <product_input Input, class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, std::uint64_t seed = 0) {
    return detail::make_step<Input, Batch, Policy>(model, trains, function, all_processors(), seed);
}

/// A step has no derivative of its own.
template <class Batch = text_batch, keeping Policy = keeping::products, class Program, class T, class... Rest>
auto differentiate(training_step<Program, T>&, Rest&&...) {
    static_assert(never<Program>, HONE_E026);
}

/// The program of `function(model, batch)` for reading values only.
template <class Batch = text_batch, class Model, class T, class Function>
    requires(!product_input<Batch>)
auto evaluate(parameters<Model, T>& model, Function function, team& workers) {
    return detail::make_evaluation<void, Batch>(model, function, workers);
}
template <class Batch = text_batch, class Model, class T, class Function>
    requires(!product_input<Batch>)
auto evaluate(parameters<Model, T>& model, Function function) {
    return detail::make_evaluation<void, Batch>(model, function, all_processors());
}
template <product_input Input, class Batch = text_batch, class Model, class T, class Function>
auto evaluate(parameters<Model, T>& model, Function function, team& workers) {
    return detail::make_evaluation<Input, Batch>(model, function, workers);
}
template <product_input Input, class Batch = text_batch, class Model, class T, class Function>
auto evaluate(parameters<Model, T>& model, Function function) {
    return detail::make_evaluation<Input, Batch>(model, function, all_processors());
}

} // namespace HONE_CPU

} // namespace hone

#ifndef __CUDACC__ // vectors of the CPU are not for nvcc
#include "hone/step/cpu.hpp"
#endif
