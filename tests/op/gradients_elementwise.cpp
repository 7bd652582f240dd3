// Every elementwise op: its slope against differences of its value, each on a weight of its own, at widths that fill vectors and
// leave tails. The slope at a kink is stated, not differenced.
// SPDX-License-Identifier: Apache-2.0
#include "step/model.hpp"
#include "test.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct label_batch {
    std::span<const std::int32_t> label;
    HONE_FIELDS(label)
};

/// A factor that differs from element to element, so that no gradient is the same everywhere: sin-like in x itself.
constexpr auto uneven(auto x) { return mean_of(x * shifted<1, 3>(x)); }

/// Five rows of 13: one vector and a tail, whatever the instruction set.
struct unary {
    HONE_PARTS((gelu, matrix<5, 13>), (gelu_tanh, matrix<5, 13>), (silu, matrix<5, 13>), (sigmoid, matrix<5, 13>), (tanh, matrix<5, 13>),
               (relu, matrix<5, 13>), (abs, matrix<5, 13>), (exp, matrix<5, 13>), (log, matrix<5, 13>), (sqrt, matrix<5, 13>),
               (square, matrix<5, 13>), (negate, matrix<5, 13>), (scaled, matrix<5, 13>), (shifted, matrix<5, 13>), (root, matrix<5, 13>))
};
struct binary {
    HONE_PARTS((add_a, matrix<5, 13>), (add_b, matrix<5, 13>), (subtract_a, matrix<5, 13>), (subtract_b, matrix<5, 13>),
               (multiply_a, matrix<5, 13>), (multiply_b, matrix<5, 13>), (divide_a, matrix<5, 13>), (divide_b, matrix<5, 13>),
               (row, vector<13>), (rows, matrix<5, 13>), (column, matrix<5, 1>), (columns, matrix<5, 13>), (number, vector<1>),
               (mask_of, matrix<5, 13>))
};

struct kinks {
    HONE_PARTS((relu, matrix<2, 5>), (abs, matrix<2, 5>))
};

/// A fixed 0 / 1 pattern by the sign of a frozen table.
struct is_positive_ : elementwise {
    static constexpr auto value(auto x) { return where(x > decltype(x)(0), decltype(x)(1), decltype(x)(0)); }
    static constexpr void reverse(graph_builder&, int) {}
};

void move_away_from_zero(std::span<double> values) {
    for (double& v : values)
        v = v < 0 ? v - 0.2 : v + 0.2;
}
void make_positive(std::span<double> values) {
    for (double& v : values)
        v = std::abs(v) + 0.3;
}

} // namespace

TEST_CASE("gradients of elementwise ops of one argument") {
    parameters<unary, double> model;
    fill(model, 1, 2.0);
    for (const char* name : {"relu", "abs"})
        move_away_from_zero(model.weight(name).values);
    for (const char* name : {"log", "sqrt", "root"})
        make_positive(model.weight(name).values);
    team workers(1);
    auto step = differentiate<label_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto) {
            return uneven(gelu(m.gelu)) + uneven(gelu_tanh(m.gelu_tanh)) + uneven(silu(m.silu)) + uneven(sigmoid(m.sigmoid)) +
                   uneven(hyperbolic_tangent(m.tanh)) + uneven(relu(m.relu)) + uneven(absolute(m.abs)) + uneven(exponential(m.exp)) +
                   uneven(logarithm(m.log)) + uneven(square_root(m.sqrt)) + uneven(square(m.square)) + uneven(-m.negate) +
                   uneven(scaled<-3, 7>(m.scaled)) + uneven(shifted<2, 7>(m.shifted)) + uneven(function<inverse_root_<2>>{}(m.root));
        },
        workers);
    const std::vector<std::int32_t> none{0};
    const auto found = check_gradients(step, {none});
    REQUIRE(found.weights.size() == 15);
    for (const auto& w : found.weights) {
        INFO(w.name << ": " << w.difference << " of " << w.largest);
        CHECK(w.checked == 65);
        CHECK(w.largest > 1e-3);
        CHECK(w.relative() <= close_enough);
    }
}

TEST_CASE("gradients of elementwise ops of two arguments, with one row, one column or one number repeated") {
    parameters<binary, double> model;
    fill(model, 2, 1.5);
    for (double& v : model.weight("divide_b").values)
        v += v < 0 ? -0.9 : 0.9; // the differences are those of 1 / x
    team workers(1);
    auto step = differentiate<label_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto) {
            return uneven(m.add_a + m.add_b) + uneven(m.subtract_a - m.subtract_b) + uneven(m.multiply_a * m.multiply_b) +
                   uneven(m.divide_a / m.divide_b) + uneven(m.rows * m.row) + uneven(m.column * m.columns + m.number) +
                   uneven(function<masked_>{}(m.mask_of, function<is_positive_>{}(m.mask_of)));
        },
        workers);
    const std::vector<std::int32_t> none{0};
    const auto found = check_gradients(step, {none});
    REQUIRE(found.weights.size() == 14);
    for (const auto& w : found.weights) {
        INFO(w.name << ": " << w.difference << " of " << w.largest);
        CHECK(w.largest > 1e-3);
        CHECK(w.relative() <= close_enough);
    }
}

TEST_CASE("the slope at a kink is 0 for relu and abs, and for a masked element whatever it holds") {
    parameters<kinks, double> model;
    for (const char* name : {"relu", "abs"}) {
        auto v = model.weight(name).values;
        for (std::size_t i = 0; i < v.size(); ++i)
            v[i] = i % 3 == 0 ? 0.0 : i % 3 == 1 ? -1.0 : 1.0;
    }
    team workers(1);
    auto step = differentiate<label_batch>(
        model, trainable<on<"**">>{}, [](auto m, auto) { return mean_of(relu(m.relu)) + mean_of(absolute(m.abs)); }, workers);
    const std::vector<std::int32_t> none{0};
    const auto gradients = step({none}).gradients;
    for (const auto& w : step.weights().ranges)
        for (long i = 0; i < w.count; ++i) {
            const double expected = i % 3 == 0 ? 0.0 : i % 3 == 2 ? 0.1 : w.name == "abs" ? -0.1 : 0.0;
            CHECK(gradients.values[w.gradient + i] == expected);
        }
}
