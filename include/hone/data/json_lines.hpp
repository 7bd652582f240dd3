// A reader of JSON lines: one object a line, columns are fields by name. Lines of white space only are passed over. The text must be a
// string; a label may also be an integer (many published files number their labels), which then stands for its decimal digits. Objects may
// have other fields, and other ones on each line.
// Cost: the JSON parser's, a line at a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hone/data/dataset.hpp"
#include "hone/data/encoding.hpp"
#include "hone/data/table.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// The field of one line's object, as text. Errors: data.missing_column, data.wrong_type.
inline std::string field_text(const json& object, const column& wanted, bool integers, place_view line) {
    place_view at = line;
    at.name = wanted.name();
    const json* const found = object.find(wanted.name());
    if (!found) {
        std::string names;
        for (std::size_t i = 0; i < object.size() && i < 16; ++i)
            append_to_list(names, in_quotes(object.keys()[i], 64));
        throw error("data.missing_column", "an object without this field", at, in_quotes(wanted.name(), 64),
                    names.empty() ? "an empty object" : names);
    }
    if (found->is_string()) return found->string();
    if (integers && found->is_integer()) return found->write();
    const char* const kind = found->is_boolean() ? "boolean " : found->is_number() ? "number " : found->is_array() ? "array " : "object ";
    throw error("data.wrong_type", "a field of another type", at, integers ? "a string or an integer" : "a string",
                found->is_null() ? "null" : kind + in_quotes(found->write(), 64));
}

inline json parse_line(std::string_view text, place_view line) {
    try {
        return parse_json(text, line.file);
    } catch (const error& e) { // the parser saw one line: put its place back into the file
        place_view at = e.where;
        at.file = line.file;
        at.line = line.line;
        at.byte = line.byte + (at.byte < 0 ? 0 : at.byte);
        throw error(e.code, e.problem, at, e.expected, e.found);
    }
}

} // namespace detail

/// Calls use(object, place) for each line that holds one; `file` is for messages, the place has file and line.
/// Errors: those of text_of and parse_json; data.json_array, data.not_an_object, data.row_too_long.
template <class Use>
void each_json_line(std::string_view bytes, const std::string& file, std::size_t longest_row, const Use& use) {
    const auto content = text_of(bytes, file);
    std::int64_t line = 0;
    for (std::size_t begin = 0, end = 0; begin < content.size(); begin = end + 1) {
        end = content.find('\n', begin);
        if (end == content.npos) end = content.size();
        const auto row = content.substr(begin, end - begin);
        const auto first = row.find_first_not_of(" \t\r");
        const place_view at{.file = file, .byte = static_cast<std::int64_t>(begin + (bytes.size() - content.size())), .line = ++line};
        const place_view here{.file = file, .line = line};
        if (first == row.npos) continue;
        if (row.size() > longest_row)
            throw error("data.row_too_long", "a row without end", here, {"at most ", longest_row, " bytes"}, row.size());
        if (row[first] == '[')
            throw error("data.json_array", "a JSON array, not JSON lines", here, "one object a line", in_quotes(row.substr(first), 32));
        const json object = detail::parse_line(row, at);
        if (!object.is_object())
            throw error("data.not_an_object", "a line that is not an object", here, "an object", in_quotes(row, 64));
        use(object, here);
    }
}

/// Reads JSON lines that are in memory; `file` is for messages.
/// Errors: those of each_json_line; data.missing_column, data.wrong_type, data.empty_label, data.no_rows, data.column.
inline text_table parse_json_lines(std::string_view bytes, const std::string& file, const text& texts, const label& labels = {},
                                   const table_options& options = {}) {
    if (!texts.named() || (labels.given() && !labels.named()))
        throw error("data.column", "JSON lines have no column indexes", {.file = file}, "a field's name",
                    texts.named()   ? "index " + std::to_string(labels.index())
                    : texts.given() ? "index " + std::to_string(texts.index())
                                    : "neither");
    text_table table;
    table.file = file;
    each_json_line(bytes, file, options.longest_row, [&](const json& object, const place_view& here) {
        auto value = detail::field_text(object, texts, false, here);
        detail::append(table, std::move(value), labels.given() ? detail::field_text(object, labels, true, here) : std::string(),
                       labels.given(), here.line);
    });
    if (table.size() == 0) throw error("data.no_rows", "no row of data", {.file = file}, "at least one object", "white space only");
    return table;
}

/// Reads a file of JSON lines: `json_lines("train.jsonl", text{"sentence"}, label{"label"})`.
inline text_table json_lines(const std::string& path, const text& texts, const label& labels = {}, const table_options& options = {}) {
    return parse_json_lines(read_file(path), path, texts, labels, options);
}
/// The same as a dataset.
template <text_encoder Tokenizer>
dataset json_lines(const std::string& path, const Tokenizer& tokenizer, const text& texts, const label& labels = {},
                   std::size_t limit = default_text_limit) {
    return encode(json_lines(path, texts, labels), tokenizer, limit);
}

} // namespace hone
HONE_COMPACT_END
