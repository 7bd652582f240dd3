// How a chat becomes one text: the forms of ChatML, Llama 2, Llama 3, Zephyr, Alpaca, and plain
// lines. A template is a program of a stranger, so `chat_template` of a folder is never run: it is
// known by the marks that it writes, and anything else is refused with the list. A text for the
// system that a template adds by itself is not added here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

enum class chat_form : unsigned char { chatml, llama2, llama3, zephyr, alpaca, plain };
inline constexpr std::string_view chat_form_names[] = {"chatml", "llama2", "llama3",
                                                       "zephyr", "alpaca", "plain"};

struct chat_message {
    std::string role, content;
};

/// A message between its marks. What is learnt is the assistant's content and the mark that ends
/// it.
struct chat_turn {
    std::string before, content, after, behind;
    bool learnt = false;
};

namespace detail {

inline std::string chat_form_list() {
    std::string list;
    for (const auto name : chat_form_names) append_to_list(list, in_quotes(name));
    return list;
}
inline std::string without_blanks(std::string_view text) {
    constexpr std::string_view white = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(white);
    return first == text.npos
               ? std::string()
               : std::string(text.substr(first, text.find_last_not_of(white) - first + 1));
}

} // namespace detail

/// A form by its name. Error: data.chat_form, with the list.
inline chat_form chat_form_named(std::string_view name) {
    for (std::size_t i = 0; i < std::size(chat_form_names); ++i)
        if (chat_form_names[i] == name) return static_cast<chat_form>(i);
    throw error("data.chat_form", "no such form of a chat", {},
                {"one of ", detail::chat_form_list()}, in_quotes(name, 64));
}

/// The form of a published template (`chat_template` of tokenizer_config.json, or
/// chat_template.jinja). Error: data.chat_form, with the list.
inline chat_form chat_form_of_template(std::string_view text, const place_view& where = {}) {
    const auto has = [&](std::string_view mark) { return text.find(mark) != text.npos; };
    const bool found[] = {has("<|im_start|>") && has("<|im_end|>"), has("[INST]") && has("<<SYS>>"),
                          has("<|start_header_id|>") && has("<|eot_id|>"),
                          has("<|user|>") && has("<|assistant|>") && has("eos_token") &&
                              !has("<|end|>"),
                          has("### Instruction:") && has("### Response:")};
    int which = -1, count = 0;
    for (int i = 0; i < static_cast<int>(std::size(found)); ++i)
        if (found[i]) which = i, ++count;
    if (count != 1)
        throw error("data.chat_form", "a chat template that is none of the known ones", where,
                    {"one of ", detail::chat_form_list(), ", asked for by name"},
                    in_quotes(text, 128));
    return static_cast<chat_form>(which);
}

namespace detail {

[[gnu::cold]] inline void check_role(chat_form form, const chat_message& message,
                                     std::string_view previous, const place_view& where) {
    if (form == chat_form::chatml) return; // takes any role, in any order
    const auto& role = message.role;
    if (role != "system" && role != "user" && role != "assistant")
        throw error("data.role", "a role that this form of a chat does not have", where,
                    "\"system\", \"user\" or \"assistant\"", in_quotes(role, 64));
    const bool first = previous.empty();
    const bool fits = role == "system" ? first
                      : role == "user" ? first || previous != "user"
                                       : previous == "user";
    if (!fits)
        throw error("data.role_order", "roles out of order", where,
                    "perhaps a system, then user and assistant in turn",
                    {in_quotes(role), first ? " first" : " behind ",
                     first ? std::string() : in_quotes(previous, 64)});
}

} // namespace detail

/// Messages between their marks; `end` is the tokenizer's word that ends a text. Errors: data.role,
/// data.role_order (ChatML takes any).
inline std::vector<chat_turn> chat_turns(chat_form form, std::span<const chat_message> messages,
                                         std::string_view end, const place_view& where = {}) {
    std::vector<chat_turn> turns;
    std::string_view previous;
    const std::string stop(end);
    for (const auto& message : messages) {
        detail::check_role(form, message, previous, where);
        const auto& role = message.role;
        const bool answer = role == "assistant", system = role == "system";
        chat_turn turn{{}, message.content, {}, {}, answer};
        switch (form) {
        case chat_form::chatml:
            turn.before = "<|im_start|>" + role + "\n";
            turn.after = "<|im_end|>";
            turn.behind = "\n";
            break;
        case chat_form::llama3:
            turn.before = (previous.empty() ? "<|begin_of_text|>" : "") +
                          std::string("<|start_header_id|>") + role + "<|end_header_id|>\n\n";
            turn.content = detail::without_blanks(message.content);
            turn.after = "<|eot_id|>";
            break;
        case chat_form::llama2:
            turn.before = answer                 ? " "
                          : system               ? "<s>[INST] <<SYS>>\n"
                          : previous == "system" ? ""
                                                 : "<s>[INST] ";
            turn.content = detail::without_blanks(message.content);
            turn.after = answer ? " </s>" : system ? "\n<</SYS>>\n\n" : " [/INST]";
            break;
        case chat_form::zephyr:
            turn.before = "<|" + role + "|>\n";
            turn.after = stop;
            turn.behind = "\n";
            break;
        case chat_form::alpaca:
            turn.before = answer ? "### Response:\n" : system ? "" : "### Instruction:\n";
            turn.after = answer ? stop : "\n\n";
            turn.behind = answer ? "\n\n" : "";
            break;
        case chat_form::plain:
            turn.after = answer ? stop : "\n";
            turn.behind = answer ? "\n" : "";
            break;
        }
        turns.push_back(std::move(turn));
        previous = role;
    }
    return turns;
}

} // namespace hone
HONE_COMPACT_END
