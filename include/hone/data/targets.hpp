// Texts with real targets: a number a text, or for each label of many whether the text has it (1) or not (0). Names of several labels stand in one
// cell, parted by `|`; an empty cell has none.
// Cost: 4 bytes a target.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/data/dataset.hpp"
#include "hone/data/label.hpp"
#include "hone/data/sequences.hpp"
#include "hone/data/table.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Token ids and real targets of many texts; `Width` numbers each, or `run_time`.
template <int Width = run_time>
struct real_dataset : token_sequences {
    std::vector<float> target; ///< (texts, width), or empty
    int width = Width == run_time ? 0 : Width;
    label_map labels; ///< of the columns; empty where they have no names
    std::int64_t cut = 0;

    using rows = batch_rows;
    std::size_t examples() const { return size(); }
    batch_size extent(std::size_t i) const { return {.tokens = length(i), .sequences = 1, .reals = width}; }
    void add(rows& to, std::size_t i, int) const {
        const auto n = static_cast<std::size_t>(width);
        to.add(tokens(i), types_of(i));
        if (target.empty()) return;
        const std::span<const float> row(target.data() + i * n, n);
        to.reals.insert(to.reals.end(), row.begin(), row.end());
    }
    real_batch<Width> batch(const rows& from) const { return {.tokens = from.tokens(), .target = {from.reals}}; }
    /// Errors: those of token_sequences; data.label_count; data.not_a_number for a target that is infinite or no number.
    void check() const {
        token_sequences::check();
        if (target.empty()) return;
        detail::check_count(target.size(), size() * static_cast<std::size_t>(width), "not as many targets as texts and labels");
        for (std::size_t i = 0; i < target.size(); ++i)
            if (!std::isfinite(target[i]))
                throw error("data.not_a_number", "a target that is no finite number", {.name = "target " + std::to_string(i)}, "a number",
                            std::to_string(target[i]));
    }
};

namespace detail {

/// The number in a cell. Error: data.not_a_number.
inline float number_in(std::string_view cell, place_view at) {
    auto text = cell;
    while (!text.empty() && std::string_view(" \t\r\n\v\f").find(text.front()) != std::string_view::npos) text.remove_prefix(1);
    while (!text.empty() && std::string_view(" \t\r\n\v\f").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(static_cast<float>(value)))
        throw error("data.not_a_number", "a target that is no number", at, "a finite number, such as 2.5", in_quotes(cell, 64));
    return static_cast<float>(value);
}

/// Calls `take(name)` for each name in a cell of several.
template <class Take>
void each_label_in(std::string_view cell, const Take& take) {
    for (std::size_t begin = 0; begin <= cell.size();) {
        const auto end = std::min(cell.find('|', begin), cell.size());
        if (end > begin) take(cell.substr(begin, end - begin));
        begin = end + 1;
    }
}

} // namespace detail

/// Encodes a table whose labels are numbers. Errors: data.not_a_number; those of `encode`.
template <text_encoder Tokenizer>
real_dataset<1> encode_numbers(const text_table& table, const Tokenizer& tokenizer, std::size_t limit = default_text_limit) {
    real_dataset<1> result;
    for (std::size_t i = 0; i < table.label.size(); ++i) result.target.push_back(detail::number_in(table.label[i], table.at(i)));
    detail::encode_texts(table, tokenizer, limit, result, result.cut);
    return result;
}

/// The names in the cells of these tables, sorted. Read them with `table_options::empty_labels`.
inline label_map several_labels(std::initializer_list<const text_table*> tables) {
    std::vector<std::string> names;
    for (const auto* table : tables)
        for (const auto& cell : table->label) detail::each_label_in(cell, [&](std::string_view name) { names.emplace_back(name); });
    return label_map::sorted(std::move(names));
}

/// Encodes a table whose labels are several names each. Errors: data.unknown_label; those of `encode`.
template <text_encoder Tokenizer>
real_dataset<run_time> encode_several(const text_table& table, const Tokenizer& tokenizer, label_map labels,
                                      std::size_t limit = default_text_limit) {
    real_dataset<run_time> result;
    result.width = labels.size();
    const auto width = static_cast<std::size_t>(labels.size());
    result.target.resize(table.label.size() * width);
    for (std::size_t i = 0; i < table.label.size(); ++i)
        detail::each_label_in(table.label[i], [&](std::string_view name) {
            result.target[i * width + static_cast<std::size_t>(labels.id(name, table.at(i)))] = 1;
        });
    detail::encode_texts(table, tokenizer, limit, result, result.cut);
    result.labels = std::move(labels);
    return result;
}

/// The names whose logits are above 0, in the order of their numbers, joined by `|`. Expects a logit a label.
template <class Number>
std::string joined_labels(const label_map& labels, std::span<const Number> logits) {
    std::string joined;
    for (std::int32_t k = 0; k < labels.size(); ++k)
        if (logits[static_cast<std::size_t>(k)] > Number(0)) joined += (joined.empty() ? "" : "|") + labels.name(k);
    return joined;
}

} // namespace hone
HONE_COMPACT_END
