// A dataset is what training reads: the token ids of all texts end to end, where each begins, and the labels as numbers. Texts are encoded
// once, before the first epoch; nothing of the strings is kept. Any tokenizer will do that can append or write the ids of one text.
// Cost: 4 bytes a token, 12 bytes a text.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/delimited.hpp"
#include "hone/data/label.hpp"
#include "hone/data/table.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Something that turns a text into at most `limit` token ids, special tokens included.
template <class Tokenizer>
concept text_encoder = requires(const Tokenizer& tokenizer, std::string_view text, std::vector<std::int32_t>& ids, std::size_t limit) {
    tokenizer.encode(text, ids, limit);
};

/// Token ids and labels of many texts.
struct dataset {
    std::vector<std::int32_t> ids;        ///< (tokens)
    std::vector<std::int64_t> offsets{0}; ///< (texts + 1)
    std::vector<std::int32_t> label;      ///< (texts), or empty; -100 is ignored by every loss
    label_map labels;                     ///< what the numbers mean; empty where they are only numbers

    std::size_t size() const { return offsets.size() - 1; }
    std::int64_t length(std::size_t i) const { return offsets[i + 1] - offsets[i]; }
    /// The ids of text i.
    std::span<const std::int32_t> tokens(std::size_t i) const { return {ids.data() + offsets[i], static_cast<std::size_t>(length(i))}; }
    /// The number of tokens of the longest text.
    std::int64_t longest() const {
        std::int64_t most = 0;
        for (std::size_t i = 0; i < size(); ++i) most = length(i) > most ? length(i) : most;
        return most;
    }
};

/// The most tokens of a text where nothing else is said: the positions of the BERT family.
inline constexpr std::size_t default_text_limit = 512;

/// Encodes a table. Labels become numbers of `labels`; texts longer than `limit` are cut by the tokenizer.
/// Errors: data.unknown_label; data.empty_text where a text gives no token at all; data.long_text where the tokenizer gives more than
/// `limit`.
template <text_encoder Tokenizer>
dataset encode(const text_table& table, const Tokenizer& tokenizer, label_map labels, std::size_t limit = default_text_limit) {
    dataset result;
    std::vector<std::int32_t> ids;
    for (std::size_t i = 0; i < table.size(); ++i) {
        ids.clear();
        tokenizer.encode(table.text[i], ids, limit);
        if (ids.empty())
            throw error("data.empty_text", "a text without a token", table.at(i), "at least one token", in_quotes(table.text[i], 64));
        if (ids.size() > limit)
            throw error("data.long_text", "more tokens than allowed", table.at(i), {"at most ", limit}, ids.size());
        result.ids.insert(result.ids.end(), ids.begin(), ids.end());
        result.offsets.push_back(static_cast<std::int64_t>(result.ids.size()));
        if (table.labelled()) result.label.push_back(labels.id(table.label[i], table.at(i)));
    }
    result.labels = std::move(labels);
    return result;
}
/// Encodes a table by itself: its own labels, sorted.
template <text_encoder Tokenizer>
dataset encode(const text_table& table, const Tokenizer& tokenizer, std::size_t limit = default_text_limit) {
    return encode(table, tokenizer, label_map::of(table), limit);
}

/// `tsv("train.tsv", wordpiece("minilm/vocab.txt"), text_column{0}, label_column{1})`: a dataset in one line.
template <text_encoder Tokenizer>
dataset tsv(const std::string& path, const Tokenizer& tokenizer, const text_column& texts, const label_column& labels = {},
            std::size_t limit = default_text_limit) {
    return encode(tsv(path, texts, labels), tokenizer, limit);
}
template <text_encoder Tokenizer>
dataset csv(const std::string& path, const Tokenizer& tokenizer, const text_column& texts, const label_column& labels = {},
            std::size_t limit = default_text_limit) {
    return encode(csv(path, texts, labels), tokenizer, limit);
}

} // namespace hone
HONE_COMPACT_END
