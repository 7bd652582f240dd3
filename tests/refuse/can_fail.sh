#!/usr/bin/env bash
# The check of refusals must itself be able to fail: planted programs, each wrong in one way, and one that is right.   usage: can_fail.sh COMPILER SCRATCH
set -u
compiler=$1 scratch=$2
check=$(cd "$(dirname "$0")" && pwd)/check.sh
if ! command -v "$compiler" >/dev/null; then echo "skipped: $compiler is not on this machine"; exit 0; fi
rm -rf "$scratch" && mkdir -p "$scratch" || exit 1
unset HONE_CACHE
failed=0
try() { # try WANTED(0|1) WORDS_OF_THE_OUTPUT: runs the check on the program given on standard input
    rm -f "$scratch"/*.cpp
    cat >"$scratch/planted.cpp"
    out=$(bash "$check" "$compiler" "$scratch" 2>&1)
    code=$?
    if [ $(( code != 0 )) -ne "$1" ] || [[ $out != *"$2"* ]]; then
        printf 'wrong: expected exit %s with "%s", found %s with\n%s\n' "$1" "$2" "$code" "$out"
        failed=1
    fi
}
bad='#ifdef HONE_TWIN
static_assert(true);
#else
static_assert(false, "hone[E012]: widths do not meet");
#endif'
try 0 'refused: planted with hone[E012]' <<<"// expect: hone[E012] widths do not meet
$bad"
try 1 'should be refused' <<<"// expect: hone[E012] widths do not meet
#ifdef HONE_TWIN
#endif"
try 1 'the first error should be hone[E013]' <<<"// expect: hone[E013] widths do not meet
$bad"
try 1 'the first error should be' <<<"// expect: hone[E012] heights do not meet
$bad"
try 1 'the first error should be' <<<"// expect: hone[E012] widths do not meet
static_assert(false, \"something else\");
$bad"
try 1 'its twin does not compile' <<<"// expect: hone[E012] widths do not meet
static_assert(false, \"hone[E012]: widths do not meet\");
#ifdef HONE_TWIN
#endif"
try 1 'its first line is not' <<<"$bad"
try 1 'it has no HONE_TWIN' <<<"// expect: hone[E012] widths do not meet
static_assert(false, \"hone[E012]: widths do not meet\");"
exit $failed
