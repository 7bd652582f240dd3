// Texts and those near them: cross-entropy of each anchor's cosines with all candidates of the batch, times 20.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/contrast.hpp>
#include <hone/layer/embed.hpp>
#include <hone/loss/contrast.hpp>

#include "options.hpp"

struct gradient_task {
    static constexpr const char* name = "embed";
    using model = hone::embed<encoder>;
    using plain = model;
    using trains = hone::trainable<hone::on<"bert.**">>; ///< the pooler stays as it is
    static constexpr auto loss = [](auto m, auto batch) {
        return hone::in_batch_contrast(hone::of_length_one(m(batch.tokens)), batch.sides, batch.label, hone::value<"scale", 20>);
    };

    static hone::contrast_dataset read(const gradient_options& o, const hone::wordpiece& tokenizer, long) {
        return hone::encode_contrasts(hone::read_contrasts(o.input), tokenizer, HONE_POSITIONS);
    }
};
