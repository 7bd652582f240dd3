// Normal form C against the reference: every Unicode scalar (digests), chains of marks, and long
// ones.
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <hone/tokens/nfc.hpp>

#include "test.hpp"
#include "tokens/digest.hpp"
#include "tokens/byte_pairs.hpp"

namespace {

std::string nfc(std::string_view text) {
    std::string out;
    return std::string(hone::nfc_normalizer::normalize(text, out));
}

} // namespace

TEST_CASE("every scalar is composed as the reference composes it") {
    check_digests(pairs::reference()["digests"]["nfc"], [](char32_t c) {
        std::string one;
        hone::append_utf8(one, c);
        return nfc(one + "e" + one + "\xCC\x81" + one + "\xCC\xA3");
    });
}

TEST_CASE("chains of marks are put in order and composed as the reference does it") {
    const auto chains = pairs::reference()["chains"];
    for (std::size_t i = 0; i < chains.size(); ++i) {
        CHECK(nfc(chains[i][0].string()) == chains[i][1].string());
        CHECK(nfc(chains[i][1].string()) == chains[i][1].string());
    }
}

TEST_CASE("a text in the form is not copied, and ten thousand marks are sorted") {
    const std::string_view text = "na\xC3\xAFve \xE6\x9D\xB1 \xED\x95\x9C";
    std::string out = "untouched";
    CHECK(hone::nfc_normalizer::normalize(text, out).data() == text.data());
    CHECK(out == "untouched");
    std::string chain = "x", wanted = "x";
    for (int n = 0; n < 10000; ++n) chain += "\xCD\x85\xCC\xB4"; // U+0345 (240), U+0334 (1)
    for (int n = 0; n < 10000; ++n) wanted += "\xCC\xB4";
    for (int n = 0; n < 10000; ++n) wanted += "\xCD\x85";
    CHECK(nfc(chain) == wanted);
}

TEST_CASE("stray bytes stay, and nothing is composed with them") {
    CHECK(nfc("\xFF\xCC\x81") == "\xFF\xCC\x81");
    CHECK(nfc("a\xCC") == "a\xCC");
    CHECK(nfc("e\xCC\x81\xFF\xCC\x81z") == "\xC3\xA9\xFF\xCC\x81z");
    CHECK(nfc("\xCC\x81") == "\xCC\x81");
    CHECK(nfc("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8") ==
          "\xEA\xB0\x81"); // Hangul letters to a syllable
}
