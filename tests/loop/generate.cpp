// Texts that a decoder writes: the same as from its whole text step by step, alone and among others, in few
// slots and in many, by any number of threads; where they end, and what is refused.
// SPDX-License-Identifier: Apache-2.0
#include "hone/adapter/adapt.hpp"
#include "hone/adapter/lora.hpp"
#include "hone/adapter/shelf.hpp"
#include "hone/loop/generate.hpp"
#include "loop/little_decoder.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

std::vector<ids> prompts() {
    counter_random random(9, stream::user);
    std::vector<ids> all;
    for (int length : {3, 1, 17, 8, 2, 40, 5}) {
        auto& p = all.emplace_back();
        for (int i = 0; i < length; ++i) p.push_back(static_cast<std::int32_t>(random.below(23)));
    }
    return all;
}
/// Without a cache: the whole text each time.
std::vector<ids> written_whole(const std::vector<ids>& prompts, long fresh, const sampling& how) {
    team alone(1);
    auto next = evaluate<token_batch>(model(), next_words, alone);
    token_chooser choose;
    std::vector<ids> all;
    for (std::size_t k = 0; k < prompts.size(); ++k) {
        auto text = prompts[k];
        for (long i = 0; i < fresh; ++i) {
            const ids offsets{0, static_cast<std::int32_t>(text.size())};
            text.push_back(choose(next(token_batch{{text, offsets}}), std::span<const std::int32_t>(text), how, k));
        }
        all.emplace_back(text.begin() + static_cast<std::ptrdiff_t>(prompts[k].size()), text.end());
    }
    return all;
}
} // namespace

TEST_CASE("a text is the same alone, among others and without a cache") {
    for (const sampling how : {sampling{}, sampling{.temperature = 1.5, .top_p = 0.9, .repetition_penalty = 1.3, .seed = 4}}) {
        const auto all = prompts();
        const auto wanted = written_whole(all, 12, how);
        team alone(1), workers(3);
        auto one = evaluate<writing_batch>(model(), next_words, alone), many = evaluate<writing_batch>(model(), next_words, workers);
        text_writer in_turn(one, {.slots = 1, .length = 60, .tokens = 7}), together(many, {.slots = 5, .length = 52});
        CHECK(in_turn.write(all, {.most_new = 12}, how) == wanted);
        CHECK(together.write(all, {.most_new = 12}, how) == wanted);
        const std::vector<ids> last{all[6]};
        CHECK(together.write(last, {.most_new = 12}, how, [](std::size_t, std::int32_t) { return true; }, 6)[0] == wanted[6]);
    }
}
TEST_CASE("where a text ends") {
    const auto all = prompts();
    const auto whole = written_whole(all, 12, {});
    team alone(1);
    auto next = evaluate<writing_batch>(model(), next_words, alone);
    text_writer writer(next, {.slots = 3, .length = 44, .tokens = 64});
    const auto until = [](const ids& text, std::int32_t end) {
        const auto at = std::find(text.begin(), text.end(), end);
        return ids(text.begin(), at + (at != text.end()));
    };
    const auto end = whole[0][4];
    const auto ended = writer.write(all, {.most_new = 12, .ends = {end}});
    for (std::size_t k = 0; k < all.size(); ++k)
        if (k != 5) CHECK(ended[k] == until(whole[k], end));
    CHECK(ended[5].size() <= 4); // of 40 tokens in a slot of 44
    CHECK(writer.write(all, {})[5].size() == 4);
    std::vector<ids> said(all.size());
    const auto stopped = writer.write(all, {.most_new = 12}, {}, [&](std::size_t k, std::int32_t id) {
        said[k].push_back(id);
        return said[k].size() < 3;
    });
    CHECK(stopped == said);
    for (std::size_t k = 0; k < all.size(); ++k) CHECK(stopped[k] == ids(whole[k].begin(), whole[k].begin() + 3));
    CHECK(writer.write(std::vector<ids>{}, {.most_new = 3}).empty());
    const std::vector<ids> full{ids(44, 1)};
    CHECK(writer.write(full, {.most_new = 3})[0].empty());
}
TEST_CASE("prompts that cannot be gone on from") {
    team alone(1);
    auto next = evaluate<writing_batch>(model(), next_words, alone);
    text_writer writer(next, {.slots = 2, .length = 10});
    const auto code = [&](ids prompt) {
        const std::vector<ids> all{{1, 2}, std::move(prompt)};
        return code_of([&] { writer.write(all, {.most_new = 1}); });
    };
    CHECK(code({1}) == "none");
    CHECK(code({}) == "generate.empty_prompt");
    CHECK(code(ids(11, 1)) == "generate.prompt_too_long");
    CHECK(code({23}) == "step.out_of_range");
    CHECK(code({1}) == "none");
    CHECK(code_of([&] { text_writer bad(next, {.slots = 0}); }) == "generate.option");
}
TEST_CASE("texts of several adapters, one after the other") {
    using tuned = adapt<model_type, lora<rank<2>, alpha<4>>, on<"**.attention.query", "**.attention.value">>;
    parameters<tuned, float> model;
    adapter_shelf<tuned> shelf(model);
    for (const std::uint64_t seed : {1u, 2u}) {
        counter_random base(3, stream::user), own(seed, stream::user);
        model.fill([&](named_weight<float> w) {
            auto& random = w.name.find("lora") == w.name.npos ? base : own;
            for (auto& x : w.values) x = static_cast<float>(0.4 * random.normal());
        });
        shelf.keep(seed == 1 ? "one" : "two");
    }
    team alone(1);
    auto next = evaluate<writing_batch>(model, next_words, alone);
    text_writer writer(next, {.slots = 4, .length = 60});
    const auto all = prompts();
    const auto two = writer.write(all, {.most_new = 12});
    shelf.use("one");
    const auto one = writer.write(all, {.most_new = 12});
    CHECK(one != two);
    shelf.use("two");
    CHECK(writer.write(all, {.most_new = 12}) == two);
}
