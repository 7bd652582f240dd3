// Sums of Kronecker products: the kernels against the plain version on whole numbers, to the last bit, and that against a product written by hand.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/kronecker/cpu.hpp>
#include <hone/op/kronecker/plain.hpp>
#include <hone/tensor/random.hpp>

#include <vector>

#include "test.hpp"

using namespace hone;

namespace {

template <class T>
std::vector<T> whole(long count, std::uint64_t seed) {
    counter_random random(seed, stream::user);
    std::vector<T> out(static_cast<std::size_t>(count));
    for (T& v : out) v = static_cast<T>(static_cast<int>(random.bits() % 9) - 4);
    return out;
}
template <class T>
void compare(int n, int p, int q) {
    const auto a = whole<T>(n * n * n, 1), l = whole<T>(n * p, 2), r = whole<T>(n * q, 3), dh = whole<T>(n * p * n * q, 4);
    std::vector<T> expected(dh.size(), T(0)), h(dh.size(), T(7));
    plain::kronecker_sum(a.data(), l.data(), r.data(), expected.data(), n, p, q);
    const int cut = n * p / 2;
    on_cpu::kronecker_rows(a.data(), l.data(), r.data(), h.data(), n, p, q, cut, n * p);
    on_cpu::kronecker_rows(a.data(), l.data(), r.data(), h.data(), n, p, q, 0, cut);
    CHECK(h == expected);
    const auto back = [&]<int Which>(std::integral_constant<int, Which>, std::size_t size) {
        for (bool adds : {false, true}) {
            std::vector<T> right(size, adds ? T(5) : T(0)), given(size, T(5));
            plain::kronecker_back<Which>(a.data(), l.data(), r.data(), dh.data(), right.data(), n, p, q);
            for (int i = n; i-- > 0;) on_cpu::kronecker_back_term<Which>(a.data(), l.data(), r.data(), dh.data(), given.data(), adds, n, p, q, i);
            CHECK(given == right);
        }
    };
    back(std::integral_constant<int, 0>{}, a.size());
    back(std::integral_constant<int, 1>{}, l.size());
    back(std::integral_constant<int, 2>{}, r.size());
}

} // namespace

TEST_CASE("kernels are the plain sum, forward and back") {
    for (int n : {1, 2, 4, 5})
        for (int p : {1, 3, 8})
            for (int q : {1, 2, 17}) {
                compare<float>(n, p, q);
                compare<double>(n, p, q);
            }
}
TEST_CASE("two products of 2 x 2 by 1 x 2") {
    const double a[] = {1, 2, 3, 4, 10, 20, 30, 40}, l[] = {1, 2}, r[] = {1, 3, 1, -1};
    double h[8]{};
    plain::kronecker_sum(a, l, r, h, 2, 1, 2); // (1 2; 3 4) (x) (1 3) + (10 20; 30 40) (x) (2 -2)
    const double expected[] = {21, -17, 42, -34, 63, -51, 84, -68};
    for (int i = 0; i < 8; ++i) CHECK(h[i] == expected[i]);
}
