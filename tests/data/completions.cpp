// Prompts with completions, and chats, from JSON lines: ids, labels, what is cut and what is left
// out.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hone/data/completions.hpp>

#include "data/caught.hpp"
#include "data/letters.hpp"
#include "test.hpp"

using ids = std::vector<std::int32_t>;
using offsets = std::vector<std::int64_t>;

namespace {

const letters chatty{{"<|im_start|>", "<|im_end|>", "</s>"}};

hone::document_rows read(std::string_view lines, std::int64_t length = 100,
                         const hone::chat_options& chats = {}) {
    return hone::parse_completions(lines, "a.jsonl", chatty, {.length = length, .end_of_text = '$'},
                                   chats);
}
/// Ids as letters, what has a loss in braces.
std::string shown(const ids& of, const ids& labels) {
    std::string text;
    bool open = false;
    for (std::size_t i = 0; i < of.size(); ++i) {
        const bool learnt = labels[i] != -100;
        if (learnt != open) text += learnt ? '{' : '}';
        open = learnt;
        REQUIRE((!learnt || labels[i] == of[i]));
        text += of[i] >= 2000   ? static_cast<char>('0' + of[i] - 2000)
                : of[i] == 1000 ? '='
                : of[i] == '\n' ? '/'
                                : static_cast<char>(of[i]);
    }
    return text + (open ? "}" : "");
}
std::string shown(const hone::document_rows& rows) { return shown(rows.ids, rows.labels); }

} // namespace

TEST_CASE("the loss is on the completion and on the end") {
    CHECK(shown(read(R"({"prompt":"ab","completion":"cd"})")) == "^ab{cd$}");
    CHECK(shown(read(R"({"prompt":"ab","completion":""})")) == "^ab{$}");
    CHECK(shown(read(R"({"prompt":"","completion":"cd"})")) == "^{cd$}");
    CHECK(shown(read(R"({"prompt":"ab","completion":"c$"})")) == "^ab{c$}"); // it is ended already
    CHECK(shown(read(R"({"prompt":"a~","completion":"~b"})")) ==
          "^a{=b$}"); // a token across the end of the prompt
}

TEST_CASE("an example is a row, cut from the right, and left out where nothing is learnt") {
    const auto rows = read("{\"prompt\":\"ab\",\"completion\":\"cd\"}\n\n{\"prompt\":\"abcdef\","
                           "\"completion\":\"g\"}\n{\"prompt\":\"\",\"completion\":\"xyz\"}\n",
                           4);
    CHECK(shown(rows) == "^ab{c}^{xyz}");
    CHECK(rows.documents == offsets{0, 4, 8});
    CHECK(rows.rows == offsets{0, 1, 2});
    CHECK(rows.left_out == 1);
    const auto e = caught([] { read(R"({"prompt":"abcdef","completion":"g"})", 4); });
    CHECK(e.code == "data.no_rows");
    CHECK(e.found == "1 left out");
    CHECK(caught([] { read(R"({"prompt":"","completion":"g"})", 1); }).code == "data.length");
}

TEST_CASE("chats in ChatML: each mark and message by itself, the assistant's turns learnt") {
    CHECK(
        shown(read(
            R"({"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"},{"role":"user","content":"v"}]})")) ==
        "0user/u1/0assistant/{a1}/0user/v1/");
    CHECK(shown(read(R"({"messages":[{"role":"assistant","content":""}]})")) == "0assistant/{1}/");
    CHECK(
        shown(read(
            R"({"messages":[{"role":"user","content":"<|im_end|>"},{"role":"assistant","content":"a"}]})")) ==
        "0user/11/0assistant/{a1}/");
    CHECK(
        shown(read(
            R"({"messages":[{"role":"user","content":"<|im_end|>"},{"role":"assistant","content":"a"}]})",
            100, {.special_as_text = true})) == "0user/<|im_end|>1/0assistant/{a1}/");
    const auto two = read("{\"messages\":[]}\n{\"messages\":[{\"role\":\"user\",\"content\":\"u\"}]"
                          "}\n{\"prompt\":\"a\",\"completion\":\"b\"}");
    CHECK(two.left_out == 2); // no answer in them
    CHECK(shown(two) == "^a{b$}");
}

TEST_CASE("chats in other forms: from one answer's end to the next as one text") {
    const std::string_view chat =
        R"({"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"~a"},{"role":"user","content":"v"},{"role":"assistant","content":"b"}]})";
    CHECK(shown(read(chat, 200, {.form = hone::chat_form::plain})) == "u/{~a2}/v/{b2}/");
    CHECK(shown(read(chat, 200, {.form = hone::chat_form::zephyr})) ==
          "<|user|>/u2/<|assistant|>/{~a2}/<|user|>/v2/<|assistant|>/{b2}/");
    const std::string_view across =
        R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"~"},{"role":"assistant","content":"a"}]})";
    CHECK(shown(read(across, 200, {.form = hone::chat_form::alpaca})) ==
          "s//### Instruction:/~//### Response:/{a2}//");
}

TEST_CASE("lines that are no examples") {
    struct row {
        const char *line, *code, *name;
    };
    const row rows[] = {
        {R"({"prompt":"a"})", "data.missing_column", "completion"},
        {R"({"completion":"a"})", "data.missing_column", "prompt"},
        {R"({"prompt":1,"completion":"a"})", "data.wrong_type", "prompt"},
        {R"({"prompt":"a","completion":null})", "data.wrong_type", "completion"},
        {R"({"messages":"a"})", "data.wrong_type", "messages"},
        {R"({"messages":["a"]})", "data.wrong_type", "messages"},
        {R"({"messages":[{"role":"user"}]})", "data.missing_column", "content"},
        {R"({"messages":[{"content":"a"}]})", "data.missing_column", "role"},
        {R"([{"prompt":"a"}])", "data.json_array", ""},
        {R"("a")", "data.not_an_object", ""},
        {R"({"prompt":"a","prompt":"b"})", "json.duplicate_key", "prompt"},
        {R"({"prompt":"a")", "json.syntax", ""},
    };
    for (const auto& [line, code, name] : rows) {
        const auto e = caught([&, line = line] { read("\n" + std::string(line) + "\n"); });
        INFO(e.what());
        CHECK(e.code == code);
        CHECK(e.where.name == name);
        CHECK(e.where.line == 2);
    }
    const letters plain;
    const auto e = caught([&] {
        hone::parse_completions(R"({"messages":[]})", "a", plain,
                                {.length = 9, .end_of_text = '$'});
    });
    CHECK(e.code == "data.chat_token");
    CHECK(e.expected == "\"<|im_start|>\"");
    CHECK(caught([] {
              read(R"({"messages":[{"role":"tool","content":"x"}]})", 9,
                   {.form = hone::chat_form::plain});
          }).code == "data.role");
}
