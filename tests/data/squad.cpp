// SPDX-License-Identifier: Apache-2.0
#include <hone/data/squad.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using namespace std::string_literals;

namespace {

/// A file of one paragraph; its context is "é😀 is here".
std::string file(std::string_view questions) {
    return "{\"version\":\"1.1\",\"data\":[{\"paragraphs\":[{\"context\":\"\xC3\xA9\xF0\x9F\x98\x80 is here\",\"qas\":[" + std::string(questions) + "]}]}]}";
}
std::string question(const std::string& id, const std::string& answers, const std::string& more = "") {
    return "{\"id\":\"" + id + "\",\"question\":\"what?\",\"answers\":[" + answers + "]" + more + "}";
}
std::string answer(const std::string& text, int at) { return "{\"text\":\"" + text + "\",\"answer_start\":" + std::to_string(at) + "}"; }
squad_table read(const std::string& text, const squad_options& options = {}) { return parse_squad(text, "a.json", options); }

} // namespace

TEST_CASE("Questions with their answers, counted in characters", "[data]") {
    const auto t = read(file(question("a", answer("is", 3) + "," + answer("\xF0\x9F\x98\x80 i", 1)) + "," + question("b", answer("here", 6))));
    REQUIRE(t.questions.size() == 2);
    CHECK(t.questions[0].id == "a");
    CHECK(t.questions[0].places == std::vector<text_span>{{3, 5}, {1, 4}});
    CHECK(t.questions[0].answers.at(1) == "\xF0\x9F\x98\x80 i");
    CHECK(t.questions[1].places.at(0) == text_span{6, 10});
    CHECK_FALSE(t.questions[0].may_be_empty);
    CHECK(t.contexts.size() == 1);
    CHECK(t.notices.empty());
}

TEST_CASE("Questions without an answer", "[data]") {
    const auto t = read(file(question("a", "", ",\"is_impossible\":true,\"plausible_answers\":[]") + "," +
                             question("b", answer("is", 3), ",\"is_impossible\":false") + "," + question("c", "", ",\"is_impossible\":false") +
                             ",{\"id\":\"d\",\"question\":\"no list\"}"));
    REQUIRE(t.questions.size() == 4);
    CHECK(t.questions[0].may_be_empty);
    CHECK(t.questions[1].may_be_empty);
    CHECK_FALSE(t.questions[3].may_be_empty);
    REQUIRE(t.notices.size() == 1);
    CHECK(t.notices[0].code == "data.unanswered");
    CHECK(t.notices[0].text.starts_with("a.json: 2 questions"));
    CHECK(caught([] { read(file(question("a", answer("is", 3), ",\"is_impossible\":true"))); }).code == "data.answer_impossible");
}

TEST_CASE("An answer that is not at its place", "[data]") {
    const auto e = caught([] { read(file(question("q7", answer("is", 7)))); }); // counted in bytes
    CHECK(e.code == "data.answer_place");
    CHECK(e.where.name == "data[0].paragraphs[0].qas[0].answers[0]");
    CHECK(e.problem.find("\"q7\"") != std::string::npos);
    CHECK(e.expected == "\"is\" at character 7");
    CHECK(e.found == "\"er\"");
    CHECK(caught([] { read(file(question("a", answer("here", 9)))); }).found == "\"e\"");
    CHECK(caught([] { read(file(question("a", answer("here", 99)))); }).code == "data.answer_place");
    CHECK(caught([] { read(file(question("a", answer("", 3)))); }).code == "data.answer_place");
    CHECK(caught([] { read(file(question("a", answer("is", -1)))); }).code == "json.out_of_range");
    const auto t = read(file(question("a", answer("is", 2) + "," + answer("is", 3))), {.skip_misplaced = true});
    CHECK(t.questions.at(0).places == std::vector<text_span>{{3, 5}});
    CHECK(t.notices.at(0).code == "data.answers_misplaced");
}

TEST_CASE("Files that are no questions", "[data]") {
    CHECK(caught([] { read("{\"data\":[]}"); }).code == "data.no_rows");
    CHECK(caught([] { read(file("")); }).code == "data.no_rows");
    CHECK(caught([] { read("{}"); }).code == "json.missing");
    CHECK(caught([] { read("{\"data\":{}}"); }).code == "json.wrong_type");
    CHECK(caught([] { read(file(question("a", answer("is", 3)) + "," + question("a", ""))); }).code == "data.duplicate_id");
    CHECK(caught([] { read(file("{\"id\":7,\"question\":\"x\"}")); }).code == "json.wrong_type");
    CHECK(caught([] { read(file("{\"question\":\"x\"}")); }).code == "json.missing");
}
