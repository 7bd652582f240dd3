// A chat as a prompt: it ends where the assistant's answer begins.
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <hone/data/chat_prompt.hpp>

#include "data/caught.hpp"
#include "data/letters.hpp"
#include "test.hpp"

namespace {

const letters marked{{"<|im_start|>", "<|im_end|>", "</s>"}};

std::vector<std::int32_t> before_answer(std::vector<hone::chat_message> messages,
                                        const hone::chat_options& options) {
    messages.push_back({"assistant", "xyz"});
    const auto made = hone::encode_chat(std::span<const hone::chat_message>(messages), marked, options);
    std::size_t last = made.labels.size();
    while (made.labels[last - 1] == hone::no_label) --last;
    while (made.labels[last - 1] != hone::no_label) --last;
    return {made.ids.begin(), made.ids.begin() + static_cast<std::ptrdiff_t>(last)};
}

} // namespace

TEST_CASE("a chat's prompt is what training puts before an answer") {
    const std::vector<hone::chat_message> once{{"user", "ab"}},
        twice{{"system", "s"}, {"user", "ab"}, {"assistant", "cd"}, {"user", "e"}};
    for (const auto form : {hone::chat_form::chatml, hone::chat_form::zephyr, hone::chat_form::alpaca,
                            hone::chat_form::plain})
        for (const bool as_text : {false, true})
            for (const auto& messages : {once, twice}) {
                const hone::chat_options options{.form = form, .special_as_text = as_text};
                CHECK(hone::chat_prompt(messages, marked, options) == before_answer(messages, options));
            }
}
TEST_CASE("a chat that waits for no answer") {
    for (const std::vector<hone::chat_message>& messages :
         {std::vector<hone::chat_message>{}, {{"user", "a"}, {"assistant", "b"}}, {{"system", "a"}}})
        CHECK(caught([&] { hone::chat_prompt(messages, marked, {}); }).code == "data.chat_end");
}
