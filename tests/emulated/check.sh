#!/usr/bin/env bash
# hone for another processor, 64-bit ARM with NEON: every header compiles without a warning, and the tests of the vectors, the products and
# attention pass under emulation.   usage: check.sh SCRATCH_FOLDER
# Needs a cross compiler and QEMU (Debian: g++-aarch64-linux-gnu, qemu-user); without them the check is skipped. Header-only
# libraries are taken from this machine's /usr/include, behind the cross compiler's own.
set -u
scratch=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
skip() { echo "skipped: NEON under emulation: $1"; exit 77; }
cxx=""
for name in aarch64-linux-gnu-g++ aarch64-linux-gnu-g++-12 aarch64-linux-gnu-g++-13 aarch64-linux-gnu-g++-14; do
    [ -z "$cxx" ] && command -v "$name" >/dev/null && cxx=$name
done
[ -n "$cxx" ] || skip "there is no aarch64-linux-gnu-g++ (Debian: g++-aarch64-linux-gnu)"
qemu=""
for name in qemu-aarch64 qemu-aarch64-static; do [ -z "$qemu" ] && command -v "$name" >/dev/null && qemu=$name; done
[ -n "$qemu" ] || skip "there is no qemu-aarch64 (Debian: qemu-user)"
rm -rf "$scratch" && mkdir -p "$scratch" && cd "$scratch" || exit 1

sources=(device/cpu device/math device/team device/transpose op/product op/attention)
key=$({ "$cxx" --version; cat $(find "$root/include/hone" "$root/tests/device" "$root/tests/op" "$root/tests/emulated" -type f | LC_ALL=C sort); } | sha256sum | cut -c1-64)
if [ -n "${HONE_CACHE:-}" ] && [ -e "$HONE_CACHE/emulated-$key" ]; then
    echo "NEON passed under emulation before, and nothing has changed"
    exit 0
fi
compile=("$cxx" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror -idirafter /usr/include "-I$root/include" "-I$root/tests")
if ! echo '#include <xsimd/xsimd.hpp>
#include <boost/hana/tuple.hpp>
int main() { return 0; }' | "${compile[@]}" -x c++ - -o empty 2>log || ! "$qemu" -L /usr/aarch64-linux-gnu ./empty; then
    skip "$cxx and $qemu do not build and run a program with xsimd and Boost.Hana: $(head -n 1 log)"
fi
failed=0
all=$(cd "$root/include" && find hone -name '*.hpp' | LC_ALL=C sort | sed 's/.*/#include <&>/')
if echo "$all" | "${compile[@]}" -x c++ -fsyntax-only - 2>log; then echo "holds: $(wc -l <<<"$all") headers compile without a warning"
else echo "FAILED: headers"; head -n 20 log; failed=1; fi

printf '#define CATCH_CONFIG_MAIN\n#include "test.hpp"\n' >main.cpp
"${compile[@]}" -O1 -c main.cpp -o main.o || exit 1
for source in "${sources[@]}"; do
    if ! "${compile[@]}" -O2 "-DHONE_SOURCE_DIR=\"$root\"" "$root/tests/$source.cpp" main.o -pthread -o test 2>log; then
        echo "FAILED: $source does not compile"; head -n 20 log; failed=1
    elif "$qemu" -L /usr/aarch64-linux-gnu ./test >log 2>&1; then echo "holds: $source: $(grep -m 1 passed log)"
    else echo "FAILED: $source"; tail -n 40 log; failed=1; fi
done
[ $failed = 0 ] && [ -n "${HONE_CACHE:-}" ] && mkdir -p "$HONE_CACHE" && touch "$HONE_CACHE/emulated-$key"
exit $failed
