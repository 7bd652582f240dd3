// Bytes to text: one U+FFFD for the longest beginning of a character, as the Unicode standard
// recommends (its examples are these), and what waits in a stream.
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <string_view>

#include <hone/tokens/token_stream.hpp>

#include "data/caught.hpp"
#include "test.hpp"

namespace {

std::string lossy(std::string_view bytes) {
    std::string out;
    hone::append_lossy(out, bytes, true);
    return out;
}
const std::string bad = "\xEF\xBF\xBD";

} // namespace

TEST_CASE("what is no UTF-8 becomes U+FFFD, one for each beginning of a character") {
    CHECK(lossy("a\xF1\x80\x80\xE1\x80\xC2"
                "b\x80"
                "c\x80\xBF"
                "d") == "a" + bad + bad + bad + "b" + bad + "c" + bad + bad + "d"); // table 3-8
    CHECK(lossy("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82"
                "A") == bad + bad + bad + bad + bad + bad + bad + bad + "A"); // table 3-9
    CHECK(lossy("\xED\xA0\x80\xED\xBF\xBF\xED\xAF"
                "A") == bad + bad + bad + bad + bad + bad + bad + bad + "A"); // table 3-10
    CHECK(lossy("\xF4\x91\x92\x93\xFF"
                "A\x80\xBF"
                "B") == bad + bad + bad + bad + bad + "A" + bad + bad + "B"); // table 3-11
    CHECK(lossy("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
                "A") == bad + bad + bad + bad + "A"); // table 3-12
    CHECK(lossy("") == "");
}

TEST_CASE("bytes that begin a character wait for the rest of it") {
    std::string out;
    CHECK(hone::append_lossy(out, "x\xE6\x9D", false) == 2);
    CHECK(out == "x");
    CHECK(hone::append_lossy(out, "\xE6\x28", false) == 0);
    CHECK(out == "x" + bad + "(");
}

TEST_CASE("a stream of bytes, and one of pieces") {
    auto bytes = std::make_shared<hone::token_texts>();
    bytes->bytes = true;
    bytes->of = {{"\xE6"}, {"\x9D\xB1 "}, {"<s>", -1, true}};
    hone::token_stream stream(bytes, false);
    std::string said;
    stream.add(0, said);
    CHECK(said.empty());
    stream.add(2, said); // left out: nothing ends
    stream.add(1, said);
    CHECK(said == "\xE6\x9D\xB1 ");
    stream.add(0, said);
    stream.finish(said);
    CHECK(said == "\xE6\x9D\xB1 " + bad);
    const auto e = caught([&] { stream.add(3, said); });
    CHECK(e.code == "tokens.id_range");
    CHECK(caught([&] { stream.add(-1, said); }).code == "tokens.id_range");

    auto pieces = std::make_shared<hone::token_texts>();
    pieces->strip = 1;
    pieces->of = {{"  a"}, {"<0xC3>", 0xC3}, {"<0xA9>", 0xA9}, {"b"}};
    hone::token_stream other(pieces, true);
    said.clear();
    for (const int id : {0, 1, 2}) other.add(id, said);
    CHECK(said == " a"); // the run of bytes has not ended
    other.add(3, said);
    CHECK(said == " a\xC3\xA9"
                  "b");
    for (const int id : {1, 1, 2, 3}) other.add(id, said);
    CHECK(said == " a\xC3\xA9"
                  "b" +
                      bad + bad + bad + "b");
    other.finish(said);
    said.clear();
    other.add(0, said); // begins anew
    CHECK(said == " a");
}
