// expect: hone[E112] float or double
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <hone/loop/snapshot.hpp>

using namespace hone;

void say_what_it_is(snapshot_content& content, std::vector<long>& counters) {
#ifdef HONE_TWIN
    for (std::size_t i = 0; i < counters.size(); ++i) content.number("counter." + std::to_string(i), counters[i]);
#else
    content.numbers("counters", std::span<long>(counters));
#endif
}
