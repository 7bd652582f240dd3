// SPDX-License-Identifier: Apache-2.0
#include <hone/checkpoint/head.hpp>
#include <hone/model/bert.hpp>

#include "test.hpp"

namespace {

hone::head_kind of(const std::string& fields) {
    const auto config = hone::parse_config(hone::parse_json("{\"model_type\":\"bert\"," + fields + "}", ""), "config.json", hone::bert_family.config);
    return hone::head_of(config, config.label_count());
}

} // namespace

TEST_CASE("a head is what its config says") {
    using kind = hone::head_kind;
    const std::string two = R"("id2label":{"0":"a","1":"b"},)", sequence = R"("architectures":["BertForSequenceClassification"])";
    CHECK(of(two + sequence) == kind::one_label);
    CHECK(of(sequence) == kind::one_label); // two, which the file leaves out
    CHECK(of(two + R"("architectures":null)") == kind::one_label);
    CHECK(of(two + R"("architectures":[])") == kind::one_label);
    CHECK(of(two + R"("problem_type":null)") == kind::one_label);
    CHECK(of(two + R"("problem_type":"single_label_classification")") == kind::one_label);
    CHECK(of(two + R"("architectures":["BertModel"])") == kind::one_label);
    CHECK(of(two + R"("problem_type":"multi_label_classification",)" + sequence) == kind::any_labels);
    CHECK(of(R"("num_labels":1,"problem_type":"multi_label_classification")") == kind::any_labels);
    CHECK(of(two + R"("problem_type":"regression",)" + sequence) == kind::number);
    CHECK(of(R"("num_labels":1)") == kind::number);
    CHECK(of(R"("id2label":{"0":"LABEL_0"},)" + sequence) == kind::number);
    for (const char* other : {"BertForTokenClassification", "BertForMultipleChoice", "BertForNextSentencePrediction", "BertForQuestionAnswering", "BertForIntents", "BertLMHeadModelX"}) {
        CHECK(of(two + R"("architectures":[")" + other + "\"]") == kind::another);
        const auto config = hone::parse_config(hone::parse_json(R"({"model_type":"bert","architectures":[")" + std::string(other) + "\"]}", ""), "", hone::bert_family.config);
        CHECK(hone::head_of(config, 3, false) == kind::one_label); // the classifier is an adapter's
        CHECK(hone::head_of(config, 1, false) == kind::number);
    }
}
