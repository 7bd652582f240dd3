// AdaLoRA: its gradients, what it starts from, and the regulariser against sums made by hand.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adalora.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto regular = [](auto m, auto b) { return cross_entropy(m(b.left), b.label) + mean_of(orthogonality(m)); };
using in_several_places =
    adapt<small_bert, adalora<rank<3>, with_dropout>, on<"bert.blocks.1.**.query", "bert.blocks.2.**.query", "pooler">, adalora<rank<5>>, on<"**.up">>;

/// |m m^T - I|, or |m^T m - I|.
double departure(const named_weight<double>& w, bool of_columns) {
    const int n = of_columns ? w.columns : w.rows, inner = of_columns ? w.rows : w.columns;
    const auto at = [&](int i, int k) { return w.values[static_cast<std::size_t>(of_columns ? k * w.columns + i : i * w.columns + k)]; };
    double sum = 0;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
            double element = i == j ? -1 : 0;
            for (int k = 0; k < inner; ++k) element += at(i, k) * at(j, k);
            sum += element * element;
        }
    return std::sqrt(sum);
}

} // namespace

TEST_CASE("AdaLoRA on queries and values") {
    using tuned = adapt<small_bert, adalora<rank<3>, alpha<5>>, on<"**.query", "**.value">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("with the regulariser, in and out of loops, of two ranks") { judge<in_several_places>(adapters_and_head{}, regular, adapter_drops); }

TEST_CASE("the regulariser is half the mean of all departures") {
    parameters<in_several_places, double> model;
    fill(model, 41, 0.45);
    double sum = 0;
    int matrices = 0;
    model.each([&](const named_weight<double>& w) {
        if (!w.name.ends_with("adalora.a") && !w.name.ends_with("adalora.b")) return;
        sum += departure(w, w.name.ends_with(".b"));
        ++matrices;
    });
    CHECK(matrices == 2 * (3 + 3));
    team alone(1);
    auto step = differentiate<pair_batch>(model, adapters_and_head{}, regular, alone);
    step(few.batch());
    CHECK(step.term_values()[1].value() == Approx(0.5 * sum / matrices).epsilon(1e-13));
    const std::vector<pair_batch> both{few.batch(), many.batch()};
    step.accumulate(both);
    CHECK(step.term_values()[1].value() == Approx(0.5 * sum / matrices).epsilon(1e-13));
}
TEST_CASE("exactly orthogonal matrices have a regulariser of 0, and no gradient from it") {
    using tuned = adapt<small_bert, adalora<rank<3>>, on<"**.query">>;
    parameters<tuned, double> model;
    fill(model, 41, 0.45);
    model.each([](named_weight<double> w) {
        const bool a = w.name.ends_with("adalora.a");
        if (!a && !w.name.ends_with("adalora.b")) return;
        for (double& v : w.values) v = 0;
        for (int k = 0; k < 3; ++k) w.values[static_cast<std::size_t>(k * w.columns + k)] = 1;
    });
    team alone(1);
    auto step = differentiate<pair_batch>(model, trainable<on<"**.adalora.a", "**.adalora.b">>{}, [](auto m, auto) { return mean_of(orthogonality(m)); }, alone);
    CHECK(step(few.batch()).loss == 0);
    for (long i = 0; i < step.gradients().count; ++i) CHECK(step.gradients().values[i] == 0);
}
TEST_CASE("it starts with E zero, A and B normal; the scale is alpha over the rank at the start") {
    using tuned = adapt<small_bert, adalora<rank<4>, alpha<6>>, on<"**.query">>;
    parameters<tuned, double> model;
    model.initialize(3);
    double squares = 0;
    const auto a = model.weight("bert.blocks.1.attention.query.adalora.a"), e = model.weight("bert.blocks.1.attention.query.adalora.e");
    for (double v : a.values) squares += v * v;
    CHECK(std::sqrt(squares / static_cast<double>(a.values.size())) == Approx(0.02).epsilon(0.35));
    CHECK((e.rows == 4 && e.columns == 1));
    for (double v : e.values) CHECK(v == 0);
    CHECK(adalora<rank<4>, alpha<6>>::factor::value == 6 / (4 + 1e-5));
}
