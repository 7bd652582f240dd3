// Some of a row's columns as a value of their own: where one product gives queries, keys and values side by side. A copy; its derivative stands in the same
// columns of zeros.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

template <int From>
struct columns_from_;
/// x (rows, width) in the columns from `From` on of rows of zeros.
template <int From>
struct columns_back_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true};
    using uses = types<columns_from_<From>>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0];
        b.contribute(x, b.add<columns_from_<From>>({b.of(self)}, b.at(x).width, b.at(x).kind));
    }
};
/// The columns from `From` on of x, as many as the result has.
template <int From>
struct columns_from_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true};
    using uses = types<columns_back_<From>>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0];
        b.contribute(x, b.add<columns_back_<From>>({b.of(self)}, b.at(x).width, b.at(x).kind));
    }
};
/// How `columns_from_` is written down; its width is that of its node.
template <int From, int Count>
struct columns_of_ : composed {
    using uses = types<columns_from_<From>, columns_back_<From>>;
    template <class X>
    using shape = shaped<typename X::kind, Count>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        return e.builder().add<columns_from_<From>>({a[0]}, Count, kind_of<typename Shape::kind>::code(e));
    }
};

/// Columns From to From + Count of x: (rows, width) -> (rows, Count).
template <int From, int Count, expression X>
constexpr auto columns(X x) {
    static_assert(From >= 0 && Count > 0 && From + Count <= X::width, HONE_E011);
    return apply<columns_of_<From, Count>>(x);
}

} // namespace hone
