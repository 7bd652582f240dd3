// SPDX-License-Identifier: Apache-2.0
#include <hone/file/white_space.hpp>

#include <string>

#include "test.hpp"

using namespace hone;

TEST_CASE("white space at the beginning is what Python's str.lstrip takes", "[file]") {
    // "".join(c for c in map(chr, range(0x110000)) if c.isspace())
    const std::string all = "\t\n\v\f\r\x1C\x1D\x1E\x1F \xC2\x85\xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82\xE2\x80\x83\xE2\x80\x84\xE2\x80\x85\xE2\x80\x86"
                            "\xE2\x80\x87\xE2\x80\x88\xE2\x80\x89\xE2\x80\x8A\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\x9F\xE3\x80\x80";
    CHECK(without_leading_blanks(all).empty());
    CHECK(without_leading_blanks(all + "x ") == "x ");
    for (const char* none : {"\xE2\x80\x8B", "\xEF\xBB\xBF", "\x1B", "\xC2", "\xE2\x80", "x"}) CHECK(without_leading_blanks(none) == none);
}
