// expect: hone[E034] repeats stand at most two deep
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/layer/parameters.hpp>

using namespace hone;

using layer = linear<width<4>, width<4>>;
#ifdef HONE_TWIN
parameters<repeat<2, repeat<2, layer>>> model;
#else
parameters<repeat<2, repeat<2, repeat<2, layer>>>> model;
#endif
