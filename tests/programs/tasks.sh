#!/usr/bin/env bash
# What `gradients` and `tag` say of options and files that are wrong, before they compile or train anything.
set -u
programs=${HONE_PROGRAMS:?}
for p in gradients tag; do [ -x "$programs/$p" ] || { echo "skipped: $p is not built"; exit 77; }; done
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0
refuses() { # refuses CODE WORDS PROGRAM ARGUMENTS...: the exit code, and these words
    local expected=$1 words=$2 said code
    shift 2
    said=$("$programs/$1" "${@:2}" 2>&1)
    code=$?
    if [ $code -ne "$expected" ] || [[ $said != *"$words"* ]]; then
        echo "FAILED: $*: exit code $code, said: $said; expected: $expected, $words"
        failed=1
    fi
}
gradients() { refuses "$1" "$2" gradients --model "$scratch" --input "$scratch/in" --out "$scratch/out" "${@:3}"; }
gradients 2 'no task "tags"' --task tags
gradients 2 '--adapter needs --task classify' --task tag --adapter "$scratch"
gradients 2 '--precision must be f32, f64 or bf16' --precision f16
gradients 2 '--pair must be a whole number' --pair second
gradients 1 'vocab.txt' --task classify
printf 'EU NN B-ORG\nrejects VB O\n\n' >"$scratch/good.conll"
printf 'EU NN B-ORG\nrejects O\n\n' >"$scratch/ragged.conll"
printf 'EU NN X-ORG\nrejects VB B-ORG\n' >"$scratch/unknown.conll"
printf 'EU\nrejects\n' >"$scratch/words.conll"
refuses 2 'usage: tag train|predict' tag
refuses 1 'file.not_found' tag train --model "$scratch" --train "$scratch/none.conll"
refuses 1 'ragged.conll:2: a row with another number of columns' tag train --model "$scratch" --train "$scratch/ragged.conll"
refuses 1 'unknown.conll:1: a tag of no scheme' tag train --model "$scratch" --train "$scratch/unknown.conll"
refuses 1 'no column of tags' tag train --model "$scratch" --train "$scratch/words.conll"
refuses 1 'config.json' tag train --model "$scratch" --train "$scratch/good.conll"
refuses 1 'no such precision' tag train --model "$scratch" --train "$scratch/good.conll" --precision f16
refuses 1 'config.json' tag predict --model "$scratch" --input "$scratch/good.conll"
exit $failed
