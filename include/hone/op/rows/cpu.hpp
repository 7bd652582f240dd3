// The row stage: everything elementwise and row-wise between two products, one row at a time. A pass walks the columns once with
// all its values in registers; statistics of a pass feed the next. Values that a later pass needs stand in a row buffer in the first
// cache; only what another group reads goes to memory. Sums over rows go to one partial sum a block, joined in order at the end.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "hone/device/cpu.hpp"
#include "hone/device/operand/cpu.hpp"
#include "hone/expression/cpu.hpp"
#include "hone/op/rows/pass.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <class T>
batch<T> log(batch<T> x) {
    T values[static_cast<std::size_t>(lanes<T>)];
    store(values, x);
    for (T& v : values) v = std::log(v);
    return load(static_cast<const T*>(values));
}

/// The rows that a stage touches, for one block of rows: where each begins and how far apart they are.
template <class T>
struct row_block {
    const context<T>* c;
    int first;
    T** at;
    const long* step;
    const access<T>* calls;
    T* scalars;
    T* row(int line, int i) const { return at[line] + i * step[line]; }
};
/// Finds the rows of a block, and clears its sums.
template <class T>
[[gnu::noinline]] void open_lines(std::span<const row_line> lines, const spot* all, const context<T>& c, const frame<T>& f, row_range here, T* scratch,
                                  T* buffers, T** at, long* step) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const row_line& l = lines[i];
        const spot& s = all[l.node];
        const long width = s.columns(c.classes);
        step[i] = 0;
        if (l.how == row_line::kind::buffer) {
            at[i] = buffers + l.offset.at(c.classes);
        } else if (l.how == row_line::kind::sums) {
            at[i] = c.partial[l.region] + l.offset.at(c.classes) * here.blocks + here.block * width;
            for (int j = 0; j < width; ++j) at[i][j] = 0;
        } else {
            at[i] = locate(s, c, f, scratch);
            if (s.kind == -1) continue; // one row, the same for all
            step[i] = s.stride(c.classes);
            if (s.where != store::scratch) at[i] += here.first * step[i];
        }
    }
}
/// Adds up the sums of all blocks, in order.
template <class T>
[[gnu::noinline]] void join_lines(const row_line* first, int count, const spot* all, const context<T>& c, const frame<T>& f, int blocks) {
    for (const auto& l : std::span(first, static_cast<std::size_t>(count))) {
        if (l.how != row_line::kind::sums) continue;
        const spot& s = all[l.node];
        const long width = s.columns(c.classes);
        const T* from = c.partial[l.region] + l.offset.at(c.classes) * blocks;
        T* to = locate(s, c, f);
        for (long i = 0; i < width; ++i) {
            T total = 0;
            for (int b = 0; b < blocks; ++b) total += from[b * width + i];
            to[i] = s.where == store::gradient ? to[i] + total : total;
        }
    }
}

template <const auto& P, class T, int S>
struct row_stage {
    using stage = stage_of<P, S>;
    using V = batch<T>;
    using block = row_block<T>;
    static constexpr int L = lanes<T>;
    template <int I>
    using op = op_of<P, I>;
    template <int Pass>
    using facts = pass_of<P, Pass>;
    template <int Count>
    using numbers = std::make_integer_sequence<int, Count>;
    template <int Pass, int M>
    using arguments = numbers<facts<Pass>::at(M).count>;
    static constexpr auto& place(int n) { return P.places[static_cast<std::size_t>(n)]; }
    static constexpr row_line stored(int n) { return {n, row_line::kind::value, 0, {}}; }

    template <int A>
    [[gnu::always_inline]] static T number(const block& b, int i) {
        constexpr auto& n = P.nodes[A];
        if constexpr (stage::is_scalar(A)) return b.scalars[place(A).scalar];
        else if constexpr (n.integer) return static_cast<T>(b.c->columns[n.detail].index[b.first + i]);
        else return *b.row(stage::line(stage::value_of(A)), i);
    }
    template <int N>
    [[gnu::always_inline]] static const T* source_row(const block& b, int i) {
        return kernel<op<N>>::row(b.calls[stage::calls.find(N)], b.first + i);
    }

    // --- a pass over numbers: one a row

    template <int Pass, int M, int... K>
    [[gnu::always_inline]] static void number_step(const block& b, int i, std::integer_sequence<int, K...>) {
        constexpr int n = facts<Pass>::member(M);
        constexpr auto& v = P.nodes[n];
        T& to = v.op->how == structure::sink ? *b.at[stage::line(stage::sums_of(n))] : b.scalars[place(n).scalar];
        if constexpr (v.op->how == structure::sink) to += number<v.argument[0]>(b, i);
        else {
            if constexpr (v.op->how == structure::source) to = *source_row<n>(b, i);
            else if constexpr (v.op->how == structure::reduce) to = number<v.argument[0]>(b, i);
            else if constexpr (v.op->how == structure::generate) kernel<op<n>>::fill(b.calls[stage::calls.find(n)], number<v.argument[0]>(b, i), b.first + i, &to);
            else if constexpr (v.op->uses_column) to = op<n>::value(T(0), number<v.argument[K]>(b, i)...);
            else to = op<n>::value(number<v.argument[K]>(b, i)...);
            if constexpr (stage::in_memory(n)) *b.row(stage::line(stored(n)), i) = to;
        }
    }

    // --- a pass over columns

    template <int Pass>
    struct walk {
        const T* from[facts<Pass>::reads.count + 1];
        T* out[facts<Pass>::size];
        T* buffer[facts<Pass>::size];
        V number[facts<Pass>::reads.count + 1], value[facts<Pass>::size], total[facts<Pass>::size];
    };

    template <int Pass, int I>
    [[gnu::always_inline]] static void prepare(walk<Pass>& w, const block& b, int i) {
        constexpr int a = facts<Pass>::reads.at[I];
        if constexpr (facts<Pass>::position(a) >= 0) w.from[I] = source_row<a>(b, i);
        else if constexpr (P.nodes[a].width == 1) w.number[I] = V(number<a>(b, i));
        else w.from[I] = b.row(stage::line(stage::value_of(a)), i);
    }
    template <int Pass, int M>
    [[gnu::always_inline]] static void begin(walk<Pass>& w, const block& b, int i) {
        constexpr int n = facts<Pass>::member(M);
        constexpr auto how = P.nodes[n].op->how;
        if constexpr (how == structure::sink) w.out[M] = b.at[stage::line(stage::sums_of(n))];
        else if constexpr (how == structure::reduce) w.total[M] = V(T(op<n>::start()));
        else {
            if constexpr (stage::in_memory(n)) w.out[M] = b.row(stage::line(stored(n)), i);
            if constexpr (place(n).row_fixed >= 0) w.buffer[M] = b.at[stage::line(stage::value_of(n))];
        }
    }
    /// Rows kept as bf16 are whole numbers of vectors wide: they have no tail.
    template <bool Tail, bool Half = false>
    [[gnu::always_inline]] static void put(T* row, int column, V v, [[maybe_unused]] int count) {
        if constexpr (Half) operand<bf16>::narrow(row, column, v);
        else if constexpr (Tail) store(row + column, v, count);
        else store(row + column, v);
    }
    template <bool Tail, bool Half = false>
    [[gnu::always_inline]] static V get(const T* row, int column, [[maybe_unused]] int count) {
        if constexpr (Half) return operand<bf16>::widen(row, column);
        else if constexpr (Tail) return load(row + column, count);
        else return load(row + column);
    }
    template <int Pass, int A, bool Tail>
    [[gnu::always_inline]] static V argument(const walk<Pass>& w, int column, int count) {
        if constexpr (facts<Pass>::position(A) >= 0) return w.value[facts<Pass>::position(A)];
        else if constexpr (P.nodes[A].width == 1) return w.number[facts<Pass>::reads.find(A)];
        else return get<Tail, place(A).half>(w.from[facts<Pass>::reads.find(A)], column, count);
    }
    template <int Pass, int M, bool Tail, int... K>
    [[gnu::always_inline]] static void step(walk<Pass>& w, int column, int count, std::integer_sequence<int, K...>) {
        constexpr int n = facts<Pass>::member(M);
        constexpr auto& v = P.nodes[n];
        if constexpr (v.op->how == structure::sink) {
            put<Tail>(w.out[M], column, get<Tail>(w.out[M], column, count) + argument<Pass, v.argument[0], Tail>(w, column, count), count);
        } else if constexpr (v.op->how == structure::reduce) {
            V x = argument<Pass, v.argument[0], Tail>(w, column, count);
            if constexpr (Tail) { // lanes behind the row's end count for nothing
                T lane[static_cast<std::size_t>(L)];
                store(lane, x);
                for (int l = count; l < L; ++l) lane[l] = T(op<n>::start());
                x = load(static_cast<const T*>(lane));
            }
            w.total[M] = op<n>::step(w.total[M], x);
        } else {
            if constexpr (v.op->how == structure::source) w.value[M] = get<Tail>(w.from[facts<Pass>::reads.find(n)], column, count);
            else if constexpr (v.op->uses_column)
                w.value[M] = op<n>::value(column_numbers(column), argument<Pass, v.argument[K], Tail>(w, column, count)...);
            else w.value[M] = op<n>::value(argument<Pass, v.argument[K], Tail>(w, column, count)...);
            if constexpr (stage::in_memory(n)) put<Tail, place(n).half>(w.out[M], column, w.value[M], count);
            if constexpr (place(n).row_fixed >= 0) put<Tail>(w.buffer[M], column, w.value[M], count);
        }
    }
    static V column_numbers(int column) {
        T lane[static_cast<std::size_t>(L)];
        for (int i = 0; i < L; ++i) lane[i] = static_cast<T>(column + i);
        return load(static_cast<const T*>(lane));
    }
    template <int Pass, int M>
    [[gnu::always_inline]] static void finish(const walk<Pass>& w, const block& b, int i) {
        constexpr int n = facts<Pass>::member(M);
        T lane[static_cast<std::size_t>(L)];
        store(lane, w.total[M]);
        T total = lane[0];
        for (int l = 1; l < L; ++l) total = op<n>::step(total, lane[l]);
        b.scalars[place(n).scalar] = total;
        if constexpr (stage::in_memory(n)) *b.row(stage::line(stored(n)), i) = total;
    }

    template <int Pass, int... M>
    [[gnu::always_inline]] static void numbers_pass(const block& b, int i, std::integer_sequence<int, M...>) {
        (number_step<Pass, M>(b, i, arguments<Pass, M>{}), ...);
    }
    template <int Pass, int... M, int... I, int... R>
    [[gnu::always_inline]] static void columns_pass(const block& b, int i, std::integer_sequence<int, M...>, std::integer_sequence<int, I...>,
                                                    std::integer_sequence<int, R...>) {
        walk<Pass> w;
        (prepare<Pass, I>(w, b, i), ...);
        (begin<Pass, M>(w, b, i), ...);
        const int width = facts<Pass>::width == run_time ? static_cast<int>(b.c->classes) : facts<Pass>::width;
        int column = 0;
        for (; column + L <= width; column += L) (step<Pass, M, false>(w, column, L, arguments<Pass, M>{}), ...);
        if constexpr (facts<Pass>::width == run_time || facts<Pass>::width % L != 0)
            if (column < width) (step<Pass, M, true>(w, column, width - column, arguments<Pass, M>{}), ...);
        (finish<Pass, facts<Pass>::reduces.at[R]>(w, b, i), ...);
    }
    template <int Pass>
    static void pass(const block& b, int i) {
        constexpr int n = facts<Pass>::member(0);
        if constexpr (facts<Pass>::width == 1) numbers_pass<Pass>(b, i, numbers<facts<Pass>::size>{});
        else if constexpr (P.nodes[n].op->how == structure::generate) {
            constexpr int line = stage::line(stage::in_memory(n) ? stored(n) : stage::value_of(n));
            kernel<op<n>>::fill(b.calls[stage::calls.find(n)], number<P.nodes[n].argument[0]>(b, i), b.first + i, b.row(line, i));
        } else
            columns_pass<Pass>(b, i, numbers<facts<Pass>::size>{}, numbers<facts<Pass>::reads.count>{}, numbers<facts<Pass>::reduces.count>{});
    }

    template <int... I, int... C>
    [[gnu::always_inline]] static void run(const context<T>& c, const frame<T>& f, row_range here, T* scratch, const row_line* lines,
                                           const call_plan* const* nodes, std::integer_sequence<int, I...>, std::integer_sequence<int, C...>) {
        constexpr amount columns = P.memory.scratch, elements = P.memory.rows;
        T *const buffers = scratch + columns.at(c.classes) * block_rows, *at[stage::lines.size() + 1];
        long steps[stage::lines.size() + 1];
        open_lines<T>({lines, stage::lines.size()}, spots<P>.data(), c, f, here, scratch, buffers, at, steps);
        const access<T> calls[] = {access<T>(spots<P>.data(), *nodes[C], c, f, scratch)..., access<T>()};
        const block b{&c, here.first, at, steps, calls, buffers + elements.at(c.classes)};
        for (int i = 0; i < here.last - here.first; ++i) (pass<stage::first + I>(b, i), ...);
    }
    [[gnu::noinline]] static void run(const context<T>& c, const frame<T>& f, row_range here, T* scratch, const row_line* lines, const call_plan* const* nodes) {
        run(c, f, here, scratch, lines, nodes, numbers<stage::passes>{}, numbers<stage::calls.count>{});
    }
    template <int... C>
    static constexpr std::array<const call_plan*, sizeof...(C) + 1> calls_of(std::integer_sequence<int, C...>) { return {&call_of<P, stage::calls.at[C]>..., nullptr}; }
    static constexpr auto called = calls_of(numbers<stage::calls.count>{});
    /// The code of the first stage like this one, and this one's rows.
    static constexpr stage_entry<T> entry() {
        stage_entry<T> e;
        e.rows = &row_stage<P, T, first_alike<P, S>>::run;
        e.lines = stage::lines.data();
        e.line_count = static_cast<int>(stage::lines.size());
        e.nodes = called.data();
        if constexpr (stage::sums > 0) e.join = &join_lines<T>;
        return e;
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
