// Added tokens: strings that are found in the text before the model sees it, and are a token each whatever the vocabulary says. At each
// place the longest wins, the leftmost goes first (as Aho-Corasick "leftmost-longest" does in the reference). Those with `normalized` are
// looked for in the normalized text, in their own normalized form; the others in the text as it came.
// Cost: a step in a trie a character, as a rule; the longest token's length a character at worst.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/tokens/piece_trie.hpp"
#include "hone/tokens/unicode.hpp"

namespace hone {

/// One of a tokenizer's added tokens, as `tokenizer.json` describes it.
struct added_token {
    std::int32_t id = 0;
    std::string content;
    bool single_word = false; ///< only where no character of a word stands beside it
    bool strip_left = false;  ///< takes the white space before it
    bool strip_right = false; ///< takes the white space behind it
    bool normalized = false;
    bool special = true; ///< left out by decode
};

/// Finds added tokens. `contents[i]` is what `tokens[i]` looks like in the text; contents differ and are not empty.
class added_token_finder {
public:
    added_token_finder() = default;
    added_token_finder(std::vector<added_token> tokens, const std::vector<std::string>& contents) : tokens_(std::move(tokens)) {
        std::vector<std::pair<std::string_view, std::int32_t>> pieces;
        for (std::size_t i = 0; i < contents.size(); ++i)
            pieces.emplace_back(contents[i], static_cast<std::int32_t>(i));
        trie_ = piece_trie(std::move(pieces));
    }

    /// Calls `between(text)` for what lies between the tokens and `token(id, text)` for each token, from left to right, while they return
    /// true. Without `special` those that are special are text.
    template <class Between, class Token>
    bool split(std::string_view text, Between between, Token token, bool special = true) const {
        std::size_t done = 0;
        for (std::size_t at = 0; !tokens_.empty() && at < text.size();) {
            const auto found = trie_.longest(text.substr(at));
            if (found.value < 0) {
                ++at;
                continue;
            }
            std::size_t begin = at, end = at + found.bytes;
            at = end;
            const auto& which = tokens_[static_cast<std::size_t>(found.value)];
            if (which.special && !special)
                continue;
            if (which.single_word && !alone(text, begin, end))
                continue;
            if (which.strip_left) {
                while (begin > done && unicode::is_white_space(unicode::decode_before(text, begin).scalar))
                    begin -= unicode::decode_before(text, begin).bytes;
                if (begin < done)
                    begin = done;
            }
            if (which.strip_right)
                while (end < text.size() && unicode::is_white_space(unicode::decode(text, end).scalar))
                    end += unicode::decode(text, end).bytes;
            if (done < begin && !between(text.substr(done, begin - done)))
                return false;
            if (begin < end && !token(which.id, text.substr(begin, end - begin)))
                return false;
            done = end;
        }
        return done >= text.size() || between(text.substr(done));
    }

private:
    static bool alone(std::string_view text, std::size_t begin, std::size_t end) {
        return (begin == 0 || !unicode::is_word_character(unicode::decode_before(text, begin).scalar)) &&
               (end == text.size() || !unicode::is_word_character(unicode::decode(text, end).scalar));
    }

    std::vector<added_token> tokens_;
    piece_trie trie_;
};

} // namespace hone
