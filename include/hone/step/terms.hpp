// The terms of a loss as numbers: each one's sum, weight and mean, by name or in order, and what
// they make together. Sums and weights add up, so the loss of a whole data set is that of its
// batches, added.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "hone/file/error.hpp"
#include "hone/loss/loss.hpp"
#include "hone/meta/compact.hpp"

namespace hone {

/// Sum and weight of one term of a loss; its value is sum / weight.
struct term_value {
    double sum = 0, weight = 0;
    double value() const { return weight > 0 ? sum / weight : 0.0; }
    term_value& operator+=(term_value o) {
        sum += o.sum;
        weight += o.weight;
        return *this;
    }
};

namespace detail {

template <class Result>
inline constexpr int term_count = 0;
template <class... Terms>
inline constexpr int term_count<loss_of<Terms...>> = static_cast<int>(sizeof...(Terms));

} // namespace detail

/// The terms of a loss over the rows that were counted.
template <class Loss>
struct loss_values {
    static constexpr int terms = Loss::terms;
    std::array<term_value, static_cast<std::size_t>(terms)> all{};
    std::array<double, static_cast<std::size_t>(terms)>
        factors{}; ///< what each term is multiplied with

    /// The loss: every term's mean times its factor.
    double value() const {
        double loss = 0;
        for (std::size_t t = 0; t < all.size(); ++t) loss += factors[t] * all[t].value();
        return loss;
    }
    /// One term, without its factor.
    template <literal Name>
    const term_value& term() const {
        static_assert(Loss::position(Name.view()) >= 0, HONE_E080);
        return all[static_cast<std::size_t>(
            Loss::position(Name.view()) < 0 ? 0 : Loss::position(Name.view()))];
    }
    /// What it is multiplied with.
    template <literal Name>
    double factor() const {
        static_assert(Loss::position(Name.view()) >= 0, HONE_E080);
        return factors[static_cast<std::size_t>(
            Loss::position(Name.view()) < 0 ? 0 : Loss::position(Name.view()))];
    }
    const term_value& term(int number) const { return all[static_cast<std::size_t>(number)]; }
    /// Further rows. Factors are those of the last.
    loss_values& operator+=(const loss_values& o) {
        for (std::size_t t = 0; t < all.size(); ++t) all[t] += o.all[t];
        factors = o.factors;
        return *this;
    }
};

HONE_COMPACT_BEGIN
namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void no_mean(int term, std::string_view name,
                                                           double weight) {
    if (!std::isfinite(weight))
        throw error("step.weight_not_finite",
                    {"the weights of term ", term, " of the loss do not sum to a number"},
                    {.name = name}, "finite weights", std::to_string(weight));
    throw error("step.no_weight",
                {"the weights of term ", term,
                 " of the loss sum to nothing, though rows count, so there is no mean"},
                {.name = name}, "a sum above 0", std::to_string(weight));
}

} // namespace detail
HONE_COMPACT_END

/// Error where a term has no mean: weights that are not numbers (step.weight_not_finite), or rows
/// that count and weights that sum to 0 or less (step.no_weight). Where no row counts, the term is
/// 0.
template <class Loss>
void check_weights(const loss_values<Loss>& values,
                   const std::array<double, static_cast<std::size_t>(Loss::terms)>& counted) {
    for (int t = 0; t < Loss::terms; ++t) {
        const double weight = values.term(t).weight, rows = counted[static_cast<std::size_t>(t)];
        if (std::isfinite(weight) && (weight > 0 || (weight == 0 && rows == 0))) continue;
        detail::no_mean(t, Loss::name_of(t), weight);
    }
}

} // namespace hone
