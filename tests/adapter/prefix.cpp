// Prefix tuning: its gradients, a plain computation of what it gives, where the tokens of a text stand, and how long a text may be.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/lora.hpp>
#include <hone/adapter/prefix.hpp>
#include <hone/op/attention/plain.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using prefixed = adapt<bert_with_room, prefix<virtual_tokens<4>>, on<"**.attention">>;

/// Attention over words and where they stand.
struct listener {
    HONE_PARTS((word, table_of<w12>), (position, embedding<positions<longest + 3>, w12>), (attention, self_attention<w12, heads<2>>))
    static constexpr auto call(auto self, token_field auto t) { return self.attention(self.word(t.ids) + self.position(t.positions)); }
};
using behind = adapt<listener, prefix<virtual_tokens<3>>, on<"attention">>;

/// Two readers of one text, one of them behind a prefix.
struct two_readers {
    HONE_PARTS((first, listener), (second, behind), (head, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, token_field auto t) { return self.head(first_token(self.first(t) + self.second(t))); }
};

/// `to` + the rows of W x.
std::vector<double> mapped(parameters<behind, double>& model, const std::string& name, const std::vector<double>& x) {
    const auto w = model.weight(name + ".weight").values, b = model.weight(name + ".bias").values;
    std::vector<double> y(x.size());
    for (std::size_t r = 0; r < x.size() / 12; ++r)
        for (std::size_t i = 0; i < 12; ++i) {
            y[12 * r + i] = b[i];
            for (std::size_t k = 0; k < 12; ++k) y[12 * r + i] += w[12 * i + k] * x[12 * r + k];
        }
    return y;
}

} // namespace

TEST_CASE("prefix tuning") { judge<prefixed>(adapters_and_head{}, classified, drops); }
TEST_CASE("prefix tuning without dropout, the prefix alone") { judge<prefixed>(trainable<adapters>{}, classified); }
TEST_CASE("everything trains, the prefix too") { judge<prefixed>(all{}, classified, drops); }
TEST_CASE("a prefix beside LoRA, in one layer") {
    using tuned = adapt<bert_with_room, prefix<virtual_tokens<3>>, on<"bert.blocks.1.attention">, lora<rank<2>>, on<"**.query">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("a text read behind a prefix and without it has positions of both") {
    judge<two_readers>(all{}, classified);
    parameters<two_readers, double> model;
    fill(model, 3);
    team alone(1);
    auto plain = evaluate<pair_batch>(model, [](auto m, auto b) { return m.first(b.left); }, alone);
    const auto first = plain(few.batch());
    const std::vector<double> expected(first.begin(), first.end());
    auto both = evaluate<pair_batch>(model, [](auto m, auto b) { return m.first(b.left) + scaled<0>(m.second(b.left)); }, alone);
    const auto found = both(few.batch());
    CHECK(std::equal(found.begin(), found.end(), expected.begin(), expected.end()));
}

TEST_CASE("a prefix is keys and values before those of each sequence, and positions from its length on") {
    parameters<behind, double> model;
    fill(model, 5);
    team alone(1);
    auto run = evaluate<pair_batch>(model, [](auto m, auto b) { return m(b.left); }, alone);
    const auto found = run(few.batch());
    const auto word = model.weight("word.weight").values, position = model.weight("position.weight").values, key = model.weight("attention.prefix.key").values,
               value = model.weight("attention.prefix.value").values;
    std::vector<double> x;
    for (std::size_t s = 0; s + 1 < few.left.offsets.size(); ++s)
        for (std::int32_t r = few.left.offsets[s]; r < few.left.offsets[s + 1]; ++r)
            for (int i = 0; i < 12; ++i)
                x.push_back(word[static_cast<std::size_t>(12 * few.left.ids[static_cast<std::size_t>(r)] + i)] +
                            position[static_cast<std::size_t>(12 * (3 + r - few.left.offsets[s]) + i)]);
    const auto q = mapped(model, "attention.query", x), k = mapped(model, "attention.key", x), v = mapped(model, "attention.value", x);
    std::vector<double> o(x.size()), sums(x.size()), memory(64);
    for (std::size_t s = 0; s + 1 < few.left.offsets.size(); ++s)
        for (int head = 0; head < 2; ++head) {
            const int from = 12 * few.left.offsets[s] + 6 * head, length = few.left.offsets[s + 1] - few.left.offsets[s];
            const plain::key_set<double> sets[] = {{key.data() + 6 * head, value.data() + 6 * head, 12, 3}, {k.data() + from, v.data() + from, 12, length}};
            plain::attention_forward(q.data() + from, 12, sets, length, o.data() + from, 12, sums.data(), 1, 1 / std::sqrt(6.0), 0u, 2, head, memory.data(), 6);
        }
    const auto expected = mapped(model, "attention.output", o);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::abs(found[i] - expected[i]) < 1e-13);
}

TEST_CASE("a text has the positions that the prefix leaves") {
    parameters<behind, float> model;
    fill(model, 5);
    team alone(1);
    auto run = evaluate<token_batch>(model, [](auto m, auto b) { return m(b.tokens); }, alone);
    const tokens fits({1, longest}, words, 8), too_long({2, longest + 1}, words, 8);
    CHECK(run({fits.rows()}).size() == 12 * (1 + longest));
    try {
        run({too_long.rows()});
        FAIL("no error");
    } catch (const error& e) {
        CHECK(e.code == "step.too_long");
        CHECK(std::string(e.what()).find("at most 9 beside 3 virtual tokens, found 10") != std::string::npos);
    }
    CHECK(run({fits.rows()}).size() == 12 * (1 + longest));
}
