// The program that writes against the one that reads: a decoder's rows over a cache are those of its
// whole texts, to the bit, however the texts are cut, whoever stands beside them, by any number of threads.
// SPDX-License-Identifier: Apache-2.0
#include "hone/layer/causal_attention.hpp"
#include "hone/layer/embedding.hpp"
#include "hone/layer/feed_forward.hpp"
#include "hone/layer/norm.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

template <class Seen>
struct writing_block {
    HONE_PARTS((norm, rms_norm<width<12>, 3>),
               (attention, rotary_attention<width<12>, heads<4>, key_heads<2>, head_size<6>, Seen>),
               (network, gated_feed_forward<width<12>, inner<18>>))
    static constexpr auto call(auto self, auto x, auto table) {
        const auto y = x + self.attention(self.norm(x), table);
        return y + self.network(y);
    }
};
/// Rotary positions; layers that stand in a loop, and a last one that may leave it.
template <class Seen>
struct rotary_writer {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<3, writing_block<Seen>>))
    static constexpr auto call(auto self, auto t) {
        return self.blocks(self.word(t.ids), rotary_table<rotary<10000>, 6>(t.positions));
    }
};
struct joint_writing_block {
    HONE_PARTS((norm, layer_norm<width<12>, 3>), (attention, joint_attention<width<12>, heads<3>>))
    static constexpr auto call(auto self, auto x) { return x + self.attention(self.norm(x)); }
};
/// Positions of a table: there are 160.
struct joint_writer {
    HONE_PARTS((word, table_of<width<12>>), (position, embedding<positions<160>, width<12>>),
               (blocks, repeat<2, joint_writing_block>), (last, joint_writing_block))
    static constexpr auto call(auto self, auto t) {
        return self.last(self.blocks(self.word(t.ids) + self.position(t.positions)));
    }
};
constexpr auto every_row = [](auto m, auto b) { return m(b.tokens); };
constexpr auto last_rows = [](auto m, auto b) { return last_token(m(b.tokens)); };

/// What a program gives for pieces of texts: the slot, the tokens before, the tokens.
struct piece {
    std::int32_t slot, before;
    std::vector<std::int32_t> ids;
};
template <class Program>
auto run(Program& program, const std::vector<piece>& pieces) {
    std::vector<std::int32_t> ids, offsets{0}, slot, before;
    for (const auto& p : pieces) {
        ids.insert(ids.end(), p.ids.begin(), p.ids.end());
        offsets.push_back(static_cast<std::int32_t>(ids.size()));
        slot.push_back(p.slot);
        before.push_back(p.before);
    }
    const auto rows = program(writing_batch{{{ids, offsets}, slot, before}});
    return std::vector(rows.begin(), rows.end());
}
std::vector<std::int32_t> text(int length, std::uint64_t seed) { return labels(length, words, seed); }
std::vector<std::int32_t> part(const std::vector<std::int32_t>& ids, int first, int last) {
    return {ids.begin() + first, ids.begin() + last};
}

template <class Model, class T>
void judge_writing() {
    parameters<Model, T> model(label_count);
    fill(model, 41, T(0.45));
    team alone(1), workers(3);
    const auto one = text(150, 5), other = text(7, 6), third = text(40, 7);
    const std::vector<std::int32_t> ids = one, offsets{0, 150};
    auto reader = evaluate<token_batch>(model, every_row, alone);
    const auto seen = reader(token_batch{{ids, offsets}});
    const std::vector<T> whole(seen.begin(), seen.end());

    auto writer = evaluate<writing_batch>(model, every_row, workers);
    writer.reserve_cache(3, 160);
    std::vector<T> rows;
    const auto keep = [&](const std::vector<T>& all, int count) {
        rows.insert(rows.end(), all.begin(), all.begin() + count * 12);
    };
    keep(run(writer, {{2, 0, part(one, 0, 100)}, {0, 0, other}}), 100);
    keep(run(writer, {{2, 100, part(one, 100, 101)}, {1, 0, third}, {0, 7, {3}}}), 1);
    for (int i = 101; i < 149; ++i) keep(run(writer, {{2, i, {one[static_cast<std::size_t>(i)]}}}), 1);
    keep(run(writer, {{2, 149, {one[149]}}, {1, 40, {4}}}), 1);
    REQUIRE(rows.size() == whole.size());
    CHECK(std::memcmp(rows.data(), whole.data(), rows.size() * sizeof(T)) == 0);

    auto last = evaluate<writing_batch>(model, last_rows, alone);
    last.reserve_cache(2, 160);
    run(last, {{0, 0, other}, {1, 0, part(one, 0, 149)}});
    last.copy_cached(1, 0);
    auto end = run(last, {{0, 149, {one[149]}}});
    CHECK(std::memcmp(end.data(), whole.data() + 149 * 12, 12 * sizeof(T)) == 0);
    end = run(last, {{1, 20, part(one, 20, 150)}}); // cut back, then on
    CHECK(std::memcmp(end.data(), whole.data() + 149 * 12, 12 * sizeof(T)) == 0);
}
constexpr auto refused = [](auto& program, const std::vector<piece>& pieces, const char* code) {
    try {
        run(program, pieces);
    } catch (const error& e) {
        return e.code == code;
    }
    return false;
};

} // namespace

TEST_CASE("a writing program gives the rows of the whole text") {
    judge_writing<rotary_writer<causal>, float>();
    judge_writing<rotary_writer<sliding_window<4>>, double>();
    judge_writing<joint_writer, float>();
}
TEST_CASE("the cache is planned") {
    using model_type = rotary_writer<causal>;
    parameters<model_type, float> model(label_count);
    team alone(1);
    auto writer = evaluate<writing_batch>(model, last_rows, alone);
    CHECK(writer.plan().per_cached_token == 3 * 2 * 12 * 4); // layers, keys and values, columns, bytes
    writer.reserve({.tokens = 96, .sequences = 2});
    const long before = writer.arena_bytes();
    writer.reserve_cache(2, 50);
    CHECK(writer.arena_bytes() - before == 100 * writer.plan().per_cached_token);
    CHECK(writer.arena_bytes() == writer.plan().bytes({.tokens = 96, .sequences = 2, .cached = 100}, 1));
    auto reader = evaluate<token_batch>(model, every_row, alone);
    CHECK(reader.plan().per_cached_token == 0);
}
TEST_CASE("what does not go on with a text of the cache is refused") {
    parameters<joint_writer, float> model(label_count);
    team alone(1);
    auto writer = evaluate<writing_batch>(model, last_rows, alone);
    constexpr auto outside = "step.outside_of_cache";
    CHECK(refused(writer, {{0, 0, {1}}}, outside)); // there is none yet
    writer.reserve_cache(2, 161);
    CHECK(refused(writer, {{2, 0, {1}}}, outside));
    CHECK(refused(writer, {{-1, 0, {1}}}, outside));
    CHECK(refused(writer, {{0, 1, {1}}}, outside));
    CHECK(refused(writer, {{0, 0, {1}}, {0, 0, {2}}}, outside));
    CHECK(refused(writer, {{0, 0, text(162, 1)}}, "step.too_long"));
    run(writer, {{0, 0, text(160, 1)}});
    CHECK(refused(writer, {{0, 160, {1}}}, "step.too_long"));
    CHECK(refused(writer, {{0, -1, {1}}}, outside));
    writer.reserve_cache(1, 4);
    CHECK(refused(writer, {{0, 0, text(5, 1)}}, outside));
    CHECK_THROWS_AS(writer.copy_cached(0, 1), error);
}
