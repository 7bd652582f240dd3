// tag: fine-tune an encoder to label words, and ask it afterwards.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include <hone/data/tagged.hpp>
#include <hone/file/json.hpp>
#include <hone/layer/tag.hpp>
#include <hone/loop/word_logits.hpp>
#include <hone/metric/entity_table.hpp>

#include "../training.hpp"

using tagger = hone::tag<encoder, hone::classes<hone::run_time>>;

struct tag_options : training_options {
    std::string input;
    int token = 0, tag = -1;
    bool logits = false;
};

/// Sentences of a file in IOB2, and what was found out about their tags.
struct sentences {
    hone::sentence_table table;
    hone::tag_convention scheme = hone::tag_convention::plain;
    hone::tagged_dataset data;
};
static sentences read_sentences(const tag_options& o, const std::string& path) {
    sentences s;
    if (path.empty()) return s;
    s.table = hone::conll(path, {.token = o.token, .tag = o.tag});
    if (!s.table.tagged()) throw hone::error("data.missing_column", "no column of tags", {.file = path}, "words and tags", "words");
    s.scheme = hone::settle_tags(s.table);
    say(s.table.notices);
    return s;
}

/// F1 of the entities as conlleval counts them; of plain tags the share of words that are right.
template <class Program>
double judge(Program& program, const sentences& on, const std::vector<std::string>& names, bool print) {
    hone::entity_report entities;
    long right = 0, all = 0;
    const bool plain = on.scheme == hone::tag_convention::plain;
    hone::each_sentence(program, on.data, on.table, [&](std::size_t i, const auto& logits) {
        const auto wanted = on.table.tags_of(i);
        std::vector<std::string> found;
        for (std::size_t w = 0; w < wanted.size(); ++w, ++all) {
            found.push_back(hone::best_name(logits[w], names));
            right += found.back() == wanted[w];
            if (found.back().empty()) found.back() = "O";
        }
        if (!plain) entities.add(wanted, found);
    });
    const double share = static_cast<double>(right) / static_cast<double>(all);
    if (print && !plain) std::fputs(hone::entity_table(entities).c_str(), stdout);
    if (print) std::printf("words right: %.4f of %ld\n", share, all);
    return plain ? share : entities.value();
}

static int train(const tag_options& o) {
    begin_training(o);
    auto examples = read_sentences(o, o.train), dev = read_sentences(o, o.dev), test = read_sentences(o, o.test);
    const auto labels = hone::sentence_table::labels({&examples.table, &dev.table});
    auto names = names_for_head<tagger>(o, labels.names());
    auto model = start_model<tagger>(o, static_cast<long>(names.size()), !has_labels(o, names));
    const hone::wordpiece tokenizer(o.model);
    for (auto* s : {&examples, &dev, &test})
        if (s->table.size() > 0) s->data = hone::encode(s->table, tokenizer, labels, HONE_POSITIONS);
    std::printf("%zu sentences to train, %zu to watch, %zu for the report; %d labels\n", examples.table.size(), dev.table.size(),
                test.table.size(), labels.size());
    hone::team workers(o.threads);
    auto step = training_step_of<hone::tagged_batch>(model, workers, o.seed,
                                                     [](auto m, auto batch) { return hone::cross_entropy(m(batch.tokens), batch.label); });
    auto program = logits_of(model, workers);
    watched watch{dev.scheme == hone::tag_convention::plain ? "words right" : "F1"};
    if (dev.data.size() > 0) watch.score = [&] { return judge(program, dev, names, false); };
    return run_training(o, examples.data, model, step, workers, watch, saver(model, tokenizer, names), [&] {
        const auto& judged = test.data.size() > 0 ? test : dev;
        if (judged.data.size() > 0) judge(program, judged, names, true);
    });
}

/// A JSON object a sentence; null for words that have no piece within the model's length.
static int predict(const tag_options& o) {
    auto model = trained_model<tagger>(o.model, "tag");
    const hone::wordpiece tokenizer(o.model);
    auto table = hone::conll(o.input, {.token = o.token, .tag = o.token});
    const auto data = hone::encode(table, tokenizer, {}, HONE_POSITIONS);
    hone::team workers(o.threads);
    auto program = logits_of(model, workers);
    hone::each_sentence(program, data, table, [&](std::size_t i, const auto& logits) {
        const auto words = table.words_of(i);
        const auto list = [&](const char* name, auto part) {
            std::string text = std::string("\"") + name + "\": [";
            for (std::size_t w = 0; w < words.size(); ++w) text += (w ? ", " : "") + part(w);
            return text + "]";
        };
        auto line = "{" + list("words", [&](auto w) { return hone::json_quoted(words[w]); });
        line += ", " + list("tags", [&](auto w) {
                    if (logits[w].empty()) return std::string("null");
                    return hone::json_quoted(hone::best_name(logits[w], model.config.labels));
                });
        if (o.logits) line += ", " + list("logits", [&](auto w) { return logits[w].empty() ? "null" : numbers_in_brackets(logits[w]); });
        std::puts((line += '}').c_str());
    });
    return 0;
}

static int run(std::string_view verb, int argc, char** argv, char** whole) {
    tag_options o;
    const bool trains = verb == "train";
    command_line line("tag " + std::string(verb), trains ? "Fine-tunes an encoder to give each word of a sentence a label, and "
                                                           "saves a folder that Python's transformers opens."
                                                         : "Labels the words of each sentence: one JSON object a sentence.");
    const auto* columns = "columns parted by blanks or tabs, an empty line between sentences";
    if (trains) {
        add_training_options(line, o, columns, "sentences to watch; the best epoch is kept");
        line.add("test", "FILE", o.test, "sentences for the last report");
        line.add("tag", "N", o.tag, "column of the tags, like --token", -1000, 1000);
    } else {
        add_answer_options(line, o, columns);
        line.flag("logits", o.logits, "all logits of each word, in the order of the labels");
    }
    line.add("token", "N", o.token, "column of the words, from 0; below 0: from the last", -1000, 1000);
    const int code = read_training_options(line, o, argc, argv);
    if (code >= 0) return code;
    become(variant_of_precision(o.precision), "tag", whole);
    return trains ? train(o) : predict(o);
}

int main(int argc, char** argv) {
    return program_main("tag",
                        "usage: tag train|predict [options]\n\n"
                        "  train     fine-tune a checkpoint on sentences with a tag a word\n"
                        "  predict   label the words of each sentence of a file\n\n"
                        "tag train --help lists what train takes, and so on.\n",
                        {"train", "predict"}, argc, argv, run);
}
HONE_COMPACT_END
