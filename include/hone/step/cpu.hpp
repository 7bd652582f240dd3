// A program with storage on a CPU. Storage is one block, reserved for the largest batch before the first step: regions of the arena,
// partial sums, packed weights, gradients, and every thread's scratch. Its size is a constant of the type but for the row counts, and
// nothing is allocated afterwards. Batches are checked before anything is computed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstring>
#include <memory>

#include "hone/layer/parameters.hpp"
#include "hone/step/sizes/cpu.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

namespace cpu {

template <class Program, class T>
class machine : public arena_sizes<Program, T> {
public:
    using sizes = arena_sizes<Program, T>;
    using sizes::field_count, sizes::plan_for, sizes::memory;
    static_assert(field_count + 2 <= most_regions, "a batch has at most 6 fields");
    static constexpr auto& P = Program::plan;
    static constexpr auto symbols = P.symbols; // copies: see step/sizes/cpu.hpp
    static constexpr auto coefficients = P.coefficients;
    using run_on = runner<Program::plan, T>;
    using fields = typename Program::symbols::field_list;

    machine(parameters<typename Program::model, T>& weights, team& workers) : weights_(&weights) {
        c_.workers = &workers;
        c_.classes = weights.classes();
        values_.assign(symbols.size() + 1, T(0));
        for (std::size_t i = 0; i < symbols.size(); ++i)
            if (symbols[i].view() == "#one") values_[i] = 1;
        // gradients: the copies that train, in the order of the entries
        std::size_t i = 0;
        for (const auto& w : Program::entries)
            for (int k = 0; k < copies(w); ++k, ++i) {
                const long n = weights.rows(w) * weights.columns(w);
                if (!Program::trains(name_of(w, k).view())) {
                    gradient_at_.push_back(-1);
                    continue;
                }
                gradient_at_.push_back(trained_.count);
                trained_.ranges.push_back({weights.data() + weights.offsets()[i], trained_.count, n, !w.vector, std::string(name_of(w, k).view())});
                trained_.count += (n + 15) / 16 * 16;
            }
        trained_.workers = &workers;
        gradients_ = storage<T>(static_cast<std::size_t>(trained_.count));
    }
    machine(const machine&) = delete;
    machine& operator=(const machine&) = delete;

    memory_plan plan() const { return plan_for(c_.classes); }
    long arena_bytes() const { return static_cast<long>(arena_.size() * sizeof(T) + integers_.size() * sizeof(std::int32_t) + gradients_.size() * sizeof(T)); }

    /// Makes room for batches up to this size; later steps allocate nothing. Growing throws away nothing but scratch.
    void reserve(batch_extent e) {
        if (e.tokens <= extent_.tokens && e.sequences <= extent_.sequences && arena_.size() > 0) return;
        extent_ = {std::max(e.tokens, extent_.tokens), std::max(e.sequences, extent_.sequences)};
        const long tokens = memory_plan::blocks(extent_.tokens), sequences = memory_plan::blocks(extent_.sequences);
        const int threads = c_.workers->size();
        const auto line = [](long n) { return (n + 15) / 16 * 16; };
        c_.capacity[0] = 1;
        c_.capacity[1] = sequences * block_rows;
        for (int r = 2; r < most_regions; ++r) c_.capacity[r] = tokens * block_rows;
        long at = 0;
        const auto take = [&](long n) { return std::exchange(at, at + n); };
        long region[most_regions], partial[most_regions];
        for (int r = 0; r < most_regions; ++r) {
            const long columns = memory.columns[r].at(c_.classes), sums = memory.partial[r].at(c_.classes);
            region[r] = take(r == 0 ? line(columns) : columns * c_.capacity[r]);
            partial[r] = take(r == 0 ? line(sums * fixed_blocks(c_.classes)) : sums * (r == 1 ? sequences : tokens));
        }
        const long packed = take(line(packed_elements(c_.classes))), zeros = take(line(widest(c_.classes)));
        c_.scratch_stride = thread_elements(c_.classes);
        const long scratch = take(c_.scratch_stride * threads);
        arena_ = storage<T>();
        arena_ = storage<T>(static_cast<std::size_t>(at));
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
        integers_ = storage<std::int32_t>(static_cast<std::size_t>(rows * 3 * field_count));
        std::fill(integers_.begin(), integers_.end(), 0);
        for (int f = 0; f < field_count; ++f) {
            positions_[f] = integers_.data() + (3 * f) * rows;
            sequence_of_[f] = positions_[f] + rows;
            no_types_[f] = sequence_of_[f] + rows;
            c_.sequence_of[f + 2] = sequence_of_[f];
        }
    }

    template <class Batch>
    void bind(const Batch& batch) {
        long tokens = 0, sequences = -1;
        Batch::visit(batch, [&](auto, const auto& field) { measure(field, tokens, sequences); });
        reserve({tokens, std::max(sequences, 0l)});
        c_.rows[0] = 1;
        c_.rows[1] = static_cast<int>(sequences);
        int number = 0;
        Batch::visit(batch, [&](auto name, const auto& field) { bind_field(decltype(name)::value, field, number++, sequences); });
        c_.weights = weights_->data();
        c_.gradients = gradients_.data();
        c_.weight_at = weights_->offsets().data();
        c_.gradient_at = gradient_at_.data();
        c_.values = values_.data();
    }
    void forward() { run_on::template graph<0, false>(c_, f_); }
    void backward() { run_on::template graph<0, true>(c_, f_); }
    void clear_gradients() {
        c_.workers->run([&](int thread, int threads) {
            T* p = gradients_.data();
            const long n = trained_.count, from = n * thread / threads, to = n * (thread + 1) / threads;
            std::fill(p + from, p + to, T(0));
        });
    }
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
    /// The factor of a term: 1, or the run-time number that the lambda multiplied it with.
    double coefficient(int term) const {
        const int s = coefficients[static_cast<std::size_t>(term)];
        return s < 0 ? 1.0 : static_cast<double>(values_[static_cast<std::size_t>(s)]);
    }
    void set(std::string_view name, T v) {
        for (std::size_t i = 0; i < symbols.size(); ++i)
            if (symbols[i].view() == name) values_[i] = v;
    }
    static constexpr bool reads(std::string_view name) {
        for (const auto& s : symbols)
            if (s.view() == name) return true;
        return false;
    }
    context<T>& state() { return c_; }
    const context<T>& state() const { return c_; }
    trained_weights<T>& trained() { return trained_; }
    gradient_block<T> gradients() { return {gradients_.data(), trained_.count}; }
    const parameters<typename Program::model, T>& weights() const { return *weights_; }

private:
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
    static void count(long n, long& sequences) {
        if (n == 0) throw error("step.empty_batch", "a batch must hold at least one sequence", {}, "at least 1", "0");
        if (sequences >= 0 && n != sequences)
            throw error("step.sequences_differ", "the fields of a batch disagree on the number of sequences", {}, std::to_string(sequences), std::to_string(n));
        sequences = n;
    }
    /// The number below which the values of an index must stay, over all that reads it; nothing does where neither is set.
    struct bound_of {
        long fixed = 0;
        bool classes = false;
    };
    static constexpr auto limits = [] {
        std::array<bound_of, 4 * most_regions> all{};
        for (const auto& n : P.nodes)
            for (int k = 0; k < n.count; ++k) {
                const auto& a = P.nodes[static_cast<std::size_t>(n.argument[k])];
                if (a.op != &operation_of<field_leaf> || !a.integer) continue;
                auto& at = all[static_cast<std::size_t>(a.detail)];
                const auto lower = [&](bool is_classes, long most) {
                    if (is_classes) at.classes = true;
                    else if (at.fixed == 0 || most < at.fixed) at.fixed = most;
                };
                if (n.op == &operation_of<gather_> && k == 1) {
                    const auto& table = P.nodes[static_cast<std::size_t>(n.argument[0])];
                    lower(table.kind == class_rows, -static_cast<long>(table.kind));
                }
                if (n.op == &operation_of<one_hot_>) lower(n.width == run_time, n.width);
            }
        return all;
    }();
    static constexpr long limit(int field, int part, long classes) {
        const auto at = limits[static_cast<std::size_t>(field * 4 + part)];
        return !at.classes ? at.fixed : at.fixed == 0 ? classes : std::min(at.fixed, classes);
    }
    void check(std::string_view field, const char* what, std::span<const std::int32_t> values, long below, bool may_ignore) const {
        if (below == 0) return;
        for (std::size_t i = 0; i < values.size(); ++i)
            if ((values[i] < 0 || values[i] >= below) && !(may_ignore && values[i] == -100))
                throw error("step.out_of_range", std::string(what) + " at position " + std::to_string(i) + " of the batch is out of range", {.name = std::string(field)},
                            "0 to " + std::to_string(below - 1) + (may_ignore ? ", or -100 to ignore the row" : ""), std::to_string(values[i]));
    }
    void bind_field(std::string_view name, const token_rows& t, int f, long) {
        auto& view = c_.fields[f];
        const auto rows = static_cast<std::int32_t>(t.ids.size());
        if (t.offsets.front() != 0 || t.offsets.back() != rows || (!t.types.empty() && t.types.size() != t.ids.size()))
            throw error("step.offsets", "offsets do not cover the tokens", {.name = std::string(name)}, "0 to " + std::to_string(rows),
                        std::to_string(t.offsets.front()) + " to " + std::to_string(t.offsets.back()));
        const long longest = limit(f, 2, c_.classes);
        for (std::size_t s = 0; s + 1 < t.offsets.size(); ++s) {
            const std::int32_t from = t.offsets[s], to = t.offsets[s + 1];
            if (to <= from || to > rows)
                throw error("step.empty_sequence", "sequence " + std::to_string(s) + " has no tokens", {.name = std::string(name)}, "at least 1", std::to_string(to - from));
            if (longest > 0 && to - from > longest)
                throw error("step.too_long", "sequence " + std::to_string(s) + " is longer than the model has positions", {.name = std::string(name)},
                            "at most " + std::to_string(longest), std::to_string(to - from));
            for (std::int32_t r = from; r < to; ++r) {
                positions_[f][r] = r - from;
                sequence_of_[f][r] = static_cast<std::int32_t>(s);
            }
        }
        check(name, "a token id", t.ids, limit(f, 0, c_.classes), false);
        check(name, "a token type", t.types, limit(f, 1, c_.classes), false);
        view.index[0] = t.ids.data();
        view.index[1] = t.types.empty() ? no_types_[f] : t.types.data();
        view.index[2] = positions_[f];
        view.offsets = t.offsets.data();
        c_.rows[f + 2] = rows;
    }
    void bind_field(std::string_view name, std::span<const std::int32_t> labels, int f, long) {
        check(name, "a label", labels, limit(f, 0, c_.classes), true);
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
    context<T> c_;
    frame<T> f_;
    batch_extent extent_{};
    storage<T> arena_, gradients_;
    storage<std::int32_t> integers_;
    std::int32_t *positions_[most_regions]{}, *sequence_of_[most_regions]{}, *no_types_[most_regions]{};
    std::vector<T> values_;
    std::vector<T> copies_[most_regions];
    std::vector<long> gradient_at_;
    trained_weights<T> trained_;
};

} // namespace cpu

} // namespace hone
