// SPDX-License-Identifier: Apache-2.0
#include <hone/data/answers.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using logits = std::vector<float>;

namespace {

/// Two windows over "ab cd ef": rows 0 [CLS], 1 question, 2 [SEP], 3 and 4 context, 5 [SEP]; they share "cd".
answer_dataset two_windows() {
    answer_dataset d;
    const std::vector<std::int32_t> ids(6, 7), types{0, 0, 0, 1, 1, 1};
    for (const auto& spans : {std::vector<text_span>{{0, 2}, {3, 5}}, std::vector<text_span>{{3, 5}, {6, 8}}}) {
        d.append(ids, types);
        d.spans.insert(d.spans.end(), {{}, {}, {}, spans[0], spans[1], {}});
        d.context.push_back(3);
        d.context_end.push_back(5);
        d.question.push_back(0);
    }
    return d;
}
void add(answer_search& to, const answer_dataset& d, std::size_t window, const logits& start, const logits& end) {
    to.add(d, window, std::span<const float>(start), std::span<const float>(end));
}

} // namespace

TEST_CASE("The best stretch over all windows, inside the context", "[data]") {
    const auto d = two_windows();
    answer_search search({.count = 3});
    add(search, d, 0, {1, 9, 9, 1, 2, 9}, {1, 9, 9, 0, 3, 9}); // what is outside of the context counts for nothing
    add(search, d, 1, {0.5, 0, 0, 4, 0, 0}, {0, 0, 0, 2, 1.5, 0});
    REQUIRE(search.best().size() == 3);
    CHECK(search.best()[0].span == text_span{3, 5}); // "cd" in the second window: 4 + 2; in the first 2 + 3
    CHECK(search.best()[0].score == 6);
    CHECK(search.best()[1].span == text_span{3, 8});
    CHECK(search.best()[1].score == 5.5);
    CHECK(search.best()[2].span == text_span{0, 5});
    CHECK(search.empty() == 0.5); // the least of 2 and 0.5
    CHECK(search.text("ab cd ef", true) == "cd");
}

TEST_CASE("No answer where it is allowed and better", "[data]") {
    const auto d = two_windows();
    const auto asked = [&](const answer_options& options, bool may_be_empty) {
        answer_search search(options);
        add(search, d, 0, {5, 0, 0, 2, 0, 0}, {2, 0, 0, 3, 0, 0});
        return search.text("ab cd ef", may_be_empty);
    };
    CHECK(asked({}, true).empty());                            // 7 against 5
    CHECK(asked({}, false) == "ab");
    CHECK(asked({.empty_threshold = 2}, true) == "ab");        // not by more than 2
    CHECK(asked({.empty_threshold = 1.5}, true).empty());
    CHECK(answer_search().text("ab", false).empty());
}

TEST_CASE("Stretches are at most so long", "[data]") {
    const auto d = two_windows();
    answer_search search({.longest = 1});
    add(search, d, 0, {0, 0, 0, 5, 0, 0}, {0, 0, 0, 0, 5, 0});
    CHECK(search.text("ab cd ef", false) == "ab"); // "ab cd" is two tokens
    answer_search whole({.longest = 2});
    add(whole, d, 0, {0, 0, 0, 5, 0, 0}, {0, 0, 0, 0, 5, 0});
    CHECK(whole.text("ab cd ef", false) == "ab cd");
    answer_search none;
    CHECK(caught([&] { add(none, d, 0, {1, 2}, {1, 2}); }).code == "data.logits");
}
