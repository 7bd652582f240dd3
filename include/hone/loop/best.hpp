// Keeps a copy of the best weights so far, to be put back at the end or when training is stopped.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <utility>

#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What keeps the best of a run; a loop needs to know no more of it.
class best_keeper {
public:
    virtual ~best_keeper() = default;
    virtual bool offer(double score, long epoch) = 0;
    virtual void restore() = 0;
};

/// The first of equals stays. Memory: one more copy of the weights, without those that stand in their file.
template <class Model, class T>
class best_weights final : public best_keeper {
public:
    explicit best_weights(parameters<Model, T>& model) : model_(model) {}

    /// True where `score` is the best so far, which is then kept.
    bool offer(double score, long epoch) override {
        if (epoch_ >= 0 && !(score > score_)) return false;
        if (const long size = numbers(); static_cast<std::size_t>(size) != copy_.size()) copy_ = storage<T>(static_cast<std::size_t>(size));
        T* to = copy_.begin();
        model_.read([&](const named_weight<const T>& w) {
            if (stands_here(model_, w)) to = std::copy(w.values.begin(), w.values.end(), to);
        });
        changes_ = model_.changes();
        score_ = score;
        epoch_ = epoch;
        return true;
    }
    /// Error: best.kept_less, where a weight that stood in its file when the best was kept has been given out to write since.
    void restore() override {
        if (epoch_ < 0) return;
        if (changes_ != model_.changes())
            throw error("best.kept_less", "a weight may have changed that stood in its file when the best weights were kept", {}, "every step made before the first offer",
                        std::to_string(model_.changes() - changes_) + " weights given out to write since");
        const T* from = copy_.begin();
        model_.each_of([&](const weight_entry& e, int copy) { return !model_.is_constant(static_cast<std::size_t>(e.first + copy)); },
                       [&](const named_weight<T>& w) {
                           std::copy_n(from, w.values.size(), w.values.begin());
                           from += w.values.size();
                       });
    }
    long epoch() const { return epoch_; } ///< -1: none yet
    /// For a snapshot of the run, both ways.
    template <class Content>
    void pass(Content& c) {
        c.number("best/epoch", epoch_);
        c.number("best/score", score_);
        if (epoch_ < 0) return;
        if (c.restores()) {
            copy_ = storage<T>(static_cast<std::size_t>(numbers()));
            changes_ = model_.changes();
        }
        c.numbers("best/weights", std::span<T>(copy_.data(), copy_.size()));
    }
    double score() const { return score_; }

private:
    static bool stands_here(const parameters<Model, T>& model, const named_weight<const T>& w) {
        return !model.is_constant(static_cast<std::size_t>(parameters<Model, T>::entries[static_cast<std::size_t>(w.entry)].first + w.copy));
    }
    long numbers() const {
        long n = 0;
        model_.read([&](const named_weight<const T>& w) { n += stands_here(model_, w) ? static_cast<long>(w.values.size()) : 0; });
        return n;
    }
    parameters<Model, T>& model_;
    storage<T> copy_;
    double score_ = 0;
    long epoch_ = -1, changes_ = 0;
};

} // namespace hone
HONE_COMPACT_END
