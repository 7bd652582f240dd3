// How large the whole numbers of a batch may be: ids below the rows of the tables that they look up, positions below the longest text, labels
// below the classes. Read from the plan at compile time; checked before anything is computed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/op/rearrange/rearrange.hpp"
#include "hone/step/program.hpp"

HONE_COMPACT_BEGIN
namespace hone {

template <const auto& P>
struct index_bounds {
    /// The number below which the values of an index must stay, over all that reads it; neither is set where nothing does.
    struct bound {
        long fixed = 0;
        bool classes = false;
        unsigned kinds = 0; ///< bit k: rows that the model computes are looked up, of row kind k, whose number only a batch says
    };
    static constexpr auto all = [] {
        std::array<bound, 4 * most_regions> found{};
        for (const auto& n : P.nodes)
            for (int k = 0; k < n.count; ++k) {
                const auto& a = P.nodes[static_cast<std::size_t>(n.argument[k])];
                if (a.op != &operation_of<field_leaf> || !a.integer) continue;
                auto& at = found[static_cast<std::size_t>(a.detail)];
                const auto lower = [&](bool is_classes, long most) {
                    if (is_classes) at.classes = true;
                    else if (at.fixed == 0 || most < at.fixed) at.fixed = most;
                };
                if (n.op == &operation_of<gather_> && k == 1) {
                    const auto& table = P.nodes[static_cast<std::size_t>(n.argument[0])];
                    if (table.kind >= 0) at.kinds |= 1u << table.kind;
                    else lower(table.kind == class_rows, -static_cast<long>(table.kind));
                }
                if (n.op == &operation_of<one_hot_>) lower(n.width == run_time, n.width);
            }
        return found;
    }();
    /// For part 0 (ids or labels), 1 (types) or 2 (positions) of a field; 0: no bound.
    static constexpr long of(int field, int part, long classes) {
        const auto at = all[static_cast<std::size_t>(field * 4 + part)];
        return !at.classes ? at.fixed : at.fixed == 0 ? classes : std::min(at.fixed, classes);
    }
    /// The same over a field of tokens and those that adapters make of it, which are numbered from `fields` on; for positions, what virtual tokens leave of
    /// them. -1: no bound.
    static constexpr long of_text(int field, int part, int fields, long classes) {
        long least = -1;
        const auto lower = [&](long bound, long taken) {
            if (bound > 0 && (least < 0 || bound - taken < least)) least = std::max(bound - taken, 0l);
        };
        lower(of(field, part, classes), 0);
        for (int i = 0; i < static_cast<int>(longer.size()); ++i)
            if (const auto& l = longer[static_cast<std::size_t>(i)]; l.field == field) lower(of(fields + i, part, classes), part == 2 ? l.rows + l.start : 0);
        return least;
    }
    /// The row kinds of computed rows that an index looks up, a bit each.
    static constexpr unsigned kinds(int field, int part) { return all[static_cast<std::size_t>(field * 4 + part)].kinds; }
    /// The most positions that virtual tokens take of a field.
    static constexpr long taken(int field) {
        long most = 0;
        for (const auto& l : longer)
            if (l.field == field) most = std::max<long>(most, l.rows + l.start);
        return most;
    }
    static constexpr bool leaves_positions(int fields) {
        for (const auto& l : longer)
            if (of_text(l.field, 2, fields, 0) == 0) return false;
        return true;
    }

private:
    static constexpr auto longer = P.longer;
};

/// Error: step.out_of_range, for the first value that is not below `below`; -100 may pass a row over.
inline void check_index(std::string_view field, const char* what, std::span<const std::int32_t> values, long below, bool may_ignore) {
    if (below <= 0) return;
    for (std::size_t i = 0; i < values.size(); ++i)
        if ((values[i] < 0 || values[i] >= below) && !(may_ignore && values[i] == -100))
            throw error("step.out_of_range", {what, " at position ", i, " of the batch is out of range"}, {.name = field},
                        {"0 to ", below - 1, (may_ignore ? ", or -100 to ignore the row" : "")}, values[i]);
}

} // namespace hone
HONE_COMPACT_END
