// Text to pieces: added tokens, normalizing, words, and each word into the longest pieces of the vocabulary from left to right. What the pieces
// go to is the caller's: ids alone, as a tokenizer's `encode` wants them, or also the places where they stand.
// Cost: about 20 million characters of English a second on one core; no memory but the ids, once the thread's buffer has grown.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/text_span.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/bert_normalizer.hpp"
#include "hone/tokens/piece_trie.hpp"
#include "hone/tokens/special_in_text.hpp"
#include "hone/tokens/unicode.hpp"
#include "hone/tokens/wordpiece_parts.hpp"

namespace hone {

namespace detail {

/// Ids alone, until there are as many as there is room for.
struct id_sink {
    std::vector<std::int32_t>& ids;
    std::size_t room;

    bool full() const { return ids.size() >= room; }
    std::size_t size() const { return ids.size(); }
    void resize(std::size_t n) { ids.resize(n); }
    void piece(std::int32_t id, std::string_view) { ids.push_back(id); }
    void token(std::int32_t id, std::string_view) { ids.push_back(id); }
    static no_origins origins() { return {}; }
    void normalized(std::string_view, const std::string&, const no_origins&) {}
};

/// Ids, and the bytes of the text where each piece begins and ends.
struct place_sink {
    std::vector<std::int32_t>& ids;
    std::string_view text;
    std::vector<std::pair<std::size_t, std::size_t>> places{};
    std::string_view part{};            // of the text, normalized
    const char* begin = nullptr;        // of what it became
    const byte_origins* from = nullptr; // for each byte of that

    static constexpr bool full() { return false; }
    std::size_t size() const { return ids.size(); }
    void resize(std::size_t n) {
        places.resize(places.size() - (ids.size() - n));
        ids.resize(n);
    }
    void piece(std::int32_t id, std::string_view where) {
        const auto first = static_cast<std::size_t>(where.data() - begin);
        const std::size_t last = from->of[first + where.size() - 1], start = static_cast<std::size_t>(part.data() - text.data());
        ids.push_back(id);
        places.emplace_back(start + from->of[first], start + last + unicode::decode(part, last).bytes);
    }
    void token(std::int32_t id, std::string_view where) {
        const auto start = static_cast<std::size_t>(where.data() - text.data());
        ids.push_back(id);
        places.emplace_back(start, start + where.size());
    }
    static byte_origins origins() { return {}; }
    void normalized(std::string_view of, const std::string& text_of_it, const byte_origins& origins) {
        part = of;
        begin = text_of_it.data();
        from = &origins;
    }
};

} // namespace detail

/// Cuts texts into pieces as a definition says.
class wordpiece_cutter {
public:
    wordpiece_cutter() = default;
    explicit wordpiece_cutter(const wordpiece_definition& is)
        : normalizer_(is.normalizer), longest_word_(is.longest_word) {
        std::vector<std::pair<std::string_view, std::int32_t>> words;
        for (std::size_t i = 0; i < is.model_words; ++i) words.emplace_back(is.words[i], static_cast<std::int32_t>(i));
        pieces_ = piece_trie(std::move(words));
        continued_ = pieces_.walk(is.prefix);
        unknown_ = pieces_.find(is.unknown);
        std::vector<added_token> tokens[2];
        std::vector<std::string> contents[2];
        for (const auto& token : is.added) {
            std::string content = token.content;
            if (token.normalized) normalizer_.normalize(token.content, content);
            tokens[token.normalized].push_back(token);
            contents[token.normalized].push_back(std::move(content));
        }
        raw_ = added_token_finder(std::move(tokens[0]), contents[0]);
        normalized_ = added_token_finder(std::move(tokens[1]), contents[1]);
    }

    std::int32_t unknown() const { return unknown_; }

    /// Appends the ids of a text until there are `room`.
    void cut(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room,
             special_in_text special = special_in_text::is_token) const {
        detail::id_sink sink{ids, room};
        if (sink.full()) return;
        cut_to(text, sink, special);
        if (ids.size() > room) ids.resize(room);
    }
    /// Appends the ids of a text and where each piece stands in it. Where a combining character that is kept was moved across another, its
    /// place is its own, not that of the one that stands there now. Error: tokens.long_text, from 2 GiB on.
    void cut(std::string_view text, std::vector<std::int32_t>& ids, std::vector<text_span>& spans) const {
        if (text.size() > std::numeric_limits<std::int32_t>::max())
            throw error("tokens.long_text", "a text too long for places in it", {}, "less than 2 GiB", text.size());
        detail::place_sink sink{ids, text};
        cut_to(text, sink, special_in_text::is_token);
        text_cursor at(text);
        for (const auto& [begin, end] : sink.places) {
            const auto first = static_cast<std::int32_t>(at.to_byte(begin));
            spans.push_back({first, static_cast<std::int32_t>(at.to_byte(end))});
        }
    }

private:
    template <class Sink>
    void cut_to(std::string_view text, Sink& sink, special_in_text special) const {
        thread_local std::string normalized;
        const bool as_token = special == special_in_text::is_token;
        auto origins = sink.origins();
        raw_.split(
            text,
            [&](std::string_view part) {
                normalizer_.normalize(part, normalized, origins);
                sink.normalized(part, normalized, origins);
                return normalized_.split(
                    normalized, [&](std::string_view piece) { return words(piece, sink); },
                    [&](std::int32_t id, std::string_view where) {
                        sink.piece(id, where);
                        return !sink.full();
                    },
                    as_token);
            },
            [&](std::int32_t id, std::string_view where) {
                sink.token(id, where);
                return !sink.full();
            },
            as_token);
    }

    /// Cuts normalized text into words and these into pieces; false once the sink is full.
    template <class Sink>
    bool words(std::string_view text, Sink& sink) const {
        std::size_t begin = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto byte = static_cast<unsigned char>(text[at]);
            const auto [c, bytes] = byte < 0x80 ? unicode::character{byte, 1} : unicode::decode(text, at);
            const bool plain =
                byte < 0x80 && ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z'));
            const bool white = !plain && unicode::is_white_space(c);
            if (plain || (!white && !unicode::is_punctuation(c))) {
                at += bytes;
                continue;
            }
            if (begin < at && !word(text.substr(begin, at - begin), sink)) return false;
            if (!white && !word(text.substr(at, bytes), sink)) return false;
            begin = at += bytes;
        }
        return begin >= text.size() || word(text.substr(begin), sink);
    }

    template <class Sink>
    bool word(std::string_view text, Sink& sink) const {
        const auto before = sink.size();
        bool whole = text.size() <= longest_word_ || characters_of(text) <= longest_word_;
        for (std::size_t at = 0; whole && at < text.size();) {
            const auto from = at == 0 ? piece_trie::root : continued_;
            const auto found = from == piece_trie::none ? piece_trie::match{-1, 0} : pieces_.longest(text.substr(at), from);
            whole = found.value >= 0;
            if (whole) sink.piece(found.value, text.substr(at, found.bytes));
            at += found.bytes;
        }
        if (!whole) {
            sink.resize(before);
            sink.piece(unknown_, text);
        }
        return !sink.full();
    }

    bert_normalizer normalizer_;
    std::size_t longest_word_ = 100;
    piece_trie pieces_;
    piece_trie::node continued_ = piece_trie::none;
    std::int32_t unknown_ = -1;
    added_token_finder raw_, normalized_;
};

} // namespace hone
