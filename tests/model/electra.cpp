// ELECTRA against transformers and PEFT: tests/reference/families/make.py.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/electra.hpp>

#include "model/families.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

template <int Embedding>
using encoder = electra<layers<2>, width<12>, heads<2>, inner<18>, vocabulary<30>, positions<16>,
                        token_types<2>, width<Embedding>>;
struct small : classify<encoder<8>, classes<3>> {};
struct even : classify<encoder<12>, classes<3>> {};
struct tuned
    : adapt<small, lora<rank<2>, alpha<3>>, on<"**.attention.query", "**.attention.value">> {};

} // namespace

TEST_CASE("ELECTRA: a folder of transformers is read and written, an adapter of PEFT too") {
    check_family<small, tuned>("electra", "ElectraForSequenceClassification", "electra");
}

TEST_CASE("ELECTRA: embeddings as wide as the blocks need no projection") {
    auto model = load<even, double>(reference(of_family("electra_even")));
    CHECK(apart(model, of_family("electra_even")) < 1e-12);
    CHECK(caught([] { load<small>(reference(of_family("electra_even"))); }).problem ==
          "the config does not fit the compiled model:\n  embedding_size: the model has 8, the "
          "file 12\n ");
}

TEST_CASE("ELECTRA: a folder of the discriminator is the body, its head is passed over and a "
          "classifier drawn") {
    auto model = load<tuned, double>(reference(of_family("discriminator")), 3, 5);
    REQUIRE(model.notices.size() == 2);
    CHECK(model.notices[0].code == "checkpoint.skipped");
    CHECK(model.notices[0].text.find("\"discriminator_predictions.dense.bias\"") !=
          std::string::npos);
    CHECK(model.notices[1].text ==
          "not in the checkpoint, to be drawn from the seed: classifier.dense.weight, "
          "classifier.dense.bias, classifier.out_proj.weight, classifier.out_proj.bias");
    const temporary_folder out;
    save_adapter(model, out.path / "lora", {"a", "b", "c"});
    CHECK(read_json(out.path / "lora/adapter_config.json", 1 << 16)
              .find("modules_to_save")
              ->write() == R"(["classifier","score"])");
    CHECK(safetensors_file(out.path / "lora/adapter_model.safetensors")
              .find("base_model.model.classifier.out_proj.weight"));
}
