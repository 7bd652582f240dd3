// SPDX-License-Identifier: Apache-2.0
#include <hone/data/dataset.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

namespace {

/// The smallest tokenizer: a letter is an id.
struct letters {
    void encode(std::string_view text, std::vector<std::int32_t>& out, std::size_t limit) const {
        for (const char c : text.substr(0, limit)) out.push_back(c);
    }
};
struct loose : letters { // does not keep to the limit
    void encode(std::string_view text, std::vector<std::int32_t>& out, std::size_t) const { letters::encode(text, out, text.size()); }
};
static_assert(text_encoder<letters>);
static_assert(!text_encoder<std::string>);

text_table table() { return parse_tsv("abc\tno\nd\tyes\nef\tno\n", "a.tsv", text_column{0}, label_column{1}); }

} // namespace

TEST_CASE("A dataset is ids end to end", "[data]") {
    const auto d = encode(table(), letters{});
    CHECK(d.size() == 3);
    CHECK(d.ids == ids{'a', 'b', 'c', 'd', 'e', 'f'});
    CHECK(d.offsets == std::vector<std::int64_t>{0, 3, 4, 6});
    CHECK(d.label == ids{0, 1, 0});
    CHECK(d.labels.names() == std::vector<std::string>{"no", "yes"});
    CHECK(d.longest() == 3);
    CHECK(d.length(2) == 2);
    CHECK(ids(d.tokens(2).begin(), d.tokens(2).end()) == ids{'e', 'f'});
    CHECK(encode(table(), letters{}, 2).ids == ids{'a', 'b', 'd', 'e', 'f'});
    CHECK(dataset{}.size() == 0);
    CHECK(dataset{}.longest() == 0);
}

TEST_CASE("Labels of another table's map", "[data]") {
    CHECK(encode(table(), letters{}, label_map({"yes", "maybe", "no"})).label == ids{2, 0, 2});
    const auto e = caught([] { encode(table(), letters{}, label_map({"no", "yet"})); });
    CHECK(e.code == "data.unknown_label");
    CHECK(e.where.file == "a.tsv");
    CHECK(e.where.line == 2);
    CHECK(e.expected == "one of 2 labels, the nearest \"yet\", \"no\"");
    CHECK(e.found == "\"yes\"");
    CHECK(encode(parse_tsv("a\nb\n", "b.tsv", text_column{0}), letters{}).label.empty());
}

TEST_CASE("Texts without tokens, texts with too many", "[data]") {
    const auto empty = caught([] { encode(parse_tsv("a\t1\n\t1\n", "a.tsv", text_column{0}, label_column{1}), letters{}); });
    CHECK(empty.code == "data.empty_text");
    CHECK(empty.where.file == "a.tsv");
    CHECK(empty.where.line == 2);
    CHECK(empty.expected == "at least one token");
    CHECK(empty.found == "\"\"");
    const auto longer = caught([] { encode(table(), loose{}, 2); });
    CHECK(longer.code == "data.long_text");
    CHECK(longer.where.line == 1);
    CHECK(longer.expected == "at most 2");
    CHECK(longer.found == "3");
}

TEST_CASE("From a file in one line", "[data]") {
    const auto reviews = tsv(HONE_SOURCE_DIR "/examples/data/clinc150/dev.tsv", letters{}, text_column{0}, label_column{1});
    CHECK(reviews.size() == 3100);
    CHECK(reviews.labels.size() == 151);
    CHECK(reviews.labels.name(reviews.label.back()) == "oos");
    CHECK(reviews.offsets.back() == static_cast<std::int64_t>(reviews.ids.size()));
}
