// SPDX-License-Identifier: Apache-2.0
#include <hone/file/text_span.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "test.hpp"

using namespace hone;

TEST_CASE("characters are code points", "[file]") {
    constexpr std::string_view text = "a\xC3\xA9\xF0\x9F\x98\x80" "e\xCC\x81z"; // a é 😀 e ◌́ z: 1 + 2 + 4 + 1 + 2 + 1 bytes
    CHECK(characters_of(text) == 6);
    CHECK(characters_of("") == 0);
    CHECK(part_of(text, {1, 3}) == "\xC3\xA9\xF0\x9F\x98\x80");
    CHECK(part_of(text, {0, 6}) == text);
    CHECK(part_of(text, {5, 99}) == "z");
    CHECK(part_of(text, {6, 7}).empty());
    CHECK(part_of(text, {3, 2}).empty());
    CHECK(part_of(text, {-3, 1}) == "a");
    text_cursor at(text);
    CHECK(at.to_byte(7) == 3);
    CHECK(at.to_byte(3) == 2);
    CHECK(at.to_character(5) == 10);
    CHECK(at.to_character(1) == 1);
    CHECK(at.character() == 1);
    CHECK(at.to_character(100) == text.size());
    CHECK(at.character() == 6);
    CHECK(at.byte() == text.size());
}

TEST_CASE("places of many characters", "[file]") {
    std::string text;
    std::vector<std::size_t> begins;
    for (int i = 0; i < 2000; ++i) {
        begins.push_back(text.size());
        text += i % 3 == 0 ? "a" : i % 3 == 1 ? "\xC3\xA9" : "\xF0\x9F\x98\x80";
    }
    const character_index index(text);
    CHECK(index.size() == 2000);
    for (std::size_t i = 0; i < begins.size(); ++i)
        if (index.byte_of(i) != begins[i]) FAIL("character " << i);
    CHECK(index.byte_of(2000) == text.size());
    CHECK(index.byte_of(5000) == text.size());
    CHECK(index.part(1, 3) == "\xC3\xA9\xF0\x9F\x98\x80");
    CHECK(index.part(1999, 5000) == text.substr(begins[1999]));
    CHECK(index.part(3, 2).empty());
    CHECK(character_index("").size() == 0);
    CHECK(character_index("").part(0, 1).empty());
}
