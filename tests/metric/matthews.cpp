// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/matthews.hpp>

#include <cmath>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("Matthews' coefficient equals scikit-learn's", "[metric]") {
    class_counts counts(4);
    counts.add(peer_labels, peer_guesses);
    CHECK(std::abs(matthews(counts) - peer_matthews) < 1e-15);
    class_counts right(2), wrong(2), one(2);
    right.add(peer_ids{0, 1, 1}, peer_ids{0, 1, 1});
    wrong.add(peer_ids{0, 1, 1}, peer_ids{1, 0, 0});
    one.add(peer_ids{0, 1, 1}, peer_ids{1, 1, 1});
    CHECK(matthews(right) == 1);
    CHECK(matthews(wrong) == -1);
    CHECK(matthews(one) == 0);
    CHECK(caught([] { matthews(class_counts(2)); }).code == "metric.empty");
}
