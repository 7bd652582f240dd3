// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/lcs.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

namespace {

/// The table itself, and the way back through it.
std::vector<std::size_t> plain(const ids& rows, const ids& columns) {
    std::vector<std::vector<int>> t(rows.size() + 1, std::vector<int>(columns.size() + 1));
    for (std::size_t i = 1; i <= rows.size(); ++i)
        for (std::size_t j = 1; j <= columns.size(); ++j)
            t[i][j] = rows[i - 1] == columns[j - 1] ? t[i - 1][j - 1] + 1 : std::max(t[i - 1][j], t[i][j - 1]);
    std::vector<std::size_t> positions;
    for (std::size_t i = rows.size(), j = columns.size(); i > 0 && j > 0;)
        if (rows[i - 1] == columns[j - 1]) positions.push_back(--i), --j;
        else if (t[i][j - 1] > t[i - 1][j]) --j;
        else --i;
    return positions;
}

} // namespace

TEST_CASE("The longest common subsequence is that of the table", "[metric]") {
    std::uint32_t state = 7;
    const auto draw = [&](std::uint32_t below) { return static_cast<std::int32_t>((state = state * 1664525u + 1013904223u) >> 8) % static_cast<std::int32_t>(below); };
    for (int k = 0; k < 200; ++k) {
        ids a(static_cast<std::size_t>(draw(150))), b(static_cast<std::size_t>(draw(150)));
        const auto letters = static_cast<std::uint32_t>(2 + draw(12));
        for (auto& id : a) id = draw(letters);
        for (auto& id : b) id = draw(letters + 3);
        const auto expected = plain(a, b);
        REQUIRE(common_positions(a, b) == expected);
        REQUIRE(common_length(a, b) == static_cast<std::int64_t>(expected.size()));
    }
    CHECK(common_length(ids{}, ids{1}) == 0);
    CHECK(common_positions(ids{1}, ids{}).empty());
}

TEST_CASE("Texts too long for a table are refused before it is made", "[metric]") {
    const ids many(70'000, 1);
    CHECK(common_length(many, many) == 70'000);
    const auto e = caught([&] { common_positions(many, many); });
    CHECK(e.code == "metric.too_long");
    CHECK(e.found == "70001 x 1094 x 64");
}
