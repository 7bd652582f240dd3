// Byte-level byte pairs against what Python's `tokenizers` answered
// (tests/reference/tokens/byte_pairs.py), and what this tokenizer promises beyond it.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <hone/tokens/byte_level_bpe.hpp>

#include "data/caught.hpp"
#include "test.hpp"
#include "tokens/byte_pairs.hpp"

using ids_of = std::vector<std::int32_t>;

TEST_CASE("byte-level ids and decoded texts equal the reference's") {
    const auto counted = pairs::check<hone::byte_level_bpe>(
        [](const hone::json_view& file) {
            return hone::byte_level_bpe(hone::read_byte_level(file));
        },
        true);
    CHECK(counted.tokenizers == 10);
    CHECK(counted.texts > 800);
}

TEST_CASE("byte-level BPE: a limit cuts the text and never the special tokens") {
    const auto made = hone::byte_level_bpe(hone::read_byte_level(pairs::file("roberta")));
    const auto whole = made.encode("transfer $100");
    REQUIRE(whole.size() > 5);
    for (std::size_t limit = 2; limit <= whole.size(); ++limit) {
        const auto cut = made.encode("transfer $100", limit);
        REQUIRE(cut.size() == limit);
        CHECK(cut.back() == whole.back());
        CHECK(std::equal(cut.begin(), cut.end() - 1, whole.begin()));
    }
    CHECK(caught([&] { made.encode("a", 1); }).code == "tokens.limit");
}

TEST_CASE("what is encoded comes back, bytes that are no text as U+FFFD") {
    const auto made = hone::byte_level_bpe(hone::read_byte_level(pairs::file("gpt2")));
    std::string every;
    for (int b = 0; b < 256; ++b) every += static_cast<char>(b);
    std::string text;
    hone::append_lossy(text, every, true);
    CHECK(made.decode(made.encode(every)) == text);
    for (std::size_t i = 0; i < pairs::texts("text").size(); ++i) {
        const auto& one = pairs::texts("text")[i].string();
        CHECK(made.decode(made.encode(one), true) == one);
    }
}

TEST_CASE("a stream says whole characters, and all of them") {
    for (const char* name : {"gpt2", "qwen2", "missing bytes"}) {
        const auto made = hone::byte_level_bpe(hone::read_byte_level(pairs::file(name)));
        pairs::check_stream(made);
    }
}

TEST_CASE("long words of one letter are joined as short ones are") {
    const auto made = hone::byte_level_bpe(hone::read_byte_level(pairs::file("qwen2")));
    for (const char letter : {' ', 'a', '!'}) {
        const auto ids = made.encode(std::string(300000, letter));
        CHECK(made.decode(ids) == std::string(300000, letter));
    }
    std::string text; // both ways of joining, on either side of where one takes over from the other
    for (std::size_t n = 1; n < 80; ++n) {
        text += "abcdefghij"[n * n % 10];
        ids_of slow;
        for (const char c : text) slow.push_back(*made.find(std::string(1, c)));
        for (;;) {
            hone::pair_merges::found best{hone::pair_merges::no_rank, -1};
            std::size_t at = 0;
            for (std::size_t i = 0; i + 1 < slow.size(); ++i)
                if (const auto pair = made.definition().merges.find(slow[i], slow[i + 1]);
                    pair.rank < best.rank)
                    best = pair, at = i;
            if (best.rank == hone::pair_merges::no_rank) break;
            slow[at] = best.made;
            slow.erase(slow.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        }
        CHECK(made.encode(text) == slow);
    }
}

TEST_CASE("tokenizers share a thread, and threads a tokenizer") {
    const auto one = hone::byte_level_bpe(hone::read_byte_level(pairs::file("gpt2"))),
               other = hone::byte_level_bpe(hone::read_byte_level(pairs::file("missing bytes")));
    const auto first = one.encode("the account"), second = other.encode("the account");
    CHECK(first != second);
    for (int i = 0; i < 3; ++i) {
        CHECK(one.encode("the account") == first);
        CHECK(other.encode("the account") == second);
    }
    const auto copy = one;
    ids_of there;
    std::thread([&] { there = copy.encode("the account"); }).join();
    CHECK(there == first);
}

TEST_CASE("a byte without a token is an error where nothing stands for it") {
    auto definition = hone::read_byte_level(pairs::file("missing bytes"));
    definition.unknown = -1;
    const auto e = caught([&] { hone::byte_level_bpe made(definition, "tokenizer.json"); });
    CHECK(e.code == "tokens.missing_byte");
    CHECK(e.where.file == "tokenizer.json");
    CHECK(e.expected == "a word \"\xC4\x80\" for byte 0");
}
