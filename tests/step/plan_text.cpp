// A plan as text: every stage is there, and a value can be followed from the graph to its columns.
// SPDX-License-Identifier: Apache-2.0
#include "hone/step/plan_text.hpp"
#include "step/gated.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("the text of a plan follows a value through all stages") {
    parameters<gated_model> model(3);
    team workers(1);
    auto step = differentiate<pair_batch>(model, all{}, loss_of_classes, workers);
    const std::string text = plan_text<decltype(step)>(3);
    const auto has = [&](std::string_view part, std::size_t from =
        0) { return text.find(part, from) != text.npos; };
    std::size_t at = 0;
    for (std::string_view stage : {"1. The graph", "2. Demand", "3. The derivative", "4. Groups",
        "5. Bytes: "}) {
        const auto found = text.find(stage, at);
        INFO(stage);
        REQUIRE(found != text.npos);
        at = found;
    }
    CHECK(has("gather(word.weight, left): 12 columns, left"));
    CHECK(has("layers of block"));
    CHECK(has("blocks.*.*.attend.query.weight"));
    CHECK(has("classes columns, sequences"));
    const auto groups = text.find("4. Groups");
    const auto derivative = text.find("3. The derivative");
    // the head's product, by its number
    const auto head = text.rfind(" = product(", text.find("head.weight", derivative));
    const auto begin = text.rfind('%', head);
    const std::string number = text.substr(begin, head - begin);
    CHECK(has("product " + number + "\n", groups));
    CHECK(has(number + ": scratch, columns ", groups));
    CHECK(has("into the gradient of head.weight", derivative));
    CHECK(has(": the gradient of head.weight", groups));
    const auto plan = decltype(step)::plan_for(3);
    CHECK(has("5. Bytes: " + std::to_string(plan.per_block_of_tokens) + " for 96 tokens"));
}
