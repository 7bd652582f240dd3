// Documents of a text, cut and packed into rows.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hone/data/document_rows.hpp>

#include "data/caught.hpp"
#include "data/letters.hpp"
#include "test.hpp"

using ids = std::vector<std::int32_t>;
using offsets = std::vector<std::int64_t>;
using strings = std::vector<std::string>;

TEST_CASE("a document is a run of lines that are not blank") {
    CHECK(hone::text_documents("a\nb\n\nc\n \t\r\n\n d \r\ne") == strings{"a\nb", "c", " d \ne"});
    CHECK(hone::text_documents("").empty());
    CHECK(hone::text_documents("\n \n\t").empty());
    CHECK(hone::text_documents("a\r\r\n") == strings{"a\r"});         // one CR is dropped
    CHECK(hone::text_documents("\xC2\xA0\n") == strings{"\xC2\xA0"}); // another blank is text
    CHECK(hone::text_documents("a\x0B\n\r\nb") == strings{"a\x0B", "b"});
}

TEST_CASE("documents are ended, cut and packed in the order of the file") {
    const letters tokenizer; // '^' before each text, '$' ends it
    const auto rows = hone::pack_documents({"ab", "c", "defghij", "k"}, tokenizer,
                                           {.length = 6, .end_of_text = '$'});
    // ^ab$ | ^c$ | ^defgh ij$ | ^k$
    CHECK(rows.ids == ids{'^', 'a', 'b', '$', '^', 'c', '$', '^', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
                          '$', '^', 'k', '$'});
    CHECK(rows.documents == offsets{0, 4, 7, 13, 16, 19});
    CHECK(rows.rows == offsets{0, 1, 2, 3, 5});
    CHECK(rows.size() == 4);
    CHECK(rows.length(3) == 6);
    CHECK(rows.begin_of(3) == 13);
    CHECK(offsets(rows.offsets(3).begin(), rows.offsets(3).end()) == offsets{13, 16, 19});
    CHECK(rows.left_out == 0);
    for (std::size_t i = 0; i < rows.ids.size(); ++i) {
        bool first = false;
        for (const auto begin : rows.documents)
            first = first || begin == static_cast<std::int64_t>(i);
        CHECK(rows.labels[i] == (first ? -100 : rows.ids[i]));
    }
}

TEST_CASE("a piece of one token is left out and counted; an end is put once") {
    const letters tokenizer;
    const auto rows = hone::pack_documents({"abc", "x$"}, tokenizer,
                                           {.length = 4, .end_of_text = '$'}); // ^abc $ | ^x$
    CHECK(rows.left_out == 1);
    CHECK(rows.documents == offsets{0, 4, 7});
    CHECK(rows.rows == offsets{0, 1, 2});
    CHECK(hone::pack_documents({}, tokenizer, {.length = 4, .end_of_text = '$'}).size() == 0);
    CHECK(caught([&] {
              hone::pack_documents({"a"}, tokenizer, {.length = 1, .end_of_text = '$'});
          }).code == "data.length");
}
