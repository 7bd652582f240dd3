#!/usr/bin/env bash
# What `answer` and `pretrain` say of options and files that do not fit, before anything is trained.
set -u
programs=${HONE_PROGRAMS:?}
for program in answer pretrain; do
    [ -x "$programs/$program" ] || { echo "skipped: $program is not built"; exit 77; }
done
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0
says() { # says CODE WORDS PROGRAM ARGUMENTS...: the exit code, and a line with these words
    local wanted=$1 words=$2 program=$3 said code
    shift 3
    said=$("$programs/$program" "$@" 2>&1)
    code=$?
    if [ $code -ne "$wanted" ] || [[ $said != *"$words"* ]]; then
        echo "FAILED: $program $*: exit code $code, said: $said; expected $wanted: $words"
        failed=1
    fi
}
printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' a who is this >"$scratch/vocab.txt"
echo '{"version": "1.1", "data": []}' >"$scratch/none.json"
for at in 4 5; do
    echo '{"data": [{"paragraphs": [{"context": "this is a", "qas": [{"id": "1", "question": "who",
        "answers": [{"text": "is", "answer_start": '$at'}]}]}]}]}' >"$scratch/at_$at.json"
done
printf 'this is a\n' >"$scratch/text.txt"
says 2 'usage: answer train|predict' answer
says 0 'usage: pretrain train|predict' pretrain --help
says 0 '--stride N' answer train --help
says 2 '--train is missing' pretrain train --model "$scratch"
says 2 '--batch-tokens and --batch-sentences exclude each other' \
    answer train --model x --train y --batch-tokens 9 --batch-sentences 9
says 1 '[options.precision]' answer train --model "$scratch" --train x --precision f16
says 1 '[options.objective]' pretrain train --model "$scratch" --train x --objective clm
says 1 '[data.no_rows]' answer train --model "$scratch" --train "$scratch/none.json"
says 1 '[data.answer_place]' answer train --model "$scratch" --train "$scratch/at_4.json"
says 1 '[data.window]' answer train --model "$scratch" --train "$scratch/at_5.json" --length 8
says 1 '[file.not_found]' pretrain train --model "$scratch" --train "$scratch/nothing.txt"
says 1 '[file.not_found]' pretrain predict --model "$scratch" --input "$scratch/text.txt"
says 1 'config.json' pretrain train --model "$scratch" --train "$scratch/text.txt"
exit $failed
