// Cosine and triplet losses: gradients against differences, values by hand; a row of zeros has
// cosine 0 and a finite gradient.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/embedding.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto left = [](auto m, auto b) { return m.wide(m(b.left)); };
constexpr auto right = [](auto m, auto b) { return m.wide(m(b.right)); };
struct sign_ : elementwise {
    static constexpr auto value(auto x) {
        return where(x > decltype(x)(0), decltype(x)(1), decltype(x)(-1));
    }
    static constexpr void reverse(graph_builder&, int) {}
};
constexpr function<sign_> sign;
using trains = trainable<on<"word.**", "wide.**">>;

double dot(const double* a, const double* b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
double apart(const double* a, const double* b) {
    double sum = 0;
    for (int i = 0; i < 3; ++i) sum += (a[i] - b[i] + 1e-6) * (a[i] - b[i] + 1e-6);
    return std::sqrt(sum);
}

} // namespace

TEST_CASE("cosines of pairs, alike and not") {
    const auto a = rows_of(left), b = rows_of(right);
    double sum = 0;
    for (std::size_t r = 0; r < few.label.size(); ++r) {
        const double c = dot(&a[3 * r], &b[3 * r]) /
                         std::sqrt(dot(&a[3 * r], &a[3 * r]) * dot(&b[3 * r], &b[3 * r]));
        sum += few.target[r] > 0 ? 1 - c : std::max(0.0, c - 0.1);
    }
    const double loss = judge_loss(
        trains{},
        [](auto m, auto batch) {
            return cosine_embedding(left(m, batch), right(m, batch), sign(batch.target), value<"margin">);
        },
        [](auto& step) { step.template set<"margin">(0.1); });
    CHECK(loss == Approx(sum / static_cast<double>(few.label.size())).epsilon(1e-13));
}
TEST_CASE("an anchor, one like it and one unlike it") {
    const auto a = rows_of(left), p = rows_of(right);
    double sum = 0;
    for (std::size_t r = 0; r < few.label.size(); ++r) {
        const double f[3] = {static_cast<double>(few.features[3 * r]),
                             static_cast<double>(few.features[3 * r + 1]),
                             static_cast<double>(few.features[3 * r + 2])};
        sum += std::max(0.0, apart(&a[3 * r], &p[3 * r]) - apart(&a[3 * r], f) + 1);
    }
    const double loss = judge_loss(
        trains{},
        [](auto m, auto b) {
            return triplet(left(m, b), right(m, b), b.features, value<"margin", 1>);
        },
        [](auto&) {});
    CHECK(loss == Approx(sum / static_cast<double>(few.label.size())).epsilon(1e-12));
}
TEST_CASE("rows of zeros have no direction") {
    parameters<both, float> model;
    model.each(
        [](const named_weight<float>& w) { std::fill(w.values.begin(), w.values.end(), 0.0f); });
    team alone(1);
    auto step = differentiate<pair_batch>(
        model, trains{},
        [](auto m, auto b) { return mean_of(cosine_similarity(left(m, b), right(m, b))); }, alone);
    const auto [loss, gradients] = step(few.batch());
    CHECK(loss == 0);
    for (long i = 0; i < gradients.count; ++i) CHECK(std::isfinite(gradients.values[i]));
}
