// tokenizer.model: ids as `sentencepiece` gives them (tests/reference/tokens/byte_pairs.py), and
// what can be wrong with the file.
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <hone/file/file.hpp>
#include <hone/tokens/sentencepiece_model.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"
#include "tokens/byte_pairs.hpp"

using namespace std::string_literals;

namespace {

const std::string path = HONE_SOURCE_DIR "/tests/reference/tokens/tokenizer.model";

hone::sentencepiece_bpe read(const std::string& bytes, const std::string& config = "{}") {
    const hone::json root = hone::parse_json(config, "tokenizer_config.json");
    return hone::sentencepiece_bpe(
        hone::detail::sentencepiece_model_reader(hone::json_view(root, "tokenizer_config.json"),
                                                 "tokenizer.model")
            .read(bytes));
}
std::string field(int number, const std::string& text) {
    return std::string{static_cast<char>(number << 3 | 2)} + static_cast<char>(text.size()) + text;
}
std::string number(int of, int value) {
    std::string tag;
    for (unsigned left = static_cast<unsigned>(of) << 3; left > 0; left >>= 7)
        tag += static_cast<char>((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
    return tag + static_cast<char>(value);
}
std::string piece(const std::string& text, float score = 0, int kind = 1) {
    const auto bits = std::bit_cast<std::uint32_t>(score);
    std::string real;
    for (int shift = 0; shift < 32; shift += 8) real += static_cast<char>(bits >> shift & 0xFF);
    return field(1, field(1, text) + "\x15" + real + number(3, kind));
}
/// Byte pairs, blanks kept, no bytes to fall back to; what is given before overrides.
std::string small(const std::string& pieces, const std::string& training = "",
                  const std::string& normalizing = "") {
    return piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3) + pieces +
           field(2, number(3, 2) + training) + field(3, number(4, 0) + normalizing);
}
const std::string letters = piece("\xE2\x96\x81", -9) + piece("a", -10) + piece("b", -11);

} // namespace

TEST_CASE("ids of a model are those of the library that made it, after the beginning") {
    const auto made = hone::open_sentencepiece_model(path);
    const auto cases = pairs::reference()["model"];
    CHECK(cases.size() > 70);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto& text = cases[i][0].string();
        auto wanted = pairs::ids(cases[i][1].value());
        INFO(hone::in_quotes(text));
        std::vector<std::int32_t> part;
        made.encode_part(text, part);
        CHECK(part == wanted);
        wanted.insert(wanted.begin(), 1);
        CHECK(made.encode(text) == wanted);
        if (text.find(hone::blank_letter) == text.npos) CHECK(made.decode(wanted) == text);
    }
    CHECK(made.encode("a</s>").back() == 2);
    CHECK(made.files().front().bytes == hone::read_file(path));
}

TEST_CASE("every prefix of a model is refused, or is one with fewer pieces") {
    const auto bytes = hone::read_file(path);
    for (std::size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 61) {
        const auto e = caught([&] { read(bytes.substr(0, size)); });
        INFO(size << ": " << e.what());
        CHECK((e.code == "tokens.protobuf" || e.code == "tokens.empty" ||
               e.code == "tokens.unsupported"));
    }
}

TEST_CASE("the best score is joined first, equal ones from the left") {
    const auto made = read(
        small(letters + piece("ab", -2) + piece("ba", -1) + piece("aa", -3) + piece("aaa", -3)));
    const auto ids = [&](std::string_view text) {
        std::string list;
        for (const auto id : made.encode(text)) list += made.token(id) + "|";
        return list;
    };
    CHECK(ids("aba") == "<s>|\xE2\x96\x81|a|ba|");
    CHECK(ids("aaaaa") == "<s>|\xE2\x96\x81|aaa|aa|");
    CHECK(ids("xyb") == "<s>|\xE2\x96\x81|<unk>|b|"); // unknown ones in a row are one
}

TEST_CASE("what stands around a text is what the configuration says") {
    const auto bytes = small(letters);
    CHECK(read(bytes).encode("a").size() == 3);
    CHECK(read(bytes, R"({"add_bos_token":false})").encode("a").size() == 2);
    CHECK(read(bytes, R"({"add_eos_token":true})").encode("a").back() == 2);
    const auto more =
        R"({"added_tokens_decoder":{"6":{"content":"<pad>","lstrip":false,"rstrip":false,"normalized":false,"single_word":false,"special":true}}})";
    CHECK(read(bytes, more).encode("<pad>").back() == 6);
    CHECK(caught([&] { read(bytes, std::string(more).replace(26, 1, "9")); }).code ==
          "tokens.added_id");
    CHECK(read(small(letters, number(41, 2))).encode("a").front() == 2);
    CHECK(caught([&] { read(small(letters, number(41, 6))); }).code == "tokens.id_range");
    CHECK(read(small(letters, "", number(3, 0))).encode("a") ==
          std::vector<std::int32_t>{1, 4}); // no blank before
}

TEST_CASE("models that this tokenizer does not do, and models that are none") {
    const std::pair<std::string, const char*> rows[] = {
        {"", "tokens.empty"},
        {field(2, number(3, 2)), "tokens.empty"},
        {"\x1F\x8B\x08\x00", "tokens.protobuf"},
        {"PK\x03\x04", "tokens.protobuf"},
        {small(letters) + piece("a"), "tokens.duplicate_token"},
        {small(letters) + piece(""), "tokens.empty_token"},
        {small(letters) + piece("\xFF"), "tokens.not_utf8"},
        {small(letters) + piece("x", std::numeric_limits<float>::quiet_NaN()), "tokens.score"},
        {small(letters) + piece("x", 0, 5), "tokens.unsupported"},
        {small(letters) + piece("x", 0, 0), "tokens.unsupported"},
        {small(letters) + piece("x", 0, 9), "tokens.unsupported"},
        {small(letters, number(3, 1)), "tokens.unsupported"}, // unigram
        {small(letters, number(24, 1)), "tokens.unsupported"},
        {small(letters, "", field(1, "nmt_nfkc") + field(2, "rules")), "tokens.unsupported"},
        {small(letters, "", number(4, 1)), "tokens.unsupported"},
        {small(letters, "", number(5, 0)), "tokens.unsupported"},
        {small(letters, field(3, "x")), "tokens.protobuf"},
    };
    for (const auto& [bytes, code] : rows) {
        const auto e = caught([&, &bytes = bytes] { read(bytes); });
        INFO(e.what());
        CHECK(e.code == code);
        CHECK(e.where.file == "tokenizer.model");
    }
    const auto nobody = letters + field(2, number(3, 2) + number(35, 1)) +
                        field(3, number(4, 0)); // falls back to bytes that it lacks
    CHECK(caught([&] { read(nobody); }).code == "tokens.missing_byte");
}

TEST_CASE("a piece of many letters is split in linear time") {
    std::string text(110, 'a');
    CHECK(read(small(letters + piece(text, -1))).encode(text).size() ==
          112); // its parts are no pieces
}
