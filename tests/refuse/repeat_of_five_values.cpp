// expect: hone[E092] a repeat takes at most four values
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/loss/loss.hpp>
#include <hone/op/rearrange/rearrange.hpp>

using namespace hone;

struct adding {
    HONE_PARTS()
    static constexpr auto call(auto, auto x, auto... more) { return (x + ... + more); }
};
constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
constexpr auto x = bound<embedding<vocabulary<10>, width<4>>, path<>>{}(tokens.ids);
using blocks = bound<repeat<2, adding>, path<>>;
#ifdef HONE_TWIN
constexpr auto y = blocks{}(x, x, x, x);
#else
constexpr auto y = blocks{}(x, x, x, x, x);
#endif
