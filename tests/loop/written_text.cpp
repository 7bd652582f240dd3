// What of a text is said when: whole characters, nothing of a stop string.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loop/written_text.hpp"
#include "test.hpp"

using namespace hone;

namespace {

/// Tokens: a letter each, the two halves of an umlaut, and a word.
token_stream stream() {
    auto texts = std::make_shared<token_texts>();
    texts->bytes = true;
    for (const char* text : {"a", "b", "c", "\xC3", "\xA4", "END"}) texts->of.push_back({.text = text});
    return token_stream(texts, false);
}
/// What is said with each token, parted by bars; behind a last one what comes at the end.
std::string said(std::initializer_list<std::int32_t> ids, std::vector<std::string> stops,
                 bool* stopped = nullptr) {
    written_text text(stream(), std::move(stops));
    std::string all, whole;
    for (const auto id : ids) {
        const auto now = text.add(id);
        whole += now;
        all.append(now).append("|");
    }
    const auto last = text.finish();
    CHECK(text.text() == whole.append(last));
    if (stopped) *stopped = text.stopped();
    return all.append(last);
}

} // namespace

TEST_CASE("a text without stops is said as soon as it is certain") {
    CHECK(said({0, 3, 4, 1}, {}) == "a||\xC3\xA4|b|");
    CHECK(said({0, 3}, {""}) == "a||\xEF\xBF\xBD");
}
TEST_CASE("what may begin a stop is held back") {
    bool stopped = true;
    CHECK(said({0, 1, 0, 2}, {"abb"}, &stopped) == "||ab|ac|");
    CHECK(!stopped);
    CHECK(said({0, 0, 1}, {"abc"}, &stopped) == "|a||ab");
    CHECK(!stopped);
}
TEST_CASE("a text ends before its first stop") {
    bool stopped = false;
    CHECK(said({2, 0, 1, 1, 2}, {"abb"}, &stopped) == "c|||||");
    CHECK(stopped);
    CHECK(said({0, 5, 1}, {"D", "N"}, &stopped) == "a|E||");
    CHECK(stopped);
    CHECK(said({0, 0, 1, 2}, {"bc", "aab"}, &stopped) == "||||");
    CHECK(stopped);
}
