// Indices of the token fields that adapters make longer (expression/longer.hpp): ids, types, positions, virtual rows and offsets with room before each
// sequence, made from the batch's own when it is bound. Which fields there are is a constant of the plan; a program without them has none of this.
// Cost: five integers a row, and one pass over them a batch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/expression/state/cpu.hpp"
#include "hone/tensor/batch.hpp"

namespace hone::cpu::inline HONE_CPU {

template <class Program, int Fields>
struct longer_fields {
    static constexpr auto all = Program::plan.longer; // a copy: see step/sizes/cpu.hpp
    static constexpr int count = static_cast<int>(all.size());
    static_assert(Fields + count + 2 <= most_regions, "a batch has at most 6 fields, and adapters make two more of them");
    /// The most virtual tokens before a sequence.
    static constexpr int virtual_tokens = [] {
        int most = 0;
        for (const auto& l : all) most = std::max(most, l.rows);
        return most;
    }();
    static constexpr long lengthened = [] {
        long n = 0;
        for (const auto& l : all) n += l.rows > 0;
        return n;
    }();
    static constexpr long shifted = count - lengthened;
    static constexpr bool is_longer(int region) { return region >= 2 + Fields && region < 2 + Fields + count && all[static_cast<std::size_t>(region - 2 - Fields)].rows > 0; }
    /// Integers for so many rows of tokens, of tokens with virtual ones, and sequences.
    static constexpr long integers(long rows, long longer_rows, long sequences) { return shifted * rows + lengthened * (5 * longer_rows + sequences + 16); }

    template <class T>
    void place(std::int32_t* memory, long rows, long longer_rows, long sequences, context<T>& c) {
        for (int i = 0; i < count; ++i) {
            const bool is_long = all[static_cast<std::size_t>(i)].rows > 0;
            auto& to = at[i];
            const auto take = [&](long n) { return std::exchange(memory, memory + n); };
            to.positions = take(is_long ? longer_rows : rows);
            if (!is_long) continue;
            to.ids = take(longer_rows);
            to.types = take(longer_rows);
            to.virtual_rows = take(longer_rows);
            to.sequence_of = take(longer_rows);
            to.offsets = take(sequences + 16);
            c.sequence_of[2 + Fields + i] = to.sequence_of;
        }
    }
    /// Makes the indices of those that are of this field.
    template <class T>
    void bind(int field, const token_rows& t, context<T>& c) const {
        const int sequences = static_cast<int>(t.offsets.size()) - 1;
        for (int i = 0; i < count; ++i) {
            const auto& l = all[static_cast<std::size_t>(i)];
            if (l.field != field) continue;
            const auto& to = at[i];
            std::int32_t row = 0;
            for (int s = 0; s < sequences; ++s) {
                const auto slot = static_cast<std::size_t>(s);
                const std::int32_t own = t.offsets[slot + 1] - t.offsets[slot];
                if (l.rows > 0) to.offsets[s] = row;
                for (std::int32_t k = 0; k < l.rows + own; ++k, ++row) {
                    to.positions[row] = l.start + k;
                    if (l.rows == 0) continue;
                    const bool is_virtual = k < l.rows;
                    const auto token = static_cast<std::size_t>(is_virtual ? 0 : t.offsets[slot] + k - l.rows);
                    to.ids[row] = is_virtual ? -1 : t.ids[token];
                    to.types[row] = is_virtual || t.types.empty() ? 0 : t.types[token];
                    to.virtual_rows[row] = is_virtual ? k : -1;
                    to.sequence_of[row] = s;
                }
            }
            auto& view = c.fields[Fields + i];
            view.index[2] = to.positions;
            view.offsets = t.offsets.data();
            c.rows[2 + Fields + i] = row;
            if (l.rows == 0) continue;
            to.offsets[sequences] = row;
            view.index[0] = to.ids;
            view.index[1] = to.types;
            view.index[3] = to.virtual_rows;
            view.offsets = to.offsets;
        }
    }

private:
    struct indices {
        std::int32_t *ids = nullptr, *types = nullptr, *positions = nullptr, *virtual_rows = nullptr, *sequence_of = nullptr, *offsets = nullptr;
    };
    indices at[most_regions];
};

} // namespace hone::cpu::inline HONE_CPU
