// What the cache of words keeps: what was put in or nothing, each tokenizer its own.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <hone/tokens/word_cache.hpp>

#include "test.hpp"

TEST_CASE("a word is found with its own ids or not at all") {
    using key = hone::word_cache::key;
    auto cache = std::make_unique<hone::word_cache>();
    const auto one = hone::word_cache::new_owner(), other = hone::word_cache::new_owner();
    CHECK(one != other);
    std::vector<std::int32_t> ids{7};
    CHECK(!cache->find(key(one, "abc"), ids));
    const std::int32_t some[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    cache->keep(key(one, "abc"), some, 2);
    CHECK(cache->find(key(one, "abc"), ids));
    CHECK(ids == std::vector<std::int32_t>{7, 1, 2});
    CHECK(!cache->find(key(other, "abc"), ids));
    CHECK(!cache->find(key(one, std::string("abc\0", 4)), ids));
    cache->keep(key(one, "many"), some, 9); // too many to be kept
    CHECK(!cache->find(key(one, "many"), ids));
    std::size_t kept = 0;
    for (std::int32_t n = 0; n < 50000; ++n) {
        const auto word = "word" + std::to_string(n);
        cache->keep(key(one, word), &n, 1);
    }
    for (std::int32_t n = 0; n < 50000; ++n) {
        ids.clear();
        if (!cache->find(key(one, "word" + std::to_string(n)), ids)) continue;
        ++kept;
        REQUIRE(ids == std::vector<std::int32_t>{n});
    }
    CHECK(kept > 8000); // of 16,384 places
}
