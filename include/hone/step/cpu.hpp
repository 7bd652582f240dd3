// A program with storage on a CPU. Storage is one block, reserved for the largest batch before the first step: regions of the arena,
// partial sums, packed weights and every thread's scratch; gradients have theirs (step/gradients). Its size is a constant of the type but for the row counts, and
// nothing is allocated afterwards. Batches are checked before anything is computed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstring>
#include <memory>

#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"
#include "hone/step/constant_weights/cpu.hpp"
#include "hone/step/gradients/cpu.hpp"
#include "hone/step/index_bounds.hpp"
#include "hone/step/known_weights/cpu.hpp"
#include "hone/step/numbers.hpp"
#include "hone/step/sizes/cpu.hpp"
#include "hone/tensor/trained.hpp"

namespace hone::cpu::inline HONE_CPU {

template <class Program, class T>
class machine : public arena_sizes<Program, T> {
public:
    using sizes = arena_sizes<Program, T>;
    using typename sizes::longer;
    using sizes::field_count, sizes::plan_for, sizes::memory, sizes::only_looked_up, sizes::lookups;
    static constexpr auto& P = Program::plan;
    using numbers = run_time_numbers<Program, T>;
    using run_on = runner<Program::plan, T>;
    using fields = typename Program::symbols::field_list;
    using bounds = index_bounds<Program::plan>;
    static_assert(bounds::leaves_positions(field_count), HONE_E043);

    HONE_COMPACT_BEGIN
    machine(parameters<typename Program::model, T>& weights, team& workers)
        : weights_(&weights), life_(weights.life()), gradients_(weights, workers), numbers_(weights.classes()) {
        c_.workers = &workers;
        c_.classes = weights.classes();
        constants_.take(weights, workers);
    }
    machine(const machine&) = delete;
    machine& operator=(const machine&) = delete;

    memory_plan plan() const { return plan_for(c_.classes); }
    long arena_bytes() const { return static_cast<long>(arena_.size() * sizeof(T) + integers_.size() * sizeof(std::int32_t)) + gradients_.bytes(); }

    /// Makes room for batches up to this size; later steps allocate nothing. Growing throws away nothing but scratch.
    void reserve(batch_extent e) {
        if (e.tokens <= extent_.tokens && e.sequences <= extent_.sequences && arena_.size() > 0) return;
        extent_ = {std::max(e.tokens, extent_.tokens), std::max(e.sequences, extent_.sequences)};
        const long tokens = memory_plan::blocks(extent_.tokens), sequences = memory_plan::blocks(extent_.sequences);
        const long longer_blocks = memory_plan::blocks(extent_.tokens + longer::virtual_tokens * extent_.sequences);
        const auto blocks_of = [&](int r) { return longer::is_longer(r) ? longer_blocks : tokens; };
        const int threads = c_.workers->size();
        const auto line = [](long n) { return (n + 15) / 16 * 16; };
        c_.capacity[0] = 1;
        c_.capacity[1] = sequences * block_rows;
        for (int r = 2; r < most_regions; ++r) c_.capacity[r] = blocks_of(r) * block_rows;
        long at = 0;
        const auto take = [&](long n) { return std::exchange(at, at + n); };
        long region[most_regions], partial[most_regions];
        for (int r = 0; r < most_regions; ++r) {
            const long columns = memory.columns[r].at(c_.classes), sums = memory.partial[r].at(c_.classes);
            region[r] = take(r == 0 ? line(columns) : columns * c_.capacity[r]);
            partial[r] = take(r == 0 ? line(sums * fixed_blocks(c_.classes)) : sums * ((r == 1 ? sequences : blocks_of(r)) + row_blocks::spare));
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
        [&]<class... Fields>(boost::hana::tuple<Fields...>*) {
            int f = 0;
            (reserve_copy(copies_[f++], static_cast<typename Fields::layer*>(nullptr)), ...);
        }(static_cast<fields*>(nullptr));
        const long rows = tokens * block_rows;
        integers_ = storage<std::int32_t>(static_cast<std::size_t>(rows * 3 * field_count + longer::integers(rows, longer_blocks * block_rows, c_.capacity[1])));
        std::fill(integers_.begin(), integers_.end(), 0);
        for (int f = 0; f < field_count; ++f) {
            positions_[f] = integers_.data() + (3 * f) * rows;
            sequence_of_[f] = positions_[f] + rows;
            no_types_[f] = sequence_of_[f] + rows;
            c_.sequence_of[f + 2] = sequence_of_[f];
        }
        longer_.place(integers_.data() + rows * 3 * field_count, rows, longer_blocks * block_rows, c_.capacity[1], c_);
    }

    HONE_COMPACT_END

    template <class Batch>
    void bind(const Batch& batch) {
        life_.check();
        numbers_.check();
        long tokens = 0, sequences = -1;
        Batch::visit(batch, [&](auto, const auto& field) { measure(field, tokens, sequences); });
        reserve({tokens, std::max(sequences, 0l)});
        c_.rows[0] = 1;
        c_.rows[1] = static_cast<int>(sequences);
        int number = 0;
        Batch::visit(batch, [&](auto name, const auto& field) { bind_field(decltype(name)::value, field, number++, sequences); });
        check_looked_up(batch);
        weights_->check();
        c_.panels = constants_.look(*weights_);
        gradients_.bind(c_);
        settle();
        c_.weight_at = weights_->places_at_rest();
        c_.values = numbers_.data();
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
    const numbers& given() const { return numbers_; }
    /// Is a root known of a batch that is bound, before anything is computed?
    template <int Root>
    static constexpr bool knows() { return is_known<Program::plan>(P.roots[Root]); }
    template <int Root>
    double known() const { return known_sum<Program::plan, T, P.roots[Root]>(c_); }
    context<T>& state() { return c_; }
    const context<T>& state() const { return c_; }
    auto& trained() {
        life_.check();
        return gradients_.trained();
    }
    gradient_block<T> gradients() { return gradients_.values(); }
    std::span<T> change_gradients() { return gradients_.change(); }
    const parameters<typename Program::model, T>& weights() const { return *weights_; }

private:
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
                        for (int r = 0; r < c_.rows[region_of(l.kind)]; ++r) rest.settle_numbers(c_.fields[l.detail / 4].index[l.detail % 4][r] * width, width);
            }
        }
    }
    using sizes::fixed_blocks, sizes::widest, sizes::packed_elements, sizes::thread_elements;
    static void measure(const token_rows& t, long& tokens, long& sequences) {
        if (t.offsets.size() < 2)
            throw error("step.empty_batch", "a batch must hold at least one sequence", {}, "offsets of at least one sequence", std::to_string(t.offsets.size()) + " offsets");
        tokens = std::max(tokens, static_cast<long>(t.ids.size()));
        count(static_cast<long>(t.offsets.size()) - 1, sequences);
    }
    static void measure(std::span<const std::int32_t> labels, long&, long& sequences) { count(static_cast<long>(labels.size()), sequences); }
    template <int Width>
    static void measure(const real_rows<Width>& r, long&, long& sequences) {
        count(static_cast<long>(r.values.size()) / Width, sequences);
    }
    /// Rows that the model computes and that a field looks up: their number is known when all fields are bound.
    template <class Batch>
    void check_looked_up(const Batch& batch) const {
        int f = 0;
        Batch::visit(batch, [&](auto name, const auto&) {
            constexpr const char* parts[4] = {"a row", "a row", "a position", "a row"};
            for (int part = 0; part < 4; ++part)
                for (int kind = 0; kind < most_regions; ++kind) {
                    if ((bounds::kinds(f, part) >> kind & 1u) == 0) continue;
                    const auto& view = c_.fields[f];
                    const int own = view.offsets ? c_.rows[f + 2] : c_.rows[1];
                    check_index(decltype(name)::value, parts[part], {view.index[part], static_cast<std::size_t>(own)}, c_.rows[region_of(kind)], false);
                }
            ++f;
        });
    }
    static void count(long n, long& sequences) {
        if (n == 0) throw error("step.empty_batch", "a batch must hold at least one sequence", {}, "at least 1", "0");
        if (sequences >= 0 && n != sequences)
            throw error("step.sequences_differ", "the fields of a batch disagree on the number of sequences", {}, std::to_string(sequences), std::to_string(n));
        sequences = n;
    }
    void bind_field(std::string_view name, const token_rows& t, int f, long) {
        auto& view = c_.fields[f];
        const auto rows = static_cast<std::int32_t>(t.ids.size());
        if (t.offsets.front() != 0 || t.offsets.back() != rows || (!t.types.empty() && t.types.size() != t.ids.size()))
            throw error("step.offsets", "offsets do not cover the tokens", {.name = std::string(name)}, "0 to " + std::to_string(rows),
                        std::to_string(t.offsets.front()) + " to " + std::to_string(t.offsets.back()));
        const long longest = bounds::of_text(f, 2, field_count, c_.classes), taken = bounds::taken(f);
        for (std::size_t s = 0; s + 1 < t.offsets.size(); ++s) {
            const std::int32_t from = t.offsets[s], to = t.offsets[s + 1];
            if (to <= from || to > rows)
                throw error("step.empty_sequence", "sequence " + std::to_string(s) + " has no tokens", {.name = std::string(name)}, "at least 1", std::to_string(to - from));
            if (longest >= 0 && to - from > longest)
                throw error("step.too_long", "sequence " + std::to_string(s) + " is longer than the model has positions", {.name = std::string(name)},
                            "at most " + std::to_string(longest) + (taken > 0 ? " beside " + std::to_string(taken) + " virtual tokens" : ""), std::to_string(to - from));
            for (std::int32_t r = from; r < to; ++r) {
                positions_[f][r] = r - from;
                sequence_of_[f][r] = static_cast<std::int32_t>(s);
            }
        }
        check_index(name, "a token id", t.ids, bounds::of_text(f, 0, field_count, c_.classes), false);
        check_index(name, "a token type", t.types, bounds::of_text(f, 1, field_count, c_.classes), false);
        view.index[0] = t.ids.data();
        view.index[1] = t.types.empty() ? no_types_[f] : t.types.data();
        view.index[2] = positions_[f];
        view.offsets = t.offsets.data();
        c_.rows[f + 2] = rows;
        longer_.bind(f, t, c_);
    }
    void bind_field(std::string_view name, std::span<const std::int32_t> labels, int f, long) {
        check_index(name, "a label", labels, bounds::of(f, 0, c_.classes), true);
        c_.fields[f].index[0] = labels.data();
    }
    template <class Field>
    void reserve_copy(std::vector<T>&, const Field*) {}
    /// Real features are given in float; a step in another type copies them.
    template <int Width>
    void reserve_copy(std::vector<T>& copy, const real_rows<Width>*) {
        if constexpr (!std::is_same_v<T, float>) copy.reserve(static_cast<std::size_t>(c_.capacity[1] * Width));
    }
    template <int Width>
    void bind_field(std::string_view, const real_rows<Width>& r, int f, long) {
        if constexpr (std::is_same_v<T, float>) c_.fields[f].real = r.values.data();
        else {
            copies_[f].assign(r.values.begin(), r.values.end());
            c_.fields[f].real = copies_[f].data();
        }
    }

    parameters<typename Program::model, T>* weights_;
    life_of_weights life_;
    context<T> c_;
    frame<T> f_;
    batch_extent extent_{};
    step_gradients<Program, T> gradients_;
    storage<T> arena_;
    storage<std::int32_t> integers_;
    std::int32_t *positions_[most_regions]{}, *sequence_of_[most_regions]{}, *no_types_[most_regions]{};
    longer longer_;
    numbers numbers_;
    std::vector<T> copies_[most_regions];
    constant_weights<Program, T> constants_;
};

} // namespace hone::cpu::inline HONE_CPU
