#!/usr/bin/env bash
# Several instruction sets in one program.   usage: check.sh COMPILER SCRATCH_FOLDER
# 1. Without optimisation, where every function stands for itself: a unit with vectors and one without (HONE_NO_XSIMD), all flags alike. A
#    function that both have under one name has the same instructions and calls the same functions: nothing that depends on
#    the vectors is outside the namespace of its set. Once for plain x86-64, once for AVX-512.
# 2. Optimised: units for plain x86-64, AVX2 and AVX-512 (with and without bf16) and the step in double, linked lowest first and lowest last. Each step
#    is that of double to rounding. Lowest first, no function of the plain unit's has instructions that plain
#    processors lack.
set -u
cxx=$1 scratch=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/instruction_sets
tab=$(printf '\t')
skip() { echo "skipped: instruction sets in one program under $cxx: $1"; exit 77; }
command -v "$cxx" >/dev/null || skip "that compiler is not on this machine"
command -v objdump >/dev/null || skip "there is no objdump"
[ "$(uname -m)" = x86_64 ] || skip "the processor is not of the kind x86-64"
processor=$(grep -m 1 '^flags' /proc/cpuinfo)
rm -rf "$scratch" && mkdir -p "$scratch" && cd "$scratch" || exit 1

key=$({ echo "$cxx"; "$cxx" --version; cat $(find "$root/include/hone" "$here" -type f | LC_ALL=C sort); } | sha256sum | cut -c1-64)
if [ -n "${HONE_CACHE:-}" ] && [ -e "$HONE_CACHE/instruction_sets-$key" ]; then
    echo "instruction sets passed under $cxx before, and nothing has changed"
    exit 0
fi
failed=0
fail() { echo "FAILED: $1"; failed=1; }
unit() { # unit OBJECT FUNCTION FLAGS...
    local object=$1 function=$2
    shift 2
    "$cxx" -std=c++20 -I"$root/include" "-DUNIT=$function" -DNUMBER=float "$@" -c "$here/unit.cpp" -o "$object" || { fail "$function does not compile"; exit 1; }
}
bodies() { # the functions of a file, one a line: name, tab, instructions with what they refer to; constants and distances left out
    objdump -dr --no-show-raw-insn -w "$1" | awk '
        function put() { if (name != "") print name "\t" body }
        /^[0-9a-f]+ <.*>:$/ { put(); name = substr($2, 2, length($2) - 3); body = ""; next }
        /^ *[0-9a-f]+:/ {
            sub(/\t[0-9a-f]+: R_/, "\tR_"); gsub(/\.rodata[^ ]*|\.L[^ ]*/, "constant"); gsub(/<[^>]*>|# .*/, " "); gsub(/[ \t]+/, " ")
            body = body $0 ";"
        }
        END { put() }' | LC_ALL=C sort -t "$tab" -k1,1
}
shared_names() { nm "$1" | awk '$2 ~ /[WVu]/ && NF == 3 { print $3 }' | LC_ALL=C sort; }
shared_bodies() { LC_ALL=C join -t "$tab" <(bodies "$1") <(shared_names "$1"); }

for machine in x86-64 x86-64-v4; do
    unit with.o step_of_unit -O0 -march=$machine
    unit without.o step_of_unit -O0 -march=$machine -DHONE_NO_XSIMD
    LC_ALL=C join -t "$tab" <(shared_bodies with.o) <(shared_bodies without.o) >both
    count=$(wc -l <both)
    differ=$(awk -F '\t' '$2 != $3 { print $1 }' both)
    if [ "$count" -lt 500 ]; then fail "$machine: only $count functions in both units: nothing was compared"; fi
    if [ -n "$differ" ]; then
        fail "$machine: these functions depend on the instruction set and do not say so in their names:"
        c++filt <<<"$differ" | cut -c1-300
    else
        echo "holds: $machine: $count functions that both units have are the same in both"
    fi
done

names=(plain) objects=(plain.o)
unit plain.o plain -O2 -march=x86-64
add() { # add NAME NEEDED FLAGS...
    local name=$1 needed=$2 flag
    shift 2
    for flag in $needed; do
        case " $processor " in *" $flag "*) ;; *) echo "left out: $name, this processor has no $flag"; return ;; esac
    done
    unit "$name.o" "$name" -O2 "$@"
    names+=("$name") objects+=("$name.o")
}
add avx2 "avx2 fma bmi2" -march=x86-64-v3
add avx512 "avx512f avx512bw avx512dq avx512vl avx512cd" -march=x86-64-v4
add avx512_bf16 "avx512f avx512bw avx512dq avx512vl avx512cd avx512_bf16" -march=x86-64-v4 -mavx512bf16
[ ${#names[@]} -gt 1 ] || { [ $failed = 0 ] && skip "the processor has one instruction set"; exit 1; }
unit in_double.o in_double -O0 -march=x86-64 -UNUMBER -DNUMBER=double
units=$(printf 'X(%s) ' "${names[@]}")
"$cxx" -std=c++20 -O1 "-DUNITS=$units" -c "$here/main.cpp" -o main.o || exit 1
backwards=()
for object in "${objects[@]}"; do backwards=("$object" "${backwards[@]}"); done
run() { # run PROGRAM WORDS OBJECTS...
    local program=$1 words=$2
    shift 2
    echo "linked $words:"
    "$cxx" "$@" -pthread -o "$program" && "./$program" || fail "linked $words"
}
run upwards "lowest first" main.o in_double.o "${objects[@]}"
run downwards "lowest last" main.o "${backwards[@]}" in_double.o

# Instructions that a plain x86-64 lacks: all of AVX and later (their names begin with v) and the bit manipulation of AVX2's processors.
beyond() { bodies "$1" | awk -F '\t' '$2 ~ /[0-9a-f]: (v[a-z]|(shlx|shrx|sarx|rorx|mulx|pdep|pext|bzhi|bextr|andn|blsi|blsr|blsmsk) )/ { print $1 }' | LC_ALL=C sort -u; }
# A local function is the plain unit's own in any case.
of_plain=$(nm plain.o | awk '$2 ~ /[TWVu]/ && NF == 3 { print $3 }' | LC_ALL=C sort -u)
found=$(LC_ALL=C comm -12 <(beyond upwards) <(echo "$of_plain"))
[ -n "$(beyond upwards)" ] || fail "no function with such instructions anywhere: nothing was looked at"
if [ -n "$found" ]; then fail "linked lowest first, functions of the plain unit's have instructions that it lacks:"; c++filt <<<"$found" | cut -c1-300
else echo "holds: linked lowest first, none of the $(wc -l <<<"$of_plain") functions of the plain unit's has instructions that it lacks"; fi
echo "linked lowest last, $(LC_ALL=C comm -12 <(beyond downwards) <(echo "$of_plain") | wc -l) of them do: the standard library's and others that do not depend on the set"

[ $failed = 0 ] && [ -n "${HONE_CACHE:-}" ] && mkdir -p "$HONE_CACHE" && touch "$HONE_CACHE/instruction_sets-$key"
exit $failed
