// What a program knows of a batch once it is bound: how many rows each row space has, where segments begin, and where each column that it reads stands.
// Fields check what they are given and hand it over (field.hpp); what is made of them (positions, which sequence a token is of, inverses of picks) is
// made here, each only where the program reads it. No device is known here. Cost: one pass over the batch's integers a column.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "hone/expression/graph.hpp"
#include "hone/expression/text_cache.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/batch.hpp"
#include "hone/tensor/storage.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The rows that a batch asks for; -1: no field has said yet.
struct field_extent {
    long tokens = 0, sequences = -1, picked = 0;

    /// Errors: step.empty_batch; step.sequences_differ.
    void count_sequences(std::size_t count) {
        const long n = static_cast<long>(count);
        if (n == 0) throw error("step.empty_batch", "a batch must hold at least one sequence", {}, "at least 1", "0");
        if (sequences >= 0 && n != sequences)
            throw error("step.sequences_differ", "the fields of a batch disagree on the number of sequences", {}, sequences, n);
        sequences = n;
    }
};

/// A batch_column of the running batch.
struct bound_column {
    const std::int32_t* index = nullptr;
    const float* real = nullptr;
    std::int32_t* room = nullptr; ///< where it is made, if it is made here
    long below = 0;               ///< its values stay below this; 0: no bound
};

/// The same as kernels read it, reals in the program's own type.
template <class T>
struct column_view {
    const std::int32_t* index = nullptr;
    const T* real = nullptr;
};

/// Does a program need room for this column? What a field gives is read where it lies; `first` is the segments' offsets.
constexpr bool is_made(const input_column& c, int fields) {
    return c.what != batch_column::first && c.what < batch_column::slot && (c.what != batch_column::values || c.field >= fields);
}

/// Tables of a program, and the batch that is bound to it.
struct bound_batch {
    std::span<const input_column> inputs{};
    std::span<const longer_field> longer{};
    std::span<const row_space> spaces{};
    std::vector<std::string_view> names{};  ///< of the batch's fields
    std::vector<bound_column> columns{};    ///< by number of the input
    std::vector<long> rows_of_field{};      ///< tokens, picks or groups
    int rows[most_regions]{};               ///< by region
    const std::int32_t* offsets[most_regions]{};
    std::int32_t* room_for_offsets[most_regions]{};
    text_cache* cache = nullptr;            ///< of the program, where it has one
    long classes = 0;                       ///< of the model, 0 where it has no such number

    /// The number of a column among the inputs, -1 where the program does not read it.
    int at(int field, batch_column what) const {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (inputs[i].field == field && inputs[i].what == what) return static_cast<int>(i);
        return -1;
    }
    /// The region of a field's rows, -1 where the program has none of them.
    int region(int field) const {
        for (std::size_t s = 0; s < spaces.size(); ++s)
            if (spaces[s].field == field) return region_of(1 + static_cast<int>(s));
        return -1;
    }
    int field(std::string_view name) const {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) return static_cast<int>(i);
        throw error("step.no_such_field", "a field of the batch belongs to one that the batch does not have", {.name = name});
    }
    bool is_of(int number, int field) const {
        const int own = static_cast<int>(names.size());
        return number == field || (number >= own && longer[static_cast<std::size_t>(number - own)].field == field);
    }
    /// Positions that virtual tokens take before a text of this field.
    long taken(int number) const {
        const int own = static_cast<int>(names.size());
        return number < own ? 0 : longer[static_cast<std::size_t>(number - own)].rows + longer[static_cast<std::size_t>(number - own)].start;
    }
    /// The bound of a batch_column of a field and of those that adapters make of it, less what is taken of positions; -1: none.
    long below(int field, batch_column what) const {
        long least = -1;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (columns[i].below > 0 && inputs[i].what == what && is_of(inputs[i].field, field)) {
                const long here = std::max(columns[i].below - (what == batch_column::positions ? taken(inputs[i].field) : 0), 0l);
                if (least < 0 || here < least) least = here;
            }
        return least;
    }
};

/// How a field hands itself over.
class field_binding {
public:
    field_binding(bound_batch& b, int number) : b_(&b), number_(number) {}

    std::string_view name() const { return b_->names[static_cast<std::size_t>(number_)]; }
    int sequences() const { return b_->rows[region_of(per_sequence_code)]; }
    /// Error: step.rows_differ, where a field has not one value (or row of values) for each row of field `of` (empty: sequences).
    void check_rows(std::string_view of, std::size_t count) const {
        const long wanted = of.empty() ? sequences() : b_->rows_of_field[static_cast<std::size_t>(b_->field(of))];
        if (static_cast<long>(count) != wanted)
            throw error("step.rows_differ", {"not one value for each row of ", of.empty() ? std::string_view("the sequences") : of}, {.name = name()}, wanted, count);
    }
    /// Columns that are known: those of a type, or the model's classes.
    std::size_t width(int of_type) const {
        return static_cast<std::size_t>(of_type == run_time ? b_->classes : of_type);
    }
    void check_width(std::size_t numbers, std::size_t width) const {
        if (width == 0 || numbers % width != 0)
            throw error("step.rows_differ", "numbers that do not fill their rows", {.name = name()}, {"a multiple of ", width}, numbers);
    }
    /// Error: step.out_of_range, for the first value that what reads the column cannot take; -100 may pass a row over.
    void check_range(const char* what, batch_column of, std::span<const std::int32_t> values, bool may_ignore) const {
        const long below = b_->below(number_, of);
        if (below <= 0) return;
        for (std::size_t i = 0; i < values.size(); ++i)
            if ((values[i] < 0 || values[i] >= below) && !(may_ignore && values[i] == -100))
                throw error("step.out_of_range", {what, " at position ", i, " of the batch is out of range"}, {.name = name()},
                            {"0 to ", below - 1, (may_ignore ? ", or -100 to ignore the row" : "")}, values[i]);
    }
    void give(batch_column what, const std::int32_t* values) {
        if (const int i = b_->at(number_, what); i >= 0) b_->columns[static_cast<std::size_t>(i)].index = values;
    }
    void give(const float* values) {
        if (const int i = b_->at(number_, batch_column::values); i >= 0) b_->columns[static_cast<std::size_t>(i)].real = values;
    }

    /// The rows of this field are tokens. Errors: step.offsets; step.empty_sequence; step.too_long; step.out_of_range.
    void bind_tokens(const token_rows& t);
    /// ... that go on with texts in the cache (continued.hpp). Errors: step.outside_of_cache; those of tokens.
    void bind_continued(const continued_rows& t);
    /// The rows of this field are groups of sequences. Errors: step.offsets; step.empty_sequence.
    void bind_groups(std::span<const std::int32_t> offsets);
    /// The rows of this field are some of `of`. Errors: step.out_of_range; step.not_rising.
    void bind_picks(std::string_view of, std::span<const std::int32_t> rows);
    /// A row of each segment of `of`, by its place in the segment. Errors: step.rows_differ; step.out_of_range.
    void bind_places(std::string_view of, std::span<const std::int32_t> values);

private:
    std::int32_t* made(int number, batch_column what) {
        const int i = b_->at(number, what);
        if (i < 0) return nullptr;
        auto& c = b_->columns[static_cast<std::size_t>(i)];
        c.index = c.room;
        return c.room;
    }
    void check_segments(std::span<const std::int32_t> offsets, long rows, const char* what) const;
    void make_segments(int number, const std::int32_t* offsets, int segments, int rows);
    void make_tokens(int number, const token_rows& t, int before, int start);
    void make_inverse(std::int32_t* to, int rows, std::span<const std::int32_t> picked) {
        std::fill_n(to, rows, -1);
        for (std::size_t i = 0; i < picked.size(); ++i)
            if (picked[i] >= 0) to[picked[i]] = static_cast<std::int32_t>(i);
    }

    bound_batch* b_;
    int number_;
};

inline void field_binding::check_segments(std::span<const std::int32_t> offsets, long rows, const char* what) const {
    if (offsets.front() != 0 || offsets.back() != rows)
        throw error("step.offsets", {"offsets do not cover the ", what, "s"}, {.name = name()}, {"0 to ", rows}, {offsets.front(), " to ", offsets.back()});
    for (std::size_t s = 0; s + 1 < offsets.size(); ++s)
        if (offsets[s + 1] <= offsets[s] || offsets[s + 1] > rows)
            throw error("step.empty_sequence", {what[0] == 't' ? "sequence " : "group ", s, " has no ", what, "s"}, {.name = name()}, "at least 1", offsets[s + 1] - offsets[s]);
}
/// Columns that say which rows begin and end segments.
inline void field_binding::make_segments(int number, const std::int32_t* offsets, int segments, int rows) {
    if (const int i = b_->at(number, batch_column::first); i >= 0) b_->columns[static_cast<std::size_t>(i)].index = offsets;
    if (auto* to = made(number, batch_column::segment))
        for (int s = 0; s < segments; ++s) std::fill(to + offsets[s], to + offsets[s + 1], s);
    if (auto* to = made(number, batch_column::place))
        for (int s = 0; s < segments; ++s)
            for (int r = offsets[s]; r < offsets[s + 1]; ++r) to[r] = r - offsets[s];
    if (auto* to = made(number, batch_column::first_place)) std::fill_n(to, segments, 0);
    if (auto* to = made(number, batch_column::last_place))
        for (int s = 0; s < segments; ++s) to[s] = offsets[s + 1] - offsets[s] - 1;
    if (auto* to = made(number, batch_column::first_inverse)) make_inverse(to, rows, {offsets, static_cast<std::size_t>(segments)});
    const auto ends = [&](std::int32_t* to) {
        for (int s = 0; s < segments; ++s) to[s] = offsets[s + 1] - 1;
    };
    if (auto* to = made(number, batch_column::last)) ends(to);
    if (auto* to = made(number, batch_column::last_inverse)) {
        std::fill_n(to, rows, -1);
        for (int s = 0; s < segments; ++s) to[offsets[s + 1] - 1] = s;
    }
}
/// The columns of a field of tokens, or of one that adapters make of it: `before` virtual tokens before each sequence, positions from `start`.
inline void field_binding::make_tokens(int number, const token_rows& t, int before, int start) {
    const int region = b_->region(number), sequences = static_cast<int>(t.offsets.size()) - 1;
    const bool own = number == number_;
    auto *const ids = own ? nullptr : made(number, batch_column::values), *const types = made(number, batch_column::types);
    auto *const positions = made(number, batch_column::positions), *const virtual_rows = made(number, batch_column::virtual_rows);
    auto* const begin = before > 0 && region >= 0 ? b_->room_for_offsets[region] : nullptr;
    std::int32_t row = 0;
    for (int s = 0; s < sequences; ++s) {
        const std::int32_t from = t.offsets[static_cast<std::size_t>(s)], length = t.offsets[static_cast<std::size_t>(s) + 1] - from;
        if (begin) begin[s] = row;
        for (std::int32_t k = 0; k < before + length; ++k, ++row) {
            const bool is_virtual = k < before;
            const auto token = static_cast<std::size_t>(is_virtual ? 0 : from + k - before);
            if (positions) positions[row] = start + k;
            if (ids) ids[row] = is_virtual ? -1 : t.ids[token];
            if (types) types[row] = is_virtual || t.types.empty() ? 0 : t.types[token];
            if (virtual_rows) virtual_rows[row] = is_virtual ? k : -1;
        }
    }
    if (begin) begin[sequences] = row;
    if (own && !t.types.empty()) give(batch_column::types, t.types.data());
    const std::int32_t* const offsets = begin ? begin : t.offsets.data();
    if (region >= 0) {
        b_->rows[region] = row;
        b_->offsets[region] = offsets;
    }
    make_segments(number, offsets, sequences, row);
}
inline void field_binding::bind_tokens(const token_rows& t) {
    const long rows = static_cast<long>(t.ids.size()), longest = b_->below(number_, batch_column::positions);
    if (!t.types.empty() && t.types.size() != t.ids.size())
        throw error("step.offsets", "not one type a token", {.name = name()}, t.ids.size(), t.types.size());
    check_segments(t.offsets, rows, "token");
    long taken = 0;
    for (std::size_t i = 0; i < b_->longer.size(); ++i)
        if (b_->longer[i].field == number_) taken = std::max(taken, b_->taken(static_cast<int>(b_->names.size() + i)));
    for (std::size_t s = 0; longest >= 0 && s + 1 < t.offsets.size(); ++s)
        if (const long length = t.offsets[s + 1] - t.offsets[s]; length > longest)
            throw error("step.too_long", {"sequence ", s, " is longer than the model has positions"}, {.name = name()},
                        taken > 0 ? phrase{"at most ", longest, " beside ", taken, " virtual tokens"} : phrase{"at most ", longest}, length);
    check_range("a token id", batch_column::values, t.ids, false);
    check_range("a token type", batch_column::types, t.types, false);
    give(batch_column::values, t.ids.data());
    b_->rows_of_field[static_cast<std::size_t>(number_)] = rows;
    make_tokens(number_, t, 0, 0);
    for (std::size_t i = 0; i < b_->longer.size(); ++i)
        if (const auto& l = b_->longer[i]; l.field == number_) make_tokens(static_cast<int>(b_->names.size() + i), t, l.rows, l.start);
}
inline void field_binding::bind_groups(std::span<const std::int32_t> offsets) {
    check_segments(offsets, sequences(), "sequence");
    const int groups = static_cast<int>(offsets.size()) - 1, region = b_->region(number_);
    b_->rows_of_field[static_cast<std::size_t>(number_)] = groups;
    if (region >= 0) {
        b_->rows[region] = groups;
        b_->offsets[region] = offsets.data();
    }
    make_segments(number_, offsets.data(), groups, sequences());
}

} // namespace hone
HONE_COMPACT_END
