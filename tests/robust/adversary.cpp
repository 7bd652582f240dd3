// Policies of adversarial training against PyTorch in f64, with one step and with two; what they
// count, refuse and leave behind.
// SPDX-License-Identifier: Apache-2.0
#include <hone/robust/fgm.hpp>
#include <hone/robust/freelb.hpp>
#include <hone/robust/neftune.hpp>
#include <hone/robust/pgd.hpp>

#include "robust/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_steps : small_case {
    using all = trainable<on<"**">>;
    decltype(differentiate(model, all{}, word_moves, workers)) step{
        model, workers, 0}; // of the type that differentiate gives
    decltype(differentiate(model, trainable<>{}, word_moves, workers)) directions{model, workers, 0};
};

/// A rule of one's own (Goodfellow et al. 2015).
struct signs {
    double epsilon = 0.01;
    auto operator()(auto& at, bool) const {
        at.look();
        at.each([&](auto d, auto g) {
            for (std::size_t i = 0; i < d.size(); ++i)
                d[i] = g[i] > 0 ? epsilon : g[i] < 0 ? -epsilon : 0;
        });
        return at.train();
    }
};

} // namespace

TEST_CASE("FGM, PGD and FreeLB as PyTorch has them") {
    with_steps c;
    auto quick = against<"word">(c.step, fgm{.epsilon = 0.5});
    CHECK(quick(c.batch()).loss == Approx(by_fgm.losses[0] + by_fgm.losses[1]).epsilon(1e-13));
    judge(quick, c.step, by_fgm);
    auto alone = against<"word">(c.step, pgd{.epsilon = 0.4, .rate = 0.3, .steps = 3});
    CHECK(alone(c.batch()).loss == Approx(by_pgd.losses[0] + by_pgd.losses[3]).epsilon(1e-13));
    judge(alone, c.step, by_pgd);
    auto apart = against<"word">(c.step, c.directions, pgd{.epsilon = 0.4, .rate = 0.3, .steps = 3});
    apart(c.batch());
    judge(apart, c.step, by_pgd);
    auto free = against<"word">(c.step, freelb{.epsilon = 0.5, .rate = 0.25, .steps = 3});
    const auto mean = (by_freelb.losses[0] + by_freelb.losses[1] + by_freelb.losses[2]) / 3;
    CHECK(free(c.batch(), c.start).loss == Approx(mean).epsilon(1e-13));
    judge(free, c.step, by_freelb);
    CHECK(c.step.count() == 4); // one step a call
    CHECK(c.step(c.batch()).loss == Approx(by_fgm.losses[0]).epsilon(1e-13)); // nothing is added any more
}
TEST_CASE("noise on embeddings: bounded by each sequence's size, another each step") {
    with_steps c;
    auto noisy = against<"word">(c.step, neftune{.alpha = 2, .seed = 3});
    noisy(c.batch());
    const std::vector<double> first(noisy.perturbation().begin(), noisy.perturbation().end());
    REQUIRE(first.size() == 40);
    const auto most = [&](std::size_t from, std::size_t to) {
        return largest_of(std::span<const double>(first).subspan(from, to - from));
    };
    for (const auto& [from, to] : {std::pair{0u, 16u}, {16u, 20u}, {20u, 40u}}) {
        const double bound = 2 / std::sqrt(to - from);
        CHECK(most(from, to) <= bound);
        CHECK(most(from, to) > bound / 4);
    }
    noisy(c.batch());
    CHECK(noisy.perturbation()[0] != first[0]);
    c.step.resume(0);
    noisy(c.batch());
    CHECK(std::equal(first.begin(), first.end(), noisy.perturbation().begin()));
}
TEST_CASE("a rule of one's own") {
    with_steps c;
    auto own = against<"word">(c.step, c.directions, signs{.epsilon = 0.02});
    own(c.batch());
    REQUIRE(own.losses().size() == 2);
    CHECK(own.losses()[0] == Approx(by_fgm.losses[0]).epsilon(1e-13));
    CHECK(own.losses()[1] > own.losses()[0]);
    for (const double v : own.perturbation()) CHECK(std::abs(v) == 0.02);
}
TEST_CASE("a perturbation of other rows is refused, a gradient of zero moves nothing") {
    with_steps c;
    auto quick = against<"word">(c.step, fgm{});
    const std::vector<double> few(8);
    try {
        quick(c.batch(), few);
        FAIL("no error");
    } catch (const error& e) {
        CHECK(e.code == "step.rows_differ");
    }
    for (double& v : c.model.weight("head.weight").values) v = 0;
    const double loss = quick(c.batch()).loss;
    CHECK(quick.losses()[0] == quick.losses()[1]);
    CHECK(loss == 2 * quick.losses()[0]);
    CHECK(largest_of(quick.perturbation()) == 0);
}
