// The plain result of every reader: texts, their labels and the lines that they came from. Columns are given by index or by name, and that
// alone decides about the header line: a column given by name means that the first line is a header, columns given by index mean that
// there is none. Nothing is guessed from the data.
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

/// A column of a table: by index from 0, by name, or the last one. Without any it is a column that there is not.
class column {
public:
    column() = default;
    explicit column(int index) : index_(index) {
        if (index < 0)
            throw error("data.column", "a column index below 0", {}, "0 or more", index);
    }
    explicit column(std::string_view name) : name_(name) {
        if (name.empty()) throw error("data.column", "a column without a name", {}, "an index or a name", "an empty text");
    }
    static column last() {
        column made;
        made.index_ = -2;
        return made;
    }
    /// As a program's option gives it: digits alone are an index, -1 is the last column, anything else is a name.
    static column of(std::string_view option) {
        if (option == "-1") return last();
        if (option.empty() || option.size() > 9 || option.find_first_not_of("0123456789") != option.npos) return column(option);
        int index = 0;
        for (const char digit : option) index = 10 * index + (digit - '0');
        return column(index);
    }
    bool given() const { return index_ != -1 || named(); }
    bool is_last() const { return index_ == -2; }
    bool named() const { return !name_.empty(); }
    int index() const { return index_; }
    const std::string& name() const { return name_; }

private:
    int index_ = -1;
    std::string name_;
};

/// The column of the texts.
struct text_column : column {
    using column::column;
    explicit text_column(column c) : column(std::move(c)) {}
};

/// The column of the labels; `label_column{}` where there is none.
struct label_column : column {
    using column::column;
    explicit label_column(column c) : column(std::move(c)) {}
};

/// What a caller may change about reading a table.
struct table_options {
    std::size_t longest_row = std::size_t{64} << 20; ///< bytes
    bool skip_ragged = false;    ///< rows with fewer or more columns are left out and counted, not an error
    column second{};             ///< of a second text
    column group{};              ///< of what rows belong to: an author, a document
    char separator = 0;          ///< what parts the columns; 0: a tab, or in CSV what `sep=` or the first row says
    bool label_optional = false; ///< a label in the last column is not there where that column is a text
    bool empty_labels = false;   ///< a label may be empty: none of several
    bool real_labels = false;    ///< a label of JSON may be any number
};

/// What a reader returns. Identical rows are kept, in the order of the file.
struct text_table {
    std::vector<std::string> text;
    std::vector<std::string> second; ///< one a text, or empty where there is no second column
    std::vector<std::string> label;  ///< one a text, or empty where there is no label column
    std::vector<std::string> group;  ///< one a text, or empty where there is no such column
    std::vector<std::int64_t> line; ///< where each row begins, from 1
    std::string file;
    std::int64_t skipped = 0;    ///< ragged rows left out, on request only
    std::vector<notice> notices; ///< what the reader found out by itself

    std::size_t size() const { return text.size(); }
    bool labelled() const { return !label.empty(); }
    bool paired() const { return !second.empty(); }
    /// The place of row i.
    place_view at(std::size_t i) const { return {.file = file, .line = i < line.size() ? line[i] : -1}; }
};

namespace detail {

/// Appends one row. An empty text is kept; a label of nothing but white space is a missing one: data.empty_label, unless it may be empty.
inline void append(text_table& table, std::string text, std::string label, bool labelled, std::int64_t line, bool empty_labels = false) {
    if (labelled && !empty_labels && label.find_first_not_of(" \t\r\n\v\f") == label.npos)
        throw error("data.empty_label", "a row without a label", {.file = table.file, .line = line}, "a label", in_quotes(label));
    table.text.push_back(std::move(text));
    if (labelled) table.label.push_back(std::move(label));
    table.line.push_back(line);
}

/// Copies row i of one table to the end of another.
inline void append_row(text_table& to, const text_table& from, std::size_t i) {
    to.text.push_back(from.text[i]);
    if (from.paired()) to.second.push_back(from.second[i]);
    if (!from.group.empty()) to.group.push_back(from.group[i]);
    if (from.labelled()) to.label.push_back(from.label[i]);
    to.line.push_back(from.line[i]);
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
