// The weights of one model in memory: a single block, each entry's layers one after the other, found by name. A class count that
// is known only at run time is given here, once. Initial values come from a counter, so they are the same everywhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/layer/weights.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"
#include "hone/tensor/storage.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A copy of a weight: its name, shape (rows, columns) and values.
template <class T>
struct named_weight {
    std::string name;
    int rows, columns;
    bool vector;     ///< rank 1
    int entry, copy;
    std::span<T> values;
};

template <class Model, class T = float>
class parameters {
public:
    using model = Model;
    using number = T;
    static constexpr auto& entries = weight_entries<Model>;

    /// Values are unset until `initialize` or a loader sets them. `classes` is read only where the model has `classes<run_time>`.
    explicit parameters(long classes = 0) : classes_(classes) {
        long size = 0;
        for (const auto& w : entries) {
            for (int k = 0; k < copies(w); ++k) {
                at_.push_back(size);
                size += (rows(w) * columns(w) + 15) / 16 * 16;
            }
            if (rows(w) < 1 || columns(w) < 1)
                throw error("parameters.classes", "the number of classes must be known before the weights are made", {}, "at least 1", std::to_string(classes));
        }
        values_ = storage<T>(static_cast<std::size_t>(size));
    }

    long classes() const { return classes_; }
    long rows(const weight_entry& w) const { return w.rows == run_time ? classes_ : w.rows; }
    long columns(const weight_entry& w) const { return w.columns == run_time ? classes_ : w.columns; }
    T* data() { return values_.data(); }
    const T* data() const { return values_.data(); }
    long size() const { return static_cast<long>(values_.size()); }
    /// Offsets by entry and copy, in the order of the entries.
    const std::vector<long>& offsets() const { return at_; }

    /// Calls f(named_weight) for every copy.
    template <class F>
    void each(F&& f) {
        std::size_t i = 0;
        for (int e = 0; e < static_cast<int>(entries.size()); ++e) {
            const auto& w = entries[static_cast<std::size_t>(e)];
            for (int k = 0; k < copies(w); ++k, ++i) {
                const long n = rows(w) * columns(w);
                f(named_weight<T>{std::string(name_of(w, k).view()), static_cast<int>(rows(w)), static_cast<int>(columns(w)), w.vector, e, k,
                                  std::span<T>(data() + at_[i], static_cast<std::size_t>(n))});
            }
        }
    }
    /// The weight of that name; an error names it where there is none.
    named_weight<T> weight(std::string_view name) {
        named_weight<T> found{};
        each([&](named_weight<T> w) {
            if (w.name == name) found = std::move(w);
        });
        if (found.name.empty()) throw error("parameters.no_such_weight", "the model has no weight of this name", {.name = std::string(name)});
        return found;
    }
    /// Draws every weight that `selected(name)` accepts from its initialiser; weight i of the walk draws from a stream of its own.
    template <class Selected>
    void initialize(std::uint64_t seed, Selected&& selected) {
        std::uint64_t which = 0;
        each([&](named_weight<T> w) {
            const auto& e = entries[static_cast<std::size_t>(w.entry)];
            counter_random random(seed, stream::initial, which++);
            if (!selected(std::string_view(w.name))) return;
            if (e.initial == 4) return row_norms_of_base(w);
            const double most = std::sqrt(e.deviation) / std::sqrt(static_cast<double>(w.columns));
            for (T& v : w.values)
                v = e.initial == 0   ? T(0)
                    : e.initial == 1 ? T(1)
                    : e.initial == 2 ? static_cast<T>(random.normal() * e.deviation)
                    : e.initial == 5 ? static_cast<T>(e.deviation)
                    : e.initial == 6 ? static_cast<T>(random.normal() * std::sqrt(e.deviation))
                                     : static_cast<T>((2 * random.uniform() - 1) * most);
        });
    }
    void initialize(std::uint64_t seed) {
        initialize(seed, [](std::string_view) { return true; });
    }

private:
    /// "x.adapter.name" from the rows of "x.weight", which must be there already.
    void row_norms_of_base(named_weight<T>& w) {
        const auto owner = std::string_view(w.name).substr(0, w.name.rfind('.'));
        const auto base = weight(std::string(owner.substr(0, owner.rfind('.'))) + ".weight");
        for (std::size_t r = 0; r < w.values.size(); ++r) {
            double sum = 0;
            for (const T v : base.values.subspan(r * static_cast<std::size_t>(base.columns), static_cast<std::size_t>(base.columns)))
                sum += static_cast<double>(v) * static_cast<double>(v);
            w.values[r] = static_cast<T>(std::sqrt(sum));
        }
    }

    long classes_;
    std::vector<long> at_;
    storage<T> values_;
};

} // namespace hone
HONE_COMPACT_END
