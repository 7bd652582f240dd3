// The answers of the reference for tokenizers of byte pairs
// (tests/reference/tokens/byte_pairs.json), and how a tokenizer is held against them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hone/file/json.hpp>
#include <hone/file/json_view.hpp>
#include <hone/file/utf8.hpp>
#include <hone/tokens/bpe_json.hpp>

#include "test.hpp"

namespace pairs {

inline hone::json_view reference() {
    static const hone::json cases =
        hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/byte_pairs.json");
    return {cases, "byte_pairs.json"};
}
inline hone::json_view texts(std::string_view name) { return reference()["texts"][name]; }
/// The tokenizer.json of one of them.
inline hone::json_view file(std::string_view name) {
    const auto all = reference()["tokenizers"];
    for (std::size_t k = 0; k < all.size(); ++k)
        if (all[k]["name"].string() == name) {
            static const std::string tokenizer_json = "tokenizer.json";
            return {all[k]["file"].value(), tokenizer_json};
        }
    FAIL("no tokenizer is called " << name);
    throw 0;
}
inline std::vector<std::int32_t> ids(const hone::json& list) {
    std::vector<std::int32_t> made;
    for (const auto& id : list.values()) made.push_back(static_cast<std::int32_t>(id.integer()));
    return made;
}

struct counts {
    std::size_t tokenizers = 0, texts = 0;
};
/// Every case of every tokenizer of one of the two kinds.
template <class Tokenizer, class Make>
counts check(const Make& make, bool byte_level) {
    counts counted;
    const auto all = reference()["tokenizers"];
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (hone::detail::is_byte_level(all[k]["file"]) != byte_level) continue;
        ++counted.tokenizers;
        const Tokenizer made = make(hone::json_view(all[k]["file"].value(), "tokenizer.json"));
        const auto listed = texts(all[k]["texts"].string()), cases = all[k]["cases"];
        REQUIRE(listed.size() == cases.size());
        for (std::size_t i = 0; i < listed.size(); ++i, ++counted.texts) {
            const auto& text = listed[i].string();
            const auto& one =
                cases[i]
                    .value()
                    .values(); // whole, a part, a part whose special tokens are text, drawn ids, their text
            INFO(all[k]["name"].string() << ", text " << i << ": " << hone::in_quotes(text));
            std::vector<std::int32_t> part{7}, plain{7};
            made.encode_part(text, part);
            made.encode_as_text(text, plain);
            part.erase(part.begin());
            plain.erase(plain.begin());
            CHECK(made.encode(text) == ids(one[0]));
            CHECK(part == ids(one[1]));
            CHECK(plain == ids(one[2].is_array() ? one[2] : one[1]));
            CHECK(made.decode(ids(one[3]), true) == one[4].string());
        }
    }
    return counted;
}

/// Ids drawn at random, one by one: what is said is UTF-8 at every moment, and in the end what
/// decoding all of them gives.
template <class Tokenizer>
void check_stream(const Tokenizer& made) {
    std::uint32_t state = 1;
    auto stream = made.stream(true);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::int32_t> drawn;
        std::string said;
        for (int n = 0; n < 12; ++n) {
            state = state * 1664525 + 1013904223;
            drawn.push_back(static_cast<std::int32_t>((state >> 8) % made.size()));
            stream.add(drawn.back(), said);
            for (std::size_t at = 0; at < said.size(); at += hone::utf8_length(said, at))
                REQUIRE(hone::utf8_length(said, at) > 0);
        }
        stream.finish(said);
        CHECK(said == made.decode(drawn, true));
    }
}

} // namespace pairs
