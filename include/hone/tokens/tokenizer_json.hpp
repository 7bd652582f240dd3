// What every `tokenizer.json` has in common, whatever its model: the vocabulary, added tokens,
// special tokens put around a text. The reference takes files that contradict themselves (two words
// with one id, a template with an id that no word has) and renumbers or goes on; here each is an
// error, and whatever a tokenizer does not do is refused by name. `truncation` and `padding` are
// about batches, not about text: they are not applied. Cost: the file's JSON as values, while it is
// read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/pair.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The most words, and the most bytes of all of them together, that a vocabulary may have.
inline constexpr std::size_t vocabulary_limit = std::size_t{4} << 20,
                             vocabulary_bytes_limit = std::size_t{32} << 20;

namespace detail {

/// Reads the common parts into members of its own; a reader of one kind of tokenizer derives from
/// it. Cold, which is compiled for size.
class tokenizer_json_parts {
protected:
    explicit tokenizer_json_parts(const json_view& file) : file_(file) {}

    /// The fields that a file may have, and those that say nothing about a text.
    [[gnu::cold]] void head() const {
        only(file_, {"version", "truncation", "padding", "added_tokens", "normalizer",
                     "pre_tokenizer", "post_processor", "decoder", "model"});
        if (file_.has("version") && file_["version"].string() != "1.0")
            refuse(file_["version"], "a file of another version", "\"1.0\"");
        for (const char* name : {"truncation", "padding"})
            if (file_.has(name) && !file_[name].is_null()) file_[name].object();
    }
    /// A part of the file, or none: absent and null are the same.
    bool given(const char* name) const { return file_.has(name) && !file_[name].is_null(); }

    [[noreturn, gnu::cold]] static void refuse(const json_view& at, const char* problem,
                                               const phrase& expected) {
        at.fail("tokens.unsupported", problem, expected);
    }
    static void only(const json_view& object, std::initializer_list<std::string_view> known) {
        object.each([&](const std::string& key, const json_view& value) {
            if (std::find(known.begin(), known.end(), key) != known.end()) return;
            std::string list;
            for (const auto name : known) append_to_list(list, in_quotes(name));
            refuse(value, "a field that this tokenizer does not know", list);
        });
    }
    static void type_is(const json_view& part, const char* type, const char* what) {
        if (part["type"].string() != type)
            refuse(part["type"], what, in_quotes(std::string_view(type)));
    }

    /// An object of words and their ids.
    [[gnu::cold]] void vocabulary(const json_view& list) {
        const auto size = list.object().size();
        if (size > vocabulary_limit)
            list.fail("tokens.too_large", "too many words", {"at most ", vocabulary_limit});
        words_.resize(size);
        taken_.resize(size);
        std::size_t bytes = 0;
        list.each([&](const std::string& word, const json_view& id) {
            bytes += word.size();
            place_word(word, id);
        });
        if (bytes > vocabulary_bytes_limit)
            throw error("tokens.too_large", "too long words", list.where(),
                        {"at most ", vocabulary_bytes_limit, " bytes in all"}, bytes);
    }

    /// A word and its id. Ids are 0 to n - 1 for n words: what lies beyond leaves a gap.
    [[gnu::cold]] void place_word(const std::string& word, const json_view& at) {
        const auto size = static_cast<std::int64_t>(words_.size());
        const auto id = at.integer(0);
        if (id >= size)
            at.fail("tokens.id_range", "an id beyond the number of words", {"0 to ", size - 1});
        const auto index = static_cast<std::size_t>(id);
        if (taken_[index])
            at.fail("tokens.duplicate_id", "two words with one id",
                    {"an id that ", in_quotes(words_[index], 64), " does not have"});
        taken_[index] = true;
        words_[index] = word;
        ids_.emplace(word, static_cast<std::int32_t>(id));
    }

    /// `normalize(text, out)` is what the tokenizer does to a text before it looks for these in it.
    template <class Normalize>
    [[gnu::cold]] void added_tokens(const Normalize& normalize) {
        if (!file_.has("added_tokens")) return;
        const auto list = file_["added_tokens"];
        if (list.array().size() > vocabulary_limit)
            list.fail("tokens.too_large", "too many tokens", {"at most ", vocabulary_limit});
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto at = list[i];
            only(at, {"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
            added_token token = described(at);
            std::string content = token.content;
            if (token.normalized) normalize(token.content, content);
            add_token(std::move(token), std::move(content), at["content"], at["id"],
                      at["id"].integer(0));
        }
    }
    [[gnu::cold]] static added_token described(const json_view& at) {
        return {0,
                at["content"].string(),
                at["single_word"].boolean(),
                at["lstrip"].boolean(),
                at["rstrip"].boolean(),
                at["normalized"].boolean(),
                at["special"].boolean()};
    }
    /// One token that looks like `content` in the text; its id is that of its word, or the next
    /// free one.
    [[gnu::cold]] void add_token(added_token token, std::string content, const json_view& where,
                                 const json_view& where_id, std::int64_t id) {
        if (content.empty())
            where.fail("tokens.empty_token", "an added token of which nothing is left to look for",
                       "at least one character");
        if (!seen_[0].emplace(token.content, 0).second ||
            (token.normalized && !seen_[1].emplace(std::move(content), 0).second))
            where.fail("tokens.duplicate_token", "an added token that is listed already",
                       "a token of its own");
        const auto [known, fresh] =
            ids_.emplace(token.content, static_cast<std::int32_t>(words_.size()));
        token.id = known->second;
        if (id != token.id)
            where_id.fail("tokens.added_id", "an added token with another id",
                          {token.id, (fresh ? ", the next free one"
                                            : ", the id of " + in_quotes(token.content, 64))});
        if (fresh) words_.push_back(token.content);
        added_.push_back(std::move(token));
    }

    /// An id of a post-processor must be the id of the word that stands beside it.
    [[gnu::cold]] std::int32_t agreed(const json_view& word, const json_view& id) const {
        const auto known = ids_.find(word.string());
        if (known == ids_.end())
            word.fail("tokens.missing_token", "a special token that is not in the vocabulary",
                      "a word of model.vocab or added_tokens");
        if (id.integer() != known->second)
            id.fail("tokens.special_id", "a special token with another id",
                    {known->second, ", the id of ", in_quotes(word.string(), 64)});
        return known->second;
    }

    /// A pair of a special token's word and its id.
    [[gnu::cold]] std::int32_t special_pair(const json_view& pair) const {
        if (pair.array().size() != 2)
            pair.fail("tokens.template", "a special token without its two parts",
                      "a word and its id");
        return agreed(pair[0], pair[1]);
    }
    [[gnu::cold]] void template_processing(const json_view& part) {
        only(part, {"type", "single", "pair", "special_tokens"});
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
                piece.fail("tokens.template", "a piece of a template that is not one thing",
                           "\"SpecialToken\" or \"Sequence\"");
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
                if (texts == 2)
                    pair_.push_back(
                        {id == "A" ? pair_piece::first_text : pair_piece::second_text, type});
                continue;
            }
            if (!special.has(id))
                what["id"].fail("tokens.template", "a special token that is not defined",
                                {"a key of ", special.path()});
            const auto token = special[id];
            only(token, {"id", "ids", "tokens"});
            if (token["ids"].array().size() != token["tokens"].array().size())
                token["ids"].fail("tokens.template", "ids and tokens of different number",
                                  token["tokens"].size());
            for (std::size_t k = 0; k < token["ids"].size(); ++k) {
                const auto number = agreed(token["tokens"][k], token["ids"][k]);
                if (texts == 2)
                    pair_.push_back({number, type});
                else
                    (seen_a ? end_ : begin_).push_back(number);
            }
        }
        if (!seen_a || !seen_b)
            list.fail("tokens.template", "a template without its text",
                      texts == 1 ? "\"A\"" : "\"A\" and \"B\"");
    }

    json_view file_;
    std::vector<std::string> words_; // by id: the model's, then added ones that it does not have
    std::vector<added_token> added_;
    std::vector<std::int32_t> begin_, end_; // put around a text
    std::vector<pair_piece> pair_;          // around two
    std::unordered_map<std::string, std::int32_t> ids_;
    std::vector<bool> taken_; // by id

private:
    std::unordered_map<std::string, std::int32_t>
        seen_[2]; // contents of added tokens, and normalized contents
};

} // namespace detail

} // namespace hone
HONE_COMPACT_END
