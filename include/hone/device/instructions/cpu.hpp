// The instruction set that this unit is compiled for, as the name of a namespace. Whatever depends on it, from the vectors up to
// differentiate() and an optimizer, lives in the inline namespace HONE_CPU: units compiled for different machines link into one program, and each
// runs its own code. What does not depend on it (parameters, batches, files) is one type for all units, passed freely between them.
// A function of one's own that several units share, and that calls such code, takes hone::on_cpu::architecture as a template argument. Link
// the lowest set first: linkers keep the first of equal functions, and that one must run on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(HONE_NO_XSIMD)
#define HONE_CPU_VECTOR(set) scalar_##set
#else
#define HONE_CPU_VECTOR(set) vector_##set
#endif
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512BF16__)
#define HONE_CPU HONE_CPU_VECTOR(avx512_bf16)
#elif defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__)
#define HONE_CPU HONE_CPU_VECTOR(avx512)
#elif defined(__AVX512F__)
#define HONE_CPU HONE_CPU_VECTOR(avx512f)
#elif defined(__AVX2__) && defined(__FMA__)
#define HONE_CPU HONE_CPU_VECTOR(avx2_fma)
#elif defined(__AVX2__)
#define HONE_CPU HONE_CPU_VECTOR(avx2)
#elif defined(__AVX__)
#define HONE_CPU HONE_CPU_VECTOR(avx)
#elif defined(__SSE4_1__)
#define HONE_CPU HONE_CPU_VECTOR(sse4)
#else
#define HONE_CPU HONE_CPU_VECTOR(base)
#endif

namespace hone::on_cpu::inline HONE_CPU {

/// A tag to carry in one's own template parameters: another type for every instruction set.
struct architecture {};

} // namespace hone::on_cpu::inline HONE_CPU
