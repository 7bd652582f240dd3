// expect: hone[E071] the patterns of one on<...> in adapt<...> have more than 64 parts
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapt.hpp>
#include <hone/adapter/lora.hpp>
#include <hone/model/bert.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

#ifdef HONE_TWIN
struct tuned : adapt<small, lora<rank<4>>, on<"bert.blocks.0.attention.query", "bert.blocks.1.attention.query", "bert.blocks.0.attention.key", "bert.blocks.1.attention.key", "bert.blocks.0.attention.value", "bert.blocks.1.attention.value", "bert.blocks.0.attention.output", "bert.blocks.1.attention.output">, lora<rank<4>>, on<"bert.blocks.*.feed_forward.up", "bert.blocks.*.feed_forward.down", "bert.embeddings.word", "bert.embeddings.position">> {};
#else
struct tuned : adapt<small, lora<rank<4>>, on<"bert.blocks.0.attention.query", "bert.blocks.1.attention.query", "bert.blocks.0.attention.key", "bert.blocks.1.attention.key", "bert.blocks.0.attention.value", "bert.blocks.1.attention.value", "bert.blocks.0.attention.output", "bert.blocks.1.attention.output", "bert.blocks.*.feed_forward.up", "bert.blocks.*.feed_forward.down", "bert.embeddings.word", "bert.embeddings.position">> {};
#endif
tuned model;
