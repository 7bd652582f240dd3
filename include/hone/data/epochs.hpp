// Epoch after epoch of batches: `for (auto [epoch, n, batch] : epochs(3, batches(reviews, tokens_per_batch(4096), seed(7))))`. All epochs are
// packed once beforehand, in numbers only: the largest batch is known before the first step, storage is reserved for it, and nothing is
// allocated afterwards. Each `begin` is an iteration of its own. A batch owns its rows: one that is kept stays what it was, and the next one
// then gets rows of its own; where none is kept, all use the same rows in turn.
// Cost: a copy of each batch's rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "hone/data/batches.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// One turn of the loop: `auto [epoch, n, batch]`, epoch and step from 0; n goes on through all epochs.
template <class Batch>
struct batch_step {
    int epoch, n;
    Batch batch; ///< owns what it points at, if its type has an owner; else valid until the next step
};

/// All batches of several epochs. Can be gone through again and again (an evaluation after each epoch), also within itself, each time from
/// the beginning.
template <batchable Data>
class epochs {
    using rows = typename Data::rows;
    using batch_type = decltype(std::declval<const Data&>().batch(std::declval<const rows&>()));

    /// One iteration.
    struct course {
        std::vector<std::size_t> order;
        std::shared_ptr<rows> storage;
        std::size_t first = 0, end = 0;
        int epoch = 0, n = 0;
    };

public:
    /// Errors: data.epochs; data.batch_too_large where a batch or the number of steps does not fit 31 bits.
    epochs(int count, const batches<Data>& source) : source_(source), count_(count) {
        if (count < 0) throw error("data.epochs", "a number of epochs below 0", {}, "0 or more", count);
        courses_.push_back(std::make_shared<course>());
        auto& order = courses_.front()->order;
        std::int64_t steps = 0;
        for (int epoch = 0; epoch < count; ++epoch) {
            source_.arrange(epoch, order);
            batch_size size;
            for (std::size_t first = 0; first < order.size(); ++steps) {
                first = source_.end_of(order, first, size);
                largest_.grow(size);
            }
            if (epoch == 0) steps_per_epoch_ = steps;
        }
        constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
        if (largest_.most() > most || std::max(steps, this->steps()) > most)
            throw error("data.batch_too_large", "more than 31 bits can count", {}, {"at most ", most, " tokens a batch and steps"},
                        {largest_.tokens, " tokens, ", steps, " steps"});
        courses_.front()->storage = fresh();
    }
    epochs(const epochs& other)
        : source_(other.source_), count_(other.count_), largest_(other.largest_), steps_per_epoch_(other.steps_per_epoch_) {}
    epochs(epochs&&) = default;
    epochs& operator=(const epochs& other) {
        epochs copy(other);
        return *this = std::move(copy);
    }
    epochs& operator=(epochs&&) = default;

    int count() const { return count_; }
    batch_size largest() const { return largest_; }
    /// Batches of the first epoch.
    std::int64_t steps_per_epoch() const { return steps_per_epoch_; }
    /// What a schedule counts with: batches of the first epoch x epochs. With a limit on tokens later epochs may pack a little differently.
    std::int64_t steps() const { return steps_per_epoch_ * count_; }
    /// Which examples of the dataset the latest batch holds, in its order; none where no loop is running. Error: data.members where several
    /// loops are: ask an iterator.
    std::span<const std::size_t> members() const {
        const course* running = nullptr;
        for (const auto& c : courses_) {
            if (c.use_count() < 2) continue;
            if (running) throw error("data.members", "two loops go through these epochs", {}, "`members` of an iterator", "that of both");
            running = c.get();
        }
        return running ? members_of(*running) : std::span<const std::size_t>();
    }

    struct end_mark {};
    class iterator {
    public:
        iterator(const epochs& all, std::shared_ptr<course> c) : all_(&all), course_(std::move(c)) {}
        batch_step<batch_type> operator*() const {
            auto batch = all_->source_.data().batch(*course_->storage);
            if constexpr (requires { batch.owner; }) batch.owner = course_->storage;
            return {course_->epoch, course_->n, std::move(batch)};
        }
        iterator& operator++() {
            ++course_->n;
            all_->next(*course_);
            all_->fill(*course_);
            return *this;
        }
        bool operator==(end_mark) const { return course_->epoch >= all_->count_; }
        std::span<const std::size_t> members() const { return members_of(*course_); }
        /// Is this the last batch of its epoch?
        bool ends_epoch() const { return course_->end == course_->order.size(); }

    private:
        const epochs* all_;
        std::shared_ptr<course> course_;
    };
    /// An iteration of its own; of this object, which must not be moved meanwhile.
    iterator begin() { return begin_at(0); }
    /// The same from batch `n` on, as a run that goes on needs it: its order and its batches are those
    /// that a loop from the beginning would have come to.
    iterator begin_at(std::int64_t n) {
        auto at = std::find_if(courses_.begin(), courses_.end(), [](const auto& c) { return c.use_count() == 1; });
        if (at == courses_.end()) at = courses_.insert(at, std::make_shared<course>());
        course& c = **at;
        if (!c.storage) c.storage = fresh();
        c.order.resize(source_.data().examples());
        c.end = c.order.size();
        c.epoch = -1;
        c.n = 0;
        for (next(c); c.n < n && c.epoch < count_; ++c.n) next(c);
        fill(c);
        return iterator(*this, *at);
    }
    /// `for (auto [epoch, n, batch] : run.from(done))`
    auto from(std::int64_t n) {
        struct rest {
            epochs& all;
            std::int64_t n;
            iterator begin() const { return all.begin_at(n); }
            end_mark end() const { return {}; }
        };
        return rest{*this, n};
    }
    end_mark end() const { return {}; }

private:
    static std::span<const std::size_t> members_of(const course& c) { return {c.order.data() + c.first, c.end - c.first}; }
    std::shared_ptr<rows> fresh() const {
        auto made = std::make_shared<rows>();
        made->reserve(largest_);
        return made;
    }
    /// The examples of the next batch.
    void next(course& c) const {
        c.first = c.end;
        if (c.first == c.order.size()) {
            c.first = c.end = 0;
            if (++c.epoch >= count_) return;
            source_.arrange(c.epoch, c.order);
        }
        batch_size size;
        c.end = source_.end_of(c.order, c.first, size);
    }
    /// Its rows.
    void fill(course& c) const {
        if (c.epoch >= count_) return;
        if (c.storage.use_count() > 1) c.storage = fresh(); // somebody has kept the last batch
        std::atomic_thread_fence(std::memory_order_acquire); // or has just let it go
        c.storage->clear();
        for (const std::size_t i : members_of(c)) source_.data().add(*c.storage, i, c.epoch);
        if constexpr (requires { c.storage->finish(); }) c.storage->finish();
    }

    batches<Data> source_;
    int count_;
    batch_size largest_;
    std::int64_t steps_per_epoch_ = 0;
    std::vector<std::shared_ptr<course>> courses_;
};

} // namespace hone
HONE_COMPACT_END
