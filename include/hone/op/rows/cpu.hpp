// The row stage: everything elementwise and row-wise between two products, one row at a time. A pass walks the columns once with
// all its values in registers; statistics of a pass feed the next. Values that a later pass needs stand in a row buffer in the first
// cache; only what another group reads goes to memory. Sums over rows go to one partial sum a block, joined in order at the end.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/cpu.hpp"
#include "hone/expression/cpu.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone::cpu {

inline namespace HONE_CPU {

template <class T>
auto where(mask<T> condition, batch<T> a, batch<T> b) {
    return select(condition, a, b);
}
template <class T>
batch<T> log(batch<T> x) {
    T values[static_cast<std::size_t>(lanes<T>)];
    store(values, x);
    for (T& v : values) v = std::log(v);
    return load(static_cast<const T*>(values));
}

} // namespace HONE_CPU

template <const auto& P, class Ops, class T, int S>
struct row_stage {
    static constexpr auto& stage = P.stages[S];
    static constexpr int passes = stage.last - stage.first, L = lanes<T>;
    using V = batch<T>;
    template <int I>
    using op = op_at<Ops, index_of(Ops{}, P.nodes[I].op)>;
    template <int I>
    static constexpr const node& node_of = P.nodes[I];
    template <int Pass, int M>
    static constexpr int member = P.members[static_cast<std::size_t>(P.passes[Pass].first + M)];
    template <int Pass>
    static constexpr int size = P.passes[Pass].last - P.passes[Pass].first;

    const context<T>& c;
    const frame<T>& f;
    int first, blocks;
    T *scratch, *buffers, *scalars;

    static constexpr int in_pass(int pass, int node) {
        for (int i = P.passes[static_cast<std::size_t>(pass)].first; i < P.passes[static_cast<std::size_t>(pass)].last; ++i)
            if (P.members[static_cast<std::size_t>(i)] == node) return i - P.passes[static_cast<std::size_t>(pass)].first;
        return -1;
    }
    static constexpr bool in_stage(int node) {
        for (int p = stage.first; p < stage.last; ++p)
            if (in_pass(p, node) >= 0) return true;
        return false;
    }
    static constexpr bool in_memory(int node) {
        const auto w = P.places[static_cast<std::size_t>(node)].where;
        return w != store::nowhere && w != store::gradient;
    }

    template <int A>
    T* row_buffer() const {
        return buffers + P.places[A].row_fixed + P.places[A].row_classes * c.classes;
    }
    /// Row r of node A in memory or in the block's scratch.
    template <int A>
    T* row_at(int r) const {
        T* base = address<P, A>(c, f, scratch);
        if constexpr (P.nodes[A].kind == -1) return base; // one row, the same for all
        else return base + static_cast<long>(P.places[A].where == store::scratch ? r - first : r) * width_of<P, A>(c);
    }
    template <int A>
    T number(int r) const {
        constexpr auto& n = P.nodes[A];
        if constexpr (P.places[A].scalar >= 0 && in_stage(A)) return scalars[P.places[A].scalar];
        else if constexpr (n.integer) return static_cast<T>(c.fields[n.detail / 4].index[n.detail % 4][r]);
        else return *row_at<A>(r);
    }
    template <int A>
    const T* columns(int r) const {
        if constexpr (P.places[A].row_fixed >= 0) return row_buffer<A>();
        else return row_at<A>(r);
    }
    template <int N>
    const T* source_row(int r) const {
        return kernel<op<N>>::template row<T>(access<P, N, T>{c, f}, r, c.zeros);
    }
    template <int N>
    T* partial_row() const {
        constexpr int region = region_of(P.nodes[P.nodes[N].argument[0]].kind);
        constexpr bool wide = P.nodes[N].width == run_time;
        const long before = wide ? P.memory.partial[region].fixed + P.places[N].partial * c.classes : P.places[N].partial;
        return c.partial[region] + before * blocks + static_cast<long>(first / block_rows) * width_of<P, N>(c);
    }

    template <int N, int... K>
    [[gnu::always_inline]] T number_value(int r, std::integer_sequence<int, K...>) const {
        if constexpr (requires { op<N>::uses_column; }) return op<N>::value(T(0), number<P.nodes[N].argument[K]>(r)...);
        else return op<N>::value(number<P.nodes[N].argument[K]>(r)...);
    }
    template <int Pass, int M>
    [[gnu::always_inline]] void number_step(int r) const {
        constexpr int n = member<Pass, M>;
        constexpr auto how = node_of<n>.op->how;
        if constexpr (how == structure::sink) {
            *partial_row<n>() += number<node_of<n>.argument[0]>(r);
        } else {
            T v;
            if constexpr (how == structure::source) v = *source_row<n>(r);
            else if constexpr (how == structure::reduce) v = number<node_of<n>.argument[0]>(r);
            else if constexpr (how == structure::generate) {
                kernel<op<n>>::fill(access<P, n, T>{c, f}, number<node_of<n>.argument[0]>(r), r, 1, &scalars[P.places[n].scalar]);
                v = scalars[P.places[n].scalar];
            } else
                v = number_value<n>(r, std::make_integer_sequence<int, node_of<n>.count>{});
            scalars[P.places[n].scalar] = v;
            if constexpr (in_memory(n)) *row_at<n>(r) = v;
        }
    }

    // --- a pass over columns

    struct cell {
        const T* columns = nullptr;
        V number = V(T(0));
    };
    template <int Pass>
    struct walk {
        cell argument[size<Pass>][5];
        T* out[size<Pass>];
        T* buffer[size<Pass>];
        V value[size<Pass>], total[size<Pass>];
    };

    template <int Pass, int A>
    [[gnu::always_inline]] void prepare_argument(cell& at, int r) const {
        if constexpr (in_pass(Pass, A) >= 0) return;
        else if constexpr (P.nodes[A].width == 1) at.number = V(number<A>(r));
        else at.columns = columns<A>(r);
    }
    template <int Pass, int M, int N, int... K>
    [[gnu::always_inline]] void prepare_arguments(walk<Pass>& w, int r, std::integer_sequence<int, K...>) const {
        (prepare_argument<Pass, P.nodes[N].argument[K]>(w.argument[M][K], r), ...);
    }
    template <int Pass, int M>
    [[gnu::always_inline]] void prepare(walk<Pass>& w, int r) const {
        constexpr int n = member<Pass, M>;
        constexpr auto how = node_of<n>.op->how;
        if constexpr (how == structure::source) w.argument[M][0].columns = source_row<n>(r);
        else
            prepare_arguments<Pass, M, n>(w, r, std::make_integer_sequence<int, node_of<n>.count>{});
        if constexpr (how == structure::sink) w.out[M] = partial_row<n>();
        else if constexpr (how != structure::reduce) {
            if constexpr (in_memory(n)) w.out[M] = row_at<n>(r);
            if constexpr (P.places[n].row_fixed >= 0) w.buffer[M] = row_buffer<n>();
        }
        if constexpr (how == structure::reduce) w.total[M] = V(T(op<n>::start()));
    }
    template <bool Tail>
    [[gnu::always_inline]] static void put(T* at, V v, [[maybe_unused]] int count) {
        if constexpr (Tail) store(at, v, count);
        else store(at, v);
    }
    template <int Pass, int M, int K, bool Tail>
    [[gnu::always_inline]] V operand(const walk<Pass>& w, int column, [[maybe_unused]] int count) const {
        constexpr int a = node_of<member<Pass, M>>.argument[K];
        if constexpr (in_pass(Pass, a) >= 0) return w.value[in_pass(Pass, a)];
        else if constexpr (P.nodes[a].width == 1) return w.argument[M][K].number;
        else if constexpr (Tail) return load(w.argument[M][K].columns + column, count);
        else return load(w.argument[M][K].columns + column);
    }
    template <int Pass, int M, int N, bool Tail, int... K>
    [[gnu::always_inline]] V element(const walk<Pass>& w, int column, int count, std::integer_sequence<int, K...>) const {
        if constexpr (requires { op<N>::uses_column; }) return op<N>::value(column_numbers(column), operand<Pass, M, K, Tail>(w, column, count)...);
        else return op<N>::value(operand<Pass, M, K, Tail>(w, column, count)...);
    }
    template <int Pass, int M, bool Tail>
    [[gnu::always_inline]] void step(walk<Pass>& w, int column, [[maybe_unused]] int count) const {
        constexpr int n = member<Pass, M>;
        constexpr auto how = node_of<n>.op->how;
        if constexpr (how == structure::sink) {
            const V v = operand<Pass, M, 0, Tail>(w, column, count);
            if constexpr (Tail) put<Tail>(w.out[M] + column, load(w.out[M] + column, count) + v, count);
            else put<Tail>(w.out[M] + column, load(w.out[M] + column) + v, count);
        } else if constexpr (how == structure::reduce) {
            V v = operand<Pass, M, 0, Tail>(w, column, count);
            if constexpr (Tail) { // lanes behind the row's end count for nothing
                T lane[static_cast<std::size_t>(L)];
                store(lane, v);
                for (int i = count; i < L; ++i) lane[i] = T(op<n>::start());
                v = load(static_cast<const T*>(lane));
            }
            w.total[M] = op<n>::step(w.total[M], v);
        } else {
            if constexpr (how == structure::source) {
                if constexpr (Tail) w.value[M] = load(w.argument[M][0].columns + column, count);
                else w.value[M] = load(w.argument[M][0].columns + column);
            } else
                w.value[M] = element<Pass, M, n, Tail>(w, column, count, std::make_integer_sequence<int, node_of<n>.count>{});
            if constexpr (in_memory(n)) put<Tail>(w.out[M] + column, w.value[M], count);
            if constexpr (P.places[n].row_fixed >= 0) put<Tail>(w.buffer[M] + column, w.value[M], count);
        }
    }
    static V column_numbers(int column) {
        T lane[static_cast<std::size_t>(L)];
        for (int i = 0; i < L; ++i) lane[i] = static_cast<T>(column + i);
        return load(static_cast<const T*>(lane));
    }
    template <int Pass, int M>
    [[gnu::always_inline]] void finish(const walk<Pass>& w, int r) const {
        constexpr int n = member<Pass, M>;
        if constexpr (node_of<n>.op->how == structure::reduce) {
            T lane[static_cast<std::size_t>(L)];
            store(lane, w.total[M]);
            T total = lane[0];
            for (int i = 1; i < L; ++i) total = op<n>::step(total, lane[i]);
            scalars[P.places[n].scalar] = total;
            if constexpr (in_memory(n)) *row_at<n>(r) = total;
        }
    }

    template <int Pass, int... M>
    void numbers_pass(int r, std::integer_sequence<int, M...>) const {
        (number_step<Pass, M>(r), ...);
    }
    template <int Pass, int... M>
    void columns_pass(int r, std::integer_sequence<int, M...>) const {
        walk<Pass> w;
        (prepare<Pass, M>(w, r), ...);
        const int width = P.passes[Pass].width == run_time ? static_cast<int>(c.classes) : P.passes[Pass].width;
        int column = 0;
        for (; column + L <= width; column += L) (step<Pass, M, false>(w, column, L), ...);
        if constexpr (P.passes[Pass].width == run_time || P.passes[Pass].width % L != 0)
            if (column < width) (step<Pass, M, true>(w, column, width - column), ...);
        (finish<Pass, M>(w, r), ...);
    }
    template <int Pass>
    void pass(int r) const {
        constexpr auto members = std::make_integer_sequence<int, size<Pass>>{};
        constexpr int n = member<Pass, 0>;
        if constexpr (P.passes[Pass].width == 1) {
            numbers_pass<Pass>(r, members);
        } else if constexpr (node_of<n>.op->how == structure::generate) {
            T* to = nullptr;
            if constexpr (in_memory(n)) to = row_at<n>(r);
            else to = row_buffer<n>();
            kernel<op<n>>::fill(access<P, n, T>{c, f}, number<node_of<n>.argument[0]>(r), r, width_of<P, n>(c), to);
        } else {
            columns_pass<Pass>(r, members);
        }
    }
    template <int Pass, int M>
    void clear_sink() const {
        constexpr int n = member<Pass, M>;
        if constexpr (node_of<n>.op->how == structure::sink) {
            T* at = partial_row<n>();
            for (int i = 0; i < width_of<P, n>(c); ++i) at[i] = 0;
        }
    }
    template <int Pass>
    void clear_sinks() const {
        [&]<int... M>(std::integer_sequence<int, M...>) { (clear_sink<Pass, M>(), ...); }(std::make_integer_sequence<int, size<Pass>>{});
    }

    [[gnu::noinline]] static void run(const context<T>& c, const frame<T>& f, int first, int last, int blocks, T* scratch) {
        constexpr amount columns = P.memory.scratch, elements = P.memory.rows;
        T* const buffers = scratch + columns.at(c.classes) * block_rows;
        const row_stage s{c, f, first, blocks, scratch, buffers, buffers + elements.at(c.classes)};
        [&]<int... I>(std::integer_sequence<int, I...>) {
            (s.template clear_sinks<stage.first + I>(), ...);
            for (int r = first; r < last; ++r) (s.template pass<stage.first + I>(r), ...);
        }(std::make_integer_sequence<int, passes>{});
    }

    template <int Pass, int M>
    static void join_sink(const context<T>& c, const frame<T>& f, int blocks) {
        constexpr int n = member<Pass, M>;
        if constexpr (node_of<n>.op->how == structure::sink) {
            const row_stage s{c, f, 0, blocks, nullptr, nullptr, nullptr};
            const T* from = s.template partial_row<n>();
            T* to = address<P, n>(c, f);
            const int width = width_of<P, n>(c);
            for (int i = 0; i < width; ++i) {
                T total = 0;
                for (int b = 0; b < blocks; ++b) total += from[static_cast<long>(b) * width + i];
                to[i] = P.places[n].where == store::gradient ? to[i] + total : total;
            }
        }
    }
    template <int Pass>
    static void join_pass(const context<T>& c, const frame<T>& f, int blocks) {
        [&]<int... M>(std::integer_sequence<int, M...>) { (join_sink<Pass, M>(c, f, blocks), ...); }(std::make_integer_sequence<int, size<Pass>>{});
    }
    static void join(const context<T>& c, const frame<T>& f, int blocks) {
        [&]<int... I>(std::integer_sequence<int, I...>) { (join_pass<stage.first + I>(c, f, blocks), ...); }(std::make_integer_sequence<int, passes>{});
    }
};

} // namespace hone::cpu
