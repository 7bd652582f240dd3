// `tag train`: reads sentences, fine-tunes every weight, watches others, reports entities, saves.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include <hone/metric/entity_report.hpp>

#include "../head.hpp"
#include "predict.hpp"

/// Sentences of a file in IOB2, and what was found out about their tags.
struct sentences {
    hone::sentence_table table;
    hone::tag_convention scheme = hone::tag_convention::plain;
    hone::tagged_dataset data;
};
inline sentences read_sentences(const tag_options& o, const std::string& path) {
    sentences s;
    if (path.empty()) return s;
    s.table = hone::conll(path, {.token = o.token, .tag = o.tag});
    if (!s.table.tagged())
        throw hone::error("data.missing_column", "no column of tags", {.file = path}, "words and tags", "words");
    s.scheme = hone::settle_tags(s.table);
    for (const auto& n : s.table.notices) std::printf("note: %s\n", n.text.c_str());
    return s;
}

/// Entities as conlleval counts them; of plain tags the share of words that are right.
template <class Program>
double judge(Program& program, const sentences& on, const std::vector<std::string>& names, bool say) {
    hone::entity_report entities;
    long right = 0, all = 0;
    const bool plain = on.scheme == hone::tag_convention::plain;
    tag_sentences(program, on.data, on.table, [&](std::size_t i, const word_logits& logits) {
        const auto wanted = on.table.tags_of(i);
        std::vector<std::string> found;
        for (std::size_t w = 0; w < wanted.size(); ++w) {
            found.push_back(best_tag(logits[w], names));
            right += found.back() == wanted[w];
            if (found.back().empty()) found.back() = "O";
        }
        all += static_cast<long>(wanted.size());
        if (!plain) entities.add(wanted, found);
    });
    const double share = static_cast<double>(right) / static_cast<double>(all);
    if (say) {
        const auto row = [](const std::string& name, const hone::scores& s) {
            std::printf("%20s  precision %.4f  recall %.4f  f1 %.4f  support %lld\n", name.c_str(), s.precision, s.recall, s.f1, static_cast<long long>(s.support));
        };
        for (const auto& type : entities.types()) row(type, entities.of_type(type));
        if (!plain) row("micro average", entities.over_types(hone::average::micro));
        std::printf("%20s  %.4f of %ld\n", "words right", share, all);
    }
    return plain ? share : entities.value();
}

inline std::string shortest(double v) {
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, v).ptr};
}

/// One JSON object a step, where a log is asked for.
class step_log {
public:
    explicit step_log(const std::string& path) : path_(path) {
        if (!path.empty() && !(file_ = std::fopen(path.c_str(), "w"))) fail();
    }
    step_log(const step_log&) = delete;
    ~step_log() { if (file_) std::fclose(file_); }
    void add(long step, long epoch, double loss, double rate, double norm, long tokens, double seconds) {
        if (file_)
            std::fprintf(file_, "{\"step\": %ld, \"epoch\": %ld, \"loss\": %s, \"rate\": %s, \"gradient_norm\": %s, \"tokens\": %ld, \"seconds\": %.6f}\n", step, epoch,
                         shortest(loss).c_str(), shortest(rate).c_str(), shortest(norm).c_str(), tokens, seconds);
    }
    void close() {
        if (file_ && std::fclose(std::exchange(file_, nullptr)) != 0) fail();
    }

private:
    [[noreturn]] void fail() const {
        throw hone::error("train.log", "the log cannot be written", {.file = path_}, "a file that can be made", std::strerror(errno));
    }
    std::string path_;
    std::FILE* file_ = nullptr;
};

inline void save(hone::pretrained<tagger>& model, const hone::wordpiece& tokenizer, const std::string& out, const std::vector<std::string>& names) {
    hone::replace_folder(out, [&](const std::filesystem::path& folder) {
        hone::save_into(model, folder, names);
        for (const auto& file : tokenizer.files()) hone::write_atomically(folder / file.name, file.bytes);
    });
    std::printf("saved to %s; in Python:\n"
                "    from transformers import pipeline\n"
                "    tagger = pipeline(\"token-classification\", model=\"%s\")\n",
                out.c_str(), out.c_str());
}

inline int train(const tag_options& o) {
    using clock = std::chrono::steady_clock;
    if (!o.out.empty()) hone::check_replaceable(o.out);
    auto examples = read_sentences(o, o.train), dev = read_sentences(o, o.dev), test = read_sentences(o, o.test);
    const auto labels = hone::sentence_table::labels({&examples.table, &dev.table});
    auto names = labels.names();
    const long classes = o.head.empty() ? static_cast<long>(names.size()) : head_classes<tagger>(o.head);
    if (classes < static_cast<long>(names.size()))
        throw hone::error("head.too_small", "the head has fewer classes than there are labels", {.file = o.head}, "at least " + std::to_string(names.size()), std::to_string(classes));
    while (static_cast<long>(names.size()) < classes) names.push_back("LABEL_" + std::to_string(names.size()));
    const auto config = hone::read_config(std::filesystem::path(o.model) / "config.json", hone::family<encoder>::published.config);
    const bool new_head = !o.head.empty() || config.labels != names; // no row that was trained for one label is used for another
    auto model = hone::load<tagger>(o.model, classes, o.seed, new_head);
    for (const auto& n : model.notices) std::printf("note: %s\n", n.text.c_str());
    if (!o.head.empty()) read_head<tagger>(model, o.head);
    const hone::wordpiece tokenizer(o.model);
    for (auto* s : {&examples, &dev, &test})
        if (s->table.size() > 0) s->data = hone::encode(s->table, tokenizer, labels, HONE_POSITIONS);
    std::printf("%zu sentences to train, %zu to watch, %zu for the report; %d labels\n", examples.table.size(), dev.table.size(), test.table.size(), labels.size());

    const auto packed = [&](auto limit) { return o.no_shuffle ? hone::batches(examples.data, limit, hone::no_shuffle) : hone::batches(examples.data, limit, hone::seed{o.seed}); };
    auto run = hone::epochs(static_cast<int>(o.epochs), o.batch_tokens > 0 ? packed(hone::tokens_per_batch(static_cast<std::int32_t>(o.batch_tokens)))
                                                                           : packed(hone::sentences_per_batch(static_cast<std::int32_t>(o.batch_sentences))));
    const long total = static_cast<long>(run.steps()), per_epoch = static_cast<long>(run.steps_per_epoch());
    hone::team workers(o.threads);
    auto step = training_step_of(model, workers, o.seed);
    step.set<"dropout">(static_cast<float>(o.dropout)).set<"attention_dropout">(static_cast<float>(o.dropout));
    step.reserve({static_cast<long>(run.largest().tokens), static_cast<long>(run.largest().sequences)});
    const auto optimizer = hone::chain(hone::clip_by_global_norm(o.clip), hone::adamw{.rate = hone::linear_warmup(o.rate, static_cast<long>(o.warmup * static_cast<double>(total)), total), .decay = o.decay});
    auto state = optimizer.start(step.weights());
    hone::best_weights best(model);
    auto program = logits_program(model, workers);
    step_log log(o.log);
    hone::progress show;
    for (auto [epoch, n, batch] : run) {
        const auto before = clock::now();
        const double rate = optimizer.rate(state.step);
        const auto [loss, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        const auto tokens = static_cast<long>(batch.tokens.ids.size()), now = static_cast<long>(n);
        log.add(now, static_cast<long>(epoch), loss, rate, state.gradient_norm, tokens, std::chrono::duration<double>(clock::now() - before).count());
        show({static_cast<long>(epoch), o.epochs, now, total, loss, rate, tokens});
        if ((now + 1) % per_epoch == 0 && dev.data.size() > 0) {
            const double score = judge(program, dev, names, false);
            show.pause();
            std::printf("epoch %ld: %.4f on %zu sentences to watch%s\n", static_cast<long>(epoch) + 1, score, dev.data.size(), best.offer(score, static_cast<long>(epoch)) ? " (the best so far)" : "");
        }
        if (now + 1 == o.steps) break;
    }
    show.pause();
    log.close();
    if (best.epoch() >= 0) best.restore();
    if (const auto& judged = test.data.size() > 0 ? test : dev; judged.data.size() > 0) judge(program, judged, names, true);
    if (!o.out.empty()) save(model, tokenizer, o.out, names);
    return 0;
}
