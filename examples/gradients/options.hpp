// What `gradients` is told, and what its tasks share.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../encoder.hpp"
#include "attack.hpp"

struct gradient_options {
    std::string task = "classify", model, adapter, input, head, precision = "f32", out;
    int pair = 0; ///< column of the second text; 0: none
    long length = 384, stride = 128; ///< of windows
    int threads = 0;
    attack against; ///< of adversarial training
};

/// The table of a TSV: the text in column 0, perhaps a second one, the label in the last column.
inline hone::text_table read_rows(const gradient_options& o, bool empty_labels = false) {
    hone::table_options how;
    how.empty_labels = empty_labels;
    if (o.pair == 0) return hone::tsv(o.input, hone::text_column{0}, hone::label_column{1}, how);
    how.second = hone::column(o.pair);
    return hone::tsv(o.input, hone::text_column{0}, hone::label_column{hone::column::last()}, how);
}
