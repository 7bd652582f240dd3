// A SentencePiece tokenizer.json: what is refused by name.
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <hone/tokens/sentencepiece_definition.hpp>

#include "test.hpp"
#include "tokens/made.hpp"

namespace {

struct row {
    std::string part, code, name;
};
template <class Rows>
void check(std::string made_tokenizer::*which, const Rows& rows) {
    for (const row& one : rows) {
        auto made = made_pieces();
        made.*which = one.part;
        const auto e = refused(made, hone::read_sentencepiece);
        INFO(one.part << ": " << e.what());
        CHECK(e.code == one.code);
        if (e.code != "nothing was thrown") CHECK(e.where.name == one.name);
    }
}
const std::string good = "nothing was thrown", bad = "tokens.unsupported";

} // namespace

TEST_CASE("normalizers other than those that prepend and replace blanks are refused") {
    check(
        &made_tokenizer::normalizer,
        std::initializer_list<row>{
            {"null", good, ""},
            {R"({"type":"Replace","pattern":{"String":" "},"content":"\u2581"})", good, ""},
            {R"({"type":"Replace","pattern":{"Regex":" "},"content":"\u2581"})", bad,
             "normalizer.pattern.Regex"},
            {R"({"type":"Replace","pattern":{"String":"x"},"content":"\u2581"})", bad,
             "normalizer.pattern.String"},
            {R"({"type":"Replace","pattern":{"String":" "},"content":"_"})", bad,
             "normalizer.content"},
            {R"({"type":"Prepend","prepend":"_"})", bad, "normalizer.prepend"},
            {R"({"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},{"type":"Prepend","prepend":"\u2581"}]})",
             bad, "normalizer.normalizers[1].type"},
            {R"({"type":"NFKC"})", bad, "normalizer.type"},
            {R"({"type":"Precompiled","precompiled_charsmap":""})", bad, "normalizer.type"},
        });
}

TEST_CASE("pre-tokenizers other than Metaspace are refused") {
    check(
        &made_tokenizer::pre_tokenizer,
        std::initializer_list<row>{
            {R"({"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first","split":false})",
             bad, "pre_tokenizer"}, // two of them put a blank before
            {R"({"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":false})",
             bad, "pre_tokenizer.replacement"},
            {R"({"type":"Whitespace"})", bad, "pre_tokenizer.type"},
        });
    auto made = made_pieces();
    made.normalizer = "null";
    made.pre_tokenizer =
        R"({"type":"Metaspace","replacement":"\u2581","add_prefix_space":true})"; // as it was spelt in 2021
    CHECK(refused(made, hone::read_sentencepiece).code == good);
    made.pre_tokenizer = R"({"type":"Metaspace","replacement":"\u2581","prepend_scheme":"last"})";
    CHECK(refused(made, hone::read_sentencepiece).where.name == "pre_tokenizer.prepend_scheme");
    made.pre_tokenizer =
        R"({"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first","add_prefix_space":false})";
    CHECK(refused(made, hone::read_sentencepiece).where.name == "pre_tokenizer.prepend_scheme");
}

TEST_CASE("decoders other than the known ones, or in another order, are refused") {
    check(
        &made_tokenizer::decoder,
        std::initializer_list<row>{
            {R"({"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]})", good,
             ""},
            {R"({"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"ByteFallback"}]})", bad,
             "decoder.decoders[1].type"},
            {R"({"type":"Sequence","decoders":[{"type":"Strip","content":" ","start":1,"stop":0}]})",
             bad, "decoder.decoders[0].type"},
            {R"({"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":1}]})",
             bad, "decoder.decoders[1].stop"},
            {R"({"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":"x","start":1,"stop":0}]})",
             bad, "decoder.decoders[1].content"},
            {R"({"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":" ","start":-1,"stop":0}]})",
             "json.out_of_range", "decoder.decoders[1].start"},
            {R"({"type":"CTC"})", bad, "decoder.type"},
            {"null", bad, "decoder"},
        });
    auto made = made_pieces();
    made.model += "\"ignore_merges\":true,";
    CHECK(refused(made, hone::read_sentencepiece).where.name == "model.ignore_merges");
}
