// Rotary positions against their plain form, with each scaling of frequencies; turned back they are what they were.
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "hone/op/rotary/cpu.hpp"
#include "hone/op/rotary/plain.hpp"
#include "test.hpp"

using namespace hone;

namespace {

template <class Rotary, class T>
void check_rows(int size, double close) {
    const int heads = 3, width = heads * size;
    std::vector<T> x(static_cast<std::size_t>(width)), turn(static_cast<std::size_t>(size)), y(x.size()), back(x.size()), expected(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(static_cast<double>(i % 7) - 2.5);
    for (int position : {0, 1, 17, 4095, 8191, 100000}) {
        for (int j = 0; j < size / 2; ++j) {
            const double angle = plain::rotary_angle<Rotary>(position, j, size);
            turn[static_cast<std::size_t>(j)] = static_cast<T>(std::cos(angle));
            turn[static_cast<std::size_t>(j + size / 2)] = static_cast<T>(std::sin(angle));
        }
        on_cpu::rotate_row(x.data(), turn.data(), width, size, T(1), y.data());
        on_cpu::rotate_row(y.data(), turn.data(), width, size, T(-1), back.data());
        for (int h = 0; h < heads; ++h) plain::rotate_head<Rotary>(x.data() + h * size, position, size, expected.data() + h * size, false);
        for (std::size_t i = 0; i < x.size(); ++i) {
            CHECK(std::abs(y[i] - expected[i]) <= close);
            CHECK(std::abs(back[i] - x[i]) <= close);
        }
    }
}
using llama = llama3_scaling<std::ratio<8>, std::ratio<1>, std::ratio<4>, 8192>;

} // namespace

TEST_CASE("a row is turned as its plain form says, and back") {
    for (int size : {2, 6, 10, 32, 64, 128}) {
        check_rows<rotary<10000>, double>(size, 1e-14);
        check_rows<rotary<10000>, float>(size, 2e-6);
        check_rows<rotary<500000, llama>, double>(size, 1e-14);
        check_rows<rotary<1000000, linear_scaling<std::ratio<5, 2>>>, double>(size, 1e-14);
    }
}
TEST_CASE("Llama 3's scaling keeps short waves, stretches long ones and goes over in between") {
    CHECK(llama::scaled(1.0) == 1.0);
    CHECK(llama::scaled(1e-5) == 1e-5 / 8);
    const double between = 6.283185307179586 / 4096; // two waves in 8192 positions: a third of the way from 1 to 4
    CHECK(std::abs(llama::scaled(between) / (between * ((2.0 / 3) / 8 + 1.0 / 3)) - 1) < 1e-14);
}
