// Models whose values live on several spaces of rows: picked tokens, picks of picks, one token a sequence, groups of sequences, labels of tokens.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/position.hpp"
#include "hone/op/contrast/contrast.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct space_batch {
    token_rows tokens;
    picked_rows<> masked;
    picked_labels<> missing;
    token_labels<> tags;
    token_position<> start;
    groups group;
    group_choice<> choice;
    group_labels<> topic;
    token_reals<2> shape;
    std::span<const std::int32_t> label;
    HONE_FIELDS(tokens, masked, missing, tags, start, group, choice, topic, shape, label)
};
/// Sequences of 5, 1, 7, 3 and 4 tokens, of which the second and the last have no picked one; groups of 2, 1 and 2.
struct spaces {
    testing::tokens text{{5, 1, 7, 3, 4}, words, 71, 2};
    std::vector<std::int32_t> masked{0, 3, 4, 6, 8, 9, 12, 13, 15}, missing{1, 5, 2, -100, 12, 7, 3, 4, 9}, tags = labels(20, label_count, 72), start{2, 0, -100, 1, 3},
        group{0, 2, 3, 5}, choice{1, 0, -100}, topic{2, -100, 0}, label{0, 1, 2, 1, 0};
    std::vector<float> shape = reals(40, 73);
    spaces() {
        for (std::size_t i = 0; i < tags.size(); i += 3) tags[i] = -100;
    }
    space_batch batch() const { return {text.rows(), {masked}, {missing}, {tags}, {start}, {group}, {choice}, {topic}, {shape}, label}; }
    batch_extent extent() const { return {20, 5, 9}; }
};

template <class Model, class Function>
void judge_spaces(Function function, how options = {}) {
    parameters<Model, double> model(label_count);
    fill(model, 41, options.scale);
    const spaces data;
    team alone(1);
    auto step = differentiate<space_batch>(model, all{}, function, alone, 6);
    const auto found = check_gradients(step, data.batch(), {options.h, options.sample});
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
    CHECK(step.arena_bytes() == step.plan().bytes(data.extent(), 1));
    const double loss = step(data.batch()).loss;
    const std::vector<double> gradients(step.gradients().values, step.gradients().values + step.gradients().count);
    for (int threads : {2, 3}) {
        team workers(threads);
        auto shared = differentiate<space_batch>(model, all{}, function, workers, 6);
        const auto [again, other] = shared(data.batch());
        CHECK(same_bits(again, loss));
        CHECK(std::memcmp(other.values, gradients.data(), gradients.size() * sizeof(double)) == 0);
    }
}

template <class Body, int Outputs = label_count>
struct headed {
    HONE_PARTS((body, Body), (head, linear<width<12>, classes<Outputs>>))
    static constexpr auto call(auto self, auto t) { return self.body(t); }
};
struct encoder {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<2, plain_block<width<12>>>))
    static constexpr auto call(auto self, auto t) { return self.blocks(self.word(t.ids)); }
};
/// A head of its own over the vocabulary, with the table of words as its weight: one weight, two uses.
struct tied {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<3, plain_block<width<12>>>), (bias, vector<words>))
    static constexpr auto call(auto self, auto t, auto masked) {
        return product(pick(self.blocks(self.word(t.ids)), masked), self.word.weight) + self.bias;
    }
};

} // namespace

TEST_CASE("words that were masked, from a table that is also the head") {
    judge_spaces<tied>([](auto m, auto b) { return cross_entropy(m(b.tokens, b.masked), b.missing); });
}
TEST_CASE("a label a token, some of them ignored") {
    judge_spaces<headed<encoder>>([](auto m, auto b) { return cross_entropy(m.head(m(b.tokens)), b.tags); });
}
TEST_CASE("where an answer begins: softmax over the tokens of each sequence") {
    judge_spaces<headed<encoder, 1>>([](auto m, auto b) {
        const auto s = m.head(m(b.tokens));
        return position_cross_entropy(s, b.start);
    });
}
TEST_CASE("the right one of several sequences: softmax over a group") {
    judge_spaces<headed<encoder, 1>>([](auto m, auto b) {
        const auto s = m.head(first_token(m(b.tokens)));
        return position_cross_entropy(s, b.choice, b.group);
    });
}
TEST_CASE("a label a group, of the mean of its sequences' last tokens") {
    judge_spaces<headed<encoder>>([](auto m, auto b) { return cross_entropy(m.head(mean_sequence(last_token(m(b.tokens)), b.group)), b.topic); });
}
TEST_CASE("two selections of one value: masked words and the first token") {
    judge_spaces<headed<encoder, words>>([](auto m, auto b) {
        const auto x = m(b.tokens);
        return cross_entropy(m.head(pick(x, b.masked)), b.missing) + cross_entropy(m.head(first_token(x)), b.label);
    });
}
TEST_CASE("the mean of what is picked of each sequence, spread over the picks again") {
    judge_spaces<headed<encoder>>([](auto m, auto b) {
        const auto x = pick(m(b.tokens), b.masked);
        const auto y = x * spread(sum_sequence(x), x);
        return mean_of(square(m.head(y)));
    });
}
TEST_CASE("real numbers a token, as weights of a pooled value") {
    judge_spaces<headed<encoder>>([](auto m, auto b) {
        return cross_entropy(m.head(sum_sequence(m(b.tokens) * sum_columns(b.shape))), b.label);
    });
}
TEST_CASE("a pair of tokens of each sequence side by side") {
    judge_spaces<headed<encoder>>([](auto m, auto b) {
        const auto x = m(b.tokens);
        return cross_entropy(m.head(uneven(pick(x, b.start)) * first_token(x)), b.label);
    }, {.scale = 0.3});
}
TEST_CASE("anchors against all candidates of a batch") {
    judge_spaces<headed<encoder, 6>>([](auto m, auto b) {
        const auto x = m.head(mean_sequence(m(b.tokens)));
        return mean_of(contrast_loss(x / square_root(sum_columns(square(x))), b.group, value<"scale", 3>));
    });
}
TEST_CASE("logits of a vocabulary exist for masked rows alone") {
    parameters<tied> model;
    fill(model, 1, 0.4);
    team workers(1);
    auto step = differentiate<space_batch>(
        model, all{}, [](auto m, auto b) { return cross_entropy(m(b.tokens, b.masked), b.missing); }, workers);
    constexpr memory_plan plan = decltype(step)::plan_for();
    static_assert(plan.per_block_of_picked > 0);
    auto whole = differentiate<space_batch>(
        model, all{}, [](auto m, auto b) { return cross_entropy(product(m.blocks(m.word(b.tokens.ids)), m.word.weight) + m.bias, b.tags); }, workers);
    constexpr memory_plan of_all = decltype(whole)::plan_for();
    static_assert(plan.bytes({9600, 96, 960}, 1) < of_all.bytes({9600, 96}, 1));
}
TEST_CASE("fields that do not fit together are told by name") {
    parameters<headed<encoder>, double> model(label_count);
    fill(model, 41);
    team alone(1);
    auto step = differentiate<space_batch>(
        model, all{}, [](auto m, auto b) {
            const auto x = m(b.tokens);
            return cross_entropy(m.head(pick(x, b.masked)), b.missing) + cross_entropy(m.head(x), b.tags) + cross_entropy(m.head(pick(x, b.start)), b.label) +
                   cross_entropy(m.head(sum_sequence(first_token(x), b.group)), b.topic);
        }, alone, 6);
    const auto code = [&](auto change) {
        spaces data;
        for (auto& v : data.missing) v = std::min(v, 2);
        change(data);
        try {
            step(data.batch());
        } catch (const error& e) {
            return e.code + " " + e.where.name;
        }
        return std::string("none");
    };
    CHECK(code([](spaces&) {}) == "none");
    CHECK(code([](spaces& d) { d.masked.back() = 20; }) == "step.out_of_range masked");
    CHECK(code([](spaces& d) { d.masked[1] = 0; }) == "step.not_rising masked");
    CHECK(code([](spaces& d) { d.missing.pop_back(); }) == "step.rows_differ missing");
    CHECK(code([](spaces& d) { d.missing[0] = 3; }) == "step.out_of_range missing");
    CHECK(code([](spaces& d) { d.tags.push_back(0); }) == "step.rows_differ tags");
    CHECK(code([](spaces& d) { d.start[1] = 1; }) == "step.out_of_range start");
    CHECK(code([](spaces& d) { d.start[1] = -1; }) == "step.out_of_range start");
    CHECK(code([](spaces& d) { d.group = {0, 2, 2, 5}; }) == "step.empty_sequence group");
    CHECK(code([](spaces& d) { d.group = {0, 2, 3, 4}; }) != "none");
    CHECK(code([](spaces& d) { d.shape.pop_back(); }) == "step.rows_differ shape");
    CHECK(code([](spaces& d) { d.topic[0] = 3; }) == "step.out_of_range topic");
}
