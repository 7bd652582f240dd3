// Sentences with a label a token: words are cut into pieces one by one, the first piece of a word has its label and all others none (-100), as is
// usual for named entities. Which word each piece belongs to is kept, so that answers find their words again.
// Cost: 12 bytes a token.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/data/conll.hpp"
#include "hone/data/dataset.hpp"
#include "hone/data/label.hpp"
#include "hone/data/sequences.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Something that gives the pieces of a text without special tokens, and puts these around.
template <class Tokenizer>
concept piece_encoder = requires(const Tokenizer& tokenizer, std::string_view text, std::vector<std::int32_t>& ids,
                                 std::span<const std::int32_t> pieces) {
    tokenizer.append(text, ids);
    { tokenizer.special_tokens(1) } -> std::convertible_to<std::size_t>;
    { tokenizer.join(pieces, ids) } -> std::convertible_to<std::size_t>;
};

/// Token ids, labels and words of many sentences.
struct tagged_dataset : token_sequences {
    std::vector<std::int32_t> label; ///< (tokens), or empty; -100: none
    std::vector<std::int32_t> word;  ///< (tokens): which word of its sentence; -1: a special token
    label_map labels;
    std::int64_t cut = 0, cut_words = 0;   ///< sentences longer than the limit, and their words without a piece left
    std::int64_t words_without_pieces = 0; ///< of which the tokenizer makes nothing

    using rows = batch_rows;
    std::size_t examples() const { return size(); }
    batch_size extent(std::size_t i) const { return {.tokens = length(i), .sequences = 1}; }
    void add(rows& to, std::size_t i, int) const {
        to.add(tokens(i), types_of(i));
        if (!label.empty()) to.token_label.insert(to.token_label.end(), label.begin() + offsets[i], label.begin() + offsets[i + 1]);
    }
    tagged_batch batch(const rows& from) const { return {.tokens = from.tokens(), .label = {from.token_label}}; }
    /// The row, within sentence i, of the first piece of each word; -1 for a word without one.
    std::vector<std::int32_t> first_pieces(std::size_t i, std::size_t words) const {
        std::vector<std::int32_t> first(words, -1);
        for (std::int64_t t = length(i); t-- > 0;)
            if (const auto w = word[static_cast<std::size_t>(offsets[i] + t)]; w >= 0 && static_cast<std::size_t>(w) < words)
                first[static_cast<std::size_t>(w)] = static_cast<std::int32_t>(t);
        return first;
    }
    /// Errors: those of token_sequences; data.label_count, data.label_range.
    void check() const {
        token_sequences::check();
        if (label.empty()) return;
        detail::check_count(label.size(), ids.size(), "not one label a token");
        for (std::size_t t = 0; t < label.size(); ++t) detail::check_label(label[t], labels.size(), true, "token ", t);
    }
};

/// Encodes sentences. Tags become numbers of `labels`; pieces beyond the limit are cut from the end, and counted.
/// Errors: data.unknown_label; tokens.limit, or what the tokenizer throws.
template <piece_encoder Tokenizer>
tagged_dataset encode(const sentence_table& table, const Tokenizer& tokenizer, label_map labels, std::size_t limit = default_text_limit) {
    tagged_dataset result;
    const std::size_t special = tokenizer.special_tokens(1);
    if (limit < special) throw error("data.limit", "a limit below the number of special tokens", {}, {"at least ", special}, limit);
    std::vector<std::int32_t> pieces, words, tags, ids;
    for (std::size_t i = 0; i < table.size(); ++i) {
        pieces.clear();
        words.clear();
        tags.clear();
        const auto all = table.words_of(i);
        bool whole = true;
        for (std::size_t w = 0; w < all.size(); ++w) {
            const std::size_t before = pieces.size(), number = static_cast<std::size_t>(table.offsets[i]) + w;
            const std::int32_t tag = table.tagged() ? labels.id(table.tags[number], table.at(number)) : -100;
            if (before == limit - special && !whole) {
                ++result.cut_words;
                continue;
            }
            tokenizer.append(all[w], pieces);
            result.words_without_pieces += pieces.size() == before;
            if (pieces.size() > limit - special) {
                whole = false;
                result.cut_words += before == limit - special;
                pieces.resize(limit - special);
            }
            words.resize(pieces.size(), static_cast<std::int32_t>(w));
            tags.resize(pieces.size(), -100);
            if (pieces.size() > before) tags[before] = tag;
        }
        result.cut += !whole;
        const std::size_t row = tokenizer.join(pieces, ids), begin = result.ids.size();
        result.append(ids);
        result.word.resize(result.ids.size(), -1);
        std::copy(words.begin(), words.end(), result.word.begin() + static_cast<std::ptrdiff_t>(begin + row));
        if (!table.tagged()) continue;
        result.label.resize(result.ids.size(), -100);
        std::copy(tags.begin(), tags.end(), result.label.begin() + static_cast<std::ptrdiff_t>(begin + row));
    }
    result.labels = std::move(labels);
    return result;
}

} // namespace hone
HONE_COMPACT_END
