// What can only be seen of a whole program: a pattern that no weight has, a trainable weight that the loss does not depend on, an op
// without a derivative, a field that the batch lacks. Found on values while the plan is made, spoken at the call of differentiate; the type in the compiler's first
// line holds the name at fault and the nearest right one. Cost: one walk over the layers.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/weights.hpp"
#include "hone/meta/compact.hpp"
#include "hone/meta/nearest.hpp"
#include "hone/meta/seam.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct problem {
    int number = 0;                 ///< of the sentence; 0: none
    path_text name{}, nearest{};    ///< the pattern or weight that it is about, and what may have been meant
    const operation* op = nullptr;  ///< the op that it is about
};

namespace detail {

/// Marks the copies of weights to which this graph and the loops in it bring a gradient, given the running layers around it.
struct reach {
    const program& p;
    std::span<const weight_entry> entries;
    flags reached; ///< by copy

    constexpr void graph(int number, int outer, int inner) {
        const auto& g = p.graphs[static_cast<std::size_t>(number)];
        for (auto i = static_cast<std::size_t>(g.forward); i < g.nodes.size(); ++i) {
            const node& n = g.nodes[i];
            if (n.op == &operation_of<accumulate_>) {
                const auto& u = p.uses[static_cast<std::size_t>(n.detail)];
                const auto& w = entries[static_cast<std::size_t>(u.entry)];
                const int a = u.layer[0] >= 0 ? u.layer[0] : outer, b = u.layer[1] >= 0 ? u.layer[1] : inner;
                reached[static_cast<std::size_t>(copy_of(w, a, b))] = true;
            } else if (n.op == &operation_of<loop_back_>) {
                const auto& use = p.loops[static_cast<std::size_t>(n.detail)];
                for (int l = use.first; l < use.first + use.count; ++l)
                    if (use.depth == 0) graph(use.body, l, inner);
                    else graph(use.body, n.layer >= 0 ? n.layer : outer, l);
            }
        }
    }
};

} // namespace detail

/// 13: a pattern that matches nothing; 14: patterns that leave nothing; 16: a trainable weight that no gradient reaches.
template <class Model, class Trainable>
constexpr problem find_problem(const program& p) {
    constexpr auto& entries = weight_entries<Model>;
    constexpr auto& chosen = selection_of<Model, Trainable>;
    for (int i = 0; i < Trainable::count; ++i)
        if ((chosen.met >> i & 1) == 0) {
            problem found{13};
            found.name.append(Trainable::pattern(i));
            found.nearest = nearest_path(Trainable::pattern(i), entries, [](const weight_entry& w) { return w.path.view(); });
            return found;
        }
    if (!chosen.any && p.additions.empty()) return {14};
    detail::reach walk{p, entries, flags(chosen.holds.size(), false)};
    walk.graph(0, 0, 0);
    for (const auto& w : entries)
        for (int k = 0; k < copies(w); ++k)
            if (const auto i = static_cast<std::size_t>(w.first + k); chosen.holds[i] && !walk.reached[i]) return {16, name_of(w, k)};
    return {};
}

namespace detail {

/// The sentences. The template arguments are what the compiler prints beside them.
template <int Number, literal... Names>
struct refused {
    static_assert(Number != 13, HONE_E013);
    static_assert(Number != 14, HONE_E014);
    static_assert(Number != 16, HONE_E016);
    static_assert(Number != 57, HONE_E057);
    static_assert(Number != 82, HONE_E082);
    static_assert(Number != 83, HONE_E083);
    static_assert(Number != 97, HONE_E097);
    static_assert(Number != 98, HONE_E098);
};
template <int Number, class Op>
struct refused_op {
    static_assert(Number != 15, HONE_E015);
};

/// What differentiate gives back where something is wrong: to make it is to say so.
template <class Draft, int Number = Draft::found.number>
struct refusal : refused_op<Number, op_at<typename Draft::ops, index_of(typename Draft::ops{}, Draft::found.op)>> {};
template <class Draft>
struct refusal<Draft, 13> : refused<13, as_literal<Draft, &problem::name>(), as_literal<Draft, &problem::nearest>()> {};
template <class Draft>
struct refusal<Draft, 14> : refused<14, as_literal<Draft, &problem::name>()> {};
template <class Draft>
struct refusal<Draft, 16> : refused<16, as_literal<Draft, &problem::name>()> {};
template <class Draft>
struct refusal<Draft, 57> : refused<57, as_literal<Draft, &problem::name>()> {};
template <class Draft>
struct refusal<Draft, 82> : refused<82, as_literal<Draft, &problem::name>()> {};
template <class Draft>
struct refusal<Draft, 83> : refused<83, as_literal<Draft, &problem::name>()> {};
template <class Draft>
struct refusal<Draft, 97> : refused<97, as_literal<Draft, &problem::name>()> {};
template <class Draft>
struct refusal<Draft, 98> : refused<98, as_literal<Draft, &problem::name>()> {};

} // namespace detail

} // namespace hone
HONE_COMPACT_END
