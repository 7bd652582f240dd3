// What makes a byte-level tokenizer of byte pairs (Radford et al., 2019): words are cut into bytes,
// and a printable letter stands for each of the 256 in the files. Read from `tokenizer.json`.
// Whatever this tokenizer does not do is refused by name.
// Cost: the file's JSON as values, while it is read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/bpe_json.hpp"
#include "hone/tokens/nfc.hpp"
#include "hone/tokens/pair_merges.hpp"
#include "hone/tokens/unicode.hpp"
#include "hone/tokens/word_patterns.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Where digits are cut off before anything else.
enum class digit_cuts : unsigned char { none, runs, each };

/// A byte-level tokenizer in parts.
struct byte_level_definition {
    std::vector<std::string>
        words; ///< by id, in the letters of the files: the model's, then added ones that it does not have
    std::size_t model_words = 0; ///< how many of them are the model's
    pair_merges merges;          ///< of ids
    bool composes = false;       ///< the text is brought into normal form C
    bool space_before = false;   ///< a space is put before a text that begins with none
    digit_cuts digits = digit_cuts::none;
    word_pattern pattern = word_pattern::gpt2;
    bool whole_words =
        false; ///< a word that is in the vocabulary is its token, whatever the merges say
    std::int32_t unknown = -1;       ///< stands for a byte without a token
    bool fuses_unknown = false;      ///< one stands for several in a row
    std::vector<added_token> added;  ///< ids as in `words`
    std::vector<std::int32_t> begin; ///< put before the text
    std::vector<std::int32_t> end;   ///< put behind it
};

/// The letter that stands for a byte: printable ASCII and Latin-1 stand for themselves, the others
/// are U+0100 and on in their order.
inline char32_t letter_of_byte(unsigned char byte) {
    const auto plain = [](unsigned b) {
        return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
    };
    if (plain(byte)) return byte;
    char32_t letter = 256;
    for (unsigned b = 0; b < byte; ++b) letter += !plain(b);
    return letter;
}

/// The bytes that a word of letters stands for; nothing where a character is no such letter.
inline std::optional<std::string> bytes_of_letters(std::string_view word) {
    static const std::array<std::int16_t, 0x144> bytes = [] {
        std::array<std::int16_t, 0x144> made;
        made.fill(-1);
        for (unsigned b = 0; b < 256; ++b)
            made[letter_of_byte(static_cast<unsigned char>(b))] = static_cast<std::int16_t>(b);
        return made;
    }();
    std::string out;
    for (std::size_t at = 0; at < word.size();) {
        const auto c = unicode::decode(word, at);
        if (c.scalar >= bytes.size() || bytes[c.scalar] < 0) return std::nullopt;
        out += static_cast<char>(bytes[c.scalar]);
        at += c.bytes;
    }
    return out;
}

namespace detail {

class byte_level_reader : bpe_json_parts {
public:
    explicit byte_level_reader(const json_view& file) : bpe_json_parts(file) {}

    [[gnu::cold]] byte_level_definition read() {
        head();
        bpe_model();
        if (given("normalizer")) {
            const auto part = file_["normalizer"];
            type_is(part, "NFC", "a normalizer of another type");
            only(part, {"type"});
            result_.composes = true;
        }
        pre_tokenizer(file_["pre_tokenizer"]);
        added_tokens([&](std::string_view text, std::string& out) {
            std::string buffer;
            out = result_.composes ? std::string(nfc_normalizer::normalize(text, buffer))
                                   : std::string(text);
        });
        post_processor();
        type_is(file_["decoder"], "ByteLevel", "a decoder of another type");
        only(file_["decoder"], {"type", "add_prefix_space", "trim_offsets", "use_regex"});
        result_.words = std::move(words_);
        result_.model_words = model_words_;
        result_.merges = std::move(merges_);
        result_.whole_words = whole_words_;
        result_.unknown = unknown_;
        result_.fuses_unknown = fuses_unknown_;
        result_.added = std::move(added_);
        result_.begin = std::move(begin_);
        result_.end = std::move(end_);
        return std::move(result_);
    }

private:
    [[gnu::cold]] void byte_level(const json_view& part) {
        type_is(part, "ByteLevel", "a pre-tokenizer of another type");
        only(part, {"type", "add_prefix_space", "trim_offsets", "use_regex"});
        result_.space_before = part["add_prefix_space"].boolean();
        const bool by_pattern = !part.has("use_regex") || part["use_regex"].boolean();
        if (by_pattern && split_)
            refuse(part["use_regex"], "words that are cut by two patterns", "false");
        if (!split_) result_.pattern = by_pattern ? word_pattern::gpt2 : word_pattern::whole;
    }
    [[gnu::cold]] void split(const json_view& part) {
        only(part, {"type", "pattern", "behavior", "invert"});
        const auto pattern = part["pattern"];
        only(pattern, {"Regex", "String"});
        if (!pattern.has("Regex")) refuse(pattern, "a text that is split at a string", "\"Regex\"");
        const auto known = known_word_pattern(pattern["Regex"].string());
        if (!known)
            pattern["Regex"].fail("tokens.pattern", "a pattern that has no scanner here",
                                  "the pattern of GPT-2, Qwen2 or Llama 3");
        if (part["behavior"].string() != "Isolated")
            refuse(part["behavior"], "words that are not kept apart", "\"Isolated\"");
        if (part["invert"].boolean())
            refuse(part["invert"], "a pattern of what lies between words", "false");
        result_.pattern = *known;
        split_ = true;
    }
    [[gnu::cold]] void pre_tokenizer(const json_view& part) {
        if (part["type"].string() != "Sequence") return byte_level(part);
        only(part, {"type", "pretokenizers"});
        const auto list = part["pretokenizers"];
        const std::size_t count = list.array().size();
        for (std::size_t i = 0; i + 1 < count; ++i) {
            const auto one = list[i];
            if (one["type"].string() == "Digits" && !split_ && result_.digits == digit_cuts::none) {
                only(one, {"type", "individual_digits"});
                result_.digits =
                    one["individual_digits"].boolean() ? digit_cuts::each : digit_cuts::runs;
            } else if (one["type"].string() == "Split" && !split_) {
                split(one);
            } else {
                refuse(one["type"], "a pre-tokenizer of another type, or at another place",
                       "\"Digits\", \"Split\", then \"ByteLevel\"");
            }
        }
        if (count == 0) refuse(list, "a sequence of no pre-tokenizers", "\"ByteLevel\"");
        byte_level(list[count - 1]);
        if (result_.space_before && count > 1)
            refuse(list[count - 1]["add_prefix_space"], "a space before every part of the text",
                   "false");
    }

    byte_level_definition result_;
    bool split_ = false;
};

} // namespace detail

/// From a `tokenizer.json`. Errors: those of json_view; tokens.unsupported, pattern, merge,
/// duplicate_merge, unknown_piece, too_large, missing_token, duplicate_id, id_range, empty_token,
/// added_id, duplicate_token, special_id, template.
inline byte_level_definition read_byte_level(const json_view& file) {
    return detail::byte_level_reader(file).read();
}

} // namespace hone
HONE_COMPACT_END
