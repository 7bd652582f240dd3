// SPDX-License-Identifier: Apache-2.0
#include <hone/file/text_span.hpp>

#include <string_view>

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
