// Masked words of pairs of texts, and whether the second text follows the first: the sum of the two means.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "options.hpp"
#include "words.hpp"

struct gradient_task {
    static constexpr const char* name = "mlm+nsp";
    using model = hone::predict_words_and_next<encoder>;
    using plain = model;
    static constexpr auto loss = [](auto m, auto batch) {
        const auto rows = m(batch.tokens);
        return mean_of_words(m, rows, batch) +
               hone::cross_entropy(hone::next_scores(m, rows), batch.next);
    };

    static auto read(const gradient_options& o, const hone::wordpiece&, long) {
        return hone::parse_masked<hone::masked_pair_batch>(hone::read_file(o.input), o.input);
    }
};
