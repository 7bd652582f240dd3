// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/accuracy.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("Accuracy counts and merges", "[metric]") {
    accuracy a, b;
    a.add(std::vector<std::int32_t>{0, 1, 2, ignored_label}, std::vector<std::int32_t>{0, 1, 0, 1});
    b.add(3, 3);
    CHECK(a.value() == 2.0 / 3);
    a.merge(b);
    CHECK(a.right == 3);
    CHECK(a.total == 4);
    CHECK(a.value() == 0.75);
}

TEST_CASE("An accuracy of nothing is an error", "[metric]") {
    accuracy a;
    a.add(ignored_label, 0);
    const auto e = caught([&] { a.value(); });
    CHECK(e.code == "metric.empty");
    CHECK(e.expected == "at least one labelled example");
    CHECK(e.found == "none");
    const auto sizes = caught([&] { a.add(std::vector<std::int32_t>{1, 2}, std::vector<std::int32_t>{1}); });
    CHECK(sizes.code == "metric.sizes");
    CHECK(sizes.expected == "2 predictions");
    CHECK(sizes.found == "1");
}

TEST_CASE("The best class: the first of equals, an error for what is not a number", "[metric]") {
    using row = std::vector<float>;
    const auto best = [](const row& logits) { return best_class(std::span<const float>(logits)); };
    constexpr float infinite = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(best({1, 3, 2}) == 1);
    CHECK(best({2, 3, 3}) == 1);
    CHECK(best({0, 0}) == 0);
    CHECK(best({-1}) == 0);
    CHECK(best({-infinite, -infinite}) == 0);
    CHECK(best({1, infinite}) == 1);
    CHECK(best({-0.0f, 0.0f}) == 0);
    for (const auto& logits : {row{1, nan, 3}, row{3, nan, 1}}) {
        const auto e = caught([&] { best(logits); });
        CHECK(e.code == "metric.not_a_number");
        CHECK(e.where.name == "class 1");
        CHECK(e.expected == "a number");
        CHECK(e.found == "nan");
    }
    CHECK(caught([&] { best({nan}); }).code == "metric.not_a_number");
    CHECK(caught([&] { best({}); }).code == "metric.empty");
}
