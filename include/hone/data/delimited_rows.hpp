// The rows of TSV and CSV. TSV has no quoting at all, as GLUE's files: a quotation mark is a letter, a tab always separates. CSV is RFC
// 4180: a field in quotation marks may hold separators, line ends and doubled quotation marks; anything looser is an error, because other
// programs disagree about what it means. A line ends at \n; one \r before it is dropped (not inside quotation marks); a lone \r, U+0085 and
// U+2028 are text, but where a file has no \n at all, \r ends its lines. Blank lines at the end are passed over.
// Cost: one pass over the bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The most columns that a row may have.
inline constexpr std::size_t most_columns = std::size_t{1} << 20;

/// Goes through the rows of delimited text, one at a time.
class delimited_rows {
public:
    delimited_rows(std::string_view text, std::string file, char separator, bool quoting, std::size_t longest_row,
                   std::int64_t first_line = 1)
        : text_(text), file_(std::move(file)), separator_(separator), quoting_(quoting), longest_(longest_row),
          line_(first_line), newline_(text.find('\n') == text.npos ? '\r' : '\n') {
        content_ = text.find_last_not_of(" \t\r\n") + 1; // npos + 1 is 0
    }

    /// The fields of the next row; false after the last one. Errors: data.row_too_long, data.too_many_columns, data.quote_open,
    /// data.quote_inside, data.quote_garbage.
    bool next(std::vector<std::string>& fields) {
        fields.clear();
        if (at_ == text_.size()) return false;
        row_line_ = line_;
        row_begin_ = at_;
        for (bool more = true; more;) {
            if (fields.size() == most_columns)
                throw error("data.too_many_columns", "a row of too many columns", {.file = file_, .line = row_line_}, {"at most ", most_columns},
                            "more");
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
    /// Does nothing but white space follow the beginning of the latest row?
    bool at_the_end() const { return row_begin_ >= content_; }
    bool ends_lines_with_carriage_returns() const { return newline_ == '\r' && text_.find('\r') != text_.npos; }

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
        while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != newline_) {
            if (quoting_ && text_[at_] == '"')
                throw error("data.quote_inside", "a quotation mark in a field that does not begin with one", here(),
                            "the whole field in quotation marks, those inside doubled",
                            in_quotes(text_.substr(begin, at_ + 1 - begin), 64));
            ++at_;
            check_length();
        }
        check_length();
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
            if (c == newline_)
                new_line();
            else
                at_ += c == '"' ? 2 : 1;
            field += c;
            check_length();
        }
        ++at_;
        if (peek() == '\r' && peek(1) == '\n') ++at_;
        if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != newline_)
            throw error("data.quote_garbage", {"text after a closing quotation mark (opened on line ", opening.line, ")"}, here(),
                        "a separator or the end of the line; a quotation mark inside is doubled", in_quotes(text_.substr(at_, 1)));
    }

    std::string_view text_;
    std::string file_;
    char separator_;
    bool quoting_;
    std::size_t longest_, at_ = 0, row_begin_ = 0, line_begin_ = 0, content_ = 0; // content_: where the white space at the end begins
    std::int64_t line_; // of what comes next
    char newline_;
    std::int64_t row_line_ = 1;
};

} // namespace hone
HONE_COMPACT_END
