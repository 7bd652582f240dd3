// 14: a decoder goes on from a text, learns from a book, and goes on from the same text again. The model is the one that is shipped
// (examples/data/stories260k); the program that trains and the one that writes are made from the same type.
// usage: 14_a_decoder_that_writes [EPOCHS]   (without it a few steps)
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include <hone/data/document_rows.hpp>
#include <hone/hone.hpp>
#include <hone/loop/generate.hpp>
#include <hone/model/llama.hpp>
#include <hone/tokens/any_tokenizer.hpp>

using namespace hone;

struct storyteller
    : language_model<llama<layers<5>, width<64>, heads<8>, key_heads<4>, head_size<8>, inner<172>, vocabulary<512>, positions<512>,
                           rotary<10000>, epsilon<5>>> {};

/// Documents, which of their tokens another one follows, and which one.
struct passages {
    token_rows tokens;
    picked_rows<> before;
    picked_labels<"before"> next;
    HONE_FIELDS(tokens, before, next)
};
/// Some rows of packed documents as a batch.
class passage_batch {
public:
    passages of(const document_rows& all, std::span<const std::size_t> rows) {
        ids_.clear();
        before_.clear();
        next_.clear();
        offsets_.assign(1, 0);
        for (const auto row : rows) {
            const auto ends = all.offsets(row);
            for (std::size_t d = 0; d + 1 < ends.size(); ++d) {
                for (auto t = ends[d]; t < ends[d + 1]; ++t) {
                    if (t > ends[d]) {
                        before_.push_back(static_cast<std::int32_t>(ids_.size()) - 1);
                        next_.push_back(all.ids[static_cast<std::size_t>(t)]);
                    }
                    ids_.push_back(all.ids[static_cast<std::size_t>(t)]);
                }
                offsets_.push_back(static_cast<std::int32_t>(ids_.size()));
            }
        }
        return {{ids_, offsets_}, {before_}, {next_}};
    }

private:
    std::vector<std::int32_t> ids_, offsets_, before_, next_;
};

constexpr auto losses = [](auto m, auto b) { return next_word_losses(m, pick(m(b.tokens), b.before), b.next); };
constexpr auto loss = [](auto m, auto b) { return mean_of(next_word_losses(m, pick(m(b.tokens), b.before), b.next)); };
constexpr auto next_scores = [](auto m, auto b) { return next_word_scores(m, last_token(m(b.tokens))); };

int main(int argc, char** argv) {
    const int epochs_wanted = argc > 1 ? std::atoi(argv[1]) : 0;
    const std::string folder = "examples/data/stories260k", book = "examples/data/austen";
    const any_tokenizer tokenizer{std::filesystem::path(folder)};
    auto model = load<storyteller>(folder);
    const row_limits limits{.length = 256, .end_of_text = 2};
    const auto train = pack_text(book + "/train.txt", tokenizer, limits), unseen = pack_text(book + "/dev.txt", tokenizer, limits);

    auto judge = evaluate<passages>(model, losses);
    passage_batch reading;
    const auto perplexity = [&] {
        double sum = 0, count = 0;
        for (std::size_t row = 0; row < unseen.size(); ++row)
            for (const float one : judge(reading.of(unseen, std::span(&row, 1)))) sum += static_cast<double>(one), ++count;
        return std::exp(sum / count);
    };
    auto next = evaluate<writing_batch>(model, next_scores);
    text_writer writer(next, {.slots = 1, .length = 512});
    const auto goes_on = [&] {
        std::vector<std::vector<std::int32_t>> prompt(1);
        tokenizer.encode("Catherine was very glad to see", prompt[0]);
        const auto written = writer.write(prompt, {.most_new = 80, .ends = {2}}, {.temperature = 0.7, .top_p = 0.9, .seed = 3});
        prompt[0].insert(prompt[0].end(), written[0].begin(), written[0].end());
        return tokenizer.decode(prompt[0]);
    };
    const double before = perplexity();
    std::printf("before: perplexity of three chapters that it does not learn from: %.2f\n  %s\n\n", before, goes_on().c_str());

    auto step = differentiate<passages>(model, trainable<on<"**">>{}, loss);
    constexpr std::size_t rows = 8;
    const long steps_per_epoch = static_cast<long>((train.size() + rows - 1) / rows), steps = epochs_wanted > 0 ? epochs_wanted * steps_per_epoch : 30;
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = linear_warmup(2e-3, steps / 10, steps), .decay = 0.01f});
    auto state = optimizer.start(step.weights());
    std::vector<std::size_t> order(train.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    passage_batch learning;
    const auto begin = std::chrono::steady_clock::now();
    long n = 0;
    double sum = 0;
    for (std::uint64_t epoch = 0; n < steps; ++epoch) {
        shuffle(order, counter_random(7, stream::shuffle, epoch));
        for (std::size_t at = 0; at < order.size() && n < steps; at += rows, ++n) {
            const auto [value, gradients] = step(learning.of(train, std::span(order).subspan(at, std::min(rows, order.size() - at))));
            optimizer.step(step.weights(), gradients, state);
            sum += static_cast<double>(value);
            if ((n + 1) % steps_per_epoch == 0)
                std::printf("epoch %2d  loss %.4f\n", static_cast<int>(epoch) + 1, std::exchange(sum, 0.0) / static_cast<double>(steps_per_epoch));
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), after = perplexity();
    std::printf("\nafter %ld steps, %.0f s: %.2f\n  %s\n", steps, seconds, after, goes_on().c_str());
    return after < before ? 0 : 1;
}
