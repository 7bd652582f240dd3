// SPDX-License-Identifier: Apache-2.0
#include <hone/data/documents.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

document_table read(std::string_view bytes) { return parse_documents(bytes, "a.txt"); }
/// The sequences as words, without special tokens.
strings sequences(std::string_view bytes, const sequence_options& options) {
    const auto d = encode(read(bytes), small_tokenizer(), masking_of(small_tokenizer()), options);
    strings all;
    for (std::size_t i = 0; i < d.size(); ++i) {
        CHECK(d.tokens(i).front() == small_tokenizer().cls());
        CHECK(d.tokens(i).back() == small_tokenizer().sep());
        CHECK(d.tokens(i).size() <= options.length);
        all.push_back(small_tokenizer().decode(d.tokens(i)));
    }
    return all;
}

} // namespace

TEST_CASE("Documents are parted by blank lines", "[data]") {
    const auto t = read("a\nb\r\n\n \t\r\nc\n\n\n");
    CHECK(t.text == strings{"a", "b", "c"});
    CHECK(t.offsets == std::vector<std::int64_t>{0, 2, 3});
    CHECK(t.lines(1).size() == 1);
    CHECK(read("a").size() == 1);
    CHECK(caught([] { read("\n \n"); }).code == "data.no_rows");
}

TEST_CASE("Lines are put together whole while they fit, and never across documents", "[data]") {
    CHECK(sequences("the play\nun want\nhello\n\nworld\n", {.length = 6}) == strings{"the play un want", "hello", "world"});
    CHECK(sequences("the play\nun want\nhello\n", {.length = 7}) == strings{"the play un want hello"});
    CHECK(sequences("the play\nun want\nhello\n", {.length = 7, .by_line = true}) == strings{"the play", "un want", "hello"});
    CHECK(sequences("the the the the the the the\nplay\n", {.length = 5}) == strings{"the the the", "the the the", "the play"});
    const auto encoded = [](std::string_view bytes, std::size_t length) {
        encode(read(bytes), small_tokenizer(), masking_of(small_tokenizer()), {.length = length});
    };
    CHECK(caught([&] { encoded("a\n", 2); }).code == "data.limit");
    CHECK(caught([&] { encoded("\xE2\x80\x8B\n", 8); }).code == "data.empty"); // a line of which no token is made
}
