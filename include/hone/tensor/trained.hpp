// What an optimizer sees of a model: the weights that train, as ranges of numbers beside their gradients. It needs to know no more:
// a bias or a gain does not decay, and that is all that a range says of itself. Of an embedding only a few rows have a
// gradient in a step: the block of gradients is divided into pages, and each step says which of them it touched; all others are zeros,
// which nobody needs to read. An optimizer may pass over them where that changes no bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"

namespace hone {

class team;

template <class T>
class resting_weights;

template <class T>
struct trained_range {
    T* weight;     ///< for an optimizer, which lets decay wait; all others take `values`
    long gradient; ///< where its gradient begins in the block of gradients; moments stand at the same place
    long count;
    bool decays;
    std::string name;
    resting_weights<T>* rest = nullptr; ///< while active: parts of the weight may wait for their decay, and are settled before they are read
    long columns = 0; ///< of a matrix; 0: a vector

    /// The weight to read and write at any time: nothing of it waits from now on.
    std::span<T> values() const {
        if (rest) rest->end();
        return {weight, static_cast<std::size_t>(count)};
    }
};

/// Numbers in a page of the block of gradients (and of moments).
inline constexpr long gradient_page = 1024;
constexpr long gradient_pages(long count) { return (count + gradient_page - 1) / gradient_page; }
/// Numbers from which on a weight has pages of its own, and comes to rest if it is only looked up.
inline constexpr long rests_from = 1 << 16;
/// Where the gradient of a weight of n numbers begins behind `at` others: on a cache line, a large one on a page.
constexpr long gradient_place(long at, long n) {
    const long unit = n < rests_from ? 16 : gradient_page;
    return (at + unit - 1) / unit * unit;
}

template <class T>
struct trained_weights {
    std::vector<trained_range<T>> ranges;   ///< in the order of their gradients
    const unsigned char* touched = nullptr; ///< by page: may a gradient of this step be other than zero? null: any may
    long seldom = 0;                        ///< the numbers before this one are of embeddings, and seldom touched
    long count = 0;          ///< of the block of gradients
    team* workers = nullptr; ///< threads that the update may use
    std::uint64_t key = 0;   ///< of which model these are, and which of its weights: equal for steps that train the same; 0: nobody knows
};

/// Weights of which an allocation keeps some and drops others after every step (AdaLoRA): an optimizer takes them only together with one.
template <class T>
struct allocated_weights : trained_weights<T> {};

/// The gradients of one step, one block. To change them: training_step::change_gradients().
template <class T>
struct gradient_block {
    const T* values;
    long count;
    std::uint64_t key = 0; ///< of the weights that they belong to; 0: nobody knows
};

/// Error: optimizer.other_weights, where gradients or a state were made for other weights than these.
template <class T>
void check_same_weights(const trained_weights<T>& weights, const char* what, std::uint64_t key, long count) {
    if (count == weights.count && (key == weights.key || key == 0 || weights.key == 0)) return;
    throw error("optimizer.other_weights", {"the ", what, " given were made for the weights of another step"}, {},
                {weights.count, " numbers of the weights that are stepped"}, {count, " numbers", count == weights.count ? " of other weights" : ""});
}

} // namespace hone
