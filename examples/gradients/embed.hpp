// Texts and those near them: cross-entropy of each anchor's cosines with all candidates of the batch, times 20.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/contrast.hpp>
#include <hone/layer/embed.hpp>
#include <hone/op/contrast/contrast.hpp>

#include "options.hpp"

/// All texts of a batch in one field: anchors, positives, negatives.
struct sided_batch {
    hone::token_rows tokens;
    hone::groups side;                    ///< anchors and candidates
    std::span<const std::int32_t> anchor; ///< (sequences): 0; of a candidate -100, which no mean counts
    hone::batch_owner owner{};

    HONE_FIELDS(tokens, side, anchor)
};
struct sided_rows : hone::contrast_rows {
    void finish() {
        contrast_rows::finish();
        const auto anchors = anchor.offsets.size() - 1, candidates = candidate.offsets.size() - 1;
        anchor.label.assign(anchors, 0);
        anchor.label.resize(anchors + candidates, -100);
        for (std::size_t i = 0; i < candidates; ++i) {
            const auto first = static_cast<std::size_t>(candidate.offsets[i]);
            const auto count = static_cast<std::size_t>(candidate.offsets[i + 1]) - first;
            anchor.add(std::span<const std::int32_t>(candidate.ids).subspan(first, count), {});
        }
        anchor.groups = {0, static_cast<std::int32_t>(anchors),
                         static_cast<std::int32_t>(anchors + candidates)};
    }
};
struct sided_dataset : hone::contrast_dataset {
    using rows = sided_rows;
    sided_batch batch(const rows& from) const {
        return {.tokens = from.anchor.tokens(),
                .side = {from.anchor.groups},
                .anchor = from.anchor.label};
    }
};

struct gradient_task {
    static constexpr const char* name = "embed";
    using model = hone::embed<encoder>;
    using plain = model;
    using trains = hone::trainable<hone::on<"bert.**">>; ///< the pooler stays as it is
    static constexpr auto loss = [](auto m, auto batch) {
        const auto texts = hone::of_length_one(m(batch.tokens));
        return hone::mean_over(hone::contrast_loss(texts, batch.side, hone::value<"scale", 20>),
                               hone::function<hone::is_label_>{}(batch.anchor));
    };

    static sided_dataset read(const gradient_options& o, const hone::wordpiece& tokenizer, long) {
        return {hone::encode_contrasts(hone::read_contrasts(o.input), tokenizer, HONE_POSITIONS)};
    }
};
