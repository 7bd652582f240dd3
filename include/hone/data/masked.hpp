// Texts with hidden tokens: those whose hidden tokens are given (JSON lines of ids, masked rows and labels), and those in which they are drawn anew
// each epoch. With `masked_pair_batch` a sequence is a pair of texts, and whether the second follows the first is a label too.
// Cost: 4 bytes a token (8 with types), 8 a hidden one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/data/json_lines.hpp"
#include "hone/data/masking.hpp"
#include "hone/data/sequences.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

template <class Batch>
Batch masked_batch_of(const batch_rows& from) {
    Batch batch{};
    batch.tokens = from.tokens();
    batch.masked = {from.picked};
    batch.label = {from.picked_label};
    if constexpr (requires { batch.next; }) batch.next = from.label;
    return batch;
}
/// Pairs need one `next` a sequence, 0 or 1.
template <class Batch>
void check_next(const std::vector<std::int32_t>& next, std::size_t sequences) {
    if constexpr (requires(Batch b) { b.next; }) {
        check_count(next.size(), sequences, "not one `next` a pair");
        for (std::size_t i = 0; i < next.size(); ++i) check_label(next[i], 2, true, "pair ", i);
    }
}

} // namespace detail

/// Sequences with their hidden tokens.
template <class Batch = masked_batch>
struct masked_dataset : token_sequences {
    std::vector<std::int32_t> masked, label;     ///< (hidden tokens): rows within their sequence, rising, and what they were
    std::vector<std::int32_t> given;             ///< (hidden tokens): which one of its line each was; or empty: as they stand
    std::vector<std::int64_t> masked_offsets{0}; ///< (sequences + 1), in hidden tokens
    std::vector<std::int32_t> next;              ///< (sequences), for pairs

    using rows = batch_rows;
    std::size_t examples() const { return size(); }
    std::int64_t hidden(std::size_t i) const { return masked_offsets[i + 1] - masked_offsets[i]; }
    batch_size extent(std::size_t i) const { return {.tokens = length(i), .sequences = 1, .picked = hidden(i)}; }
    void add(rows& to, std::size_t i, int) const {
        const auto first = static_cast<std::int32_t>(to.ids.size());
        to.add(tokens(i), types_of(i));
        for (auto k = static_cast<std::size_t>(masked_offsets[i]); k < static_cast<std::size_t>(masked_offsets[i + 1]); ++k) {
            to.picked.push_back(first + masked[k]);
            to.picked_label.push_back(label[k]);
        }
        if (!next.empty()) to.label.push_back(next[i]);
    }
    Batch batch(const rows& from) const { return detail::masked_batch_of<Batch>(from); }
    /// Sequences without a hidden token.
    std::int64_t without_masked() const {
        std::int64_t n = 0;
        for (std::size_t i = 0; i < size(); ++i) n += hidden(i) == 0;
        return n;
    }
    /// Errors: those of token_sequences; data.offsets, data.label_count, data.label_range, data.masked_order.
    void check() const {
        token_sequences::check();
        detail::check_count(masked_offsets.size(), size() + 1, "not one offset of hidden tokens a sequence");
        detail::check_count(label.size(), masked.size(), "not one label a hidden token");
        if (masked_offsets.front() != 0 || masked_offsets.back() != static_cast<std::int64_t>(masked.size()))
            throw error("data.offsets", "offsets that do not cover the hidden tokens", {}, {"0 to ", masked.size()}, masked_offsets.back());
        for (std::size_t i = 0; i < size(); ++i)
            for (auto k = static_cast<std::size_t>(masked_offsets[i]); k < static_cast<std::size_t>(masked_offsets[i + 1]); ++k) {
                detail::check_label(masked[k], length(i), false, "hidden token ", k);
                if (k > static_cast<std::size_t>(masked_offsets[i]) && masked[k] <= masked[k - 1])
                    throw error("data.masked_order", "hidden tokens that do not rise", {.name = "text " + std::to_string(i)},
                                {"a row above ", masked[k - 1]}, masked[k]);
                detail::check_label(label[k], std::numeric_limits<std::int32_t>::max(), true, "hidden token ", k);
            }
        detail::check_next<Batch>(next, size());
    }
};

/// The rows of a batch, and room for drawing.
struct masking_rows : batch_rows {
    masking_room room;

    void reserve(const batch_size& largest) {
        batch_rows::reserve(largest);
        room.words.reserve(static_cast<std::size_t>(largest.tokens));
        room.rows.reserve(static_cast<std::size_t>(largest.tokens));
    }
};

/// Sequences in which tokens are hidden anew each epoch.
template <class Batch = masked_batch>
struct pretraining_dataset : token_sequences {
    masking how;
    std::vector<std::int32_t> next; ///< (sequences), for pairs

    using rows = masking_rows;
    std::size_t examples() const { return size(); }
    batch_size extent(std::size_t i) const {
        return {.tokens = length(i), .sequences = 1, .picked = static_cast<std::int64_t>(how.count(how.candidates(tokens(i))))};
    }
    void add(rows& to, std::size_t i, int epoch) const {
        const std::size_t first = to.ids.size();
        to.batch_rows::add(tokens(i), types_of(i));
        hide(how, static_cast<std::uint64_t>(epoch), i, std::span(to.ids).subspan(first), static_cast<std::int32_t>(first), to.picked,
             to.picked_label, to.room);
        if (!next.empty()) to.label.push_back(next[i]);
    }
    Batch batch(const rows& from) const { return detail::masked_batch_of<Batch>(from); }
    /// Errors: those of token_sequences and masking; data.label_count, data.label_range.
    void check() const {
        token_sequences::check();
        how.check();
        detail::check_next<Batch>(next, size());
    }
};

namespace detail {

/// A list of whole numbers in a field. Error: json.wrong_type, json.out_of_range.
inline std::vector<std::int32_t> numbers_in(const json_view& list, std::int64_t low, std::int64_t high) {
    std::vector<std::int32_t> out;
    for (std::size_t i = 0; i < list.array().size(); ++i) out.push_back(static_cast<std::int32_t>(list[i].integer(low, high)));
    return out;
}
/// Types of a sequence: all 0 where the line has none; kept apart only once a line has some.
inline void append_types(token_sequences& to, std::vector<std::int32_t> ids, const json_view& line) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    std::vector<std::int32_t> types;
    if (line.has("types") && !line["types"].is_null()) {
        types = numbers_in(line["types"], 0, most);
        if (types.size() != ids.size()) line["types"].fail("data.label_count", "not one type a token", ids.size());
        if (to.types.empty()) to.types.resize(to.ids.size());
    } else if (!to.types.empty()) {
        types.resize(ids.size());
    }
    to.append(ids, types);
}

} // namespace detail

/// Reads JSON lines of `ids`, `masked` (rows, in any order), and perhaps `labels` (-100 where absent), `types` and `next`. Errors: those of each_object and
/// json_view, which say the field; data.empty_text; data.label_count; data.masked_order.
template <class Batch = masked_batch>
masked_dataset<Batch> parse_masked(std::string_view bytes, const std::string& file, std::size_t longest_row = std::size_t{64} << 20) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    masked_dataset<Batch> result;
    each_object(bytes, file, longest_row, [&](const json& object, place_view here) {
        const std::string where = file + ":" + std::to_string(here.line);
        const json_view line(object, where);
        auto ids = detail::numbers_in(line["ids"], 0, most);
        if (ids.empty()) line["ids"].fail("data.empty_text", "a text without a token", "at least one token");
        const auto masked = detail::numbers_in(line["masked"], 0, static_cast<std::int64_t>(ids.size()) - 1);
        std::vector<std::int32_t> labels(masked.size(), -100);
        if (line.has("labels")) labels = detail::numbers_in(line["labels"], -100, most);
        if (labels.size() != masked.size()) line["labels"].fail("data.label_count", "not one label a hidden token", masked.size());
        detail::append_types(result, std::move(ids), line);
        const auto order = order_of(masked.size(), [&](std::size_t a, std::size_t b) { return masked[a] < masked[b]; });
        for (std::size_t k = 0; k < order.size(); ++k) {
            if (k > 0 && masked[order[k]] == masked[order[k - 1]])
                line["masked"].fail("data.masked_order", "a token hidden twice", "different rows");
            result.masked.push_back(masked[order[k]]);
            result.label.push_back(labels[order[k]]);
            result.given.push_back(static_cast<std::int32_t>(order[k]));
        }
        result.masked_offsets.push_back(static_cast<std::int64_t>(result.masked.size()));
        if constexpr (requires(Batch b) { b.next; }) result.next.push_back(line.has("next") ? static_cast<std::int32_t>(line["next"].integer(0, 1)) : -100);
    });
    if (result.size() == 0) throw error("data.no_rows", "no row of data", {.file = file}, "at least one object", "white space only");
    return result;
}

} // namespace hone
HONE_COMPACT_END
