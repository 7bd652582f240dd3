// Pairs of texts, places of pieces and texts in words against what Python's `tokenizers` answered (tests/reference/tokens/pairs.py).
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <hone/file/json_view.hpp>
#include <hone/tokens/pair.hpp>
#include <hone/tokens/wordpiece.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using ids_of = std::vector<std::int32_t>;
using hone::longest_first;
using lengths = std::pair<std::size_t, std::size_t>;

namespace {

const hone::json& file(const char* name) {
    static const hone::json cases = hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/cases.json");
    static const hone::json pairs = hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/pairs.json");
    return name == std::string("cases") ? cases : pairs;
}
hone::wordpiece made(const hone::json_view& one) {
    const auto& own = one.has("file") ? one["file"].value()
                                      : hone::json_view(file("cases"), "cases")["tokenizers"][one["tokenizer"].integer()]["file"].value();
    return hone::wordpiece(hone::read_tokenizer_json(own.write(), "tokenizer.json"));
}
ids_of numbers(const hone::json_view& list) {
    ids_of out;
    for (const auto& n : list.value().values()) out.push_back(static_cast<std::int32_t>(n.integer()));
    return out;
}

} // namespace

TEST_CASE("pairs, places and words equal the reference's") {
    const hone::json_view all(file("pairs"), "pairs");
    std::size_t count = 0;
    for (std::size_t k = 0; k < all["tokenizers"].size(); ++k) {
        const auto one = all["tokenizers"][k], cases = one["cases"];
        const auto tokenizer = made(one);
        for (std::size_t i = 0; i < cases.size(); ++i, ++count) {
            const auto c = cases[i];
            const auto &first = c[0].string(), &second = c[1].string();
            INFO("tokenizer " << k << ", " << hone::in_quotes(first) << " and " << hone::in_quotes(second));
            ids_of ids{9}, types{9};
            tokenizer.encode(first, second, ids, types, static_cast<std::size_t>(c[2].integer()));
            CHECK(ids == numbers(c[3]));
            CHECK(types == numbers(c[4]));

            std::vector<hone::text_span> spans;
            ids.clear();
            tokenizer.append(first, ids, spans);
            CHECK(ids == numbers(c[5]));
            REQUIRE(spans.size() == c[6].size());
            for (std::size_t n = 0; n < spans.size(); ++n)
                CHECK(ids_of{spans[n].begin, spans[n].end} == numbers(c[6][n]));

            ids_of words;
            ids.clear();
            std::int32_t word = 0;
            for (std::size_t begin = 0, end = 0; begin <= first.size(); begin = end + 1, ++word) {
                end = std::min(first.find(' ', begin), first.size());
                tokenizer.append(std::string_view(first).substr(begin, end - begin), ids);
                words.resize(ids.size(), word);
            }
            CHECK(ids == numbers(c[7]));
            CHECK(words == numbers(c[8]));
        }
    }
    CHECK(count == 280);
}

TEST_CASE("how two texts share a limit") {
    static_assert(longest_first(3, 4, 7) == lengths{3, 4});
    CHECK(longest_first(2, 9, 7) == lengths{2, 5});
    CHECK(longest_first(9, 2, 7) == lengths{5, 2});
    CHECK(longest_first(9, 9, 7) == lengths{3, 4}); // the first one counts as the shorter
    CHECK(longest_first(10, 9, 7) == lengths{4, 3});
    CHECK(longest_first(4, 4, 7) == lengths{3, 4});
    CHECK(longest_first(3, 5, 7) == lengths{3, 4});
    CHECK(longest_first(0, 5, 0) == lengths{0, 0});
    const auto huge = std::size_t(-1);
    CHECK(longest_first(huge, huge, 4) == lengths{2, 2});
}

TEST_CASE("a limit below the special tokens of a pair, and pieces put together by hand") {
    const hone::json_view all(file("pairs"), "pairs");
    const auto tokenizer = made(all["tokenizers"][0]);
    ids_of ids, types;
    const auto e = caught([&] { tokenizer.encode("a", "b", ids, types, 2); });
    CHECK(e.code == "tokens.limit");
    CHECK(e.expected == "at least 3");
    CHECK(tokenizer.special_tokens(1) == 2);
    CHECK(tokenizer.special_tokens(2) == 3);
    const ids_of a{7, 8}, b{9};
    CHECK(tokenizer.join(a, b, ids, types) == 4);
    CHECK(ids == ids_of{tokenizer.cls(), 7, 8, tokenizer.sep(), 9, tokenizer.sep()});
    CHECK(types == ids_of{0, 0, 0, 0, 1, 1});
    CHECK(tokenizer.join(a, ids) == 1);
    CHECK(ids == ids_of{tokenizer.cls(), 7, 8, tokenizer.sep()});
    CHECK(tokenizer.continues_word(tokenizer.id("##ing")));
    CHECK_FALSE(tokenizer.continues_word(tokenizer.id("ing")));
}
