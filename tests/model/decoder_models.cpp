// Decoders against transformers: tests/reference/decoders/make.py.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/gpt2.hpp>
#include <hone/model/llama.hpp>
#include <hone/model/mistral.hpp>
#include <hone/model/qwen2.hpp>
#include <hone/model/qwen3.hpp>

#include "model/decoders.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

template <template <class...> class Family, int Heads, class Size, class... Further>
using small = Family<layers<2>, width<12>, heads<Heads>, key_heads<2>, Size, inner<18>,
                     vocabulary<20>, positions<16>, Further...>;
using scaled_as_3 = llama3_scaling<std::ratio<8>, std::ratio<1>, std::ratio<4>, 32>;
struct llama_3 : untied<small<llama, 4, head_size<6>, rotary<500, scaled_as_3>>> {};
struct llama_linear
    : untied<small<llama, 4, head_size<6>, rotary<10000, linear_scaling<std::ratio<5, 2>>>>> {};
struct small_mistral
    : untied<small<mistral, 4, head_size<6>, rotary<10000>, sliding_window<3>>> {};
struct small_qwen2 : language_model<small<qwen2, 2, head_size<6>, rotary<1000000>>> {};
struct small_qwen3 : language_model<small<qwen3, 4, head_size<6>, rotary<1000000>>> {};
struct small_gpt2 : language_model<gpt2<layers<2>, width<12>, heads<2>, inner<48>, vocabulary<20>,
                                        positions<16>>> {};

} // namespace

TEST_CASE("decoders: GPT-2 as transformers writes it, and as it was published") {
    check_decoder<small_gpt2>("gpt2", "GPT2LMHeadModel");
    check_decoder<small_gpt2>("gpt2_published", "GPT2LMHeadModel", "gpt2_published");
}
TEST_CASE("decoders: Llama with scaled positions, in the new and the old spelling") {
    check_decoder<llama_3>("llama", "LlamaForCausalLM");
    check_decoder<llama_linear>("llama_old", "LlamaForCausalLM");
}
TEST_CASE("decoders: Mistral with a window") {
    check_decoder<small_mistral>("mistral", "MistralForCausalLM");
}
TEST_CASE("decoders: Qwen2 from a file of bf16") {
    check_decoder<small_qwen2>("qwen2", "Qwen2ForCausalLM", "bf16");
}
TEST_CASE("decoders: Qwen3 from shards") {
    check_decoder<small_qwen3>("qwen3", "Qwen3ForCausalLM", "shards");
}
TEST_CASE("decoders: a config of another model says which fields differ") {
    CHECK(caught([] { load<llama_3>(decoder_folder("llama_old")); }).problem ==
          "the config does not fit the compiled model:\n"
          "  rope_theta: the model has 500.0, the file 10000.0\n"
          "  rope_type: the model has \"llama3\", the file \"linear\"\n"
          "  rope_scaling.factor: the model has 8.0, the file 2.5\n"
          "  rope_scaling.low_freq_factor: the model has 1.0, the file null\n"
          "  rope_scaling.high_freq_factor: the model has 4.0, the file null\n"
          "  rope_scaling.original_max_position_embeddings: the model has 32, the file null\n ");
    CHECK(caught([] { load<small_mistral>(decoder_folder("llama_old")); }).code ==
          "config.model_type");
}
