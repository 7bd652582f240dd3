#!/usr/bin/env bash
# `schedule` prints factors, `optimize` steps, and both say what is wrong with what they are given.
set -u
programs=${HONE_PROGRAMS:?}
for program in schedule optimize; do
    if [ ! -x "$programs/$program" ]; then
        echo "skipped: $program was not built"
        exit 77
    fi
done
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
fail() { echo "$1"; exit 1; }

said=$("$programs/schedule" --name linear --options '{"warmup": 2, "total": 6}' --steps 7 | tr '\n' ' ')
[ "$said" = "0 0.5 1 0.75 0.5 0.25 0 " ] || fail "a linear schedule is $said"
said=$("$programs/schedule" --name reduce_lr_on_plateau --options '{"values": [1, 1, 1, 1], "patience": 1, "factor": 0.5}' --steps 4 | tr '\n' ' ')
[ "$said" = "1 1 1 0.5 " ] || fail "a plateau is $said"
refused() { # refused CODE COMMAND...: it fails, and says the code
    local code=$1 out
    shift
    if out=$("$@" 2>&1); then fail "$* does not fail"; fi
    [[ $out == *"[$code]"* ]] || fail "$* says $out, not $code"
}
refused schedule.unknown "$programs/schedule" --name nothing --steps 3
refused schedule.unknown "$programs/schedule" --name one_cycle --options '{"total": 5, "shape": "round"}' --steps 3
refused schedule.values "$programs/schedule" --name reduce_lr_on_plateau --options '{"values": [1]}' --steps 3
refused schedule.steps "$programs/schedule" --name one_cycle --steps 3
refused json.out_of_range "$programs/schedule" --name linear --options '{"total": -5}' --steps 3

try() { # try CASE...: optimize on it
    printf '%s' "$1" >"$here/case.json"
    "$programs/optimize" --case "$here/case.json" --out "$here/out.jsonl"
}
try '{"optimizer": "sgd", "options": {"rate": 0.5, "momentum": 0.5}, "weights": [[1, 2], [[4]]], "decays": [true, true], "gradients": [[[1, 0], [[2]]], [[1, 0], [[2]]]]}' ||
    fail "optimize fails on a right case"
read -r -d '' expected <<'JSON'
{"step":1,"weights":[[0.5,2.0],[[3.0]]]}
{"step":2,"weights":[[-0.25,2.0],[[1.5]]],"state":[{"momentum_buffer":[1.5,0.0]},{"momentum_buffer":[[3.0]]}]}
JSON
[ "$(cat "$here/out.jsonl")" = "$expected" ] || fail "optimize writes $(cat "$here/out.jsonl")"
refused optimize.unknown try '{"optimizer": "none", "options": {}, "weights": [], "decays": [], "gradients": []}'
refused optimize.shape try '{"optimizer": "sgd", "options": {"rate": 1}, "weights": [[1, 2]], "decays": [true], "gradients": [[[1]]]}'
refused optimize.shape try '{"optimizer": "sgd", "options": {"rate": 1}, "weights": [[[1, 2], [3]]], "decays": [true], "gradients": []}'
refused optimizer.needs_a_matrix try '{"optimizer": "muon", "options": {"rate": 1}, "weights": [[1, 2]], "decays": [true], "gradients": []}'
echo "schedule and optimize: right values, and 9 mistakes named"
