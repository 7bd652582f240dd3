// What an optimizer remembers from step to step: a value of its own, moved like any other. Moments
// stand at the place of their gradients, one array for each that a chain keeps; groups with chains
// of their own share the arrays, so that a weight takes memory for its own chain's moments only.
// What transforms by weight keep (rows and columns of Adafactor) follows weight by weight.
// `optimizer::each` gives all of it by name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "hone/meta/name.hpp"
#include "hone/optimizer/group.hpp"
#include "hone/tensor/storage.hpp"

namespace hone {

/// Elements of a gradient in one partial sum of the norm, and in one piece of a thread's work.
inline constexpr long optimizer_chunk = 1 << 14;
constexpr long optimizer_chunks(long count) {
    return (count + optimizer_chunk - 1) / optimizer_chunk;
}

template <class T, class... Groups>
struct optimizer_state {
    static constexpr int moments = std::max({0, Groups::moments...}),
                         counters = (0 + ... + Groups::counters);

    long step = 0;
    std::uint64_t key = 0;    ///< of the weights that it was started for
    long count = 0;           ///< of their gradients
    double gradient_norm = 0; ///< of the last step, before clipping
    storage<T> moment[static_cast<std::size_t>(moments == 0 ? 1 : moments)];
    double counter[static_cast<std::size_t>(counters == 0 ? 1 : counters)]{};
    storage<T> kept;                  ///< by transforms by weight
    std::vector<long> kept_at;        ///< by range: where that of its weight begins
    std::vector<unsigned char> group; ///< by range
    storage<T> room;                  ///< for one weight's update, and what its transforms work in
    storage<double> partial;          ///< one sum of squares a chunk
    storage<unsigned char> alive;     ///< by page: has a gradient touched it?

    /// The group of range i.
    int group_of(std::size_t i) const { return sizeof...(Groups) == 1 ? 0 : group[i]; }
    /// The moments of all weights by their name, `state.get<"adam.mu">()`, at the places of their
    /// gradients.
    template <literal Name>
    storage<T>& get() {
        constexpr int at = number_of(Name.view());
        static_assert(at >= 0, HONE_E064);
        return moment[at < 0 ? 0 : at];
    }
    template <literal Name>
    const storage<T>& get() const {
        return const_cast<optimizer_state*>(this)->template get<Name>();
    }

private:
    static constexpr int number_of(std::string_view name) {
        return std::max({-1, Groups::moment_of(name)...});
    }
};

} // namespace hone
