// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/exact_sum.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "test.hpp"

using hone::exact_sum;

namespace {

double sum_of(const std::vector<double>& terms) {
    exact_sum sum;
    for (const double t : terms) sum.add(t);
    return sum.value();
}

} // namespace

TEST_CASE("An exact sum loses nothing and is rounded once", "[metric]") {
    CHECK(exact_sum().value() == 0);
    CHECK(sum_of({1e300, 1, -1e300}) == 1);
    CHECK(sum_of({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}) == 1);
    CHECK(sum_of({1e16, 1, 1}) == 1e16 + 2);
    const double e = std::ldexp(1, -53); // half of the last digit of 1
    CHECK(sum_of({1, e}) == 1);          // to even
    CHECK(sum_of({1, e, std::ldexp(1, -200)}) == 1 + 2 * e);
    CHECK(sum_of({1, e, -std::ldexp(1, -200)}) == 1);
    CHECK(sum_of({1, -1}) == 0);
}

TEST_CASE("Any order and any grouping of a sum give the same bits", "[metric]") {
    std::vector<double> terms;
    for (int i = 0; i < 500; ++i) terms.push_back(std::ldexp(std::sin(i), i * 7 % 90 - 45));
    exact_sum forward, even, odd;
    for (const double t : terms) forward.add(t);
    for (std::size_t i = terms.size(); i-- > 0;) (i % 2 ? odd : even).add(terms[i]);
    odd.merge(even);
    CHECK(forward.value() == odd.value());
    odd.merge(odd);
    CHECK(odd.value() == 2 * forward.value());
    CHECK((-forward).value() == -forward.value());
}

TEST_CASE("Products are added unrounded", "[metric]") {
    const double x = 1 + std::ldexp(1, -40);
    exact_sum sum, factor, product;
    sum.add_product(x, x);
    sum.add(-x * x); // rounded
    CHECK(sum.value() == std::ldexp(1, -80));
    factor.add(1e20);
    factor.add(1);
    product.add_product(factor, factor);
    product.add(-1e40);
    product.add(-2e20);
    CHECK(std::abs(product.value() - 1) < 1e25); // 1e40 is no double
    exact_sum exact;
    exact.add_product(factor, factor);
    exact.add_product(-factor, factor);
    CHECK(exact.value() == 0);
}
