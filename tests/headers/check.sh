#!/usr/bin/env bash
# The headers of include/hone compile without a warning.   usage: check.sh COMPILER   (g++, clang++-16, nvcc)
# g++ gets each header alone: that is what tells whether a header includes what it uses. clang and nvcc get all headers in one
# translation unit, which reads every line of them; it also tells whether all headers stand beside each other. nvcc gets every
# header that is not a cpu.hpp: those are for processors only. What has passed is remembered in $HONE_CACHE by the
# contents of all headers and the compiler's version, so an unchanged tree is not compiled again.
set -u
compiler=$1
cd "$(dirname "$0")/../.." || exit 1
if [ "$compiler" = nvcc ] && ! command -v nvcc >/dev/null && [ -x /usr/local/cuda/bin/nvcc ]; then compiler=/usr/local/cuda/bin/nvcc; fi
if ! command -v "$compiler" >/dev/null; then
    echo "skipped: headers under $compiler: that compiler is not on this machine"
    exit 77
fi
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror"
case $compiler in
    *nvcc) command_line="$compiler -x cu -std=c++20 --expt-relaxed-constexpr -Iinclude -c -o /dev/null" ;;
    *) command_line="$compiler -x c++ -std=c++20 $warnings -march=native -Iinclude -fsyntax-only" ;;
esac
if ! echo 'int main() { return 0; }' | $command_line - >/dev/null 2>&1; then command_line=${command_line/ -march=native/}; fi
if ! echo '#include <concepts>
int main() { return 0; }' | $command_line - >/dev/null 2>&1; then
    echo "skipped: headers under $compiler: it does not compile C++20 here"
    exit 77
fi

list=$(find include/hone -name '*.hpp' | LC_ALL=C sort)
case $compiler in *nvcc) list=$(grep -v '/cpu\.hpp$' <<<"$list") ;; esac
if [ -z "$list" ]; then echo "no headers found below include/hone"; exit 1; fi

key=$({ echo "$command_line"; "$compiler" --version; cat $list "$0"; } | sha256sum | cut -c1-64)
if [ -n "${HONE_CACHE:-}" ] && [ -e "$HONE_CACHE/headers-$key" ]; then
    echo "$(wc -l <<<"$list") headers passed under $compiler before, and nothing has changed"
    exit 0
fi
# The header is included, not compiled as the main file: a warning in it counts, one about "#pragma once" does not arise.
one() {
    local out
    if ! out=$(echo "#include <${1#include/}>" | $command_line - 2>&1); then
        printf 'FAILED: %s\n%s\n' "$1" "$(head -n 12 <<<"$out")"
        return 1
    fi
}
export -f one
export command_line
case $compiler in
    *nvcc | *clang*)
        how="compile together"
        sed 's/^include\/\(.*\)/#include <\1>/' <<<"$list" | $command_line - 2>&1 | head -n 40
        [ "${PIPESTATUS[1]}" = 0 ] || exit 1 ;;
    *)
        how="compile alone"
        xargs -P "$(( $(nproc) < 2 ? 1 : 2 ))" -n 1 bash -c 'one "$1"' one <<<"$list" || exit 1 ;;
esac
echo "$(wc -l <<<"$list") headers $how under $compiler"
if [ -n "${HONE_CACHE:-}" ]; then mkdir -p "$HONE_CACHE" && : >"$HONE_CACHE/headers-$key"; fi
