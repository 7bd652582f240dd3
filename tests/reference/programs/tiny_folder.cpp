// Writes a checkpoint of the shape 1,8,2,12,40,32 into a folder: drawn weights whose classifier tells two words apart, a config, a vocabulary.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>

#include <hone/file/file.hpp>
#include <hone/model/pretrained.hpp>

struct tiny : hone::classify<hone::bert<hone::layers<1>, hone::width<8>, hone::heads<2>, hone::inner<12>, hone::vocabulary<40>, hone::positions<32>>, hone::classes<2>> {};

int main(int, char** argv) {
    const std::filesystem::path folder = argv[1];
    hone::write_atomically(folder / "config.json", R"({"model_type": "bert", "architectures": ["BertForSequenceClassification"], "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 12, "vocab_size": 40, "max_position_embeddings": 32, "id2label": {"0": "positive", "1": "negative"}, "label2id": {"positive": 0, "negative": 1}})");
    hone::pretrained<tiny> model;
    model.initialize(5);
    model.config = hone::read_config(folder / "config.json", hone::bert_family.config);
    hone::save_into(model, folder, {"positive", "negative"});
    std::string words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nfilm\n";
    for (int i = 8; i < 41; ++i) words += "word" + std::to_string(i) + "\n"; // the last one has no row in the embedding
    hone::write_atomically(folder / "vocab.txt", words);
}
