// What makes a WordPiece tokenizer, read from `tokenizer.json` or from `vocab.txt`. Whatever this tokenizer does not do is refused by name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/tokenizer_json.hpp"
#include "hone/tokens/wordpiece_parts.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// Cold, which is compiled for size: g++ takes for cold also what always runs before or after a call of it, but whoever asks for a tokenizer
/// may have a vocab.txt instead, so it ends in wordpiece's constructor.
class tokenizer_json_reader : tokenizer_json_parts {
public:
    explicit tokenizer_json_reader(const json_view& file) : tokenizer_json_parts(file) {}

    [[gnu::cold]] wordpiece_definition read() {
        head();
        model();
        normalizer();
        pre_tokenizer();
        added_tokens([&](std::string_view text, std::string& out) { result_.normalizer.normalize(text, out); });
        post_processor();
        decoder();
        result_.words = std::move(words_);
        result_.added = std::move(added_);
        return std::move(result_);
    }

private:
    [[gnu::cold]] void model() {
        const auto model = file_["model"];
        if (model.object().has("type"))
            type_is(model, "WordPiece", "a model of another type"); // files of 2020 have no type
        only(model, {"type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"});
        result_.unknown = model["unk_token"].string();
        result_.prefix = model["continuing_subword_prefix"].string();
        result_.longest_word = static_cast<std::size_t>(model["max_input_chars_per_word"].integer(0));
        vocabulary(model["vocab"]);
        result_.model_words = words_.size();
        if (!ids_.contains(result_.unknown))
            throw error("tokens.missing_token", "the unknown token is not in the vocabulary", model["unk_token"].where(),
                        "a word of model.vocab", in_quotes(result_.unknown, 64));
    }

    [[gnu::cold]] void normalizer() {
        result_.normalizer = {false, false, false, false};
        if (!given("normalizer"))
            return;
        const auto part = file_["normalizer"];
        type_is(part, "BertNormalizer", "a normalizer of another type");
        only(part, {"type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase"});
        auto& to = result_.normalizer;
        to.clean_text = part["clean_text"].boolean();
        to.space_chinese = part["handle_chinese_chars"].boolean();
        to.lowercase = part["lowercase"].boolean();
        const bool as_case = !part.has("strip_accents") || part["strip_accents"].is_null();
        to.strip_accents = as_case ? to.lowercase : part["strip_accents"].boolean();
    }

    [[gnu::cold]] void pre_tokenizer() {
        const auto part = file_["pre_tokenizer"];
        if (part.is_null())
            refuse(part, "no pre-tokenizer", "\"BertPreTokenizer\"");
        type_is(part, "BertPreTokenizer", "a pre-tokenizer of another type");
        only(part, {"type"});
    }

    [[gnu::cold]] void post_processor() {
        if (!given("post_processor"))
            return;
        const auto part = file_["post_processor"];
        if (part["type"].string() == "BertProcessing") {
            only(part, {"type", "sep", "cls"});
            result_.begin = {special_pair(part["cls"])};
            result_.end = {special_pair(part["sep"])};
            return result_.frame_pairs();
        }
        type_is(part, "TemplateProcessing", "a post-processor of another type");
        template_processing(part);
        result_.begin = std::move(begin_);
        result_.end = std::move(end_);
        result_.pair = std::move(pair_);
    }

    [[gnu::cold]] void decoder() {
        result_.joins_pieces = result_.cleans_up = false;
        if (!given("decoder"))
            return;
        const auto part = file_["decoder"];
        type_is(part, "WordPiece", "a decoder of another type");
        only(part, {"type", "prefix", "cleanup"});
        result_.joins_pieces = true;
        result_.joined_prefix = part["prefix"].string();
        result_.cleans_up = part["cleanup"].boolean();
    }

    wordpiece_definition result_;
};

} // namespace detail

/// From the text of a `tokenizer.json`. Errors: those of parse_json and json_view; tokens.unsupported, too_large, missing_token, duplicate_id,
/// id_range, empty_token, added_id, duplicate_token, special_id, template.
inline wordpiece_definition read_tokenizer_json(std::string_view text, const std::string& file) {
    const json root = parse_json(text, file);
    return detail::tokenizer_json_reader(json_view(root, file)).read();
}

} // namespace hone
HONE_COMPACT_END
