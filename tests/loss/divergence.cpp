// Kullback and Leibler's divergence and R-Drop: gradients against differences, values by hand,
// terms by name, and two draws of one text.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/divergence.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

double kl(const std::vector<double>& p, const std::vector<double>& q) {
    double sum = 0;
    for (std::size_t c = 0; c < p.size(); ++c) sum += std::exp(p[c]) * (p[c] - q[c]);
    return sum;
}
struct dropping {
    HONE_PARTS((word, table_of<width<8>>), (first, hone::dropout),
               (blocks, repeat<2, bend<width<8>>>), (second, hone::dropout),
               (head, linear<width<8>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        return self.head(self.second(self.blocks(mean_sequence(self.first(self.word(t.ids))))));
    }
};
constexpr auto agree = [](auto m, auto b) {
    const auto logits = m(b.left);
    return r_drop(draw<0>{}(logits), draw<1>{}(logits), b.label, value<"alpha">);
};

} // namespace

TEST_CASE("R-Drop of two predictions") {
    const auto p = rows_of(first_logits), q = rows_of(second_logits);
    double labels = 0, divergence = 0, counted = 0;
    for (std::size_t r = 0; r < few.label.size(); ++r) {
        const auto lp = log_softmax(p, r), lq = log_softmax(q, r);
        divergence += (kl(lp, lq) + kl(lq, lp)) / 2;
        if (const auto y = few.label[r]; y >= 0)
            labels -= (lp[static_cast<std::size_t>(y)] + lq[static_cast<std::size_t>(y)]) / 2,
                ++counted;
    }
    const double loss = judge_loss(
        both_train{},
        [](auto m, auto b) {
            return r_drop(first_logits(m, b), second_logits(m, b), b.label, value<"alpha">);
        },
        [](auto& step) { step.template set<"alpha">(0.7); });
    CHECK(loss ==
          Approx(labels / counted + 0.7 * divergence / static_cast<double>(few.label.size()))
              .epsilon(1e-13));
}
TEST_CASE("two draws of one text differ under dropout, and without it are one") {
    judge<dropping>(all{}, agree,
                    [](auto& step) { step.template set<"dropout">(0.3).template set<"alpha">(2); });
    parameters<dropping, double> model;
    fill(model, 3, 0.6);
    team alone(1);
    auto step = differentiate<pair_batch>(model, all{}, agree, alone);
    step.set<"alpha">(1);
    CHECK(step(few.batch()).loss > 0);
    CHECK(step.term<"divergence">().value() == 0);
    step.set<"dropout">(0.3);
    step(few.batch());
    CHECK(step.term<"divergence">().value() > 1e-4);
    auto read = evaluate<pair_batch>(model, agree, alone);
    read.set<"alpha">(1);
    CHECK(read(few.batch()).term<"divergence">().value() == 0);
}
TEST_CASE("draw 0 is what no draw says") {
    parameters<dropping, double> model;
    fill(model, 3, 0.6);
    team alone(1);
    auto plain = differentiate<pair_batch>(
        model, all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); }, alone, 5);
    auto drawn = differentiate<pair_batch>(
        model, all{}, [](auto m, auto b) { return cross_entropy(draw<0>{}(m(b.left)), b.label); },
        alone, 5);
    auto other = differentiate<pair_batch>(
        model, all{}, [](auto m, auto b) { return cross_entropy(draw<1>{}(m(b.left)), b.label); },
        alone, 5);
    plain.set<"dropout">(0.5), drawn.set<"dropout">(0.5), other.set<"dropout">(0.5);
    const double loss = plain(few.batch()).loss;
    CHECK(same_bits(loss, drawn(few.batch()).loss));
    CHECK(std::abs(loss - other(few.batch()).loss) > 1e-6);
}
