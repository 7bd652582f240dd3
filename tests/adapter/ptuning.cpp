// P-tuning: the gradients of the network that makes the virtual tokens, and that what it makes is a prompt.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/ptuning.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using made = adapt<bert_with_room, ptuning<virtual_tokens<4>, inner<7>>, on<"**.word">>;
using given = adapt<bert_with_room, prompt<virtual_tokens<4>>, on<"**.word">>;

} // namespace

TEST_CASE("P-tuning") { judge<made>(adapters_and_head{}, classified, drops); }
TEST_CASE("everything trains, the network too") { judge<made>(all{}, classified, drops); }

TEST_CASE("what the network makes is a prompt") {
    parameters<made, double> model;
    parameters<given, double> other;
    fill(model, 9);
    team alone(1);
    auto table = evaluate<pair_batch>(model, [](auto m, auto) { return m.bert.embeddings.word.ptuning(); }, alone);
    const auto rows = table(few.batch());
    REQUIRE(rows.size() == 4 * 12);
    other.each([&](named_weight<double> w) {
        if (w.name == "bert.embeddings.word.prompt.rows") std::copy(rows.begin(), rows.end(), w.values.begin());
        else {
            const auto from = model.weight(w.name).values;
            std::copy(from.begin(), from.end(), w.values.begin());
        }
    });
    constexpr auto logits = [](auto m, auto b) { return m(b.left); };
    auto run = evaluate<pair_batch>(model, logits, alone);
    auto expected = evaluate<pair_batch>(other, logits, alone);
    const auto found = run(many.batch()), right = expected(many.batch());
    CHECK(std::equal(found.begin(), found.end(), right.begin(), right.end()));
}
