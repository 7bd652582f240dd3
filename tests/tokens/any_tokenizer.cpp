// Which class a folder's tokenizer is found to be, and that it then does what the class does.
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <hone/file/file.hpp>
#include <hone/tokens/any_tokenizer.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"
#include "tokens/byte_pairs.hpp"

namespace {

std::vector<std::int32_t> ids_of(const hone::any_tokenizer& made, std::string_view text) {
    std::vector<std::int32_t> ids;
    made.encode(text, ids);
    return ids;
}

} // namespace

TEST_CASE("the files of a folder decide") {
    temporary_folder folder;
    const auto opened = [&] { return hone::any_tokenizer(folder.path); };
    CHECK(caught(opened).code == "tokens.not_found");
    folder.put("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nhello\n");
    CHECK(opened().kind() == std::string("wordpiece"));
    CHECK(ids_of(opened(), "hello") == std::vector<std::int32_t>{1, 3, 2});
    std::vector<std::int32_t> part;
    opened().encode_part("hello [SEP]", part);
    CHECK(part == std::vector<std::int32_t>{3, 2});
    part.clear();
    opened().encode_as_text("[SEP]", part);
    CHECK(part == std::vector<std::int32_t>{0, 0, 0}); // "[", "sep", "]"
    CHECK(caught([&] { opened().stream(); }).code == "tokens.no_stream");
    folder.put("tokenizer.model",
               hone::read_file(HONE_SOURCE_DIR "/tests/reference/tokens/tokenizer.model"));
    CHECK(opened().kind() == std::string("sentencepiece_bpe"));
    for (const auto& [name, kind] : {std::pair{"gpt2", "byte_level_bpe"},
                                     {"qwen2", "byte_level_bpe"},
                                     {"llama", "sentencepiece_bpe"},
                                     {"metaspace, first", "sentencepiece_bpe"}}) {
        folder.put("tokenizer.json", pairs::file(name).value().write());
        const auto made = opened();
        CHECK(made.kind() == std::string(kind));
        const auto ids = ids_of(made, "the account");
        std::string said;
        auto stream = made.stream();
        for (const auto id : ids) stream.add(id, said);
        stream.finish(said);
        CHECK(said == "the account");
        CHECK(said == made.decode(ids));
        CHECK(made.files().front().name == "tokenizer.json");
        CHECK(made.find("<s>").has_value() == (made.as<hone::sentencepiece_bpe>() != nullptr));
    }
    folder.put("tokenizer.json", R"({"model":{"type":"Unigram","vocab":[]}})");
    CHECK(caught(opened).code == "tokens.unsupported");
    folder.put("tokenizer.json", "{}");
    CHECK(caught(opened).code == "json.missing");
    const auto file = folder.put("tokenizer.json", pairs::file("gpt2").value().write());
    CHECK(hone::any_tokenizer(file).kind() == std::string("byte_level_bpe"));
}
