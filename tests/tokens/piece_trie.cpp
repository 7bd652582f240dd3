// The trie against a map of the same strings, nodes with few children and with many.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hone/tokens/piece_trie.hpp>

#include "test.hpp"

namespace {

hone::piece_trie made(const std::map<std::string, std::int32_t>& words) {
    std::vector<std::pair<std::string_view, std::int32_t>> pieces(words.rbegin(), words.rend()); // the order does not matter
    return hone::piece_trie(std::move(pieces));
}

} // namespace

TEST_CASE("what was put in is found, and nothing else") {
    std::map<std::string, std::int32_t> words;
    std::uint32_t state = 1;
    const auto random = [&](std::uint32_t below) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % below;
    };
    for (std::int32_t i = 0; i < 3000; ++i) {
        std::string word;
        for (auto length = random(4); length-- > 0;) word += static_cast<char>(random(2) ? 'a' + random(3) : random(256));
        words.emplace(word, i);
    }
    const auto trie = made(words);
    for (const auto& [word, value] : words) CHECK(trie.find(word) == value);
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (int k = 0; k < 4; ++k) text += static_cast<char>(random(2) ? 'a' + random(3) : random(256));
        const auto at = words.find(text);
        CHECK(trie.find(text) == (at == words.end() ? -1 : at->second));
        hone::piece_trie::match wanted{-1, 0};
        for (std::size_t length = 1; length <= text.size(); ++length)
            if (const auto prefix = words.find(text.substr(0, length)); prefix != words.end()) wanted = {prefix->second, length};
        const auto found = trie.longest(text);
        CHECK(found.value == wanted.value);
        CHECK(found.bytes == wanted.bytes);
    }
}

TEST_CASE("a byte beyond a node's children is not one of its neighbour's") {
    std::map<std::string, std::int32_t> words;
    for (char c = 'a'; c <= 'j'; ++c) words[std::string("x") + c] = c, words[std::string("y") + static_cast<char>(c + 10)] = c + 10;
    const auto trie = made(words); // x has a to j, y has k to t: neighbours
    CHECK(trie.find("xj") == 'j');
    CHECK(trie.find("xk") == -1);
    CHECK(trie.find("yt") == 't');
    CHECK(trie.find("yu") == -1);
    CHECK(trie.find("yj") == -1);
}

TEST_CASE("matches go on from a node, and are never empty") {
    const auto trie = made({{"", 1}, {"##", 2}, {"##ing", 3}, {"##in", 4}, {"in", 5}});
    CHECK(trie.find("") == 1);
    CHECK(trie.longest("").value == -1);
    CHECK(trie.longest("x").value == -1);
    const auto continued = trie.walk("##");
    REQUIRE(continued != hone::piece_trie::none);
    CHECK(trie.longest("ing", continued).value == 3);
    CHECK(trie.longest("int", continued).value == 4);
    CHECK(trie.longest("int", continued).bytes == 2);
    CHECK(trie.longest("i", continued).value == -1);
    CHECK(trie.walk("@@") == hone::piece_trie::none);
    CHECK(hone::piece_trie().find("a") == -1);
    CHECK(hone::piece_trie().longest("a").value == -1);
}
