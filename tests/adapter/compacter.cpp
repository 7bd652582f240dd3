// Compacter: its gradients, and its layer against the matrix written out.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/compacter.hpp>
#include <hone/op/kronecker/plain.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// One layer alone: an adapted residual sum.
struct one_sum {
    HONE_PARTS((embed, table_of<w12>), (close, add_and_norm<w12, 12>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.embed(t.ids);
        return self.close(x, uneven(x));
    }
};

} // namespace

TEST_CASE("compacter after attention and after the network") {
    using tuned = adapt<small_bert, compacter<reduction<3>>, on<"**.attention_norm", "**.output_norm">>;
    parameters<tuned, double> model;
    CHECK((model.weight("compacter.rule").rows == 16 && model.weight("compacter.rule").columns == 4));
    CHECK((model.weight("bert.blocks.2.output_norm.compacter.down.left").columns == 3 && model.weight("bert.blocks.2.output_norm.compacter.up.right").columns == 3));
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("of two products, in some layers") {
    using tuned = adapt<small_bert, compacter<reduction<2>, products<2>>, on<"bert.blocks.0.output_norm", "bert.blocks.2.attention_norm">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("where it starts") {
    using tuned = adapt<small_bert, compacter<reduction<3>>, on<"**.output_norm">>;
    parameters<tuned, double> model;
    model.initialize(5);
    const auto deviation = [&](const char* name) {
        double squares = 0;
        const auto w = model.weight(name);
        for (double v : w.values) squares += v * v;
        return std::sqrt(squares / static_cast<double>(w.values.size()));
    };
    CHECK(deviation("compacter.rule") == Approx(1e-4).epsilon(0.4));
    CHECK(deviation("bert.blocks.0.output_norm.compacter.down.left") == Approx(std::sqrt(2 / 4.0)).epsilon(0.6));
    CHECK(deviation("bert.blocks.0.output_norm.compacter.down.bias") == 0);
}
TEST_CASE("a compacter's output is that of the matrices written out") {
    using tuned = adapt<one_sum, compacter<reduction<3>>, on<"close">>;
    parameters<tuned, double> model;
    fill(model, 8, 0.6);
    const auto values = [&](const char* name) { return model.weight(name).values; };
    std::vector<double> down(12 * 4, 0), up(4 * 12, 0);
    plain::kronecker_sum<double>(values("compacter.rule").data(), values("close.compacter.down.left").data(), values("close.compacter.down.right").data(), down.data(), 4, 3, 1);
    plain::kronecker_sum<double>(values("compacter.rule").data(), values("close.compacter.up.left").data(), values("close.compacter.up.right").data(), up.data(), 4, 1, 3);
    team alone(1);
    auto evaluation = evaluate<pair_batch>(model, [](auto m, auto b) { return m(b.left); }, alone);
    const auto rows = evaluation(few.batch());
    for (std::size_t r = 0; r < few.left.ids.size(); ++r) {
        double x[12], d[12], z[4], y[12], mean = 0, variance = 0;
        for (std::size_t j = 0; j < 12; ++j) {
            x[j] = values("embed.weight")[static_cast<std::size_t>(few.left.ids[r]) * 12 + j];
            d[j] = x[j] * (x[j] + 1.0 / 3);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            double sum = values("close.compacter.down.bias")[k];
            for (std::size_t j = 0; j < 12; ++j) sum += d[j] * down[j * 4 + k];
            z[k] = 0.5 * sum * (1 + std::erf(sum / std::sqrt(2.0)));
        }
        for (std::size_t j = 0; j < 12; ++j) {
            y[j] = x[j] + d[j] + values("close.compacter.up.bias")[j];
            for (std::size_t k = 0; k < 4; ++k) y[j] += z[k] * up[k * 12 + j];
            mean += y[j] / 12;
        }
        for (double v : y) variance += (v - mean) * (v - mean) / 12;
        for (std::size_t j = 0; j < 12; ++j)
            CHECK(rows[r * 12 + j] == Approx((y[j] - mean) / std::sqrt(variance + 1e-12) * values("close.weight")[j] + values("close.bias")[j]).margin(1e-12));
    }
}
