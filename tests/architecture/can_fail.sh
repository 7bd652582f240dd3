#!/usr/bin/env bash
# The check of the rooms must itself be able to fail: one planted header (or docs\/errors.md) for each rule.   usage: can_fail.sh SCRATCH
set -u
scratch=$1
include=$scratch/include/hone
check=$(cd "$(dirname "$0")" && pwd)/check.sh
failed=0
head='#pragma once
// SPDX-License-Identifier: Apache-2.0'
try() { # try WANTED(0|1) WORDS_OF_THE_OUTPUT FILE: adds the file given on standard input to a small right tree
    rm -rf "$scratch" && mkdir -p "$include"/{meta,file,tensor,op/product,data,loop} "$scratch"/{docs,examples} || exit 1
    printf '| number | what it means |\n|---|---|\n| E010 | rows |\n\n| code | what |\n|---|---|\n| `file.not_found` | nothing |\n' >"$scratch/docs/errors.md"
    echo "$head" >"$include/meta/name.hpp"
    printf '%s\n#include <hone/meta/name.hpp>\nerror("file.not_found") hone[E010]: // not "file.lost"\n' "$head" >"$include/file/error.hpp"
    printf '%s\n#include <hone/file/error.hpp>\n' "$head" >"$include/hone.hpp"
    mkdir -p "$(dirname "$include/$3")"
    [ "$3" = loop/there.hpp ] && printf '%s\n#include <hone/loop/there.hpp>\n' "$head" >"$include/loop/back.hpp"
    cat >"$include/$3"
    out=$(bash "$check" "$include" 2>&1)
    code=$?
    if [ "$code" -ne "$1" ] || [[ $out != *"$2"* ]]; then
        printf 'wrong: expected exit %s with "%s", found %s with\n%s\n' "$1" "$2" "$code" "$out"
        failed=1
    fi
}
try 0 'every arrow goes one way' tensor/view.hpp <<<"$head
#include <hone/file/error.hpp>"
try 0 'every arrow goes one way' op/product/cpu.hpp <<<"$head
#include <hone/meta/name.hpp>
#include <xsimd/xsimd.hpp>"
try 1 'meta does not stand on file' meta/pattern.hpp <<<"$head
#include <hone/file/error.hpp>"
try 1 'op does not stand on data' op/sum.hpp <<<"$head
  #  include <hone/data/batch.hpp>"
try 1 'does not exist' op/sum.hpp <<<"$head
#include <hone/meta/nothing.hpp>"
try 1 'which stands above all rooms' op/sum.hpp <<<"$head
#include <hone/hone.hpp>"
try 1 'belongs to a file called cpu.hpp' op/sum.hpp <<<"$head
#include <xsimd/xsimd.hpp>"
try 1 'belongs to a file called cuda' op/sum.hpp <<<"$head
#include <cuda_runtime.h>"
try 1 'belongs to tensor/xtensor.hpp' tensor/view.hpp <<<"$head
#include <xtensor/xview.hpp>"
try 1 'is not for the library' tensor/view.hpp <<<"$head
#include <CLI/CLI.hpp>"
try 1 'should be named from the root' tensor/view.hpp <<<"$head
#include \"error.hpp\""
try 1 'it includes itself' meta/name.hpp <<<"$head
#include <hone/meta/name.hpp>"
try 1 'in a circle' loop/there.hpp <<<"$head
#include <hone/loop/back.hpp>"
try 1 '301 lines' tensor/view.hpp < <(echo "$head"; yes '' | head -n 299)
try 1 'no #pragma once' tensor/view.hpp <<<'// SPDX-License-Identifier: Apache-2.0'
try 1 'no licence line' tensor/view.hpp <<<'#pragma once'
try 1 'no room is called' kitchen/sink.hpp <<<"$head"
try 1 'docs/errors.md has no row for file.lost' tensor/view.hpp <<<"$head
throw error(\"file.lost\", \"gone\");"
try 1 'docs/errors.md has no row for E011' tensor/view.hpp <<<"$head
static_assert(false, \"hone[E011]: widths\");"
try 1 'docs/errors.md has no row for train.log' ../../examples/classify/train.hpp <<<'throw hone::error("train.log", "");'
try 1 'docs/errors.md has no row for file.not_found' ../../docs/errors.md <<<'| E010 | rows |, `file.not_found` in a sentence only'
try 1 'docs/errors.md names file.lost, which' ../../docs/errors.md < <(printf '| E010 | |\n| `file.not_found` | |\n| `file.lost` | |\n')
try 1 'docs/errors.md names E011, which' ../../docs/errors.md < <(printf '| E010 | as E011 |\n| `file.not_found` | |\n')
exit $failed
