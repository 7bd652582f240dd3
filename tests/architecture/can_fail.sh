#!/usr/bin/env bash
# The check of the rooms must itself be able to fail: one planted header for each rule.   usage: can_fail.sh SCRATCH
set -u
scratch=$1
check=$(cd "$(dirname "$0")" && pwd)/check.sh
failed=0
head='#pragma once
// SPDX-License-Identifier: Apache-2.0'
try() { # try WANTED(0|1) WORDS_OF_THE_OUTPUT FILE: adds the file given on standard input to a small right tree
    rm -rf "$scratch" && mkdir -p "$scratch"/{meta,file,tensor,op/product,data,loop} || exit 1
    echo "$head" >"$scratch/meta/name.hpp"
    printf '%s\n#include <hone/meta/name.hpp>\n' "$head" >"$scratch/file/error.hpp"
    printf '%s\n#include <hone/file/error.hpp>\n' "$head" >"$scratch/hone.hpp"
    mkdir -p "$(dirname "$scratch/$3")"
    [ "$3" = loop/there.hpp ] && printf '%s\n#include <hone/loop/there.hpp>\n' "$head" >"$scratch/loop/back.hpp"
    cat >"$scratch/$3"
    out=$(bash "$check" "$scratch" 2>&1)
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
exit $failed
