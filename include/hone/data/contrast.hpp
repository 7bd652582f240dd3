// Texts and those that are near them, for embeddings: lines of an anchor, a positive and perhaps a negative. In a batch every anchor has its own
// positive for its answer and all other positives, then all negatives, for wrong ones.
// Cost: that of as many texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/data/dataset.hpp"
#include "hone/data/delimited.hpp"
#include "hone/data/read_table.hpp"
#include "hone/data/sequences.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Reads anchors (`text`), positives (`second`) and, where the file has a third column, negatives (`label`). JSON lines: fields `anchor`,
/// `positive`, `negative` (the last one where `negatives` says so). Errors: those of read_table.
inline text_table read_contrasts(const std::string& path, bool negatives = false, table_options options = {}) {
    options.empty_labels = true;
    options.label_optional = true;
    if (format_of(path) == table_format::json_lines) {
        options.second = column("positive");
        return json_lines(path, text_column{"anchor"}, negatives ? label_column{"negative"} : label_column{}, options);
    }
    options.second = column(1);
    return read_table(path, text_column{0}, label_column{column::last()}, options);
}

/// The rows of a batch: anchors, then positives, then negatives, and where each of the two sides begins.
struct contrast_rows : batch_rows {
    batch_rows positive, negative; ///< until the batch has all its anchors

    void reserve(const batch_size& largest) {
        batch_rows::reserve(largest);
        groups.reserve(3);
        for (auto* side : {&positive, &negative}) side->reserve(largest);
    }
    void clear() {
        batch_rows::clear();
        for (auto* side : {&positive, &negative}) side->clear();
    }
    void finish() {
        const auto anchors = offsets.size() - 1;
        for (const auto* side : {&positive, &negative})
            for (std::size_t i = 0; i + 1 < side->offsets.size(); ++i) {
                const auto first = side->offsets[i];
                add({side->ids.data() + first, static_cast<std::size_t>(side->offsets[i + 1] - first)}, {});
            }
        for (const auto ended : {anchors, offsets.size() - 1}) groups.push_back(static_cast<std::int32_t>(ended));
        label.assign(offsets.size() - 1, -100);
        std::fill_n(label.begin(), anchors, 0);
    }
};

/// Anchors, positives and perhaps negatives.
struct contrast_dataset {
    token_sequences anchor, positive, negative; ///< negative: empty where there are none
    std::int64_t cut = 0;

    using rows = contrast_rows;
    std::size_t examples() const { return anchor.size(); }
    batch_size extent(std::size_t i) const {
        batch_size size{.tokens = anchor.length(i) + positive.length(i), .sequences = 2};
        if (negative.size() > 0) size += {.tokens = negative.length(i), .sequences = 1};
        return size;
    }
    void add(rows& to, std::size_t i, int) const {
        to.add(anchor.tokens(i), {});
        to.positive.add(positive.tokens(i), {});
        if (negative.size() > 0) to.negative.add(negative.tokens(i), {});
    }
    contrast_batch batch(const rows& from) const {
        return {.tokens = from.tokens(), .sides = {from.groups}, .label = from.label};
    }
    /// Errors: those of token_sequences; data.label_count.
    void check() const {
        anchor.check();
        positive.check();
        detail::check_count(positive.size(), anchor.size(), "not one positive an anchor");
        if (negative.size() == 0) return;
        negative.check();
        detail::check_count(negative.size(), anchor.size(), "not one negative an anchor");
    }
};

/// Encodes a table of read_contrasts. Errors: those of `encode`; data.no_positives for a table without second texts.
template <text_encoder Tokenizer>
contrast_dataset encode_contrasts(const text_table& table, const Tokenizer& tokenizer, std::size_t limit = default_text_limit) {
    if (!table.paired()) throw error("data.no_positives", "no positive texts", {.file = table.file}, "a second column", "none");
    contrast_dataset result;
    text_table one;
    one.file = table.file;
    one.line = table.line;
    const auto encoded = [&](const std::vector<std::string>& texts, token_sequences& to) {
        one.text = texts;
        detail::encode_texts(one, tokenizer, limit, to, result.cut);
    };
    encoded(table.text, result.anchor);
    encoded(table.second, result.positive);
    if (table.labelled()) encoded(table.label, result.negative);
    return result;
}

} // namespace hone
HONE_COMPACT_END
