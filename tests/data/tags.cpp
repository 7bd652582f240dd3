// SPDX-License-Identifier: Apache-2.0
#include <hone/data/tags.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

strings read(strings tags) {
    make_iob2(tags);
    return tags;
}
std::pair<tag_convention, std::int64_t> scheme_of(const std::vector<strings>& sentences) {
    scheme_counts counts;
    for (const auto& s : sentences) counts.add(s);
    return {counts.scheme(), counts.illegal()};
}

} // namespace

TEST_CASE("Every scheme becomes IOB2 in one way", "[data]") {
    const strings wanted{"B-A", "I-A", "B-A", "O", "B-B", "B-A"};
    CHECK(read({"I-A", "I-A", "B-A", "O", "I-B", "I-A"}) == wanted); // IOB1
    CHECK(read(wanted) == wanted);
    CHECK(read({"B-A", "E-A", "S-A", "O", "S-B", "S-A"}) == wanted); // IOBES
    CHECK(read({"S-A", "I-A"}) == strings{"B-A", "B-A"});            // an end is an end
    CHECK(read({"E-A", "E-A", "I-A"}) == strings{"B-A", "B-A", "B-A"});
    CHECK(read({"B-A", "I-B", "I-A"}) == strings{"B-A", "B-B", "B-A"});
    CHECK(read({"I-X-Y", "I-X-Y", "I-X"}) == strings{"B-X-Y", "I-X-Y", "B-X"});
    CHECK(read({"NN", "O", "B-"}) == strings{"NN", "O", "B-"}); // of no scheme
}

TEST_CASE("Schemes are told by their tags", "[data]") {
    CHECK(scheme_of({{"I-A", "I-A", "B-A", "O"}}) == std::pair{tag_convention::iob1, std::int64_t{0}});
    CHECK(scheme_of({{"B-A", "I-A", "B-A", "O"}}) == std::pair{tag_convention::iob2, std::int64_t{0}});
    CHECK(scheme_of({{"S-A", "B-A", "E-A", "O"}}) == std::pair{tag_convention::iobes, std::int64_t{0}});
    CHECK(scheme_of({{"NN", "VB"}}) == std::pair{tag_convention::plain, std::int64_t{0}});
    CHECK(scheme_of({{"O", "O"}}).first == tag_convention::plain);
    CHECK(scheme_of({{"B-A", "B-A", "I-A", "O", "I-B"}, {"B-A"}}) == std::pair{tag_convention::iob2, std::int64_t{1}});
    CHECK(scheme_of({{"I-A", "O", "I-A", "O", "B-B"}}) == std::pair{tag_convention::iob1, std::int64_t{1}});
    CHECK(scheme_of({{"S-A", "I-A", "E-A", "B-A"}}) == std::pair{tag_convention::iobes, std::int64_t{2}}); // I after S, and no end
    CHECK(scheme_of({{"B-A"}, {"I-A", "E-A"}}).second == 2); // a sentence ends what goes on
}
