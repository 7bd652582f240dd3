// Where values stand, on graphs of a few nodes: nothing that lives at the same time meets, room is
// used again, and gradients, frames of loops and the buffers of pipelines are where they belong.
// SPDX-License-Identifier: Apache-2.0
#include "test.hpp"

#include "expression/by_hand.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct placed {
    planned out{};
    detail::planning w;
    explicit placed(const by_hand& h, bool rounded = false) : w{h.p, out, 0} {
        out.rounded = rounded;
        plan_graph(w);
    }
    const location& at(int i) const { return w.places[static_cast<std::size_t>(i)]; }
};

/// A value in a group of its own: the reader of a sum over rows waits for it.
int step_after(by_hand& h, int x, int width) {
    return h.b.add<add_>({x, h.sum_rows(x)}, width, tokens_kind);
}

} // namespace

TEST_CASE("values that do not live together share their columns") {
    by_hand h;
    int x = h.field(16);
    std::vector<int> values;
    for (int i = 0; i < 6; ++i) values.push_back(x = step_after(h, x, 16));
    h.read({x});
    const placed p(h);
    CHECK(apart(p.w));
    for (int v : values) CHECK(p.at(v).where == store::temporary);
    CHECK(p.w.made.temporary[region_of(tokens_kind)].fixed == 32); // a value and the one before it
    CHECK(p.out.memory.columns[0] == amount{});
}
TEST_CASE("values that live together do not meet, whatever their widths") {
    by_hand h;
    const int x = h.field(8);
    std::vector<int> values;
    int last = x;
    for (int width : {8, 24, 4, 40, 1, 16}) values.push_back(last = step_after(h, last, width));
    h.read({values[0], values[2], values[5]});
    const placed p(h);
    CHECK(apart(p.w));
    CHECK(p.w.made.temporary[region_of(tokens_kind)].fixed <= 8 + 4 + 24 + 40);
    CHECK(p.at(values[0]).where == store::temporary);
}
TEST_CASE("a gradient that only its weight reads is written into it") {
    by_hand h;
    const int x = h.field(32), w = h.weight(3, 32, 32), bias = h.weight(4, 1, 32), y =
        h.product(x, w, 32);
    h.backward();
    const int d = h.b.element<add_>({y, y}), g = h.b.add<outer_>({d, x}, 32, -32), s =
        h.sum_rows(d);
    h.b.add<accumulate_>({g}, 32, -32, 3);
    h.b.add<accumulate_>({s}, 32, -1, 4);
    h.read({h.b.element<add_>({s, bias})}); // s has another reader
    const placed p(h);
    CHECK(p.at(g).where == store::gradient);
    CHECK(p.at(g).offset.fixed == 3);
    CHECK(p.at(s).where == store::temporary);
    CHECK(p.at(w).where == store::weight);
    CHECK(p.at(x).where == store::field);
}
TEST_CASE("a pipeline's scratch, rows, scalars and partial sums add up over its members") {
    by_hand h;
    const int x = h.field(32), w = h.weight(0, 48, 32), a = h.b.element<add_>({x, x}), y =
        h.product(a, w, 48);
    const int c = h.b.element<copy_>({y}), r = h.sum_columns(c), d = h.b.element<add_>({c, r});
    const int wide = h.sum_rows(d), narrow = h.sum_rows(r);
    h.read({wide, narrow});
    const placed p(h);
    CHECK((p.at(a).where == store::scratch && p.at(y).where == store::scratch));
    CHECK(p.at(a).offset.fixed + 32 == p.at(y).offset.fixed);
    CHECK(p.out.memory.scratch == amount{32 + 48, 0});
    // read again in another pass
    CHECK((p.at(c).where == store::nowhere && p.at(c).row_fixed == 0));
    CHECK(p.out.memory.rows == amount{128, 0});
    CHECK(p.at(r).scalar == 0);
    CHECK(p.out.memory.scalars == 1);
    CHECK((p.at(wide).partial == 0 && p.at(narrow).partial == 48));
    CHECK(p.out.memory.partial[region_of(tokens_kind)] == amount{49, 0});
}
TEST_CASE("in scratch a value of bf16 takes half the columns") {
    by_hand h;
    const int x = h.field(64), a = h.b.element<add_>({x, x}), y =
        h.product(a, h.weight(0, 10, 64), 10);
    h.read({y});
    const placed p(h, true);
    CHECK(p.at(a).half);
    CHECK(p.out.memory.scratch == amount{32, 0});
}
TEST_CASE("widths that are known at run time are counted apart") {
    by_hand h;
    const int x = h.field(run_time), a = h.b.element<add_>({x, x}), after =
        step_after(h, a, run_time);
    h.read({after});
    const placed p(h);
    CHECK(p.w.made.temporary[region_of(tokens_kind)] == amount{0, 2});
    CHECK(p.at(a).offset.fixed == 0);
}
TEST_CASE("a loop has a frame for each of its layers, kept until its backward pass") {
    by_hand h(2);
    h.p.loops.push_back({.body = 1, .first = 0, .count = 5, .backward = true});
    const int x = h.b.element<copy_>({h.field(32)}), y = h.b.add<loop_>({x}, 32, tokens_kind, 0);
    h.backward();
    const int d = h.b.element<add_>({y, y}), back = h.b.add<loop_back_>({x, d}, 32, tokens_kind, 0);
    const int after = h.b.element<copy_>({back});
    h.read({y, after});
    planned out;
    out.graphs.resize(2);
    const int region = region_of(tokens_kind);
    out.graphs[1].kept[region] = {7, 0};
    out.graphs[1].temporary[region] = {300, 0};
    out.graphs[1].seed[0] = out.graphs[1].input_gradient[0] = 0; // it gives the gradient of its input
    detail::planning w{h.p, out, 0};
    plan_graph(w);
    REQUIRE(w.loops.size() == 2);
    const auto &forward = w.loops[0], &backward = w.loops[1];
    CHECK((forward.node == y && backward.node == back));
    CHECK(forward.kept[region] == backward.kept[region]); // one frame, read again
    CHECK(forward.values[0] == backward.values[0]);
    CHECK((forward.kept[region].fixed > 0 && forward.values[0].fixed > 0));
    // what stands at the same time: 5 kept frames and 4 values between layers, the running layer's
    // frame, x, y, d, the gradient that is handed down (twice, in turn) and what becomes of it
    CHECK(w.made.temporary[region].fixed == 5 * 7 + 4 * 32 + 300 + 3 * 32 + 2 * 32 + 32);
    CHECK(apart(w));
    const auto clear_of_kept = [&](long from, long size) {
        return from + size <= forward.kept[region].fixed ||
            from >= forward.kept[region].fixed + 5 * 7;
    };
    CHECK(clear_of_kept(forward.temporary[region].fixed, 300));
    CHECK(clear_of_kept(backward.temporary[region].fixed, 300));
    CHECK(clear_of_kept(forward.values[0].fixed, 4 * 32));
    CHECK(clear_of_kept(w.places[static_cast<std::size_t>(d)].offset.fixed, 32));
}
