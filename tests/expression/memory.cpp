// All graphs in the arrays of one plan: numbers count from where a graph stands, and the arena is
// as large as graph 0 asks.
// SPDX-License-Identifier: Apache-2.0
#include "test.hpp"

#include "expression/by_hand.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("a block under a repeat stands before what contains it") {
    by_hand h(2);
    graph_builder b{h.p, 1};
    const int in = b.add<argument_leaf>({}, 32, tokens_kind, 0), w =
        b.add<weight_leaf>({}, 32, -32, 0);
    const int p = b.add<product_>({in, w}, 32, tokens_kind), r = b.element<copy_>({p});
    b.g().inputs = b.g().carried = 1;
    b.g().input[0] = in, b.g().result[0] = r;
    b.g().forward = static_cast<int>(b.g().nodes.size());
    h.p.loops.push_back({.body = 1, .first = 0, .count = 3});
    const int x = h.b.element<copy_>({h.field(32)}), y = h.b.add<loop_>({x}, 32, tokens_kind, 0),
        z = h.b.element<add_>({y, y});
    h.read({z});

    planned out;
    std::vector<int> seen;
    plan_all(out, h.p, [&](const detail::planning& g) { seen.push_back(g.number); });
    CHECK(seen == std::vector{1, 0});
    const auto &block = out.graphs[1], &lambda = out.graphs[0];
    CHECK((block.first_node == 0 && block.last_node == 4 && lambda.first_node == 4));
    CHECK(lambda.last_node == static_cast<int>(out.nodes.size()));
    CHECK((block.first_group == 0 && block.last_group == lambda.first_group));
    CHECK((block.seed[0] == -1 && block.input_gradient[0] == -1));
    const auto& last = out.nodes[static_cast<std::size_t>(lambda.first_node + z)];
    CHECK(last.argument[0] == lambda.first_node + y);
    REQUIRE(out.loop_plans.size() == 1);
    CHECK(out.loop_plans[0].node == lambda.first_node + y);
    for (int i = lambda.first_group; i < lambda.last_group; ++i) {
        const auto& group = out.groups[static_cast<std::size_t>(i)];
        CHECK((group.node < 0 || group.node >= lambda.first_node));
        for (int s = group.first; s < group.last; ++s) {
            const auto& stage = out.stages[static_cast<std::size_t>(s)];
            for (int k = stage.first; k < stage.last; ++k)
                for (int m : members_of(out, static_cast<std::size_t>(k))) CHECK(m >= lambda.first_node);
        }
    }
    CHECK(out.memory.columns[region_of(tokens_kind)] == lambda.temporary[region_of(tokens_kind)]);
    CHECK(lambda.forward_groups == 3);
    CHECK(out.places[static_cast<std::size_t>(r)].where == store::result);
    CHECK(out.places[static_cast<std::size_t>(in)].where == store::input);
}
