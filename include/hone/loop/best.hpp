// Keeps a copy of the best weights so far, to be put back at the end or when training is stopped.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The first of equals stays. Memory: one more copy of the weights.
template <class Model, class T>
class best_weights {
public:
    explicit best_weights(parameters<Model, T>& model) : model_(model), copy_(static_cast<std::size_t>(model.size())) {}

    /// True where `score` is the best so far, which is then kept.
    bool offer(double score, long epoch) {
        if (epoch_ >= 0 && !(score > score_)) return false;
        std::copy(model_.data(), model_.data() + model_.size(), copy_.begin());
        score_ = score;
        epoch_ = epoch;
        return true;
    }
    void restore() {
        if (epoch_ >= 0) std::copy(copy_.begin(), copy_.end(), model_.data());
    }
    long epoch() const { return epoch_; } ///< -1: none yet
    double score() const { return score_; }

private:
    parameters<Model, T>& model_;
    storage<T> copy_;
    double score_ = 0;
    long epoch_ = -1;
};

} // namespace hone
HONE_COMPACT_END
