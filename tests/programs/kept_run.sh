#!/usr/bin/env bash
# A run is killed at every system call that it makes, and every call that writes fails once for want
# of room: what is left can be gone on from, and ends with the bits and the log of a run that nobody
# disturbed. Needs strace, and says so where it is missing.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || { echo "skipped: strace is missing, or may not be used here"; exit 0; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
"${CXX:-g++}" -std=c++20 -O1 -pthread -I"$root/include" "$root/tests/reference/programs/kept_run.cpp" -o "$scratch/kept_run" || { echo "FAILED: it does not compile"; exit 1; }
cd "$scratch" || exit 1
failed=0
fail() { echo "FAILED: $*"; failed=1; }
mkdir whole && ./kept_run whole >whole/said || { echo "FAILED: a run that nobody disturbs"; exit 1; }
end=$(grep '^end' whole/said)
# disturbed HOW CALL: for each time that the run makes this call
disturbed() {
    local how=$1 call=$2 n
    for ((n = 1; n < 400; n++)); do
        rm -rf run && mkdir run
        { strace -f -o trace -e trace="$call" -e inject="$call:$how:when=$n" ./kept_run run >run/said 2>&1; } 2>/dev/null
        grep -qE 'INJECTED|killed by SIGKILL' trace || { [ $n -gt 1 ] && echo "$how, $call: $((n - 1)) times"; return; }
        for name in run/saves/step-*; do # a whole name is a whole file
            [ ! -e "$name" ] || [ "$(stat -c %s "$name")" = "$(stat -c %s whole/saves/step-9)" ] || fail "$how, $call $n: $name is not whole"
        done
        ./kept_run run resume >run/said 2>&1 || fail "$how, $call $n: cannot go on: $(tail -n 1 run/said)"
        [ "$(grep '^end' run/said)" = "$end" ] || fail "$how, $call $n: other bits"
        cmp -s run/log whole/log || fail "$how, $call $n: another log"
        [[ $(ls -A run/saves) != *.partial* ]] || fail "$how, $call $n: left behind: $(ls -A run/saves)"
    done
    fail "$call is made more often than this test is made for"
}
for call in openat write fsync rename close mkdir unlink ftruncate lseek flock; do disturbed signal=KILL "$call"; done
for call in write fsync rename; do
    for why in ENOSPC EIO; do disturbed "error=$why" "$call"; done
done
[ $failed = 0 ] && echo "every run went on to the same bits and the same log"
exit $failed
