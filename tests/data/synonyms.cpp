// SPDX-License-Identifier: Apache-2.0
#include <hone/data/synonyms.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using views = std::vector<std::string_view>;

TEST_CASE("A group of synonyms a line", "[data]") {
    const auto t = parse_synonyms("# mine\nfilm, movie , picture\r\n\nBig\tlarge\tvery big\nlonely\nbig, huge, large\n", "a.txt");
    CHECK(t.groups() == 3);
    CHECK(t.of("film") == views{"movie", "picture"});
    CHECK(t.of("Movie") == views{"film", "picture"});
    CHECK(t.of("big") == views{"large", "very big", "huge"});
    CHECK(t.of("very big") == views{"Big", "large"});
    CHECK(t.of("lonely").empty());
    CHECK(t.of("").empty());
    std::string many;
    for (int i = 0; i < 300; ++i) many += "word,other" + std::to_string(i) + "\n";
    CHECK(parse_synonyms(many, "a.txt").of("word").size() == 64);
}

TEST_CASE("WordNet's files", "[data]") {
    // made after the published layout (wndb(5WN)): offset, file, type, number of words in hexadecimal, words with their numbers, pointers, gloss
    const std::string_view bytes = "  1 This is a licence.  \n"
                                   "00000001 03 n 02 motion_picture 0 film 0 001 @ 00000002 n 0000 | a form of entertainment\n"
                                   "00000002 00 s 03 galore(ip) 0 abundant 1 plenty 0 000 | in great numbers\n";
    const auto t = parse_synonyms(bytes, "data.noun");
    CHECK(t.groups() == 2);
    CHECK(t.of("film") == views{"motion picture"});
    CHECK(t.of("plenty") == views{"galore", "abundant"});
    for (const char* bad : {"00000001 03 n xx a 0\n", "00000001 03 n 00 a 0\n", "00000001\n"}) {
        const auto e = caught([&] { parse_synonyms("  licence\n" + std::string(bad), "data.noun"); });
        CHECK(e.code == "data.synset");
        CHECK(e.where.line == 2);
    }
    CHECK(parse_synonyms("  licence\n00000001 03 n 05 a 0 b\n", "data.noun").of("a") == views{"b"}); // fewer words than it says
}
