// The encoder's type settles what its config must say: token types, activation and epsilon like the other numbers.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/model/pretrained.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;

namespace {

template <class Activation, int Types, int Exponent>
struct other : classify<bert<layers<1>, width<4>, heads<2>, inner<6>, vocabulary<9>, positions<8>, token_types<Types>, Activation, epsilon<Exponent>>, classes<2>> {};
using usual = other<gelu_, 2, 12>;

std::string config(const std::string& fields) {
    return R"({"model_type": "bert", "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 6, "vocab_size": 9, "max_position_embeddings": 8)" + fields + "}";
}
template <class Model>
void fits(const std::string& fields) {
    INFO(fields);
    require_fields(parse_config(parse_json(config(fields), ""), "config.json", bert_family.config), expected_config<Model>());
}
template <class Model>
std::string refusal(const std::string& fields) {
    return caught([&] { fits<Model>(fields); }).problem;
}

} // namespace

TEST_CASE("types, activation and epsilon are compared with the file, by all names that an activation has") {
    fits<usual>("");
    fits<usual>(R"(, "type_vocab_size": 2, "hidden_act": "gelu_python", "layer_norm_eps": 1e-12)");
    for (const char* name : {"gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate", "gelu_python_tanh"})
        fits<other<gelu_tanh_, 2, 12>>(R"(, "hidden_act": ")" + std::string(name) + "\"");
    fits<other<silu_, 2, 12>>(R"(, "hidden_act": "silu")");
    fits<other<silu_, 2, 12>>(R"(, "hidden_act": "swish")");
    fits<other<tanh_, 2, 12>>(R"(, "hidden_act": "tanh")");
    fits<other<sigmoid_, 2, 12>>(R"(, "hidden_act": "sigmoid")");
    fits<other<relu_, 1, 5>>(R"(, "hidden_act": "relu", "type_vocab_size": 1, "layer_norm_eps": 1e-05)");
    fits<other<gelu_, 3, 6>>(R"(, "type_vocab_size": 3, "layer_norm_eps": 0.000001)");
    fits<other<gelu_, 2, 15>>(R"(, "layer_norm_eps": 1e-15)");
    CHECK(refusal<usual>(R"(, "hidden_act": "relu", "type_vocab_size": 1, "layer_norm_eps": 1e-05)") ==
          "the config does not fit the compiled model:\n  type_vocab_size: the model has 2, the file 1\n  hidden_act: the model has \"gelu\", the file \"relu\"\n"
          "  layer_norm_eps: the model has 1e-12, the file 1e-05\n ");
    CHECK(refusal<other<relu_, 1, 5>>(", \"layer_norm_eps\": 1e-5, \"type_vocab_size\": 1").find("hidden_act: the model has \"relu\", the file \"gelu\"") != std::string::npos);
}

TEST_CASE("a folder of another activation, epsilon and types is saved and read") {
    using model = other<relu_, 1, 5>;
    const temporary_folder folder;
    folder.put("config.json", config(R"(, "hidden_act": "relu", "type_vocab_size": 1, "layer_norm_eps": 1e-05)"));
    pretrained<model> made;
    made.initialize(3);
    made.config = read_config(folder.path / "config.json", bert_family.config);
    save_into(made, folder.path, {"a", "b"});
    const auto read = load<model>(folder.path);
    const auto types = read.weight("bert.embeddings.type.weight");
    CHECK(types.rows == 1);
    CHECK(read.weight("bert.blocks.0.feed_forward.up.weight").values[0] == std::as_const(made).weight("bert.blocks.0.feed_forward.up.weight").values[0]);
    CHECK(caught([&] { load<usual>(folder.path); }).code == "config.does_not_fit");
}
