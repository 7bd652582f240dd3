// What a step adds to values of its model, by name: rows that the caller gives, zeros until then, and
// their gradients. Each stands in the arena for good. Cost: one copy of the rows a batch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The gradient of the loss with respect to a value inside the model: (rows, width), valid until the
/// next call of the step.
template <class T>
struct gradient_rows {
    std::span<const T> values;
    int rows = 0, width = 0;
    std::span<const std::int32_t>
        offsets{}; ///< rows of sequence s: from offsets[s] to offsets[s + 1]; empty: each row is alone

    /// Sequences, or rows where each is alone.
    std::size_t parts() const {
        return offsets.empty() ? static_cast<std::size_t>(rows) : offsets.size() - 1;
    }
    /// The numbers of a part, of these or of others in their shape.
    template <class U>
    std::span<U> part(std::span<U> all, std::size_t s) const {
        const auto w = static_cast<std::size_t>(width);
        if (offsets.empty()) return all.subspan(s * w, w);
        return all.subspan(static_cast<std::size_t>(offsets[s]) * w,
                           static_cast<std::size_t>(offsets[s + 1] - offsets[s]) * w);
    }
};

/// The additions of a program.
template <class Program, class T>
class step_additions {
public:
    static constexpr auto all = Program::plan.additions; // a copy: see step/bind.hpp
    static constexpr std::size_t count = all.size();
    /// The number of the addition of this name, -1: there is none.
    static constexpr int number(std::string_view name) {
        for (std::size_t k = 0; k < count; ++k)
            if (all[k].name.view() == name) return static_cast<int>(k);
        return -1;
    }
    void give(int number, std::span<const T> rows) {
        given_[static_cast<std::size_t>(number)] = rows;
    }
    /// Puts the k-th where the program reads it. Error: step.rows_differ.
    void put(std::size_t k, T* to, int rows, int width) const {
        const std::size_t size = static_cast<std::size_t>(rows) * static_cast<std::size_t>(width);
        const auto from = given_[k];
        if (!from.empty() && from.size() != size)
            throw error("step.rows_differ", "what is added has other rows than the value",
                        {.name = all[k].name.view()},
                        {rows, " rows of ", width, " numbers, or none for zeros"}, from.size());
        if (!to) return; // nothing reads it
        if (from.empty()) std::fill_n(to, size, T(0));
        else std::copy(from.begin(), from.end(), to);
    }

private:
    std::array<std::span<const T>, count> given_{};
};

} // namespace hone
HONE_COMPACT_END
