// SentencePiece byte pairs (Kudo and Richardson, 2018): Llama, Mistral. A text is one word of
// characters, which are joined; characters that are no pieces become bytes or the unknown token.
// Where no merge crosses the beginning of a word (U+2581 behind another character), as in all
// vocabularies that were learnt word by word, words are joined one by one, with the same result.
// Ids equal those of Python's `tokenizers` 0.23.3 on the same file, cut to a limit. A byte of the
// text that is not UTF-8 is a character that is no piece.
// Cost: n log n, a look-up for the words that a thread met before; no memory but the ids once its
// buffers have grown.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/utf8.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/sentencepiece_definition.hpp"
#include "hone/tokens/special_in_text.hpp"
#include "hone/tokens/token_vocabulary.hpp"
#include "hone/tokens/unicode.hpp"
#include "hone/tokens/word_cache.hpp"

namespace hone {

/// Text to ids and back. A value: copies are whole, and one may be used from many threads at once.
class sentencepiece_bpe : public token_vocabulary {
public:
    /// From its parts; `file` is for messages. Error: tokens.missing_byte where characters fall
    /// back to bytes, a byte has no token, and none stands for it.
    explicit sentencepiece_bpe(sentencepiece_definition definition, std::string file = {},
                               std::vector<tokenizer_file> files = {})
        : token_vocabulary(definition.words, texts_of(definition), file, std::move(files)),
          is_(std::move(definition)) {
        bytes_.fill(-1);
        for (std::size_t i = 0; i < is_.model_words; ++i) {
            const std::string_view word = is_.words[i];
            if (const int byte = byte_of(word, true); byte >= 0)
                bytes_[static_cast<std::size_t>(byte)] = static_cast<std::int32_t>(i);
            if (!word.empty() && utf8_length(word, 0) == word.size())
                put_character(unicode::decode(word, 0).scalar, static_cast<std::int32_t>(i));
        }
        for (unsigned b = 0; b < 256; ++b)
            if (is_.falls_back && is_.unknown < 0 && bytes_[b] < 0)
                throw error("tokens.missing_byte", "a byte without a token", {.file = file},
                            {"a word ", byte_word(b), " for byte ", b}, "none");
        word_by_word_ = character(unicode::decode(blank_letter, 0).scalar) >= 0;
        for (const auto& merge : is_.merges.all())
            if (word_of(merge.right).starts_with(blank_letter) &&
                !word_of(merge.left).ends_with(blank_letter))
                word_by_word_ = false;
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
    const sentencepiece_definition& definition() const { return is_; }

private:
    /// The byte of a word such as "<0x0A>"; -1: it is another word. Decoding takes small
    /// hexadecimal letters too, encoding does not.
    static int byte_of(std::string_view word, bool capitals) {
        unsigned byte = 0;
        if (word.size() != 6 || !word.starts_with("<0x") || word[5] != '>' ||
            std::from_chars(word.data() + 3, word.data() + 5, byte, 16).ptr != word.data() + 5)
            return -1;
        return !capitals || word == byte_word(byte) ? static_cast<int>(byte) : -1;
    }
    static std::string byte_word(unsigned byte) {
        constexpr char digit[] = "0123456789ABCDEF";
        return {'<', '0', 'x', digit[byte >> 4], digit[byte & 15], '>'};
    }
    static std::string looked_for(const sentencepiece_definition& is, const added_token& token) {
        std::string made = token.content;
        if (token.normalized) normalize_blanks(is, token.content, made);
        return made;
    }
    static token_texts texts_of(const sentencepiece_definition& is) {
        token_texts made;
        made.strip = is.strip;
        made.of.resize(is.words.size());
        made.first.resize(is.drops_first ? is.words.size() : 0);
        const auto put = [&](std::size_t id, const std::string& word) {
            auto& token = made.of[id];
            token.text = is.decodes_blanks ? with(word, " ") : word;
            token.byte = static_cast<std::int16_t>(is.decodes_bytes ? byte_of(word, false) : -1);
            if (is.drops_first) made.first[id] = with(word, "");
        };
        for (std::size_t i = 0; i < is.words.size(); ++i) put(i, is.words[i]);
        for (const auto& token : is.added) {
            put(static_cast<std::size_t>(token.id), looked_for(is, token));
            made.of[static_cast<std::size_t>(token.id)].special = token.special;
        }
        return made;
    }
    /// A word with another text for each U+2581.
    static std::string with(std::string_view word, std::string_view blank) {
        std::string made;
        for (std::size_t at = 0; at < word.size();)
            if (word.substr(at).starts_with(blank_letter)) made += blank, at += blank_letter.size();
            else made += word[at++];
        return made;
    }

    void append(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room,
                special_in_text special) const {
        thread_local std::string normalized, spaced;
        if (ids.size() >= room) return;
        const bool as_token = special == special_in_text::is_token;
        const auto add = [&](std::int32_t id, std::string_view) {
            ids.push_back(id);
            return ids.size() < room;
        };
        raw_.split(
            text,
            [&](std::string_view part) {
                const bool at_beginning = part.data() == text.data();
                normalize_blanks(is_, part, normalized);
                return normalized_.split(
                    normalized,
                    [&](std::string_view one) {
                        if (is_.spaces == metaspace::none) return words(one, ids, room);
                        put_blanks(one, at_beginning && one.data() == normalized.data(), spaced);
                        return words(spaced, ids, room);
                    },
                    add, as_token);
            },
            add, as_token);
        if (ids.size() > room) ids.resize(room);
    }
    /// What Metaspace makes of a text, over `out`.
    void put_blanks(std::string_view text, bool at_beginning, std::string& out) const {
        out.clear();
        const bool wanted =
            is_.spaces == metaspace::always || (is_.spaces == metaspace::first && at_beginning);
        if (wanted && !text.empty() && text.front() != ' ' && !text.starts_with(blank_letter))
            out += blank_letter;
        for (const char c : text)
            if (c == ' ') out += blank_letter;
            else out += c;
    }

    bool words(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room) const {
        if (!word_by_word_ && !is_.cuts_at_blanks) return word(text, ids), ids.size() < room;
        for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
            std::size_t inside =
                at; // the word's blanks are behind it, or one of them where each begins a word
            while (!is_.cuts_at_blanks && text.substr(inside).starts_with(blank_letter))
                inside += blank_letter.size();
            end = std::min(text.find(blank_letter, std::max(inside, at + 1)), text.size());
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
    /// As the reference goes about it, to the letter: an unknown character waits, past bytes too,
    /// until one that is known.
    void pieces(std::string_view text, std::vector<std::int32_t>& ids) const {
        const auto before = ids.size();
        bool waits = false;
        const auto settle = [&] {
            if (waits) ids.push_back(is_.unknown);
            waits = false;
        };
        for (std::size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
            const auto c = unicode::decode(text, at);
            bytes = c.bytes;
            const bool stray = c.scalar == 0xFFFD && bytes == 1;
            if (const auto id = stray ? -1 : character(c.scalar); id >= 0) {
                settle();
                ids.push_back(id);
                continue;
            }
            bool falls_back = is_.falls_back;
            for (std::size_t i = 0; i < bytes && falls_back; ++i)
                falls_back = bytes_[static_cast<unsigned char>(text[at + i])] >= 0;
            if (falls_back) {
                for (std::size_t i = 0; i < bytes; ++i)
                    ids.push_back(bytes_[static_cast<unsigned char>(text[at + i])]);
                continue;
            }
            if (is_.unknown < 0) continue;
            if (!is_.fuses_unknown) settle();
            waits = true;
        }
        settle();
        is_.merges.join(ids, before);
    }

    const std::string& word_of(std::int32_t id) const {
        return is_.words[static_cast<std::size_t>(id)];
    }
    /// The piece of one character; -1 where it is none.
    std::int32_t character(char32_t c) const {
        const auto page = pages_[c >> 8];
        return page < 0 ? -1 : characters_[static_cast<std::size_t>(page)][c & 0xFF];
    }
    void put_character(char32_t c, std::int32_t id) {
        auto& page = pages_[c >> 8];
        if (page < 0) {
            page = static_cast<std::int16_t>(characters_.size());
            characters_.emplace_back().fill(-1);
        }
        characters_[static_cast<std::size_t>(page)][c & 0xFF] = id;
    }

    sentencepiece_definition is_;
    bool word_by_word_ = false;
    std::array<std::int32_t, 256> bytes_; // the token of each
    std::vector<std::int16_t> pages_ = std::vector<std::int16_t>(0x1100, -1);
    std::vector<std::array<std::int32_t, 256>> characters_; // of pages that have one
    added_token_finder raw_, normalized_;
    std::uint32_t owner_ = word_cache::new_owner();
};

} // namespace hone
