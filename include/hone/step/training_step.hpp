// A training step: loss and gradients of one batch, or of several as one, with the numbers that it
// reads and the terms that it gives.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/device/device.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/step/additions.hpp"
#include "hone/step/evaluation.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

template <class T>
struct step_result {
    double loss;
    gradient_block<T> gradients;
};

/// A training step of one model. Not copied or moved: views into it are handed out. The model must
/// outlive it and stay where it is.
template <class Program, class T, class Device = cpu>
class training_step {
public:
    using program = Program;
    using loss_type = typename Program::result;
    static constexpr int terms = loss_type::terms;

    training_step(parameters<typename Program::model, T>& model, Device where, std::uint64_t seed)
        : machine_(model, where) {
        machine_.state().seed = seed;
    }

    /// The weights that train, for an optimizer.
    auto& weights() { return machine_.trained(); }
    /// The gradients of the last step.
    gradient_block<T> gradients() { return machine_.gradients(); }
    /// The same, to be changed before the optimizer sees them.
    std::span<T> change_gradients() { return machine_.change_gradients(); }
    /// A run-time number of the lambda or of a layer: set<"dropout">(0.1f). A name that nothing
    /// reads does not compile.
    template <literal Name>
    training_step& set(T v) {
        detail::set_number<Name, machine_type>(machine_, v);
        return *this;
    }
    /// A row of numbers. Error: step.numbers_differ, where it has another length.
    template <literal Name>
    training_step& set(std::span<const T> v) {
        detail::set_numbers<Name, machine_type>(machine_, v);
        return *this;
    }
    /// Rows to add to the value of this place or name (`perturbed`), from the next call on: as many
    /// as the value has; empty: zeros. They are read at each call and stay the caller's. Error, at
    /// the call: step.rows_differ.
    template <literal Name>
    training_step& add(std::span<const T> rows) {
        constexpr int k = machine_type::additions::number(Name.view());
        static_assert(k >= 0, HONE_E096);
        if constexpr (k >= 0) machine_.added().give(k, rows);
        return *this;
    }
    /// The gradient of the last call's loss with respect to it, so to the value that it is added to.
    template <literal Name>
    gradient_rows<T> gradient_at() {
        constexpr int k = machine_type::additions::number(Name.view());
        static_assert(k >= 0, HONE_E096);
        if constexpr (k >= 0) return machine_.template gradient_of_addition<k>();
        else return {};
    }
    /// Does the lambda or a layer read a run-time number of this name?
    static constexpr bool reads(std::string_view name) {
        return machine_type::numbers::width_of(name) > 0;
    }
    /// All that it reads, as they stand.
    std::vector<named_number> numbers() const { return machine_.given().all(); }
    void reserve(batch_extent e) { machine_.reserve(e); }
    memory_plan plan() const { return machine_.plan(); }
    long arena_bytes() const { return machine_.arena_bytes(); }
    static constexpr memory_plan plan_for(long classes = 0) { return machine_type::plan_for(classes); }
    /// Steps taken so far; part of what random operations draw from.
    std::uint64_t count() const { return machine_.state().step; }
    void resume(std::uint64_t count) { machine_.state().step = count; }

    /// The shape of what is added there, of this batch: a gradient without values. What was given
    /// to `add` must be empty or of this shape.
    template <literal Name>
    gradient_rows<T> shape_at(const typename Program::batch& batch) {
        start(batch, 0);
        auto shape = gradient_at<Name>();
        shape.values = {};
        return shape;
    }

    /// Loss and gradients of one batch, the gradients times `share`. A loss that is not finite is
    /// an error; nothing trained has changed then.
    step_result<T> operator()(const typename Program::batch& batch, double share = 1) {
        return take(batch, share, true);
    }
    /// The loss of a batch, or of the same one perturbed; its gradients, times `share`, are added to
    /// those of the calls before.
    step_result<T> also(const typename Program::batch& batch, double share = 1) {
        return take(batch, share, false);
    }
    /// Loss and gradients of several batches as if they were one: sums are added up, and only then
    /// divided. Each draws dropout masks of its own.
    template <class Batches>
    step_result<T> accumulate(const Batches& batches) {
        loss_values<loss_type> total;
        counts counted{};
        std::uint32_t part = 0;
        for (const auto& batch : batches) {
            start(batch, part++);
            if constexpr (weights_are_known) add_known(total, counted);
            else {
                machine_.forward();
                const auto more = collect(total);
                for (std::size_t t = 0; t < counted.size(); ++t) counted[t] += more[t];
            }
        }
        if (part > 0) check_weights(total, counted);
        divide_by(total);
        machine_.clear_gradients();
        values_ = {};
        part = 0;
        for (const auto& batch : batches) {
            start(batch, part++);
            machine_.forward();
            machine_.backward();
            collect(values_);
        }
        return finish();
    }
    /// The terms of the last step.
    const loss_values<loss_type>& values() const { return values_; }
    /// One of them by its name: its value, sum and weight.
    template <literal Name>
    const term_value& term() const {
        return values_.template term<Name>();
    }
    /// Sum and weight of each, in the order in which the lambda added them.
    const term_value* term_values() const { return values_.all.data(); }

private:
    using machine_type = machine<Program, T, Device>;
    using counts = std::array<double, static_cast<std::size_t>(terms)>;
    template <class F>
    static constexpr void each_term(F f) {
        [&]<int... I>(std::integer_sequence<int, I...>) {
            (f(std::integral_constant<int, I>{}), ...);
        }
        (std::make_integer_sequence<int, terms>{});
    }
    static constexpr bool weights_are_known = [] {
        bool known = Program::plan.weights_known;
        each_term([&](auto t) {
            known = known &&
                    machine_type::template knows<t * term_roots::count + term_roots::weight>() &&
                    machine_type::template knows<t * term_roots::count + term_roots::counted>();
        });
        return known;
    }();

    step_result<T> take(const typename Program::batch& batch, double share, bool afresh) {
        start(batch, 0);
        values_ = {};
        divide_by({});
        machine_.forward();
        check_weights(values_, collect(values_));
        if (share != 1) { // of a mean over rows that several calls bring
            auto all = values_;
            for (auto& t : all.all) t = {t.sum / share, t.weight / share};
            divide_by(all);
        }
        if (afresh) machine_.clear_gradients();
        machine_.backward();
        return finish();
    }
    void start(const typename Program::batch& batch, std::uint32_t part) {
        machine_.state().part = part;
        machine_.bind(batch);
    }
    /// What the sums of the terms are divided by; weights of 0: each batch by its own.
    void divide_by(const loss_values<loss_type>& total) {
        for (int t = 0; t < terms; ++t) {
            const std::string number = std::to_string(t);
            machine_.given().set("#divisor." + number, static_cast<T>(total.term(t).weight));
            machine_.given().set("#total." + number, static_cast<T>(total.term(t).sum));
        }
    }
    void add_known(loss_values<loss_type>& to, counts& counted) {
        each_term([&](auto t) {
            to.all[t].weight +=
                machine_.template known<t * term_roots::count + term_roots::weight>();
            counted[t] += machine_.template known<t * term_roots::count + term_roots::counted>();
        });
    }
    counts collect(loss_values<loss_type>& to) {
        return detail::add_terms<loss_type>(machine_, to);
    }
    step_result<T> finish() {
        machine_.complete_gradients();
        const double loss = values_.value();
        const auto step = machine_.state().step++;
        if (!std::isfinite(loss))
            throw error("step.loss_not_finite",
                        "the loss of step " + std::to_string(step) +
                            " is not finite; no weight was changed",
                        {}, "a finite number", std::to_string(loss));
        return {loss, machine_.gradients()};
    }

    machine_type machine_;
    loss_values<loss_type> values_{};
};

} // namespace hone
