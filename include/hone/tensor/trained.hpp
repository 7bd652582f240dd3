// What an optimizer sees of a model: the weights that train, as ranges of numbers beside their gradients. It needs to know no more:
// a rank-1 weight (a bias, a gain) does not decay, and that is all that a range says of itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace hone {

class team;

template <class T>
struct trained_range {
    T* weight;
    long gradient; ///< where its gradient begins in the block of gradients; moments stand at the same place
    long count;
    bool decays;
    std::string name;
};

template <class T>
struct trained_weights {
    std::vector<trained_range<T>> ranges;
    long count = 0;          ///< of the block of gradients
    team* workers = nullptr; ///< threads that the update may use
};

/// The gradients of one step, one block.
template <class T>
struct gradient_block {
    T* values;
    long count;
};

} // namespace hone
