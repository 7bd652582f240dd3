// Adafactor: what it keeps is one number a row and one a column, its second moment is exact for
// squares of rank one, and its own rates.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/adafactor.hpp"

#include "hone/optimizer/optimizer.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("it keeps rows and columns of a matrix, and each number of a vector") {
    made<float> x(300 * 70, 37);
    x.trained.ranges[0].columns = 70;
    const auto sizes = [&](const auto& optimizer) {
        auto state = optimizer.template start<float>(x.trained);
        std::vector<std::string> all;
        optimizer.each(x.trained, state, [&](const std::string& name, std::span<float> v) {
            all.push_back(name + " " + std::to_string(v.size()));
        });
        return all;
    };
    const std::vector<std::string> plain{"some.weight/adafactor.row 300",
                                         "some.weight/adafactor.column 70",
                                         "some.bias/adafactor.nu 37"};
    CHECK(sizes(chain(adafactor{})) == plain);
    CHECK(sizes(chain(adafactor_plain{})) == plain);
    CHECK(sizes(chain(adafactor{.beta1 = 0.9})).size() == 5);
    const auto optimizer = chain(adafactor{});
    auto state = optimizer.start<float>(x.trained);
    CHECK(optimizer.bytes(x.trained) ==
          static_cast<long>((state.kept.size() + state.room.size() + state.moment[0].size()) * 4 +
                            state.partial.size() * 8 + state.alive.size()));
}

TEST_CASE("squares of rank one are held exactly: every number moves alike") {
    for (const bool plain : {false, true}) {
        made<double> x(6 * 5, 1);
        x.trained.ranges.pop_back();
        x.trained.ranges[0].columns = 5;
        const std::vector<double> before(x.weight.begin(), x.weight.end());
        for (std::size_t i = 0; i < 30; ++i)
            x.gradient[i] = (1 + static_cast<double>(i / 5)) * (0.1 + static_cast<double>(i % 5)) *
                            (i % 3 == 0 ? -1 : 1);
        const auto go = [&](const auto& optimizer) {
            auto state = optimizer.template start<double>(x.trained);
            optimizer.step(x.trained, x.gradients(), state);
        };
        if (plain) go(chain(adafactor_plain{.rate = 0.1}));
        else go(chain(adafactor{.rate = 0.1, .by_size_of_weight = false}));
        const double step = std::abs(x.weight[0] - before[0]);
        CHECK(step > 0.01);
        for (std::size_t i = 0; i < 30; ++i)
            CHECK(std::abs((before[i] - x.weight[i]) - (i % 3 == 0 ? -step : step)) < 1e-12);
    }
}

TEST_CASE("its own rates") {
    CHECK(relative_step()(0) == 1e-2);
    CHECK(relative_step()(9999) == 1e-2);
    CHECK(relative_step()(39999) == 0.005);
    CHECK(relative_step(true)(0) == 1e-6);
    CHECK(relative_step(true)(99) == 100 * 1e-6);
    CHECK(chain(adafactor{.rate = 0.25}).rate(3) == 0.25);
}
