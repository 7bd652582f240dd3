// Readers of TSV and CSV. What parts the columns of TSV is a tab, and nothing is quoted; of CSV a comma, unless a first line `sep=;` or the first
// row says otherwise, which is then told in a notice. Columns are those that were asked for, whatever else stands there.
// Cost: the file in memory once, and the columns that were asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/delimited_rows.hpp"
#include "hone/data/encoding.hpp"
#include "hone/data/table.hpp"
#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

inline std::string columns_counted(std::size_t n) { return std::to_string(n) + (n == 1 ? " column" : " columns"); }

inline std::string separator_name(char c) {
    return c == '\t' ? "tabs" : c == ',' ? "commas" : c == ';' ? "semicolons" : c == '|' ? "pipes" : in_quotes(std::string_view(&c, 1));
}

/// Where a column stands; `width` for one that is not asked for. Errors: data.missing_column, data.duplicate_column.
inline std::size_t position(const column& wanted, const std::vector<std::string>& first_row, const std::string& file, char separator) {
    const place_view at{.file = file, .line = 1, .name = wanted.name()};
    if (!wanted.given()) return first_row.size();
    if (wanted.is_last()) return first_row.size() - 1;
    if (!wanted.named()) {
        if (static_cast<std::size_t>(wanted.index()) < first_row.size()) return static_cast<std::size_t>(wanted.index());
        throw error("data.missing_column", "too few columns", at, {"a column with index ", wanted.index(), " (from 0)"},
                    {columns_counted(first_row.size()), ", parted by ", separator_name(separator)});
    }
    std::size_t found = first_row.size();
    std::string names;
    for (std::size_t i = 0; i < first_row.size(); ++i) {
        if (i < 16) names += (i ? ", " : "") + in_quotes(first_row[i], 64);
        if (i == 16) names += ", ... (" + columns_counted(first_row.size()) + ")";
        if (first_row[i] != wanted.name()) continue;
        if (found != first_row.size())
            throw error("data.duplicate_column", "two columns of one name", at, "one", {"columns ", found, " and ", i});
        found = i;
    }
    if (found == first_row.size())
        throw error("data.missing_column", "no such column in the header line", at, in_quotes(wanted.name(), 64),
                    {names, ", parted by ", separator_name(separator)});
    return found;
}

/// What parts the columns of CSV, by the first row outside of quotation marks: a comma where there is one, else what stands there most.
inline char found_separator(std::string_view text) {
    constexpr std::string_view known = ",;\t|";
    std::size_t counts[4] = {};
    bool quoted = false;
    for (std::size_t i = 0; i < text.size() && (quoted || (text[i] != '\n' && text[i] != '\r')); ++i) {
        quoted ^= text[i] == '"';
        if (const auto which = quoted ? known.npos : known.find(text[i]); which != known.npos) ++counts[which];
    }
    std::size_t best = 0;
    for (std::size_t k = 1; counts[0] == 0 && k < 4; ++k)
        if (counts[k] > counts[best]) best = k;
    return known[best];
}

/// A first line `sep=;`, as spreadsheets write it, is taken off; the separator that it names, or 0.
inline char named_separator(std::string_view& text) {
    if (text.size() < 5 || !text.starts_with("sep=")) return 0;
    const auto end = text.find_first_of("\r\n", 5);
    if (end != 5 && !(end == text.npos && text.size() == 5)) return 0;
    const char separator = text[4];
    text.remove_prefix(5);
    if (text.starts_with("\r\n"))
        text.remove_prefix(2);
    else if (!text.empty())
        text.remove_prefix(1);
    return separator;
}

/// Goes through the rows of a table: calls `take(fields, at, line)` for each, where `at[k]` is the position of the k-th column that is wanted
/// (the number of fields where it is not asked for). A column by name makes the first line a header. Returns the ragged rows left out.
template <class Take>
std::int64_t each_row(std::string_view bytes, const std::string& file, char separator, std::initializer_list<const column*> wanted,
                      const std::vector<column>& further, const table_options& options, std::vector<notice>& notices, const Take& take) {
    auto content = text_of(bytes, file);
    const bool quoting = separator == ',';
    const std::size_t whole = content.size();
    const char named = quoting ? named_separator(content) : '\0';
    if (content.empty()) throw error("data.no_rows", "no row of data", {.file = file}, "at least one", "a line sep= only");
    if (options.separator != 0)
        separator = options.separator;
    else if (quoting && (separator = named ? named : found_separator(content)) != ',')
        notices.push_back({"data.separator", file + ": columns are parted by " + separator_name(separator) +
                                                 (named ? ", as its first line says" : ", as its first row shows")});
    delimited_rows rows(content, file, separator, quoting, options.longest_row, content.size() == whole ? 1 : 2);
    if (rows.ends_lines_with_carriage_returns())
        notices.push_back({"data.carriage_returns", file + ": lines end with carriage returns alone"});
    std::vector<std::string> fields;
    bool more = rows.next(fields), header = false;
    const std::size_t width = fields.size();
    std::vector<std::size_t> at;
    for (const column* c : wanted) at.push_back(position(*c, fields, file, separator)), header = header || c->named();
    for (const column& c : further) at.push_back(position(c, fields, file, separator)), header = header || c.named();
    if (header) more = rows.next(fields);
    std::int64_t skipped = 0;
    for (; more; more = rows.next(fields)) {
        if (fields.size() == width)
            take(fields, at, rows.line());
        else if (fields.size() == 1 && rows.at_the_end())
            break;
        else if (options.skip_ragged)
            ++skipped;
        else
            throw error("data.ragged_row", "a row with another number of columns", {.file = file, .line = rows.line()},
                        columns_counted(width), fields.size() == 1 && fields[0].empty() ? "an empty line" : columns_counted(fields.size()));
    }
    if (skipped > 0)
        notices.push_back({"data.rows_skipped", phrase({file, ": ", skipped, " rows of another number of columns were left out"}).text()});
    return skipped;
}

inline text_table parse_delimited(std::string_view bytes, const std::string& file, char separator, const text_column& texts, const label_column& labels,
                                  const table_options& options) {
    if (!texts.given()) throw error("data.column", "no column of texts", {.file = file}, "an index or a name", "neither");
    text_table table;
    table.file = file;
    const auto take = [&](std::vector<std::string>& fields, const std::vector<std::size_t>& at, std::int64_t line) {
        const std::size_t width = fields.size(), text_at = at[0], second = at[2], group = at[3];
        const bool no_label = labels.is_last() && options.label_optional && (at[1] == text_at || at[1] == second);
        const std::size_t label_at = no_label ? width : at[1];
        if (text_at == label_at || text_at == second || (second == label_at && label_at != width))
            throw error("data.column", "one column for two things", {.file = file}, "different columns",
                        {"column ", second == label_at ? second : text_at, " twice"});
        if (group < width) table.group.push_back(fields[group]);
        append(table, std::move(fields[text_at]), label_at < width ? std::move(fields[label_at]) : std::string(), label_at < width, line,
               options.empty_labels);
        if (second < width) table.second.push_back(std::move(fields[second]));
    };
    table.skipped = each_row(bytes, file, separator, {&texts, &labels, &options.second, &options.group}, {}, options, table.notices, take);
    if (table.size() == 0)
        throw error("data.no_rows", "no row of data", {.file = file}, "at least one",
                    table.skipped ? "ragged rows only" : "a header line only");
    return table;
}

} // namespace detail

/// Reads tab-separated text that is in memory; `file` is for messages.
/// Errors of all four: those of text_of and delimited_rows; data.missing_column, data.duplicate_column, data.ragged_row, data.empty_label,
/// data.no_rows.
inline text_table parse_tsv(std::string_view bytes, const std::string& file, const text_column& texts, const label_column& labels = {},
                            const table_options& options = {}) {
    return detail::parse_delimited(bytes, file, '\t', texts, labels, options);
}
/// Reads comma-separated text (RFC 4180) that is in memory.
inline text_table parse_csv(std::string_view bytes, const std::string& file, const text_column& texts, const label_column& labels = {},
                            const table_options& options = {}) {
    return detail::parse_delimited(bytes, file, ',', texts, labels, options);
}
/// Reads a tab-separated file: `tsv("train.tsv", text_column{0}, label_column{1})` has no header line, `tsv("train.tsv", text_column{"sentence"},
/// label_column{"label"})` has one.
inline text_table tsv(const std::string& path, const text_column& texts, const label_column& labels = {}, const table_options& options = {}) {
    return parse_tsv(read_file(path), path, texts, labels, options);
}
/// Reads a comma-separated file (RFC 4180); columns as for `tsv`.
inline text_table csv(const std::string& path, const text_column& texts, const label_column& labels = {}, const table_options& options = {}) {
    return parse_csv(read_file(path), path, texts, labels, options);
}

} // namespace hone
HONE_COMPACT_END
