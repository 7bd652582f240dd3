// A chat as a prompt: all that stands before the assistant's next answer, its opening mark included, in
// the ids that training on chats gives (completions.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/data/completions.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Ids of the messages and of the mark that opens an answer. Errors: data.chat_end, where the last message
/// is not the user's; those of encode_chat.
template <document_encoder Tokenizer>
std::vector<std::int32_t> chat_prompt(std::vector<chat_message> messages, const Tokenizer& tokenizer,
                                      const chat_options& options, const place_view& where = {}) {
    if (messages.empty() || messages.back().role != "user")
        throw error("data.chat_end", "a chat that waits for no answer", where,
                    "a last message of the user",
                    messages.empty() ? std::string("no message")
                                     : "one of " + in_quotes(messages.back().role, 64));
    messages.push_back({"assistant", ""});
    auto made = encode_chat(std::span<const chat_message>(messages), tokenizer, options, where);
    auto end = made.labels.size(); // behind the answer, then the answer's own end
    while (end > 0 && made.labels[end - 1] == no_label) --end;
    while (end > 0 && made.labels[end - 1] != no_label) --end;
    made.ids.resize(end);
    return made.ids;
}

} // namespace hone
HONE_COMPACT_END
