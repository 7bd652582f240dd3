// WordPiece against what Python's `tokenizers` answered (tests/reference/tokens/cases.py), and what this tokenizer promises beyond it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hone/file/file.hpp>
#include <hone/file/json_view.hpp>
#include <hone/tokens/wordpiece.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using ids_of = std::vector<std::int32_t>;
using namespace std::string_literals;

namespace {

hone::json_view reference() {
    static const hone::json cases = hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/cases.json");
    return {cases, "cases.json"};
}
hone::wordpiece made(const hone::json& file) { return hone::wordpiece(hone::read_tokenizer_json(file.write(), "tokenizer.json")); }
const hone::json& uncased() { return reference()["tokenizers"][0]["file"].value(); }

} // namespace

TEST_CASE("ids and decoded texts equal the reference's") {
    std::size_t count = 0;
    for (std::size_t k = 0; k < reference()["tokenizers"].size(); ++k) {
        const auto one = reference()["tokenizers"][k], cases = one["cases"];
        const auto tokenizer = made(one["file"].value());
        const auto texts = reference()["texts"][one["texts"].string()];
        REQUIRE(texts.size() == cases.size());
        for (std::size_t i = 0; i < texts.size(); ++i, ++count) {
            const auto& text = texts[i].string();
            ids_of wanted;
            for (const auto& id : cases[i][0].value().values())
                wanted.push_back(static_cast<std::int32_t>(id.integer()));
            INFO(one["name"].string() << ", text " << i << ": " << hone::in_quotes(text));
            CHECK(tokenizer.encode(text, 64) == wanted);
            CHECK(tokenizer.decode(wanted, i % 4 == 0) == cases[i][1].string());
        }
    }
    CHECK(count > 900);
}

TEST_CASE("a limit cuts the text and never the special tokens") {
    const auto tokenizer = made(uncased());
    const auto whole = tokenizer.encode("hello the world");
    REQUIRE(whole.size() == 5);
    CHECK(tokenizer.encode("hello the world", 5) == whole);
    CHECK(tokenizer.encode("hello the world", 4) == ids_of{whole[0], whole[1], whole[2], whole[4]});
    CHECK(tokenizer.encode("hello the world", 3) == ids_of{whole[0], whole[1], whole[4]});
    CHECK(tokenizer.encode("hello the world", 2) == ids_of{tokenizer.cls(), tokenizer.sep()});
    const auto e = caught([&] { tokenizer.encode("hello", 1); });
    CHECK(e.code == "tokens.limit");
    CHECK(e.expected == "at least 2");
    CHECK(e.found == "1");

    const auto played = tokenizer.encode("playing"); // a word cut between its pieces
    REQUIRE(played.size() == 4);
    CHECK(tokenizer.encode("playing", 3) == ids_of{played[0], played[1], played[3]});
    CHECK(tokenizer.encode("[MASK][MASK]", 3) == ids_of{tokenizer.cls(), tokenizer.mask(), tokenizer.sep()});
    std::string long_text;
    for (int i = 0; i < 2000; ++i) long_text += "the ";
    CHECK(tokenizer.encode(long_text).size() == 512);
    CHECK(tokenizer.encode(long_text, 100000).size() == 2002);
}

TEST_CASE("truncation and padding in the file change nothing") {
    auto file = uncased();
    REQUIRE_FALSE(file.find("truncation")->is_null());
    REQUIRE_FALSE(file.find("padding")->is_null());
    const auto with = made(file);
    file.set("truncation", nullptr);
    file.set("padding", nullptr);
    const auto text = "the the the the the the the the the the the the the the the the the the the the";
    CHECK(with.encode(text).size() == 22);
    CHECK(with.encode("the").size() == 3);
    CHECK(made(file).encode(text) == with.encode(text));
}

TEST_CASE("special tokens in a text are tokens, or text where that is asked for") {
    const auto tokenizer = made(uncased());
    ids_of ids, part, text;
    tokenizer.encode("the [SEP]", ids);
    tokenizer.encode_part("the [SEP]", part);
    CHECK(ids == ids_of{tokenizer.cls(), tokenizer.id("the"), tokenizer.sep(), tokenizer.sep()});
    CHECK(part == ids_of{tokenizer.id("the"), tokenizer.sep()});
    tokenizer.encode_as_text("[SEP]", text);
    CHECK(std::find(text.begin(), text.end(), tokenizer.sep()) == text.end());
    CHECK(text.size() >= 3); // brackets and what is between them
    tokenizer.encode("[SEP]", ids, 4, hone::special_in_text::is_text);
    CHECK(ids == ids_of{tokenizer.cls(), text[0], text[1], tokenizer.sep()});
}

TEST_CASE("the caller's vector is written over") {
    const auto tokenizer = made(uncased());
    ids_of ids{7, 7, 7, 7, 7, 7, 7, 7};
    tokenizer.encode("the", ids);
    CHECK(ids == tokenizer.encode("the"));
    const auto* const before = ids.data();
    tokenizer.encode("hello world", ids);
    CHECK(ids.data() == before);
}

TEST_CASE("bytes that are not UTF-8 count as U+FFFD each, which cleaning drops") {
    const auto tokenizer = made(uncased());
    for (const auto& bad : {"\xFF"s, "\xC3"s, "\xE4\xB8"s, "\xC0\xAF"s, "\xED\xA0\x80"s, "\xF5\x80\x80\x80"s, "\x80"s})
        CHECK(tokenizer.encode("he" + bad + "llo") == tokenizer.encode("hello"));
    CHECK(tokenizer.encode("\xE4\xB8\xE4\xB8\xAD") == tokenizer.encode("\xE4\xB8\xAD")); // the good character behind bad bytes is kept
    CHECK(tokenizer.encode("\xE4[MASK]\xB8") == tokenizer.encode("[MASK]"));
    auto file = uncased();
    auto normalizer = *file.find("normalizer");
    normalizer.set("clean_text", false);
    file.set("normalizer", std::move(normalizer));
    CHECK(made(file).encode("he\xFFllo") == ids_of{tokenizer.cls(), tokenizer.unk(), tokenizer.sep()});
}

TEST_CASE("words and ids") {
    const auto tokenizer = made(uncased());
    CHECK(tokenizer.token(tokenizer.id("the")) == "the");
    CHECK(tokenizer.token(tokenizer.cls()) == "[CLS]");
    CHECK(tokenizer.token(tokenizer.sep()) == "[SEP]");
    CHECK(tokenizer.token(tokenizer.unk()) == "[UNK]");
    CHECK(tokenizer.token(tokenizer.pad()) == "[PAD]");
    CHECK(tokenizer.token(tokenizer.mask()) == "[MASK]");
    CHECK(tokenizer.size() == reference()["tokenizers"][0]["file"]["model"]["vocab"].size());
    CHECK_FALSE(tokenizer.find("no such word"));
    const auto unknown = caught([&] { tokenizer.id("helo"); });
    CHECK(unknown.code == "tokens.unknown_token");
    CHECK(unknown.where.name == "helo");
    CHECK(unknown.expected.find("\"hello\"") != std::string::npos);
    for (const auto bad : {std::int32_t{-1}, static_cast<std::int32_t>(tokenizer.size())}) {
        const auto e = caught([&] { tokenizer.decode(ids_of{0, bad}); });
        CHECK(e.code == "tokens.id_range");
        CHECK(e.expected == "0 to " + std::to_string(tokenizer.size() - 1));
        CHECK(e.found == std::to_string(bad));
    }
}

TEST_CASE("a copy is whole") {
    auto first = std::make_unique<hone::wordpiece>(made(reference()["tokenizers"][7]["file"].value()));
    const auto second = *first;
    const auto text = "hello <s> big two";
    const auto wanted = first->encode(text);
    first.reset();
    CHECK(second.encode(text) == wanted);
}
