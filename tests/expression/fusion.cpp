// Which nodes run together, on graphs of a few nodes: what shares a group, its stages and passes,
// and what stands alone.
// SPDX-License-Identifier: Apache-2.0
#include "test.hpp"

#include "expression/by_hand.hpp"
#include "hone/op/attention/attention.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

grouping groups_of(const by_hand& h) {
    grouping s;
    arrange(s, h.p.graphs[0], &h.p.roots);
    return s;
}
int group(const grouping& s, int i) { return s.group_of[static_cast<std::size_t>(i)]; }
int stage(const grouping& s, int i) { return s.stage_of[static_cast<std::size_t>(i)]; }
int pass(const grouping& s, int i) { return s.pass_of[static_cast<std::size_t>(i)]; }

} // namespace

TEST_CASE("a product and the row work around it are one group of three stages") {
    by_hand h;
    const int x = h.field(32), bias = h.weight(0, 1, 32), w = h.weight(1, 48, 32);
    const int a = h.b.element<add_>({x, bias}), p = h.product(a, w, 48), c =
        h.b.element<copy_>({p});
    const int r = h.sum_columns(c), d = h.b.element<add_>({c, r});
    h.read({d});
    const auto s = groups_of(h);
    REQUIRE(s.groups.size() == 1);
    CHECK(s.groups[0].node < 0);
    CHECK(s.groups[0].kind == tokens_kind);
    REQUIRE(s.stages.size() == 3);
    CHECK(s.stages[0].node < 0);
    CHECK(s.stages[1].node == p);
    CHECK(s.stages[2].node < 0);
    CHECK((stage(s, a) == 0 && stage(s, p) == 1 && stage(s, c) == 2 && stage(s, d) == 2));
    REQUIRE(s.passes.size() == 3); // a sum of columns is there only after its walk
    CHECK(s.passes[1].width == 48);
    CHECK(members_of(s, 0) == std::vector{a});
    CHECK(members_of(s, 1) == std::vector{c, r});
    CHECK(members_of(s, 2) == std::vector{d});
    for (int leaf : {x, bias, w}) CHECK(group(s, leaf) == -1);
}
TEST_CASE("what nobody reads has no group") {
    by_hand h;
    const int x = h.field(32), read = h.b.element<copy_>({x}), not_read = h.b.element<add_>({x, x});
    h.read({read});
    const auto s = groups_of(h);
    CHECK(group(s, read) == 0);
    CHECK(group(s, not_read) == -1);
    CHECK_FALSE(s.live[static_cast<std::size_t>(not_read)]);
    CHECK(s.live[static_cast<std::size_t>(x)]);
}
TEST_CASE("a sum over rows is there only for later groups") {
    by_hand h;
    const int x = h.field(32), a = h.b.element<add_>({x, x}), total = h.sum_rows(a), b =
        h.b.element<add_>({a, total});
    h.read({b});
    const auto s = groups_of(h);
    REQUIRE(s.groups.size() == 2);
    CHECK((group(s, a) == 0 && group(s, total) == 0 && group(s, b) == 1));
    CHECK(s.groups[0].kind == tokens_kind); // walked over the rows that it sums
}
TEST_CASE("rows of two kinds do not share a group") {
    by_hand h;
    const int x = h.field(8), y = h.b.add<field_leaf>({}, 8, per_sequence_code, 4);
    const int a = h.b.element<add_>({x, x}), b = h.b.element<add_>({y, y});
    h.read({a, b});
    const auto s = groups_of(h);
    CHECK(s.groups.size() == 2);
    CHECK(group(s, a) != group(s, b));
}
TEST_CASE("what reads other rows waits for the group that writes them; it stands alone with its outputs") {
    by_hand h;
    const int x = h.field(32), q = h.b.element<add_>({x, x}), k = h.b.element<copy_>({x}), v =
        h.b.element<copy_>({q});
    const int o = h.b.add<attention_<4>>({q, k, v}, 32, tokens_kind), sums =
        h.b.add<output_>({o}, 4, tokens_kind, 1);
    const int after = h.b.element<copy_>({o}), scaled = h.b.add<copy_>({sums}, 4, tokens_kind);
    h.read({after, scaled});
    const auto s = groups_of(h);
    REQUIRE(s.groups.size() == 3);
    CHECK((group(s, q) == 0 && group(s, k) == 0 && group(s, v) == 0));
    CHECK((group(s, o) == 1 && group(s, sums) == 1));
    CHECK(s.groups[1].node == o);
    CHECK((group(s, after) == 2 && group(s, scaled) == 2));
}
TEST_CASE("what generates its values has a pass of its own; another width has another pass") {
    by_hand h;
    const int x = h.field(32), rate = h.b.add<symbol_leaf>({}, 1, once_kind), a =
        h.b.element<add_>({x, x});
    const int mask = h.b.add<dropout_mask_>({rate}, 32, tokens_kind, 0), y =
        h.b.element<add_>({a, mask});
    const int narrow = h.b.add<copy_>({h.sum_columns(x)}, 1, tokens_kind);
    h.read({y, narrow});
    const auto s = groups_of(h);
    REQUIRE(s.groups.size() == 1);
    CHECK(members_of(s, static_cast<std::size_t>(pass(s, mask))) == std::vector{mask});
    CHECK(pass(s, mask) < pass(s, y));
    CHECK(pass(s, narrow) != pass(s, a));
    CHECK(s.passes[static_cast<std::size_t>(pass(s, narrow))].width == 1);
}
TEST_CASE("the backward pass shares no group with the forward pass") {
    by_hand h;
    const int x = h.field(32), w = h.weight(0, 32, 32), y = h.product(x, w, 32);
    h.backward();
    const int d = h.b.element<add_>({y, y}), g = h.b.add<outer_>({d, x}, 32, -32);
    h.b.add<accumulate_>({g}, 32, -32, 0);
    h.read({y});
    const auto s = groups_of(h);
    REQUIRE(s.groups.size() == 4); // an effect is never left out
    CHECK((group(s, y) == 0 && group(s, d) == 1 && group(s, g) == 2));
    CHECK_FALSE(s.groups[0].backward);
    for (std::size_t i = 1; i < 4; ++i) CHECK(s.groups[i].backward);
}
