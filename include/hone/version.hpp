// The one place that states hone's version. CMake, the package configuration and the documentation read these three lines.
// Until 1.0 a new minor number may change names; a new patch number does not.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "hone needs C++20: compile with -std=c++20 (CMake: target_compile_features(mine PRIVATE cxx_std_20))"
#else
#include <string_view>

#define HONE_VERSION_MAJOR 0
#define HONE_VERSION_MINOR 1
#define HONE_VERSION_PATCH 0

namespace hone {

inline constexpr int version_major = HONE_VERSION_MAJOR;
inline constexpr int version_minor = HONE_VERSION_MINOR;
inline constexpr int version_patch = HONE_VERSION_PATCH;

namespace detail {
#define HONE_TEXT_(...) #__VA_ARGS__
#define HONE_DOTTED_(major, minor, patch) HONE_TEXT_(major) "." HONE_TEXT_(minor) "." HONE_TEXT_(patch)
inline constexpr std::string_view version_text = HONE_DOTTED_(HONE_VERSION_MAJOR, HONE_VERSION_MINOR, HONE_VERSION_PATCH);
#undef HONE_DOTTED_
#undef HONE_TEXT_
} // namespace detail

/// "major.minor.patch"
inline constexpr std::string_view version = detail::version_text;

} // namespace hone

#endif
