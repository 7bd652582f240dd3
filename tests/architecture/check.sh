#!/usr/bin/env bash
# Reads the include lines and fails on an arrow that goes back: which room may stand on which is the table below, as docs/design.md says
# in section 3. Also: a circle of headers, a device's library outside its files, a header that is too long or lacks its lines, and an error that
# docs/errors.md does not explain.
# usage: check.sh ROOT/include/hone   (docs and examples are looked for in ROOT)
set -u
shopt -s globstar nullglob
cd "$1" || exit 1
declare -A stands_on=(
    [meta]="" [file]="meta" [tensor]="file" [device]="tensor" [expression]="device" [op]="expression" [layer]="op" [adapter]="layer"
    [loss]="op" [optimizer]="op" [metric]="tokens" [data]="tensor" [tokens]="tensor" [checkpoint]="tensor"
    [step]="layer loss" [model]="adapter checkpoint" [robust]="step adapter"
    [loop]="step model robust loss optimizer metric data tokens checkpoint")
failed=0
fail() { echo "$1"; failed=1; }
below() { # every room that room $1 may include, itself among them
    local next
    echo "$1"
    for next in ${stands_on[$1]}; do below "$next"; done
}
count=0
arrows=""
for header in **/*.hpp **/*.cuh; do
    count=$((count + 1))
    room=${header%%/*}
    [ "$room" = "$header" ] && room=""
    if [ -n "$room" ] && [ -z "${stands_on[$room]+known}" ]; then fail "$header: no room is called $room"; continue; fi
    allowed=" $([ -n "$room" ] && below "$room" | sort -u | tr '\n' ' ')"
    lines=$(wc -l <"$header")
    [ "$lines" -gt 300 ] && fail "$header: $lines lines, at most 300"
    grep -q '^#pragma once' "$header" || fail "$header: no #pragma once"
    head -n 12 "$header" | grep -q '^// SPDX-License-Identifier: Apache-2.0$' || fail "$header: no licence line in its head"
    name=${header##*/}
    [[ $header == *detail/* ]] && fail "$header: there is no detail/ folder"
    while IFS=: read -r line text; do
        [[ $text =~ ^[[:space:]]*#[[:space:]]*include[[:space:]]*([\<\"])([^\>\"]+) ]] || continue
        quote=${BASH_REMATCH[1]} included=${BASH_REMATCH[2]}
        case $included in
            hone/*)
                to=${included#hone/}
                [ -e "$to" ] || fail "$header:$line: <$included> does not exist"
                arrows+="$header $to"$'\n'
                [ "$to" != "$header" ] || fail "$header:$line: it includes itself"
                target=${to%%/*}
                if [ -n "$room" ]; then
                    if [ "$target" = "$to" ]; then
                        [ "$to" = version.hpp ] || fail "$header:$line: a room does not include <$included>, which stands above all rooms"
                    elif [[ $allowed != *" $target "* ]]; then
                        fail "$header:$line: $room does not stand on $target (<$included>)"
                    fi
                fi ;;
            xsimd/* | *intrin.h) [ "$name" = cpu.hpp ] || fail "$header:$line: <$included> belongs to a file called cpu.hpp" ;;
            cuda* | cublas* | nccl* | cub/* | thrust/*) [[ $name == cuda.* ]] || fail "$header:$line: <$included> belongs to a file called cuda" ;;
            xtensor/*) [ "$header" = tensor/xtensor.hpp ] || fail "$header:$line: <$included> belongs to tensor/xtensor.hpp" ;;
            CLI/* | catch2/* | benchmark/*) fail "$header:$line: <$included> is not for the library" ;;
            *) [ "$quote" = '<' ] || fail "$header:$line: \"$included\" should be named from the root, as <hone/room/file.hpp>" ;;
        esac
    done < <(grep -nE '^[[:space:]]*#[[:space:]]*include' "$header")
done
if circle=$(tsort 2>&1 >/dev/null <<<"$arrows") && [ -z "$circle" ]; then :; else fail "headers include each other in a circle: $(tr '\n' ' ' <<<"$circle")"; fi
[ "$count" -gt 0 ] || fail "no headers found in $1"
# docs/errors.md: a row for every number and code that the sources name, and no number or code that none of them names. A code is any text
# "word.word" outside of comments, unless it is a file, a weight or an optimizer's moment; a new one of those belongs into the list here.
table=../../docs/errors.md
sources=(**/*.hpp **/*.cuh ../../examples/**/*.hpp ../../examples/**/*.cpp)
not_codes='\.(json|jsonl|txt|tsv|csv|safetensors|bin|h5|msgpack|ckpt|hpp|jinja)$|^tokenizer\.model$|\.(mu|nu|max|sum|delta|row|column|buffer|momentum|mu_product)$|^(classifier|embeddings|batch|lora|dora|ia3|adalora|vera|prefix|prompt|output|attention|predictions|generator_lm_head|vocab_projector)\.'
word='[a-z][a-z0-9_]*'
names() { tr -d ']"`| ' | sed 's/^hone\[//' | grep -vE "$not_codes" | sort -u; }
if [ -e "$table" ]; then
    thrown=$(sed 's,//.*,,' "${sources[@]}" | grep -oE "\"$word\.$word\"|hone\[E[0-9]+\]" | names)
    rows=$(grep -oE "^\| (\`$word\.$word\`|E[0-9]+) \|" "$table" | names)
    named=$(grep -oE "\`$word\.$word\`|\bE[0-9]{3}\b" "$table" | names)
    for name in $(comm -23 <(echo "$thrown") <(echo "$rows")); do fail "docs/errors.md has no row for $name"; done
    for name in $(comm -13 <(echo "$thrown") <(echo "$named")); do fail "docs/errors.md names $name, which no header and no program has"; done
else
    fail "$table is not there"
fi
[ $failed = 0 ] && echo "$count headers, every arrow goes one way"
exit $failed
