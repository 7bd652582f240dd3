// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/squad.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using texts = std::vector<std::string>;

namespace {

/// F1 of one question, less 1000 where it is no exact match.
double one(int version, const std::string& prediction, const texts& answers) {
    squad_score s(version);
    s.add(prediction, answers);
    return s.value() - (s.all().exact_match == 100 ? 0 : 1000);
}

} // namespace

TEST_CASE("Answers are compared without case, marks and articles; the best counts", "[metric]") {
    CHECK(one(1, "The  Eiffel Tower!", {"a tower", "eiffel tower"}) == 100);
    CHECK(one(1, "U.S.", {"us"}) == 100);
    CHECK(one(1, "\u00C9l", {"\u00E9l"}) == 100);
    CHECK(one(1, "\u00ABa\u00BB", {"\u00AB \u00BB"}) == 100); // an article between marks beyond ASCII
    CHECK(one(1, "\u00E9a", {"\u00E9"}) == -1000);            // a letter before it: no article
    CHECK(one(1, "thea anthem", {"anthem"}) == 2.0 / 3 * 100 - 1000);
    CHECK(one(1, "x x y", {"x x x z"}) == 400.0 / 7 - 1000);
    CHECK(one(1, "yes", {"no"}) == -1000);
    CHECK(one(1, "the", {"a"}) == -0.0); // both are nothing: an exact match without F1
}

TEST_CASE("SQuAD 2.0: questions without an answer", "[metric]") {
    CHECK(one(2, "", {}) == 100);
    CHECK(one(2, "the", {}) == 100);
    CHECK(one(2, "word", {}) == -1000);
    CHECK(one(2, "", {"word"}) == -1000);
    CHECK(one(2, "", {"the", "word"}) == -1000); // an answer of nothing is none
    CHECK(one(2, "", {"the"}) == 100);
}

TEST_CASE("SQuAD: parts of the questions, merged counts, what is refused", "[metric]") {
    squad_score s(2), more(2);
    s.add("a b", texts{"b c"});
    CHECK(s.all().exact_match == 0);
    CHECK(std::abs(s.answerable().f1 - 200.0 / 3) < 1e-13);
    CHECK(caught([&] { s.unanswerable(); }).code == "metric.empty");
    more.add("", texts{});
    s.merge(more);
    CHECK(s.unanswerable().exact_match == 100);
    CHECK(s.questions(false) == 1);
    CHECK(s.all().questions == 2);
    CHECK(s.all().exact_match == 50);
    CHECK(caught([] { squad_score().value(); }).code == "metric.empty");
    CHECK(caught([] { squad_score().add("x", texts{}); }).code == "metric.no_reference");
    CHECK(caught([] { squad_score(3); }).code == "metric.option");
    CHECK(caught([&] { s.merge(squad_score(1)); }).code == "metric.option");
}
