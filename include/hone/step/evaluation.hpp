// A program that is only read: rows of an expression, or the terms of a loss, without gradients and
// without dropout.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/device/device.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/step/memory_plan.hpp"
#include "hone/step/numbers.hpp"
#include "hone/step/program.hpp"
#include "hone/step/terms.hpp"

namespace hone {

template <class Program, class T, class Device>
class machine; // step/machine.hpp

namespace detail {

/// A name that nothing reads is refused, and a row where one number is read.
template <literal Name, class Machine, class T>
void set_number(Machine& machine, T v) {
    constexpr int width = Machine::numbers::width_of(Name.view());
    static_assert(width != 0, HONE_E029);
    static_assert(width == 0 || width == 1, HONE_E083);
    machine.given().set(Name.view(), v);
}
template <literal Name, class Machine, class T>
void set_numbers(Machine& machine, std::span<const T> v) {
    static_assert(Machine::numbers::width_of(Name.view()) != 0, HONE_E029);
    machine.given().set(Name.view(), v);
}
/// Adds what a program has computed to the terms; gives how many rows count in each.
template <class Loss, class Machine>
auto add_terms(Machine& machine, loss_values<Loss>& to) {
    std::array<double, static_cast<std::size_t>(Loss::terms)> counted;
    [&]<int... I>(std::integer_sequence<int, I...>) {
        const auto read = [&]<int Root>(std::integral_constant<int, Root>) {
            return static_cast<double>(*machine.template root<Root>());
        };
        const auto one = [&]<int Term>(std::integral_constant<int, Term>) {
            constexpr int first = Term * term_roots::count;
            auto& term = to.all[Term];
            term.sum += read(std::integral_constant<int, first + term_roots::sum>{});
            term.weight += read(std::integral_constant<int, first + term_roots::weight>{});
            counted[Term] = read(std::integral_constant<int, first + term_roots::counted>{});
            to.factors[Term] = read(std::integral_constant<int, first + term_roots::coefficient>{});
        };
        (one(std::integral_constant<int, I>{}), ...);
    }
    (std::make_integer_sequence<int, Loss::terms>{});
    return counted;
}

} // namespace detail

/// Values of an expression or a loss, without gradients or dropout.
template <class Program, class T, class Device = cpu>
class evaluation {
public:
    static constexpr int terms = detail::term_count<typename Program::result>;
    evaluation(parameters<typename Program::model, T>& model, Device where)
        : machine_(model, where) {}

    /// A run-time number, as of a step. A rate of dropout is none: nothing drops out here.
    template <literal Name>
    evaluation& set(T v) {
        detail::set_number<Name, machine_type>(machine_, v);
        return *this;
    }
    template <literal Name>
    evaluation& set(std::span<const T> v) {
        detail::set_numbers<Name, machine_type>(machine_, v);
        return *this;
    }
    /// Rows to add to the value of this place or name, as of a step.
    template <literal Name>
    evaluation& add(std::span<const T> rows) {
        constexpr int k = machine_type::additions::number(Name.view());
        static_assert(k >= 0, HONE_E096);
        if constexpr (k >= 0) machine_.added().give(k, rows);
        return *this;
    }
    static constexpr bool reads(std::string_view name) {
        return machine_type::numbers::width_of(name) > 0;
    }
    std::vector<named_number> numbers() const { return machine_.given().all(); }
    void reserve(batch_extent e) { machine_.reserve(e); }
    /// Makes an empty cache for `slots` texts of up to `length` tokens, which batches of continued_rows
    /// go on with. What it takes is in the plan, `per_cached_token`.
    void reserve_cache(long slots, long length) { machine_.reserve_cache(slots, length); }
    /// Slot `to` gets the text of slot `from`. Error: step.outside_of_cache.
    void copy_cached(long from, long to) { machine_.copy_cached(from, to); }
    memory_plan plan() const { return machine_.plan(); }
    long arena_bytes() const { return machine_.arena_bytes(); }
    /// The expression's rows, end to end; valid until the next call.
    std::span<const T> operator()(const typename Program::batch& batch) requires(terms == 0) {
        machine_.bind(batch);
        machine_.forward();
        return {machine_.template root<0>(),
                static_cast<std::size_t>(machine_.template root_rows<0>()) *
                    static_cast<std::size_t>(machine_.template root_width<0>())};
    }
    /// The terms of the loss over this batch: add them up over several, then ask for the value.
    auto operator()(const typename Program::batch& batch) requires(terms > 0) {
        machine_.bind(batch);
        machine_.forward();
        loss_values<typename Program::result> values;
        check_weights(values, detail::add_terms<typename Program::result>(machine_, values));
        return values;
    }
    int width() { return machine_.template root_width<0>(); }

private:
    using machine_type = machine<Program, T, Device>;
    machine_type machine_;
};

} // namespace hone
