// Readers of TSV and CSV. TSV has no quoting at all, as GLUE's files: a quotation mark is a letter, a tab always separates. CSV is RFC
// 4180: a field in quotation marks may hold separators, line ends and doubled quotation marks; anything looser is an error, because other
// programs disagree about what it means. A line ends at \n; one \r before it is dropped (not inside quotation marks); a lone \r, U+0085 and
// U+2028 are text.
// Cost: the file in memory once, and the two columns that were asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/encoding.hpp"
#include "hone/data/table.hpp"
#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Goes through the rows of delimited text, one at a time.
class delimited_rows {
public:
    delimited_rows(std::string_view text, std::string file, char separator, bool quoting, std::size_t longest_row)
        : text_(text), file_(std::move(file)), separator_(separator), quoting_(quoting), longest_(longest_row) {}

    /// The fields of the next row; false after the last one. Errors: data.row_too_long, data.quote_open, data.quote_inside,
    /// data.quote_garbage.
    bool next(std::vector<std::string>& fields) {
        fields.clear();
        if (at_ == text_.size()) return false;
        row_line_ = line_;
        row_begin_ = at_;
        for (bool more = true; more;) {
            fields.emplace_back();
            if (quoting_ && peek() == '"')
                quoted_field(fields.back());
            else
                plain_field(fields.back());
            more = at_ < text_.size() && text_[at_] == separator_;
            if (more) ++at_;
        }
        if (at_ < text_.size()) new_line(); // what stops a field is a separator, a line end or the end
        return true;
    }
    /// The line on which the latest row begins, from 1.
    std::int64_t line() const { return row_line_; }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    void new_line() {
        ++at_;
        ++line_;
        line_begin_ = at_;
    }
    place_view here() const { return {.file = file_, .line = line_, .column = static_cast<std::int64_t>(at_ - line_begin_) + 1}; }
    void check_length() const {
        if (at_ - row_begin_ > longest_)
            throw error("data.row_too_long", "a row without end", {.file = file_, .line = row_line_}, {"at most ", longest_, " bytes"},
                        "more");
    }

    void plain_field(std::string& field) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
            if (quoting_ && text_[at_] == '"')
                throw error("data.quote_inside", "a quotation mark in a field that does not begin with one", here(),
                            "the whole field in quotation marks, those inside doubled",
                            in_quotes(text_.substr(begin, at_ + 1 - begin), 64));
            ++at_;
            check_length();
        }
        std::size_t end = at_;
        if (peek() == '\n' && end > begin && text_[end - 1] == '\r') --end;
        field.assign(text_.substr(begin, end - begin));
    }

    void quoted_field(std::string& field) {
        const place_view opening = here();
        ++at_;
        for (;;) {
            if (at_ == text_.size())
                throw error("data.quote_open", "a quotation mark that is never closed", opening, "a closing quotation mark",
                            "the end of the file");
            const char c = text_[at_];
            if (c == '"' && peek(1) != '"') break;
            if (c == '\n')
                new_line();
            else
                at_ += c == '"' ? 2 : 1;
            field += c;
            check_length();
        }
        ++at_;
        if (peek() == '\r' && peek(1) == '\n') ++at_;
        if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n')
            throw error("data.quote_garbage", {"text after a closing quotation mark (opened on line ", opening.line, ")"}, here(),
                        "a separator or the end of the line; a quotation mark inside is doubled", in_quotes(text_.substr(at_, 1)));
    }

    std::string_view text_;
    std::string file_;
    char separator_;
    bool quoting_;
    std::size_t longest_, at_ = 0, row_begin_ = 0, line_begin_ = 0;
    std::int64_t line_ = 1, row_line_ = 1;
};

namespace detail {

inline std::string columns_counted(std::size_t n) { return std::to_string(n) + (n == 1 ? " column" : " columns"); }

/// Where a column stands. Errors: data.missing_column, data.duplicate_column.
inline std::size_t position(const column& wanted, const std::vector<std::string>& first_row, const std::string& file) {
    const place_view at{.file = file, .line = 1, .name = wanted.name()};
    if (!wanted.named()) {
        if (static_cast<std::size_t>(wanted.index()) < first_row.size()) return static_cast<std::size_t>(wanted.index());
        throw error("data.missing_column", "too few columns", at, {"a column with index ", wanted.index(), " (from 0)"},
                    columns_counted(first_row.size()));
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
        throw error("data.missing_column", "no such column in the header line", at, in_quotes(wanted.name(), 64), names);
    return found;
}

inline text_table parse_delimited(std::string_view bytes, const std::string& file, char separator, bool quoting, const text_column& texts,
                                  const label_column& labels, const table_options& options) {
    if (!texts.given()) throw error("data.column", "no column of texts", {.file = file}, "an index or a name", "neither");
    delimited_rows rows(text_of(bytes, file), file, separator, quoting, options.longest_row);
    text_table table;
    table.file = file;
    std::vector<std::string> fields;
    bool more = rows.next(fields);
    const std::size_t width = fields.size(), text_at = position(texts, fields, file),
                      label_at = labels.given() ? position(labels, fields, file) : width;
    if (text_at == label_at)
        throw error("data.column", "one column as text and as label", {.file = file}, "two columns", {"column ", text_at, " twice"});
    if (texts.named() || labels.named()) more = rows.next(fields);
    for (; more; more = rows.next(fields)) {
        if (fields.size() == width)
            append(table, std::move(fields[text_at]), label_at < width ? std::move(fields[label_at]) : std::string(), label_at < width,
                   rows.line());
        else if (options.skip_ragged)
            ++table.skipped;
        else
            throw error("data.ragged_row", "a row with another number of columns", {.file = file, .line = rows.line()},
                        columns_counted(width), fields.size() == 1 && fields[0].empty() ? "an empty line" : columns_counted(fields.size()));
    }
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
    return detail::parse_delimited(bytes, file, '\t', false, texts, labels, options);
}
/// Reads comma-separated text (RFC 4180) that is in memory.
inline text_table parse_csv(std::string_view bytes, const std::string& file, const text_column& texts, const label_column& labels = {},
                            const table_options& options = {}) {
    return detail::parse_delimited(bytes, file, ',', true, texts, labels, options);
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
