// Products against three plain loops on whole numbers, exactly; the same bits for every split; nothing outside the result is touched.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/product/cpu.hpp>
#include <hone/op/product/plain.hpp>

#include "test.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace hone;

namespace {

constexpr int guard = 67; // elements before and behind every buffer; odd, so that nothing is aligned

template <class T> struct guarded {
    std::vector<T> all;
    explicit guarded(std::ptrdiff_t n) : all(static_cast<std::size_t>(n + 2 * guard), T(-12345)) {}
    T* data() { return all.data() + guard; }
    bool whole() const {
        bool good = true;
        for (std::size_t i = 0; i < guard; ++i) good = good && all[i] == T(-12345) && all[all.size() - 1 - i] == T(-12345);
        return good;
    }
};

template <class T> void fill(T* p, std::ptrdiff_t n, unsigned seed, bool whole = true) {
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = whole ? T(static_cast<int>(seed >> 28) - 8) : T(static_cast<int>(seed >> 8)) / T(1 << 23) - T(1);
    }
}

const int sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 129};

template <class Input> void check_multiply(int rows, int k, int n, bool add, bool transposed) {
    using T = on_cpu::sum_of<Input>;
    const int lda = k + 3, ldc = n + 5;
    guarded<T> a(rows * lda), w(k * n), packed(on_cpu::packed_size<Input>(k, n)), c(rows * ldc);
    fill(a.data(), rows * lda, 1);
    fill(w.data(), k * n, 2);
    fill(c.data(), rows * ldc, 3);
    auto expected = c;
    const auto shape = transposed ? plain::strided<const T>{w.data(), 1, k} : plain::strided<const T>{w.data(), n, 1};
    plain::multiply<T>({a.data(), lda, 1}, shape, {expected.data(), ldc, 1}, rows, k, n, add);
    const int all = on_cpu::panels<T>(n);
    for (int p = 0; p < all; ++p) {
        if (transposed) on_cpu::pack_transposed<Input>(w.data(), packed.data(), k, n, p, p + 1);
        else on_cpu::pack<Input>(w.data(), packed.data(), k, n, p, p + 1);
    }
    on_cpu::multiply<Input>(a.data(), lda, rows, packed.data(), c.data(), ldc, add, extent<run_time>(k), extent<run_time>(n));
    INFO("rows " << rows << " k " << k << " n " << n << " add " << add << " transposed " << transposed);
    REQUIRE((packed.whole() && c.all == expected.all));
}

template <class Input> void check_outer(int rows, int m, int n, bool add) {
    using T = on_cpu::sum_of<Input>;
    const int lda = m + 3, ldb = n + 1, ldc = n + 5;
    guarded<T> a(rows * lda), b(rows * ldb), c(m * ldc), scratch(on_cpu::outer_scratch<T>(m, n));
    fill(a.data(), rows * lda, 1);
    fill(b.data(), rows * ldb, 2);
    fill(c.data(), m * ldc, 3);
    auto expected = c;
    plain::outer<T>({a.data(), lda, 1}, {b.data(), ldb, 1}, {expected.data(), ldc, 1}, rows, m, n, add);
    const int threads = rows % 2 == 0 ? 3 : 2;
    for (int thread = threads - 1; thread >= 0; --thread)
        on_cpu::outer<Input>(a.data(), lda, b.data(), ldb, rows, c.data(), ldc, add, thread, threads, scratch.data(), m, n);
    INFO("rows " << rows << " m " << m << " n " << n << " add " << add);
    REQUIRE((scratch.whole() && c.all == expected.all));
}

} // namespace

TEMPLATE_TEST_CASE("multiply equals three loops on whole numbers", "", float, double, bf16) {
    for (int k : {1, 5, 20, 33, 64, 129})
        for (int n : sizes) check_multiply<TestType>(17, k, n, k % 2 == 0, n % 2 == 0);
    for (int rows : sizes)
        for (int n : {20, 49, 100}) check_multiply<TestType>(rows, 100, n, rows % 2 == 0, n == 49);
    check_multiply<TestType>(130, 1536, 20, true, true); // several chunks of k
    check_multiply<TestType>(9, 1030, 7, false, false);
    check_multiply<TestType>(3, 24, 3100, true, true); // several groups of panels
    check_multiply<TestType>(203, 768, 1500, true, false); // rows that wait for them, in several pieces
    check_multiply<TestType>(5, 0, 20, false, true);
    check_multiply<TestType>(5, 0, 20, true, true);
    check_multiply<TestType>(0, 20, 20, true, true);
}

TEMPLATE_TEST_CASE("outer equals three loops on whole numbers", "", float, double, bf16) {
    for (int rows : {1, 2, 33, 129})
        for (int m : sizes) check_outer<TestType>(rows, m, 20, m % 2 == 0);
    for (int n : sizes) check_outer<TestType>(31, 100, n, n % 2 == 0);
    check_outer<TestType>(600, 20, 33, true); // several chunks of rows
    check_outer<TestType>(257, 203, 65, false);
    check_outer<TestType>(7, 9, 1700, false); // several groups of panels
    check_outer<TestType>(0, 20, 5, true);
    check_outer<TestType>(0, 20, 5, false);
}

TEMPLATE_TEST_CASE("an element has the same bits in every block of rows, range of panels and share of a gradient", "", float, double, bf16) {
    using Input = TestType;
    using T = on_cpu::sum_of<Input>;
    constexpr int rows = 61, k = 700, n = 100;
    std::vector<T> a(rows * k), w(k * n), packed(static_cast<std::size_t>(on_cpu::packed_size<Input>(k, n))), whole(rows * n), parts(rows * n);
    fill(a.data(), rows * k, 7, false);
    fill(w.data(), k * n, 8, false);
    const int all = on_cpu::panels<T>(n);
    on_cpu::pack<Input>(w.data(), packed.data(), k, n, 0, all);
    on_cpu::multiply<Input>(a.data(), k, rows, packed.data(), whole.data(), n, false, extent<k>(), extent<n>());
    for (int block : {1, 2, 3, 5, 8, 13, 60}) {
        for (int i = 0; i < rows; i += block)
            for (int p = 0; p < all; ++p)
                on_cpu::multiply<Input>(a.data() + i * k, k, std::min(block, rows - i), packed.data(), parts.data() + i * n, n, false,
                              extent<run_time>(k), extent<run_time>(n), p, p + 1);
        CHECK(whole == parts);
    }
    std::vector<T> scratch(static_cast<std::size_t>(std::max(on_cpu::outer_scratch<T>(k, n), on_cpu::outer_scratch<T>(n, k)))), one(k * n), many(k * n);
    std::vector<T> dy(rows * n);
    fill(dy.data(), rows * n, 9, false);
    for (bool wide : {false, true}) { // k x n, or n x k
        const auto part = [&](std::vector<T>& to, int thread, int threads) {
            if (wide) on_cpu::outer<Input>(dy.data(), n, a.data(), k, rows, to.data(), k, false, thread, threads, scratch.data(), n, k);
            else on_cpu::outer<Input>(a.data(), k, dy.data(), n, rows, to.data(), n, false, thread, threads, scratch.data(), k, n);
        };
        part(one, 0, 1);
        for (int threads : {2, 3, 8, 200}) {
            std::fill(many.begin(), many.end(), T(0));
            for (int thread = 0; thread < threads; ++thread) part(many, thread, threads);
            CHECK(one == many);
        }
    }
}

TEST_CASE("products of bf16 are those of the rounded numbers, summed in float") {
    constexpr int rows = 37, k = 801, n = 50; // odd: the last word holds one number
    std::vector<float> a(rows * k), w(k * n), packed(static_cast<std::size_t>(on_cpu::packed_size<bf16>(k, n))), c(rows * n);
    fill(a.data(), rows * k, 17, false);
    fill(w.data(), k * n, 18, false);
    on_cpu::pack<bf16>(w.data(), packed.data(), k, n, 0, on_cpu::panels<float>(n));
    on_cpu::multiply<bf16>(a.data(), k, rows, packed.data(), c.data(), n, false, extent<k>(), extent<n>());
    const auto rounded = [](float x) { return static_cast<double>(static_cast<float>(bf16(x))); };
    double worst = 0;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < n; ++j) {
            double sum = 0, size = 0;
            for (int l = 0; l < k; ++l) {
                const double term = rounded(a[static_cast<std::size_t>(i * k + l)]) * rounded(w[static_cast<std::size_t>(l * n + j)]);
                sum += term;
                size += std::abs(term);
            }
            worst = std::max(worst, std::abs(static_cast<double>(c[static_cast<std::size_t>(i * n + j)]) - sum) / size);
        }
    CHECK(worst <= k * 0x1p-24);
    // what is not finite stays so
    a[5] = std::numeric_limits<float>::quiet_NaN();
    a[static_cast<std::size_t>(k)] = std::numeric_limits<float>::infinity();
    on_cpu::multiply<bf16>(a.data(), k, rows, packed.data(), c.data(), n, false, extent<k>(), extent<n>());
    CHECK(std::isnan(c[0]));
    CHECK_FALSE(std::isfinite(c[static_cast<std::size_t>(n)]));
    CHECK(std::isfinite(c[static_cast<std::size_t>(2 * n)]));
}

TEST_CASE("operands that are kept rounded give the bits of those that are rounded on the way") {
    for (int rows : {1, 2, 37, 255, 300})
        for (int width : {32, 96, 416}) {
            const int n = width == 96 ? 160 : 64;
            const auto numbers = [&](int count, unsigned seed) {
                std::vector<float> x(static_cast<std::size_t>(count));
                fill(x.data(), count, seed, false);
                return x;
            };
            const auto kept = [&](const std::vector<float>& x) { // two numbers in a word
                std::vector<float> words(x.size() / 2);
                bool same = true;
                for (std::size_t i = 0; i < x.size(); i += static_cast<std::size_t>(on_cpu::lanes<float>)) {
                    on_cpu::operand<bf16>::narrow(words.data(), static_cast<int>(i), on_cpu::load(x.data() + i));
                    float back[static_cast<std::size_t>(on_cpu::lanes<float>)];
                    on_cpu::store(back, on_cpu::operand<bf16>::widen(words.data(), static_cast<int>(i)));
                    for (std::size_t l = 0; l < static_cast<std::size_t>(on_cpu::lanes<float>); ++l) same = same && back[l] == static_cast<float>(bf16(x[i + l]));
                }
                REQUIRE(same);
                return words;
            };
            const auto a = numbers(rows * width, 3), b = numbers(rows * n, 4), w = numbers(width * n, 5);
            const auto half_a = kept(a), half_b = kept(b);
            std::vector<float> packed(static_cast<std::size_t>(on_cpu::packed_size<bf16>(width, n))), c(static_cast<std::size_t>(rows * n)), d = c;
            on_cpu::pack<bf16>(w.data(), packed.data(), width, n, 0, on_cpu::panels<float>(n));
            const extent<run_time> k(width), en(n);
            on_cpu::multiply<bf16>(a.data(), width, rows, packed.data(), c.data(), n, false, k, en);
            on_cpu::multiply<bf16>(half_a.data(), width / 2, rows, packed.data(), d.data(), n, false, k, en, true);
            INFO(rows << " rows, widths " << width << " and " << n);
            CHECK(c == d);
            std::vector<float> scratch(static_cast<std::size_t>(on_cpu::outer_scratch<float>(width, n))), dw(static_cast<std::size_t>(width * n)), other = dw;
            on_cpu::outer<bf16>(a.data(), width, b.data(), n, rows, dw.data(), n, false, 0, 1, scratch.data(), width, n);
            for (int form = 1; form < 4; ++form) {
                const bool left = form & 1, right = form & 2;
                for (int thread : {0, 1, 2})
                    on_cpu::outer<bf16>(left ? half_a.data() : a.data(), left ? width / 2 : width, right ? half_b.data() : b.data(), right ? n / 2 : n, rows,
                                     other.data(), n, false, thread, 3, scratch.data(), width, n, left, right);
                CHECK(dw == other);
            }
        }
}
