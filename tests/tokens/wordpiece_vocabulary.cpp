// A tokenizer from vocab.txt, from folders and paths, and the files that it carries.
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <hone/file/file.hpp>
#include <hone/tokens/wordpiece.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace std::string_literals;
using ids_of = std::vector<std::int32_t>;

namespace {

const std::string smallest = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\n\xC3\xA9\nA\n";

hone::wordpiece made(const std::string& text) { return hone::wordpiece(hone::read_vocabulary(text, "v.txt")); }
hone::wordpiece configured(const std::string& config) {
    const auto root = hone::parse_json(config, "c.json");
    const hone::json_view view(root, "c.json");
    return hone::wordpiece(hone::read_vocabulary(smallest, "v.txt", &view));
}

} // namespace

TEST_CASE("a vocabulary alone is that of an uncased model") {
    const auto tokenizer = made(smallest);
    CHECK(tokenizer.size() == 9);
    CHECK(tokenizer.encode("AB \xC3\xA9 [MASK]b") == ids_of{2, 5, 6, 1, 4, 1, 3});
    CHECK(tokenizer.decode(tokenizer.encode("AB a")) == "ab a");
    CHECK(tokenizer.cls() == 2);
    CHECK(tokenizer.sep() == 3);
    CHECK(tokenizer.pad() == 0);
}

TEST_CASE("line ends and white space behind a word do not count") {
    const auto wanted = made(smallest).encode("ab");
    auto windows = smallest;
    for (std::size_t at = 0; (at = windows.find('\n', at)) != windows.npos; at += 2) windows.insert(at, "\r");
    CHECK(made(windows).encode("ab") == wanted);
    CHECK(made(smallest.substr(0, smallest.size() - 1)).size() == 9); // no end of the last line
    CHECK(made(smallest + "word \t\xE3\x80\x80\n").id("word") == 9);
    CHECK(made(smallest + "two words\n").id("two words") == 9);
    CHECK(made("[UNK]\n\n[CLS]\n[SEP]\na\n").encode("a") == ids_of{2, 4, 3}); // an empty line takes an id, as in the reference
}

TEST_CASE("the configuration beside it is heard") {
    CHECK(configured("{}").encode("A") == ids_of{2, 5, 3});
    CHECK(configured(R"({"do_lower_case": false})").encode("A \u00e9") == ids_of{2, 8, 7, 3});
    CHECK(configured(R"({"do_lower_case": false, "strip_accents": true})").encode("A\u0301") == ids_of{2, 8, 3});
    CHECK(configured(R"({"strip_accents": false})").encode("\u00c9") == ids_of{2, 7, 3});
    CHECK(configured(R"({"strip_accents": null})").encode("\u00c1") == ids_of{2, 5, 3});
    CHECK(configured(R"({"tokenize_chinese_chars": false})").encode("a\u4e2d") == ids_of{2, 1, 3});
    CHECK(configured(R"({"tokenize_chinese_chars": true})").encode("a\u4e2d") == ids_of{2, 5, 1, 3});
    CHECK(configured(R"({"cls_token": {"content": "A"}, "sep_token": "a"})").encode("") == ids_of{8, 5});

    const auto refused = [](const char* config, const char* code, const char* name, const char* expected, const char* found) {
        INFO(config);
        const auto e = caught([&] { configured(config); });
        CHECK(e.code == code);
        CHECK(e.where.name == name);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    refused(R"({"do_lower_case": 1})", "json.wrong_type", "do_lower_case", "true or false", "integer 1");
    refused(R"({"strip_accents": "no"})", "json.wrong_type", "strip_accents", "true or false", "string \"no\"");
    refused(R"({"do_basic_tokenize": false})", "tokens.unsupported", "do_basic_tokenize", "true", "false");
    refused(R"({"never_split": ["a"]})", "tokens.unsupported", "never_split", "null (or a tokenizer.json)", "an array");
    refused(R"({"unk_token": "<unk>"})", "tokens.missing_token", "unk_token", "a line \"<unk>\"", "none");
    refused(R"({"unk_token": 3})", "json.wrong_type", "unk_token", "a string", "integer 3");
    refused(R"({"added_tokens_decoder": {"5": {"content": "a"}}})", "tokens.unsupported", "added_tokens_decoder.5.content",
            "[UNK], [CLS], [SEP], [PAD] or [MASK] (or a tokenizer.json)", "string \"a\"");
    refused("[]", "json.wrong_type", "", "an object", "an array");
}

TEST_CASE("a vocabulary that is none is refused with its line") {
    const auto refused = [](const std::string& text, const char* code, std::int64_t line, std::int64_t byte, const std::string& expected, const std::string& found) {
        INFO(hone::in_quotes(text));
        const auto e = caught([&] { made(text); });
        CHECK(e.code == code);
        CHECK(e.where.file == "v.txt");
        CHECK(e.where.line == line);
        CHECK(e.where.byte == byte);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    refused("", "tokens.empty", -1, -1, "a word a line", "an empty file");
    refused("\xEF\xBB\xBF" + smallest, "tokens.bom", -1, 0, "UTF-8 without one", "EF BB BF");
    refused(smallest + "\xFF\n", "tokens.not_utf8", 10, static_cast<std::int64_t>(smallest.size()), "UTF-8", "\"\\xff\"");
    refused(smallest + "a\n", "tokens.duplicate_token", 10, -1, "different words", "\"a\", the word of line 6");
    refused(smallest + "\n\n", "tokens.duplicate_token", 11, -1, "different words", "\"\", the word of line 10");
    refused("[UNK]\n[SEP]\n", "tokens.missing_token", -1, -1, "a line \"[CLS]\"", "none");
    refused("[CLS]\n[SEP]\n", "tokens.missing_token", -1, -1, "a line \"[UNK]\"", "none");
    refused("\n", "tokens.missing_token", -1, -1, "a line \"[UNK]\"", "none");
    std::string many = "[UNK]\n[CLS]\n[SEP]\n";
    for (int i = 0; many.size() <= hone::vocabulary_bytes_limit; ++i) many += std::string(4000, 'x') + std::to_string(i) + "\n";
    const auto e = caught([&] { made(many); });
    CHECK(e.code == "tokens.too_large");
    CHECK(e.expected == "at most " + std::to_string(hone::vocabulary_bytes_limit) + " bytes");
    CHECK(e.found == std::to_string(many.size()));
}

TEST_CASE("a folder's tokenizer.json is preferred to its vocab.txt, and all its files are carried as they are") {
    const temporary_folder at;
    const auto all = hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/cases.json");
    const auto first = hone::json_view(all, "cases.json")["tokenizers"][0]["file"];
    const std::string file = "  " + first.value().write(1) + "\n\n", config = "{ \"do_lower_case\" : false }";
    at.put("vocab.txt", smallest);
    at.put("tokenizer_config.json", config);
    at.put("config.json", "{}");

    const hone::wordpiece from_vocabulary(at.path); // no tokenizer.json yet
    CHECK(from_vocabulary.size() == 9);
    CHECK(from_vocabulary.encode("A") == ids_of{2, 8, 3});
    REQUIRE(from_vocabulary.files().size() == 2);
    CHECK(from_vocabulary.files()[0].name == "vocab.txt");
    CHECK(from_vocabulary.files()[0].bytes == smallest);
    CHECK(from_vocabulary.files()[1].name == "tokenizer_config.json");
    CHECK(from_vocabulary.files()[1].bytes == config);

    at.put("tokenizer.json", file);
    const hone::wordpiece preferred(at.path), same(at.path / "tokenizer.json"), other(at.path / "vocab.txt");
    CHECK(preferred.size() == first["model"]["vocab"].size());
    CHECK(same.encode("hello world") == preferred.encode("hello world"));
    CHECK(other.size() == 9);
    REQUIRE(preferred.files().size() == 3);
    CHECK(preferred.files()[0].name == "tokenizer.json");
    CHECK(preferred.files()[0].bytes == file); // truncation and padding with it
    CHECK(preferred.files()[1].name == "tokenizer_config.json");
    CHECK(preferred.files()[2].bytes == smallest);
    REQUIRE(other.files().size() == 2);
    CHECK(other.files()[0].name == "vocab.txt");

    const temporary_folder again; // what is carried is enough
    for (const auto& carried : preferred.files()) again.put(carried.name, carried.bytes);
    CHECK(hone::wordpiece(again.path).encode("hello world") == preferred.encode("hello world"));

    at.put("tokenizer.json", "{}"); // a bad one is an error, never a reason to take the other file
    const auto e = caught([&] { hone::wordpiece bad(at.path); });
    CHECK(e.code == "json.missing");
    CHECK(e.where.file == (at.path / "tokenizer.json").string());
    CHECK(e.where.name == "model");
}

TEST_CASE("what is not there is said") {
    const temporary_folder at;
    const auto neither = caught([&] { hone::wordpiece bad(at.path); });
    CHECK(neither.code == "tokens.not_found");
    CHECK(neither.where.file == at.path.string());
    CHECK(neither.expected == "tokenizer.json or vocab.txt");
    CHECK(neither.found == "neither");
    const auto file = caught([&] { hone::wordpiece bad(at.path / "vocab.txt"); });
    CHECK(file.code == "file.not_found");
    CHECK(file.where.file == (at.path / "vocab.txt").string());
    at.put("vocab.txt", smallest);
    at.put("added_tokens.json", "{\"<x>\": 9}");
    const auto added = caught([&] { hone::wordpiece bad(at.path); });
    CHECK(added.code == "tokens.unsupported");
    CHECK(added.where.file == (at.path / "added_tokens.json").string());
    at.put("added_tokens.json", "{}");
    CHECK(hone::wordpiece(at.path).size() == 9);
    std::filesystem::create_directory(at.path / "tokenizer.json");
    const auto odd = caught([&] { hone::wordpiece bad(at.path); });
    CHECK(odd.code == "file.not_a_file");
}
