// How large the whole numbers of a batch may be: ids below the rows of the tables that they look up, positions below the longest text, labels
// below the classes. Read from the plan at compile time; checked when a batch is bound (expression/binding.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <type_traits>

#include "hone/meta/compact.hpp"
#include "hone/step/program.hpp"

HONE_COMPACT_BEGIN
namespace hone {

template <const auto& P>
struct index_bounds {
    /// The number below which the values of a column must stay, over all that reads it; neither is set where nothing does.
    struct bound {
        long fixed = 0;
        bool classes = false;
        unsigned kinds = 0; ///< bit k: rows of kind k that the program computes are looked up; how many there are only a batch says
        constexpr long at(long c) const { return !classes ? fixed : fixed == 0 || c < fixed ? c : fixed; }
    };
    /// By number of the input.
    static constexpr auto all = [] {
        std::array<bound, std::remove_cvref_t<decltype(P.inputs)>().size()> found{};
        for (const auto& n : P.nodes)
            for (int k = 0; k < n.count; ++k) {
                const auto& a = P.nodes[static_cast<std::size_t>(n.argument[k])];
                if (a.op != &operation_of<field_leaf> || !a.integer) continue;
                auto& at = found[static_cast<std::size_t>(a.detail)];
                const auto lower = [&](bool is_classes, long most) {
                    if (is_classes) at.classes = true;
                    else if (at.fixed == 0 || most < at.fixed) at.fixed = most;
                };
                const int of = n.op->table >= 0 ? n.op->table : n.op->counted_by;
                if (of >= 0 && k == n.op->row_index) {
                    const auto& table = P.nodes[static_cast<std::size_t>(n.argument[of])];
                    if (table.kind >= 0) at.kinds |= 1u << table.kind;
                    else lower(table.kind == class_rows, -static_cast<long>(table.kind));
                }
                if (k == n.op->column_index) lower(n.width == run_time, n.width);
            }
        return found;
    }();
    /// Do virtual tokens leave positions for a text?
    static constexpr bool leaves_positions(int fields) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto& c = inputs[i];
            if (c.what != batch_column::positions || c.field < fields || all[i].fixed == 0) continue;
            const auto& l = longer[static_cast<std::size_t>(c.field - fields)];
            if (all[i].fixed <= l.rows + l.start) return false;
        }
        return true;
    }

private:
    static constexpr auto inputs = P.inputs;
    static constexpr auto longer = P.longer;
};

} // namespace hone
HONE_COMPACT_END
