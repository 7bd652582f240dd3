// SPDX-License-Identifier: Apache-2.0
#include <hone/model/save.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;

namespace {

struct tiny : classify<bert<layers<1>, width<4>, heads<2>, inner<6>, vocabulary<9>, positions<8>>, classes<2>> {};
struct words {
    struct file {
        std::string name, bytes;
    };
    std::vector<file> files() const { return {{"vocab.txt", "a\n"}, {"tokenizer_config.json", "{}"}}; }
};

} // namespace

TEST_CASE("one call makes a whole folder, or nothing where the names are not those of the classes") {
    const temporary_folder folder;
    folder.put("from/config.json", R"({"model_type": "bert", "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 6, "vocab_size": 9, "max_position_embeddings": 8})");
    pretrained<tiny> model(2);
    model.initialize(3);
    model.config = read_config(folder.path / "from/config.json", bert_family.config);
    const auto out = folder.path / "out";
    for (const std::vector<std::string>& wrong : {std::vector<std::string>{"a", "b", "c"}, {"a"}, {"a", "a"}, {}}) {
        CHECK(caught([&] { save(model, out, words(), wrong); }).code == "config.labels");
        CHECK_FALSE(std::filesystem::exists(out));
    }
    save(model, out, words(), {"no", "yes"});
    CHECK(content_of(out / "vocab.txt") == "a\n");
    CHECK(content_of(out / "tokenizer_config.json") == "{}");
    CHECK(read_config(out / "config.json", bert_family.config).labels == std::vector<std::string>{"no", "yes"});
    CHECK(load<tiny>(out).weight("classifier.weight").rows == 2);
    save(model, out.string() + "/", words(), {"yes", "no"}); // again, in its place
    CHECK(read_config(out / "config.json", bert_family.config).labels == std::vector<std::string>{"yes", "no"});
}
