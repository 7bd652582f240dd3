// What is worth saying about a table before minutes are spent on it: each kind of doubt once, with a number and a place to look at. Nothing here
// changes the table. What leaves nothing to learn is an error.
// Cost: a pass over the cells, and a sort of the labels.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/data/label.hpp"
#include "hone/data/table.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// A cell that programs write where a value is missing.
inline bool missing_value(std::string_view cell) {
    for (const std::string_view word : {"nan", "NaN", "NAN", "NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None", "none"})
        if (cell == word) return true;
    return false;
}
inline bool blank_cell(std::string_view cell) { return cell.find_first_not_of(" \t\r\n\v\f") == cell.npos; }

/// A number with a point or an exponent: 0.5, 1e-3; false for 1 and for words.
inline bool fraction(std::string_view cell) {
    double value = 0;
    const auto [end, failed] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    return failed == std::errc() && end == cell.data() + cell.size() && cell.find_first_of(".eE") != cell.npos;
}

/// How often something was seen, and where first.
struct sighting {
    std::int64_t count = 0, line = -1;
    void operator()(const text_table& table, std::size_t i) {
        if (count++ == 0) line = table.at(i).line;
    }
    void say(std::vector<notice>& to, const text_table& table, const char* code, std::string_view what) const {
        if (count > 0) to.push_back({code, phrase({table.file, ": ", count, " ", what, ", the first on line ", line}).text()});
    }
};

} // namespace detail

/// What the reader found out, and: data.empty_texts, data.missing_values (texts, then labels, that say `nan` or the like), data.header_perhaps,
/// data.scores (labels that are fractions), data.single_lines (a label of which hardly any occurs twice: the text column, perhaps).
inline std::vector<notice> look_over(const text_table& table) {
    auto notices = table.notices;
    detail::sighting empty, absent_text, absent_label, scores;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (detail::blank_cell(table.text[i]) || (table.paired() && detail::blank_cell(table.second[i]))) empty(table, i);
        if (detail::missing_value(table.text[i])) absent_text(table, i);
        if (!table.labelled()) continue;
        if (detail::missing_value(table.label[i])) absent_label(table, i);
        if (detail::fraction(table.label[i])) scores(table, i);
    }
    empty.say(notices, table, "data.empty_texts", "empty texts");
    absent_text.say(notices, table, "data.missing_values", "texts that say that a value is missing (nan, null, ...)");
    absent_label.say(notices, table, "data.missing_values", "labels that say that a value is missing (nan, null, ...)");
    if (!table.labelled()) return notices;
    const auto counts = count_labels(table);
    scores.say(notices, table, "data.scores", "labels that are fractions: each is taken for the name of a class");
    std::size_t alone = 0;
    for (const auto& c : counts) alone += c.lines == 1;
    if (const auto first = std::lower_bound(counts.begin(), counts.end(), table.label[0],
                                            [](const label_count& c, const std::string& name) { return c.name < name; });
        first->lines == 1 && alone == 1 && table.size() > 2)
        notices.push_back({"data.header_perhaps", phrase({table.file, ": the label of the first row, ", in_quotes(table.label[0], 64),
                                                          ", stands nowhere else: perhaps it is a header (then name the columns)"})
                                                      .text()});
    if (table.size() >= 20 && 2 * alone > table.size())
        notices.push_back({"data.single_lines", phrase({table.file, ": ", alone, " of ", table.size(),
                                                        " rows have a label of their own: perhaps another column holds the labels"})
                                                    .text()});
    return notices;
}

/// A classifier needs two labels. Error: data.one_label.
inline void check_trainable(const text_table& table) {
    for (const auto& name : table.label)
        if (name != table.label[0]) return;
    throw error("data.one_label", "nothing to tell apart", {.file = table.file}, "at least two labels",
                table.labelled() ? in_quotes(table.label[0], 64) + " on every row" : "no label");
}

/// How many texts were cut, for a dataset that counted them: data.texts_cut; nothing where none was.
inline std::vector<notice> cut_notice(std::int64_t cut, std::size_t texts, std::size_t limit, const std::string& file) {
    if (cut == 0) return {};
    return {{"data.texts_cut", phrase({file, ": ", cut, " of ", texts, " texts are longer than ", limit, " tokens and were cut"}).text()}};
}

/// A label on one line of output: tabs, line ends and backslashes beside them are escaped as in C.
inline std::string one_line(std::string_view text) {
    constexpr std::string_view breaks = "\t\n\r";
    if (text.find_first_of(breaks) == text.npos) return std::string(text);
    std::string out;
    for (const char c : text) {
        const auto which = breaks.find(c);
        if (which != breaks.npos || c == '\\') out += '\\';
        out += which == breaks.npos ? c : "tnr"[which];
    }
    return out;
}

} // namespace hone
HONE_COMPACT_END
