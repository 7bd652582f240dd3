#!/usr/bin/env bash
# Installs hone into an empty folder and uses it in the five ways that there are: find_package (also after the folder has moved), pkg-config,
# add_subdirectory, FetchContent from a folder, and -I alone. All paths have a space in them.   usage: check.sh BUILD_FOLDER COMPILER
set -u
build=$1 cxx=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch="$build/install test"
rm -rf "$scratch" && mkdir -p "$scratch/consumer" || exit 1
failed=0
step() { # step WORDS COMMAND...
    local words=$1 out
    shift
    if out=$("$@" 2>&1); then echo "holds: $words"; else printf 'FAILED: %s\n%s\n' "$words" "$out"; failed=1; fi
}

version=$(sed -nE 's/^#define HONE_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+)$/\2/p' "$root/include/hone/version.hpp" | paste -sd.)
cat >"$scratch/consumer/main.cpp" <<END
#include <hone/version.hpp>
#include <hone/file/error.hpp>
static_assert(hone::version == "$version");
int main() { return hone::in_quotes("x") == "\"x\"" ? 0 : 1; }
END
cat >"$scratch/consumer/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.22...4.1)
project(consumer LANGUAGES CXX)
if(WAY STREQUAL "package")
  find_package(hone 0.1 CONFIG REQUIRED)
  find_package(hone CONFIG REQUIRED) # twice, as happens in a large project
  find_package(hone 0.1 CONFIG QUIET COMPONENTS nothing)
  if(hone_FOUND)
    message(FATAL_ERROR "a component that there is not was found")
  endif()
  find_package(hone 0.1 CONFIG REQUIRED OPTIONAL_COMPONENTS xsimd xtensor)
  if(NOT DEFINED hone_xsimd_FOUND OR NOT DEFINED hone_xtensor_FOUND)
    message(FATAL_ERROR "components xsimd and xtensor are not known")
  endif()
elseif(WAY STREQUAL "subdirectory")
  add_subdirectory("${HONE_SOURCE}" hone)
else()
  include(FetchContent)
  FetchContent_Declare(hone SOURCE_DIR "${HONE_SOURCE}")
  FetchContent_MakeAvailable(hone)
endif()
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE hone::hone)
target_compile_options(consumer PRIVATE -Wall -Wextra -Wconversion -Werror)
get_target_property(options hone::hone INTERFACE_COMPILE_OPTIONS)
if(options AND NOT options MATCHES "^.<.<COMPILE_LANG_AND_ID:CXX,Clang,AppleClang>:-fconstexpr-steps=[0-9]+>$") # a limit of clang's, no code depends on it
  message(FATAL_ERROR "hone::hone carries compile options: ${options}")
endif()
if(TARGET classify OR TARGET tests_link)
  message(FATAL_ERROR "hone's own programs came along")
endif()
END
consume() { # consume NAME CMAKE_OPTIONS...
    local name=$1
    shift
    cmake -S "$scratch/consumer" -B "$scratch/$name" -DCMAKE_CXX_COMPILER="$cxx" "$@" && cmake --build "$scratch/$name" && "$scratch/$name/consumer"
}
plain() { "$cxx" -std=c++20 "$@" "$scratch/consumer/main.cpp" -o "$scratch/plain" && "$scratch/plain"; }
by_pkg_config() {
    local found
    found=$(PKG_CONFIG_PATH="$scratch/moved/share/pkgconfig" pkg-config --modversion hone) && [ "$found" = "$version" ] || { echo "version $found"; return 1; }
    eval "plain $(PKG_CONFIG_PATH="$scratch/moved/share/pkgconfig" pkg-config --cflags --libs hone)"
}
listed() { # the headers installed are the headers there are
    diff <(cd "$root/include" && find hone -type f | LC_ALL=C sort) <(cd "$scratch/moved/include" && find hone -type f | LC_ALL=C sort)
}

step "install" cmake --install "$build" --prefix "$scratch/prefix"
step "find_package" consume by_package -DWAY=package -DCMAKE_PREFIX_PATH="$scratch/prefix"
mv "$scratch/prefix" "$scratch/moved"
step "find_package after the folder has moved" consume by_moved_package -DWAY=package -DCMAKE_PREFIX_PATH="$scratch/moved"
step "no path of the build folder in what is installed" bash -c '! grep -rqF "$1" "$2/share"' - "$build" "$scratch/moved"
step "every header and the licence are installed" eval 'listed && [ -s "$scratch/moved/share/licenses/hone/LICENSE" ]'
step "add_subdirectory" consume by_subdirectory -DWAY=subdirectory -DHONE_SOURCE="$root"
step "FetchContent" consume by_fetching -DWAY=fetch -DHONE_SOURCE="$root"
step "-I alone" plain -I "$root/include"
if command -v pkg-config >/dev/null; then
    step "pkg-config" by_pkg_config
else
    echo "skipped: pkg-config: it is not on this machine"
fi
[ $failed = 0 ] && rm -rf "$scratch"
exit $failed
