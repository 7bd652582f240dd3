#!/usr/bin/env bash
# What `metrics` prints for a line of each kind, and what it says of lines that are wrong, by their number.
set -u
metrics=${HONE_PROGRAMS:?}/metrics
[ -x "$metrics" ] || { echo "skipped: metrics is not built"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0
fail() { echo "FAILED: $1"; failed=1; }
gives() { # gives JSON EXPECTED: the line of output
    echo "$1" >"$scratch/in.jsonl"
    local said
    said=$("$metrics" --input "$scratch/in.jsonl" 2>&1)
    [ "$said" = "$2" ] || fail "$1: said: $said; expected: $2"
}
refuses() { # refuses JSON WORDS: exit code 1, and the words behind the number of the second line
    local said code
    printf '\n%s\n' "$1" >"$scratch/in.jsonl"
    said=$("$metrics" --input "$scratch/in.jsonl" 2>&1)
    code=$?
    if [ $code -ne 1 ] || [[ $said != "metrics: $scratch/in.jsonl:2"*"$2"* ]]; then fail "$1: exit code $code, said: $said; expected: $2"; fi
}
gives '{"metric": "accuracy", "predictions": [1, 2], "references": [1, 1]}' '{"value":0.5}'
gives '{"metric": "accuracy", "predictions": [], "references": []}' '{"value":null}'
gives '{"metric": "accuracy", "options": {"multilabel": true}, "predictions": [["b", "a"], []], "references": [["a", "b"], ["a"]]}' '{"value":0.5}'
gives '{"metric": "f1", "options": {"average": "none", "labels": ["b", "z"]}, "predictions": ["a", "b"], "references": ["a", "b"]}' '{"value":[1.0,0.0]}'
gives '{"metric": "recall", "options": {"positive": "a"}, "predictions": ["b", "a"], "references": ["a", "a"]}' '{"value":0.5}'
gives '{"metric": "precision", "options": {"average": "samples", "multilabel": true}, "predictions": [[1, 2]], "references": [[2]]}' '{"value":0.5}'
gives '{"metric": "mcc", "predictions": [1, 0], "references": [0, 1]}' '{"value":-1.0}'
gives '{"metric": "pearson", "predictions": [1, 1], "references": [1, 2]}' '{"value":null}'
gives '{"metric": "spearman", "predictions": [1, 5], "references": [1, 2]}' '{"value":1.0}'
gives '{"metric": "auroc", "predictions": [0.1, 0.9], "references": [0, 1]}' '{"value":1.0}'
gives '{"metric": "auroc", "options": {"multi_class": "ovo"}, "predictions": [[0.9, 0.1], [0.2, 0.8]], "references": [0, 1]}' '{"value":1.0}'
gives '{"metric": "log_loss", "predictions": [[0.5, 0.5]], "references": [1]}' '{"value":0.6931471805599453}'
gives '{"metric": "calibration_error", "options": {"bins": 2}, "predictions": [[0.75, 0.25]], "references": [0]}' '{"value":0.25}'
gives '{"metric": "perplexity", "predictions": [[0, 0], []], "references": []}' '{"value":1.0}'
gives '{"metric": "perplexity", "predictions": [[-1e6]]}' '{"value":null}'
gives '{"metric": "bleu", "options": {"order": 1, "smooth": "none"}, "predictions": ["a b"], "references": [["c d", "e"]]}' \
    '{"value":0.0,"precisions":[0.0],"brevity_penalty":1.0,"predicted_length":2,"reference_length":2}'
gives '{"metric": "chrf", "predictions": ["abc"], "references": ["abc"]}' '{"value":100.0}'
gives '{"metric": "rougeL", "predictions": ["a b c"], "references": ["c a"]}' '{"value":0.4,"precision":0.3333333333333333,"recall":0.5}'
gives '{"metric": "meteor", "predictions": ["x"], "references": ["y"]}' '{"value":0.0}'
gives '{"metric": "squad", "options": {"version": 2}, "predictions": ["a cat"], "references": [["cat"]]}' \
    '{"value":100.0,"exact_match":100.0,"answerable":{"exact_match":100.0,"f1":100.0},"unanswerable":{"exact_match":null,"f1":null}}'
figures='{"precision":1.0,"recall":1.0,"f1":1.0,"support":1}'
gives '{"metric": "entities", "options": {"mode": "strict", "scheme": "IOB2"}, "predictions": [["B-X"]], "references": [["B-X"]]}' \
    "{\"value\":1.0,\"types\":{\"X\":$figures},\"micro\":$figures,\"macro\":$figures,\"weighted\":$figures}"
refuses '{"metric": "acuracy", "predictions": []}' '"accuracy"'
refuses '{"metric": "accuracy", "predictions": [1]}' 'expected 1 references, found 0) [metrics.sizes]'
refuses '{"metric": "accuracy", "predictions": [1], "references": ["a"]}' '[metrics.classes]'
refuses '{"metric": "accuracy", "predictions": [1.5], "references": [1]}' 'an integer, found number 1.5'
refuses '{"metric": "accuracy", "options": {"averge": 1}, "predictions": [1], "references": [1]}' '"averge": the metric has no such option'
refuses '{"metric": "f1", "options": {"average": "median"}, "predictions": [1], "references": [1]}' 'expected binary, micro, macro'
refuses '{"metric": "f1", "predictions": ["a", "b"], "references": ["a", "c"]}' 'two classes at most are binary'
refuses '{"metric": "f1", "predictions": ["a"], "references": ["b"]}' '"positive": no such class'
refuses '{"metric": "f1", "options": {"average": "samples"}, "predictions": ["a"], "references": ["b"]}' '[metrics.option]'
refuses '{"metric": "pearson", "predictions": [1, null], "references": [1, 2]}' '"predictions[1]": '
refuses '{"metric": "log_loss", "predictions": [[0.5, 0.5], [1]], "references": [0, 0]}' '[metric.classes]'
refuses '{"metric": "log_loss", "predictions": [[0.5, 0.9]], "references": [0]}' '[metric.not_probabilities]'
refuses '{"metric": "entities", "predictions": [["B-X"]], "references": [["B-X", "O"]]}' '[metric.sizes]'
refuses '{"metric": "entities", "predictions": [["X"]], "references": [["O"]]}' '[metric.tag]'
refuses '{"metric": "entities", "options": {"mode": "strict"}, "predictions": [], "references": []}' '[json.missing]'
refuses '{"metric": "bleu", "predictions": ["a"], "references": [[]]}' '[metric.no_reference]'
refuses '{"metric": "bleu"' '[json.syntax]'
refuses '[]' '[json.wrong_type]'
exit $failed
