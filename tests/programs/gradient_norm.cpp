// `gradients` and `classify train` differentiate the same thing: the norm of what the one writes is the first gradient_norm that the other
// logs. The checkpoint is made here: MiniLM's shape, random weights, a vocabulary of letters.
// SPDX-License-Identifier: Apache-2.0
#include <hone/checkpoint/safetensors_writer.hpp>
#include <hone/checkpoint/safetensors.hpp>
#include <hone/tensor/random.hpp>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "file/temporary.hpp"
#include "test.hpp"

namespace {

constexpr int layers = 6, width = 384, inner = 1536, vocabulary = 30522, positions = 512;

/// Tensors of a BERT checkpoint: matrices near 0, gains at 1.
struct random_weights {
    struct one {
        std::string name;
        std::vector<std::uint64_t> shape;
        std::vector<float> values;
    };
    std::vector<one> all;
    hone::counter_random random{7, hone::stream::user};

    void add(const std::string& name, std::uint64_t rows, std::uint64_t columns) { put(name + ".weight", {rows, columns}, 0, 0.05); }
    void add_linear(const std::string& name, std::uint64_t out, std::uint64_t in) {
        add(name, out, in);
        put(name + ".bias", {out}, 0, 0.05);
    }
    void add_norm(const std::string& name) {
        put(name + ".weight", {width}, 1, 0.05);
        put(name + ".bias", {width}, 0, 0.05);
    }
    void put(const std::string& name, std::vector<std::uint64_t> shape, double centre, double reach) {
        std::uint64_t count = 1;
        for (auto n : shape) count *= n;
        all.push_back({name, std::move(shape), std::vector<float>(count)});
        for (float& v : all.back().values) v = static_cast<float>(centre + reach * (2 * random.uniform() - 1));
    }
};

void write_checkpoint(const std::filesystem::path& folder) {
    random_weights w;
    w.add("embeddings.word_embeddings", vocabulary, width);
    w.add("embeddings.position_embeddings", positions, width);
    w.add("embeddings.token_type_embeddings", 2, width);
    w.add_norm("embeddings.LayerNorm");
    for (int l = 0; l < layers; ++l) {
        const auto layer = "encoder.layer." + std::to_string(l) + ".";
        for (const char* part : {"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"}) w.add_linear(layer + part, width, width);
        w.add_norm(layer + "attention.output.LayerNorm");
        w.add_linear(layer + "intermediate.dense", inner, width);
        w.add_linear(layer + "output.dense", width, inner);
        w.add_norm(layer + "output.LayerNorm");
    }
    w.add_linear("pooler.dense", width, width);
    std::vector<hone::stored_tensor> tensors;
    for (const auto& t : w.all) tensors.push_back(hone::to_store<float>(t.name, t.shape, std::span<const float>(t.values)));
    hone::write_safetensors(folder / "model.safetensors", tensors);
    std::ofstream(folder / "config.json") << R"({"model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536,
        "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12})";
    std::ofstream words(folder / "vocab.txt");
    words << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    int count = 5;
    for (char c = 'a'; c <= 'z'; ++c, count += 2) words << c << "\n##" << c << '\n';
    for (; count < vocabulary; ++count) words << "[unused" << count << "]\n";
}

std::string program(const char* name) { return std::string(HONE_PROGRAMS_DIR) + "/" + name; }

} // namespace

TEST_CASE("the norm of what gradients writes is the first gradient_norm that training logs") {
    if (!std::filesystem::exists(program("classify")) || !std::filesystem::exists(program("gradients"))) FAIL("classify and gradients are not built");
    const temporary_folder scratch;
    const auto folder = scratch.path.string();
    write_checkpoint(scratch.path);
    std::ofstream(scratch.path / "train.tsv") << "book a table for two\tdinner\nwhat is the time\tclock\nset an alarm for nine\tclock\na quiet place to eat\tdinner\nhello\tgreeting\n";
    const auto run = [&](const std::string& command) {
        INFO(command);
        REQUIRE(std::system((command + " >" + folder + "/said 2>&1").c_str()) == 0);
    };
    run(program("classify") + " train --model " + folder + " --train " + folder + "/train.tsv --no-shuffle --dropout 0 --steps 1 --clip 1e9 --log " + folder + "/log");
    // the head that training drew: the same seed, 0, gives it to both
    run(program("gradients") + " --model " + folder + " --input " + folder + "/train.tsv --out " + folder + "/gradients.safetensors");

    const hone::safetensors_file file(scratch.path / "gradients.safetensors");
    double squares = 0;
    for (const auto& t : file.tensors()) {
        if (t.name == "loss") continue;
        std::vector<float> values(t.count());
        file.read(t, std::span<float>(values));
        for (float v : values) squares += static_cast<double>(v) * static_cast<double>(v);
    }
    std::ifstream log(scratch.path / "log");
    std::string line;
    REQUIRE(std::getline(log, line));
    const auto at = line.find("\"gradient_norm\": ");
    REQUIRE(at != line.npos);
    const double norm = std::atof(line.c_str() + at + 17);
    CHECK(squares > 0);
    CHECK(std::abs(std::sqrt(squares) - norm) <= 1e-5 * norm);
}
