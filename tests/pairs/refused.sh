#!/usr/bin/env bash
# Every pair of adapters, around one layer and around two, as a line of a program: what the types call legal must compile, and each other line must be
# refused by the sentence that they name (12_pairs_of_adapters "programs" lists them). One compilation for all refusals, one for all others.
set -u
pairs=${HONE_PROGRAMS:?}/12_pairs_of_adapters compiler=${CXX:-g++}
root=$(cd "$(dirname "$0")/../.." && pwd)
[ -x "$pairs" ] || { echo "skipped: pairs of adapters: 12_pairs_of_adapters is not built"; exit 77; }
"$compiler" --version 2>/dev/null | grep -qE 'g\+\+|GCC' || { echo "skipped: pairs of adapters: $compiler is not g++, whose messages are read here"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
"$pairs" programs | sort -u >"$scratch/all" || exit 1
compile() { "$compiler" -std=c++20 -I"$root/include" -I"$root/examples" -fsyntax-only -fno-diagnostics-show-caret "$1" 2>&1; }
write() { # write FILE: the types on standard input, one a line, the first on line 2
    echo '#include "methods.hpp"'
    awk '{ sub(/^[^ ]+ /, ""); printf "struct pair_%d : %s {};\n", NR, $0 }'
}
grep '^legal ' "$scratch/all" | write >"$scratch/legal.cpp"
grep -v '^legal ' "$scratch/all" >"$scratch/wrong"
write <"$scratch/wrong" >"$scratch/refused.cpp"
awk '{ print NR + 1, $1 }' "$scratch/wrong" >"$scratch/expected"
legal=$(grep -c '^legal ' "$scratch/all") wrong=$(wc -l <"$scratch/wrong")
[ "$legal" -gt 50 ] && [ "$wrong" -gt 50 ] || { echo "FAILED: $legal legal pairs and $wrong others: that is no table of all adapters"; exit 1; }
if ! said=$(compile "$scratch/legal.cpp"); then
    printf 'FAILED: a pair that the types call legal does not compile\n%s\n' "$(grep -m 3 -E 'error' <<<"$said")"
    exit 1
fi
compile "$scratch/refused.cpp" | awk '
    /refused\.cpp:[0-9]+:.*required from here/ { at = $0; sub(/.*refused\.cpp:/, "", at); sub(/:.*/, "", at) }
    / error: / { number = match($0, /hone\[E[0-9]+\]/) ? substr($0, RSTART + 5, 4) : "another"; print at, number }' >"$scratch/found"
if ! diff "$scratch/expected" "$scratch/found" >"$scratch/differ"; then
    echo "FAILED: line of the pair and number of its sentence, expected (<) and said by the compiler (>)"
    head -n 20 "$scratch/differ"
    exit 1
fi
echo "$legal pairs compile, $wrong are refused by their sentences"
