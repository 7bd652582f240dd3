// A dataset is what training reads: the token ids of all texts end to end, where each begins, and the labels as numbers. Texts are encoded
// once, before the first epoch; nothing of the strings is kept. Any tokenizer will do that can append or write the ids of one text.
// Cost: 4 bytes a token, 12 bytes a text.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/delimited.hpp"
#include "hone/data/label.hpp"
#include "hone/data/sequences.hpp"
#include "hone/data/table.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Something that turns a text into at most `limit` token ids, special tokens included.
template <class Tokenizer>
concept text_encoder = requires(const Tokenizer& tokenizer, std::string_view text, std::vector<std::int32_t>& ids, std::size_t limit) {
    tokenizer.encode(text, ids, limit);
};

/// The same of two texts, with the types of the tokens.
template <class Tokenizer>
concept pair_encoder = requires(const Tokenizer& tokenizer, std::string_view text, std::vector<std::int32_t>& ids, std::size_t limit) {
    tokenizer.encode(text, text, ids, ids, limit);
};

/// Token ids and labels of many texts, or pairs of texts.
struct dataset : token_sequences {
    std::vector<std::int32_t> label; ///< (texts), or empty; -100 is ignored by every loss
    label_map labels;                ///< what the numbers mean; empty where they are only numbers
    std::int64_t cut = 0;            ///< texts that were longer than the limit

    using rows = batch_rows;
    std::size_t examples() const { return size(); }
    batch_size extent(std::size_t i) const { return {.tokens = length(i), .sequences = 1}; }
    void add(rows& to, std::size_t i, int) const {
        to.add(tokens(i), types_of(i));
        if (!label.empty()) to.label.push_back(label[i]);
    }
    text_batch batch(const rows& from) const { return {.tokens = from.tokens(), .label = from.label}; }
    /// Errors: those of token_sequences; data.label_count, data.label_range.
    void check() const {
        token_sequences::check();
        if (!label.empty()) detail::check_count(label.size(), size(), "not one label a text");
        const std::int64_t known = labels.size() > 0 ? labels.size() : std::numeric_limits<std::int32_t>::max();
        for (std::size_t i = 0; i < label.size(); ++i) detail::check_label(label[i], known, true, "text ", i);
    }
};

/// The most tokens of a text where nothing else is said: the positions of the BERT family.
inline constexpr std::size_t default_text_limit = 512;

namespace detail {

/// Encodes the texts of a table, with the second ones where it has them; counts those that were cut. Errors: data.empty_text;
/// data.long_text; data.no_pairs.
template <text_encoder Tokenizer>
void encode_texts(const text_table& table, const Tokenizer& tokenizer, std::size_t limit, token_sequences& to, std::int64_t& cut) {
    std::vector<std::int32_t> ids, types, longer;
    const auto encoded = [&](std::size_t i, std::vector<std::int32_t>& out, std::size_t most) {
        out.clear();
        if constexpr (pair_encoder<Tokenizer>) {
            if (table.paired()) return tokenizer.encode(table.text[i], table.second[i], out, types, most);
        } else if (table.paired()) {
            throw error("data.no_pairs", "a tokenizer that does not encode two texts", {.file = table.file}, "one with pairs", "none");
        }
        types.clear();
        tokenizer.encode(table.text[i], out, most);
    };
    for (std::size_t i = 0; i < table.size(); ++i) {
        encoded(i, ids, limit);
        if (ids.empty())
            throw error("data.empty_text", "a text without a token", table.at(i), "at least one token", in_quotes(table.text[i], 64));
        if (ids.size() > limit)
            throw error("data.long_text", "more tokens than allowed", table.at(i), {"at most ", limit}, ids.size());
        to.append(ids, types);
        if (ids.size() < limit) continue;
        encoded(i, longer, limit + 1);
        cut += longer.size() > limit;
    }
}

} // namespace detail

/// Encodes a table. Labels become numbers of `labels`; texts longer than `limit` are cut by the tokenizer, and counted.
/// Errors: data.unknown_label; data.empty_text where a text gives no token at all; data.long_text where the tokenizer gives more than
/// `limit`; data.no_pairs.
template <text_encoder Tokenizer>
dataset encode(const text_table& table, const Tokenizer& tokenizer, label_map labels, std::size_t limit = default_text_limit) {
    dataset result;
    for (std::size_t i = 0; i < table.label.size(); ++i) result.label.push_back(labels.id(table.label[i], table.at(i)));
    detail::encode_texts(table, tokenizer, limit, result, result.cut);
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
