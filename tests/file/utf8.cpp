#include "test.hpp"
#include <string>

#include <hone/file/utf8.hpp>

TEST_CASE("every scalar value is written and recognised, and nothing shorter or longer") {
    std::size_t wrong = 0;
    for (unsigned scalar = 0; scalar < 0x110000; ++scalar) {
        if (scalar >= 0xD800 && scalar < 0xE000) continue;
        std::string text;
        hone::append_utf8(text, scalar);
        const std::size_t expected = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
        wrong += text.size() != expected || hone::utf8_length(text, 0) != expected;
        wrong += text.size() > 1 && hone::utf8_length(text.substr(0, text.size() - 1), 0) != 0;
    }
    CHECK(wrong == 0);
}

TEST_CASE("what is not UTF-8 has no length") {
    for (const char* bytes :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80",
          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "\xC2 ", "\xE2\x82 ", "\xE9t"})
        CHECK(hone::utf8_length(bytes, 0) == 0);
    CHECK(hone::utf8_length("", 0) == 0);
}
