// A choice by likelihood: the sums of the tokens' log-probabilities, on average, calibrated.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loop/likelihood.hpp"
#include "loop/little_decoder.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct continuations {
    token_rows tokens;
    picked_rows<> before;
    picked_labels<"before"> next;
    HONE_FIELDS(tokens, before, next)
};
constexpr auto losses_of_words = [](auto m, auto b) {
    return next_word_losses(m, pick(m(b.tokens), b.before), b.next);
};
/// The log-probability of a continuation, from all scores of each step.
double whole(ids text, const ids& choice) {
    auto next = evaluate<token_batch>(model(), next_words);
    double sum = 0;
    for (const auto id : choice) {
        const ids offsets{0, static_cast<std::int32_t>(text.size())};
        double all = 0, one = 0;
        std::int32_t k = 0;
        const auto scores = next(token_batch{{text, offsets}});
        const double most = *std::max_element(scores.begin(), scores.end());
        for (const float s : scores) {
            all += std::exp(s - most);
            if (k++ == id) one = s - most;
        }
        sum += one - std::log(all);
        text.push_back(id);
    }
    return sum;
}

} // namespace

TEST_CASE("the likeliest continuation is chosen") {
    auto losses = evaluate<continuations>(model(), losses_of_words);
    using choice = likelihood_choice<continuations, decltype(losses)>;
    const ids prompt{3, 8, 1}, empty{5};
    const std::vector<ids> choices{{4, 2}, {9}, {4, 7, 20}};
    std::vector<double> wanted, behind_empty;
    for (const auto& c : choices) {
        wanted.push_back(whole(prompt, c));
        behind_empty.push_back(whole(empty, c));
    }
    choice choose(losses), average(losses, likelihood_of::token_on_average);
    const auto found = choose.scores(prompt, choices), mean = average.scores(prompt, choices);
    const auto best = [](const std::vector<double>& of) {
        return static_cast<std::size_t>(std::max_element(of.begin(), of.end()) - of.begin());
    };
    REQUIRE(found.size() == 3);
    CHECK(choose(prompt, choices) == best(wanted));
    choose.calibrate(empty, choices);
    const auto calibrated = choose.scores(prompt, choices);
    std::vector<double> less;
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(std::abs(found[k] - wanted[k]) < 2e-5);
        CHECK(std::abs(mean[k] - wanted[k] / static_cast<double>(choices[k].size())) < 2e-5);
        less.push_back(wanted[k] - behind_empty[k]);
        CHECK(std::abs(calibrated[k] - less[k]) < 2e-5);
    }
    CHECK(choose(prompt, choices) == best(less));
    const std::vector<ids> two{{1}, {2}}, none{{1}, {}};
    CHECK(code_of([&] { choose.scores(prompt, two); }) == "generate.choices_differ");
    CHECK(code_of([&] { average.scores(prompt, none); }) == "generate.empty_choice");
    CHECK(code_of([&] { average.scores({}, two); }) == "generate.empty_prompt");
}
