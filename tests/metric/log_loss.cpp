// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/log_loss.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;
using row = std::vector<double>;

TEST_CASE("Log-loss equals scikit-learn's, in one go and in parts", "[metric]") {
    log_loss whole, part, rest;
    for (std::size_t i = 0; i < peer_kinds.size(); ++i) {
        whole.add(peer_kinds[i], std::span(peer_rows[i]));
        (i % 3 ? part : rest).add(peer_kinds[i], std::span(peer_rows[i]));
    }
    rest.merge(part);
    CHECK(std::abs(whole.value() - peer_log_loss) < 1e-14);
    CHECK(whole.value() == rest.value());
    log_loss certain;
    certain.add(1, std::span<const double>(row{1, 0}));
    CHECK(certain.value() == 52 * std::log(2.0));
}

TEST_CASE("Log-loss: what is refused", "[metric]") {
    log_loss l;
    const auto add = [&](std::int32_t label, const row& p) { return caught([&] { l.add(label, std::span(p)); }); };
    CHECK(caught([&] { l.value(); }).code == "metric.empty");
    CHECK(add(0, {}).code == "metric.empty");
    CHECK(add(2, {0.5, 0.5}).code == "metric.class_range");
    CHECK(add(-1, {0.5, 0.5}).code == "metric.class_range");
    CHECK(add(0, {0.5, std::nan("")}).code == "metric.not_a_number");
    CHECK(add(0, {1.5, -0.5}).code == "metric.not_probabilities");
    CHECK(add(0, {0.5, 0.4}).expected == "a sum of 1");
    CHECK(add(ignored_label, {7}).code == "nothing was thrown");
    CHECK(add(0, {0.5, 0.5}).code == "nothing was thrown");
    CHECK(add(0, {0.5, 0.25, 0.25}).code == "metric.classes");
    log_loss three;
    three.add(0, std::span<const double>(row{0.5, 0.25, 0.25}));
    CHECK(caught([&] { l.merge(three); }).code == "metric.classes");
    CHECK(l.value() == std::log(2.0));
}

TEST_CASE("Perplexity: of tokens, of sums, in parts; infinite, refused", "[metric]") {
    perplexity whole, part, rest;
    const row p{-0.1, -2.5, -0.7, -3.25};
    whole.add(std::span(p));
    part.add(p[3]);
    part.add(p[1]);
    rest.add_sum(p[0], 1);
    rest.add(p[2]);
    rest.merge(part);
    CHECK(std::abs(whole.value() - std::exp(6.55 / 4)) < 1e-14);
    CHECK(whole.value() == rest.value());
    CHECK(rest.tokens() == 4);
    CHECK(caught([] { perplexity().value(); }).expected == "at least 1 tokens");
    CHECK(caught([&] { whole.add(std::nan("")); }).code == "metric.not_a_number");
    CHECK(caught([&] { whole.add(0.5); }).code == "metric.not_probabilities");
    CHECK(caught([&] { whole.add_sum(-1, -1); }).code == "metric.not_probabilities");
    whole.add(-std::numeric_limits<double>::infinity());
    CHECK(std::isinf(whole.value()));
    part.merge(whole);
    CHECK(std::isinf(part.value()));
}
