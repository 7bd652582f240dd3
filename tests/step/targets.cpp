// Real targets whose number is that of the model's classes, known when it runs.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <vector>

#include <hone/layer/compose.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/loss/binary.hpp>
#include <hone/step/differentiate.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

namespace {

struct scored {
    HONE_PARTS((word, embedding<vocabulary<5>, width<4>>),
               (head, linear<width<4>, classes<run_time>>))
    static constexpr auto call(auto self, token_field auto t) {
        return self.head(mean_sequence(self.word(t.ids)));
    }
};
struct scored_batch {
    token_rows tokens;
    real_rows<run_time> target;
    HONE_FIELDS(tokens, target)
};
constexpr auto several = [](auto m, auto b) {
    return binary_cross_entropy(m(b.tokens), b.target);
};

} // namespace

TEST_CASE("a target for each class of the model, however many it has") {
    const std::array<std::int32_t, 3> ids{1, 2, 3};
    const std::array<std::int32_t, 3> offsets{0, 1, 3};
    for (const long count : {2l, 3l}) {
        parameters<scored, double> model(count);
        model.initialize(1);
        team alone(1);
        auto logits = evaluate<scored_batch>(
            model, [](auto m, auto b) { return m(b.tokens); }, alone);
        auto step = differentiate<scored_batch>(model, trainable<on<"**">>{}, several, alone, 1);
        std::vector<float> target(static_cast<std::size_t>(2 * count));
        for (std::size_t i = 0; i < target.size(); ++i) target[i] = i % 3 == 0;
        const scored_batch batch{{ids, offsets, {}}, {target}};
        double sum = 0;
        const auto rows = logits(batch);
        REQUIRE(rows.size() == target.size());
        for (std::size_t i = 0; i < target.size(); ++i)
            sum += std::log1p(std::exp(rows[i])) - static_cast<double>(target[i]) * rows[i];
        const double loss = step(batch).loss;
        CHECK(std::abs(loss - sum / static_cast<double>(target.size())) < 1e-12);
        target.pop_back();
        CHECK(caught([&] { step(scored_batch{{ids, offsets, {}}, {target}}); }).code ==
              "step.rows_differ");
    }
}
