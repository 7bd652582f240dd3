// A sum of doubles that is right to the last bit, whatever the order and the grouping of its terms:
// what is lost in each addition is kept beside it (Shewchuk, Adaptive Precision Floating-Point
// Arithmetic, 1997). The value is the exact sum, rounded once, so parts that were summed apart and
// merged give the same bits as one sum over all.
// Cost: one to three doubles kept for terms of like size, at most 40; a few additions a term.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Terms must be finite. Exact as long as no sum passes the largest double.
class exact_sum {
public:
    [[gnu::noinline]] void
    add(double term) { // not inlined: a product that ends in it must be rounded
        std::size_t kept = 0;
        for (double part : parts_) {
            if (std::abs(term) < std::abs(part)) std::swap(term, part);
            const double sum = term + part, lost = part - (sum - term);
            if (lost != 0) parts_[kept++] = lost;
            term = sum;
        }
        parts_.resize(kept);
        if (term != 0) parts_.push_back(term);
    }
    /// Adds `a * b` unrounded, unless the product or its rounding error is below the least double.
    void add_product(double a, double b) {
        const double product = a * b;
        add(product);
        add(std::fma(a, b, -product));
    }
    /// Adds the product of two sums.
    void add_product(const exact_sum& a, const exact_sum& b) {
        for (const double x : a.parts_)
            for (const double y : b.parts_) add_product(x, y);
    }
    void merge(const exact_sum& other) {
        const auto terms = other.parts_; // may be this very sum
        for (const double term : terms) add(term);
    }
    exact_sum operator-() const {
        auto negative = *this;
        for (double& part : negative.parts_) part = -part;
        return negative;
    }
    /// The sum, rounded to the nearest double, to an even one between two.
    [[gnu::noinline]] double value() const {
        std::size_t left = parts_.size();
        if (left == 0) return 0;
        double high = parts_[--left], low = 0;
        while (left > 0 && low == 0) {
            const double sum = high + parts_[--left];
            low = parts_[left] - (sum - high);
            high = sum;
        }
        // halfway between two doubles: what lies below decides
        if (left > 0 && low != 0 && (low < 0) == (parts_[left - 1] < 0)) {
            const double twice = 2 * low, next = high + twice;
            if (next - high == twice) high = next;
        }
        return high;
    }

private:
    std::vector<double> parts_; // of no common bits, ascending in size, none of them 0
};

} // namespace hone
HONE_COMPACT_END
