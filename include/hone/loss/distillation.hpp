// Distillation (Hinton et al. 2015): a student learns the softened predictions of a teacher beside
// the labels. The teacher's logits are a field of the batch, or a model in the same lambda none of
// whose weights trains.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/divergence.hpp"

namespace hone {

inline constexpr struct distillation_function {
    /// `share` times T^2 KL(teacher || student), both at temperature T, the mean over all rows, as
    /// term "divergence"; and 1 - `share` times the cross-entropy with the labels, as term
    /// "cross_entropy".
    template <expression Student, expression Teacher, expression Label, expression Temperature,
              expression Share>
    constexpr auto operator()(Student student, Teacher teacher, Label label,
                              Temperature temperature, Share share) const {
        const auto soft = mean_of(kullback_leibler(teacher / temperature, student / temperature));
        return share * square(temperature) * term<"divergence">(soft) +
               shifted<1>(-share) * term<"cross_entropy">(cross_entropy(student, label));
    }
} distillation{};

} // namespace hone
