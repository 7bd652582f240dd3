// Questions with windows of their context: the question first, then as many tokens of the context as there is room for; the next window begins so
// that neighbours share `stride` tokens. An answer is marked in the windows that hold all of it: the last token that begins at or before its first
// character, the first that ends at or after its last; elsewhere start and end are row 0, [CLS].
// Cost: 16 bytes a token of the windows.
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

#include "hone/data/batch_rows.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/data/sequences.hpp"
#include "hone/data/squad.hpp"
#include "hone/file/text_span.hpp"
#include "hone/file/white_space.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct window_options {
    std::size_t length = 384, stride = 128; ///< tokens of a window, special ones included; tokens that neighbours share
};

/// Something that gives the pieces of a text and where they stand, and puts two lists of pieces together.
template <class Tokenizer>
concept window_encoder = requires(const Tokenizer& tokenizer, std::string_view text, std::vector<std::int32_t>& ids,
                                  std::vector<text_span>& spans, std::span<const std::int32_t> pieces) {
    tokenizer.append(text, ids, spans);
    { tokenizer.special_tokens(2) } -> std::convertible_to<std::size_t>;
    { tokenizer.join(pieces, pieces, ids, ids) } -> std::convertible_to<std::size_t>;
};

/// Windows of many questions.
struct answer_dataset : token_sequences {
    std::vector<std::int32_t> start, end;         ///< (windows): rows of the window
    std::vector<std::int32_t> question;           ///< (windows): which question of the table
    std::vector<std::int32_t> context, context_end; ///< (windows): rows of the window where the context begins and ends
    std::vector<text_span> spans;                 ///< (tokens): characters of the context; empty for other tokens
    std::int64_t cut_answers = 0;                 ///< questions whose answer no window holds whole

    using rows = batch_rows;
    std::size_t examples() const { return size(); }
    batch_size extent(std::size_t i) const { return {.tokens = length(i), .sequences = 1}; }
    void add(rows& to, std::size_t i, int) const {
        to.add(tokens(i), types_of(i));
        to.start.push_back(start[i]);
        to.end.push_back(end[i]);
    }
    answer_batch batch(const rows& from) const { return {.tokens = from.tokens(), .start = {from.start}, .end = {from.end}}; }
    /// The characters of the context from row `first` to row `last` of a window.
    text_span span(std::size_t window, std::size_t first, std::size_t last) const {
        const auto at = static_cast<std::size_t>(offsets[window]);
        return {spans[at + first].begin, spans[at + last].end};
    }
    /// Errors: those of token_sequences; data.label_count, data.label_range where start or end is no row of its window.
    void check() const {
        token_sequences::check();
        for (const auto* rows_of : {&start, &end}) {
            detail::check_count(rows_of->size(), size(), "not one start and end a window");
            for (std::size_t i = 0; i < size(); ++i) detail::check_label((*rows_of)[i], length(i), true, "window ", i);
        }
    }
};

namespace detail {

/// Marks an answer in the latest window. Returns whether it holds all of it.
inline bool mark_answer(answer_dataset& to, text_span answer) {
    const std::size_t window = to.size() - 1;
    const auto first = static_cast<std::size_t>(to.context.back()), last = static_cast<std::size_t>(to.context_end.back());
    const auto span = [&](std::size_t row) { return to.spans[static_cast<std::size_t>(to.offsets[window]) + row]; };
    if (first == last || span(first).begin > answer.begin || span(last - 1).end < answer.end) return false;
    for (std::size_t row = first; row < last; ++row)
        if (span(row).begin <= answer.begin) to.start.back() = static_cast<std::int32_t>(row);
    for (std::size_t row = last; row-- > first;)
        if (span(row).end >= answer.end) to.end.back() = static_cast<std::int32_t>(row);
    return true;
}

} // namespace detail

/// Makes the windows of all questions, in their order. Of several answers the first one is marked. Errors: data.window for a stride that leaves
/// nothing to go on by; data.question_too_long where a question leaves no room for such a window of a context that needs several.
template <window_encoder Tokenizer>
answer_dataset encode(const squad_table& table, const Tokenizer& tokenizer, const window_options& options = {}) {
    answer_dataset result;
    const auto special = static_cast<std::int64_t>(tokenizer.special_tokens(2)), length = static_cast<std::int64_t>(options.length),
               stride = static_cast<std::int64_t>(options.stride);
    if (length <= special + stride)
        throw error("data.window", "windows that cannot go on", {}, {"a length above ", special + stride, ", the stride and the special tokens"},
                    length);
    std::vector<std::int32_t> question, context, ids, types;
    std::vector<text_span> spans, none;
    std::size_t encoded = table.contexts.size(); // which context is in `context`
    for (std::size_t q = 0; q < table.questions.size(); ++q) {
        const auto& asked = table.questions[q];
        question.clear();
        none.clear();
        tokenizer.append(without_leading_blanks(asked.text), question, none);
        if (asked.context != encoded) {
            context.clear();
            spans.clear();
            tokenizer.append(table.contexts[encoded = asked.context], context, spans);
        }
        const auto room = length - special - static_cast<std::int64_t>(question.size()), size = static_cast<std::int64_t>(context.size());
        if (room < size && room <= stride)
            throw error("data.question_too_long", "a question that leaves no room for the context", {.file = table.file, .name = asked.id},
                        {"at most ", length - special - stride - 1, " tokens"}, question.size());
        bool marked = false;
        for (std::int64_t begin = 0, end = 0; begin == 0 || end < size; begin += room - stride) {
            end = std::min(begin + room, size);
            const auto first = static_cast<std::size_t>(begin), count = static_cast<std::size_t>(end - begin);
            const std::size_t row = tokenizer.join(question, std::span(context).subspan(first, count), ids, types);
            result.append(ids, types);
            result.spans.resize(result.ids.size());
            std::copy_n(spans.begin() + begin, count, result.spans.end() - static_cast<std::ptrdiff_t>(ids.size() - row));
            result.question.push_back(static_cast<std::int32_t>(q));
            result.context.push_back(static_cast<std::int32_t>(row));
            result.context_end.push_back(static_cast<std::int32_t>(row + count));
            result.start.push_back(0);
            result.end.push_back(0);
            if (!asked.places.empty()) marked = detail::mark_answer(result, asked.places[0]) || marked;
            if (end == size) break;
        }
        result.cut_answers += !asked.places.empty() && !marked;
    }
    return result;
}

} // namespace hone
HONE_COMPACT_END
