// Byte-level byte-pair encoding (Radford et al., 2019): GPT-2, RoBERTa, Qwen2, Qwen3, Llama 3. The
// text is cut into words by a pattern, each word into its bytes, and these are joined. Ids equal
// those of Python's `tokenizers` 0.23.3 on the same files, cut to a limit. Bytes that are not UTF-8
// keep their tokens and count as a character that is neither letter nor space.
// Cost: n log n for the longest word, a look-up for the words that a thread met before; no memory
// but the ids once its buffers have grown.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/byte_level_definition.hpp"
#include "hone/tokens/nfc.hpp"
#include "hone/tokens/piece_trie.hpp"
#include "hone/tokens/special_in_text.hpp"
#include "hone/tokens/token_vocabulary.hpp"
#include "hone/tokens/word_cache.hpp"
#include "hone/tokens/word_patterns.hpp"

namespace hone {

/// Text to ids and back. A value: copies are whole, and one may be used from many threads at once.
class byte_level_bpe : public token_vocabulary {
public:
    /// From its parts; `file` is for messages. Error: tokens.missing_byte where a byte has no token
    /// and none stands for it.
    explicit byte_level_bpe(byte_level_definition definition, std::string file = {},
                            std::vector<tokenizer_file> files = {})
        : token_vocabulary(definition.words, texts_of(definition), file, std::move(files)),
          is_(std::move(definition)), scanner_(is_.pattern) {
        std::vector<std::pair<std::string_view, std::int32_t>> whole;
        std::vector<std::string> bytes(is_.model_words);
        std::array<bool, 256> seen{};
        bytes_.fill(is_.unknown);
        for (std::size_t i = 0; i < is_.model_words; ++i) {
            const auto word = bytes_of_letters(is_.words[i]);
            if (!word) continue;
            bytes[i] = *word;
            if (is_.whole_words && !bytes[i].empty())
                whole.emplace_back(bytes[i], static_cast<std::int32_t>(i));
            if (word->size() == 1)
                bytes_[byte_of(word->front())] = static_cast<std::int32_t>(i),
                seen[byte_of(word->front())] = true;
        }
        words_ = piece_trie(std::move(whole));
        for (unsigned b = 0; b < 256 && is_.unknown < 0; ++b)
            if (!seen[b]) {
                std::string letter;
                append_utf8(letter, letter_of_byte(static_cast<unsigned char>(b)));
                throw error("tokens.missing_byte", "a byte without a token", {.file = file},
                            {"a word ", in_quotes(letter), " for byte ", b}, "none");
            }
        std::vector<added_token> tokens[2];
        std::vector<std::string> looks[2];
        for (const auto& token : is_.added) {
            tokens[token.normalized].push_back(token);
            looks[token.normalized].push_back(looked_for(is_, token));
        }
        raw_ = added_token_finder(std::move(tokens[0]), looks[0]);
        normalized_ = added_token_finder(std::move(tokens[1]), looks[1]);
    }

    /// Writes the ids of a text over `ids`, special tokens around it included, cut so that there
    /// are at most `limit`.
    /// Errors: tokens.limit where the special tokens alone are more; tokens.long_text beyond 2^31
    /// bytes.
    void encode(std::string_view text, std::vector<std::int32_t>& ids,
                std::size_t limit = no_token_limit,
                special_in_text special = special_in_text::is_token) const {
        const std::size_t room =
            detail::room_for_text(text, is_.begin.size(), is_.end.size(), limit);
        ids.assign(is_.begin.begin(), is_.begin.end());
        append(text, ids, room, special);
        ids.insert(ids.end(), is_.end.begin(), is_.end.end());
    }
    std::vector<std::int32_t> encode(std::string_view text,
                                     std::size_t limit = no_token_limit) const {
        std::vector<std::int32_t> ids;
        encode(text, ids, limit);
        return ids;
    }
    /// Appends the ids of a text that is a part of something, without special tokens around it.
    /// Error: tokens.long_text.
    void encode_part(std::string_view text, std::vector<std::int32_t>& ids,
                     special_in_text special = special_in_text::is_token) const {
        append(text, ids, detail::room_for_text(text, 0, 0, no_token_limit), special);
    }
    /// The same; special tokens in it are text.
    void encode_as_text(std::string_view text, std::vector<std::int32_t>& ids) const {
        encode_part(text, ids, special_in_text::is_text);
    }

    /// What makes it.
    const byte_level_definition& definition() const { return is_; }

private:
    static unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }
    static std::string looked_for(const byte_level_definition& is, const added_token& token) {
        std::string buffer;
        return token.normalized && is.composes
                   ? std::string(nfc_normalizer::normalize(token.content, buffer))
                   : token.content;
    }
    static token_texts texts_of(const byte_level_definition& is) {
        token_texts made;
        made.bytes = true;
        made.of.resize(is.words.size());
        const auto put = [&](std::size_t id, const std::string& word) {
            const auto bytes = bytes_of_letters(word);
            made.of[id].text = bytes ? *bytes : word;
        };
        for (std::size_t i = 0; i < is.words.size(); ++i) put(i, is.words[i]);
        for (const auto& token : is.added) {
            put(static_cast<std::size_t>(token.id), looked_for(is, token));
            made.of[static_cast<std::size_t>(token.id)].special = token.special;
        }
        return made;
    }

    void append(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room,
                special_in_text special) const {
        thread_local std::string composed, spaced;
        if (ids.size() >= room) return;
        const bool as_token = special == special_in_text::is_token;
        const auto add = [&](std::int32_t id, std::string_view) {
            ids.push_back(id);
            return ids.size() < room;
        };
        const auto cut = [&](std::string_view part) {
            if (is_.space_before && !part.empty() && part.front() != ' ')
                part = spaced.assign(1, ' ').append(part);
            if (is_.digits == digit_cuts::none) return words(part, ids, room);
            return cut_at_digits(part, is_.digits == digit_cuts::each,
                                 [&](std::string_view one) { return words(one, ids, room); });
        };
        raw_.split(
            text,
            [&](std::string_view part) {
                return normalized_.split(is_.composes ? nfc_normalizer::normalize(part, composed)
                                                      : part,
                                         cut, add, as_token);
            },
            add, as_token);
        if (ids.size() > room) ids.resize(room);
    }

    bool words(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room) const {
        for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
            end = scanner_.end_of_word(text, at);
            word(text.substr(at, end - at), ids);
            if (ids.size() >= room) return false;
        }
        return true;
    }

    void word(std::string_view text, std::vector<std::int32_t>& ids) const {
        if (text.size() > word_cache::longest_word) return pieces(text, ids);
        auto& cache = word_cache::of_thread();
        const word_cache::key key(owner_, text);
        if (cache.find(key, ids)) return;
        const auto before = ids.size();
        pieces(text, ids);
        cache.keep(key, ids.data() + before, ids.size() - before);
    }
    void pieces(std::string_view text, std::vector<std::int32_t>& ids) const {
        if (is_.whole_words)
            if (const auto id = words_.find(text); id >= 0) return ids.push_back(id);
        const auto before = ids.size();
        bool unknown = false;
        for (const char c : text) {
            const auto id = bytes_[byte_of(c)];
            const bool again = unknown && is_.fuses_unknown;
            unknown = id == is_.unknown;
            if (!unknown || !again) ids.push_back(id);
        }
        is_.merges.join(ids, before);
    }

    byte_level_definition is_;
    word_scanner scanner_;
    std::array<std::int32_t, 256> bytes_; // the token of each
    piece_trie words_;                    // of whole words, in bytes
    added_token_finder raw_, normalized_;
    std::uint32_t owner_ = word_cache::new_owner();
};

} // namespace hone
