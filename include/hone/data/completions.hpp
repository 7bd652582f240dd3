// Examples that a decoder learns to answer, from JSON lines: {"prompt", "completion"} or
// {"messages": [{"role", "content"}]}, either on each line. An example is a row of its own; the
// loss is on the completion, or on the assistant's turns. Where labels begin is where the ids of
// prompt and completion, encoded as one text, first differ from those of the prompt alone: tokens
// do not always end where a prompt does.
// Cost: each prompt is encoded twice.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/data/chat_form.hpp"
#include "hone/data/document_rows.hpp"
#include "hone/data/json_lines.hpp"
#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How chats are read.
struct chat_options {
    chat_form form = chat_form::chatml;
    std::string end = "</s>"; ///< the word that ends a text, for the forms that write it
    bool special_as_text =
        false; ///< special tokens in a message are text; then marks and contents are encoded each by themselves
};

/// Ids and labels of one document.
struct labelled_ids {
    std::vector<std::int32_t> ids, labels;
    /// Appends ids, with a loss on each or on none.
    void append(std::span<const std::int32_t> more, bool learnt) {
        ids.insert(ids.end(), more.begin(), more.end());
        for (const auto id : more) labels.push_back(learnt ? id : no_label);
    }
};

namespace detail {

/// How many ids two texts have in common at the beginning.
inline std::size_t common_ids(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
    std::size_t n = 0;
    while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
    return n;
}

/// The messages of a chat. Errors: data.wrong_type, data.missing_column.
[[gnu::cold]] inline std::vector<chat_message> messages_of(const json& list,
                                                           const place_view& line) {
    place_view at = line;
    at.name = "messages";
    const auto wrong = [&](const json& found, const char* expected) {
        throw error("data.wrong_type", "messages of another type", at, expected,
                    in_quotes(found.write(), 64));
    };
    if (!list.is_array()) wrong(list, "an array of objects");
    std::vector<chat_message> messages;
    for (const auto& one : list.values()) {
        if (!one.is_object()) wrong(one, "an object with \"role\" and \"content\"");
        messages.push_back({field_text(one, column("role"), line),
                            field_text(one, column("content"), line)});
    }
    return messages;
}

} // namespace detail

/// A prompt and what follows it: labels begin where the ids first differ from those of the prompt
/// alone.
template <document_encoder Tokenizer>
labelled_ids encode_completion(std::string_view prompt, std::string_view completion,
                               const Tokenizer& tokenizer, std::int32_t end_of_text) {
    std::vector<std::int32_t> whole, alone;
    tokenizer.encode(std::string(prompt).append(completion), whole);
    detail::end_text(whole, end_of_text);
    tokenizer.encode(prompt, alone);
    const auto shared = detail::common_ids(whole, alone);
    labelled_ids result;
    result.append(std::span<const std::int32_t>(whole).first(shared), false);
    result.append(std::span<const std::int32_t>(whole).subspan(shared), true);
    return result;
}

/// A chat. ChatML is encoded mark by mark; the other forms are encoded from one answer's end to the
/// next, labelled as a completion is.
/// Errors: data.chat_token where the tokenizer lacks the marks of ChatML or Llama 3; those of
/// chat_turns.
template <document_encoder Tokenizer>
labelled_ids encode_chat(std::span<const chat_message> messages, const Tokenizer& tokenizer,
                         const chat_options& options, const place_view& where = {}) {
    const bool chatml = options.form == chat_form::chatml,
               llama3 = options.form == chat_form::llama3;
    for (const char* mark :
         {chatml ? "<|im_start|>" : "<|start_header_id|>", chatml ? "<|im_end|>" : "<|eot_id|>"})
        if ((chatml || llama3) && !tokenizer.find(mark).has_value())
            throw error("data.chat_token", "a tokenizer without the marks of this form of a chat",
                        where, in_quotes(mark), "none");
    labelled_ids result;
    std::vector<std::int32_t> ids, alone;
    const auto part = [&](std::string_view text, bool learnt) {
        ids.clear();
        tokenizer.encode_part(text, ids);
        result.append(ids, learnt);
    };
    std::string before; // what has no loss and is not encoded yet
    for (const auto& turn : chat_turns(options.form, messages, options.end, where)) {
        if (options.special_as_text) {
            part(turn.before, false);
            ids.clear();
            tokenizer.encode_as_text(turn.content, ids);
            result.append(ids, turn.learnt);
            part(turn.after, turn.learnt);
            part(turn.behind, false);
        } else if (chatml) {
            part(turn.before, false);
            part(turn.content + turn.after, turn.learnt);
            part(turn.behind, false);
        } else if (turn.learnt) {
            before += turn.before;
            ids.clear();
            alone.clear();
            tokenizer.encode_part(before, alone);
            tokenizer.encode_part(before + turn.content + turn.after, ids);
            const auto shared = detail::common_ids(ids, alone);
            result.append(std::span<const std::int32_t>(ids).first(shared), false);
            result.append(std::span<const std::int32_t>(ids).subspan(shared), true);
            before = turn.behind;
        } else {
            before += turn.before + turn.content + turn.after + turn.behind;
        }
    }
    if (!before.empty()) part(before, false);
    return result;
}

/// JSON lines that are in memory: each example cut at `length` from the right, a row of its own;
/// one without a label is left out and counted.
/// Errors: those of each_object, encode_chat and field_text; data.length; data.no_rows where
/// nothing is left.
template <document_encoder Tokenizer>
document_rows parse_completions(std::string_view bytes, const std::string& file,
                                const Tokenizer& tokenizer, const row_limits& limits,
                                const chat_options& chats = {}) {
    detail::check_limits(limits);
    document_rows result;
    each_object(
        bytes, file, table_options{}.longest_row, [&](const json& object, const place_view& line) {
            const json* const messages = object.find("messages");
            auto made =
                messages ? encode_chat(
                               std::span<const chat_message>(detail::messages_of(*messages, line)),
                               tokenizer, chats, line)
                         : encode_completion(
                               detail::field_text(object, column("prompt"), line),
                               detail::field_text(object, column("completion"), line), tokenizer,
                               limits.end_of_text);
            const auto kept = std::min(made.ids.size(), static_cast<std::size_t>(limits.length));
            made.ids.resize(kept);
            made.labels.resize(kept);
            const bool learns = std::any_of(made.labels.begin() + (kept > 0), made.labels.end(),
                                            [](std::int32_t y) { return y != no_label; });
            if (!learns) {
                ++result.left_out;
                return;
            }
            result.append(made.ids, made.labels);
            result.end_row();
        });
    if (result.size() == 0)
        throw error("data.no_rows", "no example in which there is something to learn",
                    {.file = file}, "at least one", {result.left_out, " left out"});
    return result;
}
/// Reads a file of them.
template <document_encoder Tokenizer>
document_rows read_completions(const std::string& path, const Tokenizer& tokenizer,
                               const row_limits& limits, const chat_options& chats = {}) {
    return parse_completions(read_file(path), path, tokenizer, limits, chats);
}

} // namespace hone
HONE_COMPACT_END
