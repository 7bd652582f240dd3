// What training a decoder reads: documents end to end, each with the labels that its tokens have,
// and rows of documents, which a batch takes whole. Documents of a row do not see each other, and
// positions begin anew in each, because where they begin is all that a step is given: there is no
// padding and no mask. A label stands at its own token and is not shifted; -100: no loss, as the
// first token of every document.
// Cost: 8 bytes a token, 8 a document, 8 a row.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/data/encoding.hpp"
#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The label of a token that has no loss.
inline constexpr std::int32_t no_label = -100;

/// Rows of documents.
struct document_rows {
    std::vector<std::int32_t> ids, labels;  ///< (tokens)
    std::vector<std::int64_t> documents{0}; ///< (documents + 1): where each begins among the tokens
    std::vector<std::int64_t> rows{0};      ///< (rows + 1): the first document of each
    std::int64_t left_out = 0;              ///< documents in which there is nothing to learn

    std::size_t size() const { return rows.size() - 1; }
    /// Tokens of row i.
    std::int64_t length(std::size_t i) const { return end_of(i) - begin_of(i); }
    std::int64_t begin_of(std::size_t i) const {
        return documents[static_cast<std::size_t>(rows[i])];
    }
    std::int64_t end_of(std::size_t i) const {
        return documents[static_cast<std::size_t>(rows[i + 1])];
    }
    /// Where the documents of row i begin, and where the last one ends, among all tokens.
    std::span<const std::int64_t> offsets(std::size_t i) const {
        return {documents.data() + rows[i], static_cast<std::size_t>(rows[i + 1] - rows[i]) + 1};
    }

    /// Ends a row before the next document.
    void end_row() { rows.push_back(static_cast<std::int64_t>(documents.size()) - 1); }
    /// Appends a document to the row that is open. Its first token has no loss.
    void append(std::span<const std::int32_t> of_ids, std::span<const std::int32_t> of_labels) {
        ids.insert(ids.end(), of_ids.begin(), of_ids.end());
        labels.insert(labels.end(), of_labels.begin(), of_labels.end());
        labels[labels.size() - of_labels.size()] = no_label;
        documents.push_back(static_cast<std::int64_t>(ids.size()));
    }
};

/// Something that encodes whole texts, with the special tokens around them, and parts of one,
/// appended without.
template <class Tokenizer>
concept document_encoder = requires(const Tokenizer& tokenizer, std::string_view text,
                                    std::vector<std::int32_t>& ids) {
    tokenizer.encode(text, ids);
    tokenizer.encode_part(text, ids);
    tokenizer.encode_as_text(text, ids);
    {tokenizer.find(text).has_value()};
};

/// How long a row may be, and the id that ends a text (`eos_token_id`, the first one of a list).
struct row_limits {
    std::int64_t length;
    std::int32_t end_of_text;
};

namespace detail {

/// Error: data.length.
inline void check_limits(const row_limits& limits) {
    if (limits.length < 2)
        throw error("data.length", "rows in which nothing can be predicted", {},
                    "at least 2 tokens", limits.length);
}
inline void end_text(std::vector<std::int32_t>& ids, std::int32_t end) {
    if (ids.empty() || ids.back() != end) ids.push_back(end);
}

} // namespace detail

/// The documents of a text: runs of lines that are not blank (blanks and tabs alone are blank; one
/// CR before a line's end is dropped), joined by \n.
inline std::vector<std::string> text_documents(std::string_view text) {
    std::vector<std::string> documents;
    bool open = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, end - at);
        at = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool blank = line.find_first_not_of(" \t") == line.npos;
        if (!blank && open) documents.back().append(1, '\n').append(line);
        if (!blank && !open) documents.emplace_back(line);
        open = !blank;
    }
    return documents;
}

/// Packs documents: each is ended, cut into pieces of `length`, and rows take pieces in order as
/// long as they stay within it. A piece of one token is left out. Error: data.length.
template <document_encoder Tokenizer>
document_rows pack_documents(const std::vector<std::string>& documents, const Tokenizer& tokenizer,
                             const row_limits& limits) {
    detail::check_limits(limits);
    const auto length = static_cast<std::size_t>(limits.length);
    document_rows result;
    std::vector<std::int32_t> ids;
    std::size_t used = 0; // of the open row
    for (const auto& document : documents) {
        tokenizer.encode(document, ids);
        detail::end_text(ids, limits.end_of_text);
        for (std::size_t begin = 0; begin < ids.size(); begin += length) {
            const auto piece = std::span<const std::int32_t>(ids).subspan(
                begin, std::min(length, ids.size() - begin));
            if (piece.size() < 2) {
                ++result.left_out;
                continue;
            }
            if (used > 0 && used + piece.size() > length) {
                result.end_row();
                used = 0;
            }
            result.append(piece, piece);
            used += piece.size();
        }
    }
    if (used > 0) result.end_row();
    return result;
}

/// Reads a text and packs its documents. Errors: those of read_file and text_of; data.length;
/// data.no_rows where nothing is left.
template <document_encoder Tokenizer>
document_rows pack_text(const std::string& path, const Tokenizer& tokenizer,
                        const row_limits& limits) {
    const auto bytes = read_file(path);
    auto result = pack_documents(text_documents(text_of(bytes, path)), tokenizer, limits);
    if (result.size() == 0)
        throw error("data.no_rows", "no document in which there is something to learn",
                    {.file = path}, "a document of two tokens", {result.left_out, " left out"});
    return result;
}

} // namespace hone
HONE_COMPACT_END
