// How much a program takes on a device: the planner's columns and what kernels ask for besides (packed weights, a thread's scratch), as
// constants of the type. Only row counts, threads and run-time classes are put in later.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/expression/walk.hpp"
#include "hone/meta/compact.hpp"
#include "hone/step/bind.hpp"
#include "hone/step/cache.hpp"
#include "hone/tensor/trained.hpp"

HONE_COMPACT_BEGIN
namespace hone {

template <class Program, class T, class Device>
struct arena_sizes : row_counts<Program> {
    using counts = row_counts<Program>;
    static constexpr auto& P = Program::plan;
    static constexpr memory_plan_data memory = P.memory; // a copy: the plan itself is for the compiler only, and no byte of it is in the program
    /// What the arena will take for these classes. A constant expression where the classes are.
    static constexpr memory_plan plan_for(long classes) {
        memory_plan m;
        const auto size = [&](amount a) { return a.at(classes) * static_cast<long>(sizeof(T)); };
        const auto line = [](long n) { return (n + 15) / 16 * 16; };
        constexpr long block = block_rows, integer = sizeof(std::int32_t);
        for (int r = 1; r < most_regions; ++r) {
            m.per_block(counts::of_region(r)) += size(memory.columns[r]) * block + size(memory.partial[r]);
            m.constant += size(memory.partial[r]) * row_blocks::spare;
        }
        counts::each_list([&](counted by) {
            m.per_block(by) += block * integer;
            m.constant += counts::spare * integer;
        });
        m.per_cached_token = cache_columns<Program::plan>::all * static_cast<long>(sizeof(T));
        m.virtual_tokens = counts::virtual_tokens;
        m.constant += (line(memory.columns[0].at(classes)) + line(memory.partial[0].at(classes) * fixed_blocks(classes)) + line(packed_elements(classes)) +
                      line(widest(classes)) + gradient_elements(classes)) * static_cast<long>(sizeof(T));
        m.per_thread = thread_elements(classes) * static_cast<long>(sizeof(T));
        return m;
    }
    static constexpr long count_of(int n, long classes) { return n == run_time ? classes : n; }
    /// The largest of some sizes, of which some may be the number of classes.
    struct largest_of {
        long fixed;
        bool classes = false;
        constexpr void add(int n, bool is_classes) {
            if (is_classes) classes = true;
            else fixed = std::max<long>(fixed, n);
        }
        constexpr long at(long c) const { return classes ? std::max(fixed, c) : fixed; }
    };
    static constexpr largest_of widest_row = [] {
        largest_of most{16};
        for (const auto& n : P.nodes) most.add(n.width, n.width == run_time);
        return most;
    }();
    static constexpr largest_of fixed_rows_most = [] {
        largest_of most{1};
        for (const auto& g : P.groups)
            if (g.kind < 0) most.add(-g.kind, g.kind == class_rows);
        return most;
    }();
    static constexpr long widest(long classes) { return widest_row.at(classes); }
    static constexpr long fixed_blocks(long classes) { return memory_plan::blocks(fixed_rows_most.at(classes)) + row_blocks::spare; }
    static constexpr long gradient_elements(long classes) {
        long n = 0;
        for (const auto& w : Program::entries)
            for (int k = 0; k < copies(w); ++k)
                if (const long one = count_of(w.rows, classes) * count_of(w.columns, classes); Program::trains(w, k)) n = gradient_place(gradient_place(n, one) + one, 0);
        return n;
    }
    /// By entry: is its gradient made in this way alone, where it stands?
    template <gradient_filling How>
    static constexpr auto filled_by = [] {
        std::array<bool, Program::entries.size()> alone{};
        alone.fill(true);
        for (const auto& n : P.nodes)
            if (n.op == &operation_of<accumulate_>) {
                const auto from = static_cast<std::size_t>(n.argument[0]);
                if (P.nodes[from].op->fills != How || P.places[from].where != store::gradient)
                    alone[static_cast<std::size_t>(P.uses[static_cast<std::size_t>(n.detail)].entry)] = false;
            }
        return alone;
    }();
    /// By rows only (an embedding), so that a step touches few of its pages.
    static constexpr auto scattered = filled_by<gradient_filling::rows>;
    /// A table and the index that looks its rows up, of rows of this kind.
    struct lookup {
        int entry, detail, kind;
    };
    static constexpr auto lookups = [] {
        constexpr auto of = [](auto&& each) {
            for (const auto& n : P.nodes)
                if (n.count > 0 && n.op->table >= 0)
                    if (const auto table = static_cast<std::size_t>(n.argument[n.op->table]); P.places[table].where == store::weight)
                        each(lookup{P.uses[static_cast<std::size_t>(P.nodes[table].detail)].entry,
                                    P.nodes[static_cast<std::size_t>(n.argument[n.op->row_index])].detail, n.kind});
        };
        constexpr std::size_t count = [of] {
            std::size_t n = 0;
            of([&](lookup) { ++n; });
            return n;
        }();
        std::array<lookup, count> all{};
        std::size_t i = 0;
        of([&](lookup l) { all[i++] = l; });
        return all;
    }();
    /// By entry: is nothing read of it but rows that a batch looks up?
    static constexpr auto only_looked_up = [] {
        std::array<bool, Program::entries.size()> so{};
        so.fill(true);
        for (const auto& n : P.nodes)
            for (int k = 0; k < n.count; ++k)
                if (const auto from = static_cast<std::size_t>(n.argument[k]); P.places[from].where == store::weight && k != n.op->table)
                    so[static_cast<std::size_t>(P.uses[static_cast<std::size_t>(P.nodes[from].detail)].entry)] = false;
        return so;
    }();
    static constexpr long packed_elements(long classes) { return runner<Program::plan, T, Device>::sizes(classes).packed; }
    static constexpr long thread_elements(long classes) {
        const long pipeline = memory.scratch.at(classes) * block_rows + memory.rows.at(classes) + memory.scalars;
        return (std::max(pipeline, runner<Program::plan, T, Device>::sizes(classes).scratch) + 31) / 16 * 16;
    }
};

} // namespace hone
HONE_COMPACT_END
