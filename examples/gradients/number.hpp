// A number a text: the mean squared error.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/targets.hpp>

#include "options.hpp"

struct gradient_task {
    static constexpr const char* name = "number";
    using model = hone::classify<encoder, hone::classes<1>>;
    using plain = model;
    static constexpr auto loss = [](auto m, auto batch) {
        return hone::squared_error(m(batch.tokens), batch.target);
    };

    static auto read(const gradient_options& o, const hone::wordpiece& tokenizer, long) {
        return hone::encode_numbers(read_rows(o), tokenizer, HONE_POSITIONS);
    }
};
