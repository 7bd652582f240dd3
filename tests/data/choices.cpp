// SPDX-License-Identifier: Apache-2.0
#include <hone/data/choices.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hone/data/epochs.hpp>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;
using ids = std::vector<std::int32_t>;

namespace {

const choice_columns by_name{text_column{"q"}, {column("a"), column("b"), column("c")}, label_column{"right"}};
choice_table read(std::string_view bytes) { return parse_choices(bytes, "a.csv", ',', by_name); }

} // namespace

TEST_CASE("A column a choice", "[data]") {
    const auto t = read("q,a,b,c,right\nwho,\"x, y\",z,w,2\nwhat,1,2,3,b\nwhy,1,2,3,A\n");
    CHECK(t.context == strings{"who", "what", "why"});
    CHECK(t.choice == strings{"x, y", "z", "w", "1", "2", "3", "1", "2", "3"});
    CHECK(t.offsets == std::vector<std::int64_t>{0, 3, 6, 9});
    CHECK(t.answer == ids{2, 1, 0});
    CHECK(t.line == std::vector<std::int64_t>{2, 3, 4});
    CHECK(parse_choices("who\tx\ty\n", "a.tsv", '\t', {text_column{0}, {column(1), column(2)}}).answer.empty());
    for (const char* bad : {"3", "-1", "D", "x", ""}) {
        const auto e = caught([&] { read("q,a,b,c,right\nwho,1,2,3," + std::string(bad) + "\n"); });
        INFO(bad);
        CHECK(e.code == "data.answer");
        CHECK(e.where.line == 2);
        CHECK(e.expected == "0 to 2, A to C, or a column of choices");
    }
    CHECK(caught([] { parse_choices("q\tx\n", "a", '\t', {text_column{0}, {column(1)}}); }).code == "data.group_of_one");
    CHECK(caught([] { parse_choices("q\tx\n", "a", '\t', {text_column{0}, {}}); }).code == "data.column");
    CHECK(caught([] { read("q,a,b,c,right\n"); }).code == "data.no_rows");
}

TEST_CASE("A list of choices in JSON lines", "[data]") {
    const choice_columns list{text_column{"q"}, {column("choices")}, label_column{"right"}};
    const auto t = parse_choice_lines("{\"q\":\"who\",\"choices\":[\"x\",\"y\"],\"right\":1}\n{\"q\":\"what\",\"choices\":[\"1\",\"2\",\"3\"],\"right\":\"C\"}\n",
                                      "a.jsonl", list);
    CHECK(t.offsets == std::vector<std::int64_t>{0, 2, 5});
    CHECK(t.answer == ids{1, 2});
    CHECK(parse_choice_lines("{\"q\":\"who\",\"a\":\"x\",\"b\":\"y\",\"c\":\"z\",\"right\":\"b\"}", "a.jsonl", by_name).answer == ids{1});
    CHECK(caught([&] { parse_choice_lines("{\"q\":\"who\",\"choices\":[\"x\"],\"right\":0}", "a", list); }).code == "data.group_of_one");
    CHECK(caught([&] { parse_choice_lines("{\"q\":\"who\",\"choices\":[1,2],\"right\":0}", "a", list); }).code == "data.wrong_type");
    CHECK(caught([&] { parse_choice_lines("{\"q\":\"who\",\"right\":0}", "a", list); }).code == "data.missing_column");
    const temporary_folder folder;
    const auto path = folder.put("a.jsonl", "{\"q\":\"who\",\"choices\":[\"x\",\"y\"],\"right\":1}\n");
    CHECK(read_choices(path.string(), list).answer == ids{1});
}

TEST_CASE("Groups of pairs, which no batch divides", "[data]") {
    const auto t = parse_choice_lines("{\"q\":\"the\",\"choices\":[\"play\",\"un\"],\"r\":1}\n{\"q\":\"hello\",\"choices\":[\"a\",\"b\",\"the world\"],\"r\":0}\n"
                                      "{\"q\":\"do\",\"choices\":[\"not\",\"can\"],\"r\":0}\n",
                                      "a.jsonl", {text_column{"q"}, {column("choices")}, label_column{"r"}});
    const auto d = encode(t, small_tokenizer());
    d.check();
    CHECK(d.size() == 7);
    CHECK(d.examples() == 3);
    CHECK(d.extent(1).sequences == 3);
    ids pair, types;
    small_tokenizer().encode("hello", "the world", pair, types);
    CHECK(listed(d.tokens(4)) == pair);
    CHECK(listed(d.types_of(4)) == types);
    auto all = epochs(1, batches(d, sentences_per_batch(2), no_shuffle));
    CHECK(all.largest().sequences == 5);
    CHECK(all.largest().groups == 2);
    std::vector<ids> groups, labels;
    for (auto [epoch, n, batch] : all) {
        groups.push_back(listed(batch.group.offsets));
        labels.push_back(listed(batch.label.values));
        CHECK(batch.tokens.offsets.size() == static_cast<std::size_t>(groups.back().back()) + 1);
    }
    CHECK(groups == std::vector<ids>{{0, 2, 5}, {0, 2}});
    CHECK(labels == std::vector<ids>{{1, 0}, {0}});

    auto wrong = d;
    wrong.answer[0] = 2;
    CHECK(caught([&] { wrong.check(); }).code == "data.label_range");
    wrong = d;
    wrong.group_offsets = {0, 1, 5, 7};
    CHECK(caught([&] { wrong.check(); }).code == "data.group_of_one");
    wrong.group_offsets = {0, 2, 5};
    CHECK(caught([&] { wrong.check(); }).code == "data.offsets");
}
