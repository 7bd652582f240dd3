// Panels turned from the other form against panels packed from rows, to the bit, at every size around the edges of a block.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/product/turned/cpu.hpp>

#include "test.hpp"

#include <cstring>
#include <vector>

using namespace hone;

namespace {

template <class Input> void check_turned(int k, int n) {
    using T = on_cpu::sum_of<Input>;
    std::vector<T> w(static_cast<std::size_t>(k) * static_cast<std::size_t>(n));
    unsigned seed = 7;
    for (T& x : w) {
        seed = seed * 1664525u + 1013904223u;
        x = T(static_cast<int>(seed >> 8)) / T(1 << 23) - T(1);
    }
    const auto size = static_cast<std::size_t>(on_cpu::packed_size<Input>(k, n));
    std::vector<T> forward(static_cast<std::size_t>(on_cpu::packed_size<Input>(n, k))), packed(size, T(3)), turned(size, T(5));
    on_cpu::pack_transposed<Input>(w.data(), forward.data(), n, k, 0, on_cpu::panels<T>(k));
    const int all = on_cpu::panels<T>(n);
    on_cpu::pack<Input>(w.data(), packed.data(), k, n, 0, all);
    for (int p = 0; p < all; ++p) on_cpu::pack_turned<Input>(forward.data(), turned.data(), k, n, p, p + 1);
    INFO("k " << k << " n " << n);
    REQUIRE(std::memcmp(packed.data(), turned.data(), size * sizeof(T)) == 0);
}

const int sizes[] = {1, 2, 3, 5, 8, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 64, 95, 96, 97, 130};

} // namespace

TEST_CASE("panels turned are panels packed") {
    for (const int k : sizes)
        for (const int n : sizes) {
            check_turned<float>(k, n);
            check_turned<double>(k, n);
            check_turned<bf16>(k, n);
        }
}
