// Words with tags in columns, one word a line, a blank line between sentences: CoNLL's files. Columns are parted by blanks and tabs alone (a
// no-break space is part of a word); one \r before \n is dropped; lines that begin with -DOCSTART- are passed over. In CoNLL-U (`.conllu`) also
// comments, words of several tokens (1-2) and empty ones (1.1).
// Cost: the file in memory, and a string a word and tag.
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
#include "hone/data/label.hpp"
#include "hone/data/tags.hpp"
#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Which columns, from 0; below 0 from the last one (-1).
struct conll_options {
    int token = 0, tag = -1;
    bool universal = false; ///< CoNLL-U
};

/// Sentences as words with their tags, end to end.
struct sentence_table {
    std::vector<std::string> words, tags;    ///< (words); no tags where there is no such column
    std::vector<std::int64_t> offsets{0};    ///< (sentences + 1)
    std::vector<std::int64_t> line;          ///< (words)
    std::string file;
    std::vector<notice> notices;

    std::size_t size() const { return offsets.size() - 1; }
    bool tagged() const { return !tags.empty(); }
    std::span<const std::string> words_of(std::size_t i) const { return part(words, i); }
    std::span<const std::string> tags_of(std::size_t i) const { return tagged() ? part(tags, i) : std::span<const std::string>(); }
    place_view at(std::size_t word) const { return {.file = file, .line = word < line.size() ? line[word] : -1}; }
    /// The tags of these tables, sorted.
    static label_map labels(std::initializer_list<const sentence_table*> tables) {
        std::vector<std::string> names;
        for (const auto* t : tables) names.insert(names.end(), t->tags.begin(), t->tags.end());
        return label_map::sorted(std::move(names));
    }

private:
    std::span<const std::string> part(const std::vector<std::string>& of, std::size_t i) const {
        return {of.data() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
    }
};

namespace detail {

/// The cells of a line; those behind the limit are counted only.
inline std::size_t split_columns(std::string_view line, std::vector<std::string_view>& cells) {
    cells.clear();
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t", at)) != line.npos;) {
        const auto end = std::min(line.find_first_of(" \t", at), line.size());
        cells.push_back(line.substr(at, end - at));
        at = end;
    }
    return cells.size();
}

/// Which cell a column is; the number of cells where there is none.
inline std::size_t conll_column(int column, std::size_t cells) {
    const auto n = static_cast<std::int64_t>(cells), at = column < 0 ? n + column : std::int64_t{column};
    return at >= 0 && at < n ? static_cast<std::size_t>(at) : cells;
}

} // namespace detail

/// Reads columns that are in memory; `file` is for messages. A file of one column has no tags. Errors: those of text_of; data.missing_column,
/// data.ragged_row where a line has another number of columns than the first, data.no_rows.
inline sentence_table parse_conll(std::string_view bytes, const std::string& file, const conll_options& options = {}) {
    const auto content = text_of(bytes, file);
    sentence_table table;
    table.file = file;
    std::vector<std::string_view> cells;
    std::size_t width = 0, token = 0, tag = 0;
    std::int64_t line = 0;
    const auto end_sentence = [&] {
        const auto words = static_cast<std::int64_t>(table.words.size());
        if (words > table.offsets.back()) table.offsets.push_back(words);
    };
    for (std::size_t begin = 0, end = 0; begin < content.size(); begin = end + 1) {
        end = std::min(content.find('\n', begin), content.size());
        auto row = content.substr(begin, end - begin);
        if (row.ends_with('\r')) row.remove_suffix(1);
        ++line;
        if (options.universal && row.starts_with('#')) continue;
        const std::size_t count = detail::split_columns(row, cells);
        if (count == 0) end_sentence();
        if (count == 0 || cells[0] == "-DOCSTART-") continue;
        if (options.universal && cells[0].find_first_of("-.") != std::string_view::npos) continue;
        const place_view at{.file = file, .line = line};
        if (width == 0) {
            width = count;
            token = detail::conll_column(options.token, width);
            tag = detail::conll_column(options.tag, width);
            if (token == width || (tag == width && width > 1))
                throw error("data.missing_column", "too few columns", at, {"column ", token == width ? options.token : options.tag},
                            {width, width == 1 ? " column" : " columns", ", parted by blanks or tabs"});
        }
        if (count != width)
            throw error("data.ragged_row", "a row with another number of columns", at, {width, width == 1 ? " column" : " columns"}, count);
        table.words.emplace_back(cells[token]);
        if (tag != token && tag != width) table.tags.emplace_back(cells[tag]);
        table.line.push_back(line);
    }
    end_sentence();
    if (table.size() == 0) throw error("data.no_rows", "no sentence", {.file = file}, "at least one word", "none");
    return table;
}

/// Reads a file of columns; one that ends in `.conllu` as CoNLL-U.
inline sentence_table conll(const std::string& path, conll_options options = {}) {
    options.universal = options.universal || path.ends_with(".conllu");
    return parse_conll(read_file(path), path, options);
}

/// Recognises the scheme of the tags and makes them IOB2; what was done is said in the table's notices (data.tag_scheme, data.tags_illegal).
/// Error: data.tag_unknown where some tags mark entities and one is of no scheme.
inline tag_convention settle_tags(sentence_table& table) {
    scheme_counts counts;
    for (std::size_t i = 0; i < table.size(); ++i) counts.add(table.tags_of(i));
    const auto scheme = counts.scheme();
    if (scheme == tag_convention::plain) return scheme;
    for (std::size_t w = 0; counts.others > 0 && w < table.tags.size(); ++w)
        if (tag_parts(table.tags[w]).kind == 0)
            throw error("data.tag_unknown", "a tag of no scheme among tags of entities", table.at(w), "O, or B-, I-, E-, S- and a type",
                        in_quotes(table.tags[w], 64));
    if (scheme != tag_convention::iob2)
        table.notices.push_back({"data.tag_scheme", table.file + ": tags are " + std::string(scheme_name(scheme)) + ", read as IOB2"});
    if (counts.illegal() > 0)
        table.notices.push_back({"data.tags_illegal", phrase({table.file, ": ", counts.illegal(), " tags do not follow ", scheme_name(scheme),
                                                              "; where none goes on, an entity begins"})
                                                          .text()});
    for (std::size_t i = 0; i < table.size(); ++i)
        make_iob2({table.tags.data() + table.offsets[i], static_cast<std::size_t>(table.offsets[i + 1] - table.offsets[i])});
    return scheme;
}

} // namespace hone
HONE_COMPACT_END
