#!/usr/bin/env bash
# Every benchmark is read by the compiler with all warnings, as errors; none is optimised or run, which is for whoever measures.   usage: check.sh COMPILER [FLAG...]
set -u
compiler=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
if ! echo '#include <benchmark/benchmark.h>' | "$compiler" -std=c++20 -x c++ -fsyntax-only - 2>/dev/null; then
    echo "skipped: benchmarks: Google Benchmark not found"
    exit 77
fi
one() {
    local said
    said=$("${@:2}" "$1" 2>&1) && return
    printf 'FAILED: %s\n%s\n' "$1" "$(grep -m 5 -E 'error|warning' <<<"$said")"
    return 1
}
export -f one
cd "$root" || exit 1
list=$(find benchmarks -name '*.cpp' | LC_ALL=C sort)
[ -n "$list" ] || { echo "FAILED: there are no benchmarks"; exit 1; }
xargs -P 2 -I {} bash -c 'one "$@"' one {} "$compiler" -std=c++20 -fsyntax-only -Iinclude "$@" <<<"$list" || exit 1
echo "$(wc -l <<<"$list") sources of benchmarks compile"
