// `classify merge`: an adapter into the weights of its model.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/step/compare.hpp>

#include "predict.hpp"

inline int merge(const answer_options& o) {
    hone::check_can_replace(o.out);
    if constexpr (!hone::can_merge<text_classifier>) {
        throw hone::error("merge.nothing", "there is nothing to merge: the folder's adapter changes no weight of its own", {.file = o.adapter}, "a low-rank adapter or IA3", "none");
    } else {
        auto model = load_with(o.model, o.adapter);
        if (model.drawn_head || model.drawn_pooler)
            throw hone::error("predict.untrained", "neither the adapter nor its model has a classifier and a pooler before it", {.file = o.model}, "a trained model", "a checkpoint without a head");
        auto merged = hone::merge(model);
        hone::pretrained<plain_classifier> plain(model.classes());
        plain.copy(merged.model);
        plain.config = model.config;
        plain.task = model.task;
        const hone::wordpiece tokenizer(o.model);
        auto lines = o.input.empty() ? std::vector<std::string>{"how much money is left in my savings account", "please wake me at half past six tomorrow", "a film that should not have been made"}
                                     : lines_of(o.input);
        if (lines.size() > 1000) lines.resize(1000);
        std::vector<std::int32_t> ids, one, offsets{0};
        for (const auto& line : lines) {
            encode_checked(tokenizer, std::string_view(line).substr(0, line.find('\t')), one, {.file = o.input});
            ids.insert(ids.end(), one.begin(), one.end());
            offsets.push_back(static_cast<std::int32_t>(ids.size()));
        }
        hone::team workers(o.threads);
        const auto apart = hone::compare_outputs<hone::token_batch>(model, plain, read_logits, {.tokens = {.ids = ids, .offsets = offsets}}, workers);
        if (!(apart.relative() <= 1e-4))
            throw hone::error("merge.differs", "the merged model answers otherwise; nothing was saved", {.file = o.adapter}, "logits within 1e-4 of the largest", std::to_string(apart.relative()));
        hone::replace_folder(o.out, [&](const std::filesystem::path& folder) {
            hone::save_into(plain, folder, plain.config.labels);
            for (const auto& file : tokenizer.files()) hone::write_atomically(folder / file.name, file.bytes);
        });
        std::printf("merged: on %zu texts the logits differ by at most %.3g of the largest (%.3g)\nsaved to %s\n", lines.size(), apart.relative(), apart.largest, o.out.c_str());
    }
    return 0;
}
