// SPDX-License-Identifier: Apache-2.0
#include <hone/data/epochs.hpp>
#include <hone/data/dataset.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

namespace {

/// Text i has lengths[i] tokens, all equal to i, and label i % 3.
dataset texts(const std::vector<int>& lengths) {
    dataset d;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        d.ids.insert(d.ids.end(), static_cast<std::size_t>(lengths[i]), static_cast<std::int32_t>(i));
        d.offsets.push_back(static_cast<std::int64_t>(d.ids.size()));
        d.label.push_back(static_cast<std::int32_t>(i % 3));
    }
    return d;
}

std::vector<int> ragged(int count) {
    std::vector<int> lengths;
    for (int i = 0; i < count; ++i) lengths.push_back(1 + i * 37 % 23);
    return lengths;
}

/// Every batch as text: "0/0: 0 1|2" is epoch 0, step 0, texts 0, 1 and 2.
std::string written(epochs<dataset> all) {
    std::string out;
    for (auto [epoch, n, batch] : all) {
        out += std::to_string(epoch) + "/" + std::to_string(n) + ":";
        for (const auto i : all.members()) out += " " + std::to_string(i);
        out += "\n";
    }
    return out;
}

} // namespace

TEST_CASE("Batches without shuffling: the order of the data, the last one short", "[data]") {
    const auto d = texts({2, 1, 3, 1, 2});
    CHECK(written(epochs(2, batches(d, sentences_per_batch(2), no_shuffle))) == "0/0: 0 1\n0/1: 2 3\n0/2: 4\n1/3: 0 1\n1/4: 2 3\n1/5: 4\n");
    CHECK(written(epochs(1, batches(d, tokens_per_batch(4), no_shuffle))) == "0/0: 0 1\n0/1: 2 3\n0/2: 4\n");
    CHECK(written(epochs(1, batches(d, tokens_per_batch(3), no_shuffle))) == "0/0: 0 1\n0/1: 2\n0/2: 3 4\n");
    CHECK(written(epochs(1, batches(d, tokens_per_batch(2), no_shuffle))) ==
          "0/0: 0\n0/1: 1\n0/2: 2\n0/3: 3\n0/4: 4\n"); // text 2 is too long: alone
    CHECK(written(epochs(1, batches(d, tokens_per_batch(9), no_shuffle))) == "0/0: 0 1 2 3 4\n");
    CHECK(written(epochs(1, batches(d, sentences_per_batch(9), no_shuffle))) == "0/0: 0 1 2 3 4\n");
}

TEST_CASE("What a batch holds", "[data]") {
    const auto d = texts({2, 1, 3, 1, 2});
    auto all = epochs(1, batches(d, sentences_per_batch(2), no_shuffle));
    std::vector<ids> seen, offsets, labels;
    for (auto [epoch, n, batch] : all) {
        static_assert(std::is_same_v<decltype(epoch), int> && std::is_same_v<decltype(n), int>);
        seen.emplace_back(batch.tokens.ids.begin(), batch.tokens.ids.end());
        offsets.emplace_back(batch.tokens.offsets.begin(), batch.tokens.offsets.end());
        labels.emplace_back(batch.label.begin(), batch.label.end());
        CHECK(batch.tokens.types.empty());
    }
    CHECK(seen == std::vector<ids>{{0, 0, 1}, {2, 2, 2, 3}, {4, 4}});
    CHECK(offsets == std::vector<ids>{{0, 2, 3}, {0, 3, 4}, {0, 2}});
    CHECK(labels == std::vector<ids>{{0, 1}, {2, 0}, {1}});
    CHECK(all.largest().tokens == 4);
    CHECK(all.largest().sequences == 2);
    CHECK(all.steps_per_epoch() == 3);
    CHECK(all.steps() == 3);
    auto unlabelled = d;
    unlabelled.label.clear();
    for (auto [epoch, n, batch] : epochs(1, batches(unlabelled, sentences_per_batch(2), no_shuffle))) CHECK(batch.label.empty());
}

TEST_CASE("Every text once an epoch, and sizes known beforehand", "[data]") {
    const auto d = texts(ragged(101));
    for (const auto& source : {batches(d, tokens_per_batch(60), seed(7)), batches(d, sentences_per_batch(8), seed(7)),
                               batches(d, tokens_per_batch(5), seed(7))}) {
        auto all = epochs(4, source);
        std::vector<int> count(d.size());
        batch_size largest;
        int last = -1, first_epoch = 0;
        for (auto [epoch, n, batch] : all) {
            CHECK(n == ++last);
            first_epoch += epoch == 0;
            REQUIRE(all.members().size() == batch.label.size());
            REQUIRE(batch.tokens.offsets.size() == batch.label.size() + 1);
            for (std::size_t s = 0; s < batch.label.size(); ++s) {
                const auto text = all.members()[s];
                CHECK(batch.label[s] == d.label[text]);
                CHECK(batch.tokens.offsets[s + 1] - batch.tokens.offsets[s] == d.length(text));
                CHECK(batch.tokens.ids[static_cast<std::size_t>(batch.tokens.offsets[s])] == static_cast<std::int32_t>(text));
                ++count[text];
            }
            largest.tokens = std::max(largest.tokens, static_cast<std::int64_t>(batch.tokens.ids.size()));
            largest.sequences = std::max(largest.sequences, static_cast<std::int64_t>(batch.label.size()));
        }
        CHECK(std::all_of(count.begin(), count.end(), [](int c) { return c == 4; }));
        CHECK(largest.tokens == all.largest().tokens);
        CHECK(largest.sequences == all.largest().sequences);
        CHECK(all.steps_per_epoch() == first_epoch);
        CHECK(all.steps() == 4 * first_epoch);
    }
}

TEST_CASE("The order of an epoch is a function of seed and epoch", "[data]") {
    const auto d = texts(ragged(40));
    const auto source = [&](std::uint64_t s) { return batches(d, sentences_per_batch(8), seed(s)); };
    CHECK(written(epochs(3, source(7))) == written(epochs(3, source(7))));
    CHECK(written(epochs(3, source(7))) != written(epochs(3, source(8))));
    const auto three = written(epochs(3, source(7)));
    CHECK(three.starts_with(written(epochs(2, source(7))))); // how many epochs follow does not matter
    std::vector<std::size_t> epoch_2, other, alone(40);
    source(7).arrange(2, epoch_2);
    source(7).arrange(1, other);
    CHECK(epoch_2 != other);
    for (std::size_t i = 0; i < alone.size(); ++i) alone[i] = i;
    shuffle(alone, counter_random(7, stream::shuffle, 2));
    CHECK(epoch_2 == alone);
    auto packed = batches(d, tokens_per_batch(30), seed(7)); // the packing has no say in the order
    packed.arrange(2, other);
    CHECK(other == epoch_2);
    const auto five = texts({1, 1, 1, 1, 1});
    CHECK(written(epochs(1, batches(five, sentences_per_batch(5), seed(0)))) == "0/0: 3 0 1 4 2\n"); // as reference/data/orders.py says
}

TEST_CASE("The loop can be gone through again, or left early", "[data]") {
    const auto d = texts(ragged(10));
    auto all = epochs(2, batches(d, sentences_per_batch(3), seed(1)));
    const auto whole = written(all);
    for (auto [epoch, n, batch] : all)
        if (n == 2) break;
    int steps = 0;
    for (auto [epoch, n, batch] : all) CHECK(n == steps++);
    CHECK(steps == 8);
    CHECK(written(all) == whole);
    CHECK(written(epochs(0, batches(d, sentences_per_batch(3), seed(1)))).empty());
    CHECK(epochs(0, batches(d, sentences_per_batch(3), seed(1))).steps() == 0);
    const auto one = texts({5});
    CHECK(written(epochs(2, batches(one, tokens_per_batch(4096), seed(1)))) == "0/0: 0\n1/1: 0\n"); // a dataset smaller than the batch
}

namespace {
thread_local long allocations = 0;
}
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size ? size : 1)) return p;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

TEST_CASE("Nothing is allocated after the first batch, reshuffling included", "[data]") {
    const auto d = texts(ragged(200));
    for (const auto& source : {batches(d, tokens_per_batch(64), seed(3)), batches(d, sentences_per_batch(16), seed(3))}) {
        auto all = epochs(5, source);
        const long before = allocations;
        std::int64_t tokens = 0;
        for (auto [epoch, n, batch] : all) tokens += static_cast<std::int64_t>(batch.tokens.ids.size());
        CHECK(allocations - before == 0);
        CHECK(tokens == 5 * d.offsets.back());
    }
}

TEST_CASE("Data that cannot be batched", "[data]") {
    const auto try_to = [](const dataset& d) { return caught([&] { batches(d, sentences_per_batch(2), no_shuffle); }); };
    const auto good = texts({1, 2});
    CHECK(try_to(good).code == "nothing was thrown");
    for (const std::int64_t size : {std::int64_t{0}, std::int64_t{-3}}) {
        const auto e = caught([&] { batches(good, tokens_per_batch(size), seed(1)); });
        CHECK(e.code == "data.batch_size");
        CHECK(e.expected == "at least 1");
        CHECK(e.found == std::to_string(size));
        CHECK(caught([&] { batches(good, sentences_per_batch(size), no_shuffle); }).code == "data.batch_size");
    }
    const auto empty = try_to(dataset{});
    CHECK(empty.code == "data.empty");
    CHECK(empty.expected == "at least one");
    CHECK(empty.found == "none");

    auto d = texts({1, 2});
    d.label = {0, -1};
    auto e = try_to(d);
    CHECK(e.code == "data.label_range");
    CHECK(e.where.name == "text 1");
    CHECK(e.expected == "0 to 2147483646, or -100");
    CHECK(e.found == "-1");
    d.labels = label_map({"a", "b", "c"});
    d.label = {3, 0};
    e = try_to(d);
    CHECK(e.where.name == "text 0");
    CHECK(e.expected == "0 to 2, or -100");
    CHECK(e.found == "3");
    d.label = {-100, 2};
    CHECK(try_to(d).code == "nothing was thrown");
    d.label = {0};
    e = try_to(d);
    CHECK(e.code == "data.label_count");
    CHECK(e.expected == "2");
    CHECK(e.found == "1");

    e = try_to(texts({1, 0, 2}));
    CHECK(e.code == "data.empty_text");
    CHECK(e.where.name == "text 1");
    CHECK(e.expected == "at least one token");
    CHECK(e.found == "0");
    d = texts({1, 2});
    d.offsets = {0, 5, 3};
    CHECK(try_to(d).code == "data.empty_text");
    d.offsets = {0, 1};
    e = try_to(d);
    CHECK(e.code == "data.offsets");
    CHECK(e.expected == "0 to 3");
    CHECK(e.found == "0 to 1");
    d.offsets = {1, 3};
    CHECK(try_to(d).code == "data.offsets");
    d.offsets.clear();
    CHECK(try_to(d).found == "none");

    const auto negative = caught([&] { epochs(-1, batches(good, sentences_per_batch(1), no_shuffle)); });
    CHECK(negative.code == "data.epochs");
    CHECK(negative.expected == "0 or more");
    CHECK(negative.found == "-1");
    static_assert(!std::is_constructible_v<batches<dataset>, dataset, sentences_per_batch, no_shuffle_type>); // a temporary would be gone
    static_assert(std::is_constructible_v<batches<dataset>, const dataset&, sentences_per_batch, no_shuffle_type>);
}
