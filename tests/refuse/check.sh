#!/usr/bin/env bash
# Programs that must not compile.   usage: check.sh COMPILER [FOLDER]
# Each FOLDER/NAME.cpp begins with `// expect: hone[E012] some words of the sentence`. As it stands it must fail, and the first error
# must hold that number and those words: each is compiled alone (under clang behind hone.hpp, precompiled, which that compiler
# reads in no time). With -DHONE_TWIN, one token apart, it must compile: all twins are one translation unit, each in a namespace of its
# own behind the headers of all; only where that unit does not compile is each twin compiled alone, to say which is wrong.
set -u
compiler=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${2:-$root/tests/refuse}
if ! command -v "$compiler" >/dev/null; then
    echo "skipped: programs that must not compile, under $compiler: that compiler is not on this machine"
    exit 77
fi
list=$(find "$folder" -maxdepth 1 -name '*.cpp' | LC_ALL=C sort)
if [ -z "$list" ]; then
    echo "skipped: programs that must not compile: there are none in ${folder#"$root"/}"
    exit 77
fi
key=$({ "$compiler" --version; cat "$0"; printf '%s\n' "$list"; while read -r file; do cat "$file"; done <<<"$list"; find "$root/include" -type f | LC_ALL=C sort | xargs cat; } | sha256sum | cut -c1-64)
if [ -n "${HONE_CACHE:-}" ] && [ -e "$HONE_CACHE/refuse-$key" ]; then
    echo "$(wc -l <<<"$list") programs refused under $compiler before, and nothing has changed"
    exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
command_line="$compiler -std=c++20 -I$root/include -fsyntax-only" behind=""
case $("$compiler" --version) in
    *clang*)
        command_line+=" -fconstexpr-steps=1000000000" # clang counts steps, g++ operations
        echo '#include <hone/hone.hpp>' >"$scratch/all.hpp"
        if ! ${command_line/ -fsyntax-only/} -x c++-header "$scratch/all.hpp" -o "$scratch/all.pch"; then
            echo "FAILED: hone.hpp does not compile"
            exit 1
        fi
        behind="-include-pch $scratch/all.pch" ;;
esac
one() {
    local file=$1 name expected number words out first lines
    name=$(basename "$file" .cpp)
    expected=$(head -n 1 "$file")
    if ! [[ $expected =~ ^//\ expect:\ (hone\[E[0-9]+\])\ (.+)$ ]]; then
        echo "FAILED: $name: its first line is not \"// expect: hone[E...] words of the sentence\""
        return 1
    fi
    number=${BASH_REMATCH[1]} words=${BASH_REMATCH[2]}
    if ! grep -q 'HONE_TWIN' "$file"; then
        echo "FAILED: $name: it has no HONE_TWIN"
        return 1
    fi
    if out=$($command_line $behind "$file" 2>&1); then
        echo "FAILED: $name: it compiles, and should be refused with $number"
        return 1
    fi
    first=$(grep -m 1 'error:' <<<"$out")
    lines=$(wc -l <<<"$out")
    if [[ $first != *"$number"* || $first != *"$words"* ]]; then
        printf 'FAILED: %s: the first error should be %s ... %s ..., and is\n    %s\n' "$name" "$number" "$words" "${first:-$(head -n 3 <<<"$out")}"
        return 1
    fi
    echo "refused: $name with $number in $lines lines"
}
twin() {
    local out
    if ! out=$($command_line -DHONE_TWIN "$1" 2>&1); then
        printf 'FAILED: %s: its twin does not compile\n%s\n' "$(basename "$1" .cpp)" "$(grep -m 3 'error' <<<"$out")"
        return 1
    fi
}
twins() { # all of them at once; then, if need be, one by one
    local file out
    {
        while read -r file; do grep '^#include' "$file"; done <<<"$list" | LC_ALL=C sort -u
        while read -r file; do printf 'namespace twin_of_%s {\n#include "%s"\n}\n' "$(basename "$file" .cpp)" "$file"; done <<<"$list"
    } >"$scratch/twins.cpp"
    if out=$($command_line -DHONE_TWIN "$scratch/twins.cpp" 2>&1); then return; fi
    each twin && printf 'FAILED: every twin compiles alone, and they do not together\n%s\n' "$(grep -m 3 'error' <<<"$out")"
    return 1
}
each() { printf '%s\0' "$list" | tr '\n' '\0' | xargs -0 -P "$at_once" -I {} bash -c '[ -z "$2" ] || "$1" "$2"' each "$1" {}; }
export -f one twin
export command_line behind
at_once=1
[ "$(nproc)" -lt 2 ] || at_once=2
twins >"$scratch/said" &
each one
failed=$?
wait $! || failed=1
cat "$scratch/said"
[ "$failed" = 0 ] || exit 1
echo "$(wc -l <<<"$list") programs of $(while read -r file; do head -n 1 "$file" | grep -o 'hone\[E[0-9]*\]'; done <<<"$list" | sort -u | wc -l) numbers are refused under $compiler"
if [ -n "${HONE_CACHE:-}" ]; then mkdir -p "$HONE_CACHE" && : >"$HONE_CACHE/refuse-$key"; fi
