// 04: a layer is its named parts and a call that returns an expression. Its parts are template arguments with defaults, so that
// another layer can be put in their place from outside.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>
#include <hone/step/check.hpp>

using namespace hone;

/// down(silu(gate(x)) * up(x)) (Shazeer 2020). Two parts of one type are two weights.
template <class Width, class Inner, class Gate = linear<Width, Inner>, class Up = Gate, class Down = linear<Inner, Width>>
struct gated {
    HONE_PARTS((gate, Gate), (up, Up), (down, Down))
    static constexpr auto call(auto self, auto x) { return self.down(silu(self.gate(x)) * self.up(x)); }
};

/// Layers hold layers: a block of one's own, then three of it, each with weights of its own, compiled once.
template <class Width>
struct block {
    HONE_PARTS((norm, layer_norm<Width>), (network, gated<Width, inner<12>, projection<Width, inner<12>>>))
    static constexpr auto call(auto self, auto x) { return x + self.network(self.norm(x)); }
};
struct tower {
    using width = hone::width<8>;
    HONE_PARTS((blocks, repeat<3, block<width>>), (head, linear<width, classes<3>>))
    static constexpr auto call(auto self, auto x) { return self.head(self.blocks(x)); }
};

struct examples {
    real_rows<8> x;
    std::span<const std::int32_t> label;
    HONE_FIELDS(x, label)
};

int main() {
    parameters<tower, double> model;
    counter_random random(4, stream::user);
    model.each([&](const named_weight<double>& w) {
        std::printf("%-28s %2d x %2d\n", w.name.c_str(), w.rows, w.columns); // blocks.0.network.gate.weight, ...
        for (double& v : w.values)
            v = 0.5 * random.normal();
    });
    std::vector<float> x(5 * 8);
    for (float& v : x)
        v = static_cast<float>(random.normal());
    const std::vector<std::int32_t> label{0, 2, 1, 1, 0};

    auto step =
        differentiate<examples>(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.x), batch.label); });
    const auto found = check_gradients(step, {{x}, label}, {.sample = 10});
    std::printf("%s\n", found.text().c_str());
    const bool two_weights =
        model.weight("blocks.1.network.gate.weight").values.data() != model.weight("blocks.1.network.up.weight").values.data();
    return two_weights && found.relative() <= 1e-9 ? 0 : 1;
}
