// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/porter.hpp>

#include "reference/metric/peers.hpp"
#include "test.hpp"

TEST_CASE("Stems equal nltk's", "[metric]") {
    for (const auto& c : peer_stems) {
        INFO(c.word);
        CHECK(hone::porter_stem(c.word) == c.stem);
    }
    CHECK(std::size(peer_stems) > 250);
    CHECK(hone::porter_stem("").empty());
}
