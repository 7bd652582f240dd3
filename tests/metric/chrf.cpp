// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/chrf.hpp>

#include <cmath>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("chrF equals sacrebleu's, in one go and in parts", "[metric]") {
    const chrf_options options[] = {{}, {.words = 2}, {.lowercase = true}, {.characters = 4, .beta = 1}};
    for (const auto& c : peer_corpora)
        for (int k = 0; k < 4; ++k) {
            chrf whole(options[k]), part(options[k]), rest(options[k]);
            for (std::size_t i = 0; i < c.predictions.size(); ++i) {
                whole.add(c.predictions[i], c.references[i]);
                (i % 2 ? part : rest).add(c.predictions[i], c.references[i]);
            }
            rest.merge(part);
            INFO(c.what << ", options " << k);
            CHECK(std::abs(whole.value() - c.chrf[k]) < 1e-12);
            CHECK(whole.value() == rest.value());
        }
}

TEST_CASE("chrF: what is refused", "[metric]") {
    CHECK(caught([] { chrf().value(); }).code == "metric.empty");
    CHECK(caught([] { chrf().add("x", peer_texts{}); }).code == "metric.no_reference");
    CHECK(caught([] { chrf({.characters = 0}); }).where.name == "characters");
    CHECK(caught([] { chrf({.words = 17}); }).where.name == "words");
    CHECK(caught([] { chrf({.beta = 0}); }).where.name == "beta");
    CHECK(caught([] { chrf().merge(chrf({.words = 2})); }).code == "metric.option");
}
