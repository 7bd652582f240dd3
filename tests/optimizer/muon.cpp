// Muon's update: rows (or columns) nearly orthogonal, of the same length whatever the gradient's,
// tall and wide matrices alike.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/muon.hpp"

#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// The update of a matrix of gradients, with Newton and Schulz's own coefficients, which go to 1
/// and stay there.
std::vector<double> updated(long rows, long columns, double scale, int threads) {
    made<double> x(rows * columns, 1, threads);
    x.trained.ranges.pop_back();
    x.trained.ranges[0].columns = columns;
    x.draw(1, scale);
    const std::vector<double> before(x.weight.begin(), x.weight.end());
    orthogonalize o;
    o.iterations = 60;
    o.coefficients[0] = 1.5, o.coefficients[1] = -0.5, o.coefficients[2] = 0;
    const auto optimizer = chain(o, scale_by_rate(1));
    auto state = optimizer.start<double>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    std::vector<double> u;
    for (long i = 0; i < rows * columns; ++i)
        u.push_back(before[static_cast<std::size_t>(i)] - x.weight[static_cast<std::size_t>(i)]);
    return u;
}

} // namespace

TEST_CASE("the update's shorter side is orthogonal") {
    for (const auto& [rows, columns] :
         {std::pair{5l, 9l}, {9l, 5l}, {70l, 33l}, {33l, 130l}, {1l, 4l}}) {
        const auto u = updated(rows, columns, 3, 2);
        const double length =
            std::sqrt(std::max(1.0, static_cast<double>(rows) / static_cast<double>(columns)));
        const long n = std::min(rows, columns), m = std::max(rows, columns);
        const auto at = [&](long i, long k) {
            return u[static_cast<std::size_t>(rows <= columns ? i * columns + k
                                                              : k * columns + i)] /
                   length;
        };
        double far = 0;
        for (long i = 0; i < n; ++i)
            for (long j = 0; j < n; ++j) {
                double product = 0;
                for (long k = 0; k < m; ++k) product += at(i, k) * at(j, k);
                far = farther(far, std::abs(product - (i == j)));
            }
        INFO(rows << " x " << columns);
        CHECK(far < 1e-8);
    }
}

TEST_CASE("the gradient's size does not matter, and none gives none") {
    const auto small = updated(8, 12, 1e-3, 1), large = updated(8, 12, 1e3, 1);
    for (std::size_t i = 0; i < small.size(); ++i) CHECK(std::abs(small[i] - large[i]) < 1e-9);
    for (double u : updated(8, 12, 0, 1)) CHECK(u == 0);
}

TEST_CASE("as long as AdamW's") {
    made<double> x(6 * 24, 1);
    x.trained.ranges.pop_back();
    x.trained.ranges[0].columns = 24;
    const std::vector<double> before(x.weight.begin(), x.weight.end());
    const auto optimizer = chain(muon{.rate = 1, .decay = 0, .length = muon_length::as_adamw});
    auto state = optimizer.start<double>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    double sum = 0;
    for (std::size_t i = 0; i < 6 * 24; ++i)
        sum += (before[i] - x.weight[i]) * (before[i] - x.weight[i]);
    const double rms = std::sqrt(sum / (6 * 24));
    CHECK(rms > 0.12); // 0.2 times singular values that are near 1
    CHECK(rms < 0.28);
}
