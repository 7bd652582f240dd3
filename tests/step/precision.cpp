// Mixed precision: the same step with products of bf16. Where all numbers are bf16's own it gives the very gradients of float; elsewhere it
// differs by the rounding of what is multiplied and no more, in every weight. Its plan and its arena agree like any other's.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// Three layers without anything between them: sums of products only.
struct plain_sums {
    HONE_PARTS((first, linear<width<3>, width<20>>), (second, linear<width<20>, width<7>>), (third, linear<width<7>, width<1>>))
    static constexpr auto call(auto self, auto x) { return self.third(self.second(self.first(x))); }
};
struct whole_batch {
    real_rows<3> x;
    HONE_FIELDS(x)
};
template <class Width, class Inner> // widths that fill whole words of bf16 are kept so, others are not
struct small_bert : classify<bert<layers<3>, Width, heads<2>, Inner, vocabulary<words>, positions<longest>>, classes<label_count>> {};
using odd_bert = small_bert<w20, hone::inner<36>>;
using even_bert = small_bert<width<32>, hone::inner<96>>;

constexpr auto loss_of_classes = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };

template <class Input, class Model>
auto small_step(parameters<Model>& model, team& workers) {
    if constexpr (std::is_void_v<Input>) return differentiate<pair_batch>(model, all{}, loss_of_classes, workers, 4);
    else return differentiate<Input, pair_batch>(model, all{}, loss_of_classes, workers, 4);
}

} // namespace

TEST_CASE("whole numbers: products of bf16 give the gradients of float, bit for bit") {
    parameters<plain_sums> model;
    model.each([n = 0u](const named_weight<float>& w) mutable {
        for (float& x : w.values) { // -1, 0 and 1
            n = n * 1664525u + 1013904223u;
            x = static_cast<float>(n >> 16 & 1u) - static_cast<float>(n >> 20 & 1u);
        }
    });
    std::vector<float> x(3 * 128); // more than one block of rows; a mean over a power of two keeps numbers whole
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(static_cast<int>(i * 5 % 3) - 1);
    constexpr auto mean = [](auto m, auto b) { return mean_of(m(b.x)); };
    team workers(2);
    auto exact = differentiate<whole_batch>(model, all{}, mean, workers);
    auto rounded = differentiate<bf16, whole_batch>(model, all{}, mean, workers);
    const auto [loss, g] = exact({{x}});
    const auto [same_loss, h] = rounded({{x}});
    CHECK(same_loss == loss);
    REQUIRE(g.count == h.count);
    CHECK(std::memcmp(g.values, h.values, static_cast<std::size_t>(g.count) * sizeof(float)) == 0);
    CHECK(std::any_of(g.values, g.values + g.count, [](float v) { return std::abs(v) > 1; }));
}

TEMPLATE_TEST_CASE("other numbers: every weight's gradient is within the rounding of its factors, and not the same", "", odd_bert, even_bert) {
    parameters<TestType> model;
    fill(model, 51, 0.4);
    team workers(2);
    auto exact = small_step<void>(model, workers);
    auto rounded = small_step<bf16>(model, workers);
    const auto [loss, g] = exact(many.batch());
    const auto [near_loss, h] = rounded(many.batch());
    CHECK(near_loss != loss);
    CHECK(std::abs(near_loss - loss) < 0x1p-8 * loss);
    CHECK(rounded.arena_bytes() == rounded.plan().bytes(many.extent(), 2));
    if (std::is_same_v<TestType, even_bert>) { // of each layer: the inner layer's input and the attention's output, kept
        CHECK(rounded.arena_bytes() < exact.arena_bytes());
        CHECK(exact.plan().per_block_of_tokens - rounded.plan().per_block_of_tokens >= memory_plan::block * 2 * 2 * (96 + 32));
    } else CHECK(exact.plan().per_block_of_tokens == rounded.plan().per_block_of_tokens);
    for (const auto& r : exact.weights().ranges) {
        double size = 0, difference = 0;
        for (long i = r.gradient; i < r.gradient + r.count; ++i) {
            size += static_cast<double>(g.values[i]) * static_cast<double>(g.values[i]);
            const double d = static_cast<double>(h.values[i]) - static_cast<double>(g.values[i]);
            difference += d * d;
        }
        INFO(r.name << " " << std::sqrt(difference / size));
        if (r.name.ends_with("key.bias")) continue; // 0 but for rounding
        CHECK(difference > 0);
        // queries and keys are reached through P * (dP - delta), a difference that is smaller than its rounded terms
        const bool through_scores = r.name.find("query") != std::string::npos || r.name.find("key") != std::string::npos;
        CHECK(std::sqrt(difference / size) < (through_scores ? 0x1p-4 : 0x1p-5));
    }
}

TEMPLATE_TEST_CASE("evaluation in mixed precision is near that of float", "", odd_bert, even_bert) {
    parameters<TestType> model;
    fill(model, 52, 0.4);
    team workers(1);
    constexpr auto logits = [](auto m, auto b) { return m(b.left); };
    auto exact = evaluate<pair_batch>(model, logits, workers);
    auto rounded = evaluate<bf16, pair_batch>(model, logits, workers);
    const auto a = exact(many.batch()), b = rounded(many.batch());
    REQUIRE(a.size() == b.size());
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(a[i])));
        difference = std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    CHECK(difference > 0);
    CHECK(difference < 3 * 6 * 2 * 0x1p-9 * largest); // three layers of six products, two rounded factors each, half a unit in 8 bits
}

TEST_CASE("values kept as bf16 have the same bits for any number of threads, and in any batch of more room") {
    parameters<even_bert> model;
    fill(model, 53, 0.4);
    team alone(1);
    auto step = small_step<bf16>(model, alone);
    const auto [loss, g] = step(many.batch());
    const std::vector<float> gradients(g.values, g.values + g.count);
    for (int threads : {2, 3, 8}) {
        team workers(threads);
        auto shared = small_step<bf16>(model, workers);
        shared.reserve({1000, 40});
        const auto [again, h] = shared(many.batch());
        CHECK(same_bits(again, loss));
        CHECK(std::memcmp(h.values, gradients.data(), gradients.size() * sizeof(float)) == 0);
    }
}
