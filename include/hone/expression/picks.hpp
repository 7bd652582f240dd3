// Fields that pick rows of another: which rows they are, their places, and the inverse of the pick.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/binding.hpp"

HONE_COMPACT_BEGIN
namespace hone {

inline void field_binding::bind_picks(std::string_view of, std::span<const std::int32_t> rows) {
    const int from = b_->field(of), region = b_->region(number_), whole = b_->region(from);
    const long all = b_->rows_of_field[static_cast<std::size_t>(from)];
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] < 0 || rows[i] >= all)
            throw error("step.out_of_range", {"picked row ", i, " is none of ", of}, {.name = name()}, {"0 to ", all - 1}, rows[i]);
        if (i > 0 && rows[i] <= rows[i - 1])
            throw error("step.not_rising", {"picked row ", i, " does not come after the one before it"}, {.name = name()}, {"above ", rows[i - 1]}, rows[i]);
    }
    b_->rows_of_field[static_cast<std::size_t>(number_)] = static_cast<long>(rows.size());
    give(batch_column::source, rows.data());
    if (auto* to = made(number_, batch_column::source_inverse)) make_inverse(to, static_cast<int>(all), rows);
    if (region < 0 || whole < 0) return;
    b_->rows[region] = static_cast<int>(rows.size());
    std::int32_t* const begin = b_->room_for_offsets[region];
    const std::int32_t* const offsets = b_->offsets[whole];
    auto* const places = made(number_, batch_column::source_place);
    const int n = sequences();
    std::size_t next = 0;
    for (int s = 0; s < n; ++s) {
        begin[s] = static_cast<std::int32_t>(next);
        for (; next < rows.size() && rows[next] < offsets[s + 1]; ++next)
            if (places) places[next] = rows[next] - offsets[s];
    }
    begin[n] = static_cast<std::int32_t>(next);
    b_->offsets[region] = begin;
    if (auto* to = made(number_, batch_column::segment))
        for (int s = 0; s < n; ++s) std::fill(to + begin[s], to + begin[s + 1], s);
    if (const int i = b_->at(number_, batch_column::first); i >= 0) b_->columns[static_cast<std::size_t>(i)].index = begin;
}
inline void field_binding::bind_places(std::string_view of, std::span<const std::int32_t> values) {
    const int from = b_->field(of), region = b_->region(from);
    give(batch_column::values, values.data());
    if (region < 0) return; // nothing of those rows is read
    const std::int32_t* const offsets = b_->offsets[region];
    auto *const to = made(number_, batch_column::source), *const places = made(number_, batch_column::source_place);
    for (std::size_t s = 0; s < values.size(); ++s) {
        const std::int32_t v = values[s], length = offsets[s + 1] - offsets[s];
        if (v != -100 && (v < 0 || v >= length))
            throw error("step.out_of_range", {"place ", s, " lies outside of its rows of ", of}, {.name = name()}, {"0 to ", length - 1, ", or -100 for none"}, v);
        if (to) to[s] = v < 0 ? -1 : offsets[s] + v;
        if (places) places[s] = v < 0 ? 0 : v;
    }
    if (auto* inverse = made(number_, batch_column::source_inverse); inverse && to)
        make_inverse(inverse, offsets[values.size()], {to, values.size()});
}

} // namespace hone
HONE_COMPACT_END
