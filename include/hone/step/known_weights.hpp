// The weights of a loss's terms from a batch alone, number by number and without the model: a step
// over several batches divides by the weights of all of them, and where labels, fields and numbers
// say these, no forward pass has to be run to know them. Cost: one look at each row and number;
// nothing is stored.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/state.hpp"
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// Can node N of the plan be had from a batch that is bound: is it fields and numbers, what is made
/// of them elementwise, and sums of these?
template <const auto& P>
constexpr bool is_known(int number) {
    std::array<bool, std::remove_cvref_t<decltype(P.nodes)>().size()> known{};
    for (std::size_t i = 0; i <= static_cast<std::size_t>(number); ++i) {
        const node& n = P.nodes[i];
        known[i] = n.op == &operation_of<field_leaf> || n.op == &operation_of<symbol_leaf> ||
                   n.op == &operation_of<sum_columns_> || n.op == &operation_of<sum_rows_> ||
                   n.op->how == structure::element;
        for (int k = 0; k < n.count; ++k)
            known[i] = known[i] && known[static_cast<std::size_t>(n.argument[k])];
    }
    return known[static_cast<std::size_t>(number)];
}

template <const auto& P, class T, int N, class Device>
T known_number(const context<T, Device>& c, int row, int column) {
    constexpr const spot& here = spots<P>[N];
    constexpr const auto& n = call_of<P, N>;
    row = here.kind == -1 ? 0 : row;
    column = here.width == 1 ? 0 : column;
    const auto argument = [&]<int K>(std::integral_constant<int, K>, int of_column) {
        return known_number<P, T, n.argument[K]>(c, row, of_column);
    };
    if constexpr (here.where == store::symbol) return c.values[here.offset.at(c.classes) + column];
    else if constexpr (here.where == store::field) {
        const auto& field = c.columns[here.detail];
        if constexpr (P.nodes[N].integer) return static_cast<T>(field.index[row]);
        else return field.real[static_cast<long>(row) * here.columns(c.classes) + column];
    } else if constexpr (P.nodes[N].op == &operation_of<sum_columns_>) {
        T sum = 0;
        for (int j = 0; j < spots<P>[n.argument[0]].columns(c.classes); ++j)
            sum += argument(std::integral_constant<int, 0>{}, j);
        return sum;
    } else return [&]<int... K>(std::integer_sequence<int, K...>)->T {
            using op = op_of<P, N>;
            if constexpr (requires { op::uses_column; })
                return op::value(static_cast<T>(column),
                                 argument(std::integral_constant<int, K>{}, column)...);
            else return op::value(argument(std::integral_constant<int, K>{}, column)...);
        }
    (std::make_integer_sequence<int, n.count>{});
}
/// A sum over rows, or one number.
template <const auto& P, class T, int N, class Device>
double known_sum(const context<T, Device>& c) {
    if constexpr (P.nodes[N].op == &operation_of<sum_rows_>) {
        constexpr int from = P.nodes[N].argument[0];
        double sum = 0;
        for (int r = 0; r < rows_of(spots<P>[from], c); ++r)
            sum += static_cast<double>(known_number<P, T, from>(c, r, 0));
        return sum;
    } else return static_cast<double>(known_number<P, T, N>(c, 0, 0));
}

} // namespace hone
