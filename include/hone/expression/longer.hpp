// Token fields with room before each sequence that the batch does not have: `Rows` virtual tokens, rows of a kind of their own (id -1, type 0, and
// their number as a further index), or positions that begin at `Start`, because keys stand before each sequence that are no rows. The user's
// batch stays as it is: a program that reads such a field makes its indices when a batch is bound (binding.hpp).
// An adapter hands them to the layers above the one that it goes around, `given(tokens)`; a field that has them already stays the same type.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/field.hpp"

namespace hone {

template <class Name, int Rows, int Start>
struct field_symbol<token_rows, longer<Name, Rows, Start>> {
    using name = longer<Name, Rows, Start>;
    using kind = per_token<name>;
    index_leaf<name, batch_column::values, kind> ids; ///< -1 for a virtual token
    index_leaf<name, batch_column::types, kind> types;
    index_leaf<name, batch_column::positions, kind> positions;
};
template <class Name, int Start>
struct field_symbol<token_rows, longer<Name, 0, Start>> {
    using kind = per_token<Name>;
    index_leaf<Name, batch_column::values, kind> ids;
    index_leaf<Name, batch_column::types, kind> types;
    index_leaf<longer<Name, 0, Start>, batch_column::positions, kind> positions;
};

namespace detail {

template <class Field>
struct length_of;
template <class Name>
struct length_of<field_symbol<token_rows, Name>> {
    using name = Name;
    static constexpr int rows = 0, start = 0;
};
template <class Name, int Rows, int Start>
struct length_of<field_symbol<token_rows, longer<Name, Rows, Start>>> {
    using name = Name;
    static constexpr int rows = Rows, start = Start;
};

} // namespace detail

/// `N` virtual tokens before each sequence.
template <int N, token_field Field>
constexpr auto with_virtual_tokens(Field) {
    using now = detail::length_of<Field>;
    static_assert(now::rows == 0 || now::rows == N, HONE_E042);
    return field_symbol<token_rows, longer<typename now::name, N, now::start>>{};
}
/// Positions from `N` on.
template <int N, token_field Field>
constexpr auto with_positions_from(Field) {
    using now = detail::length_of<Field>;
    return field_symbol<token_rows, longer<typename now::name, now::rows, (now::start > N ? now::start : N)>>{};
}

/// The number of its virtual token for each row of a kind (an index), -1 for a token of the batch; void where the kind has none.
template <class Kind>
struct virtual_rows_of {
    using type = void;
};
template <class Name, int Rows, int Start>
struct virtual_rows_of<per_token<longer<Name, Rows, Start>>> {
    using type = index_leaf<longer<Name, Rows, Start>, batch_column::virtual_rows, per_token<longer<Name, Rows, Start>>>;
};

} // namespace hone
