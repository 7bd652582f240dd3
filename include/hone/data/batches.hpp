// Batches of a dataset, epoch after epoch: `for (auto [epoch, n, batch] : epochs(3, batches(reviews, tokens_per_batch(4096), seed(7))))`. A
// batch is rows end to end without padding, so a limit on tokens is a limit on work. The order of epoch e is a pure function of (seed, e);
// packing takes the texts in that order, greedily. All epochs are packed once beforehand, in numbers only: the largest batch is known
// before the first step, storage is reserved for it, and nothing is allocated afterwards.
// Cost: two shuffles an epoch (10 ns a text, 90 ns where a million do not fit the cache) and a copy of the batch's ids.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hone/data/dataset.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/batch.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// At most so many tokens a batch; a text longer than that is a batch of its own.
struct tokens_per_batch {
    std::int64_t count;
    explicit tokens_per_batch(std::int64_t n) : count(n) {}
};
/// So many texts a batch; the last one of an epoch may be short.
struct sentences_per_batch {
    std::int64_t count;
    explicit sentences_per_batch(std::int64_t n) : count(n) {}
};
/// Where the order of the texts comes from.
struct seed {
    std::uint64_t value;
    explicit seed(std::uint64_t v) : value(v) {}
};
/// The order of the dataset in every epoch.
struct no_shuffle_type {};
inline constexpr no_shuffle_type no_shuffle{};

/// What a batch may hold and in which order; refers to the dataset, which must outlive it.
/// Errors: data.batch_size; data.empty; data.empty_text; data.offsets; data.label_count; data.label_range.
class batches {
public:
    batches(const dataset& d, tokens_per_batch n, seed s) : batches(d, n.count, unlimited, true, s.value) {}
    batches(const dataset& d, sentences_per_batch n, seed s) : batches(d, unlimited, n.count, true, s.value) {}
    batches(const dataset& d, tokens_per_batch n, no_shuffle_type) : batches(d, n.count, unlimited, false, 0) {}
    batches(const dataset& d, sentences_per_batch n, no_shuffle_type) : batches(d, unlimited, n.count, false, 0) {}
    template <class Limit, class Order>
    batches(const dataset&&, Limit, Order) = delete; // a temporary would be gone before the first batch

    const dataset& data() const { return *data_; }
    /// Fills `order` with the texts of epoch e in their order. Allocates nothing where `order` has the size of the dataset.
    void arrange(int epoch, std::vector<std::size_t>& order) const {
        order.resize(data_->size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        if (shuffled_) shuffle(order, counter_random(seed_, stream::shuffle, static_cast<std::uint64_t>(epoch)));
    }
    /// Where the batch ends that begins at `first` of this order; always at least one text.
    std::size_t end_of(const std::vector<std::size_t>& order, std::size_t first) const {
        std::int64_t tokens = data_->length(order[first]), sentences = 1;
        std::size_t next = first + 1;
        for (; next < order.size() && sentences < sentences_; ++next, ++sentences) {
            tokens += data_->length(order[next]);
            if (tokens > tokens_) break;
        }
        return next;
    }

private:
    static constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

    batches(const dataset& d, std::int64_t tokens, std::int64_t sentences, bool shuffled, std::uint64_t s)
        : data_(&d), tokens_(tokens), sentences_(sentences), seed_(s), shuffled_(shuffled) {
        if (tokens < 1 || sentences < 1)
            throw error("data.batch_size", "a batch that can hold nothing", {}, "at least 1", std::min(tokens, sentences));
        if (d.offsets.empty() || d.offsets.front() != 0 || d.offsets.back() != static_cast<std::int64_t>(d.ids.size()))
            throw error("data.offsets", "offsets that do not cover the tokens", {}, {"0 to ", d.ids.size()},
                        d.offsets.empty() ? "none" : std::to_string(d.offsets.front()) + " to " + std::to_string(d.offsets.back()));
        if (d.size() == 0) throw error("data.empty", "a dataset without texts", {}, "at least one", "none");
        if (!d.label.empty() && d.label.size() != d.size())
            throw error("data.label_count", "not one label a text", {}, d.size(), d.label.size());
        for (std::size_t i = 0; i < d.size(); ++i) {
            if (d.length(i) < 1)
                throw error("data.empty_text", "a text without a token", {.name = "text " + std::to_string(i)}, "at least one token",
                            d.length(i));
            const std::int32_t y = d.label.empty() ? -100 : d.label[i];
            const int known = d.labels.size() > 0 ? d.labels.size() : std::numeric_limits<int>::max();
            if (y != -100 && (y < 0 || y >= known))
                throw error("data.label_range", "a label outside the map", {.name = "text " + std::to_string(i)},
                            {"0 to ", known - 1, ", or -100"}, y);
        }
    }

    const dataset* data_;
    std::int64_t tokens_, sentences_;
    std::uint64_t seed_;
    bool shuffled_;
};

/// The most rows that any batch asks for; tokens and sequences need not come from the same one.
struct batch_size {
    std::int64_t tokens = 0, sequences = 0;
};

/// One turn of the loop: `auto [epoch, n, batch]`, epoch and step from 0; n goes on through all epochs.
struct batch_step {
    int epoch, n;
    text_batch batch; ///< valid until the next step
};

/// All batches of several epochs. Can be gone through again and again (an evaluation after each epoch), each time from the beginning.
class epochs {
public:
    /// Errors: data.epochs; data.batch_too_large where a batch or the number of steps does not fit 31 bits.
    epochs(int count, batches source) : source_(source), count_(count) {
        if (count < 0)
            throw error("data.epochs", "a number of epochs below 0", {}, "0 or more", count);
        std::int64_t steps = 0;
        for (int epoch = 0; epoch < count; ++epoch) {
            source_.arrange(epoch, order_);
            for (std::size_t first = 0, end = 0; first < order_.size(); first = end, ++steps) {
                end = source_.end_of(order_, first);
                std::int64_t tokens = 0;
                for (std::size_t i = first; i < end; ++i) tokens += source_.data().length(order_[i]);
                largest_.tokens = std::max(largest_.tokens, tokens);
                largest_.sequences = std::max(largest_.sequences, static_cast<std::int64_t>(end - first));
            }
            if (epoch == 0) steps_per_epoch_ = steps;
        }
        constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
        if (largest_.tokens > most || std::max(steps, this->steps()) > most)
            throw error("data.batch_too_large", "more than 31 bits can count", {}, {"at most ", most, " tokens a batch and steps"},
                        {largest_.tokens, " tokens, ", steps, " steps"});
        ids_.reserve(static_cast<std::size_t>(largest_.tokens));
        offsets_.reserve(static_cast<std::size_t>(largest_.sequences) + 1);
        label_.reserve(static_cast<std::size_t>(largest_.sequences));
    }

    int count() const { return count_; }
    batch_size largest() const { return largest_; }
    /// Batches of the first epoch.
    std::int64_t steps_per_epoch() const { return steps_per_epoch_; }
    /// What a schedule counts with: batches of the first epoch x epochs. With a limit on tokens later epochs may pack a little differently.
    std::int64_t steps() const { return steps_per_epoch_ * count_; }
    /// Which texts of the dataset the latest batch holds, in its order.
    std::span<const std::size_t> members() const { return {order_.data() + first_, end_ - first_}; }

    struct end_mark {};
    class iterator {
    public:
        explicit iterator(epochs& all) : all_(&all) {}
        batch_step operator*() const { return {all_->epoch_, all_->n_, all_->batch()}; }
        iterator& operator++() {
            ++all_->n_;
            all_->advance();
            return *this;
        }
        bool operator==(end_mark) const { return all_->epoch_ >= all_->count_; }

    private:
        epochs* all_;
    };
    iterator begin() {
        epoch_ = -1;
        n_ = 0;
        end_ = order_.size();
        advance();
        return iterator(*this);
    }
    end_mark end() const { return {}; }

private:
    void advance() {
        first_ = end_;
        if (first_ == order_.size()) {
            first_ = end_ = 0;
            if (++epoch_ >= count_) return;
            source_.arrange(epoch_, order_);
        }
        end_ = source_.end_of(order_, first_);
        const dataset& data = source_.data();
        ids_.clear();
        label_.clear();
        offsets_.assign(1, 0);
        for (const std::size_t i : members()) {
            const auto text = data.tokens(i);
            ids_.insert(ids_.end(), text.begin(), text.end());
            offsets_.push_back(static_cast<std::int32_t>(ids_.size()));
            if (!data.label.empty()) label_.push_back(data.label[i]);
        }
    }
    text_batch batch() const { return {.tokens = {.ids = ids_, .offsets = offsets_}, .label = label_}; }

    batches source_;
    int count_, epoch_ = 0, n_ = 0;
    batch_size largest_;
    std::int64_t steps_per_epoch_ = 0;
    std::size_t first_ = 0, end_ = 0;
    std::vector<std::size_t> order_;
    std::vector<std::int32_t> ids_, offsets_, label_;
};

} // namespace hone
HONE_COMPACT_END
