// A label a word, on its first piece: the mean cross-entropy over all labelled pieces.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/tagged.hpp>
#include <hone/layer/tag.hpp>

#include "options.hpp"

struct gradient_task {
    static constexpr const char* name = "tag";
    using model = hone::tag<encoder, hone::classes<hone::run_time>>;
    using plain = model;
    static constexpr auto loss = [](auto m, auto batch) {
        return hone::cross_entropy(m(batch.tokens), batch.label);
    };

    static auto read(const gradient_options& o, const hone::wordpiece& tokenizer, long) {
        auto table = hone::conll(o.input);
        hone::settle_tags(table);
        auto labels = hone::label_map::sorted(table.tags);
        return hone::encode(table, tokenizer, std::move(labels), HONE_POSITIONS);
    }
};
