// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/bleu.hpp>

#include <cmath>
#include <limits>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

namespace {

bool near(double a, double b) { return std::abs(a - b) <= 1e-13 * std::max(1.0, std::abs(b)); }

} // namespace

TEST_CASE("BLEU equals sacrebleu's, in one go and in parts", "[metric]") {
    const bleu_options options[] = {{},
                                    {.lowercase = true},
                                    {.smooth = bleu_smoothing::none},
                                    {.smooth = bleu_smoothing::add_k},
                                    {.smooth = bleu_smoothing::floor},
                                    {.order = 2},
                                    {.effective_order = true}};
    for (const auto& c : peer_corpora)
        for (int k = 0; k < 7; ++k) {
            bleu whole(options[k]), part(options[k]), rest(options[k]);
            for (std::size_t i = 0; i < c.predictions.size(); ++i) {
                whole.add(c.predictions[i], c.references[i]);
                (i % 2 ? part : rest).add(c.predictions[i], c.references[i]);
            }
            rest.merge(part);
            INFO(c.what << ", options " << k);
            CHECK(near(whole.value(), c.bleu[k]));
            CHECK(whole.value() == rest.value());
            if (k > 0) continue;
            const auto s = whole.score();
            for (std::size_t n = 0; n < 4; ++n) CHECK(near(s.precisions[n], c.precisions[n]));
            CHECK(near(s.brevity_penalty, c.brevity_penalty));
            CHECK(s.predicted_length == c.predicted_length);
            CHECK(s.reference_length == c.reference_length);
        }
}

TEST_CASE("The reference length is the nearest, of two as near the shorter", "[metric]") {
    bleu b;
    b.add("1 2 3", peer_texts{"1 2 3 4", "1 2", "1 2 3 4 5"});
    CHECK(b.score().reference_length == 2);
}

TEST_CASE("BLEU: what is refused", "[metric]") {
    CHECK(caught([] { bleu().value(); }).code == "metric.empty");
    CHECK(caught([] { bleu().add("x", peer_texts{}); }).code == "metric.no_reference");
    CHECK(caught([] { bleu({.order = 0}); }).where.name == "order");
    CHECK(caught([] { bleu({.order = 17}); }).code == "metric.option");
    CHECK(caught([] { bleu({.smooth_value = std::nan("")}); }).where.name == "smooth_value");
    CHECK(caught([] { bleu().merge(bleu({.lowercase = true})); }).code == "metric.option");
}
