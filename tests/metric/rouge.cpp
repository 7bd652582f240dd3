// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/rouge.hpp>

#include <cmath>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("ROUGE equals rouge-score's, in one go and in parts", "[metric]") {
    const rouge_kind kinds[] = {rouge_kind::rouge1, rouge_kind::rouge2, rouge_kind::rouge_l, rouge_kind::rouge_lsum};
    for (const auto& c : peer_corpora)
        for (int k = 0; k < 8; ++k) {
            rouge whole(kinds[k / 2], k % 2 == 1), part = whole, rest = whole;
            for (std::size_t i = 0; i < c.predictions.size(); ++i) {
                whole.add(c.predictions[i], c.references[i]);
                (i % 2 ? part : rest).add(c.predictions[i], c.references[i]);
            }
            rest.merge(part);
            INFO(c.what << ", row " << k);
            const auto s = whole.score();
            CHECK(std::abs(s.precision - c.rouge[k][0]) < 1e-14);
            CHECK(std::abs(s.recall - c.rouge[k][1]) < 1e-14);
            CHECK(std::abs(s.f1 - c.rouge[k][2]) < 1e-14);
            CHECK(whole.value() == rest.value());
            CHECK(s.support == static_cast<std::int64_t>(c.predictions.size()));
        }
}

TEST_CASE("ROUGE: what is refused", "[metric]") {
    rouge r(rouge_kind::rouge1);
    CHECK(caught([&] { r.value(); }).code == "metric.empty");
    CHECK(caught([&] { r.add("x", peer_texts{}); }).code == "metric.no_reference");
    CHECK(caught([&] { r.merge(rouge(rouge_kind::rouge2)); }).code == "metric.option");
    CHECK(caught([&] { r.merge(rouge(rouge_kind::rouge1, true)); }).code == "metric.option");
}
