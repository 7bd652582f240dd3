// Rows that the model computes and that a field of the batch looks up: those beyond the last one
// are an error, as beyond a table.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct picking {
    token_rows tokens, picked;
    std::span<const std::int32_t> one;
    HONE_FIELDS(tokens, picked, one)
};
struct tagger {
    HONE_PARTS((word, table_of<width<8>>), (bend, testing::bend<width<8>>),
               (head, linear<width<8>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.bend(self.word(t.ids)); }
};

} // namespace

TEST_CASE("a row beyond those that are computed is an error that says which") {
    parameters<tagger, double> model;
    fill(model, 3, 0.5);
    team alone(1);
    const std::vector<std::int32_t> ids{1, 2, 3, 4, 5}, offsets{0, 2, 5}, ends{0, 1, 3};
    std::vector<std::int32_t> rows{4, 0, 4}, one{0, 4};
    auto some = evaluate<picking>(
        model, [](auto m, auto b) { return m.head(look_up(m(b.tokens), b.picked.ids)); }, alone);
    auto first = evaluate<picking>(
        model, [](auto m, auto b) { return m.head(look_up(m(b.tokens), b.one)); }, alone);
    auto train = differentiate<picking>(
        model, all{},
        [](auto m, auto b) { return mean_of(square(m.head(look_up(m(b.tokens), b.one)))); }, alone);
    const auto batch = [&] { return picking{{ids, offsets}, {rows, ends}, one}; };
    const auto read = some(batch());
    REQUIRE(read.size() == 3 * label_count);
    for (std::size_t c = 0; c < label_count; ++c) CHECK(read[c] == read[2 * label_count + c]);
    CHECK(train(batch()).loss > 0);
    rows[2] = 5;
    CHECK_THROWS_WITH(some(batch()), Catch::Contains("step.out_of_range") &&
                                         Catch::Contains("picked") && Catch::Contains("0 to 4") &&
                                         Catch::Contains("found 5"));
    CHECK_NOTHROW(first(batch())); // which does not read them
    for (const std::int32_t wrong : {5, -1, -100, 1 << 30}) {
        one[1] = wrong;
        CHECK_THROWS_WITH(first(batch()),
                          Catch::Contains("step.out_of_range") && Catch::Contains("one"));
        CHECK_THROWS_WITH(train(batch()),
                          Catch::Contains("step.out_of_range") && Catch::Contains("one"));
    }
}
