// How much a program takes on a CPU: the planner's columns and what kernels ask for besides (packed weights, a thread's scratch), as
// constants of the type. Only row counts, threads and run-time classes are put in later.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/op/cpu.hpp"
#include "hone/step/memory_plan.hpp"
#include "hone/step/program.hpp"

namespace hone {

namespace cpu {

template <class Program, class T>
struct arena_sizes {
    static constexpr auto& P = Program::plan;
    using ops = typename Program::ops;
    using fields = typename Program::symbols::field_list;
    static constexpr int field_count = static_cast<int>(decltype(boost::hana::length(std::declval<fields>()))::value);
    /// What the arena will take for these classes. A constant expression where the classes are.
    static constexpr memory_plan plan_for(long classes) {
        memory_plan m;
        const auto size = [&](amount a) { return a.at(classes) * static_cast<long>(sizeof(T)); };
        const auto line = [](long n) { return (n + 15) / 16 * 16; };
        constexpr long block = block_rows;
        m.per_block_of_sequences = size(P.memory.columns[1]) * block + size(P.memory.partial[1]);
        for (int r = 2; r < most_regions; ++r) m.per_block_of_tokens += size(P.memory.columns[r]) * block + size(P.memory.partial[r]);
        m.per_block_of_tokens += field_count * block * 3 * static_cast<long>(sizeof(std::int32_t));
        m.constant = (line(P.memory.columns[0].at(classes)) + line(P.memory.partial[0].at(classes) * fixed_blocks(classes)) + line(packed_elements(classes)) +
                      line(widest(classes)) + gradient_elements(classes)) * static_cast<long>(sizeof(T));
        m.per_thread = thread_elements(classes) * static_cast<long>(sizeof(T));
        return m;
    }
    static constexpr long count_of(int n, long classes) { return n == run_time ? classes : n; }
    static constexpr long fixed_blocks(long classes) {
        long most = 1;
        for (const auto& g : P.groups)
            if (g.kind < 0) most = std::max(most, memory_plan::blocks(g.kind == class_rows ? classes : -g.kind));
        return most;
    }
    static constexpr long widest(long classes) {
        long most = 16;
        for (const auto& n : P.nodes) most = std::max(most, count_of(n.width, classes));
        return most;
    }
    static constexpr long gradient_elements(long classes) {
        long n = 0;
        for (const auto& w : P.entries)
            for (int k = 0; k < copies(w); ++k)
                if (Program::trains(name_of(w, k).view())) n += (count_of(w.rows, classes) * count_of(w.columns, classes) + 15) / 16 * 16;
        return n;
    }
    template <int G>
    static constexpr void measure_group(long classes, long& packed, long& scratch) {
        context<T> c;
        c.classes = classes;
        frame<T> f;
        if constexpr (P.groups[G].node >= 0) {
            constexpr int n = P.groups[G].node;
            using K = kernel<op_at<ops, index_of(ops{}, P.nodes[n].op)>>;
            const access<Program::plan, n, T> a{c, f};
            if constexpr (requires { K::scratch(a); }) scratch = std::max(scratch, static_cast<long>(K::scratch(a)));
        } else {
            long sum = 0;
            [&]<int... S>(std::integer_sequence<int, S...>) {
                const auto one = [&]<int I>() {
                    if constexpr (P.stages[I].node >= 0) {
                        constexpr int n = P.stages[I].node;
                        const access<Program::plan, n, T> a{c, f};
                        sum += static_cast<long>(kernel<op_at<ops, index_of(ops{}, P.nodes[n].op)>>::packed_size(a));
                    }
                };
                (one.template operator()<P.groups[G].first + S>(), ...);
            }(std::make_integer_sequence<int, P.groups[G].last - P.groups[G].first>{});
            packed = std::max(packed, sum);
        }
    }
    static constexpr std::pair<long, long> kernel_elements(long classes) {
        long packed = 0, scratch = 0;
        [&]<int... G>(std::integer_sequence<int, G...>) {
            (measure_group<G>(classes, packed, scratch), ...);
        }(std::make_integer_sequence<int, static_cast<int>(P.groups.size())>{});
        return {packed, scratch};
    }
    static constexpr long packed_elements(long classes) { return kernel_elements(classes).first; }
    static constexpr long thread_elements(long classes) {
        const long pipeline = P.memory.scratch.at(classes) * block_rows + P.memory.rows.at(classes) + P.memory.scalars;
        return (std::max(pipeline, kernel_elements(classes).second) + 31) / 16 * 16;
    }
};

} // namespace cpu

} // namespace hone
