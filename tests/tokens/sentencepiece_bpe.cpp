// SentencePiece byte pairs against what Python's `tokenizers` answered
// (tests/reference/tokens/byte_pairs.py), and what this tokenizer promises beyond it.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <vector>

#include <hone/tokens/sentencepiece_bpe.hpp>

#include "data/caught.hpp"
#include "test.hpp"
#include "tokens/byte_pairs.hpp"

namespace {

hone::sentencepiece_bpe made(const char* name) {
    return hone::sentencepiece_bpe(hone::read_sentencepiece(pairs::file(name)));
}

} // namespace

TEST_CASE("SentencePiece ids and decoded texts equal the reference's") {
    const auto counted = pairs::check<hone::sentencepiece_bpe>(
        [](const hone::json_view& file) {
            return hone::sentencepiece_bpe(hone::read_sentencepiece(file));
        },
        false);
    CHECK(counted.tokenizers == 11);
    CHECK(counted.texts > 900);
}

TEST_CASE("what is encoded comes back, a blank before it taken off") {
    const auto llama = made("llama");
    for (std::size_t i = 0; i < pairs::texts("text").size(); ++i) {
        const auto& text = pairs::texts("text")[i].string();
        if (text.find(hone::blank_letter) == text.npos && text.find('<') == text.npos)
            CHECK(llama.decode(llama.encode(text)) == text);
    }
    CHECK(llama.decode(llama.encode("\xC3\xA9\xFF x")) ==
          "\xC3\xA9\xEF\xBF\xBD x"); // a stray byte is a byte, and no text
}

TEST_CASE("a stream of pieces says whole characters, and all of them") {
    for (const char* name : {"llama", "llama, both ends", "metaspace, always, cut", "some bytes"})
        pairs::check_stream(made(name));
}

TEST_CASE("a long text is joined as a short one is") {
    for (const char* name : {"llama", "merges across words"}) {
        const auto tokenizer = made(name);
        for (const std::string letter : {" ", "a", "\xE6\x9D\xB1", "the account "}) {
            std::string text;
            for (int n = 0; n < 20000; ++n) text += letter;
            CHECK(tokenizer.decode(tokenizer.encode(text)) == text);
        }
    }
}

TEST_CASE("a byte without a token is an error where characters fall back to bytes and nothing "
          "stands for it") {
    auto definition = hone::read_sentencepiece(pairs::file("some bytes"));
    definition.unknown = -1;
    const auto e = caught([&] { hone::sentencepiece_bpe broken(definition, "tokenizer.json"); });
    CHECK(e.code == "tokens.missing_byte");
    CHECK(e.expected == "a word <0x0A> for byte 10");
}

TEST_CASE("special tokens in a text are text where that is asked for, and those around it stay") {
    const auto llama = made("llama");
    std::vector<std::int32_t> ids;
    llama.encode("</s>", ids, 99, hone::special_in_text::is_text);
    CHECK(ids.front() == *llama.find("<s>"));
    CHECK(ids.size() > 3);
    CHECK(llama.decode(ids) == "</s>");
    CHECK(llama.encode("</s>") == std::vector{*llama.find("<s>"), *llama.find("</s>")});
}
