// In-batch contrast: the value by hand, gradients against differences.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/contrast.hpp"
#include "hone/data/batch_types.hpp"
#include "hone/layer/embed.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct texts {
    HONE_PARTS((word, table_of<width<12>>))
    static constexpr auto call(auto self, auto t) {
        return of_length_one(mean_sequence(self.word(t.ids)));
    }
};

} // namespace

TEST_CASE("two anchors, their positives and negatives") {
    parameters<texts, double> model;
    fill(model, 41);
    const testing::tokens text{{2, 3, 1, 4, 2, 5}, words, 71, 2};
    const std::vector<std::int32_t> sides{0, 2, 6}, label{0, 0, -100, -100, -100, -100};
    const contrast_batch batch{.tokens = text.rows(), .sides = {sides}, .label = label};
    team alone(1);
    auto rows = evaluate<contrast_batch>(model, [](auto m, auto b) { return m(b.tokens); }, alone);
    const auto x = rows(batch);
    double sum = 0;
    for (std::size_t a = 0; a < 2; ++a) {
        double total = 0, own = 0;
        for (std::size_t c = 2; c < 6; ++c) {
            double dot = 0;
            for (std::size_t j = 0; j < 12; ++j) dot += x[12 * a + j] * x[12 * c + j];
            total += std::exp(5 * dot);
            if (c == a + 2) own = 5 * dot;
        }
        sum += std::log(total) - own;
    }
    auto step = differentiate<contrast_batch>(
        model, all{},
        [](auto m, auto b) {
            return in_batch_contrast(m(b.tokens), b.sides, b.label, value<"scale", 20>);
        },
        alone);
    step.set<"scale">(5);
    CHECK(step(batch).loss == Approx(sum / 2).epsilon(1e-13));
    const auto found = check_gradients(step, batch, {});
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
}
