// Weights that stand in their file: the same bits as in memory, in training and evaluation; constant until they are given out to write, and then like
// any other; the file never moves, and one that somebody else writes to is an error.
// SPDX-License-Identifier: Apache-2.0
#include <hone/loop/best.hpp>

#include "model/folders.hpp"

#include <chrono>

using namespace hone;
using namespace hone::testing;

namespace {

using wide = width<128>;
struct wide_base : classify<bert<layers<2>, wide, heads<2>, inner<160>, vocabulary<200>, positions<16>>, classes<3>> {};
using tuned = adapt<wide_base, lora<rank<2>, alpha<4>>, on<"**.query", "**.value">>;

constexpr auto classified = [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); };
const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 150, 2, 1, 7, 8, 3, 6, 199, 2, 1}, offsets{0, 4, 7, 14, 15}, labels{0, 2, 1, 0};
const text_batch batch{{ids, offsets}, labels};

/// A folder of drawn weights.
struct drawn_folder : temporary_folder {
    drawn_folder() {
        put("config.json", R"({"model_type": "bert", "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 160, "vocab_size": 200,
            "max_position_embeddings": 16, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0,
            "id2label": {"0": "a", "1": "b", "2": "c"}, "label2id": {"a": 0, "b": 1, "c": 2}})");
        pretrained<wide_base> model;
        model.initialize(4);
        model.config = read_config(path / "config.json", bert_family.config);
        save_into(model, path, {"a", "b", "c"});
    }
    std::string bytes() const { return read_file(path / "model.safetensors"); }
};

template <class Model, class T>
std::vector<T> numbers(const parameters<Model, T>& model) {
    std::vector<T> all;
    model.each([&](const named_weight<const T>& w) { all.insert(all.end(), w.values.begin(), w.values.end()); });
    return all;
}
template <class Model, class T>
long constant(const parameters<Model, T>& model) {
    long n = 0;
    for (const auto& w : model.entries)
        for (int k = 0; k < copies(w); ++k) n += model.is_constant(static_cast<std::size_t>(w.first + k));
    return n;
}
template <class Model>
parameters<Model> in_memory(const parameters<Model>& from) {
    parameters<Model> made(from.classes());
    made.copy(from);
    return made;
}
template <class Input, class Trainable, class Model>
auto step_of(parameters<Model>& model, team& workers) {
    if constexpr (std::is_same_v<Input, bf16>) return differentiate<bf16>(model, Trainable{}, classified, workers, 3);
    else return differentiate(model, Trainable{}, classified, workers, 3);
}
template <class Step>
std::vector<float> train(Step& step) {
    std::vector<float> seen;
    step.template set<"dropout">(0.1f);
    for (int n = 0; n < 3; ++n) {
        const auto [loss, gradients] = step(batch);
        seen.push_back(static_cast<float>(loss));
        seen.insert(seen.end(), gradients.values, gradients.values + gradients.count);
        for (const auto& r : step.weights().ranges)
            for (long i = 0; i < r.count; ++i) r.weight[i] -= 0.1f * gradients.values[r.gradient + i];
    }
    return seen;
}
template <class Input, class Trainable, class Model>
void same_training(int threads) {
    drawn_folder folder;
    const auto before = folder.bytes();
    auto stands = load<Model>(folder.path);
    auto other = in_memory(stands);
    const long at_first = constant(stands);
    CHECK(at_first == 2 * 6 + 2); // six matrices a layer, the table of words, the pooler
    CHECK(constant(other) == 0);
    team workers(threads), alone(1);
    auto first = step_of<Input, Trainable>(stands, workers);
    auto second = step_of<Input, Trainable>(other, alone);
    CHECK(train(first) == train(second));
    CHECK(numbers(stands) == numbers(other));
    auto one = evaluate(stands, classified, workers), two = evaluate(other, classified, workers);
    CHECK(one(batch).term(0).sum == two(batch).term(0).sum);
    CHECK(folder.bytes() == before);
    const auto& ranges = first.weights().ranges;
    CHECK(constant(stands) == at_first - std::count_if(ranges.begin(), ranges.end(), [](const auto& r) { return static_cast<std::size_t>(r.count) * sizeof(float) >= stands_from; }));
}

} // namespace

TEST_CASE("weights in their file train as those in memory") {
    same_training<float, trainable<adapters, on<"classifier.**">>, tuned>(2);
    same_training<bf16, trainable<adapters, on<"classifier.**">>, tuned>(3);
    same_training<float, trainable<on<"**">>, wide_base>(2);
    same_training<float, trainable<on<"**.value.weight">>, wide_base>(2);
}

TEST_CASE("a weight given out to write is packed as it is from then on") {
    drawn_folder folder;
    const auto before = folder.bytes();
    auto stands = load<wide_base>(folder.path);
    auto other = in_memory(stands);
    team workers(2);
    auto one = evaluate(stands, classified, workers), two = evaluate(other, classified, workers);
    CHECK(one(batch).term(0).sum == two(batch).term(0).sum);
    const long all = constant(stands);
    for (const char* name : {"bert.blocks.1.feed_forward.up.weight", "bert.blocks.0.attention.key.weight"}) {
        const auto old = one(batch).term(0).sum;
        const auto given = stands.weight(name);
        given.values[77] += 3;
        other.weight(name).values[77] += 3;
        CHECK(one(batch).term(0).sum == two(batch).term(0).sum);
        CHECK(one(batch).term(0).sum != old);
        given.values[78] -= 2; // what was given out stays its own
        other.weight(name).values[78] -= 2;
        CHECK(one(batch).term(0).sum == two(batch).term(0).sum);
    }
    CHECK(constant(stands) == all - 2);
    CHECK(std::as_const(stands).weight("bert.blocks.1.attention.query.weight").values.size() == 128 * 128);
    CHECK(constant(stands) == all - 2);
    stands.each([](const named_weight<float>& w) { w.values[0] += 0.5f; });
    other.each([](const named_weight<float>& w) { w.values[0] += 0.5f; });
    CHECK(constant(stands) == 0);
    CHECK(one(batch).term(0).sum == two(batch).term(0).sum);
    CHECK(folder.bytes() == before);
}

TEST_CASE("the best weights without those in their file") {
    drawn_folder folder;
    auto model = load<tuned>(folder.path);
    team alone(1);
    auto step = step_of<float, trainable<adapters>>(model, alone);
    best_weights best(model);
    CHECK(best.offer(1, 0));
    const auto kept = numbers(model);
    train(step);
    CHECK(numbers(model) != kept);
    best.restore();
    CHECK(numbers(model) == kept);
    model.weight("bert.blocks.0.feed_forward.up.weight");
    CHECK(caught([&] { best.restore(); }).code == "best.kept_less");
}

TEST_CASE("a file that is written to while weights stand in it") {
    drawn_folder folder;
    auto model = load<wide_base>(folder.path);
    team alone(1);
    auto program = evaluate(model, classified, alone);
    program(batch);
    const auto file = folder.path / "model.safetensors";
    std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::seconds(2));
    const auto changed = caught([&] { program(batch); });
    CHECK(changed.code == "file.changed");
    CHECK(changed.where.file == file.native());
}
