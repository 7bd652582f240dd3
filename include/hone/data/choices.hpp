// Multiple choice: a text (a question, the beginning of a story) and several that may go with it, of which one is right. Each choice is a pair of
// texts, and the pairs of one question are a group, which no batch divides. In tables each choice has a column; in JSON lines also one field may
// hold the list of them.
// Cost: that of as many pairs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/data/dataset.hpp"
#include "hone/data/delimited.hpp"
#include "hone/data/json_lines.hpp"
#include "hone/data/read_table.hpp"
#include "hone/data/sequences.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Which columns: the text, its choices, and the right one, which is said by its number from 0, by a letter from A or by its column's name.
struct choice_columns {
    text_column context;
    std::vector<column> choices;
    label_column answer{};
};

/// Questions with their choices, end to end.
struct choice_table {
    std::vector<std::string> context;     ///< (questions)
    std::vector<std::string> choice;      ///< (choices of all questions)
    std::vector<std::int64_t> offsets{0}; ///< (questions + 1)
    std::vector<std::int32_t> answer;     ///< (questions): a number within the question; or empty
    std::vector<std::int64_t> line;
    std::string file;
    std::vector<notice> notices;

    std::size_t size() const { return context.size(); }
    place_view at(std::size_t i) const { return {.file = file, .line = i < line.size() ? line[i] : -1}; }
};

namespace detail {

/// Which choice a cell means. Error: data.answer.
inline std::int32_t choice_number(std::string_view cell, std::size_t count, const std::vector<column>& choices, place_view at) {
    std::int64_t number = -1;
    if (cell.size() == 1 && cell[0] >= 'A' && cell[0] <= 'Z') number = cell[0] - 'A';
    else if (!label_number(cell, {}, number)) number = -1;
    for (std::size_t k = 0; k < choices.size() && choices.size() == count; ++k)
        if (choices[k].named() && choices[k].name() == cell) number = static_cast<std::int64_t>(k);
    if (number < 0 || number >= static_cast<std::int64_t>(count))
        throw error("data.answer", "an answer that is none of the choices", at, {"0 to ", count - 1, ", A to ", std::string_view(&"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[std::min<std::size_t>(count, 26) - 1], 1), ", or a column of choices"},
                    in_quotes(cell, 64));
    return static_cast<std::int32_t>(number);
}

/// Ends the latest question. Errors: data.group_of_one, data.answer.
inline void end_question(choice_table& table, const choice_columns& columns, const std::string& answer, std::int64_t line) {
    const auto count = table.choice.size() - static_cast<std::size_t>(table.offsets.back());
    const place_view at{.file = table.file, .line = line};
    if (count < 2) throw error("data.group_of_one", "a question without a choice", at, "at least two choices", count);
    if (columns.answer.given()) table.answer.push_back(choice_number(answer, count, columns.choices, at));
    table.offsets.push_back(static_cast<std::int64_t>(table.choice.size()));
    table.line.push_back(line);
}

} // namespace detail

/// Reads tab- or comma-separated text (`separator`) that is in memory. Errors: those of the reader of tables; data.group_of_one, data.answer.
inline choice_table parse_choices(std::string_view bytes, const std::string& file, char separator, const choice_columns& columns,
                                  const table_options& options = {}) {
    if (!columns.context.given() || columns.choices.empty())
        throw error("data.column", "no column of texts, or none of choices", {.file = file}, "a column of each", "none");
    choice_table table;
    table.file = file;
    detail::each_row(bytes, file, separator, {&columns.context, &columns.answer}, columns.choices, options, table.notices,
                     [&](std::vector<std::string>& fields, const std::vector<std::size_t>& at, std::int64_t line) {
                         table.context.push_back(fields[at[0]]);
                         for (std::size_t k = 2; k < at.size(); ++k) table.choice.push_back(fields[at[k]]);
                         detail::end_question(table, columns, at[1] < fields.size() ? fields[at[1]] : std::string(), line);
                     });
    if (table.size() == 0) throw error("data.no_rows", "no row of data", {.file = file}, "at least one", "none");
    return table;
}

/// Reads JSON lines that are in memory: each choice a field, or one field with a list of them. Errors: those of the reader of JSON lines;
/// data.group_of_one, data.answer.
inline choice_table parse_choice_lines(std::string_view bytes, const std::string& file, const choice_columns& columns,
                                       const table_options& options = {}) {
    choice_table table;
    table.file = file;
    each_object(bytes, file, options.longest_row, [&](const json& object, place_view here) {
        table.context.push_back(detail::field_text(object, columns.context, here));
        for (const auto& wanted : columns.choices) {
            const json& found = detail::field_of(object, wanted, here);
            if (!found.is_array()) {
                table.choice.push_back(detail::field_text(object, wanted, here));
                continue;
            }
            for (const auto& one : found.values()) {
                if (!one.is_string()) detail::fail_type(one, wanted, here, "a string in a list of choices");
                table.choice.push_back(one.string());
            }
        }
        detail::end_question(table, columns, columns.answer.given() ? detail::field_label(object, columns.answer, here, false) : std::string(),
                             here.line);
    });
    if (table.size() == 0) throw error("data.no_rows", "no row of data", {.file = file}, "at least one object", "white space only");
    return table;
}

/// Reads a file by its ending, as read_table does.
inline choice_table read_choices(const std::string& path, const choice_columns& columns, const table_options& options = {}) {
    const auto format = format_of(path);
    if (format == table_format::json_lines) return parse_choice_lines(read_file(path), path, columns, options);
    return parse_choices(read_file(path), path, format == table_format::csv ? ',' : '\t', columns, options);
}

/// Pairs of texts in groups.
struct choice_dataset : token_sequences {
    std::vector<std::int64_t> group_offsets{0}; ///< (groups + 1), in sequences
    std::vector<std::int32_t> answer;           ///< (groups), or empty; -100 is ignored by every loss
    std::int64_t cut = 0;

    using rows = batch_rows;
    std::size_t examples() const { return group_offsets.size() - 1; }
    batch_size extent(std::size_t g) const {
        const auto first = static_cast<std::size_t>(group_offsets[g]), last = static_cast<std::size_t>(group_offsets[g + 1]);
        return {.tokens = offsets[last] - offsets[first], .sequences = static_cast<std::int64_t>(last - first), .groups = 1};
    }
    void add(rows& to, std::size_t g, int) const {
        for (auto s = group_offsets[g]; s < group_offsets[g + 1]; ++s) {
            const auto i = static_cast<std::size_t>(s);
            to.rows::add(tokens(i), types_of(i));
        }
        to.groups.push_back(static_cast<std::int32_t>(to.offsets.size() - 1));
        if (!answer.empty()) to.group_label.push_back(answer[g]);
    }
    choice_batch batch(const rows& from) const {
        return {.tokens = from.tokens(), .group = {from.groups}, .label = {from.group_label}};
    }
    /// Errors: those of token_sequences; data.offsets, data.group_of_one, data.label_count, data.label_range.
    void check() const {
        token_sequences::check();
        if (group_offsets.empty() || group_offsets.front() != 0 || group_offsets.back() != static_cast<std::int64_t>(size()))
            throw error("data.offsets", "groups that do not cover the sequences", {}, {"0 to ", size()},
                        group_offsets.empty() ? 0 : group_offsets.back());
        if (!answer.empty()) detail::check_count(answer.size(), examples(), "not one answer a group");
        for (std::size_t g = 0; g < examples(); ++g) {
            const auto count = group_offsets[g + 1] - group_offsets[g];
            if (count < 2)
                throw error("data.group_of_one", "a group without a choice", {.name = "group " + std::to_string(g)}, "at least two", count);
            if (!answer.empty()) detail::check_label(answer[g], count, true, "group ", g);
        }
    }
};

/// Encodes questions: a pair of the text and a choice for each choice. Errors: those of the tokenizer; data.empty_text.
template <pair_encoder Tokenizer>
choice_dataset encode(const choice_table& table, const Tokenizer& tokenizer, std::size_t limit = default_text_limit) {
    choice_dataset result;
    text_table pair; // one question at a time
    pair.file = table.file;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto first = table.choice.begin() + table.offsets[i], last = table.choice.begin() + table.offsets[i + 1];
        pair.second.assign(first, last);
        pair.text.assign(pair.second.size(), table.context[i]);
        pair.line.assign(pair.second.size(), table.at(i).line);
        detail::encode_texts(pair, tokenizer, limit, result, result.cut);
        result.group_offsets.push_back(static_cast<std::int64_t>(result.size()));
    }
    result.answer = table.answer;
    return result;
}

} // namespace hone
HONE_COMPACT_END
