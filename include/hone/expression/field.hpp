// What a type of fields is to a program: `field_traits<Type>` says what the lambda sees of it (a symbol), how many rows it has, and how it is checked
// and handed over when a batch is bound. A type of one's own is a specialisation more; nothing of the engine knows any of them by name.
// Fields are bound in rising `order` (without it: last), so that what belongs to the rows of another finds them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/continued.hpp"
#include "hone/expression/expression.hpp"
#include "hone/expression/picks.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/batch.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The rows of which kind `Name`'s field is, and what tells a batch_column of them at run time where to look.
template <class Kind>
struct rows_named {
    static constexpr std::string_view name{}; ///< of the field; empty: sequences
};
template <class Name>
struct rows_named<per_token<Name>> {
    static constexpr std::string_view name = Name::value;
};
template <class Name>
struct rows_named<per_pick<Name>> : rows_named<per_token<Name>> {};
template <class Name>
struct rows_named<per_group<Name>> : rows_named<per_token<Name>> {};

/// One whole number a row of `Kind`; -100 passes a row over.
template <class Kind>
struct integers_of {
    template <class Name>
    struct symbol : index_leaf<Name, batch_column::values, Kind> {
        using leaf = index_leaf<Name, batch_column::values, Kind>;
    };
    static void measure(field_extent& e, std::size_t count) {
        if (rows_named<Kind>::name.empty()) e.count_sequences(count);
    }
    static void bind(field_binding& b, std::span<const std::int32_t> values) {
        b.check_rows(rows_named<Kind>::name, values.size());
        b.check_range("a label", batch_column::values, values, true);
        b.give(batch_column::values, values.data());
    }
};
/// `Width` real numbers a row of `Kind`; `run_time`: one for each class of the model.
template <class Kind, int Width>
struct reals_of {
    template <class Name>
    struct symbol : real_leaf<Name, Width, Kind> {
        using leaf = real_leaf<Name, Width, Kind>;
    };
    static void measure(field_extent& e, std::size_t count) {
        if constexpr (Width != run_time)
            if (rows_named<Kind>::name.empty()) e.count_sequences(count / Width);
    }
    static void bind(field_binding& b, std::span<const float> values) {
        const auto width = b.width(Width);
        b.check_width(values.size(), width);
        b.check_rows(rows_named<Kind>::name, values.size() / width);
        b.give(values.data());
    }
};

template <>
struct field_traits<token_rows> {
    static constexpr int order = 0;
    template <class Name>
    struct symbol {
        using kind = per_token<Name>;
        index_leaf<Name, batch_column::values, kind> ids;
        index_leaf<Name, batch_column::types, kind> types;
        index_leaf<Name, batch_column::positions, kind> positions;
    };
    static void measure(const token_rows& t, field_extent& e) {
        if (t.offsets.size() < 2)
            throw error("step.empty_batch", "a batch must hold at least one sequence", {}, "offsets of at least one sequence", {t.offsets.size(), " offsets"});
        e.tokens = std::max(e.tokens, static_cast<long>(t.ids.size()));
        e.count_sequences(t.offsets.size() - 1);
    }
    static void bind(const token_rows& t, field_binding& b) { b.bind_tokens(t); }
};
template <>
struct field_traits<continued_rows> {
    static constexpr int order = 0;
    template <class Name>
    struct symbol {
        using name = continued<Name>;
        using kind = per_token<name>;
        index_leaf<name, batch_column::values, kind> ids;
        index_leaf<name, batch_column::types, kind> types;
        index_leaf<name, batch_column::positions, kind> positions;
    };
    static void measure(const continued_rows& t, field_extent& e) {
        field_traits<token_rows>::measure(t.tokens, e);
    }
    static void bind(const continued_rows& t, field_binding& b) { b.bind_continued(t); }
};
template <>
struct field_traits<std::span<const std::int32_t>> : integers_of<per_sequence> {
    using base = integers_of<per_sequence>;
    static void measure(std::span<const std::int32_t> v, field_extent& e) { base::measure(e, v.size()); }
    static void bind(std::span<const std::int32_t> v, field_binding& b) { base::bind(b, v); }
};
template <int Width>
struct field_traits<real_rows<Width>> : reals_of<per_sequence, Width> {
    using base = reals_of<per_sequence, Width>;
    static void measure(const real_rows<Width>& r, field_extent& e) { base::measure(e, r.values.size()); }
    static void bind(const real_rows<Width>& r, field_binding& b) { base::bind(b, r.values); }
};

namespace detail {

/// Of a field that holds `values` of this kind.
template <class Field, class Base>
struct values_of : Base {
    static void measure(const Field& f, field_extent& e) { Base::measure(e, f.values.size()); }
    static void bind(const Field& f, field_binding& b) { Base::bind(b, f.values); }
};

/// A row of each segment of a field, by its place in the segment: a symbol of the numbers, and of the rows of kind `Of`.
template <class Field, class Kind, class Of>
struct place_in {
    template <class Name>
    struct symbol : index_leaf<Name, batch_column::values, Kind> {
        using leaf = index_leaf<Name, batch_column::values, Kind>;
        using of = Of;
        using where = index_leaf<Name, batch_column::source, Kind>;
    };
    static void measure(const Field& f, field_extent& e) {
        if (std::is_same_v<Kind, per_sequence>) e.count_sequences(f.values.size());
    }
    static void bind(const Field& f, field_binding& b) {
        b.check_rows(rows_named<Kind>::name, f.values.size());
        b.bind_places(Field::of::value, f.values);
    }
};

} // namespace detail

template <class Field>
struct field_traits_of<integer_a_token, Field> : detail::values_of<Field, integers_of<per_token<typename Field::of>>> {};
template <class Field>
struct field_traits_of<integer_a_pick, Field> : detail::values_of<Field, integers_of<per_pick<typename Field::of>>> {};
template <class Field>
struct field_traits_of<integer_a_group, Field> : detail::values_of<Field, integers_of<per_group<typename Field::of>>> {};
template <class Field>
struct field_traits_of<reals_a_token, Field> : detail::values_of<Field, reals_of<per_token<typename Field::of>, Field::width>> {};
template <class Field>
struct field_traits_of<place_in_sequence, Field> : detail::place_in<Field, per_sequence, per_token<typename Field::of>> {};
template <class Field>
struct field_traits_of<place_in_group, Field> : detail::place_in<Field, per_group<typename Field::of>, per_sequence> {};
template <class Field>
struct field_traits_of<rows_picked, Field> {
    static constexpr int order = 1;
    template <class Name>
    struct symbol {
        using kind = per_pick<Name>;
        using of = per_token<typename Field::of>;
        using where = index_leaf<Name, batch_column::source, kind>;
    };
    static void measure(const Field& p, field_extent& e) { e.picked = std::max(e.picked, static_cast<long>(p.rows.size())); }
    static void bind(const Field& p, field_binding& b) { b.bind_picks(Field::of::value, p.rows); }
};
template <>
struct field_traits<groups> {
    static constexpr int order = 0;
    template <class Name>
    struct symbol {
        using kind = per_group<Name>;
        using first = index_leaf<Name, batch_column::first, kind>;
        using segment = index_leaf<Name, batch_column::segment, per_sequence>;
    };
    static void measure(const groups& g, field_extent& e) {
        if (g.offsets.size() < 2)
            throw error("step.empty_batch", "a batch must hold at least one group", {}, "offsets of at least one group", {g.offsets.size(), " offsets"});
        if (g.offsets.back() > 0) e.count_sequences(static_cast<std::size_t>(g.offsets.back()));
    }
    static void bind(const groups& g, field_binding& b) { b.bind_groups(g.offsets); }
};

} // namespace hone
HONE_COMPACT_END
