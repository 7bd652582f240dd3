// Digests of what is answered for every Unicode scalar, held against the reference's.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include <hone/file/json_view.hpp>

#include "test.hpp"

/// FNV-1a of the answers for 8192 code points from `begin` on, each ended by FF, in hexadecimal.
template <class Answer>
std::string digest(char32_t begin, Answer answer) {
    std::uint64_t value = 0xCBF29CE484222325u;
    const auto add = [&](unsigned char byte) { value = (value ^ byte) * 0x100000001B3u; };
    for (char32_t c = begin; c < begin + 8192; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        for (const char byte : answer(c)) add(static_cast<unsigned char>(byte));
        add(0xFF);
    }
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
    return text;
}

template <class Answer>
void check_digests(const hone::json_view& wanted, Answer answer) {
    REQUIRE(wanted.size() == 0x110000 / 8192);
    for (std::size_t block = 0; block < wanted.size(); ++block) {
        INFO(wanted.path() << ", from code point " << block * 8192);
        CHECK(digest(static_cast<char32_t>(block * 8192), answer) == wanted[block].string());
    }
}
