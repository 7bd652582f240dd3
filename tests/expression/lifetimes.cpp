// Who reads what and where, until when a value lives, and what stands as bf16, on graphs of a few
// nodes.
// SPDX-License-Identifier: Apache-2.0
#include "test.hpp"

#include "expression/by_hand.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct looked_at {
    planned out{};
    detail::planning w;
    explicit looked_at(const by_hand& h, bool rounded = false, int number = 0) : w{h.p, out,
        number} {
        out.rounded = rounded;
        find_groups(w);
        find_lifetimes(w);
        find_halves(w);
    }
    bool is(const flags& f, int i) const { return f[static_cast<std::size_t>(i)]; }
    int last(int i) const { return w.last[static_cast<std::size_t>(i)]; }
};

} // namespace

TEST_CASE("who reads a value decides where it must stand") {
    by_hand h;
    const int x = h.field(32), w = h.weight(0, 32, 32);
    const int a = h.b.element<add_>({x, x}), p = h.product(a, w, 32), c = h.b.element<copy_>({p});
    const int r = h.sum_columns(c), d = h.b.element<add_>({c, r}), e = h.b.element<add_>({d, d}),
        total = h.sum_rows(e);
    const int after = h.b.element<add_>({d, total});
    h.read({after});
    const looked_at l(h);
    CHECK((l.is(l.w.crosses, a) && l.is(l.w.crosses, p))); // a product reads and writes blocks
    CHECK((l.is(l.w.passed, c) && l.is(l.w.passed, r)));
    CHECK_FALSE((l.is(l.w.stored, a) || l.is(l.w.stored, p) || l.is(l.w.stored, c) ||
        l.is(l.w.stored, e)));
    CHECK_FALSE((l.is(l.w.passed, e) || l.is(l.w.crosses, e))); // its only reader is beside it
    CHECK((l.is(l.w.stored, d) && l.is(l.w.stored, total) && l.is(l.w.stored, after)));
    CHECK(l.last(e) == 0);
    CHECK((l.last(d) == 1 && l.last(total) == 1));
    CHECK(l.last(after) == l.w.groups()); // the caller reads it
    REQUIRE(l.w.members[1].size() == 1);
    CHECK(l.w.members[1][0] == after);
}
TEST_CASE("a block keeps what its backward pass reads") {
    by_hand h(2);
    graph_builder b{h.p, 1};
    const int in = b.add<argument_leaf>({}, 32, tokens_kind, 0), a = b.element<add_>({in, in}), r =
        b.element<copy_>({a});
    b.g().forward = static_cast<int>(b.g().nodes.size());
    b.g().inputs = b.g().carried = 1;
    b.g().input[0] = in, b.g().result[0] = r;
    const int seed = b.add<argument_leaf>({}, 32, tokens_kind, most_carried), d = b.element<add_>({seed, a});
    b.g().input_gradient[0] = d;
    const looked_at l(h, false, 1);
    CHECK(l.is(l.w.outlives, a));
    CHECK_FALSE((l.is(l.w.outlives, r) || l.is(l.w.outlives, d)));
}
TEST_CASE("where products multiply bf16, what they would round stands so") {
    by_hand h;
    const int x = h.field(32), w = h.weight(0, 32, 32);
    const int multiplied = h.b.element<add_>({x, x}), odd = h.b.add<copy_>({x}, 33, tokens_kind);
    const int shown = h.b.element<copy_>({x}), summed = h.b.element<add_>({x, shown});
    const int both = h.b.element<add_>({summed, x}), s = h.product(both, h.weight(2, 32, 32), 32);
    const int p = h.product(multiplied, w, 32), q = h.product(odd, h.weight(1, 32, 33), 32), r =
        h.product(shown, w, 32);
    h.read({p, q, r, s, shown, h.sum_rows(summed), h.sum_rows(both)});
    const looked_at exact(h), rounded(h, true);
    for (int i : {multiplied, odd, shown, summed, both}) CHECK_FALSE(exact.is(exact.w.half, i));
    CHECK(rounded.is(rounded.w.half, multiplied));
    CHECK(rounded.w.columns(multiplied).fixed == 16);
    CHECK_FALSE(rounded.is(rounded.w.half, odd));    // a row is not a multiple of 32 numbers
    CHECK_FALSE(rounded.is(rounded.w.half, shown));  // the caller reads it
    CHECK_FALSE(rounded.is(rounded.w.half, summed)); // no product reads it
    CHECK_FALSE(rounded.is(rounded.w.half, both));   // in scratch, and a row stage reads it too
    CHECK_FALSE(rounded.is(rounded.w.half, p));
}
