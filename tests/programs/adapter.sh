#!/usr/bin/env bash
# What `classify` says of adapters that are misspelt, of folders that are none, and before it compiles anything.
set -u
classify=${HONE_PROGRAMS:?}/classify
[ -x "$classify" ] || { echo "skipped: classify is not built"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
printf 'a text\tone\nanother\ttwo\n' >"$scratch/train.tsv"
failed=0
refuses() { # refuses WORDS ARGUMENTS...: exit code 1, and one line with these words
    local words=$1 said code
    shift
    said=$("$classify" "$@" 2>&1)
    code=$?
    if [ $code -ne 1 ] || [[ $said != *"$words"* ]]; then
        echo "FAILED: $*: exit code $code, said: $said; expected: $words"
        failed=1
    fi
}
train() { refuses "$1" train --model "$scratch" --train "$scratch/train.tsv" "${@:2}"; }
train 'no such adapter (expected "lora"' --adapter lara:rank=8
train 'rank must be a whole number from 1 to 4096' --adapter lora:rank=many
train 'alpha must be a number above 0' --adapter lora:alpha=-1
train 'lora has no option of this name' --adapter lora:rnk=8
train 'alpha may have three digits after the point' --adapter lora:alpha=0.0001
train 'an option is given twice' --adapter lora:rank=8,rank=4
train 'an option is NAME=VALUE' --adapter lora:rank
train 'no module of the model ends in this name' --adapter lora:on=query+valeu
train 'dora has no dropout' --adapter dora:dropout=0.1
train 'scaling must be stabilised' --adapter lora:scaling=root
train 'reduction must be a whole number' --adapter compacter:reduction=many
train 'compacter has no option of this name' --adapter compacter:rank=8
train 'everything beside an adapter' --adapter lora --trainable everything
train 'last:N is the number of layers' --adapter lora --trainable last:9
train 'no folder of an adapter' --adapter-from "$scratch/nothing"
train 'last:N is the number of layers' --trainable last:7
train 'a pattern that matches no weight' --trainable 'bert.blocks.*.atention.**'
refuses 'no such file' train --model "$scratch" --train "$scratch/none.tsv" --adapter ia3
refuses 'no folder of an adapter' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
echo '{"peft_type": "LOHA", "target_modules": ["query"]}' >"$scratch/adapter_config.json"
refuses 'an adapter that is not read yet' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
config() { echo "$1" >"$scratch/adapter_config.json"; }
predict() { config "$2"; refuses "$1" predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"; }
predict 'an adapter of no layer' '{"peft_type": "LORA", "target_modules": []}'
predict 'an adapter of no layer' '{"peft_type": "LORA", "target_modules": ".*nothing"}'
predict 'an adapter of no layer' '{"peft_type": "LORA", "target_modules": ["query"], "exclude_modules": ".*query"}'
predict 'no module of the model ends in this name' '{"peft_type": "LORA", "target_modules": ["qery", "vlaue"]}'
predict 'no module of the model ends in this name (expected "' '{"peft_type": "LORA", "target_modules": ["\u001b[31m\u202e"]}'
predict 'found \x1b[31m\xe2\x80\xae)' '{"peft_type": "LORA", "target_modules": ["\u001b[31m\u202e"]}'
predict 'a group without an end' '{"peft_type": "LORA", "target_modules": "(.*query"}'
predict 'layers that the model does not have' '{"peft_type": "LORA", "target_modules": ["query"], "layers_to_transform": [99]}'
predict 'layers that the model does not have' '{"peft_type": "LORA", "target_modules": ["query"], "layers_to_transform": -1}'
predict 'an adapter for another task (expected SEQ_CLS, or null, found string "TOKEN_CLS")' '{"peft_type": "LORA", "target_modules": ["query"], "task_type": "TOKEN_CLS"}'
predict 'not a share that can be dropped' '{"peft_type": "LORA", "target_modules": ["query"], "lora_dropout": 1.5}'
predict 'not a share that can be dropped' '{"peft_type": "VERA", "target_modules": ["query"], "vera_dropout": -0.1}'
config '{"peft_type": "LORA", "target_modules": ["query"], "lora_dropout": 1.0}'
train 'learns nothing' --adapter-from "$scratch"
echo '{"peft_type": "LORA", "target_modules": ["query"], "init_lora_weights": "pissa"}' >"$scratch/adapter_config.json"
refuses 'has changed the base' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
predict 'a group without an end' '{"peft_type": "LORA", "target_modules": ["query"], "rank_pattern": {"(layer": 2}}'
predict "no such file" '{"peft_type": "LORA", "target_modules": ".*\\.self\\.(query|value)"}' # what is said of the model's folder, before anything is compiled
echo '{"config": {"non_linearity": "gelu", "original_ln_before": true, "reduction_factor": 16, "mh_adapter": false, "output_adapter": true}}' >"$scratch/adapter_config.json"
refuses 'another activation than that of this bottleneck' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
echo '{"config": {"non_linearity": "gelu", "original_ln_before": true, "phm_layer": true, "reduction_factor": 16, "mh_adapter": false, "output_adapter": true}}' >"$scratch/adapter_config.json"
refuses "Kronecker products in another bottleneck than Houlsby" predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
echo '{"peft_type": "LORA", "r": 0, "target_modules": ["query"]}' >"$scratch/adapter_config.json"
refuses 'must be a whole number from 1' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
rm "$scratch/adapter_config.json"
echo '[]' >"$scratch/adapters.json"
refuses 'a list of no folder' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
echo '["../lora"]' >"$scratch/adapters.json"
refuses 'no name of a folder of adapters' predict --model "$scratch" --adapter "$scratch" --input "$scratch/train.tsv"
[ -z "$(ls "$HONE_PROGRAMS" | grep -E '^classify-.*\.(cpp|[0-9]+)$')" ] || { echo "FAILED: something half-made is left beside the programs"; failed=1; }
[ $failed = 0 ] && echo "all refused, nothing compiled"
exit $failed
