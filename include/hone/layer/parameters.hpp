// The weights of one model, found by name: each in a block of memory, or where it stands in its file. One that stands in its file is constant:
// nobody was ever given it to write, so programs may keep what they make of it (packed panels) and look no more. Whoever asks for it to write gets
// pages of his own, and it is a weight like any other from then on; reading through a const model changes nothing. A class count that is known only
// at run time is given here, once. Initial values come from a counter, so they are the same everywhere.
// A large weight that programs only look up rests where no batch has been (tensor/resting.hpp), until it is given out: who has it may read it at any time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/layer/forms.hpp"
#include "hone/layer/weights.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/life.hpp"
#include "hone/tensor/random.hpp"
#include "hone/tensor/resting.hpp"
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

/// Bytes from which on a weight can stand in its file: a smaller one is not worth its page.
inline constexpr std::size_t stands_from = 65536;

template <class Model, class T = float>
class parameters {
public:
    using model = Model;
    using number = T;
    static constexpr auto& entries = weight_entries<Model>;

    /// Values are unset until `initialize` or a loader sets them. `classes` is read only where the model has `classes<run_time>`.
    explicit parameters(long classes = 0) : classes_(classes) {
        long size = 0;
        std::vector<long> slots;
        for (const bool small : {true, false}) { // apart, so that pages of large weights that stand in a file are never touched here
            std::size_t i = 0;
            for (const auto& w : entries)
                for (int k = 0; k < copies(w); ++k, ++i) {
                    if (rows(w) < 1 || columns(w) < 1)
                        throw error("parameters.classes", "the number of classes must be known before the weights are made", {}, "at least 1", std::to_string(classes));
                    slots.resize(std::max(slots.size(), i + 1));
                    if ((static_cast<std::size_t>(rows(w) * columns(w)) * sizeof(T) < stands_from) != small) continue;
                    slots[i] = size;
                    size += (rows(w) * columns(w) + 15) / 16 * 16;
                }
        }
        values_ = storage<T>(static_cast<std::size_t>(size));
        for (const long slot : slots) {
            own_.push_back(values_.data() + slot);
            at_.push_back(own_.back());
        }
        constant_.assign(slots.size(), 0);
        resting_ = std::make_unique<resting_copies<T>>(slots.size());
    }

    long classes() const { return classes_; }
    long rows(const weight_entry& w) const { return w.rows == run_time ? classes_ : w.rows; }
    long columns(const weight_entry& w) const { return w.columns == run_time ? classes_ : w.columns; }
    /// Numbers, each weight rounded up to 16.
    long size() const { return static_cast<long>(values_.size()); }
    /// Where each copy stands, in the order of the entries.
    T* const* places() const {
        resting_->settle();
        return at_.data();
    }
    /// The same for a program, which settles what it reads, alone as long as it holds `settling`: others may read the model too.
    T* const* places_at_rest() const { return at_.data(); }
    resting_weights<T>& resting(std::size_t copy) const { return resting_->of[copy]; }
    std::unique_lock<std::mutex> settling() const { return std::unique_lock(resting_->lock); }

    /// Calls f(named_weight) for every copy. Each is given to write: none is constant afterwards. A const model gives them to read.
    template <class F>
    void each(F&& f) {
        for (std::size_t i = 0; i < at_.size(); ++i) hand_out(i);
        visit(*this, f);
    }
    template <class F>
    void each(F&& f) const {
        for (std::size_t i = 0; i < at_.size(); ++i) resting_->end(i);
        read(f);
    }
    /// As each of a const model, for one who keeps nothing of what he is given.
    template <class F>
    void read(F&& f) const {
        resting_->settle();
        visit(*this, [&](const named_weight<T>& w) { f(named_weight<const T>{w.name, w.rows, w.columns, w.vector, w.entry, w.copy, w.values}); });
    }
    /// The same to write, and none is given out that `selected(entry, copy)` refuses.
    template <class Selected, class F>
    void each_of(Selected&& selected, F&& f) {
        visit(*this, [&](const named_weight<T>& w) {
            const auto& e = entries[static_cast<std::size_t>(w.entry)];
            if (!selected(e, w.copy)) return;
            hand_out(number_of(w));
            f(w);
        });
    }
    /// The weight of that name; an error names it where there is none.
    named_weight<T> weight(std::string_view name) {
        const auto found = find<T>(name);
        hand_out(number_of(found));
        return found;
    }
    named_weight<const T> weight(std::string_view name) const {
        const auto found = find<const T>(name);
        resting_->end(number_of(found));
        return found;
    }

    /// Takes the numbers of another.
    void copy(const parameters& from) {
        auto to = places();
        each([&, source = from.places()](const named_weight<T>& w) mutable { std::copy_n(*source++, w.values.size(), *to++); });
    }

    /// Does this copy stand in its file, as nobody was ever given it to write?
    bool is_constant(std::size_t copy) const { return constant_[copy] != 0; }
    /// How often that has ceased for one of them.
    long changes() const { return changes_; }
    /// Lets copies stand in a file: `at` says where the bytes of each are, in this file or in another, null where they are in none.
    void stand_in(mapped_file&& file, std::span<const std::byte* const> at) {
        bool any = false;
        for (std::size_t copy = 0; copy < at.size(); ++copy)
            if (file.holds(at[copy])) {
                at_[copy] = const_cast<T*>(reinterpret_cast<const T*>(at[copy])); // written only after hand_out has asked the file
                constant_[copy] = any = true;
            }
        if (any) files_.push_back(std::move(file));
    }
    /// A copy that trains gets memory of its own, unless it was given out where it stands. One that is only looked up gets it page by page, and rests.
    T* to_train(std::size_t copy, long numbers, bool only_looked_up = false) {
        if (only_looked_up && numbers >= rests_from) {
            let_write(copy);
            resting(copy).begin(at_[copy], numbers);
        }
        if (is_constant(copy)) {
            std::copy_n(at_[copy], numbers, own_[copy]);
            give_back(copy, numbers);
            at_[copy] = own_[copy];
            constant_[copy] = 0;
            ++changes_;
        }
        return at_[copy];
    }
    /// The pages of a copy are read no more for now: if they stand in a file, the system may have them back.
    void give_back(std::size_t copy, long numbers) const {
        if (const auto* file = file_of(at_[copy]); file && is_constant(copy)) file->give_back(bytes_of(copy, numbers));
    }
    /// Error: file.changed, when a file that weights stand in is no longer the one that was read.
    void check() const {
        for (const auto& file : files_) file.check();
    }
    /// What programs have made of constant weights.
    kept_forms<T>& forms() const { return *forms_; }
    /// For programs, which stand on these weights: are they still here?
    life_of_weights life() { return alive_.life(); }
    /// The number of these weights, which no other model of this run of the program has.
    std::uint64_t identity() const { return alive_.number(); }

    /// Draws every weight that `selected(name)` accepts from its initialiser; weight i of the walk draws from a stream of its own.
    template <class Selected>
    void initialize(std::uint64_t seed, Selected&& selected) {
        std::uint64_t which = 0;
        fill([&](named_weight<T> w) {
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

    /// As each, for a loader, which keeps nothing of what it is given: constant weights stay so, and may not be written.
    template <class F>
    void fill(F&& f) {
        resting_->settle();
        visit(*this, f);
    }

private:
    template <class Number>
    static std::size_t number_of(const named_weight<Number>& w) {
        return static_cast<std::size_t>(entries[static_cast<std::size_t>(w.entry)].first + w.copy);
    }
    template <class Self, class F>
    static void visit(Self& self, F&& f) {
        std::size_t i = 0;
        for (int e = 0; e < static_cast<int>(entries.size()); ++e) {
            const auto& w = entries[static_cast<std::size_t>(e)];
            for (int k = 0; k < copies(w); ++k, ++i) {
                const long n = self.rows(w) * self.columns(w);
                f(named_weight<T>{std::string(name_of(w, k).view()), static_cast<int>(self.rows(w)), static_cast<int>(self.columns(w)), w.vector, e, k,
                                  std::span<T>(self.at_[i], static_cast<std::size_t>(n))});
            }
        }
    }
    template <class Number>
    named_weight<Number> find(std::string_view name) const {
        named_weight<Number> found{};
        visit(*this, [&](const named_weight<T>& w) {
            if (w.name == name) found = {w.name, w.rows, w.columns, w.vector, w.entry, w.copy, w.values};
        });
        if (found.name.empty()) throw error("parameters.no_such_weight", "the model has no weight of this name", {.name = std::string(name)});
        return found;
    }
    std::span<const std::byte> bytes_of(std::size_t copy, long numbers) const { return {reinterpret_cast<const std::byte*>(at_[copy]), static_cast<std::size_t>(numbers) * sizeof(T)}; }
    const mapped_file* file_of(const T* at) const {
        for (const auto& file : files_)
            if (file.holds(at)) return &file;
        return nullptr;
    }
    void hand_out(std::size_t copy) {
        resting_->end(copy);
        let_write(copy);
    }
    void let_write(std::size_t copy) {
        if (!is_constant(copy)) return;
        const auto& w = *std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return static_cast<int>(copy) < e.first + copies(e); });
        file_of(at_[copy])->allow_writing(bytes_of(copy, rows(w) * columns(w)));
        constant_[copy] = 0;
        ++changes_;
    }
    /// "x.adapter.name" from the rows of "x.weight", which must be there already.
    void row_norms_of_base(named_weight<T>& w) {
        const auto owner = std::string_view(w.name).substr(0, w.name.rfind('.'));
        const auto base = find<const T>(std::string(owner.substr(0, owner.rfind('.'))) + ".weight");
        for (std::size_t r = 0; r < w.values.size(); ++r) {
            double sum = 0;
            for (const T v : base.values.subspan(r * static_cast<std::size_t>(base.columns), static_cast<std::size_t>(base.columns)))
                sum += static_cast<double>(v) * static_cast<double>(v);
            w.values[r] = static_cast<T>(std::sqrt(sum));
        }
    }

    long classes_;
    storage<T> values_;
    std::vector<T*> own_, at_; ///< each copy's place in the block, and where it stands
    std::vector<unsigned char> constant_;
    std::vector<mapped_file> files_;
    std::unique_ptr<resting_copies<T>> resting_;
    std::unique_ptr<kept_forms<T>> forms_ = std::make_unique<kept_forms<T>>();
    long changes_ = 0;
    weights_alive alive_;
};

} // namespace hone
HONE_COMPACT_END
