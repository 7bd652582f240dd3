// Any number of labels a text: binary cross-entropy on logits, the mean over labels and texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/targets.hpp>

#include "options.hpp"

struct gradient_task {
    static constexpr const char* name = "several";
    using model = hone::classify<encoder, hone::classes<hone::run_time>>;
    using plain = model;
    static constexpr auto loss = [](auto m, auto batch) {
        return hone::binary_cross_entropy(m(batch.tokens), batch.target);
    };

    /// A head may have more classes than there are labels.
    static auto read(const gradient_options& o, const hone::wordpiece& tokenizer, long classes) {
        const auto table = read_rows(o, true);
        auto names = hone::several_labels({&table}).names();
        for (auto k = static_cast<long>(names.size()); k < classes; ++k)
            names.push_back("LABEL_" + std::to_string(k));
        return hone::encode_several(table, tokenizer, hone::label_map(names), HONE_POSITIONS);
    }
};
