// The ops of products on a CPU, as the plan calls them: y = x B on a block of rows with B packed before, and the gradient of a
// weight by all threads. Each hands its shapes to the kernels of op/product/cpu.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/state/cpu.hpp"
#include "hone/op/product/cpu.hpp"
#include "hone/op/product/product.hpp"
#include "hone/op/product/turned/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// A product on a block of rows: y = x B, with B packed; rows in scratch are the block's own.
template <class Input, class T>
void multiply_rows(const access<T>& a, const T* packed, int first, int last, int k, int n) {
    const int stride = a.of(0).stride(a.classes);
    const T* const x = a.argument(0) + (a.of(0).where == store::scratch ? 0 : static_cast<long>(first) * stride);
    T* const y = a.result + (a.self().where == store::scratch ? 0 : static_cast<long>(first) * n);
    multiply<Input>(x, stride, last - first, packed, y, n, false, extent<run_time>(k), extent<run_time>(n), a.of(0).half);
}
template <>
struct kernel<product_> { // y = x W^T
    template <class Input, class T>
    static constexpr long packed(const call<T>& a) {
        return packed_size<Input>(a.width(1), a.result_width());
    }
    template <class Input, class T>
    static void pack(const access<T>& a, T* to, int thread, int threads) {
        if (a.panels(1)) return;
        const int n = a.result_width(), p = panels<T>(n);
        pack_transposed<Input>(a.argument(1), to, a.width(1), n, share(p, thread, threads), share(p, thread + 1, threads));
    }
    template <class Input, class T>
    static void multiply(const access<T>& a, const T* packed, int first, int last) {
        const T* const once = a.panels(1);
        multiply_rows<Input>(a, once ? once : packed, first, last, a.width(1), a.result_width());
    }
};
template <>
struct kernel<product_back_> { // dx = dy W
    template <class Input, class T>
    static constexpr long packed(const call<T>& a) {
        return packed_size<Input>(a.width(0), a.result_width());
    }
    template <class Input, class T>
    static void pack(const access<T>& a, T* to, int thread, int threads) {
        const int n = a.result_width(), p = panels<T>(n), from = share(p, thread, threads), until = share(p, thread + 1, threads);
        if (const T* const once = a.panels(1)) pack_turned<Input>(once, to, a.width(0), n, from, until);
        else hone::on_cpu::pack<Input>(a.argument(1), to, a.width(0), n, from, until);
    }
    template <class Input, class T>
    static void multiply(const access<T>& a, const T* packed, int first, int last) {
        multiply_rows<Input>(a, packed, first, last, a.width(0), a.result_width());
    }
};
template <>
struct kernel<outer_> { // dW = dy^T x
    template <class Input, class T>
    static constexpr long scratch(const call<T>& a) {
        return outer_scratch<T>(a.width(0), a.width(1));
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const bool adds = a.goes_on();
        a.c->workers->run([&](int thread, int threads) {
            outer<Input>(a.argument(0), a.of(0).stride(a.classes), a.argument(1), a.of(1).stride(a.classes), a.rows(0), a.result, a.width(1), adds, thread,
                         threads, a.scratch(thread), a.width(0), a.width(1), a.of(0).half, a.of(1).half);
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
