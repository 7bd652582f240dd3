// The run-time numbers of a program: their values, which of them somebody has set or the type
// states, and which the program reads. One that is read and was never given is an error at the
// first step.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/expression/plan.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A run-time number as a step holds it: its name, its values (one, unless it is a row), and
/// whether they were set or are what its type states.
struct named_number {
    std::string_view name;
    std::vector<double> values;
    bool was_set;
};

/// Those of a program.
template <class Program, class T>
class run_time_numbers {
public:
    static constexpr auto symbols = Program::plan.symbols; // copies: see step/sizes.hpp
    static constexpr std::size_t count = symbols.size();
    /// By number: does anything read it?
    static constexpr auto used = [] {
        std::array<bool, count + 1> read{};
        const auto mark = [&](int n) {
            const auto& leaf = Program::plan.nodes[static_cast<std::size_t>(n)];
            if (leaf.op == &operation_of<symbol_leaf>)
                read[static_cast<std::size_t>(leaf.detail)] = true;
        };
        for (const auto& n : Program::plan.nodes)
            for (int k = 0; k < n.count; ++k) mark(n.argument[k]);
        for (const int r : Program::plan.roots) mark(r);
        return read;
    }();
    /// The width of the number of this name, 1 unless it is a row; 0: nothing reads one.
    static constexpr int width_of(std::string_view name) {
        for (std::size_t i = 0; i < count; ++i)
            if (used[i] && symbols[i].name.view() == name) return symbols[i].width;
        return 0;
    }

    explicit run_time_numbers(long classes) {
        for (std::size_t i = 0; i < count; ++i) {
            at_.push_back(values_.size());
            values_.resize(values_.size() +
                               static_cast<std::size_t>(symbol_size(symbols[i].width).at(classes)),
                           static_cast<T>(symbols[i].start));
            given_.push_back(symbols[i].stated || !used[i]);
        }
        at_.push_back(values_.size());
        values_.push_back(T(0)); // so that there is an address
        set_.assign(count, 0);
    }
    const T* data() const { return values_.data(); }
    void set(std::string_view name, T v) { set(name, std::span<const T>(&v, 1)); }
    /// Error: step.numbers_differ, where a row has another length.
    void set(std::string_view name, std::span<const T> v) {
        for (std::size_t i = 0; i < count; ++i) {
            if (symbols[i].name.view() != name) continue;
            if (v.size() != at_[i + 1] - at_[i])
                throw error("step.numbers_differ",
                            "a row of numbers has another length than what reads it",
                            {.name = name}, at_[i + 1] - at_[i], v.size());
            std::copy(v.begin(), v.end(), values_.begin() + static_cast<std::ptrdiff_t>(at_[i]));
            given_[i] = set_[i] = 1;
            complete_ = false;
        }
    }
    /// Error: step.number_not_set.
    void check() {
        if (complete_) return;
        for (std::size_t i = 0; i < count; ++i)
            if (!given_[i])
                throw error(
                    "step.number_not_set",
                    "a number that this program reads was never set, and its type states none",
                    {.name = symbols[i].name.view()},
                    {"set<\"", symbols[i].name.view(), "\">(...) before the first step"},
                    "nothing");
        complete_ = true;
    }
    /// Those that something reads, but for the library's own.
    std::vector<named_number> all() const {
        std::vector<named_number> found;
        for (std::size_t i = 0; i < count; ++i)
            if (used[i] && symbols[i].name.data[0] != '#')
                found.push_back({symbols[i].name.view(),
                                 {values_.begin() + static_cast<std::ptrdiff_t>(at_[i]),
                                  values_.begin() + static_cast<std::ptrdiff_t>(at_[i + 1])},
                                 set_[i] != 0});
        return found;
    }

private:
    std::vector<T> values_;
    std::vector<std::size_t> at_;            ///< where each begins, and the end
    std::vector<unsigned char> given_, set_; ///< by number
    bool complete_ = false;
};

} // namespace hone
HONE_COMPACT_END
