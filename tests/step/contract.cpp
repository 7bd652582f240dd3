// A step knows an op by what its traits say: a table look-up, its gradient by rows and a product of a
// user's own are bounded, counted, packed and cleared as the library's are, to the bit. A trait that
// does not exist is an error.
// SPDX-License-Identifier: Apache-2.0
#include "hone/step/work.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct own_scatter_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false,
        .read_elsewhere = {0, 1}, .fills = gradient_filling::rows};
};
struct own_gather_ {
    static constexpr op_traits traits{
        .how = structure::source, .read_elsewhere = {0}, .table = 0, .row_index = 1};
    using uses = types<own_scatter_>;
    template <class Table, class Ids>
    using shape = shaped<typename Ids::kind, Table::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int table = b.at(self).argument[0], ids = b.at(self).argument[1];
        const int rows = b.add<own_scatter_>({b.of(self), ids}, b.at(table).width,
            b.at(table).kind);
        b.contribute(table, rows);
    }
};
struct own_product_ : product_ {};
struct own_column_ : elementwise {
    static constexpr op_traits traits{.uses_column = true};
    static constexpr auto value(auto column, auto x) { return column * x; }
};

struct own_layer {
    HONE_PARTS((word, embedding<vocabulary<6000>, w20>), (head, projection<w20, width<32>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = apply<own_gather_>(self.word.weight, t.ids);
        return mean_sequence(apply<own_product_>(x, self.head.weight));
    }
};
struct same_layer {
    HONE_PARTS((word, embedding<vocabulary<6000>, w20>), (head, projection<w20, width<32>>))
    static constexpr auto call(auto self, auto t) {
        return mean_sequence(self.head(self.word(t.ids)));
    }
};
constexpr auto label_loss = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

template <class T>
concept takes_a_misspelt_trait = requires { T{.liner = true}; };
template <class T>
concept takes_a_trait = requires { T{.linear = true}; };
static_assert(takes_a_trait<op_traits> && !takes_a_misspelt_trait<op_traits>);
static_assert(argument_set{0, 2}.has(2) && !argument_set{0, 2}.has(1) && !argument_set{}.has(0));
static_assert(all_arguments.has(7));
static_assert(arity_of<own_column_>() == 1 && arity_of<multiply_>() == 2);

} // namespace

namespace hone::on_cpu::inline HONE_CPU {
template <>
struct kernel<own_scatter_> : kernel<scatter_> {};
template <>
struct kernel<own_gather_> : kernel<gather_> {};
template <>
struct kernel<own_product_> : kernel<product_> {};
} // namespace hone::on_cpu::inline HONE_CPU

TEST_CASE("ops of a user's own with the same traits make the same step") {
    parameters<own_layer> own;
    parameters<same_layer> same;
    fill(own, 3, 0.3), fill(same, 3, 0.3);
    team workers(2);
    auto a = differentiate(own, all{}, label_loss, workers);
    auto b = differentiate(same, all{}, label_loss, workers);
    std::vector<std::int32_t> ids{40, 17, 5900, 41, 17, 2}, offsets{0, 2, 3, 6}, label{0, 2, 1};
    const text_batch batch{{ids, offsets}, label};
    for (int step = 0; step < 2; ++step) {
        const auto [loss, g] = a(batch);
        const auto [expected, h] = b(batch);
        CHECK(loss == expected);
        REQUIRE(g.count == h.count);
        CHECK(std::equal(g.values, g.values + g.count, h.values));
    }
    CHECK(a.weights().seldom == b.weights().seldom); // an embedding's, by rows
    CHECK(a.weights().seldom == 6000 * 20);
    CHECK(a.arena_bytes() == b.arena_bytes());
    constexpr auto work = work_of<decltype(a)::program>();
    constexpr auto expected = work_of<decltype(b)::program>();
    CHECK((work.per_token == expected.per_token && work.per_token > 0));
    ids[2] = 6000; // not a row of the table
    std::string code;
    try {
        a(batch);
    } catch (const error& e) {
        code = e.code;
    }
    CHECK(code == "step.out_of_range");
}
