// Text to train on without labels: a sentence or paragraph a line, a blank line between documents. Lines of a document are put together, whole, as
// long as they fit; documents are never mixed; a line that is too long is cut into several sequences, so nothing is lost.
// Cost: the text and its token ids.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/encoding.hpp"
#include "hone/data/masked.hpp"
#include "hone/data/masking.hpp"
#include "hone/data/sequences.hpp"
#include "hone/data/tagged.hpp"
#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The lines of documents, end to end.
struct document_table {
    std::vector<std::string> text;        ///< (lines)
    std::vector<std::int64_t> offsets{0}; ///< (documents + 1)
    std::string file;

    std::size_t size() const { return offsets.size() - 1; }
    std::span<const std::string> lines(std::size_t document) const {
        return {text.data() + offsets[document], static_cast<std::size_t>(offsets[document + 1] - offsets[document])};
    }
};

/// Reads text that is in memory. A line of blanks and tabs alone is blank; one \r before \n is dropped. Errors: those of text_of; data.no_rows.
inline document_table parse_documents(std::string_view bytes, const std::string& file) {
    const auto content = text_of(bytes, file);
    document_table table;
    table.file = file;
    const auto end_document = [&] {
        const auto lines = static_cast<std::int64_t>(table.text.size());
        if (lines > table.offsets.back()) table.offsets.push_back(lines);
    };
    for (std::size_t begin = 0, end = 0; begin < content.size(); begin = end + 1) {
        end = std::min(content.find('\n', begin), content.size());
        auto line = content.substr(begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.find_first_not_of(" \t") == line.npos)
            end_document();
        else
            table.text.emplace_back(line);
    }
    end_document();
    if (table.size() == 0) throw error("data.no_rows", "no line of text", {.file = file}, "at least one", "blank lines only");
    return table;
}
/// Reads a file.
inline document_table documents(const std::string& path) { return parse_documents(read_file(path), path); }

/// How text becomes sequences.
struct sequence_options {
    std::size_t length = 128; ///< tokens, special ones included
    bool by_line = false;     ///< each line by itself, however short
};

namespace detail {

/// Room for pieces in a sequence. Error: data.limit.
inline std::size_t sequence_room(std::size_t length, std::size_t special) {
    if (length > special) return length - special;
    throw error("data.limit", "a length that leaves no room for text", {}, {"more than ", special}, length);
}

} // namespace detail

/// Sequences in which tokens are hidden as `how` says. Errors: data.limit; data.empty where no line gives a token.
template <piece_encoder Tokenizer>
pretraining_dataset<> encode(const document_table& table, const Tokenizer& tokenizer, masking how, const sequence_options& options = {}) {
    pretraining_dataset<> result;
    result.how = std::move(how);
    const std::size_t room = detail::sequence_room(options.length, tokenizer.special_tokens(1));
    std::vector<std::int32_t> gathered, line, ids;
    const auto end_sequence = [&] {
        if (gathered.empty()) return;
        tokenizer.join(gathered, ids);
        result.append(ids);
        gathered.clear();
    };
    for (std::size_t d = 0; d < table.size(); ++d) {
        for (const auto& text : table.lines(d)) {
            line.clear();
            tokenizer.append(text, line);
            if (options.by_line || gathered.size() + line.size() > room) end_sequence();
            for (std::size_t at = 0; at < line.size(); at += room) {
                const auto part = std::span(line).subspan(at, std::min(room, line.size() - at));
                if (at > 0) end_sequence();
                gathered.insert(gathered.end(), part.begin(), part.end());
            }
        }
        end_sequence();
    }
    if (result.size() == 0) throw error("data.empty", "a dataset without texts", {.file = table.file}, "at least one", "none");
    return result;
}

} // namespace hone
HONE_COMPACT_END
