// What the tests of gradients share: a batch of ragged sequences made from a counter, and weights far enough from zero that every
// path of a model carries a gradient worth comparing.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "hone/layer/compose.hpp"
#include "hone/model/bert.hpp"
#include "hone/step/check.hpp"

namespace hone::testing {

inline constexpr double close_enough = 1e-9;

/// Numbers between -1 and 1, the same everywhere.
struct numbers {
    counter_random random;
    explicit numbers(std::uint64_t seed) : random(seed, stream::user) {}
    double next() { return static_cast<double>(random.bits()) / 2147483648.0 - 1.0; }
    std::int32_t below(int n) { return static_cast<std::int32_t>(random.bits() % static_cast<std::uint32_t>(n)); }
};

/// All weights uniform in [-scale, scale] around `centre` (gains, which start at 1, around 1).
template <class Model, class T>
void fill(parameters<Model, T>& model, std::uint64_t seed, double scale = 0.7, double centre = 0) {
    numbers n(seed);
    for (const auto& entry : parameters<Model, T>::entries) {
        const double middle = entry.initial == 1 ? 1.0 : centre;
        model.each([&](named_weight<T> w) {
            if (&parameters<Model, T>::entries[static_cast<std::size_t>(w.entry)] != &entry)
                return;
            for (T& v : w.values)
                v = static_cast<T>(middle + scale * n.next());
        });
    }
}

/// Owns the tokens of one field.
struct tokens {
    std::vector<std::int32_t> ids{}, offsets{0}, types{};

    tokens(std::initializer_list<int> lengths, int vocabulary, std::uint64_t seed, int kinds = 0) {
        numbers n(seed);
        for (int length : lengths) {
            for (int i = 0; i < length; ++i) {
                ids.push_back(n.below(vocabulary));
                if (kinds > 0)
                    types.push_back(n.below(kinds));
            }
            offsets.push_back(static_cast<std::int32_t>(ids.size()));
        }
    }
    token_rows rows() const { return {ids, offsets, types}; }
};

inline std::vector<std::int32_t> labels(int count, int classes, std::uint64_t seed) {
    numbers n(seed);
    std::vector<std::int32_t> out;
    for (int i = 0; i < count; ++i)
        out.push_back(n.below(classes));
    return out;
}
inline std::vector<float> reals(int count, std::uint64_t seed) {
    numbers n(seed);
    std::vector<float> out;
    for (int i = 0; i < count; ++i)
        out.push_back(static_cast<float>(n.next()));
    return out;
}

} // namespace hone::testing
