// answer: fine-tune an encoder to find answers in texts (SQuAD 1.1 and 2.0), and ask it afterwards.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include <hone/layer/answer.hpp>
#include <hone/loop/found_answers.hpp>
#include <hone/loss/position.hpp>

#include "../training.hpp"

struct question_answerer : hone::answer<encoder> {};

struct question_options : training_options {
    std::string input, n_best;
    long length = 384, stride = 128, longest = 30, count = 20;
    double threshold = 0;
    bool logits = false;
};

static hone::asked_questions read_questions(const std::string& path, const question_options& o, const hone::wordpiece& tokenizer) {
    auto table = hone::squad(path);
    for (const auto& n : table.notices) std::fprintf(stderr, "note: %s\n", hone::printable(n.text).c_str());
    auto data =
        hone::encode(table, tokenizer, hone::window_options{static_cast<std::size_t>(o.length), static_cast<std::size_t>(o.stride)});
    return {std::move(table), std::move(data)};
}

static int train(const question_options& o) {
    begin_training(o);
    const hone::wordpiece tokenizer(o.model);
    const auto questions = read_questions(o.train, o, tokenizer);
    hone::asked_questions dev;
    if (!o.dev.empty()) dev = read_questions(o.dev, o, tokenizer);
    if (questions.data.cut_answers > 0)
        std::printf("note: of %lld questions no window holds the whole answer\n", static_cast<long long>(questions.data.cut_answers));
    auto model = start_model<question_answerer>(o);
    hone::team workers(o.threads);
    auto step = training_step_of<hone::answer_batch>(model, workers, o.seed, [](auto m, auto batch) {
        const auto s = m(batch.tokens);
        return hone::scaled<1, 2>(hone::position_cross_entropy(hone::start_scores(s), batch.start)) +
               hone::scaled<1, 2>(hone::position_cross_entropy(hone::end_scores(s), batch.end));
    });
    auto program = logits_of<hone::answer_batch>(model, workers);
    watched watch{"F1"};
    if (!o.dev.empty())
        watch.score = [&] {
            hone::search_answers(program, dev, {}, [](auto...) {});
            return dev.figures().f1;
        };
    return run_training(o, questions.data, model, step, workers, watch, saver(model, tokenizer));
}

static int predict(const question_options& o) {
    const hone::wordpiece tokenizer(o.model);
    auto questions = read_questions(o.input, o, tokenizer);
    auto model = trained_model<question_answerer>(o.model, "answer");
    hone::team workers(o.threads);
    auto program = logits_of<hone::answer_batch>(model, workers);
    const hone::answer_options options{static_cast<std::size_t>(o.longest), o.n_best.empty() ? 1 : static_cast<std::size_t>(o.count),
                                       o.threshold};
    hone::search_answers(program, questions, options, [&](std::size_t w, auto start, auto end) {
        if (!o.logits) return;
        const auto& data = questions.data;
        const auto q = static_cast<std::size_t>(data.question[w]);
        std::printf("{\"id\":%s,\"ids\":%s,\"types\":%s,\"start\":%s,\"end\":%s}\n",
                    hone::json_quoted(questions.table.questions[q].id).c_str(), numbers_in_brackets(data.tokens(w)).c_str(),
                    numbers_in_brackets(data.types_of(w)).c_str(), numbers_in_brackets(start).c_str(), numbers_in_brackets(end).c_str());
    });
    if (!o.out.empty()) hone::write_atomically(o.out, questions.predictions());
    else if (!o.logits) std::fputs(questions.predictions().c_str(), stdout);
    if (!o.n_best.empty()) hone::write_atomically(o.n_best, questions.n_best());
    if (const auto all = questions.figures(); all.questions > 0)
        std::fprintf(stderr, "exact match %.2f, F1 %.2f of %lld questions\n", all.exact_match, all.f1,
                     static_cast<long long>(all.questions));
    return 0;
}

static void add_predict_options(command_line& line, question_options& o) {
    add_answer_options(line, o, "questions, in SQuAD's JSON; answers that stand there are compared");
    line.add("out", "FILE", o.out,
             "file for the answers, as {\"id\": \"text\", ...}; without it and --logits they are "
             "printed");
    line.add("n-best", "FILE", o.n_best, "file for the best answers of each question with their scores; \"\" is no answer");
    line.add("count", "N", o.count, "how many of them", 1, 10000);
    line.add("longest", "N", o.longest, "tokens of an answer at most", 1, HONE_POSITIONS);
    line.add("threshold", "X", o.threshold, "no answer (2.0) where its score is above the best answer's by more than this", -1e30, 1e30);
    line.flag("logits", o.logits, "a JSON object a window: id, ids, types, start, end");
}

static int run(std::string_view verb, int argc, char** argv, char** whole) {
    question_options o;
    const bool trains = verb == "train";
    command_line line("answer " + std::string(verb), trains ? "Fine-tunes an encoder to find answers in texts and saves a folder "
                                                              "that Python's transformers opens."
                                                            : "Answers the questions of a file.");
    if (trains)
        add_training_options(line, o, "questions with their answers, in SQuAD's JSON, 1.1 or 2.0",
                             "questions to watch while training: F1 after each epoch, the best weights are kept");
    else add_predict_options(line, o);
    line.add("length", "N", o.length, "tokens of a window, the question and special ones included", 8, HONE_POSITIONS);
    line.add("stride", "N", o.stride, "tokens of the context that neighbouring windows share", 0, HONE_POSITIONS);
    const int code = read_training_options(line, o, argc, argv);
    if (code >= 0) return code;
    become(variant_of_precision(o.precision), "answer", whole);
    return trains ? train(o) : predict(o);
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
