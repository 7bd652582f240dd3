// What may come next, and how likely, as transformers has it; draws follow it and come again.
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <sstream>
#include <string>

#include "hone/loop/sampling.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("what may come next is what transformers leaves") {
    std::ifstream file(HONE_SOURCE_DIR "/tests/reference/loop/sampling.txt");
    std::string options, numbers, left;
    int cases = 0;
    while (std::getline(file, options) && std::getline(file, numbers) && std::getline(file, left)) {
        sampling how;
        std::istringstream o(options), n(numbers), l(left);
        o >> how.temperature >> how.top_k >> how.top_p >> how.min_p >> how.repetition_penalty;
        std::vector<std::int32_t> ids;
        for (std::int32_t id; o >> id;) ids.push_back(id);
        std::vector<double> scores;
        for (double x; n >> x;) scores.push_back(x);
        REQUIRE(scores.size() == 20);
        token_chooser choose;
        const auto found = choose.distribution(std::span<const double>(scores), ids, how);
        double total = 0;
        for (const auto& c : found) total += c.share;
        INFO(options);
        std::size_t at = 0;
        for (std::int32_t id; l >> id; ++at) {
            double chance = 0;
            l >> chance;
            REQUIRE(at < found.size());
            CHECK(found[at].id == id);
            CHECK(std::abs(found[at].share / total - chance) < 1e-14);
        }
        CHECK(at == found.size());
        how.temperature = 0;
        ++cases;
    }
    CHECK(cases == 12);
}
TEST_CASE("draws follow the distribution, and the same place draws the same") {
    const std::vector<float> scores{0.5f, -1.0f, 2.0f, 1.5f, -3.0f};
    const sampling how{.temperature = 0.7, .top_k = 3, .seed = 11};
    const std::vector<std::int32_t> ids{1, 2};
    token_chooser choose;
    std::vector<double> chance(5), seen(5);
    double total = 0;
    for (const auto& c : choose.distribution(std::span<const float>(scores), ids, how))
        total += chance[static_cast<std::size_t>(c.id)] = c.share;
    constexpr int draws = 20000;
    std::vector<std::int32_t> all, again, other;
    auto another = how;
    another.seed = 12;
    for (std::uint64_t k = 0; k < draws; ++k) {
        all.push_back(choose(std::span<const float>(scores), ids, how, k));
        again.push_back(choose(std::span<const float>(scores), ids, how, k));
        other.push_back(choose(std::span<const float>(scores), ids, another, k));
        ++seen[static_cast<std::size_t>(all.back())];
    }
    CHECK(all == again);
    CHECK(all != other);
    double chi = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        const double wanted = draws * chance[i] / total;
        if (wanted > 0) chi += (seen[i] - wanted) * (seen[i] - wanted) / wanted;
        else CHECK(seen[i] == 0);
    }
    CHECK(chi < 18.4); // of 2 degrees of freedom: a chance of 1e-4
}
TEST_CASE("the best token is the first of equals, behind the penalty") {
    const std::vector<float> scores{1.0f, 3.0f, 3.0f, -1.0f};
    token_chooser choose;
    const auto best = [&](std::vector<std::int32_t> ids, sampling how) {
        return choose(std::span<const float>(scores), ids, how, 0);
    };
    CHECK(best({0}, {}) == 1);
    CHECK(best({1, 1}, {.repetition_penalty = 2}) == 2);
    CHECK(best({1, 2}, {.repetition_penalty = 4}) == 0);
    CHECK(best({3}, {.repetition_penalty = 0.1}) == 1);
}
TEST_CASE("options of sampling that are out of range") {
    const auto refused = [](sampling how) {
        try {
            how.check();
        } catch (const error& e) {
            return e.code == "generate.option";
        }
        return false;
    };
    CHECK(!refused({}));
    CHECK(refused({.temperature = -1}));
    CHECK(refused({.temperature = std::nan("")}));
    CHECK(refused({.top_k = -1}));
    CHECK(refused({.top_p = 0}));
    CHECK(refused({.top_p = 1.5}));
    CHECK(refused({.min_p = -0.1}));
    CHECK(refused({.repetition_penalty = 0}));
    token_chooser choose;
    const std::vector<float> scores{1.0f, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS_AS(choose(std::span<const float>(scores), {}, {}, 0), error);
}
