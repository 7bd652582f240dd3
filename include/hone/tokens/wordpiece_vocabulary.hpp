// A WordPiece tokenizer from `vocab.txt`: one word a line, its id the number of the line from 0. The file says nothing else, so the switches come
// from a `tokenizer_config.json` beside it; where there is none they are those of the uncased models, as in Python's transformers. The five
// special tokens are found in the text, as there. Two equal words are an error (the reference keeps the last and leaves a gap).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "hone/file/error.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/unicode.hpp"
#include "hone/tokens/wordpiece_definition.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// A token in `tokenizer_config.json`: a string, or an object with one.
inline std::string configured_token(const json_view* config, const std::string& key, const char* otherwise) {
    if (!config || !config->has(key) || (*config)[key].is_null())
        return otherwise;
    const auto value = (*config)[key];
    return value.is_object() ? value["content"].string() : value.string();
}

/// A switch that must have one value, because the other is not written.
inline void configured_as(const json_view& config, const char* key, bool wanted) {
    if (config.has(key) && !config[key].is_null() && config[key].boolean() != wanted)
        config[key].fail("tokens.unsupported", "a tokenizer of another kind", wanted ? "true" : "false");
}

} // namespace detail

/// From the text of a `vocab.txt` and perhaps of the `tokenizer_config.json` beside it. Errors: tokens.empty, bom, not_utf8, too_large,
/// duplicate_token, missing_token, each with its line; those of json_view and tokens.unsupported for the configuration.
inline wordpiece_definition read_vocabulary(std::string_view text, const std::string& file, const json_view* config = nullptr) {
    wordpiece_definition result;
    if (text.empty())
        throw error("tokens.empty", "a vocabulary without a word", {.file = file}, "a word a line", "an empty file");
    if (text.starts_with("\xEF\xBB\xBF"))
        throw error("tokens.bom", "a byte order mark before the first word", {.file = file, .byte = 0}, "UTF-8 without one", "EF BB BF");
    if (text.size() > vocabulary_bytes_limit)
        throw error("tokens.too_large", "too large a vocabulary", {.file = file}, {"at most ", vocabulary_bytes_limit, " bytes"},
                    text.size());
    std::unordered_map<std::string_view, std::int32_t> ids;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto line = static_cast<std::int64_t>(result.words.size()) + 1;
        const auto end = std::min(text.find('\n', begin), text.size());
        for (std::size_t at = begin; at < end; at += utf8_length(text, at))
            if (utf8_length(text, at) == 0)
                throw error("tokens.not_utf8", "bytes that are not UTF-8",
                            {.file = file, .byte = static_cast<std::int64_t>(at), .line = line}, "UTF-8", in_quotes(text.substr(at, 1)));
        auto word = text.substr(begin, end - begin);
        while (!word.empty() && unicode::is_white_space(unicode::decode_before(word, word.size()).scalar))
            word.remove_suffix(unicode::decode_before(word, word.size()).bytes);
        if (result.words.size() == vocabulary_limit)
            throw error("tokens.too_large", "too many words", {.file = file, .line = line}, {"at most ", vocabulary_limit}, "one more");
        const auto [known, fresh] = ids.emplace(word, static_cast<std::int32_t>(line - 1));
        if (!fresh)
            throw error("tokens.duplicate_token", "a word that stands there twice", {.file = file, .line = line}, "different words",
                        {in_quotes(word, 64), ", the word of line ", known->second + 1});
        result.words.emplace_back(word);
        begin = end + 1;
    }
    result.model_words = result.words.size();

    if (config) {
        detail::configured_as(*config, "do_basic_tokenize", true);
        if (config->has("never_split") && !(*config)["never_split"].is_null() && (*config)["never_split"].array().size() > 0)
            (*config)["never_split"].fail("tokens.unsupported", "words that are never split", "null (or a tokenizer.json)");
        const auto flag = [&](const char* key, bool otherwise) {
            return config->has(key) && !(*config)[key].is_null() ? (*config)[key].boolean() : otherwise;
        };
        auto& to = result.normalizer;
        to.lowercase = flag("do_lower_case", true);
        to.space_chinese = flag("tokenize_chinese_chars", true);
        to.strip_accents = flag("strip_accents", to.lowercase);
    }
    const auto special = [&](const char* key, const char* otherwise, bool needed) {
        const auto content = detail::configured_token(config, key, otherwise);
        const auto known = ids.find(content);
        if (known != ids.end()) {
            for (const auto& token : result.added)
                if (token.id == known->second)
                    return token.id;
            result.added.push_back({.id = known->second, .content = content});
            return known->second;
        }
        if (needed)
            throw error("tokens.missing_token", "a special token is not in the vocabulary", {.file = file, .name = key},
                        {"a line ", in_quotes(content)}, "none");
        return std::int32_t{-1};
    };
    result.unknown = detail::configured_token(config, "unk_token", "[UNK]");
    special("unk_token", "[UNK]", true);
    result.begin = {special("cls_token", "[CLS]", true)};
    result.end = {special("sep_token", "[SEP]", true)};
    result.frame_pairs();
    special("pad_token", "[PAD]", false);
    special("mask_token", "[MASK]", false);
    if (config && config->has("added_tokens_decoder"))
        (*config)["added_tokens_decoder"].each([&](const std::string&, const json_view& token) {
            for (const auto& known : result.added)
                if (known.content == token["content"].string())
                    return;
            token["content"].fail("tokens.unsupported", "an added token that is no special token",
                                  "[UNK], [CLS], [SEP], [PAD] or [MASK] (or a tokenizer.json)");
        });
    return result;
}

} // namespace hone
HONE_COMPACT_END
