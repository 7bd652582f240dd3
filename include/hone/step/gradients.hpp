// The gradients of a step, one block: where each copy that trains has its place, which pages a step touches, and who clears them.
// A gradient is a sum of contributions. An embedding's come by rows: only pages that were touched are cleared. A large matrix's come from
// products, which may write as well as add: the first of a step writes, and nothing is cleared (340 MB a step for BERT-base). All others are
// cleared before a step.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"
#include "hone/step/sizes.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

template <class Program, class T, class Device>
class step_gradients {
    using sizes = arena_sizes<Program, T, Device>;
    static constexpr auto by_products = sizes::template filled_by<gradient_filling::writes>;

public:
    HONE_COMPACT_BEGIN
    /// Places in the order of the entries.
    step_gradients(parameters<typename Program::model, T>& weights, team& workers) {
        std::size_t i = 0;
        bool rows_only = true;
        std::uint64_t key = weights.identity() * 0x9E3779B97F4A7C15u ^ 0xCBF29CE484222325u; // FNV-1a over the copies that train
        for (std::size_t e = 0; e < Program::entries.size(); ++e) {
            const auto& w = Program::entries[e];
            for (int k = 0; k < copies(w); ++k, ++i) {
                const long n = weights.rows(w) * weights.columns(w);
                const bool trains = Program::trains(w, k), written = trains && by_products[e] && n >= rests_from;
                written_.push_back(written);
                if (!trains) {
                    at_.push_back(-1);
                    continue;
                }
                const long at = gradient_place(trained_.count, n), page = at / gradient_page;
                at_.push_back(at);
                trained_.ranges.push_back({weights.to_train(i, n, sizes::only_looked_up[e]), at, n, decays(w), std::string(name_of(w, k).view()), &weights.resting(i), w.vector ? 0 : weights.columns(w)});
                rows_only = rows_only && sizes::scattered[e];
                if (rows_only) trained_.seldom = at + n;
                clearing_.resize(static_cast<std::size_t>(gradient_pages(at + n)), touched_only);
                if (!sizes::scattered[e]) std::fill(clearing_.begin() + page, clearing_.end(), always);
                if (written) std::fill_n(clearing_.begin() + page, n / gradient_page, never); // not what it shares its last page with
                trained_.count = gradient_place(at + n, 0);
                key = (key ^ i) * 0x100000001B3u;
            }
        }
        trained_.key = key;
        clearing_.resize(static_cast<std::size_t>(gradient_pages(trained_.count)), touched_only);
        touched_ = clearing_;
        begun_ = written_;
        trained_.touched = touched_.data();
        trained_.workers = &workers;
        values_ = storage<T>::zeros(static_cast<std::size_t>(trained_.count), static_cast<std::size_t>(trained_.seldom));
        workers.run([&](int thread, int of) {
            values_.touch(static_cast<std::size_t>(trained_.seldom), static_cast<std::size_t>(thread), static_cast<std::size_t>(of));
        });
    }
    HONE_COMPACT_END
    step_gradients(const step_gradients&) = delete;
    step_gradients& operator=(const step_gradients&) = delete;

    /// Lets kernels find them.
    void bind(context<T, Device>& c) {
        c.gradients = values_.data();
        c.gradient_at = at_.data();
        c.touched = touched_.data();
        c.begun = begun_.data();
    }
    /// Before a step: sums from zero.
    void clear() {
        for (std::size_t i = 0; i < begun_.size(); ++i) begun_[i] = !written_[i];
        trained_.workers->run([&](int thread, int threads) {
            const long pages = static_cast<long>(touched_.size());
            for (long page = pages * thread / threads; page < pages * (thread + 1) / threads; ++page) {
                auto& touched = touched_[static_cast<std::size_t>(page)];
                const auto clearing = clearing_[static_cast<std::size_t>(page)];
                if (!touched || clearing == never) continue;
                T* const p = values_.data() + page * gradient_page;
                std::fill(p, p + std::min(gradient_page, trained_.count - page * gradient_page), T(0));
                touched = clearing;
            }
        });
    }
    /// After the backward passes of a step: what no product has written is zero.
    void complete() {
        auto range = trained_.ranges.begin(); // of the copies that train, in the same order
        for (std::size_t i = 0; i < begun_.size(); ++i) {
            if (!std::exchange(begun_[i], static_cast<unsigned char>(1))) std::fill_n(values_.data() + at_[i], range->count, T(0));
            if (at_[i] >= 0) ++range;
        }
    }
    /// To be changed by somebody else: any page may be touched then.
    std::span<T> change() {
        std::fill(touched_.begin(), touched_.end(), always);
        return {values_.data(), static_cast<std::size_t>(trained_.count)};
    }
    gradient_block<T> values() { return {values_.data(), trained_.count, trained_.key}; }
    long bytes() const { return static_cast<long>(values_.size() * sizeof(T)); }
    auto& trained() { return trained_; }

private:
    static constexpr unsigned char touched_only = 0, always = 1, never = 2;
    std::conditional_t<Program::allocates, allocated_weights<T>, trained_weights<T>> trained_;
    storage<T> values_;
    std::vector<long> at_;                          ///< by number of the copy; -1: frozen
    std::vector<unsigned char> written_, begun_;    ///< by number of the copy: do products write it, and have they in this step?
    std::vector<unsigned char> clearing_, touched_; ///< by page: when it is cleared, and whether a gradient of this step may stand there
};

} // namespace hone
