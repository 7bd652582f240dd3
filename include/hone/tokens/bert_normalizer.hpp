// BERT's normalizer (Devlin et al., 2018), character for character as Python's `tokenizers` does it: clean, set Chinese characters apart, strip
// accents (decompose canonically, order the marks, drop the nonspacing ones), lower the case. The reference does this in four passes over the
// text, here it is one: only the order of combining characters reaches beyond one character, and those few are held back until the next base.
// Bytes that are not UTF-8 count as U+FFFD each, which cleaning drops. Cost: one pass; ASCII takes no table.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/order.hpp"
#include "hone/file/utf8.hpp"
#include "hone/tokens/unicode.hpp"

namespace hone {

/// Where each byte of a normalized text comes from is not asked.
struct no_origins {
    void fill(std::size_t, std::size_t) {}
};
/// For each byte of a normalized text the first byte of the character that it comes from.
struct byte_origins {
    std::vector<std::uint32_t> of;

    void fill(std::size_t size, std::size_t origin) { of.resize(size, static_cast<std::uint32_t>(origin)); }
};

/// The four switches of `BertNormalizer`; as they stand here, those of the uncased models.
struct bert_normalizer {
    bool clean_text = true;    ///< drop controls, U+0000 and U+FFFD; make every white space a space
    bool space_chinese = true; ///< a space on either side of each Chinese character
    bool strip_accents = true;
    bool lowercase = true; ///< each character by itself: a final sigma is a sigma

    /// Writes the normalized text over `out`. Allocates only to let `out`, or a buffer of the thread's, grow.
    void normalize(std::string_view text, std::string& out) const {
        no_origins none;
        normalize(text, out, none);
    }
    /// The same, and over `origins` from where each byte came.
    template <class Origins>
    void normalize(std::string_view text, std::string& out, Origins& origins) const {
        thread_local std::vector<std::uint64_t> marks; // rank, position, scalar
        marks.clear();
        out.clear();
        origins.fill(0, 0);
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t origin = at;
            if (const auto byte = static_cast<unsigned char>(text[at]); byte < 0x80) {
                ++at;
                const bool control = byte < 0x20 || byte == 0x7F, white = byte == '\t' || byte == '\n' || byte == '\r';
                if (clean_text && control && !white)
                    continue;
                settle(marks, out, origins);
                out += clean_text && white ? ' ' : static_cast<char>(lowercase && byte >= 'A' && byte <= 'Z' ? byte + 0x20 : byte);
                origins.fill(out.size(), origin);
                continue;
            }
            auto [c, bytes] = unicode::decode(text, at);
            at += bytes;
            if (clean_text && unicode::is_dropped(c))
                continue;
            if (clean_text && unicode::is_white_space(c))
                c = U' ';
            const bool apart = space_chinese && unicode::is_chinese(c);
            if (apart)
                settle(marks, out, origins), out += ' ';
            if (!strip_accents || c < 0x80) {
                settle(marks, out, origins);
                write(c, out);
            } else {
                const auto stripped = unicode::strip_accents(c);
                if (stripped.bars)
                    settle(marks, out, origins);
                for (unsigned i = 0; i < stripped.count; ++i) {
                    const char32_t part = stripped.scalars[i];
                    if (const std::uint64_t rank = unicode::combining_rank(part))
                        marks.push_back(rank << 56 | std::uint64_t{origin} << 21 | part);
                    else
                        write(part, out);
                }
            }
            if (apart)
                settle(marks, out, origins), out += ' ';
            origins.fill(out.size(), origin);
        }
        settle(marks, out, origins);
    }

private:
    void write(char32_t c, std::string& out) const {
        if (lowercase && c == 0x130)
            return append_utf8(out, 'i'), append_utf8(out, 0x307);
        append_utf8(out, lowercase ? unicode::lower(c) : c);
    }
    /// The combining characters that were held back, in their order.
    template <class Origins>
    void settle(std::vector<std::uint64_t>& marks, std::string& out, Origins& origins) const {
        if (marks.empty())
            return;
        if (marks.size() > 1) // one alone, the most frequent case, takes no memory
            put_in_order(marks, [](std::uint64_t a, std::uint64_t b) { return a >> 21 < b >> 21; });
        for (const auto mark : marks) {
            write(static_cast<char32_t>(mark & 0x1FFFFF), out);
            origins.fill(out.size(), mark >> 21 & 0x7FFFFFFFF);
        }
        marks.clear();
    }
};

} // namespace hone
