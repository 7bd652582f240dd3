#!/usr/bin/env bash
# The script of examples/quickstart around a stand-in for the trainer and a folder that stands for a checkpoint: nothing is fetched, nothing learnt.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
copy="$scratch/a copy"
mkdir -p "$copy/examples" "$copy/benchmarks" "$scratch/model" "$scratch/taken"
cp -r "$root"/{CMakeLists.txt,CMakePresets.json,LICENSE,cmake,include} "$copy/"
cp -r "$root"/examples/{CMakeLists.txt,quickstart} "$copy/examples/"
cp "$root/benchmarks/CMakeLists.txt" "$copy/benchmarks/"
cat >"$copy/examples/classify.cpp" <<'END'
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
int main(int count, char** argument) {
    std::map<std::string, std::string> option;
    for (int i = 2; i + 1 < count; i += 2) option[argument[i]] = argument[i + 1];
    if (std::string(argument[1]) == "train") {
#ifdef HONE_WIDTH
#define TEXT_(word) #word
#define TEXT(word) TEXT_(word)
#ifdef HONE_BODY
        std::printf("trained as %s of width %d\n", TEXT(HONE_BODY), HONE_WIDTH);
#elif defined(HONE_EPSILON)
        std::printf("trained with %d types, %s and epsilon %d\n", HONE_TYPES, TEXT(HONE_ACTIVATION), HONE_EPSILON);
#else
        std::printf("trained with width %d and label %s\n", HONE_WIDTH, option["--label"].c_str());
#endif
#else
        std::printf("trained with label %s\n", option["--label"].c_str());
#endif
        std::filesystem::create_directories(option["--out"]);
        std::ofstream(option["--out"] + "/.hone") << "hone folder 1\nmodel.safetensors\n"; // as the real one marks its folders
        std::ofstream(option["--out"] + "/model.safetensors") << "weights";
        return option["--seed"] == "13" ? 1 : 0;
    }
    std::ifstream in(option["--input"]);
    for (std::string line; std::getline(in, line);) std::printf("length_%zu\t0.5\n", line.size());
}
END
printf 'text\tlabel\nhello\ta\nbye\tb\n' >"$scratch/mine.tsv"
echo '{"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536, "vocab_size": 30522, "max_position_embeddings": 512}' >"$scratch/model/config.json"
echo x >"$scratch/taken/letter.txt"

failed=0
run() { # run CODE WORDS OPTIONS...: quickstart must end with CODE and say WORDS
    local wanted=$1 words=$2 out code
    shift 2
    out=$(cd "$scratch" && XDG_CACHE_HOME="$scratch/cache" "$copy/examples/quickstart" "$@" 2>&1 </dev/null)
    code=$?
    if [ $code != "$wanted" ] || [[ $out != *"$words"* ]]; then
        printf 'wrong: expected exit %s and "%s", found exit %s and\n%s\n' "$wanted" "$words" "$code" "$out"
        failed=1
    fi
}
mine=(--train mine.tsv --text 1 --label 2 --model model --out answers)
run 0 'usage: examples/quickstart' --help
run 2 'there is no option --modle' --modle model
run 2 '--seed needs a value' --seed
run 2 'go with --train' --dev mine.tsv --model model
run 2 "$scratch/model/none has no config.json" --train mine.tsv --model model/none
run 2 "no readable file $scratch/other.tsv" --train other.tsv --model model
run 2 'hone did not write it' --train mine.tsv --model model --out taken
[ "$(ls -A "$scratch/taken")" = letter.txt ] || { echo "wrong: a folder that hone did not write was changed"; failed=1; }
run 0 'trained with label 2' "${mine[@]}"
run 0 'Trained before with the same data and options' "${mine[@]}"
run 0 'length_5  (0.5)' "${mine[@]}" --ask hello
run 0 'length_7  (0.5)' "${mine[@]}" --ask hello -- 'two
way'
run 0 'trained with label 1' "${mine[@]}" --label 1
run 0 'trained with label 1' "${mine[@]}" --label 1 --epochs=2
run 0 'Trained before' "${mine[@]}" --label 1 --epochs 2
printf 'more\ta\n' >>"$scratch/mine.tsv"
run 0 'trained with label 1' "${mine[@]}" --label 1 --epochs 2
run 1 'trained with label 2' "${mine[@]}" --seed 13
run 0 'trained with label 1' "${mine[@]}" --label 1 --epochs 2
sed -i 's/384/768/' "$scratch/model/config.json"
run 0 'This model has a shape of its own (6 layers, width 768' "${mine[@]}"
run 0 'Trained before' "${mine[@]}"
run 0 'trained with width 768' "${mine[@]}" --seed 2
sed -i 's/}/, "hidden_act": "gelu_pytorch_tanh", "type_vocab_size": 1, "layer_norm_eps": 1e-05}/' "$scratch/model/config.json"
run 0 'trained with 1 types, gelu_tanh_ and epsilon 5' "${mine[@]}" --seed 3
sed -i 's/1e-05/3e-05/' "$scratch/model/config.json"
run 2 'layer_norm_eps is 3e-05; only powers of ten' "${mine[@]}"
sed -i 's/3e-05/1e-05/; s/gelu_pytorch_tanh/quick_gelu/' "$scratch/model/config.json"
run 2 'hidden_act is quick_gelu; there are gelu, gelu_new' "${mine[@]}"
sed -i 's/hidden_size/n_embd/' "$scratch/model/config.json"
run 2 'is not that of a bert' "${mine[@]}"
echo '{"model_type": "distilbert", "dim": 24, "n_layers": 2, "n_heads": 2, "hidden_dim": 48, "vocab_size": 90, "max_position_embeddings": 32}' >"$scratch/model/config.json"
run 0 'trained as distilbert_of_shape of width 24' "${mine[@]}" --seed 4
sed -i 's/distilbert/xlnet/' "$scratch/model/config.json"
run 2 'model_type is xlnet; there are bert distilbert electra' "${mine[@]}"
exit $failed
