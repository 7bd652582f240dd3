#!/usr/bin/env bash
# `classify`, compiled for a tiny shape, on a checkpoint of its own: whose order labels have, what heads mean, what is found out before training, and what is
# left when something ends it.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cxx=${CXX:-g++}
shape=(-DHONE_LAYERS=1 -DHONE_WIDTH=8 -DHONE_HEADS=2 -DHONE_INNER=12 -DHONE_VOCABULARY=40 -DHONE_POSITIONS=32)
compile() { "$cxx" -std=c++20 -O1 -pthread -I"$root/include" "$@"; }
compile "$root/tests/reference/programs/tiny_folder.cpp" -o "$scratch/make" && compile "${shape[@]}" "$root/examples/classify/classify.cpp" -o "$scratch/classify" || { echo "FAILED: it does not compile"; exit 1; }
mkdir "$scratch/base" && "$scratch/make" "$scratch/base" || exit 1
cd "$scratch" || exit 1
failed=0 out="" code=0
fail() { echo "FAILED: $*"; echo "$out" | tail -n 5; failed=1; }
run() { out=$(./classify "$@" 2>&1); code=$?; }
says() { [[ $out == *"$1"* ]] || fail "expected: $1"; }
works() { run "$@"; [ $code = 0 ] || fail "exit code $code: $*"; }
refuses() { # refuses WORDS ARGS...: exit code 1, in these words, before the first step
    local words=$1; shift; run "$@"
    [ $code = 1 ] || fail "exit code $code, expected 1: $*"
    says "$words"
    [[ $out != *"trained "* ]] || fail "found out after training: $*"
}
copy() { rm -rf "$1"; cp -r base "$1"; sed -i "$2" "$1/config.json"; } # copy NAME SED: the checkpoint with another config
lines() { for i in 1 2 3 4 5 6 7 8; do printf 'good film word%d\t%s\nbad film word%d\t%s\n' $((i + 8)) "$1" $((i + 8)) "$2"; done; }
names() { tr -d '\n ' <"$1/config.json" | grep -o '"id2label":{[^}]*}'; }
train() { rm -rf saved; works train --model "$1" --train "$2" --epochs 1 --steps 1 --rate 0 --out saved "${@:3}"; }
lines positive negative >own.tsv; lines good bad >other.tsv; lines positive neutral >some.tsv; lines 10 9 >numbers.tsv; lines 1 0 >bits.tsv
printf 'good film\nbad film\n' >texts.txt

# labels
train base own.tsv; says 'labels keep the order of the checkpoint'
[ "$(names saved)" = '"id2label":{"0":"positive","1":"negative"}' ] || fail "$(names saved)"
train base other.tsv; says 'note: '; says 'for other labels'; says 'a new classifier of 2 labels was drawn'
[ "$(names saved)" = '"id2label":{"0":"bad","1":"good"}' ] || fail "$(names saved)"
refuses '--new-head' train --model base --train some.tsv --epochs 1
refuses 'some labels are those of the checkpoint' train --model base --train some.tsv --epochs 1
train base some.tsv --new-head; says 'a new classifier'
train base numbers.tsv
[ "$(names saved)" = '"id2label":{"0":"9","1":"10"}' ] || fail "$(names saved)"
copy generic 's/positive/LABEL_1/g; s/negative/LABEL_0/g'
train generic bits.tsv
[ "$(names saved)" = '"id2label":{"0":"1","1":"0"}' ] || fail "$(names saved)"
copy three 's/"1": "negative"/"1": "negative", "2": "neutral"/'
lines positive negative >three.tsv; printf 'film\tneutral\n' >>three.tsv
refuses 'another number of labels' train --model base --train three.tsv --epochs 1
refuses '[data.unknown_label]' train --model base --train own.tsv --dev three.tsv --epochs 1
refuses '[data.unknown_label]' train --model base --train own.tsv --test three.tsv --epochs 1
lines positive positive >one.tsv; refuses '[data.one_label]' train --model base --train one.tsv --epochs 1

# heads
works predict --model base --input texts.txt --logits; plain=$out
copy default ''; tr -d '\n' <base/config.json | sed 's/"id2label": {[^}]*},//; s/"label2id": {[^}]*},//' >default/config.json # as transformers writes two labels
works predict --model default --input texts.txt --logits
[ "$(cut -f 2 <<<"$out")" = "$(cut -f 2 <<<"$plain")" ] && [[ $out == LABEL_* ]] || fail "a config without names"
copy number 's/"model_type": "bert"/"model_type": "bert", "problem_type": "regression"/'
works predict --model number --input texts.txt
[ "$out" = "$(cut -f 2 <<<"$plain")" ] || fail "numbers are the outputs themselves"
copy several 's/"model_type": "bert"/"model_type": "bert", "problem_type": "multi_label_classification"/'
works predict --model several --input texts.txt
awk -F '\t' 'NF != 2 || split($2, p, " ") != 2 || p[1] <= 0 || p[1] >= 1 {exit 1}' <<<"$out" || fail "a sigmoid for each label"
copy tags 's/BertForSequenceClassification/BertForTokenClassification/'
refuses '[predict.another_head]' predict --model tags --input texts.txt
train tags own.tsv; says 'in place of a head of BertForTokenClassification'
copy tab 's/"0": "positive"/"0": "posi\\ttive\\n"/; s/"1": "negative"/"1": "\\u001b[31m"/'
works predict --model tab --input texts.txt
[ "$(wc -l <<<"$out")" = 2 ] && [ "$(awk -F '\t' 'NF == 2' <<<"$out" | wc -l)" = 2 ] && [[ $out != *$'\e'* ]] || fail "labels that break lines"

# what can fail is found out before
printf 'word40 film\tpositive\n' >>own_test.tsv
refuses 'own_test.tsv:1: a word of the tokenizer that the model has no row for' train --model base --train own.tsv --test own_test.tsv --epochs 1
refuses '[data.unknown_word]' predict --model base --input own_test.tsv
refuses '[train.log]' train --model base --train own.tsv --epochs 1 --log /dev/full
printf 'text,label\n"two\nlines",x\n' >quoted.csv
refuses 'which column holds the texts' predict --model base --input quoted.csv
works predict --model base --input quoted.csv --text text; [ "$(wc -l <<<"$out")" = 1 ] || fail "one answer a row"
gzip -c texts.txt >texts.gz && refuses '[data.archive]' predict --model base --input texts.gz

# what is printed cannot be written
./classify predict --model base --input texts.txt >/dev/full 2>/dev/null; [ $? = 1 ] || fail "predict >/dev/full"
./classify tokens --model base --input texts.txt >/dev/full 2>/dev/null; [ $? = 1 ] || fail "tokens >/dev/full"
rm -rf saved; ./classify train --model base --train own.tsv --epochs 1 --out saved >/dev/full 2>/dev/null
[ $? = 1 ] && [ -f saved/model.safetensors ] || fail "train >/dev/full saves, and says 1"
rm -rf saved; ./classify train --model base --train own.tsv --epochs 200 --out saved 2>/dev/null | head -n 1 >/dev/null
[ -f saved/model.safetensors ] || fail "whoever read the output has gone: the model is saved"

# what ends training leaves the best weights
for signal in INT TERM HUP XCPU; do
    rm -rf saved
    (trap - INT; exec ./classify train --model base --train own.tsv --epochs 1000000 --out saved >log 2>&1) & pid=$!
    for _ in $(seq 300); do grep -q '^epoch 2:' log 2>/dev/null && break; sleep 0.1; done
    kill -s $signal $pid; wait $pid; code=$?
    if [ $signal = INT ]; then # passed over in a shell's background, as whoever started it asked
        kill -s TERM $pid 2>/dev/null; wait $pid
    else [ $code = 130 ] || fail "SIG$signal: exit code $code"; fi
    [ -f saved/model.safetensors ] && grep -q '^kept:' log || { out=$(cat log); fail "SIG$signal: nothing was kept"; }
done
# a run that goes on from a checkpoint ends with the same bits, and says why it may not
{ cat own.tsv; printf 'good word9\tpositive\n'; } >more.tsv
go() { works train --model base --train own.tsv --batch-sentences 2 --epochs 6 "$@"; }
rm -rf saved; go --log whole.jsonl --out saved --threads 1; cp -r saved whole
go --log log.jsonl --checkpoint steps --checkpoint-every 10 --steps 25 --threads 2 --dev own.tsv # another run: it watches other examples
refuses '[snapshot.folder_taken]' train --model base --train own.tsv --batch-sentences 2 --epochs 6 --checkpoint steps
refuses '"what is in --dev"' train --model base --train own.tsv --batch-sentences 2 --epochs 6 --log log.jsonl --resume steps --out saved
rm -rf steps; go --log log.jsonl --checkpoint steps --checkpoint-every 10 --steps 25 --threads 2 --out saved --report page.html --tensorboard events
refuses '"--rate": a snapshot of another run' train --model base --train own.tsv --batch-sentences 2 --epochs 6 --rate 0.5 --log log.jsonl --resume steps --out saved
refuses '"what is in --train": a snapshot of another run' train --model base --train more.tsv --batch-sentences 2 --epochs 6 --log log.jsonl --resume steps --out saved
printf x >>steps/step-25
go --log log.jsonl --checkpoint steps --resume steps --threads 3 --out saved --report page.html --tensorboard events
says 'step-25: the snapshot is damaged'; says 'going on from steps/step-20'
cmp -s saved/model.safetensors whole/model.safetensors || fail "other weights than those of a run that nobody stopped"
[ "$(sed 's/, "seconds.*//' log.jsonl)" = "$(sed 's/, "seconds.*//' whole.jsonl)" ] || fail "another log than that of a run that nobody stopped"

ulimit -f 40; rm -rf saved # blocks of 1,024 bytes: the log fails in the course of training, the model does not
run train --model base --train own.tsv --epochs 400 --log log.jsonl --out saved
[ $code = 1 ] && [ -f saved/model.safetensors ] || fail "a log that gets too large: exit code $code"
says '[train.log]'
[ $failed = 0 ] && echo "labels, heads, refusals and ends: all as they should be"
exit $failed
