// Groups of weights with chains of their own: each is as if it stood alone, the first that matches
// has a weight, and what cannot be is said at the start.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/group.hpp"

#include <cstring>

#include "hone/loss/loss.hpp"
#include "hone/model/bert.hpp"
#include "hone/optimizer/optimizer.hpp"
#include "hone/step/differentiate.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

template <class Optimizer>
std::string code_of(const Optimizer& optimizer, const trained_weights<double>& weights) {
    try {
        optimizer.start(weights);
    } catch (const error& e) {
        return e.code + " " + e.where.name;
    }
    return "";
}
/// Weights after some steps, of both ranges.
template <class Optimizer>
std::vector<double> trained_by(const Optimizer& optimizer) {
    made<double> x(1200, 37);
    x.trained.ranges[0].columns = 40;
    auto state = optimizer.template start<double>(x.trained);
    for (std::uint64_t s = 0; s < 5; ++s) {
        x.draw(s);
        optimizer.step(x.trained, x.gradients(), state);
    }
    return {x.weight.begin(), x.weight.end()};
}

} // namespace

TEST_CASE("each group's weights go as with its chain alone") {
    const auto mixed = trained_by(
        chain(per<"*.bias">(sgd{.rate = 0.1, .momentum = 0.9}), per<"**">(adamw{.rate = 0.02})));
    const auto first = trained_by(chain(adamw{.rate = 0.02})),
               second = trained_by(chain(sgd{.rate = 0.1, .momentum = 0.9}));
    CHECK(std::memcmp(mixed.data(), first.data(), 1200 * sizeof(double)) == 0);
    CHECK(std::memcmp(mixed.data() + 1200, second.data() + 1200, 37 * sizeof(double)) == 0);
    CHECK(mixed[1200] != first[1200]);
    const auto muons = trained_by(
        chain(per<"**.weight">(muon{.rate = 0.02}), per<"**">(nadam{.rate = 0.01, .decay = 0.1})));
    const auto alone = trained_by(chain(nadam{.rate = 0.01, .decay = 0.1}));
    CHECK(std::memcmp(muons.data() + 1200, alone.data() + 1200, 37 * sizeof(double)) ==
          0); // its counter is its own
    CHECK(muons[0] != alone[0]);
}

TEST_CASE("the norm that clips goes over all groups") {
    made<double> x(1200, 37);
    const auto optimizer =
        chain(clip_by_global_norm(1.0), per<"*.bias">(sgd{.rate = 1}), per<"**">(sgd{.rate = 2}));
    auto state = optimizer.start<double>(x.trained);
    const double before = x.weight[1200], g = x.gradient[1200];
    optimizer.step(x.trained, x.gradients(), state);
    CHECK(std::abs(x.weight[1200] - (before - g / (state.gradient_norm + 1e-6))) < 1e-14);
    CHECK(optimizer.rate(0) == 2); // of the last group
}

TEST_CASE("the first group that matches has a weight") {
    const auto narrow = chain(per<"some.bias">(sgd{.rate = 0.1}), per<"some.**">(sgd{.rate = 0.2}));
    CHECK(narrow.group_of("some.bias") == 0);
    CHECK(narrow.group_of("some.weight") == 1);
    CHECK(narrow.group_of("other.weight") == -1);
}

TEST_CASE("groups that cannot be are errors at the start") {
    made<double> x(12, 5);
    x.trained.ranges[0].columns = 3;
    CHECK(code_of(chain(per<"some.weight">(sgd{})), x.trained) == "optimizer.no_group some.bias");
    CHECK(code_of(chain(per<"**">(sgd{}), per<"some.bias">(adamw{})), x.trained) ==
          "optimizer.group_selects_nothing ");
    CHECK(code_of(chain(per<"other.**">(sgd{}), per<"**">(adamw{})), x.trained) ==
          "optimizer.group_selects_nothing ");
    CHECK(code_of(chain(muon{}), x.trained) == "optimizer.needs_a_matrix some.bias");
    CHECK(code_of(chain(per<"**.weight">(muon{}), per<"**">(adamw{})), x.trained).empty());
    made<double> y(5000, 5);
    const auto optimizer = chain(adamw{});
    auto state = optimizer.start<double>(y.trained);
    CHECK_THROWS_AS(optimizer.step(x.trained, x.gradients(), state), error);
}

TEST_CASE("each weight has memory for what its own group keeps") {
    made<float> x(1200, 37);
    const auto optimizer = chain(per<"*.bias">(sgd{}), per<"**">(adamw{}));
    auto state = optimizer.start<float>(x.trained);
    std::vector<std::string> names;
    optimizer.each(x.trained, state, [&](const std::string& name, std::span<float> values) {
        names.push_back(name + " " + std::to_string(values.size()));
    });
    CHECK(names == std::vector<std::string>{"some.weight/adam.mu 1200", "some.weight/adam.nu 1200",
                                            "some.bias/momentum.buffer 37"});
    CHECK(state.moments == 2);
}

TEST_CASE("a step's names are known to the compiler, and it starts all the same") {
    struct model_type
        : classify<
              bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>,
              classes<3>> {};
    parameters<model_type> model;
    model.initialize(1);
    team workers(2);
    auto step = differentiate(
        model, trainable<on<"**">>{},
        [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, workers);
    const auto optimizer =
        chain(per<"classifier.**">(adamw{.rate = 1e-2}),
              per<"**.weight">(layer_wise(0.5, 2, sgd{.rate = 1})), per<"**">(sgd{.rate = 1}));
    auto state = optimizer.start(step);
    CHECK(state.group.size() == step.weights().ranges.size());
    for (const auto& r : step.weights().ranges) { // shapes too
        const auto w = model.weight(r.name);
        CHECK(r.columns == (w.vector ? 0 : w.columns));
        CHECK(r.count == static_cast<long>(w.rows) * w.columns);
    }
}
