// VeRA: one pair of matrices at the root, vectors in each layer; and shared weights that train.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/ia3.hpp>
#include <hone/adapter/vera.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// A low-rank adapter whose two matrices are the same in all layers, and train.
struct shared_low_rank {
    template <int In, int Out>
    struct among {
        struct pair {
            HONE_PARTS((a, matrix<3, In>), (b, matrix<Out, 3>))
        };
        template <class Model>
        struct at_root : Model {
            HONE_ADDED_PARTS(Model, (together, pair))
            static constexpr auto call(auto self, auto... x) { return Model::call(self, x...); }
        };
        template <class Layer>
        struct around : Layer {
            HONE_ADDED_PARTS(Layer, (own, ia3<>::factors<Layer::outputs>))
            static constexpr auto call(auto self, auto x) {
                constexpr bound<matrix<3, In>, from_root<path<part_name<"together">, part_name<"a">>>> a{};
                constexpr bound<matrix<Out, 3>, from_root<path<part_name<"together">, part_name<"b">>>> b{};
                return Layer::call(self, x) + self.own.l * product(product(x, leading<3, Layer::inputs>(a)), leading<Layer::outputs, 3>(b));
            }
        };
    };
};
/// Two adapted models in one: each has a root of its own.
struct two_of_them {
    using tuned = adapt<small_bert, vera<rank<4>>, on<"**.query">>;
    HONE_PARTS((one, tuned), (other, tuned))
    static constexpr auto call(auto self, auto t) { return self.one(t) + self.other(t); }
};

} // namespace

TEST_CASE("VeRA on queries and values") {
    using tuned = adapt<small_bert, vera<rank<5>>, on<"**.query", "**.value">>;
    parameters<tuned, double> model;
    CHECK(model.weight("vera.a").columns == 12);
    CHECK(model.weight("bert.blocks.1.attention.value.vera.d").columns == 5);
    model.initialize(3);
    CHECK(model.weight("bert.blocks.1.attention.value.vera.d").values[4] == 0.1);
    for (const auto& [name, inputs] : {std::pair{"vera.a", 12.0}, {"vera.b", 5.0}}) { // uniform up to sqrt(6 / inputs)
        double most = 0;
        for (double v : model.weight(name).values) most = std::max(most, std::abs(v));
        CHECK((most <= std::sqrt(6 / inputs) && most > 0.8 * std::sqrt(6 / inputs)));
    }
    judge<tuned>(adapters_and_head{}, classified, drops);
    team alone(1);
    auto step = differentiate<pair_batch>(model, trainable<adapters>{}, classified, alone);
    CHECK(step.weights().ranges.size() == 3 * 2 * 2); // the matrices are constants
}
TEST_CASE("shared matrices that train: gradients are summed over all layers, in and out of loops") {
    using tuned = adapt<small_bert, shared_low_rank, on<"**.query", "bert.blocks.1.attention.key", "pooler">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("a root is the adapted model, wherever it stands") {
    parameters<two_of_them, double> model;
    CHECK(model.weight("one.vera.a").rows == 4);
    CHECK(model.weight("other.vera.b").columns == 4);
    judge<two_of_them>(trainable<adapters>{}, classified, drops);
}
TEST_CASE("VeRA on layers of several widths: matrices of the largest, of which each takes the first columns and rows") {
    using tuned = adapt<small_bert, vera<rank<5>, with_dropout>, on<"**.query", "**.up", "**.down">>;
    parameters<tuned, double> model;
    CHECK((model.weight("vera.a").rows == 5 && model.weight("vera.a").columns == 18));
    CHECK((model.weight("vera.b").rows == 18 && model.weight("vera.b").columns == 5));
    CHECK(model.weight("bert.blocks.1.feed_forward.up.vera.b").columns == 18);
    CHECK(model.weight("bert.blocks.1.feed_forward.down.vera.b").columns == 12);
    judge<tuned>(adapters_and_head{}, classified, adapter_drops);
}
TEST_CASE("shared matrices that train, of several widths: what no layer reads has no gradient, the rest its sum") {
    using tuned = adapt<small_bert, shared_low_rank, on<"**.query", "bert.blocks.1.feed_forward.up", "bert.blocks.0.feed_forward.down", "pooler">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("pairs of one adapter share one pair of matrices, of the widths of all") {
    using at_once = adapt<small_bert, vera<rank<5>>, on<"**.query", "**.up">>;
    using in_turn = adapt<small_bert, vera<rank<5>>, on<"**.query">, ia3<>, on<"**.value">, vera<rank<5>>, on<"**.up">>;
    parameters<at_once, double> one;
    parameters<in_turn, double> other;
    one.initialize(4);
    other.initialize(4);
    fill(one, 3, 0.5);
    long shared = 0;
    other.each([&](const named_weight<double>& w) {
        if (w.name.find("ia3") != w.name.npos) return;
        const auto twin = one.weight(w.name);
        REQUIRE(twin.values.size() == w.values.size());
        std::copy(twin.values.begin(), twin.values.end(), w.values.begin());
        shared += w.name.starts_with("vera.");
    });
    CHECK(shared == 2);
    team alone(1);
    const auto logits = [&](auto& model) {
        auto program = evaluate<pair_batch>(model, [](auto m, auto b) { return m(b.left); }, alone);
        const auto rows = program(few.batch());
        return std::vector<double>(rows.begin(), rows.end());
    };
    const auto a = logits(one), b = logits(other);
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).margin(1e-12));
}
