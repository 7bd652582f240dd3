// What makes a WordPiece tokenizer, read from `tokenizer.json` or from `vocab.txt`. The reference takes files that contradict themselves (two
// words with one id, a template with an id that no word has) and renumbers or goes on; here each is an error, and whatever this tokenizer does
// not do is refused by name. `truncation` and `padding` are about batches, not about text: they are not applied.
// Cost: the file's JSON as values, while it is read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/wordpiece_parts.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The most words, and the most bytes of all of them together, that a vocabulary may have.
inline constexpr std::size_t vocabulary_limit = std::size_t{4} << 20, vocabulary_bytes_limit = std::size_t{32} << 20;

namespace detail {

/// Cold, which is compiled for size: g++ takes for cold also what always runs before or after a call of it, but whoever asks for a tokenizer
/// may have a vocab.txt instead, so it ends in wordpiece's constructor.
class tokenizer_json_reader {
public:
    explicit tokenizer_json_reader(const json_view& file) : file_(file) {}

    [[gnu::cold]] wordpiece_definition read() {
        only(file_,
             {"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"});
        if (file_.has("version") && file_["version"].string() != "1.0")
            refuse(file_["version"], "a file of another version", "\"1.0\"");
        for (const char* name : {"truncation", "padding"})
            if (file_.has(name) && !file_[name].is_null())
                file_[name].object();
        model();
        normalizer();
        pre_tokenizer();
        added_tokens();
        post_processor();
        decoder();
        return std::move(result_);
    }

private:
    [[noreturn, gnu::cold]] static void refuse(const json_view& at, const char* problem, const phrase& expected) {
        at.fail("tokens.unsupported", problem, expected);
    }
    static void only(const json_view& object, std::initializer_list<std::string_view> known) {
        object.each([&](const std::string& key, const json_view& value) {
            if (std::find(known.begin(), known.end(), key) != known.end())
                return;
            std::string list;
            for (const auto name : known)
                append_to_list(list, in_quotes(name));
            refuse(value, "a field that this tokenizer does not know", list);
        });
    }
    static void type_is(const json_view& part, const char* type, const char* what) {
        if (part["type"].string() != type)
            refuse(part["type"], what, in_quotes(std::string_view(type)));
    }

    [[gnu::cold]] void model() {
        const auto model = file_["model"];
        if (model.object().has("type"))
            type_is(model, "WordPiece", "a model of another type"); // files of 2020 have no type
        only(model, {"type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"});
        result_.unknown = model["unk_token"].string();
        result_.prefix = model["continuing_subword_prefix"].string();
        result_.longest_word = static_cast<std::size_t>(model["max_input_chars_per_word"].integer(0));
        const auto vocabulary = model["vocab"];
        const auto size = vocabulary.object().size();
        if (size > vocabulary_limit)
            vocabulary.fail("tokens.too_large", "too many words", {"at most ", vocabulary_limit});
        result_.words.resize(size);
        result_.model_words = size;
        taken_.resize(size);
        std::size_t bytes = 0;
        vocabulary.each([&](const std::string& word, const json_view& id) {
            bytes += word.size();
            place_word(word, id);
        });
        if (bytes > vocabulary_bytes_limit)
            throw error("tokens.too_large", "too long words", vocabulary.where(), {"at most ", vocabulary_bytes_limit, " bytes in all"},
                        bytes);
        if (!ids_.contains(result_.unknown))
            throw error("tokens.missing_token", "the unknown token is not in the vocabulary", model["unk_token"].where(),
                        "a word of model.vocab", in_quotes(result_.unknown, 64));
    }

    /// A word and its id. Ids are 0 to n - 1 for n words: what lies beyond leaves a gap.
    [[gnu::cold]] void place_word(const std::string& word, const json_view& at) {
        const auto size = static_cast<std::int64_t>(result_.words.size());
        const auto id = at.integer(0);
        if (id >= size)
            at.fail("tokens.id_range", "an id beyond the number of words", {"0 to ", size - 1});
        const auto index = static_cast<std::size_t>(id);
        if (taken_[index])
            at.fail("tokens.duplicate_id", "two words with one id", {"an id that ", in_quotes(result_.words[index], 64), " does not have"});
        taken_[index] = true;
        result_.words[index] = word;
        ids_.emplace(word, static_cast<std::int32_t>(id));
    }

    [[gnu::cold]] void normalizer() {
        result_.normalizer = {false, false, false, false};
        if (!file_.has("normalizer") || file_["normalizer"].is_null())
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

    [[gnu::cold]] void added_tokens() {
        if (!file_.has("added_tokens"))
            return;
        const auto list = file_["added_tokens"];
        if (list.array().size() > vocabulary_limit)
            list.fail("tokens.too_large", "too many tokens", {"at most ", vocabulary_limit});
        decltype(ids_) seen[2]; // contents, and normalized contents
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto at = list[i];
            only(at, {"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
            added_token token{0,
                              at["content"].string(),
                              at["single_word"].boolean(),
                              at["lstrip"].boolean(),
                              at["rstrip"].boolean(),
                              at["normalized"].boolean(),
                              at["special"].boolean()};
            std::string content = token.content;
            if (token.normalized)
                result_.normalizer.normalize(token.content, content);
            if (content.empty())
                at["content"].fail("tokens.empty_token", "an added token of which nothing is left to look for", "at least one character");
            if (!seen[0].emplace(token.content, 0).second || (token.normalized && !seen[1].emplace(content, 0).second))
                at["content"].fail("tokens.duplicate_token", "an added token that is listed already", "a token of its own");
            const auto [known, fresh] = ids_.emplace(token.content, static_cast<std::int32_t>(result_.words.size()));
            token.id = known->second;
            if (at["id"].integer(0) != token.id)
                at["id"].fail("tokens.added_id", "an added token with another id",
                              {token.id, (fresh ? ", the next free one" : ", the id of " + in_quotes(token.content, 64))});
            if (fresh)
                result_.words.push_back(token.content);
            result_.added.push_back(std::move(token));
        }
    }

    /// An id of a post-processor must be the id of the word that stands beside it.
    [[gnu::cold]] std::int32_t agreed(const json_view& word, const json_view& id) const {
        const auto known = ids_.find(word.string());
        if (known == ids_.end())
            word.fail("tokens.missing_token", "a special token that is not in the vocabulary", "a word of model.vocab or added_tokens");
        if (id.integer() != known->second)
            id.fail("tokens.special_id", "a special token with another id", {known->second, ", the id of ", in_quotes(word.string(), 64)});
        return known->second;
    }

    [[gnu::cold]] void post_processor() {
        if (!file_.has("post_processor") || file_["post_processor"].is_null())
            return;
        const auto part = file_["post_processor"];
        if (part["type"].string() == "BertProcessing") {
            only(part, {"type", "sep", "cls"});
            for (const auto& [name, to] : {std::pair{"cls", &result_.begin}, std::pair{"sep", &result_.end}}) {
                const auto pair = part[name];
                if (pair.array().size() != 2)
                    pair.fail("tokens.template", "a special token without its two parts", "a word and its id");
                to->push_back(agreed(pair[0], pair[1]));
            }
            return result_.frame_pairs();
        }
        type_is(part, "TemplateProcessing", "a post-processor of another type");
        only(part, {"type", "single", "pair", "special_tokens"});
        result_.pair.clear();
        pieces(part["single"], part["special_tokens"], 1);
        pieces(part["pair"], part["special_tokens"], 2);
    }

    /// A template of one text, "A", or of two, "A" and "B".
    [[gnu::cold]] void pieces(const json_view& list, const json_view& special, int texts) {
        bool seen_a = false, seen_b = texts < 2;
        if (list.array().size() > 64)
            list.fail("tokens.template", "a template of too many pieces", "at most 64");
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto piece = list[i];
            only(piece, {"SpecialToken", "Sequence"});
            if (piece.size() != 1)
                piece.fail("tokens.template", "a piece of a template that is not one thing", "\"SpecialToken\" or \"Sequence\"");
            const bool text = piece.has("Sequence");
            const auto what = piece[text ? "Sequence" : "SpecialToken"];
            only(what, {"id", "type_id"});
            const auto type = static_cast<std::int32_t>(what["type_id"].integer(0, 255));
            if (texts == 1 && type != 0)
                refuse(what["type_id"], "a single text of another token type", "0");
            const auto& id = what["id"].string();
            if (text) {
                bool* const which = id == "A" ? &seen_a : id == "B" ? &seen_b : nullptr;
                if (!which || *which)
                    what["id"].fail("tokens.template", "a template with a text too many",
                                    texts == 1 ? "\"A\", once" : "\"A\" and \"B\", once each");
                *which = true;
                if (texts == 2) result_.pair.push_back({id == "A" ? pair_piece::first_text : pair_piece::second_text, type});
                continue;
            }
            if (!special.has(id))
                what["id"].fail("tokens.template", "a special token that is not defined", {"a key of ", special.path()});
            const auto token = special[id];
            only(token, {"id", "ids", "tokens"});
            if (token["ids"].array().size() != token["tokens"].array().size())
                token["ids"].fail("tokens.template", "ids and tokens of different number", token["tokens"].size());
            for (std::size_t k = 0; k < token["ids"].size(); ++k) {
                const auto number = agreed(token["tokens"][k], token["ids"][k]);
                if (texts == 2)
                    result_.pair.push_back({number, type});
                else
                    (seen_a ? result_.end : result_.begin).push_back(number);
            }
        }
        if (!seen_a || !seen_b)
            list.fail("tokens.template", "a template without its text", texts == 1 ? "\"A\"" : "\"A\" and \"B\"");
    }

    [[gnu::cold]] void decoder() {
        result_.joins_pieces = result_.cleans_up = false;
        if (!file_.has("decoder") || file_["decoder"].is_null())
            return;
        const auto part = file_["decoder"];
        type_is(part, "WordPiece", "a decoder of another type");
        only(part, {"type", "prefix", "cleanup"});
        result_.joins_pieces = true;
        result_.joined_prefix = part["prefix"].string();
        result_.cleans_up = part["cleanup"].boolean();
    }

    json_view file_;
    wordpiece_definition result_;
    std::unordered_map<std::string, std::int32_t> ids_;
    std::vector<bool> taken_; // by id
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
