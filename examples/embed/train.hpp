// `embed train`: cross-entropy of scaled cosines, each anchor against all candidates of its batch. The pooler stays as it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include "predict.hpp"

#include <hone/data/contrast.hpp>
#include <hone/loss/contrast.hpp>

inline std::atomic<int> interrupted{0};

inline int train(const train_options& o) {
    using clock = std::chrono::steady_clock;
    if (!o.out.empty()) hone::check_replaceable(o.out);
    const auto table = hone::read_contrasts(o.train);
    auto model = hone::load<text_embedder>(o.model);
    for (const auto& n : model.notices) std::printf("note: %s\n", n.text.c_str());
    const hone::wordpiece tokenizer(o.model);
    const auto data = hone::encode_contrasts(table, tokenizer, HONE_POSITIONS);
    std::printf("%zu anchors, %s negatives; %lld texts cut at %d tokens\n", data.examples(), data.negative.size() > 0 ? "with" : "without",
                static_cast<long long>(data.cut), HONE_POSITIONS);

    const hone::sentences_per_batch limit(o.batch_sentences);
    auto run = hone::epochs(static_cast<int>(o.epochs), o.no_shuffle ? hone::batches(data, limit, hone::no_shuffle) : hone::batches(data, limit, hone::seed{o.seed}));
    const long total = static_cast<long>(run.steps());
    hone::team workers(o.threads);
    constexpr hone::trainable<hone::on<"bert.**">> trains;
    auto step = hone::differentiate<hone::contrast_batch>(
        model, trains,
        [](auto m, auto batch) {
            return hone::in_batch_contrast(hone::of_length_one(m(batch.tokens)), batch.sides, batch.label, hone::value<"scale", 20>);
        },
        workers, o.seed);
    step.set<"dropout">(static_cast<float>(o.dropout)).set<"attention_dropout">(static_cast<float>(o.dropout)).set<"scale">(static_cast<float>(o.scale));
    const auto optimizer = hone::chain(hone::clip_by_norm(o.clip), hone::adamw{.rate = hone::linear_warmup(o.rate, static_cast<long>(o.warmup * static_cast<double>(total)), total), .decay = o.decay});
    const auto largest = run.largest();
    step.reserve({static_cast<long>(largest.tokens), static_cast<long>(largest.sequences)});
    auto state = optimizer.start(step.weights());

    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> log(o.log.empty() ? nullptr : std::fopen(o.log.c_str(), "w"), std::fclose);
    const auto require_log = [&](bool written) {
        if (!written) throw hone::error("train.log", "the log cannot be written", {.file = o.log}, "a file with room", std::strerror(errno));
    };
    require_log(o.log.empty() || log);
    for (const int signal : {SIGINT, SIGTERM})
        std::signal(signal, [](int number) {
            if (interrupted.exchange(number)) std::_Exit(128 + number);
        });
    hone::progress show;
    for (auto [epoch, n, batch] : run) {
        const auto before = clock::now();
        const double rate = optimizer.rate(state.step);
        const auto [loss, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        const auto tokens = static_cast<long>(batch.tokens.ids.size());
        if (log)
            require_log(std::fprintf(log.get(), "{\"step\": %d, \"epoch\": %d, \"loss\": %s, \"rate\": %s, \"gradient_norm\": %s, \"tokens\": %ld, \"seconds\": %.6f}\n", n, epoch,
                                     shortest(loss).c_str(), shortest(rate).c_str(), shortest(state.gradient_norm).c_str(), tokens,
                                     std::chrono::duration<double>(clock::now() - before).count()) > 0 &&
                        std::fflush(log.get()) == 0);
        show({epoch, o.epochs, n, total, loss, rate, tokens});
        if (interrupted || n + 1 == o.steps) break;
    }
    show.pause();
    if (!o.out.empty()) {
        hone::replace_folder(o.out, [&](const std::filesystem::path& folder) {
            hone::save_into(model, folder, {});
            for (const auto& file : tokenizer.files()) hone::write_atomically(folder / file.name, file.bytes);
        });
        std::printf("saved to %s; in Python: transformers.AutoModel.from_pretrained(\"%s\")\n", o.out.c_str(), o.out.c_str());
    }
    return interrupted ? 128 + interrupted : 0;
}
