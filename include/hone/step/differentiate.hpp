// differentiate: a model, what trains and a lambda become a step, a forward and a backward program of that one model. Calling it with
// a batch gives the loss and the gradients; nothing is allocated once storage is reserved. evaluate: the same without gradients and
// without dropout. The lambda runs at compile time on symbols; a global variable read inside it cannot be noticed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/device/device.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/step/evaluation.hpp"
#include "hone/step/program.hpp"
#include "hone/step/training_step.hpp"
#include "hone/tensor/bf16.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

namespace detail {

template <class Batch>
constexpr bool is_batch() {
    constexpr bool named = requires { typename Batch::template symbols<Batch>; };
    static_assert(named, HONE_E024);
    return named;
}

} // namespace detail

/// A precision of products: `bf16` rounds what they multiply; sums, weights, norms, losses and gradients stay float.
template <class Input>
concept product_input = std::is_same_v<Input, bf16>;

namespace detail {

template <class Input, class Batch, keeping Policy, class Model, class T, class Trainable, class Function, class Device>
auto make_step(parameters<Model, T>& model, Trainable, Function, Device where, std::uint64_t seed) {
    static_assert(std::is_empty_v<Function>, HONE_E017);
    static_assert(std::is_void_v<Input> || std::is_same_v<T, float>, HONE_E035);
    if constexpr (std::is_empty_v<Function> && is_batch<Batch>()) {
        using result = decltype(Function{}(bound<Model, path<>>{}, typename Batch::template symbols<Batch>{}));
        static_assert(is_loss<result>, HONE_E023);
        if constexpr (is_loss<result>) {
            using draft = draft_of<Model, Trainable, Batch, Function, Policy, true, Input>;
            if constexpr (draft::found.number != 0) return refusal<draft>{};
            else return training_step<program_of<Model, Trainable, Batch, Function, Policy, true, Input>, T, Device>(model, where, seed);
        }
    }
}
template <class Input, class Batch, class Model, class T, class Function, class Device>
auto make_evaluation(parameters<Model, T>& model, Function, Device where) {
    static_assert(std::is_empty_v<Function>, HONE_E017);
    static_assert(std::is_void_v<Input> || std::is_same_v<T, float>, HONE_E035);
    if constexpr (std::is_empty_v<Function> && is_batch<Batch>()) {
        using result = decltype(Function{}(bound<Model, path<>>{}, typename Batch::template symbols<Batch>{}));
        static_assert(expression<result> || is_loss<result>, HONE_E031);
        if constexpr (expression<result> || is_loss<result>) {
            using draft = draft_of<Model, nothing, Batch, Function, keeping::products, false, Input>;
            if constexpr (draft::found.number != 0) return refusal<draft>{};
            else return evaluation<program_of<Model, nothing, Batch, Function, keeping::products, false, Input>, T, Device>(model, where);
        }
    }
}

} // namespace detail

inline namespace HONE_CPU {

/// The program of `function(model, batch)` that trains `trainable`; `Batch` is a struct with HONE_FIELDS. It runs on a device, `cpu{}` unless another is
/// given; in place of a device may stand a team of threads of the CPU.
template <class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function, device Device = cpu>
    requires(!product_input<Batch>)
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, Device where = {}, std::uint64_t seed = 0) {
    return detail::make_step<void, Batch, Policy>(model, trains, function, where, seed);
}
template <class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
    requires(!product_input<Batch>)
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, team& workers, std::uint64_t seed = 0) {
    return detail::make_step<void, Batch, Policy>(model, trains, function, cpu(workers), seed);
}
template <class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
    requires(!product_input<Batch>)
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, std::uint64_t seed) {
    return detail::make_step<void, Batch, Policy>(model, trains, function, cpu(), seed);
}
/// In mixed precision: differentiate<bf16>(...), differentiate<bf16, my_batch>(...).
template <product_input Input, class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function,
          device Device = cpu>
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, Device where = {}, std::uint64_t seed = 0) {
    return detail::make_step<Input, Batch, Policy>(model, trains, function, where, seed);
}
template <product_input Input, class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, team& workers, std::uint64_t seed = 0) {
    return detail::make_step<Input, Batch, Policy>(model, trains, function, cpu(workers), seed);
}
template <product_input Input, class Batch = text_batch, keeping Policy = keeping::products, class Model, class T, class Trainable, class Function>
auto differentiate(parameters<Model, T>& model, Trainable trains, Function function, std::uint64_t seed) {
    return detail::make_step<Input, Batch, Policy>(model, trains, function, cpu(), seed);
}

/// A step has no derivative of its own.
template <class Batch = text_batch, keeping Policy = keeping::products, class Program, class T, class Device, class... Rest>
auto differentiate(training_step<Program, T, Device>&, Rest&&...) {
    static_assert(never<Program>, HONE_E026);
}

/// The program of `function(model, batch)` for reading values only.
template <class Batch = text_batch, class Model, class T, class Function, device Device = cpu>
    requires(!product_input<Batch>)
auto evaluate(parameters<Model, T>& model, Function function, Device where = {}) {
    return detail::make_evaluation<void, Batch>(model, function, where);
}
template <class Batch = text_batch, class Model, class T, class Function>
    requires(!product_input<Batch>)
auto evaluate(parameters<Model, T>& model, Function function, team& workers) {
    return detail::make_evaluation<void, Batch>(model, function, cpu(workers));
}
template <product_input Input, class Batch = text_batch, class Model, class T, class Function, device Device = cpu>
auto evaluate(parameters<Model, T>& model, Function function, Device where = {}) {
    return detail::make_evaluation<Input, Batch>(model, function, where);
}
template <product_input Input, class Batch = text_batch, class Model, class T, class Function>
auto evaluate(parameters<Model, T>& model, Function function, team& workers) {
    return detail::make_evaluation<Input, Batch>(model, function, cpu(workers));
}

} // namespace HONE_CPU

} // namespace hone

#include "hone/step/machine.hpp"
#ifndef __CUDACC__ // vectors of the CPU are not for nvcc
#include "hone/step/cpu.hpp"
#endif
