// vocab.json and merges.txt: the same ids as the tokenizer.json made of them, and what can be wrong
// with the two files.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>
#include <vector>

#include <hone/file/file.hpp>
#include <hone/tokens/byte_level_files.hpp>

#include "file/temporary.hpp"
#include "test.hpp"
#include "tokens/made.hpp"
#include "tokens/byte_pairs.hpp"

namespace {

hone::byte_level_bpe opened(const made_tokenizer& made, const std::string& merges,
                            const std::string& config = "") {
    temporary_folder folder;
    folder.put("vocab.json", made.vocabulary());
    folder.put("merges.txt", merges);
    if (!config.empty()) folder.put("tokenizer_config.json", config);
    return hone::open_vocabulary_and_merges(folder.path);
}

} // namespace

TEST_CASE("ids are those of the tokenizer.json of the same words and merges") {
    const auto file = pairs::file("gpt2");
    const auto model = file["model"];
    made_tokenizer made;
    made.words.resize(model["vocab"].size());
    model["vocab"].each([&](const std::string& word, const hone::json_view& id) {
        made.words[static_cast<std::size_t>(id.integer())] = word;
    });
    std::string merges = "#version: 0.2\n";
    for (const auto& merge : model["merges"].value().values()) merges += merge.string() + "\n";
    const auto one = hone::byte_level_bpe(hone::read_byte_level(file)),
               other = opened(made, merges);
    for (std::size_t i = 0; i < pairs::texts("text").size(); ++i) {
        const auto& text = pairs::texts("text")[i].string();
        CHECK(one.encode(text) == other.encode(text));
    }
    CHECK(other.files().size() == 2);
    CHECK(opened(made, merges,
                 R"({"tokenizer_class":"GPT2TokenizerFast","eos_token":{"content":"<end>"}})")
              .encode("<end>")
              .size() == 1);
    CHECK(opened(made, merges, R"({"add_prefix_space":true})").encode("account") ==
          other.encode(" account"));
    CHECK(opened(made, merges, R"({"tokenizer_class":"Qwen2Tokenizer"})").encode("12e\u0301") !=
          other.encode("12e\u0301"));
    const auto roberta =
        opened(made, merges, R"({"tokenizer_class":"RobertaTokenizer"})").encode("a  <mask>");
    CHECK(roberta.size() == 4); // the mask takes the blanks before it
}

TEST_CASE("lines of merges") {
    const auto made = made_bytes();
    const auto merged = [&](const std::string& lines) {
        return opened(made, lines).encode("abc").size();
    };
    CHECK(merged("#version: 0.2\na b\nab c\n") == 1);
    CHECK(merged("a b\nab c") == 1);                        // no first line, no last line end
    CHECK(merged("#version: 0.2\r\na b\r\nab c\r\n") == 1); // a CR before a line's end is dropped
    CHECK(merged("#version: 0.2\n") == 3);
    CHECK(merged("") == 3);
    auto hash = made_bytes();
    hash.words.push_back("##");
    CHECK(opened(hash, "# #\n").encode("##").size() == 1); // a merge that begins with #
    struct row {
        std::string lines;
        const char* code;
        std::int64_t line;
    };
    const row rows[] = {
        {"a b\nab\n", "tokens.merge", 2},
        {"a b\nab c d\n", "tokens.merge", 2},
        {"a b\n\nab c\n", "tokens.merge", 2},
        {"a b\nab\tc\n", "tokens.merge", 2},
        {"a b\n ab\n", "tokens.merge", 2},
        {"a b\nab zz\n", "tokens.unknown_piece", 2},
        {"a b\nab c\na b\n", "tokens.duplicate_merge", 3},
        {"a b\nb a\n", "tokens.unknown_piece", 2},
        {"a b\n\xFF c\n", "tokens.not_utf8", 2},
        {"a b\n#version: 0.2\n", "tokens.unknown_piece", 2},
    };
    for (const auto& [lines, code, line] : rows) {
        const auto e = caught([&, &lines = lines] { opened(made, lines); });
        INFO(e.what());
        CHECK(e.code == code);
        CHECK(e.where.line == line);
        CHECK(e.where.file.ends_with("merges.txt"));
    }
}

TEST_CASE("folders that are not whole, and classes that are not known") {
    temporary_folder folder;
    folder.put("vocab.json", made_bytes().vocabulary());
    CHECK(caught([&] { hone::open_vocabulary_and_merges(folder.path); }).code ==
          "tokens.not_found");
    folder.put("merges.txt", "");
    CHECK(caught([&] { hone::open_vocabulary_and_merges(folder.path); }).code ==
          "nothing was thrown");
    folder.put("vocab.json", "{}");
    CHECK(caught([&] { hone::open_vocabulary_and_merges(folder.path); }).code == "tokens.empty");
    folder.put("vocab.json", "[1]");
    CHECK(caught([&] { hone::open_vocabulary_and_merges(folder.path); }).code == "json.wrong_type");
    auto few = made_bytes();
    few.words.erase(few.words.begin());
    few.merges.clear();
    CHECK(caught([&] { opened(few, ""); }).code == "tokens.missing_byte");
    const auto e =
        caught([&] { opened(made_bytes(), "", R"({"tokenizer_class":"CLIPTokenizer"})"); });
    CHECK(e.code == "tokens.unsupported");
    CHECK(e.where.name == "tokenizer_class");
    CHECK(caught([&] { opened(made_bytes(), "", R"({"added_tokens_decoder":{"x":{}}})"); }).code ==
          "tokens.added_id");
}
