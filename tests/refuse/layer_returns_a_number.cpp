// expect: hone[E028] a value that is no expression
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>

using namespace hone;

struct odd {
    HONE_PARTS()
#ifdef HONE_TWIN
    static constexpr auto call(auto, auto x) { return x; }
#else
    static constexpr auto call(auto, auto) { return 1; }
#endif
};
constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
constexpr auto y = bound<odd, path<>>{}(x);
