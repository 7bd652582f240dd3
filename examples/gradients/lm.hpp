// The next word of decoders: the mean cross-entropy over all tokens that have a label.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../decoder_model.hpp"
#include "options.hpp"

struct gradient_task {
    static constexpr const char* name = "lm";
    using model = text_decoder;
    using plain = plain_decoder;
    using trains = hone::trainable<HONE_TRAINABLE>;
    static constexpr auto loss = next_word_loss;

    template <class T>
    static auto load(const gradient_options& o) {
        return load_decoder<T>(o.model, o.adapter);
    }
    static auto read(const gradient_options& o) {
        return hone::parse_next_words(hone::read_file(o.input), o.input);
    }
};
