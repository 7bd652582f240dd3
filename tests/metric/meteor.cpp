// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/meteor.hpp>

#include <cmath>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("METEOR equals nltk's without synonyms, in one go and in parts", "[metric]") {
    const meteor_options options[] = {{}, {.alpha = 0.5, .beta = 1, .gamma = 0.25}};
    for (const auto& c : peer_corpora)
        for (int k = 0; k < 2; ++k) {
            meteor whole(options[k]), part(options[k]), rest(options[k]);
            for (std::size_t i = 0; i < c.predictions.size(); ++i) {
                whole.add(c.predictions[i], c.references[i]);
                (i % 2 ? part : rest).add(c.predictions[i], c.references[i]);
            }
            rest.merge(part);
            INFO(c.what << ", options " << k);
            CHECK(std::abs(whole.value() - c.meteor[k]) < 1e-14);
            CHECK(whole.value() == rest.value());
        }
}

TEST_CASE("METEOR: what is refused", "[metric]") {
    CHECK(caught([] { meteor().value(); }).code == "metric.empty");
    CHECK(caught([] { meteor().add("x", peer_texts{}); }).code == "metric.no_reference");
    CHECK(caught([] { meteor({.alpha = 1.5}); }).where.name == "alpha");
    CHECK(caught([] { meteor({.gamma = std::nan("")}); }).where.name == "gamma");
    CHECK(caught([] { meteor().merge(meteor({.beta = 1})); }).code == "metric.option");
}
