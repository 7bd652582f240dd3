#!/usr/bin/env bash
# What `write tokens` says, and that ids give back their text, line by line.
set -u
write=${HONE_PROGRAMS:?}/write
[ -x "$write" ] || { echo "skipped: write is not built"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
model=tests/reference/tokens # a tokenizer.model
failed=0
is() { # is WHAT EXPECTED FOUND
    [ "$2" = "$3" ] || { echo "FAILED: $1: expected $2, found $3"; failed=1; }
}
printf 'the account\n\n caf\xc3\xa9 \xe6\x9d\xb1\nno line end' >"$scratch/text.txt"
"$write" tokens --model "$model" --input "$scratch/text.txt" >"$scratch/ids.txt"
is 'exit code' 0 $?
is 'lines of ids' 4 "$(wc -l <"$scratch/ids.txt")"
is 'an empty line' 1 "$(sed -n 2p "$scratch/ids.txt")"
"$write" tokens --decode --model "$model" --input "$scratch/ids.txt" >"$scratch/decoded.txt"
is 'exit code' 0 $?
printf '"<s> the account"\n"<s>"\n"<s>  caf\xc3\xa9 \xe6\x9d\xb1"\n"<s> no line end"\n' >"$scratch/expected.txt"
is 'decoded text' "$(cat "$scratch/expected.txt")" "$(cat "$scratch/decoded.txt")"
is 'a limit' 3 "$("$write" tokens --model "$model" --input "$scratch/text.txt" --length 3 | head -n 1 | wc -w)"
refuses() { # refuses CODE WORDS ARGUMENTS...
    local code=$1 words=$2 said
    shift 2
    said=$("$write" "$@" 2>&1)
    local got=$?
    if [ $got -ne "$code" ] || [[ $said != *"$words"* ]]; then
        echo "FAILED: $*: exit code $got, said: $said; expected: $words"
        failed=1
    fi
}
printf '1 2\n3 x4\n' >"$scratch/bad.txt"
refuses 1 'bad.txt:2: something that is no token id' tokens --decode --model "$model" --input "$scratch/bad.txt"
printf '99999\n' >"$scratch/bad.txt"
refuses 1 '[tokens.id_range]' tokens --decode --model "$model" --input "$scratch/bad.txt"
refuses 1 '[tokens.not_found]' tokens --model "$scratch" --input "$scratch/bad.txt"
refuses 2 '--model is missing' tokens --input "$scratch/bad.txt"
refuses 2 'usage: write' tokes
# What no program is compiled for.
refuses 1 'expected "llama", "gpt2", "mistral", "qwen2", "qwen3"' logits --model tests/reference/families/electra --input "$scratch/text.txt"
mkdir "$scratch/far" && sed 's/"llama3"/"yarn"/' tests/reference/decoders/llama/config.json >"$scratch/far/config.json"
refuses 1 'rotary positions of a kind that is not built' train --model "$scratch/far" --train "$scratch/text.txt"
refuses 1 '[file.not_found]' train --model tests/reference/decoders/llama --train "$scratch/none.txt"
refuses 1 '[options.precision]' logits --model tests/reference/decoders/llama --input "$scratch/text.txt" --precision f16
refuses 1 'no module of the model ends in this name' train --model tests/reference/decoders/llama --train "$scratch/text.txt" --adapter lora:on=kproj
refuses 0 'tokens' --help
exit $failed
