// A reader of JSON lines: one object a line, columns are fields by name. Lines of white space only are passed over. The text must be a
// string; a label may also be an integer (many published files number their labels), which then stands for its decimal digits, or a list of
// names, which stands for them parted by `|`. Objects may have other fields, and other ones on each line.
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

/// A field of one line's object. Error: data.missing_column.
inline const json& field_of(const json& object, const column& wanted, place_view at) {
    at.name = wanted.name();
    if (const json* const found = object.find(wanted.name())) return *found;
    std::string names;
    for (std::size_t i = 0; i < object.size() && i < 16; ++i)
        append_to_list(names, in_quotes(object.keys()[i], 64));
    throw error("data.missing_column", "an object without this field", at, in_quotes(wanted.name(), 64),
                names.empty() ? "an empty object" : names);
}
[[noreturn]] inline void fail_type(const json& found, const column& wanted, place_view at, const char* expected) {
    at.name = wanted.name();
    const char* const kind = found.is_boolean() ? "boolean " : found.is_number() ? "number " : found.is_array() ? "array " : "object ";
    throw error("data.wrong_type", "a field of another type", at, expected,
                found.is_null()     ? "null"
                : found.is_string() ? "string " + in_quotes(found.string(), 64)
                                    : kind + in_quotes(found.write(), 64));
}
inline std::string field_text(const json& object, const column& wanted, place_view line) {
    const json& found = field_of(object, wanted, line);
    if (!found.is_string()) fail_type(found, wanted, line, "a string");
    return found.string();
}
/// A label: a string, an integer, where asked for any number, or strings without `|` that become one. Errors: data.wrong_type,
/// data.label_bar.
inline std::string field_label(const json& object, const column& wanted, place_view line, bool reals) {
    const json& found = field_of(object, wanted, line);
    if (found.is_string()) return found.string();
    if (found.is_integer() || (reals && found.is_number())) return found.write();
    if (!found.is_array()) fail_type(found, wanted, line, "a string or an integer");
    std::string joined;
    for (const auto& name : found.values()) {
        if (!name.is_string()) fail_type(name, wanted, line, "a string in a list of labels");
        if (name.string().empty() || name.string().find('|') != std::string::npos)
            throw error("data.label_bar", "a label that cannot stand among several", line, "a name without |", in_quotes(name.string(), 64));
        joined += (joined.empty() ? "" : "|") + name.string();
    }
    return joined;
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

/// Calls `take(object, place)` for each line's object. Errors: those of text_of and parse_json; data.row_too_long, data.json_array,
/// data.not_an_object.
template <class Take>
void each_object(std::string_view bytes, const std::string& file, std::size_t longest_row, const Take& take) {
    const auto content = text_of(bytes, file);
    std::int64_t line = 0;
    for (std::size_t begin = 0, end = 0; begin < content.size(); begin = end + 1) {
        end = content.find('\n', begin);
        if (end == content.npos) end = content.size();
        const auto row = content.substr(begin, end - begin);
        const auto first = row.find_first_not_of(" \t\r");
        const place_view at{.file = file, .byte = static_cast<std::int64_t>(begin + (bytes.size() - content.size())), .line = ++line};
        if (first == row.npos) continue;
        if (row.size() > longest_row)
            throw error("data.row_too_long", "a row without end", {.file = file, .line = line}, {"at most ", longest_row, " bytes"},
                        row.size());
        if (row[first] == '[')
            throw error("data.json_array", "a JSON array, not JSON lines", {.file = file, .line = line}, "one object a line",
                        in_quotes(row.substr(first), 32));
        const json object = detail::parse_line(row, at);
        if (!object.is_object())
            throw error("data.not_an_object", "a line that is not an object", {.file = file, .line = line}, "an object",
                        in_quotes(row, 64));
        take(object, place_view{.file = file, .line = line});
    }
}

/// Reads JSON lines that are in memory; `file` is for messages.
/// Errors: those of each_object; data.missing_column, data.wrong_type, data.empty_label, data.label_bar, data.no_rows, data.column.
inline text_table parse_json_lines(std::string_view bytes, const std::string& file, const text_column& texts, const label_column& labels = {},
                                   const table_options& options = {}) {
    for (const column* wanted : {static_cast<const column*>(&texts), static_cast<const column*>(&labels), &options.second, &options.group})
        if (!wanted->named() && (wanted->given() || wanted == &texts))
            throw error("data.column", "JSON lines have no column indexes", {.file = file}, "a field's name",
                        wanted->given() ? "index " + std::to_string(wanted->index()) : "neither");
    text_table table;
    table.file = file;
    each_object(bytes, file, options.longest_row, [&](const json& object, place_view here) {
        auto value = detail::field_text(object, texts, here);
        detail::append(table, std::move(value),
                       labels.given() ? detail::field_label(object, labels, here, options.real_labels) : std::string(), labels.given(),
                       here.line, options.empty_labels);
        if (options.group.given()) table.group.push_back(detail::field_label(object, options.group, here, false));
        if (options.second.given()) table.second.push_back(detail::field_text(object, options.second, here));
    });
    if (table.size() == 0) throw error("data.no_rows", "no row of data", {.file = file}, "at least one object", "white space only");
    return table;
}

/// Reads a file of JSON lines: `json_lines("train.jsonl", text_column{"sentence"}, label_column{"label"})`.
inline text_table json_lines(const std::string& path, const text_column& texts, const label_column& labels = {}, const table_options& options = {}) {
    return parse_json_lines(read_file(path), path, texts, labels, options);
}
/// The same as a dataset.
template <text_encoder Tokenizer>
dataset json_lines(const std::string& path, const Tokenizer& tokenizer, const text_column& texts, const label_column& labels = {},
                   std::size_t limit = default_text_limit) {
    return encode(json_lines(path, texts, labels), tokenizer, limit);
}

} // namespace hone
HONE_COMPACT_END
