// Weights at rest: rows of an embedding that no batch has held so far. All that training does to them is decay, one factor a step, so it waits
// until somebody reads them: the factors of the last steps stand in a list, and each page knows how many of them it has been multiplied with. They
// are multiplied in one after the other, as each step would have done it: whoever reads, and when, changes no bit.
// Who may read where is the business of `parameters`, which is also the only one that lets weights come to rest.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <mutex>
#include <vector>

#include "hone/tensor/storage.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

template <class T>
class resting_weights {
public:
    /// Factors that can wait: then every page is brought up to date.
    static constexpr long most = 256;

    /// From now on decay may wait, unless it may not.
    void begin(T* weight, long count) {
        if (active() || ended_) return;
        weight_ = weight;
        count_ = count;
        length_ = 0;
        factors_.assign(static_cast<std::size_t>(most), T(1));
        done_.assign(static_cast<std::size_t>(pages()), never);
    }
    /// It may not, for good: somebody holds the weights and may read them whenever he likes.
    void end() {
        settle();
        weight_ = nullptr;
        ended_ = true;
    }
    bool active() const { return weight_ != nullptr; }
    long pages() const { return gradient_pages(count_); }
    bool full() const { return length_ == most; }

    /// A step decays all pages by this factor; those that it updates itself say so with `pass`. Never called on a full list.
    void owe(T factor) { factors_[static_cast<std::size_t>(length_++)] = factor; }
    /// Brings a page up to date, but for the last `less` factors.
    void settle(long page, long less = 0) {
        auto& done = done_[static_cast<std::size_t>(page)];
        const long to = length_ - less;
        if (done == never) {
            take_pages(weight_ + page * gradient_page, static_cast<std::size_t>(std::min(gradient_page, count_ - page * gradient_page)) * sizeof(T));
            done = 0;
        }
        if (done >= to) return;
        multiply(weight_ + page * gradient_page, std::min(gradient_page, count_ - page * gradient_page), factors_.data() + done, to - done);
        done = static_cast<short>(to);
    }
    /// This page was updated in full by the step that owes the last factor.
    void pass(long page) { done_[static_cast<std::size_t>(page)] = static_cast<short>(length_); }
    /// Brings the pages of numbers [from, from + count) up to date.
    void settle_numbers(long from, long count) {
        for (long page = from / gradient_page; page <= (from + count - 1) / gradient_page; ++page) settle(page);
    }
    void settle() {
        if (length_ == 0) return;
        for (long page = 0; page < pages(); ++page) settle(page);
        forget();
    }
    /// Empties the list, when all pages have been settled.
    void forget() {
        length_ = 0;
        std::fill(done_.begin(), done_.end(), short(0));
    }

private:
    static void multiply(T* w, long n, const T* factors, long many) {
        constexpr long at_once = 64;
        long i = 0;
        for (; i + at_once <= n; i += at_once) {
            T here[at_once];
            std::copy_n(w + i, at_once, here);
            for (long k = 0; k < many; ++k)
                for (T& v : here) v *= factors[k];
            std::copy_n(here, at_once, w + i);
        }
        for (; i < n; ++i)
            for (long k = 0; k < many; ++k) w[i] *= factors[k];
    }
    static constexpr short never = -1;
    T* weight_ = nullptr;
    long count_ = 0, length_ = 0;
    bool ended_ = false;
    std::vector<T> factors_;
    std::vector<short> done_; ///< by page: factors of the list that it has been multiplied with; never: nobody has looked at it
};

/// Those of a model, by the number of the copy. Several threads may read a model at once: the first brings it up to date.
template <class T>
struct resting_copies {
    explicit resting_copies(std::size_t copies) : of(copies) {}
    void settle() {
        const std::lock_guard guard(lock);
        for (auto& copy : of) copy.settle();
    }
    void end(std::size_t copy) {
        const std::lock_guard guard(lock);
        of[copy].end();
    }
    std::vector<resting_weights<T>> of;
    std::mutex lock;
};

} // namespace hone
