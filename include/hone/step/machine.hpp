// A program with storage, on a device. Storage is one block, reserved for the largest batch before the first step: regions of the arena,
// partial sums, packed weights and every thread's scratch; gradients have theirs (step/gradients). Its size is a constant of the type but for the row counts, and
// nothing is allocated afterwards. Batches are checked before anything is computed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstring>
#include <memory>

#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"
#include "hone/step/additions.hpp"
#include "hone/step/cache.hpp"
#include "hone/step/gradients.hpp"
#include "hone/step/index_bounds.hpp"
#include "hone/step/known_weights.hpp"
#include "hone/step/numbers.hpp"
#include "hone/step/sizes.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

template <class Program, class T, class Device>
class machine : public arena_sizes<Program, T, Device> {
public:
    using sizes = arena_sizes<Program, T, Device>;
    using sizes::plan_for, sizes::memory, sizes::only_looked_up, sizes::lookups;
    static constexpr auto& P = Program::plan;
    using numbers = run_time_numbers<Program, T>;
    using additions = step_additions<Program, T>;
    using run_on = runner<Program::plan, T, Device>;

    HONE_COMPACT_BEGIN
    machine(parameters<typename Program::model, T>& weights, Device where)
        : weights_(&weights), life_(weights.life()), c_(where), gradients_(weights, *where.workers), binder_(weights.classes()), numbers_(weights.classes()) {
        c_.classes = weights.classes();
        constants_.take(weights, *where.workers);
    }
    machine(const machine&) = delete;
    machine& operator=(const machine&) = delete;

    memory_plan plan() const { return plan_for(c_.classes); }
    long arena_bytes() const { return static_cast<long>(arena_.size() * sizeof(T)) + binder_.bytes() + gradients_.bytes() + cache_.bytes(); }

    /// Makes room for batches up to this size; later steps allocate nothing. Growing throws away nothing but scratch.
    void reserve(batch_extent e) {
        if (e.tokens <= extent_.tokens && e.sequences <= extent_.sequences && e.picked <= extent_.picked && arena_.size() > 0) return;
        extent_ = {std::max(e.tokens, extent_.tokens), std::max(e.sequences, extent_.sequences), std::max(e.picked, extent_.picked)};
        const memory_plan room = plan();
        const auto blocks_of = [&](int r) { return room.blocks_of(sizes::counts::of_region(r), extent_); };
        const int threads = c_.workers->size();
        const auto line = [](long n) { return (n + 15) / 16 * 16; };
        c_.capacity[0] = 1;
        for (int r = 1; r < most_regions; ++r) c_.capacity[r] = blocks_of(r) * block_rows;
        long at = 0;
        const auto take = [&](long n) { return std::exchange(at, at + n); };
        long region[most_regions], partial[most_regions];
        for (int r = 0; r < most_regions; ++r) {
            const long columns = memory.columns[r].at(c_.classes), sums = memory.partial[r].at(c_.classes);
            region[r] = take(r == 0 ? line(columns) : columns * c_.capacity[r]);
            partial[r] = take(r == 0 ? line(sums * fixed_blocks(c_.classes)) : sums * (blocks_of(r) + row_blocks::spare));
        }
        const long packed = take(line(packed_elements(c_.classes))), zeros = take(line(widest(c_.classes)));
        c_.scratch_stride = thread_elements(c_.classes);
        const long scratch = take(c_.scratch_stride * threads);
        arena_ = storage<T>();
        arena_ = storage<T>(static_cast<std::size_t>(at));
        c_.workers->run([&](int thread, int of) { arena_.touch(0, static_cast<std::size_t>(thread), static_cast<std::size_t>(of)); });
        for (int r = 0; r < most_regions; ++r) {
            f_.temporary[r] = arena_.data() + region[r];
            f_.wide_temporary[r] = f_.temporary[r] + memory.columns[r].fixed * c_.capacity[r];
            c_.partial[r] = arena_.data() + partial[r];
        }
        c_.packed = arena_.data() + packed;
        c_.zeros = arena_.data() + zeros;
        std::fill(c_.zeros, c_.zeros + widest(c_.classes), T(0));
        c_.scratch = arena_.data() + scratch;
        binder_.reserve(room, extent_);
    }

    /// Makes an empty cache for `slots` texts of `length` tokens.
    void reserve_cache(long slots, long length) {
        binder_.cache().reserve(slots, length);
        cache_.reserve(slots, length);
    }
    void copy_cached(long from, long to) {
        binder_.cache().copy(from, to);
        cache_.copy(from, to, binder_.cache().tokens(from));
    }

    HONE_COMPACT_END

    template <class Batch>
    void bind(const Batch& batch) {
        life_.check();
        numbers_.check();
        const batch_extent e = binder_.measure(batch);
        reserve(e);
        binder_.bind(batch, e);
        std::copy_n(binder_.bound().rows, most_regions, c_.rows);
        std::copy_n(binder_.bound().offsets, most_regions, c_.offsets);
        c_.columns = binder_.columns();
        cache_.bind(c_);
        weights_->check();
        c_.panels = constants_.look(*weights_);
        gradients_.bind(c_);
        settle();
        c_.weight_at = weights_->places_at_rest();
        c_.values = numbers_.data();
        put_additions();
    }
    void forward() { run_on::forward(c_, f_); }
    void backward() { run_on::backward(c_, f_); }
    void clear_gradients() { gradients_.clear(); }
    void complete_gradients() { gradients_.complete(); }
    template <int Root>
    T* root() {
        return locate(spots<Program::plan>[static_cast<std::size_t>(P.roots[Root])], c_, f_);
    }
    template <int Root>
    int root_rows() {
        return rows_of(spots<Program::plan>[static_cast<std::size_t>(P.roots[Root])], c_);
    }
    template <int Root>
    int root_width() {
        return spots<Program::plan>[static_cast<std::size_t>(P.roots[Root])].columns(c_.classes);
    }
    numbers& given() { return numbers_; }
    additions& added() { return additions_; }
    /// The gradient of the k-th addition.
    template <int K>
    gradient_rows<T> gradient_of_addition() {
        constexpr int at = static_cast<int>(P.roots.size() - additions::count) + K;
        const int rows = root_rows<at>(), width = root_width<at>();
        const int region = region_of(additions::all[K].kind);
        const auto* const offsets = region > 1 ? c_.offsets[region] : nullptr;
        const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(width);
        gradient_rows<T> g{{this->template root<at>(), count}, rows, width};
        if (offsets) {
            const auto sequences = c_.rows[region_of(per_sequence_code)];
            g.offsets = {offsets, static_cast<std::size_t>(sequences) + 1};
        }
        return g;
    }
    const numbers& given() const { return numbers_; }
    /// Is a root known of a batch that is bound, before anything is computed?
    template <int Root>
    static constexpr bool knows() { return is_known<Program::plan>(P.roots[Root]); }
    template <int Root>
    double known() const { return known_sum<Program::plan, T, P.roots[Root]>(c_); }
    context<T, Device>& state() { return c_; }
    const context<T, Device>& state() const { return c_; }
    auto& trained() {
        life_.check();
        return gradients_.trained();
    }
    gradient_block<T> gradients() { return gradients_.values(); }
    std::span<T> change_gradients() { return gradients_.change(); }
    const parameters<typename Program::model, T>& weights() const { return *weights_; }

private:
    void put_additions() {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            [[maybe_unused]] const auto one = [&](std::size_t k, const spot& leaf) {
                additions_.put(k, locate(leaf, c_, f_), rows_of(leaf, c_),
                               leaf.columns(c_.classes));
            };
            (one(K, spots<Program::plan>[static_cast<std::size_t>(P.additions[K].leaf)]), ...);
        }(std::make_index_sequence<additions::count>{});
    }
    /// What this batch reads of weights at rest.
    void settle() {
        const auto alone = weights_->settling();
        for (std::size_t e = 0; e < Program::entries.size(); ++e) {
            const auto& w = Program::entries[e];
            for (int k = 0; k < copies(w); ++k) {
                auto& rest = weights_->resting(static_cast<std::size_t>(w.first + k));
                if (!rest.active()) continue;
                if (!only_looked_up[e]) {
                    rest.settle();
                    continue;
                }
                const long width = weights_->columns(w);
                for (const auto& l : lookups)
                    if (l.entry == static_cast<int>(e))
                        for (int r = 0; r < c_.rows[region_of(l.kind)]; ++r) rest.settle_numbers(c_.columns[l.detail].index[r] * width, width);
            }
        }
    }
    using sizes::fixed_blocks, sizes::widest, sizes::packed_elements, sizes::thread_elements;

    parameters<typename Program::model, T>* weights_;
    life_of_weights life_;
    context<T, Device> c_;
    frame<T> f_;
    batch_extent extent_{};
    step_gradients<Program, T, Device> gradients_;
    storage<T> arena_;
    batch_binder<Program, T> binder_;
    key_value_cache<Program::plan, T, Device> cache_;
    numbers numbers_;
    additions additions_;
    typename backend<Device>::template constants<Program, T> constants_;
};

} // namespace hone
