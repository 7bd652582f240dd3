// Which row stages share their code: equal work on other rows, and nothing less.
// SPDX-License-Identifier: Apache-2.0
#include "test.hpp"

#include <hone/expression/core.hpp>
#include <hone/op/rows/pass.hpp>

using namespace hone;

namespace {

/// Two stages of one pass each: z = x + y, s = sum over columns of z; nodes 0-3 (x, y, z, s) and 4-7.
planned two_stages() {
    planned p;
    for (int stage = 0; stage < 2; ++stage) {
        const int from = 4 * stage;
        const operation* ops[] = {&operation_of<field_leaf>, &operation_of<field_leaf>, &operation_of<add_>, &operation_of<sum_columns_>};
        for (int i = 0; i < 4; ++i) {
            node n;
            n.op = ops[i];
            n.width = i == 3 ? 1 : 32;
            n.kind = stage;
            n.count = i == 2 ? 2 : i == 3 ? 1 : 0;
            for (int k = 0; k < n.count; ++k) n.argument[k] = i == 2 ? from + k : from + 2;
            p.nodes.push_back(n);
            location at;
            at.where = i == 2 ? store::temporary : i == 3 ? store::nowhere : store::field;
            at.offset.fixed = 100 * stage + 32 * i;
            at.scalar = i == 3 ? 0 : -1;
            p.places.push_back(at);
        }
        p.members.push_back(from + 2);
        p.members.push_back(from + 3);
        p.passes.push_back({32, 2 * stage, 2 * stage + 2});
        p.stages.push_back({-1, stage, stage + 1});
    }
    return p;
}
template <class Change>
bool alike_after(Change change) {
    planned p = two_stages();
    change(p);
    return alike(p, 0, 1);
}

} // namespace

TEST_CASE("stages that do the same to other rows are alike") {
    CHECK(alike_after([](planned&) {}));
    CHECK(alike_after([](planned& p) { p.places[6].where = store::kept; })); // another place in memory
}
TEST_CASE("stages that differ in anything that is compiled are not alike") {
    CHECK_FALSE(alike_after([](planned& p) { p.nodes[6].op = &operation_of<copy_>; }));
    CHECK_FALSE(alike_after([](planned& p) { p.nodes[4].width = 1; }));                 // repeated over the columns
    CHECK_FALSE(alike_after([](planned& p) { p.nodes[6].argument[1] = 4; }));           // x + x
    CHECK_FALSE(alike_after([](planned& p) { p.places[6].where = store::nowhere; }));   // not written to memory
    CHECK_FALSE(alike_after([](planned& p) { p.places[6].half = true; }));
    CHECK_FALSE(alike_after([](planned& p) { p.places[6].row_fixed = 0; }));            // a buffer of one row
    CHECK_FALSE(alike_after([](planned& p) { p.places[7].scalar = 1; }));
    CHECK_FALSE(alike_after([](planned& p) { p.nodes[4].integer = true; }));
    CHECK_FALSE(alike_after([](planned& p) { p.nodes[0].integer = p.nodes[4].integer = true; p.nodes[4].detail = 5; })); // another field
    CHECK_FALSE(alike_after([](planned& p) { p.passes[1].width = 64; }));
    CHECK_FALSE(alike_after([](planned& p) { p.passes[1].last = 3; }));
}
