// Sequences of one batch with adapters of their own: each the bits that it has with its adapter alone, without one those of the base; trained together,
// each moves as its own sequences say.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>

#include "adapter/model.hpp"
#include "data/caught.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr int many_adapters = 3;
using where_to = on<"**.query", "**.value">;
using single = adapt<small_bert, lora<rank<2>, alpha<6>>, where_to>;
using bank = adapt<small_bert, lora_bank<several<many_adapters>, rank<2>, alpha<6>>, where_to>;
constexpr auto logits = [](auto m, auto b) { return m(b.tokens); };

struct trained_batch {
    token_rows tokens;
    std::span<const std::int32_t> label, adapter;

    HONE_FIELDS(tokens, label, adapter)
};
constexpr auto loss = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

const std::vector<std::int32_t> ids{1, 4, 3, 2, 1, 5, 2, 1, 7, 8, 3, 6, 2, 1, 2, 4, 5}, offsets{0, 4, 7, 13, 14, 17}, whose{2, 0, -100, 2, 1}, answers{0, 1, 2, 0, 1};

template <class T>
struct fixture {
    parameters<bank, T> together{label_count};
    std::vector<parameters<single, T>> apart;
    fixture() {
        fill(together, 3, 0.3);
        for (int n = 0; n < many_adapters; ++n) {
            auto& one = apart.emplace_back(label_count);
            fill(one, static_cast<std::uint64_t>(20 + n), 0.3);
            std::as_const(together).each([&](const named_weight<const T>& w) {
                if (w.name.find(".lora.") == w.name.npos) std::copy(w.values.begin(), w.values.end(), one.weight(w.name).values.begin());
            });
            put_into_bank(together, n, one);
        }
    }
    token_rows sequence(std::size_t s, std::vector<std::int32_t>& ends) const {
        ends = {0, offsets[s + 1] - offsets[s]};
        return {std::span(ids).subspan(static_cast<std::size_t>(offsets[s]), static_cast<std::size_t>(ends[1])), ends};
    }
};

template <class Input, class T>
void same_as_alone() {
    fixture<T> f;
    team workers(2);
    const auto program_of = [&](auto& model, auto batch) {
        if constexpr (std::is_same_v<Input, bf16>) return evaluate<bf16, decltype(batch)>(model, logits, workers);
        else return evaluate<decltype(batch)>(model, logits, workers);
    };
    auto mixed = program_of(f.together, mixed_batch{});
    const auto all = mixed({{ids, offsets}, whose});
    const std::vector<T> got(all.begin(), all.end());
    std::vector<std::int32_t> ends;
    bool differ = false;
    for (std::size_t s = 0; s < whose.size(); ++s) {
        auto& own = f.apart[static_cast<std::size_t>(std::max(whose[s], 0))];
        if (whose[s] < 0) // the base alone: no later sequence has the first adapter
            own.each([](const named_weight<T>& w) {
                if (w.name.ends_with(".lora.b")) std::fill(w.values.begin(), w.values.end(), T(0));
            });
        auto alone = program_of(own, token_batch{});
        const auto expected = alone({f.sequence(s, ends)});
        INFO("sequence " << s);
        for (std::size_t c = 0; c < expected.size(); ++c) {
            CHECK(got[s * expected.size() + c] == expected[c]);
            differ = differ || got[c] != expected[c];
        }
    }
    CHECK(differ);
}

} // namespace

TEST_CASE("each sequence with its own adapter, as alone") {
    same_as_alone<double, double>();
    same_as_alone<float, float>();
    same_as_alone<bf16, float>();
}

TEST_CASE("adapters trained side by side have the gradients of each alone") {
    fixture<double> f;
    team alone(1);
    auto step = differentiate<trained_batch>(f.together, trainable<adapters>{}, loss, alone, 5);
    step({{ids, offsets}, answers, whose});
    for (int n = 0; n < many_adapters; ++n) {
        std::vector<std::int32_t> own_ids, own_offsets{0}, own_labels;
        for (std::size_t s = 0; s < whose.size(); ++s)
            if (whose[s] == n) {
                own_ids.insert(own_ids.end(), ids.begin() + offsets[s], ids.begin() + offsets[s + 1]);
                own_offsets.push_back(static_cast<std::int32_t>(own_ids.size()));
                own_labels.push_back(answers[s]);
            }
        const double share = static_cast<double>(own_labels.size()) / static_cast<double>(answers.size()); // each loss is a mean
        auto by_itself = differentiate<text_batch>(f.apart[static_cast<std::size_t>(n)], trainable<adapters>{}, loss, alone, 5);
        by_itself({{own_ids, own_offsets}, own_labels});
        double apart = 0, largest = 0;
        for (std::size_t r = 0; r < step.weights().ranges.size(); ++r) {
            const auto &one = by_itself.weights().ranges[r], &all = step.weights().ranges[r];
            REQUIRE(one.name == all.name);
            const long wide = all.count / one.count; // adapters in the bank
            for (long i = 0; i < one.count; ++i) {
                const long at = one.name.ends_with(".a") ? n * one.count + i : (i / 2) * 2 * wide + n * 2 + i % 2;
                const double expected = share * by_itself.gradients().values[one.gradient + i];
                apart = std::max(apart, std::abs(expected - step.gradients().values[all.gradient + at]));
                largest = std::max(largest, std::abs(expected));
            }
        }
        CHECK(largest > 0);
        CHECK(apart <= 1e-12 * largest);
    }
}

TEST_CASE("an adapter that is not in the bank") {
    fixture<double> f;
    team alone(1);
    auto program = evaluate<mixed_batch>(f.together, logits, alone);
    const std::vector<std::int32_t> wrong{0, 1, 3, 0, 0};
    CHECK(caught([&] { program({{ids, offsets}, wrong}); }).code == "step.out_of_range");
    CHECK(caught([&] { put_into_bank(f.together, 3, f.apart[0]); }).code == "adapter.not_in_bank");
}
