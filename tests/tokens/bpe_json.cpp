// What may be wrong with the model of a tokenizer.json of byte pairs, in either kind of tokenizer.
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <hone/tokens/byte_level_definition.hpp>
#include <hone/tokens/sentencepiece_definition.hpp>

#include "test.hpp"
#include "tokens/made.hpp"

namespace {

template <class Break>
void both(const char* code, const char* name, const Break& breaks) {
    auto bytes = made_bytes(), pieces = made_pieces();
    breaks(bytes);
    breaks(pieces);
    for (const auto& e :
         {refused(bytes, hone::read_byte_level), refused(pieces, hone::read_sentencepiece)}) {
        INFO(e.what());
        CHECK(e.code == code);
        CHECK(e.where.file == "tokenizer.json");
        CHECK(e.where.name == name);
    }
}

} // namespace

TEST_CASE("the files that the others break are right") {
    CHECK(refused(made_bytes(), hone::read_byte_level).code == "nothing was thrown");
    CHECK(refused(made_pieces(), hone::read_sentencepiece).code == "nothing was thrown");
    auto spelt = made_bytes();
    spelt.merges = {R"(["a","b"])", R"(["ab","c"])"};
    CHECK(refused(spelt, hone::read_byte_level).code == "nothing was thrown");
}

TEST_CASE("merges that are none") {
    for (const char* merge : {"ab", "a b c", "a  b", R"(["a"])", R"(["a","b","c"])", R"([])", ""})
        both("tokens.merge", "model.merges[2]", [&](auto& made) { made.merges.push_back(merge); });
    both("json.wrong_type", "model.merges[2][1]",
         [](auto& made) { made.merges.push_back(R"(["a",3])"); });
}

TEST_CASE("a merge of nothing would go round in a circle") {
    both("tokens.merge", "model.merges[2]",
         [](auto& made) { made.words.push_back(""), made.merges.push_back(R"(["","a"])"); });
    both("tokens.merge", "model.merges[2]",
         [](auto& made) { made.words.push_back(""), made.merges.push_back(" a"); });
}

TEST_CASE("merges of unknown pieces, and twice the same") {
    both("tokens.unknown_piece", "model.merges[2]",
         [](auto& made) { made.merges.push_back("zz b"); });
    both("tokens.unknown_piece", "model.merges[2]",
         [](auto& made) { made.merges.push_back("b zz"); });
    both("tokens.unknown_piece", "model.merges[2]",
         [](auto& made) { made.merges.push_back("c b"); }); // makes no piece
    both("tokens.duplicate_merge", "model.merges[2]",
         [](auto& made) { made.merges.push_back("a b"); });
}

TEST_CASE("a vocabulary with holes, or an id twice") {
    for (const auto& [code, id] : {std::pair{"tokens.id_range", "9999"},
                                   {"tokens.duplicate_id", "0"},
                                   {"json.out_of_range", "-1"},
                                   {"json.wrong_type", "1.5"}})
        for (const auto& made : {made_bytes(), made_pieces()}) {
            auto text = made.json();
            const auto at = text.find("\"abc\":") + 6;
            text.replace(at, text.find('}', at) - at, id);
            const auto e = caught([&] {
                const hone::json root = hone::parse_json(text, "tokenizer.json");
                const hone::json_view view(root, "tokenizer.json");
                hone::detail::is_byte_level(view) ? (void)hone::read_byte_level(view)
                                                  : (void)hone::read_sentencepiece(view);
            });
            CHECK(e.code == code);
            CHECK(e.where.name == "model.vocab.abc");
        }
}

TEST_CASE("switches that would change the ids are refused by name") {
    both("tokens.unsupported", "model.dropout",
         [](auto& made) { made.model += "\"dropout\":0.1,"; });
    both("tokens.unsupported", "model.continuing_subword_prefix",
         [](auto& made) { made.model += "\"continuing_subword_prefix\":\"##\","; });
    both("tokens.unsupported", "model.end_of_word_suffix",
         [](auto& made) { made.model += "\"end_of_word_suffix\":\"</w>\","; });
    both("tokens.unsupported", "model.scores", [](auto& made) { made.model += "\"scores\":[],"; });
    both("tokens.missing_token", "model.unk_token",
         [](auto& made) { made.model = "\"unk_token\":\"[nothing]\","; });
    both("tokens.unsupported", "post_processor.type",
         [](auto& made) { made.post_processor = R"({"type":"Other"})"; });
    both("tokens.special_id", "post_processor.cls[1]", [](auto& made) {
        made.post_processor = R"({"type":"RobertaProcessing","cls":["ab",0],"sep":["a",1]})";
    });
}

TEST_CASE("one post-processor may add tokens") {
    both("tokens.unsupported", "post_processor.processors[2]", [](auto& made) {
        const std::string one =
            R"({"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},)"
            R"({"Sequence":{"id":"B","type_id":0}}],"special_tokens":{}})";
        made.post_processor =
            R"({"type":"Sequence","processors":[{"type":"ByteLevel"},)" + one + "," + one + "]}";
    });
}
