// The roots of a program's graph: an expression's rows, or of each term of a loss its sum, its
// weight, how many rows count and its factor; and the ops with which the gradient begins there.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/flatten.hpp"
#include "hone/loss/loss.hpp"
#include "hone/op/types.hpp"

namespace hone {

/// The gradient of a term's sum: its coefficient over the weight of all rows that the step counts.
/// `given` is that weight where several batches make one step, else 0: this batch's own.
struct seed_ : elementwise {
    static constexpr auto value(auto coefficient, auto weight, auto given) {
        using V = decltype(weight);
        return where(given > V(0), coefficient / given,
                     where(weight > V(0), coefficient / weight, V(0)));
    }
};

/// The gradient of a term's coefficient: the mean that it is multiplied with.
struct share_ : elementwise {
    static constexpr auto value(auto sum, auto weight, auto given) {
        using V = decltype(weight);
        return where(given > V(0), sum / given, where(weight > V(0), sum / weight, V(0)));
    }
};

/// A term's mean over all rows that the step counts, of which these may be a part: its sum and
/// weight, then those of all rows or 0.
struct mean_ : elementwise {
    static constexpr auto value(auto sum, auto weight, auto all_weight, auto all_sum) {
        using V = decltype(weight);
        return where(all_weight > V(0), all_sum / all_weight,
                     where(weight > V(0), sum / weight, V(0)));
    }
};

/// What a step reads of each term, as roots of its graph that follow each other.
struct term_roots {
    static constexpr int sum = 0, weight = 1, counted = 2, coefficient = 3, count = 4;
};

namespace detail {

/// The roots of a result: the value itself, or those of each term.
template <class Result>
struct roots_of {
    static constexpr void write_to(const emission& e, scope& s) {
        e.all->roots.push_back(write<Result>(e, s));
    }
};
template <class... Terms>
struct roots_of<loss_of<Terms...>> {
    template <class Counted>
    static constexpr int counted(const emission& e, scope& s) {
        const int rows = write<Counted>(e, s);
        return std::is_same_v<Counted, one_symbol>
                   ? rows
                   : e.builder().template add<sum_rows_>({rows}, 1, -1);
    }
    template <class Term>
    static constexpr void one(const emission& e, scope& s) {
        auto& roots = e.all->roots;
        roots.push_back(
            e.builder().template add<sum_rows_>({write<typename Term::values>(e, s)}, 1, -1));
        roots.push_back(
            e.builder().template add<sum_rows_>({write<typename Term::weights>(e, s)}, 1, -1));
        roots.push_back(counted<typename Term::counted>(e, s));
        roots.push_back(write<typename Term::coefficient>(e, s));
    }
    static constexpr void write_to(const emission& e, scope& s) { (one<Terms>(e, s), ...); }
};

template <class Result>
struct types_of {
    using type = hone::ops_of<Result>;
};
template <class... Terms>
struct types_of<loss_of<Terms...>> {
    static constexpr bool multiplied =
        !(std::is_same_v<typename Terms::coefficient, one_symbol> && ...);
    static constexpr bool weighted =
        !(std::is_same_v<typename Terms::counted, typename Terms::weights> && ...);
    using own = typename merged<std::conditional_t<multiplied, types<seed_, share_>, types<seed_>>,
                                std::conditional_t<weighted, types<mean_>, types<>>>::type;
    using type =
        typename merged<hone::ops_of<typename Terms::values..., typename Terms::weights...,
                                     typename Terms::counted..., typename Terms::coefficient...>,
                        own>::type;
};

/// Do fields and numbers alone say the weights of the terms?
constexpr bool weights_without_model(const program& p) {
    const auto& nodes = p.graphs[0].nodes;
    flags of_the_model(nodes.size(), false);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const node& n = nodes[i];
        bool is = n.op == &operation_of<weight_leaf> || n.op->how == structure::loop ||
                  n.op->how == structure::generate;
        for (int k = 0; k < n.count; ++k)
            is = is || of_the_model[static_cast<std::size_t>(n.argument[k])];
        of_the_model[i] = is;
    }
    for (std::size_t t = 0; t < p.roots.size(); t += term_roots::count)
        if (of_the_model[static_cast<std::size_t>(p.roots[t + term_roots::weight])] ||
            of_the_model[static_cast<std::size_t>(p.roots[t + term_roots::counted])])
            return false;
    return true;
}

} // namespace detail

} // namespace hone
