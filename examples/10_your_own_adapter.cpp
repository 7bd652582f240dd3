// 10: an adapter is put around layers of a model from outside: it has the layer's parts, some of its own, and a call. This one, of under 30 lines,
// learns an offset before a layer and a factor after it. What it adds trains, saves and switches like any other.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>
#include <hone/step/check.hpp>

using namespace hone;

/// y = factor * layer(x + offset); factors start at 1 and offsets at 0, so that the model begins as it was.
struct offset_and_factor {
    template <int In, int Out>
    struct learned {
        HONE_PARTS((offset, vector<In>), (factor, vector<Out, ones>))
    };
    template <class Layer>
    using asks = conditions<is_product<Layer>>; // around anything else it is refused, by that condition's sentence
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (bend, learned<Layer::inputs, Layer::outputs>))
        static constexpr auto call(auto self, auto x) { return Layer::call(self, x + self.bend.offset) * self.bend.factor; }
    };
};

struct small : classify<bert<layers<2>, width<8>, heads<2>, inner<12>, vocabulary<30>, positions<16>>, classes<2>> {};
struct tuned : adapt<small, offset_and_factor, on<"**.attention.value", "**.feed_forward.up">, lora<rank<2>>, on<"**.query">> {};

int main() {
    parameters<tuned, double> model;
    counter_random random(4, stream::user);
    std::size_t all = 0, added = 0;
    model.each([&](const named_weight<double>& w) {
        for (double& v : w.values) v = 0.5 * random.normal();
        all += w.values.size();
        if (w.name.find(".bend.") == w.name.npos) return;
        std::printf("%-44s %2d numbers\n", w.name.c_str(), w.columns); // bert.blocks.0.attention.value.bend.offset, ...
        added += w.values.size();
    });
    const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2}, offsets{0, 4, 7}, label{1, 0};
    auto step = differentiate(model, trainable<adapters, on<"classifier.**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    const auto found = check_gradients(step, {{ids, offsets}, label});
    std::printf("%zu of %zu numbers are offsets and factors; %s\n", added, all, found.text().c_str());

    adapter_shelf<tuned, double, trainable<adapters, on<"classifier.**">>> shelf(model); // several on one base, which stands in memory once
    shelf.keep("untrained");
    for (int n = 0; n < 5; ++n) {
        step({{ids, offsets}, label});
        for (const auto& r : step.weights().ranges)
            for (long i = 0; i < r.count; ++i) r.values()[static_cast<std::size_t>(i)] -= 0.1 * step.gradients().values[r.gradient + i];
    }
    shelf.keep("trained");
    const double trained = step({{ids, offsets}, label}).loss;
    shelf.use("untrained");
    const double untrained = step({{ids, offsets}, label}).loss;
    std::printf("loss %.4f untrained, %.4f trained\n", untrained, trained);
    return found.relative() <= 1e-9 && trained < untrained ? 0 : 1;
}
