// Losses of embeddings that come in pairs and threes: cosine (as torch's CosineEmbeddingLoss
// defines it) and triplet (Schroff et al. 2015; distances as torch's TripletMarginLoss has them).
// Two draws of one text are two values only where both are asked for (draw<0>, draw<1>).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"

namespace hone {

struct cosine_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto a, auto b) {
        constexpr function<inverse_root_<24>> inverse_length;
        return sum_columns(a * b) *
               (inverse_length(sum_columns(square(a))) * inverse_length(sum_columns(square(b))));
    }
};
struct distance_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto a, auto b) {
        return square_root(sum_columns(square(shifted<1, 1000000>(a - b))));
    }
};

inline constexpr struct cosine_similarity_function {
    /// The cosine between rows, (rows, width) twice -> (rows, 1); 0 where one is 0.
    template <expression A, expression B>
    constexpr auto operator()(A a, B b) const {
        static_assert(!std::is_same_v<A, B>, HONE_E082);
        return invoke<cosine_>(a, b);
    }
} cosine_similarity{};
inline constexpr struct euclidean_distance_function {
    /// The distance between rows, with 10^-6 added to each difference, so that it has a slope
    /// everywhere: (rows, width) twice -> (rows, 1).
    template <expression A, expression B>
    constexpr auto operator()(A a, B b) const {
        static_assert(!std::is_same_v<A, B>, HONE_E082);
        return invoke<distance_>(a, b);
    }
} euclidean_distance{};
inline constexpr struct cosine_embedding_function {
    /// The mean of 1 - cos where `sign` (rows, 1) is 1, and of max(0, cos - margin) where it is -1.
    template <expression A, expression B, expression Sign, expression Margin>
    constexpr auto operator()(A a, B b, Sign sign, Margin margin) const {
        const auto c = cosine_similarity(a, b);
        return mean_of(
            scaled<1, 2>(shifted<1>(sign) * shifted<1>(-c) + shifted<1>(-sign) * relu(c - margin)));
    }
} cosine_embedding{};
inline constexpr struct triplet_function {
    /// The mean of max(0, |anchor - positive| - |anchor - negative| + margin).
    template <expression A, expression P, expression N, expression Margin>
    constexpr auto operator()(A anchor, P positive, N negative, Margin margin) const {
        return mean_of(relu(euclidean_distance(anchor, positive) -
                            euclidean_distance(anchor, negative) + margin));
    }
} triplet{};

} // namespace hone
