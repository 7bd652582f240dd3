// Dropout (Srivastava et al. 2014): elements are set to 0 with a probability given at run time, the others scaled up. Nothing is
// stored: the bits are a function of seed, step, site, layer and element, so the backward pass makes them again.
// A random op is a named part: its path is its site. Called on two values it draws twice; called twice on one value, it is one value
// (equal types are), so it draws once. Who wants two says which: draw<0>{}(m(x)) and draw<1>{}(m(x)).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// 0 or 1 / (1 - rate) for each element; the rate is its argument.
struct dropout_mask_ {
    static constexpr op_traits traits{.how = structure::generate};
};

/// Who draws: a part's path, or a number.
template <class Path>
struct site {};
template <int K>
struct draw {
    static_assert(K >= 0 && K < 64, HONE_E020);
    /// x as it is when all that is random in it draws for the K-th time; draw 0 is x itself. Without dropout (in an evaluation) all draws are equal.
    template <expression X>
    constexpr auto operator()(X) const {
        return redrawn<K, X>{};
    }
};

template <class Site>
inline constexpr bool is_site = false;
template <class Path>
inline constexpr bool is_site<site<Path>> = true;
template <int K>
inline constexpr bool is_site<draw<K>> = true;

template <class Path>
constexpr path_text site_text(const path_text& prefix, site<Path>) {
    return append(prefix, Path{});
}
template <int K>
constexpr path_text site_text(const path_text& prefix, draw<K>) {
    auto p = prefix;
    p.append("draw");
    p.append_number(K);
    return p;
}

template <class Site>
struct dropout_ : composed {
    using uses = types<dropout_mask_>;
    template <class X, class Rate>
    using shape = shaped<typename X::kind, X::width>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope& s, const int (&a)[3], Shape) {
        if (!e.training) return a[0];
        const int kind = kind_of<typename Shape::kind>::code(e);
        const int mask = e.builder().add<dropout_mask_>({a[1]}, Shape::width, kind, e.site(site_text(s.prefix, Site{}), a[0]));
        return e.builder().element<multiply_>({a[0], mask});
    }
};

/// x with elements dropped at the rate given as value<"dropout">; `Site` is site<Path> of a named part, or draw<k>.
template <class Site, expression X, expression Rate>
constexpr auto dropped(X x, Rate rate) {
    static_assert(is_site<Site>, HONE_E020);
    if constexpr (is_site<Site>) return apply<dropout_<Site>>(x, rate);
}

} // namespace hone
