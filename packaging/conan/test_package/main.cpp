// The package's headers are found, compile and link, and equal seeds draw equal numbers.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include <hone/tensor/random.hpp>
#include <hone/version.hpp>

int main() {
    hone::counter_random one(7, hone::stream::user), other(7, hone::stream::user);
    const bool same = one.bits() == other.bits();
    std::printf("hone %s\n", std::string(hone::version).c_str());
    return same ? 0 : 1;
}
