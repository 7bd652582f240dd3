// The room of data: text in, batches out. This header has what a classifier of texts needs; the other tasks include theirs (docs/data.md).
//     a file      -> text_table   tsv, csv, json_lines, read_table: texts, labels, line numbers; nothing guessed, nothing skipped unasked
//     text_table  -> text_table   stratified_split; label_map, rare_labels, similar_labels, duplicates, shared_texts, look_over look at one
//     text_table  -> dataset      encode: token ids end to end, labels as numbers
//     dataset     -> text_batch   epochs(count, batches(dataset, tokens_per_batch | sentences_per_batch, seed | no_shuffle))
// For decoders, in headers that are included by themselves:
//     a text       -> document_rows  document_rows.hpp: documents, cut and packed to a length
//     JSON lines   -> document_rows  completions.hpp: prompts with completions, chats (chat_form.hpp)
// A dataset is plain vectors: whoever has ids and offsets from elsewhere fills them in and goes on from there.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/data/batch_types.hpp"
#include "hone/data/batches.hpp"
#include "hone/data/dataset.hpp"
#include "hone/data/delimited.hpp"
#include "hone/data/epochs.hpp"
#include "hone/data/json_lines.hpp"
#include "hone/data/label.hpp"
#include "hone/data/label_order.hpp"
#include "hone/data/notices.hpp"
#include "hone/data/read_table.hpp"
#include "hone/data/similar_labels.hpp"
#include "hone/data/split.hpp"
#include "hone/data/table.hpp"
