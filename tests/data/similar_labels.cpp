// SPDX-License-Identifier: Apache-2.0
#include <hone/data/similar_labels.hpp>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include <hone/file/nearest.hpp>
#include <hone/tensor/random.hpp>

#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

TEST_CASE("Labels that are nearly equal", "[data]") {
    const auto why = [](const std::string& a, const std::string& b) {
        const auto pairs = similar_labels({a, b});
        return pairs.empty() ? std::string() : pairs[0].why;
    };
    CHECK(why("Positive", "positive") == "case");
    CHECK(why("positive", "positive ") == "white space");
    CHECK(why("very good", "verygood") == "white space");
    CHECK(why("Very Good", "verygood") == "case");
    CHECK(why("calendar", "calender") == "one edit");
    CHECK(why("calendar", "calendars") == "one edit");
    CHECK(why("Calendar", "calenda") == "one edit");
    CHECK(why("scalendar", "calendar") == "one edit");
    CHECK(why("calendar", "calandre").empty());
    CHECK(why("class 1", "class 2").empty()); // numbers are meant
    CHECK(why("class 1", "class 11").empty());
    CHECK(why("yes", "yet").empty()); // short names are near everything
    CHECK(why("0", "1").empty());
    CHECK(similar_labels({"A", "a", "a ", "b"}).size() == 3);
}

TEST_CASE("The pairs are those that comparing every two names finds", "[data]") {
    counter_random random(5, stream::user);
    for (int round = 0; round < 20; ++round) {
        strings names;
        for (int i = 0; i < 40; ++i) {
            std::string name;
            for (auto n = 3 + random.below(5); n > 0; --n) name += "abA1 "[random.below(5)];
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
        std::vector<std::tuple<std::string, std::string, std::string>> found, expected;
        for (const auto& p : similar_labels(names)) found.emplace_back(p.first, p.second, p.why);
        for (std::size_t i = 0; i < names.size(); ++i)
            for (std::size_t j = i + 1; j < names.size(); ++j) {
                const auto bare = [](const std::string& s, bool lower) { return detail::bare(s, lower); };
                const auto a = bare(names[i], true), b = bare(names[j], true);
                const char* why = bare(names[i], false) == bare(names[j], false) ? "white space" : a == b ? "case" : nullptr;
                if (why) expected.emplace_back(names[i], names[j], why);
                const auto first_of = [&](std::size_t k, const std::string& lower) {
                    return std::find_if(names.begin(), names.end(), [&](const std::string& n) { return bare(n, true) == lower; }) ==
                           names.begin() + static_cast<std::ptrdiff_t>(k);
                };
                if (why || !first_of(i, a) || !first_of(j, b) || std::min(a.size(), b.size()) < 4 || edit_distance(a, b) != 1) continue;
                std::size_t same = 0;
                while (same < std::min(a.size(), b.size()) && a[same] == b[same]) ++same;
                if (same < a.size() && a[same] == '1') continue;
                if (same < b.size() && b[same] == '1') continue;
                expected.emplace_back(names[i], names[j], "one edit");
            }
        CHECK(found == expected);
    }
}

TEST_CASE("Thousands of long names, and texts in place of labels", "[data]") {
    counter_random random(6, stream::user);
    strings names;
    for (int i = 0; i < 15000; ++i) {
        std::string name;
        for (int k = 0; k < 60; ++k) name += static_cast<char>('a' + random.below(26));
        names.push_back(name);
    }
    names.push_back(names[7]);
    names.back()[30] ^= 3;
    names.push_back(names[8] + "x");
    const auto pairs = similar_labels(names);
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[0].first == names[7]);
    CHECK(pairs[1].first == names[8]);
    strings equal(50000, "the same");
    CHECK(similar_labels(equal).size() == most_similar_labels);
    for (std::size_t i = 0; i < equal.size(); ++i) equal[i] = "class " + std::to_string(i);
    CHECK(similar_labels(equal).empty());
    CHECK(similar_labels({std::string(300, 'a'), std::string(301, 'a')}).empty()); // no labels
    CHECK(similar_labels({std::string(200, 'a'), std::string(201, 'a')}).size() == 1);
}
