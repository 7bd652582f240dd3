// answer: fine-tune an encoder to find answers in texts (SQuAD 1.1 and 2.0), and ask it afterwards.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include "questions.hpp"

struct window_options {
    long length = 384, stride = 128;

    void add_to(command_line& line) {
        line.add("length", "N", length,
                 "tokens of a window, the question and special tokens included", 8, HONE_POSITIONS);
        line.add("stride", "N", stride, "tokens of the context that neighbouring windows share", 0,
                 HONE_POSITIONS);
    }
    hone::window_options operator()() const {
        return {static_cast<std::size_t>(length), static_cast<std::size_t>(stride)};
    }
};
struct predict_options {
    std::string model, input, out, n_best;
    window_options windows;
    long longest = 30, count = 20;
    double threshold = 0;
    bool logits = false;
    int threads = 0;
};

static int train(const training_options& o, const hone::window_options& windows) {
    if (!o.out.empty()) hone::check_replaceable(o.out);
    const hone::wordpiece tokenizer(o.model);
    const asked questions(o.train, tokenizer, windows);
    std::unique_ptr<asked> dev;
    if (!o.dev.empty()) dev = std::make_unique<asked>(o.dev, tokenizer, windows);
    if (questions.data.cut_answers > 0)
        std::printf("note: of %lld questions no window holds the whole answer\n",
                    static_cast<long long>(questions.data.cut_answers));
    auto model = start_model<question_answerer>(o);
    hone::team workers(o.threads);
    auto step =
        training_step_of<hone::answer_batch>(model, workers, o.seed, [](auto m, auto batch) {
            const auto s = m(batch.tokens);
            return hone::scaled<1, 2>(
                       hone::position_cross_entropy(hone::start_scores(s), batch.start)) +
                   hone::scaled<1, 2>(hone::position_cross_entropy(hone::end_scores(s), batch.end));
        });
    auto program = scores_program(model, workers);
    watched watch{"F1", {}};
    if (dev)
        watch.score = [&] { return figures(*dev, search(program, *dev, {}, [](auto...) {})).f1; };
    const int code = go_through_epochs(o, questions.data, model, step, workers, watch);
    return code >= 0 ? code : save_trained(o, model, tokenizer);
}

static int predict(const predict_options& o) {
    const hone::wordpiece tokenizer(o.model);
    const asked questions(o.input, tokenizer, o.windows());
    auto model = trained_model<question_answerer>(o.model, "answer");
    hone::team workers(o.threads);
    auto program = scores_program(model, workers);
    const hone::answer_options options{static_cast<std::size_t>(o.longest),
                                       o.n_best.empty() ? 1 : static_cast<std::size_t>(o.count),
                                       o.threshold};
    const auto found = search(
        program, questions, options,
        [&](std::size_t window, std::span<const float> start, std::span<const float> end) {
            if (!o.logits) return;
            const auto& data = questions.data;
            const auto id = hone::json_quoted(
                questions.table.questions[static_cast<std::size_t>(data.question[window])].id);
            std::printf("{\"id\":%s,\"ids\":%s,\"types\":%s,\"start\":%s,\"end\":%s}\n", id.c_str(),
                        numbers_in_brackets(data.tokens(window)).c_str(),
                        numbers_in_brackets(data.types_of(window)).c_str(),
                        numbers_in_brackets(start).c_str(), numbers_in_brackets(end).c_str());
        });
    if (!o.out.empty()) hone::write_atomically(o.out, predictions(questions, found));
    else if (!o.logits) std::fputs(predictions(questions, found).c_str(), stdout);
    if (!o.n_best.empty()) hone::write_atomically(o.n_best, n_best(questions, found));
    if (const auto all = figures(questions, found); all.questions > 0)
        std::fprintf(stderr, "exact match %.2f, F1 %.2f of %lld questions\n", all.exact_match,
                     all.f1, static_cast<long long>(all.questions));
    return 0;
}

static int run(std::string_view verb, int argc, char** argv, char** whole) {
    if (verb == "train") {
        training_options o;
        window_options windows;
        command_line line("answer train", "Fine-tunes an encoder to find answers in texts and "
                                          "saves a folder that Python's transformers opens.");
        add_training_options(
            line, o, "questions with their answers, in SQuAD's JSON, 1.1 or 2.0",
            "questions to watch while training: F1 after each epoch, the best weights are kept");
        windows.add_to(line);
        if (const int code = line.read(argc, argv); code >= 0) return code;
        become(variant_of_precision(o.precision), "answer", whole);
        return train(o, windows());
    }
    predict_options o;
    command_line line("answer predict", "Answers the questions of a file.");
    line.add("model", "DIR", o.model, "a folder that train saved").required();
    line.add("input", "FILE", o.input,
             "questions, in SQuAD's JSON; answers that stand there are compared")
        .required();
    line.add("out", "FILE", o.out,
             "file for the answers, as {\"id\": \"text\", ...}; without it and --logits they are "
             "printed");
    line.add("n-best", "FILE", o.n_best,
             "file for the best answers of each question with their scores; \"\" is no answer");
    line.add("count", "N", o.count, "how many of them", 1, 10000);
    line.add("longest", "N", o.longest, "tokens of an answer at most", 1, HONE_POSITIONS);
    line.add("threshold", "X", o.threshold,
             "no answer (2.0) where its score is above the best answer's by more than this", -1e30,
             1e30);
    o.windows.add_to(line);
    line.flag("logits", o.logits, "a JSON object a window: id, ids, types, start, end");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    if (const int code = line.read(argc, argv); code >= 0) return code;
    become({}, "answer", whole);
    return predict(o);
}

int main(int argc, char** argv) {
    return program_main("answer",
                        "usage: answer train|predict [options]\n\n"
                        "  train     fine-tune a checkpoint on questions with answers and save it\n"
                        "  predict   answer the questions of a file\n\n"
                        "answer train --help lists what train takes, and so on.\n",
                        {"train", "predict"}, argc, argv, run);
}
HONE_COMPACT_END
