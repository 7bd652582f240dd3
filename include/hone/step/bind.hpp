// Batches of one program: their fields are counted, checked and bound (expression/field.hpp), and every column that the program reads is found at its
// place. Storage for what is made of a batch is reserved with the program's. No device is known here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/expression/field.hpp"
#include "hone/meta/compact.hpp"
#include "hone/step/index_bounds.hpp"
#include "hone/step/memory_plan.hpp"
#include "hone/step/program.hpp"
#include "hone/tensor/storage.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What the rows of a program are counted by, as constants of its plan. (Copies: the plan itself is for the compiler only.)
template <class Program>
struct row_counts {
    using fields = typename Program::symbols::field_list;
    static constexpr int field_count = static_cast<int>(decltype(boost::hana::length(std::declval<fields>()))::value);
    static constexpr auto inputs = Program::plan.inputs;
    static constexpr auto spaces = Program::plan.spaces;
    static constexpr auto longer = Program::plan.longer;
    static_assert(spaces.size() + 2 <= most_regions, "hone: a batch has at most 8 kinds of rows");
    /// The most virtual tokens before a sequence.
    static constexpr int virtual_tokens = [] {
        int most = 0;
        for (const auto& l : longer) most = l.rows > most ? l.rows : most;
        return most;
    }();
    static constexpr counted of_kind(int kind) { return kind <= 0 ? counted::sequences : spaces[static_cast<std::size_t>(kind - 1)].by; }
    static constexpr counted of_region(int region) { return region < 2 || region - 2 >= static_cast<int>(spaces.size()) ? counted::sequences : of_kind(region - 1); }
    /// Calls f(what is counted, spare) for each list of integers that is made when a batch is bound: as long as so many rows, and `spare` more.
    static constexpr int spare = 16;
    template <class F>
    static constexpr void each_list(F f) {
        for (const auto& c : inputs)
            if (is_made(c, field_count)) f(of_kind(c.kind));
        for (const auto& s : spaces)
            if (s.by == counted::longer || s.by == counted::picked) f(counted::sequences); // where its sequences begin
    }
};

template <class Program, class T>
class batch_binder : public row_counts<Program> {
    using counts = row_counts<Program>;
    using typename counts::fields;
    using bounds = index_bounds<Program::plan>;
    static_assert(bounds::leaves_positions(counts::field_count), HONE_E043);

public:
    explicit batch_binder(long classes) {
        bound_.classes = classes;
        bound_.inputs = counts::inputs;
        bound_.longer = counts::longer;
        bound_.spaces = counts::spaces;
        bound_.columns.resize(counts::inputs.size());
        for (std::size_t i = 0; i < bounds::all.size(); ++i) bound_.columns[i].below = bounds::all[i].at(classes);
        [&]<class... Fields>(boost::hana::tuple<Fields...>*) {
            (bound_.names.push_back(Fields::name::value), ...);
        }(static_cast<fields*>(nullptr));
        bound_.rows_of_field.assign(bound_.names.size(), 0);
        bound_.cache = &cache_;
        views_.resize(counts::inputs.size());
        copies_.resize(counts::inputs.size());
    }
    /// The rows of a batch. Errors: step.empty_batch; step.sequences_differ.
    template <class Batch>
    static batch_extent measure(const Batch& batch) {
        field_extent e;
        Batch::visit(batch, [&](auto, const auto& field) { field_traits<std::remove_cvref_t<decltype(field)>>::measure(field, e); });
        return {e.tokens, std::max(e.sequences, 0l), e.picked};
    }
    /// Room for batches up to this size.
    void reserve(const memory_plan& plan, batch_extent e) {
        const auto length = [&](counted by) { return plan.blocks_of(by, e) * block_rows + counts::spare; };
        long size = 0;
        counts::each_list([&](counted by) { size += length(by); });
        integers_ = storage<std::int32_t>(static_cast<std::size_t>(size));
        std::fill(integers_.begin(), integers_.end(), 0);
        std::int32_t* at = integers_.data();
        const auto take = [&](counted by) { return std::exchange(at, at + length(by)); };
        for (std::size_t i = 0; i < counts::inputs.size(); ++i)
            if (is_made(counts::inputs[i], counts::field_count)) bound_.columns[i].room = take(counts::of_kind(counts::inputs[i].kind));
        for (std::size_t s = 0; s < counts::spaces.size(); ++s)
            if (const auto by = counts::spaces[s].by; by == counted::longer || by == counted::picked)
                bound_.room_for_offsets[region_of(1 + static_cast<int>(s))] = take(counted::sequences);
        reserve_copies(plan, e);
    }
    long bytes() const { return static_cast<long>(integers_.size() * sizeof(std::int32_t)); }

    /// Errors: those of the fields (expression/binding.hpp).
    template <class Batch>
    void bind(const Batch& batch, batch_extent e) {
        bound_.rows[0] = 1;
        bound_.rows[region_of(per_sequence_code)] = static_cast<int>(e.sequences);
        for (int turn = 0; turn < 3; ++turn) {
            int number = 0;
            Batch::visit(batch, [&](auto, const auto& field) {
                using traits = field_traits<std::remove_cvref_t<decltype(field)>>;
                if (field_binding b(bound_, number++); order_of<traits>() == turn) traits::bind(field, b);
            });
        }
        check_looked_up();
        for (std::size_t i = 0; i < views_.size(); ++i) views_[i] = {bound_.columns[i].index, real(i)};
    }
    /// The texts of the program's cache.
    text_cache& cache() { return cache_; }
    const bound_batch& bound() const { return bound_; }
    const column_view<T>* columns() const { return views_.data(); }

private:
    template <class Traits>
    static constexpr int order_of() {
        if constexpr (requires { Traits::order; }) return Traits::order;
        else return 2;
    }
    static constexpr int width_of(std::size_t i) {
        for (const auto& n : Program::plan.nodes)
            if (n.op == &operation_of<field_leaf> && n.detail == static_cast<int>(i) && !n.integer) return n.width;
        return 0;
    }
    static constexpr auto widths = [] {
        std::array<int, counts::inputs.size() + 1> all{};
        for (std::size_t i = 0; i < counts::inputs.size(); ++i) all[i] = width_of(i);
        return all;
    }();
    /// Rows that the program computes and that a field looks up: how many there are is known now. Error: step.out_of_range.
    void check_looked_up() const {
        for (std::size_t i = 0; i < counts::inputs.size(); ++i) {
            const auto& c = counts::inputs[i];
            if (bounds::all[i].kinds == 0 || c.what != batch_column::values || c.field >= counts::field_count) continue;
            const std::span<const std::int32_t> given(bound_.columns[i].index, static_cast<std::size_t>(bound_.rows[region_of(c.kind)]));
            for (int kind = 0; kind + 1 < most_regions; ++kind)
                for (std::size_t r = 0; (bounds::all[i].kinds >> kind & 1u) != 0 && r < given.size(); ++r)
                    if (const int rows = bound_.rows[region_of(kind)]; given[r] < 0 || given[r] >= rows)
                        throw error("step.out_of_range", {"a row to look up, at position ", r, " of the batch, is out of range"},
                                    {.name = bound_.names[static_cast<std::size_t>(c.field)]}, {"0 to ", rows - 1}, given[r]);
        }
    }
    /// Reals of a row.
    long width(std::size_t i) const { return widths[i] == run_time ? bound_.classes : widths[i]; }
    /// Reals are given in float; a program in another type copies them.
    void reserve_copies(const memory_plan& plan, batch_extent e) {
        if constexpr (!std::is_same_v<T, float>)
            for (std::size_t i = 0; i < counts::inputs.size(); ++i)
                copies_[i].reserve(static_cast<std::size_t>(plan.blocks_of(counts::of_kind(counts::inputs[i].kind), e) * block_rows * width(i)));
    }
    const T* real(std::size_t i) {
        const float* const given = bound_.columns[i].real;
        if constexpr (std::is_same_v<T, float>) return given;
        else {
            if (widths[i] == 0 || !given) return nullptr;
            copies_[i].assign(given, given + static_cast<long>(bound_.rows[region_of(counts::inputs[i].kind)]) * width(i));
            return copies_[i].data();
        }
    }

    bound_batch bound_;
    text_cache cache_;
    storage<std::int32_t> integers_;
    std::vector<column_view<T>> views_;
    std::vector<std::vector<T>> copies_;
};

} // namespace hone
HONE_COMPACT_END
