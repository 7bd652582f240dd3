// Panels of w for dx = dy w, turned from those of w^T that y = x w^T reads, so that a weight that does not change is packed once and stands once.
// A block of panel_columns x panel_columns numbers is one piece of memory in either form: turning one is work in the first cache, where packing
// from rows walks over as many pages as a panel has columns.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/product/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// Panels first_panel .. last_panel - 1 of B = w, w is k x n, to the bit as `pack` makes them; `transposed`: all panels that pack_transposed made of w
/// for the product of n numbers a row with k results.
template <class Input, class T = sum_of<Input>>
HONE_KERNEL void pack_turned(const T* transposed, T* packed, int k, int n, int first_panel, int last_panel) {
    constexpr int C = panel_columns<T>, per = operand<Input>::per_word;
    const std::ptrdiff_t from = words<Input>(n), to = words<Input>(k);
    for (int q = 0; q < panels<T>(k); ++q) { // along the panels that are read
        const int rows = detail::smaller(C, k - q * C);
        for (int p = first_panel; p < last_panel; ++p) {
            const int columns = detail::smaller(C, n - p * C);
            const T* const in = transposed + q * C * from + std::ptrdiff_t{p} * C / per * C; // words(columns) rows of C
            T* const out = packed + p * C * to + std::ptrdiff_t{q} * C / per * C;            // words(rows) rows of C
            if constexpr (per == 1) transpose(in, std::ptrdiff_t{C}, columns, rows, out, std::ptrdiff_t{C});
            else {
                static_assert(C % 2 == 0);
                alignas(64) T side[std::size_t{C} * C / 2]; // of each row of pairs: those of an even and an odd column of the panel, number by number
                const int pairs = words<Input>(columns);
                for (int i = 0; i < pairs; ++i) operand<Input>::exchange(in + i * C, side + i * C, C); // what is behind the rows is zero
                transpose(reinterpret_cast<const double*>(side), std::ptrdiff_t{C / 2}, pairs, words<Input>(rows), reinterpret_cast<double*>(out), std::ptrdiff_t{C / 2});
            }
            for (int x = 0; columns < C && x < words<Input>(rows); ++x)
                for (int j = columns; j < C; ++j) out[x * C + j] = 0;
        }
    }
}

} // namespace hone::on_cpu::inline HONE_CPU
