// The forms of chats: what each writes, which templates are known, and roles that cannot stand
// where they do.
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <hone/data/chat_form.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using hone::chat_form;
using messages = std::vector<hone::chat_message>;

namespace {

const messages chat = {{"system", "S"}, {"user", " U "}, {"assistant", " A "}, {"user", "V"}};

/// What is learnt stands in braces.
std::string written(chat_form form, const messages& of = chat) {
    std::string text;
    for (const auto& turn : hone::chat_turns(form, of, "</s>"))
        text += turn.before +
                (turn.learnt ? "{" + turn.content + turn.after + "}" : turn.content + turn.after) +
                turn.behind;
    return text;
}

} // namespace

TEST_CASE("each form writes its marks") {
    CHECK(written(chat_form::chatml) ==
          "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n U "
          "<|im_end|>\n<|im_start|>assistant\n{ A <|im_end|>}\n<|im_start|>user\nV<|im_end|>\n");
    CHECK(written(chat_form::llama3) ==
          "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_"
          "header_id|>user<|end_header_id|>\n\nU<|eot_id|>"
          "<|start_header_id|>assistant<|end_header_id|>\n\n{A<|eot_id|>}<|start_header_id|>user<|"
          "end_header_id|>\n\nV<|eot_id|>");
    CHECK(written(chat_form::llama2) ==
          "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nU [/INST] {A </s>}<s>[INST] V [/INST]");
    CHECK(written(chat_form::zephyr) ==
          "<|system|>\nS</s>\n<|user|>\n U </s>\n<|assistant|>\n{ A </s>}\n<|user|>\nV</s>\n");
    CHECK(written(chat_form::alpaca) ==
          "S\n\n### Instruction:\n U \n\n### Response:\n{ A </s>}\n\n### Instruction:\nV\n\n");
    CHECK(written(chat_form::plain) == "S\n U \n{ A </s>}\nV\n");
    CHECK(written(chat_form::llama2, {{"user", "U"}}) == "<s>[INST] U [/INST]");
    CHECK(written(chat_form::chatml, {}).empty());
}

TEST_CASE("forms by name, and the list where there is none") {
    CHECK(hone::chat_form_named("zephyr") == chat_form::zephyr);
    const auto e = caught([] { hone::chat_form_named("vicuna"); });
    CHECK(e.code == "data.chat_form");
    CHECK(e.expected ==
          "one of \"chatml\", \"llama2\", \"llama3\", \"zephyr\", \"alpaca\", \"plain\"");
}

TEST_CASE("published templates are known by the marks they write") {
    CHECK(hone::chat_form_of_template(
              "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + "
              "message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}") == chat_form::chatml);
    CHECK(hone::chat_form_of_template("{{ '<|start_header_id|>' + m.role + '<|end_header_id|>' + "
                                      "m.content + '<|eot_id|>' }}") == chat_form::llama3);
    CHECK(hone::chat_form_of_template("{{ bos_token + '[INST] ' + '<<SYS>>\\n' }}") ==
          chat_form::llama2);
    CHECK(hone::chat_form_of_template(
              "{{ '<|user|>\\n' + c + eos_token }}{{ '<|assistant|>\\n' }}") == chat_form::zephyr);
    CHECK(hone::chat_form_of_template("### Instruction:\n### Response:\n") == chat_form::alpaca);
    for (const char* other :
         {"", "{{ messages }}", "{{ '<|user|>' + c + '<|end|>' + '<|assistant|>' + eos_token }}",
          "<|im_start|> <|im_end|> [INST] <<SYS>>"}) {
        const auto e =
            caught([&] { hone::chat_form_of_template(other, {.file = "tokenizer_config.json"}); });
        CHECK(e.code == "data.chat_form");
        CHECK(e.where.file == "tokenizer_config.json");
        CHECK(e.expected.find("\"alpaca\"") != std::string::npos);
    }
}

TEST_CASE("roles out of order, and roles that are none") {
    CHECK(written(chat_form::chatml, {{"tool", "x"}, {"tool", "y"}}).size() > 0);
    for (const auto form : {chat_form::llama2, chat_form::llama3, chat_form::zephyr,
                            chat_form::alpaca, chat_form::plain}) {
        CHECK(caught([&] { written(form, {{"tool", "x"}}); }).code == "data.role");
        CHECK(caught([&] { written(form, {{"assistant", "x"}}); }).code == "data.role_order");
        CHECK(caught([&] {
                  written(form, {{"user", "x"}, {"user", "y"}});
              }).code == "data.role_order");
        CHECK(caught([&] {
                  written(form, {{"user", "x"}, {"system", "y"}});
              }).code == "data.role_order");
        CHECK(caught([&] {
                  written(form, {{"user", "x"}, {"assistant", "y"}, {"assistant", "z"}});
              }).code == "data.role_order");
        CHECK(caught([&] {
                  written(form, {{"user", "x"}, {"assistant", "y"}, {"user", "z"}});
              }).code == "nothing was thrown");
    }
}
