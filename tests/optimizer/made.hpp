// What the optimizer's tests share: weights and gradients without a model.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <limits>
#include <vector>

#include "hone/optimizer/cpu.hpp"
#include "hone/tensor/random.hpp"
#include "test.hpp"

namespace hone::testing {

/// The larger of a distance so far and another; what is no number is farthest.
inline double farther(double far, double distance) {
    return distance <= far ? far : distance == distance ? distance : std::numeric_limits<double>::infinity();
}

/// Two ranges: a matrix, which decays, and a bias, which does not; each begins at a multiple of 16, as a step lays them out.
template <class T>
struct made {
    team workers;
    storage<T> weight, gradient;
    trained_weights<T> trained;

    explicit made(long matrix = 1000, long bias = 37, int threads = 1)
        : workers(threads), weight(static_cast<std::size_t>((matrix + 15) / 16 * 16 + (bias + 15) / 16 * 16)), gradient(weight.size()) {
        const long second = (matrix + 15) / 16 * 16;
        trained.ranges = {{weight.data(), 0, matrix, true, "some.weight"}, {weight.data() + second, second, bias, false, "some.bias"}};
        trained.count = static_cast<long>(weight.size());
        trained.workers = &workers;
        counter_random random(1, stream::user);
        for (T& w : weight)
            w = static_cast<T>(random.normal());
        draw(0);
    }
    /// Gradients of a step; what stands between the ranges stays 0.
    void draw(std::uint64_t step, double scale = 1) {
        counter_random random(2, stream::user, step);
        for (T& g : gradient)
            g = 0;
        for (const auto& r : trained.ranges)
            for (long i = 0; i < r.count; ++i)
                gradient[static_cast<std::size_t>(r.gradient + i)] = static_cast<T>(scale * random.normal());
    }
    gradient_block<T> gradients() { return {gradient.data(), trained.count}; }
};

} // namespace hone::testing
