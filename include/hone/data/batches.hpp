// Batches of a dataset: which examples stand together, and in which order. A batch is rows end to end without padding, so a limit on tokens is
// a limit on work. The order of epoch e is a pure function of (seed, e); packing takes the examples in that order, greedily. One mechanism
// serves every task: a dataset says how many rows an example has and copies them into the storage of a batch.
// Cost: two shuffles an epoch (10 ns an example, 90 ns where a million do not fit the cache).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "hone/data/batch_rows.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What can be made into batches: `extent(i)` are the rows of example i, `add` copies them to the end of a batch (of that epoch, where
/// something is drawn anew in each), `batch` is what a step reads of them. `check` throws where the data contradicts itself. A storage with a
/// `finish()` is asked once all examples are in it.
template <class Data>
concept batchable = requires(const Data& data, typename Data::rows& rows, std::size_t i, int epoch) {
    { data.examples() } -> std::convertible_to<std::size_t>;
    { data.extent(i) } -> std::same_as<batch_size>;
    data.add(rows, i, epoch);
    data.batch(rows);
    data.check();
};

/// At most so many tokens a batch; an example longer than that is a batch of its own.
struct tokens_per_batch {
    std::int64_t count;
    explicit tokens_per_batch(std::int64_t n) : count(n) {}
};
/// So many examples (texts, windows, groups) a batch; the last one of an epoch may be short.
struct sentences_per_batch {
    std::int64_t count;
    explicit sentences_per_batch(std::int64_t n) : count(n) {}
};
/// Where the order of the examples comes from.
struct seed {
    std::uint64_t value;
    explicit seed(std::uint64_t v) : value(v) {}
};
/// The order of the dataset in every epoch.
struct no_shuffle_type {};
inline constexpr no_shuffle_type no_shuffle{};

/// What a batch may hold and in which order; refers to the dataset, which must outlive it. Errors: data.batch_size; those of the dataset's
/// `check`.
template <batchable Data>
class batches {
public:
    batches(const Data& d, tokens_per_batch n, seed s) : batches(d, n.count, unlimited, true, s.value) {}
    batches(const Data& d, sentences_per_batch n, seed s) : batches(d, unlimited, n.count, true, s.value) {}
    batches(const Data& d, tokens_per_batch n, no_shuffle_type) : batches(d, n.count, unlimited, false, 0) {}
    batches(const Data& d, sentences_per_batch n, no_shuffle_type) : batches(d, unlimited, n.count, false, 0) {}
    template <class Limit, class Order>
    batches(const Data&&, Limit, Order) = delete; // a temporary would be gone before the first batch

    const Data& data() const { return *data_; }
    /// Fills `order` with the examples of epoch e in their order. Allocates nothing where `order` has the size of the dataset.
    void arrange(int epoch, std::vector<std::size_t>& order) const {
        order.resize(data_->examples());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        if (shuffled_) shuffle(order, counter_random(seed_, stream::shuffle, static_cast<std::uint64_t>(epoch)));
    }
    /// Where the batch ends that begins at `first` of this order; always at least one example. `size` becomes that of the batch.
    std::size_t end_of(const std::vector<std::size_t>& order, std::size_t first, batch_size& size) const {
        size = data_->extent(order[first]);
        std::size_t next = first + 1;
        for (std::int64_t examples = 1; next < order.size() && examples < sentences_; ++next, ++examples) {
            const batch_size more = data_->extent(order[next]);
            if (more.tokens > tokens_ - size.tokens) break;
            size += more;
        }
        return next;
    }

private:
    static constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

    batches(const Data& d, std::int64_t tokens, std::int64_t sentences, bool shuffled, std::uint64_t s)
        : data_(&d), tokens_(tokens), sentences_(sentences), seed_(s), shuffled_(shuffled) {
        if (tokens < 1 || sentences < 1)
            throw error("data.batch_size", "a batch that can hold nothing", {}, "at least 1", std::min(tokens, sentences));
        d.check();
    }

    const Data* data_;
    std::int64_t tokens_, sentences_;
    std::uint64_t seed_;
    bool shuffled_;
};

} // namespace hone
HONE_COMPACT_END
