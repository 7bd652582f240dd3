// The one place that names the test framework's headers: Catch2 3 has many and is compiled, Catch2 2 (Debian 12) has one.
// `Catch::Approx` is spelt the same with both.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
