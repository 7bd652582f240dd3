// One label a text: the mean cross-entropy, of what `classify` trains.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../classify/model.hpp"
#include "options.hpp"

struct gradient_task {
    static constexpr const char* name = "classify";
    using plain = plain_classifier;
    using model = text_classifier;
    static constexpr auto loss = classification_loss;

    static auto read(const gradient_options& o, const hone::wordpiece& tokenizer, long) {
        const auto table = read_rows(o);
        return hone::encode(table, tokenizer, hone::label_map::of(table), text_limit);
    }
};
