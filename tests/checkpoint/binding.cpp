#include "test.hpp"
#include <string>
#include <vector>

#include "checkpoint/made.hpp"
#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/checkpoint/binding.hpp>
#include <hone/model/bert.hpp>
#include <hone/model/published.hpp>

namespace {

using tensors = std::vector<std::pair<std::string, std::vector<std::uint64_t>>>;

const std::vector<hone::expected_weight> wanted = {{"bert.embeddings.word_embeddings.weight", 5, 2},
                                                   {"bert.embeddings.LayerNorm.weight", 2},
                                                   {"bert.embeddings.LayerNorm.bias", 2},
                                                   {"bert.pooler.dense.weight", 2, 2},
                                                   {"classifier.weight", 3, 2},
                                                   {"classifier.bias", 3}};

struct opened {
    temporary_folder folder;
    hone::checkpoint from;
    explicit opened(const tensors& all) : opened(floats(all)) {}
    explicit opened(const std::string& bytes) : from(hone::open_checkpoint(folder.put("model.safetensors", bytes))) {}
    /// The name of each weight's tensor, and the notices.
    std::string bound() const {
        const auto b = hone::bind_weights(wanted, from, hone::published_names(hone::bert_family, "single", "bert.").rules());
        std::string text;
        for (const auto* f : b.feeds) text += f ? f->tensor->name + "\n" : "-\n";
        for (const auto& n : b.notices) text += n.code + ": " + n.text + "\n";
        return text;
    }
    void rejected(const std::string& problem, const std::string& found) const {
        const auto e = caught([&] { (void)bound(); });
        CHECK(e.code == "checkpoint.does_not_fit");
        CHECK(e.where.file == (folder.path / "model.safetensors").string());
        CHECK(e.problem == "the tensors do not fit the model:" + problem + "\n ");
        CHECK(e.expected == "6 weights");
        CHECK(e.found == found);
    }
};

tensors plain() {
    return {{"embeddings.word_embeddings.weight", {5, 2}},
            {"embeddings.LayerNorm.weight", {2}},
            {"embeddings.LayerNorm.bias", {2}},
            {"pooler.dense.weight", {2, 2}},
            {"classifier.weight", {3, 2}},
            {"classifier.bias", {3}}};
}

} // namespace

TEST_CASE("names with and without the prefix, old and new, feed the same weights") {
    CHECK(opened(plain()).bound() ==
          "embeddings.word_embeddings.weight\nembeddings.LayerNorm.weight\nembeddings.LayerNorm.bias\npooler.dense.weight\n"
          "classifier.weight\nclassifier.bias\n");
    CHECK(opened(tensors{{"bert.embeddings.word_embeddings.weight", {5, 2}},
                         {"bert.embeddings.LayerNorm.gamma", {2}},
                         {"bert.embeddings.LayerNorm.beta", {2}},
                         {"bert.pooler.dense.weight", {2, 2}},
                         {"classifier.weight", {3, 2}},
                         {"classifier.bias", {3}}})
              .bound() == "bert.embeddings.word_embeddings.weight\nbert.embeddings.LayerNorm.gamma\nbert.embeddings.LayerNorm.beta\nbert."
                          "pooler.dense.weight\n"
                          "classifier.weight\nclassifier.bias\n");
}

TEST_CASE("buffers are passed over, other heads are named, a missing classifier is drawn") {
    auto all = plain();
    all.resize(4);
    all.push_back({"embeddings.position_ids", {1, 5}});
    all.push_back({"cls.predictions.bias", {5}});
    all.push_back({"cls.seq_relationship.weight", {2, 2}});
    CHECK(opened(all).bound() ==
          "embeddings.word_embeddings.weight\nembeddings.LayerNorm.weight\nembeddings.LayerNorm.bias\npooler.dense.weight\n-\n-\n"
          "checkpoint.skipped: tensors of heads that this model lacks were skipped: \"cls.predictions.bias\", "
          "\"cls.seq_relationship.weight\"\n"
          "checkpoint.drawn: not in the checkpoint, to be drawn from the seed: classifier.weight, classifier.bias\n");
}

TEST_CASE("a pooler that is missing is drawn, as a masked-language model has none; heads of other tasks are passed over") {
    auto all = plain();
    all.erase(all.begin() + 3);
    for (const char* name : {"qa_outputs.weight", "lm_head.bias", "score.weight", "regressor.weight", "crf.transitions"}) all.push_back({name, {2, 2}});
    CHECK(opened(all).bound() ==
          "embeddings.word_embeddings.weight\nembeddings.LayerNorm.weight\nembeddings.LayerNorm.bias\n-\nclassifier.weight\nclassifier.bias\n"
          "checkpoint.skipped: tensors of heads that this model lacks were skipped: \"crf.transitions\", \"lm_head.bias\", \"qa_outputs.weight\", "
          "\"regressor.weight\", \"score.weight\"\n"
          "checkpoint.drawn: not in the checkpoint, to be drawn from the seed: bert.pooler.dense.weight\n");
}

TEST_CASE("a head that is drawn anew is passed over, whatever its shape and parts") {
    auto all = plain();
    all[4].second = {7, 2};
    all.push_back({"classifier.dense.weight", {2, 2}});
    const opened file(all);
    auto rules = hone::published_names(hone::bert_family, "single", "bert.").rules(true);
    const auto bound = hone::bind_weights(wanted, file.from, rules);
    CHECK((bound.feeds[3] != nullptr && bound.feeds[4] == nullptr && bound.feeds[5] == nullptr));
    REQUIRE(bound.notices.size() == 2);
    CHECK(bound.notices[0].text == "tensors of a head that is drawn anew were skipped: \"classifier.bias\", \"classifier.dense.weight\", \"classifier.weight\"");
    CHECK(bound.notices[1].code == "checkpoint.drawn");
}

TEST_CASE("one error names everything that does not fit") {
    auto missing = plain();
    missing[1].first = "embeddings.layernorm.weight"; // another case
    missing[3].first = "pooler.dense.weight ";        // a space more
    opened(missing).rejected(
        "\n  missing: \"bert.embeddings.LayerNorm.weight\", nearest: \"embeddings.layernorm.weight\", \"pooler.dense.weight \""
        "\n  left over: \"embeddings.layernorm.weight\", F32 [2]"
        "\n  left over: \"pooler.dense.weight \", F32 [2, 2]",
        "6 tensors");
    auto shapes = plain();
    shapes[0].second = {2, 5};
    shapes[1].second = {2, 1};
    shapes[4].second = {7, 2};
    opened(shapes).rejected("\n  misshapen: \"embeddings.word_embeddings.weight\", expected [5, 2], found [2, 5]"
                            "\n  misshapen: \"embeddings.LayerNorm.weight\", expected [2], found [2, 1]"
                            "\n  misshapen: \"classifier.weight\", expected [3, 2], found [7, 2] (this folder was trained for other "
                            ""
                            "labels: use its labels, or ask for a new classifier)",
                            "6 tensors");
    auto more = plain();
    more.push_back({"encoder.layer.7.output.dense.bias", {2}});
    opened(more).rejected("\n  left over: \"encoder.layer.7.output.dense.bias\", F32 [2]", "7 tensors");
    auto twice = plain();
    twice.push_back({"bert.pooler.dense.weight", {2, 2}});
    opened(twice).rejected("\n  there twice: \"bert.pooler.dense.weight\" and \"pooler.dense.weight\"", "7 tensors");
    auto gone = plain();
    gone.erase(gone.begin());
    opened(gone).rejected("\n  missing: \"bert.embeddings.word_embeddings.weight\", nearest: \"embeddings.LayerNorm.weight\", "
                          "\"embeddings.LayerNorm.bias\", \"pooler.dense.weight\"",
                          "5 tensors");
    auto bytes = floats(plain());
    bytes.replace(bytes.find("F32", bytes.find("pooler")), 3, "I32");
    opened(bytes).rejected("\n  of a type not supported: \"pooler.dense.weight\", expected F32, F64, F16 or BF16, found I32", "6 tensors");
}

TEST_CASE("a list too long to read ends in a number") {
    tensors many;
    for (int i = 0; i < 600; ++i) many.push_back({"x" + std::to_string(i), {1}});
    const auto e = caught([&] { (void)opened(many).bound(); });
    CHECK(e.problem.find("\n  missing: \"bert.embeddings.LayerNorm.bias\"") != std::string::npos);
    CHECK(e.problem.find("\n  and 103 more\n") != std::string::npos); // 600 left over and 3 missing, 500 shown
}
