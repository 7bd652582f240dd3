// Low-rank adapters: gradients, where they stand, what they start from.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/lora.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("LoRA on queries and values") {
    judge<adapt<small_bert, lora<rank<3>, alpha<5>>, on<"**.query", "**.value">>>(adapters_and_head{}, classified, drops);
}
TEST_CASE("LoRA on every linear layer, with dropout of its own, trained with everything else") {
    using tuned = adapt<small_bert, lora<rank<2>, alpha<3, 2>, stabilised, with_dropout>, on<"**.attention.*", "**.feed_forward.*", "pooler">>;
    judge<tuned>(all{}, classified, adapter_drops);
}
TEST_CASE("LoRA on the table of words, and on queries") {
    using tuned = adapt<small_bert, lora<rank<4>, alpha<4>>, on<"**.word", "**.query">>;
    parameters<tuned, double> model;
    CHECK(model.weight("bert.embeddings.word.lora.a").rows == words);
    CHECK(model.weight("bert.embeddings.word.lora.b").columns == 4);
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("LoRA in some layers: the others have none, and nothing below the lowest is differentiated") {
    using tuned = adapt<small_bert, lora<rank<3>>, on<"bert.blocks.1.attention.query", "bert.blocks.2.attention.*">>;
    parameters<tuned, double> model;
    int found = 0;
    model.each([&](const named_weight<double>& w) { found += w.name.find(".lora.") != w.name.npos; });
    CHECK(found == 2 + 4 * 2);
    CHECK_THROWS(model.weight("bert.blocks.0.attention.query.lora.a"));
    CHECK_NOTHROW(model.weight("bert.blocks.0.attention.query.weight"));
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("an adapted model begins as the model: B is zero, A is drawn within 1 / sqrt(in)") {
    using tuned = adapt<small_bert, lora<rank<3>>, on<"**.query">>;
    parameters<tuned, double> model;
    parameters<small_bert, double> base;
    base.initialize(3);
    model.initialize(5, [](std::string_view name) { return name.find(".lora.") != name.npos; });
    base.each([&](const named_weight<double>& w) { std::copy(w.values.begin(), w.values.end(), model.weight(w.name).values.begin()); });
    const auto a = model.weight("bert.blocks.1.attention.query.lora.a");
    double most = 0;
    for (double v : a.values) most = std::max(most, std::abs(v));
    CHECK(most <= 1 / std::sqrt(12.0));
    CHECK(most > 0.5 / std::sqrt(12.0));
    team alone(1);
    auto plain = evaluate<pair_batch>(base, classified, alone);
    auto adapted = evaluate<pair_batch>(model, classified, alone);
    CHECK(plain(few.batch()).term(0).sum == adapted(few.batch()).term(0).sum);
    model.weight("bert.blocks.1.attention.query.lora.b").values[0] = 1;
    CHECK(plain(few.batch()).term(0).sum != adapted(few.batch()).term(0).sum);
}
TEST_CASE("the factor is alpha / rank, or alpha / sqrt(rank)") {
    CHECK(lora<rank<8>, alpha<16>>::factor::value == 2);
    CHECK(lora<alpha<8>, rank<16>, stabilised>::factor::value == 2);
    CHECK(lora<>::factor::value == 1);
}
