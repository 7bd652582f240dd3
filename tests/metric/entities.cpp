// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/entities.hpp>

#include <string>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using tags = std::vector<std::string>;

namespace {

std::string spans(const std::vector<entity>& found) {
    std::string text;
    for (const auto& e : found)
        text.append(e.type).append(std::to_string(e.first)).append("-").append(std::to_string(e.end)).append(" ");
    return text;
}

} // namespace

TEST_CASE("Tags are read in parts", "[metric]") {
    CHECK(read_tag("B-PER").letter == 'B');
    CHECK(read_tag("B-PER").type == "PER");
    CHECK(read_tag("I-A-B").type == "A-B");
    CHECK(read_tag("S").type == "_");
    CHECK(read_tag("S-").type == "_");
    for (const auto* wrong : {"", "X-PER", "BPER", "O-PER", "b-PER", "\xC3\xA9"}) CHECK(caught([&] { read_tag(wrong); }).code == "metric.tag");
    const auto e = caught([] { entities_of(tags{"B-X", "E-X"}, tag_scheme::iob2); });
    CHECK(e.code == "metric.tag");
    CHECK(e.found == "\"E-X\"");
    CHECK(tag_scheme_of("IOBES") == tag_scheme::iobes);
    CHECK(caught([] { tag_scheme_of("BILOU"); }).code == "metric.scheme");
}

TEST_CASE("Entities, forgiving and strict", "[metric]") {
    const tags iob1{"I-A", "I-A", "B-A", "O", "I-B", "I-A"};
    CHECK(spans(entities_of(iob1)) == "A0-2 A2-3 B4-5 A5-6 ");
    CHECK(spans(entities_of(iob1, tag_scheme::iob1)) == "A0-2 A2-3 B4-5 A5-6 ");
    CHECK(spans(entities_of(iob1, tag_scheme::iob2)) == "A2-3 ");
    const tags lone{"B-A", "I-B", "O", "B-A"}; // IOB1 has B only behind an entity of its type
    CHECK(spans(entities_of(lone, tag_scheme::iob1)) == "B1-2 ");
    CHECK(spans(entities_of(lone, tag_scheme::iob2)) == "A0-1 A3-4 ");
    CHECK(spans(entities_of(tags{"I-A", "B-A", "B-B"}, tag_scheme::iob1)) == "A0-1 "); // B-B has nothing to part
    const tags iobes{"B-A", "I-A", "E-A", "S-A", "I-A", "E-A", "B-A", "O"};
    CHECK(spans(entities_of(iobes)) == "A0-3 A3-4 A4-6 A6-7 ");
    CHECK(spans(entities_of(iobes, tag_scheme::iobes)) == "A0-3 A3-4 ");
    CHECK(entities_of(tags{}).empty());
}

TEST_CASE("Tags that are not legal are counted", "[metric]") {
    CHECK(illegal_tags(tags{"B-A", "I-A", "O"}, tag_scheme::iob2) == 0);
    CHECK(illegal_tags(tags{"I-A", "I-A", "I-B"}, tag_scheme::iob2) == 2);
    CHECK(illegal_tags(tags{"I-A", "B-A", "I-A", "I-B"}, tag_scheme::iob1) == 0);
    CHECK(illegal_tags(tags{"B-A", "O", "I-A", "B-B"}, tag_scheme::iob1) == 2);
    CHECK(illegal_tags(tags{"B-A", "I-A", "E-A", "S-A"}, tag_scheme::iobes) == 0);
    CHECK(illegal_tags(tags{"I-A", "E-A", "O", "B-A"}, tag_scheme::iobes) == 2); // the end leaves B open
    CHECK(illegal_tags(tags{"B-A", "O", "E-A"}, tag_scheme::iobes) == 2);
}

TEST_CASE("Every scheme becomes the same IOB2", "[metric]") {
    const tags iob2{"B-A", "I-A", "B-A", "O", "B-B", "B-A"};
    CHECK(to_iob2(tags{"I-A", "I-A", "B-A", "O", "I-B", "I-A"}) == iob2);
    CHECK(to_iob2(tags{"B-A", "E-A", "S-A", "O", "S-B", "S-A"}) == iob2);
    CHECK(to_iob2(iob2) == iob2);
    CHECK(to_iob2(tags{"S-A", "I-A", "E-A", "E-A"}) == tags{"B-A", "B-A", "I-A", "B-A"});
    CHECK(to_iob2(tags{"B", "I", "O", "S"}) == tags{"B", "I", "O", "B"});
}
