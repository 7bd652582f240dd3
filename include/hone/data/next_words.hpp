// Rows of documents as batches of a decoder: which tokens are followed by one with a loss, and what
// that one is. Only these rows are held against the vocabulary; prompts and other documents cost
// the decoder alone.
// Cost: nothing is copied before a batch is made.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/document_rows.hpp"
#include "hone/data/json_lines.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/batch.hpp"

HONE_COMPACT_BEGIN
namespace hone {

using before_name = part_name<"before">; // said before the labels below name it: see batch.hpp

/// Documents, the tokens before each one that has a loss, and these.
struct next_word_batch {
    token_rows tokens;            ///< a sequence is a document
    picked_rows<> before;         ///< (picked): the token before one with a loss
    picked_labels<"before"> next; ///< (picked): what follows it
    batch_owner owner{};

    HONE_FIELDS(tokens, before, next)
};

/// Rows of documents as examples.
struct next_words {
    document_rows made;

    using rows = batch_rows;
    std::size_t examples() const { return made.size(); }
    batch_size extent(std::size_t i) const {
        std::int64_t picked = 0;
        for (auto t = made.begin_of(i); t < made.end_of(i); ++t)
            picked += made.labels[static_cast<std::size_t>(t)] != no_label;
        return {.tokens = made.length(i),
                .sequences = static_cast<std::int64_t>(made.offsets(i).size()) - 1,
                .picked = picked};
    }
    void add(rows& to, std::size_t i, int) const {
        const auto ends = made.offsets(i);
        for (std::size_t d = 0; d + 1 < ends.size(); ++d) {
            const auto begin = static_cast<std::size_t>(ends[d]),
                       count = static_cast<std::size_t>(ends[d + 1]) - begin;
            const auto first = static_cast<std::int32_t>(to.ids.size());
            to.add({made.ids.data() + begin, count}, {});
            for (std::size_t t = 1; t < count; ++t)
                if (const auto label = made.labels[begin + t]; label != no_label) {
                    to.picked.push_back(first + static_cast<std::int32_t>(t) - 1);
                    to.picked_label.push_back(label);
                }
        }
    }
    next_word_batch batch(const rows& from) const {
        return {from.tokens(), {from.picked}, {from.picked_label}};
    }
    /// Errors: data.offsets, data.label_count, data.empty_text.
    void check() const {
        if (made.labels.size() != made.ids.size())
            throw error("data.label_count", "not one label a token", {}, made.ids.size(),
                        made.labels.size());
        const auto check_ends = [](const std::vector<std::int64_t>& all, std::size_t end) {
            if (all.empty() || all.front() != 0 || all.back() != static_cast<std::int64_t>(end))
                throw error("data.offsets", "offsets that do not cover the tokens", {},
                            {"0 to ", end}, "something else");
            for (std::size_t i = 1; i < all.size(); ++i)
                if (all[i] <= all[i - 1])
                    throw error("data.empty_text", "a row or a document without a token", {},
                                {"above ", all[i - 1]}, all[i]);
        };
        check_ends(made.documents, made.ids.size());
        check_ends(made.rows, made.documents.size() - 1);
    }
};

/// JSON lines of `ids` and `labels` (-100: no loss), each a document and a row of its own.
/// Errors: those of each_object and json_view; data.label_count, data.empty_text, data.no_rows.
inline next_words parse_next_words(std::string_view bytes, const std::string& file) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    next_words result;
    each_object(
        bytes, file, table_options{}.longest_row, [&](const json& object, const place_view& at) {
            const std::string where = file + ":" + std::to_string(at.line);
            const json_view line(object, where);
            const auto numbers = [&](const char* field, std::int64_t least) {
                const auto list = line[field];
                std::vector<std::int32_t> all;
                for (std::size_t i = 0; i < list.array().size(); ++i)
                    all.push_back(static_cast<std::int32_t>(list[i].integer(least, most)));
                return all;
            };
            const auto ids = numbers("ids", 0), labels = numbers("labels", no_label);
            if (ids.empty())
                line["ids"].fail("data.empty_text", "a text without a token", "at least one");
            if (ids.size() != labels.size())
                line["labels"].fail("data.label_count", "not one label a token", ids.size());
            result.made.append(ids, labels);
            result.made.end_row();
        });
    if (result.made.size() == 0)
        throw error("data.no_rows", "no row of data", {.file = file}, "at least one object",
                    "white space only");
    return result;
}

} // namespace hone
HONE_COMPACT_END
