// Rotary positions (Su et al. 2021): each pair of columns (j, j + size / 2) of a head is turned by an angle that grows with the row's position. The cosines
// and sines of a batch are made once, as a value that every layer reads. Angles are computed in double and rounded once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ratio>

#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// How frequencies are changed for texts that are longer than those of the first training.
struct unscaled {
    static double scaled(double frequency) { return frequency; }
};
/// Positions divided by a factor.
template <class Factor>
struct linear_scaling {
    static double scaled(double frequency) { return frequency * static_cast<double>(Factor::den) / static_cast<double>(Factor::num); }
};
/// Llama 3's: waves longer than `Positions / Low` are stretched by the factor, those shorter than `Positions / High` stay, between them it goes over.
template <class Factor, class Low, class High, int Positions>
struct llama3_scaling {
    static double scaled(double frequency) {
        constexpr auto number = [](auto r) { return static_cast<double>(decltype(r)::num) / static_cast<double>(decltype(r)::den); };
        const double factor = number(Factor{}), low = number(Low{}), high = number(High{}), waves = Positions * frequency / 6.283185307179586476925;
        if (waves < low) return frequency / factor;
        if (waves > high) return frequency;
        const double share = (waves - low) / (high - low);
        return (1 - share) * frequency / factor + share * frequency;
    }
};
/// Frequencies Theta^(-2 j / size).
template <long Theta, class Scaling = unscaled>
struct rotary {
    static constexpr double theta = Theta;
    using scaling = Scaling;
};

/// Cosines, then sines, of the angles of each row: positions (rows) -> (rows, Size).
template <class Rotary, int Size>
struct rotary_table_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .constant = true};
    template <class Positions>
    using shape = shaped<typename Positions::kind, Size>;
    static constexpr void reverse(graph_builder&, int) {}
};
/// x (rows, heads * Size) turned by a table (rows, Size); Back: the other way, which is the derivative.
template <int Size, bool Back = false>
struct rotate_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true};
    using uses = types<rotate_<Size, !Back>>;
    template <class X, class Table>
    using shape = shaped<typename X::kind, X::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0];
        b.contribute(x, b.add<rotate_<Size, !Back>>({b.of(self), b.argument(self, 1)}, b.at(x).width, b.at(x).kind));
    }
};

/// positions (rows) -> (rows, Size), for heads of Size columns.
template <class Rotary, int Size, expression Positions>
constexpr auto rotary_table(Positions positions) {
    static_assert(Positions::integer, HONE_E019);
    static_assert(Size % 2 == 0, HONE_E094);
    return apply<rotary_table_<Rotary, Size>>(positions);
}
/// x (rows, heads * size), table (rows, size) -> (rows, heads * size).
template <expression X, expression Table>
constexpr auto rotate(X x, Table table) {
    static_assert(std::is_same_v<typename X::kind, typename Table::kind>, HONE_E010);
    static_assert(X::width % Table::width == 0, HONE_E011);
    return apply<rotate_<Table::width>>(x, table);
}

} // namespace hone
