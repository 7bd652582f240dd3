// Attention and its gradient against the plain version in double, for ragged lengths and head sizes, with and without dropout;
// the same bits however the queries are split; nothing outside the results is touched.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/attention/cpu.hpp>
#include <hone/op/attention/plain.hpp>

#include "test.hpp"

#include <set>
#include <tuple>
#include <vector>

using namespace hone;

namespace {

constexpr int guard = 37, heads = 3, head = 1;

template <class T> std::vector<T> numbers(int n, unsigned seed, T size) {
    std::vector<T> all(static_cast<std::size_t>(n));
    for (T& x : all) {
        seed = seed * 1664525u + 1013904223u;
        x = (T(seed >> 8) / T(1 << 23) - T(1)) * size;
    }
    return all;
}

/// One problem: q, k, v are slices of one matrix of rows 3 * heads * size wide, as a fused projection leaves them.
template <class Input> struct problem {
    using T = on_cpu::sum_of<Input>;
    int queries, keys, size, before, ld, ld_o;
    T scale;
    std::vector<T> x, y, d_o, o, lse, d_x, d_prefix, scratch;
    dropout_bits bits, bits_before;
    bool drops;

    problem(int queries_, int keys_, int size_, bool drops_, int before_ = 0)
        : queries(queries_), keys(keys_), size(size_), before(before_), ld(3 * heads * size + 1), ld_o(heads * size + 2), scale(T(1) / T(size)),
          x(numbers<T>((std::max)(queries, keys) * ld, 5, T(3))), y(numbers<T>(2 * before * size, 7, T(3))), d_o(numbers<T>(queries * ld_o, 6, T(1))),
          o(static_cast<std::size_t>(queries * ld_o + 2 * guard), T(-7)), lse(static_cast<std::size_t>(2 * queries + 1), T(-7)),
          d_x(static_cast<std::size_t>((std::max)(queries, keys) * ld + 2 * guard), T(-7)),
          d_prefix(y.size()), scratch(static_cast<std::size_t>(on_cpu::attention_scratch<Input>(extent<run_time>(size)) + 2 * guard), T(-7)),
          bits(dropout_bits::at(0.25, 9, 8, 7, 6)), bits_before(dropout_bits::at(0.25, 9, 8, 5, 6)), drops(drops_) {}

    const dropout_bits* drawn() const { return drops ? &bits : nullptr; }
    const dropout_bits* drawn_before() const { return drops ? &bits_before : nullptr; }
    const T* prefix(int n) const { return y.data() + n * before * size; }
    T* prefix_slope(int n) { return d_prefix.data() + n * before * size; }
    const T* part(int n) const { return x.data() + (n * heads + head) * size; }
    T* slope(int n) { return d_x.data() + guard + (n * heads + head) * size; }
    T* result() { return o.data() + guard + head * size; }
    const T* given() const { return d_o.data() + head * size; }

    template <int H> void run(extent<H> h, int split) {
        T* const room = scratch.data() + guard;
        for (int i = 0; i < queries; i += split)
            on_cpu::attention_forward<Input>(part(0) + i * ld, ld, part(1), part(2), ld, std::min(split, queries - i), keys, result() + i * ld_o,
                                   ld_o, lse.data() + 2 * i, 2, scale, drawn(), 1000u + static_cast<unsigned>(i), heads, head, room, h);
        on_cpu::attention_backward<Input>(part(0), ld, part(1), part(2), ld, queries, keys, result(), given(), ld_o, lse.data(), 2, scale, drawn(),
                                1000u, heads, head, slope(0), ld, slope(1), slope(2), ld, room, h);
    }
    /// With keys before those of the sequence, as a second call that joins the first.
    template <int H> void run_behind(extent<H> h) {
        T* const room = scratch.data() + guard;
        on_cpu::attention_forward<Input>(part(0), ld, part(1), part(2), ld, queries, keys, result(), ld_o, lse.data(), 2, scale, drawn(), 1000u, heads, head, room, h);
        on_cpu::attention_forward<Input>(part(0), ld, prefix(0), prefix(1), size, queries, before, result(), ld_o, lse.data(), 2, scale, drawn_before(), 1000u, heads, head,
                               room, h, true);
        on_cpu::attention_backward<Input>(part(0), ld, part(1), part(2), ld, queries, keys, result(), given(), ld_o, lse.data(), 2, scale, drawn(), 1000u, heads, head,
                                slope(0), ld, slope(1), slope(2), ld, room, h);
        std::vector<T> d_q(static_cast<std::size_t>(queries * size));
        std::fill(d_prefix.begin(), d_prefix.end(), T(0));
        on_cpu::attention_backward<Input>(part(0), ld, prefix(0), prefix(1), size, queries, before, result(), given(), ld_o, lse.data(), 2, scale, drawn_before(), 1000u,
                                heads, head, d_q.data(), size, prefix_slope(0), prefix_slope(1), size, room, h, true);
        for (int i = 0; i < queries; ++i)
            for (int c = 0; c < size; ++c) slope(0)[i * ld + c] += d_q[static_cast<std::size_t>(i * size + c)];
    }
    void run_plain() {
        std::vector<T> memory(static_cast<std::size_t>(2 * (keys + before)));
        const plain::key_set<T> sets[] = {{part(1), part(2), ld, keys, drawn(), slope(1), slope(2), ld},
                                          {prefix(0), prefix(1), size, before, drawn_before(), prefix_slope(0), prefix_slope(1), size}};
        plain::attention_forward(part(0), ld, sets, queries, result(), ld_o, lse.data(), 2, scale, 1000u, heads, head, memory.data(), size);
        plain::attention_backward(part(0), ld, sets, queries, given(), ld_o, scale, 1000u, heads, head, slope(0), ld, memory.data(), size);
    }
};

template <class T> bool near(const std::vector<T>& found, const std::vector<double>& expected, double share) {
    double most = 1, worst = 0;
    for (double e : expected) most = e == -7 ? most : std::max(most, std::abs(e));
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (expected[i] == -7 && found[i] != T(-7)) return false; // outside the result
        const double d = std::abs(static_cast<double>(found[i]) - expected[i]);
        if (!(d <= worst)) worst = d;
    }
    UNSCOPED_INFO("worst " << worst << " of " << most);
    return worst <= share * most;
}

template <class Input> void check(int queries, int keys, int size, bool drops, int before = 0) {
    using T = on_cpu::sum_of<Input>;
    problem<Input> fast(queries, keys, size, drops, before);
    problem<double> slow(queries, keys, size, drops, before);
    for (std::size_t i = 0; i < fast.x.size(); ++i) slow.x[i] = static_cast<double>(fast.x[i]);
    for (std::size_t i = 0; i < fast.y.size(); ++i) slow.y[i] = static_cast<double>(fast.y[i]);
    for (std::size_t i = 0; i < fast.d_o.size(); ++i) slow.d_o[i] = static_cast<double>(fast.d_o[i]);
    slow.scale = static_cast<double>(fast.scale);
    if (before > 0) fast.run_behind(extent<run_time>(size));
    else fast.run(extent<run_time>(size), queries);
    slow.run_plain();
    // three roundings to 8 bits stand between the input and a gradient; scores of bf16 are off by their own size times 2^-8
    const double share = !std::is_same_v<T, Input> ? 0.03 : sizeof(T) == 4 ? 1e-5 : 1e-14;
    INFO("queries " << queries << " keys " << keys << " size " << size << " dropout " << drops << " before " << before);
    REQUIRE(near(fast.o, slow.o, share));
    REQUIRE(near(fast.lse, slow.lse, share));
    REQUIRE(near(fast.d_x, slow.d_x, share));
    REQUIRE(near(fast.d_prefix, slow.d_prefix, share));
    for (std::size_t i = 0; i < guard; ++i) REQUIRE((fast.scratch[i] == T(-7) && fast.scratch[fast.scratch.size() - 1 - i] == T(-7)));
}

} // namespace

TEMPLATE_TEST_CASE("attention and its gradient equal the plain version", "", float, double, bf16) {
    for (int length : {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129})
        check<TestType>(length, length, 20, length % 2 == 0);
    for (int size : {1, 5, 8, 20, 32, 33, 64, 100, 128})
        for (int length : {6, 130}) check<TestType>(length, length, size, size % 2 == 0);
    check<TestType>(1, 128, 32, true); // one query reads all keys
    check<TestType>(1, 300, 64, false);
    check<TestType>(300, 1, 5, true);
    check<TestType>(50, 300, 32, true);
    check<TestType>(3, 0, 5, false);
    check<TestType>(0, 3, 5, false);
}

TEMPLATE_TEST_CASE("keys before those of the sequence count as if they were its own", "", float, double, bf16) {
    for (int length : {1, 5, 48, 49, 130})
        for (int before : {1, 8, 20, 130})
            for (bool drops : {false, true}) check<TestType>(length, length, 20, drops, before);
    check<TestType>(1, 128, 32, true, 8); // one query reads all keys
}

TEMPLATE_TEST_CASE("gradients of keys are added to what stands there", "", float, double) {
    problem<TestType> once(60, 60, 20, true, 8), twice(60, 60, 20, true, 8);
    once.run_behind(extent<run_time>(20));
    twice.run_behind(extent<run_time>(20));
    std::vector<TestType> d_q(60 * 20);
    on_cpu::attention_backward<TestType>(twice.part(0), twice.ld, twice.prefix(0), twice.prefix(1), 20, 60, 8, twice.result(), twice.given(), twice.ld_o, twice.lse.data(), 2,
                            twice.scale, twice.drawn_before(), 1000u, heads, head, d_q.data(), 20, twice.prefix_slope(0), twice.prefix_slope(1), 20,
                            twice.scratch.data() + guard, extent<run_time>(20), true);
    double worst = 0, most = 0;
    for (std::size_t i = 0; i < once.d_prefix.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(twice.d_prefix[i] - 2 * once.d_prefix[i])));
        most = std::max(most, std::abs(static_cast<double>(once.d_prefix[i])));
    }
    CHECK(worst <= (sizeof(TestType) == 4 ? 1e-5 : 1e-14) * most);
}

TEMPLATE_TEST_CASE("the same bits however the queries are split and wherever the head's size is known", "", float, double, bf16) {
    for (bool drops : {false, true}) {
        problem<TestType> whole(150, 150, 32, drops), parts(150, 150, 32, drops);
        whole.run(extent<32>(), 150);
        for (int split : {1, 7, 64}) {
            parts.run(extent<run_time>(32), split);
            CHECK(parts.o == whole.o);
            CHECK(parts.lse == whole.lse);
            CHECK(parts.d_x == whole.d_x);
        }
    }
}

TEMPLATE_TEST_CASE("scores far apart neither overflow nor lose the largest", "", float, bf16) {
    problem<TestType> p(20, 200, 4, false);
    for (float& x : p.x) x *= 1000;
    p.run(extent<4>(), 20);
    bool finite = true;
    for (float x : p.d_x) finite = finite && std::isfinite(x);
    for (float x : p.o) finite = finite && std::isfinite(x);
    CHECK(finite);
}

TEST_CASE("rows kept as bf16 give the bits of floats rounded before") {
    const auto words = [](const problem<bf16>& p, int n) { // part n of all heads, two numbers in a word
        std::vector<float> all(static_cast<std::size_t>(std::max(p.queries, p.keys) * heads * p.size / 2));
        for (std::size_t i = 0; i < all.size(); ++i) {
            const int width = heads * p.size, number = static_cast<int>(2 * i);
            const auto bits = [&](int at) { return std::bit_cast<std::uint32_t>(p.x[static_cast<std::size_t>(at / width * p.ld + n * width + at % width)]); };
            all[i] = std::bit_cast<float>(bits(number) >> 16 | (bits(number + 1) & 0xFFFF0000u));
        }
        return all;
    };
    for (const int size : {32, 64})
        for (const int length : {1, 5, 16, 23, 48, 130})
            for (int which = 1; which < 4; ++which) {
                problem<bf16> expected(length, length, size, true), found(length, length, size, true);
                for (std::size_t i = 0; i < expected.x.size(); ++i) found.x[i] = expected.x[i] = static_cast<float>(bf16(expected.x[i]));
                expected.run(extent<run_time>(size), length);
                const std::vector<float> kept[] = {words(found, 0), words(found, 1), words(found, 2)};
                const on_cpu::kept_rounded halves{(which & 1) != 0, (which & 2) != 0, (which & 2) != 0};
                const auto of = [&](int n, bool half) { return half ? kept[n].data() + head * size / 2 : found.part(n); };
                const int ld_q = halves.q ? heads * size : found.ld, ld_kv = halves.k ? heads * size : found.ld;
                float* const room = found.scratch.data() + guard;
                on_cpu::attention_forward<bf16>(of(0, halves.q), ld_q, of(1, halves.k), of(2, halves.v), ld_kv, length, length, found.result(), found.ld_o, found.lse.data(), 2, found.scale,
                                             found.drawn(), 1000u, heads, head, room, extent<run_time>(size), false, halves);
                on_cpu::attention_backward<bf16>(of(0, halves.q), ld_q, of(1, halves.k), of(2, halves.v), ld_kv, length, length, found.result(), found.given(), found.ld_o, found.lse.data(), 2,
                                              found.scale, found.drawn(), 1000u, heads, head, found.slope(0), found.ld, found.slope(1), found.slope(2), found.ld, room,
                                              extent<run_time>(size), false, halves);
                INFO("size " << size << " length " << length << " which " << which);
                CHECK(found.o == expected.o);
                CHECK(found.lse == expected.lse);
                CHECK(found.d_x == expected.d_x);
            }
}

TEST_CASE("no two queries and keys of a batch share a bit of dropout, and queries of few keys share a block") {
    const int lengths[] = {1, 16, 3, 17, 40, 64, 65, 200, 5, 33}; // of sequences behind each other
    std::set<std::tuple<std::uint32_t, int>> used;
    std::set<std::uint32_t> rows;
    std::size_t elements = 0;
    int base = 7;
    for (const int length : lengths) {
        for (int h = 0; h < heads; ++h) {
            const attention_bits at(static_cast<std::uint32_t>(base), heads, h, length);
            CHECK(at.span * at.queries == 128);
            CHECK((at.queries == 1 || length <= at.span));
            CHECK((at.span == 16 || length > at.span / 2));
            for (int i = 0; i < length; ++i)
                for (int j = 0; j < length; ++j, ++elements) used.insert({at.row(i), at.column(i) + j});
            for (int i = 0; i < length; ++i) rows.insert(at.row(i));
        }
        base += length;
    }
    CHECK(used.size() == elements);
    CHECK(rows.size() == static_cast<std::size_t>(heads * (1 + 2 + 1 + 5 + 20 + 32 + 65 + 200 + 1 + 17)));
}
