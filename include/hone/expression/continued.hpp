// Tokens that go on with texts in a program's cache: bound as tokens are, with positions and places
// that count on from what is there.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/binding.hpp"

HONE_COMPACT_BEGIN
namespace hone {

inline void field_binding::bind_continued(const continued_rows& t) {
    const auto sequences = t.tokens.offsets.size() - 1;
    if (t.slot.size() != sequences || t.before.size() != sequences)
        throw error("step.rows_differ", "not one slot and one number of tokens a sequence",
                    {.name = name()}, sequences, {t.slot.size(), " and ", t.before.size()});
    bind_tokens(t.tokens);
    const auto end = [&](std::size_t s) {
        return static_cast<long>(t.before[s]) + t.tokens.offsets[s + 1] - t.tokens.offsets[s];
    };
    const long longest = b_->below(number_, batch_column::positions);
    for (std::size_t s = 0; longest >= 0 && s < sequences; ++s)
        if (end(s) > longest)
            throw error("step.too_long",
                        {"sequence ", s, " goes on beyond the positions of the model"},
                        {.name = name()}, {"at most ", longest}, end(s));
    if (b_->cache) b_->cache->go_on(t, name());
    const auto count_on = [&](batch_column what, bool by_token) {
        const int i = b_->at(number_, what);
        auto* const to = i < 0 ? nullptr : b_->columns[static_cast<std::size_t>(i)].room;
        for (std::size_t s = 0; to && s < sequences; ++s) {
            const auto first = by_token ? t.tokens.offsets[s] : static_cast<std::int32_t>(s),
                       last = by_token ? t.tokens.offsets[s + 1] : first + 1;
            for (auto r = first; r < last; ++r) to[r] += t.before[s];
        }
    };
    count_on(batch_column::positions, true);
    count_on(batch_column::place, true);
    count_on(batch_column::first_place, false);
    count_on(batch_column::last_place, false);
    give(batch_column::slot, t.slot.data());
    give(batch_column::before, t.before.data());
}

} // namespace hone
HONE_COMPACT_END
