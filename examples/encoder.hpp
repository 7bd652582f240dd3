// The encoder that programs are compiled for, of some family. Another shape is another set of numbers; the build sets them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/hone.hpp>

#ifndef HONE_LAYERS
#define HONE_LAYERS 6
#endif
#ifndef HONE_WIDTH
#define HONE_WIDTH 384
#endif
#ifndef HONE_HEADS
#define HONE_HEADS 12
#endif
#ifndef HONE_INNER
#define HONE_INNER 1536
#endif
#ifndef HONE_VOCABULARY
#define HONE_VOCABULARY 30522
#endif
#ifndef HONE_POSITIONS
#define HONE_POSITIONS 512
#endif
#ifndef HONE_TYPES
#define HONE_TYPES 2
#endif
#ifndef HONE_ACTIVATION
#define HONE_ACTIVATION gelu_
#endif
#ifndef HONE_EPSILON
#define HONE_EPSILON 12
#endif

#ifndef HONE_EMBEDDING
#define HONE_EMBEDDING HONE_WIDTH
#endif
#ifndef HONE_BODY
#define HONE_BODY bert_of_shape
#endif

using encoder =
    hone::HONE_BODY<hone::layers<HONE_LAYERS>, hone::width<HONE_WIDTH>, hone::heads<HONE_HEADS>,
                    hone::inner<HONE_INNER>, hone::vocabulary<HONE_VOCABULARY>,
                    hone::positions<HONE_POSITIONS>, hone::token_types<HONE_TYPES>,
                    hone::HONE_ACTIVATION, hone::epsilon<HONE_EPSILON>, hone::width<HONE_EMBEDDING>>;

/// What training is compiled for; HONE_BF16 makes it another program.
#ifdef HONE_BF16
using products = hone::bf16;
inline constexpr const char* compiled_precision = "bf16";
#else
using products = void; // in the model's own numbers
inline constexpr const char* compiled_precision = "f32";
#endif
