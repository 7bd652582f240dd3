// SPDX-License-Identifier: Apache-2.0
#include <hone/data/epochs.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <hone/data/batch_types.hpp>
#include <hone/data/dataset.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

namespace {

/// Text i has three tokens: i, 100 + i, i.
dataset texts(std::int32_t count) {
    dataset d;
    for (std::int32_t i = 0; i < count; ++i) {
        d.append(std::vector<std::int32_t>{i, 100 + i, i});
        d.label.push_back(i % 2);
    }
    return d;
}

/// The smallest data of a user's own: numbers, a batch without an owner.
struct own_batch {
    std::span<const std::int32_t> numbers;
};
struct own_data {
    std::vector<std::int32_t> numbers{5, 6, 7};

    using rows = batch_rows;
    std::size_t examples() const { return numbers.size(); }
    batch_size extent(std::size_t) const { return {.tokens = 1, .sequences = 1}; }
    void add(rows& to, std::size_t i, int epoch) const { to.label.push_back(numbers[i] * (epoch + 1)); }
    own_batch batch(const rows& from) const { return {from.label}; }
    void check() const {}
};
static_assert(batchable<own_data> && batchable<dataset> && !batchable<std::string>);

} // namespace

TEST_CASE("A loop within a loop over the same epochs", "[data]") {
    const auto d = texts(10);
    auto all = epochs(2, batches(d, sentences_per_batch(3), seed(1)));
    std::vector<int> outer;
    int inner = 0;
    for (auto [epoch, n, batch] : all) {
        const ids before(batch.tokens.ids.begin(), batch.tokens.ids.end());
        outer.push_back(n);
        int expected = 0;
        for (auto [e, k, b] : all) {
            CHECK(k == expected++);
            ++inner;
        }
        CHECK(ids(batch.tokens.ids.begin(), batch.tokens.ids.end()) == before);
        CHECK(all.members().size() == batch.label.size()); // the inner loop is over
    }
    CHECK(outer == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7});
    CHECK(inner == 64);
    CHECK(all.members().empty());

    auto first = all.begin(), second = all.begin();
    ++second;
    CHECK(first.members().size() == 3);
    CHECK((*first).n == 0);
    CHECK((*second).n == 1);
    CHECK(caught([&] { all.members(); }).code == "data.members");
}

TEST_CASE("A batch that is kept stays what it was", "[data]") {
    const auto d = texts(7);
    std::vector<text_batch> kept;
    {
        auto all = epochs(3, batches(d, sentences_per_batch(2), no_shuffle));
        for (auto [epoch, n, batch] : all)
            if (n % 3 != 1) kept.push_back(batch);
    } // the epochs are gone, the batches are not
    REQUIRE(kept.size() == 8);
    std::size_t k = 0;
    for (int n = 0; n < 12; ++n) {
        if (n % 3 == 1) continue;
        const auto& batch = kept[k++];
        const std::int32_t first = n % 4 * 2;
        REQUIRE(batch.label.size() == (first == 6 ? 1u : 2u));
        CHECK(batch.tokens.ids[0] == first);
        CHECK(batch.tokens.ids[1] == 100 + first);
        CHECK(batch.tokens.offsets.back() == static_cast<std::int32_t>(batch.tokens.ids.size()));
    }
}

TEST_CASE("Rows are used again where no batch is kept", "[data]") {
    const auto d = texts(6);
    auto all = epochs(1, batches(d, sentences_per_batch(2), no_shuffle));
    std::vector<const std::int32_t*> where;
    for (auto [epoch, n, batch] : all) where.push_back(batch.tokens.ids.data());
    CHECK(where == std::vector<const std::int32_t*>(3, where[0]));
}

TEST_CASE("Epochs are copied and moved as values", "[data]") {
    const auto d = texts(5);
    auto first = epochs(1, batches(d, sentences_per_batch(2), no_shuffle));
    auto loop = first.begin();
    auto copy = first;
    CHECK(copy.members().empty()); // the loop is the first one's
    CHECK(copy.largest().tokens == 6);
    int n = 0;
    for (auto [epoch, k, batch] : copy) n += static_cast<int>(batch.label.size());
    CHECK(n == 5);
    copy = epochs(2, batches(d, sentences_per_batch(5), no_shuffle));
    CHECK(copy.steps() == 2);
    auto moved = std::move(copy);
    CHECK(moved.steps() == 2);
}

TEST_CASE("Data of one's own, drawn anew in each epoch", "[data]") {
    const own_data d;
    ids seen;
    for (auto [epoch, n, batch] : epochs(2, batches(d, sentences_per_batch(2), no_shuffle)))
        seen.insert(seen.end(), batch.numbers.begin(), batch.numbers.end());
    CHECK(seen == ids{5, 6, 7, 10, 12, 14});
}

TEST_CASE("Each task's batch lists its fields", "[data]") {
    const auto names = []<class Batch>(const Batch& batch) {
        std::string all;
        Batch::visit(batch, [&](auto name, const auto&) { all += std::string(decltype(name)::value) + " "; });
        return all;
    };
    CHECK(names(text_batch{}) == "tokens label ");
    CHECK(names(real_batch<1>{}) == "tokens target ");
    CHECK(names(tagged_batch{}) == "tokens label ");
    CHECK(names(answer_batch{}) == "tokens start end ");
    CHECK(names(masked_batch{}) == "tokens masked label ");
    CHECK(names(masked_pair_batch{}) == "tokens masked label next ");
    CHECK(names(choice_batch{}) == "tokens group label ");
    CHECK(names(contrast_batch{}) == "tokens sides label ");
}
