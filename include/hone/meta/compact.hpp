// Code that runs once a program (readers of files, reports, messages) is compiled for size: between HONE_COMPACT_BEGIN and
// HONE_COMPACT_END g++ spends no time on unrolling and inlining, which saves a fifth of the time that the main program takes to
// compile. Kernels, walks over batches and tokenizing are never between them. An unoptimized build stays so, for the debugger.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && !defined(__CUDACC__)
#define HONE_COMPACT_BEGIN _Pragma("GCC push_options") _Pragma("GCC optimize(\"Os\")")
#define HONE_COMPACT_END _Pragma("GCC pop_options")
#else
#define HONE_COMPACT_BEGIN
#define HONE_COMPACT_END
#endif
