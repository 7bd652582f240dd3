// Ids to text, one id after the other: what is said at once is whole characters, and all that was
// said is what decoding all ids gives. Two ways, as Python's `tokenizers` has them. Bytes
// (byte-level tokenizers): tokens are bytes, and what is not UTF-8 becomes U+FFFD, one for the
// longest beginning of a character (the Unicode standard, 3.9). Pieces (SentencePiece): tokens are
// texts; a run of byte tokens waits for its end and is a text if all of it is UTF-8, else one
// U+FFFD a byte.
// Cost: the bytes of the tokens, and those that wait.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What each token becomes.
struct token_texts {
    struct token {
        std::string text;       ///< or bytes
        std::int16_t byte = -1; ///< of a byte token among pieces
        bool special = false;   ///< left out unless asked for
    };
    std::vector<token> of;          ///< by id
    bool bytes = false;             ///< tokens are bytes, all of them one run
    std::size_t strip = 0;          ///< spaces taken off the beginning of the text
    std::vector<std::string> first; ///< by id, where the first token reads otherwise; else empty
};

/// Where the first bytes of a text stop being characters: those before are whole, those after begin
/// one.
inline std::size_t whole_characters(std::string_view text, std::size_t at = 0) {
    while (at < text.size()) {
        const auto length = utf8_length(text, at);
        if (length == 0) break;
        at += length;
    }
    return at;
}

/// Bytes at `at` that begin a character, where no whole one stands; 0 where none does (the Unicode
/// standard, table 3-7).
inline std::size_t beginning_of_character(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const unsigned first = byte(at);
    const std::size_t whole = first < 0xC2 || first > 0xF4 ? 0
                              : first < 0xE0               ? 2
                              : first < 0xF0               ? 3
                                                           : 4;
    const unsigned low = first == 0xE0   ? 0xA0
                         : first == 0xF0 ? 0x90
                                         : 0x80,
                   high = first == 0xED   ? 0x9F
                          : first == 0xF4 ? 0x8F
                                          : 0xBF;
    std::size_t count = whole > 0 ? 1 : 0;
    while (count > 0 && count < whole && byte(at + count) >= (count == 1 ? low : 0x80) &&
           byte(at + count) <= (count == 1 ? high : 0xBF))
        ++count;
    return count;
}

/// Appends bytes as text; returns how many at the end were left because they begin a character
/// (none where `all`).
inline std::size_t append_lossy(std::string& out, std::string_view bytes, bool all) {
    for (std::size_t at = 0; at < bytes.size();) {
        const auto good = whole_characters(bytes, at);
        out.append(bytes, at, good - at);
        at = good;
        if (at == bytes.size()) break;
        const auto begun = beginning_of_character(bytes, at);
        if (begun > 0 && at + begun == bytes.size() && !all) return begun;
        out += "\xEF\xBF\xBD";
        at += begun > 0 ? begun : 1;
    }
    return 0;
}

/// A text that grows. Refers to the tokens' texts by a share in them.
class token_stream {
public:
    token_stream(std::shared_ptr<const token_texts> texts, bool keep_special)
        : texts_(std::move(texts)), keep_special_(keep_special), strip_(texts_->strip) {}

    /// Appends to `out` what one more token makes certain. Error: tokens.id_range.
    void add(std::int32_t id, std::string& out) {
        if (id < 0 || static_cast<std::size_t>(id) >= texts_->of.size())
            throw error("tokens.id_range", "an id outside the vocabulary", {},
                        {"0 to ", texts_->of.size() - 1}, id);
        const auto& token = texts_->of[static_cast<std::size_t>(id)];
        if (token.special && !keep_special_) return;
        if (texts_->bytes) {
            waiting_ += token.text;
            const auto left = append_lossy(out, waiting_, false);
            waiting_.erase(0, waiting_.size() - left);
            return;
        }
        const bool first = !begun_ && !texts_->first.empty();
        begun_ = true;
        if (token.byte >= 0) {
            waiting_ += static_cast<char>(token.byte);
            return;
        }
        flush(out);
        say(first ? texts_->first[static_cast<std::size_t>(id)] : token.text, out);
    }
    /// Appends what waited for more tokens. The stream then begins anew.
    void finish(std::string& out) {
        if (texts_->bytes) append_lossy(out, waiting_, true);
        else flush(out);
        waiting_.clear();
        begun_ = false;
        strip_ = texts_->strip;
    }

private:
    void flush(std::string& out) {
        if (whole_characters(waiting_) == waiting_.size()) say(waiting_, out);
        else
            for (std::size_t i = 0; i < waiting_.size(); ++i) say("\xEF\xBF\xBD", out);
        waiting_.clear();
    }
    void say(std::string_view text, std::string& out) {
        for (; strip_ > 0 && !text.empty() && text.front() == ' '; --strip_) text.remove_prefix(1);
        if (!text.empty()) strip_ = 0;
        out += text;
    }

    std::shared_ptr<const token_texts> texts_;
    bool keep_special_, begun_ = false;
    std::size_t strip_;
    std::string waiting_;
};

} // namespace hone
HONE_COMPACT_END
