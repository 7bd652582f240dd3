// Masked words: the mean cross-entropy over them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options.hpp"
#include "words.hpp"

struct gradient_task {
    static constexpr const char* name = "mlm";
    using model = hone::predict_words<encoder>;
    using plain = model;
    static constexpr auto loss = [](auto m, auto batch) {
        return mean_of_words(m, m(batch.tokens), batch);
    };

    static auto read(const gradient_options& o, const hone::wordpiece&, long) {
        return hone::parse_masked<>(hone::read_file(o.input), o.input);
    }
};
