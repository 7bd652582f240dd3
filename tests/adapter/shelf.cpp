// Adapters switched on one base: each gives its own outputs again, to the bit, and the base never moves.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("two adapters on one base, trained in turns and switched") {
    using tuned = adapt<small_bert, lora<rank<2>>, on<"**.query">>;
    parameters<tuned, double> model(label_count);
    fill(model, 3, 0.3);
    adapter_shelf<tuned, double> shelf(model);
    team alone(1);
    auto step = differentiate<pair_batch>(model, trainable<adapters>{}, classified, alone, 6);
    const auto rate = 0.1;
    const auto train = [&](const pair_batch& batch) {
        step(batch);
        for (const auto& r : step.weights().ranges)
            for (long i = 0; i < r.count; ++i) r.weight[i] -= rate * step.gradients().values[r.gradient + i];
    };
    shelf.keep("untrained");
    const auto numbers = [&] {
        std::vector<double> all;
        std::as_const(model).each([&](const named_weight<const double>& w) { all.insert(all.end(), w.values.begin(), w.values.end()); });
        return all;
    };
    const auto before = numbers();
    const auto loss = [&] {
        auto program = evaluate<pair_batch>(model, classified, alone);
        return program(few.batch()).term(0).sum;
    };
    const double untrained = loss();
    for (int n = 0; n < 3; ++n) train(few.batch());
    shelf.keep("few");
    const double of_few = loss();
    shelf.use("untrained");
    CHECK(same_bits(loss(), untrained));
    for (int n = 0; n < 3; ++n) train(many.batch());
    shelf.keep("many");
    const double of_many = loss();
    CHECK(of_few != untrained);
    CHECK(of_many != of_few);
    shelf.use("few");
    CHECK(shelf.current() == "few");
    CHECK(same_bits(loss(), of_few));
    shelf.use("many");
    CHECK(same_bits(loss(), of_many));
    shelf.use("untrained");
    CHECK(numbers() == before);
    try {
        shelf.use("fwe");
        FAIL("a name that was never kept");
    } catch (const error& e) {
        CHECK(e.code == "adapter.no_such_name");
        CHECK(std::string(e.what()).find("few") != std::string::npos);
    }
}
