// What makes a SentencePiece tokenizer of byte pairs (Kudo and Richardson, 2018; as Llama and
// Mistral use it): blanks become U+2581, the pieces of a text are its characters joined, and a
// character that is no piece becomes its bytes. Read from `tokenizer.json`, in the older spelling
// (normalizers that prepend and replace) and in the newer one (the pre-tokenizer Metaspace).
// Whatever this tokenizer does not do is refused by name.
// Cost: the file's JSON as values, while it is read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/bpe_json.hpp"
#include "hone/tokens/pair_merges.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What stands for a blank in pieces, U+2581.
inline constexpr std::string_view blank_letter = "\xE2\x96\x81";

/// Before which texts the pre-tokenizer Metaspace puts a blank, unless they begin with one.
enum class metaspace : unsigned char { none, never, first, always };

/// A SentencePiece tokenizer in parts.
struct sentencepiece_definition {
    std::vector<std::string> words; ///< by id: the model's, then added ones that it does not have
    std::size_t model_words = 0;    ///< how many of them are the model's
    pair_merges merges;             ///< of ids
    bool blank_before =
        false;           ///< the normalizer puts a blank before every text between added tokens
    bool blanks = false; ///< the normalizer makes U+2581 of blanks
    metaspace spaces = metaspace::none; ///< the pre-tokenizer does so afterwards
    bool cuts_at_blanks = false;        ///< and every U+2581 begins a word
    bool falls_back = false;            ///< characters that are no pieces become <0xXX>
    std::int32_t unknown =
        -1; ///< stands for a character that has no token at all; -1: it is left out, as the reference does
    bool fuses_unknown = false; ///< one stands for several in a row
    std::vector<added_token> added;
    std::vector<std::int32_t> begin, end; ///< put around the text

    bool decodes_blanks = false; ///< decode: U+2581 is a blank
    bool decodes_bytes = false;  ///< decode: <0xXX> are bytes
    bool drops_first = false;    ///< decode: each U+2581 of the first token is dropped
    std::size_t strip = 0;       ///< decode: so many blanks are taken off the beginning
};

/// What the normalizer makes of a text, over `out`.
inline void normalize_blanks(const sentencepiece_definition& is, std::string_view text,
                             std::string& out) {
    out.clear();
    if (is.blank_before && !text.empty()) out += blank_letter;
    for (const char c : text)
        if (c == ' ' && is.blanks) out += blank_letter;
        else out += c;
}

namespace detail {

class sentencepiece_reader : bpe_json_parts {
public:
    explicit sentencepiece_reader(const json_view& file) : bpe_json_parts(file) {}

    [[gnu::cold]] sentencepiece_definition read() {
        head();
        bpe_model();
        if (whole_words_)
            refuse(file_["model"]["ignore_merges"], "words that are tokens whatever the merges say",
                   "false");
        if (given("normalizer")) normalizer(file_["normalizer"]);
        if (given("pre_tokenizer")) pre_tokenizer(file_["pre_tokenizer"]);
        added_tokens(
            [&](std::string_view text, std::string& out) { normalize_blanks(result_, text, out); });
        post_processor();
        decoder(file_["decoder"]);
        result_.words = std::move(words_);
        result_.model_words = model_words_;
        result_.merges = std::move(merges_);
        result_.falls_back = falls_back_;
        result_.unknown = unknown_;
        result_.fuses_unknown = fuses_unknown_;
        result_.added = std::move(added_);
        result_.begin = std::move(begin_);
        result_.end = std::move(end_);
        return std::move(result_);
    }

private:
    static void text_is(const json_view& part, std::string_view wanted) {
        if (part.string() != wanted)
            refuse(part, "another text than this tokenizer knows here", in_quotes(wanted));
    }
    /// A normalizer or decoder that replaces one text by another.
    static void replace_is(const json_view& part, std::string_view from, std::string_view to) {
        only(part, {"type", "pattern", "content"});
        only(part["pattern"], {"String"});
        text_is(part["pattern"]["String"], from);
        text_is(part["content"], to);
    }
    [[gnu::cold]] void one_normalizer(const json_view& part) {
        if (part["type"].string() == "Prepend" && !result_.blank_before) {
            only(part, {"type", "prepend"});
            text_is(part["prepend"], blank_letter);
            result_.blank_before = true;
            return;
        }
        type_is(part, "Replace", "a normalizer of another type");
        replace_is(part, " ", blank_letter);
        result_.blanks = true;
    }
    [[gnu::cold]] void normalizer(const json_view& part) {
        if (part["type"].string() != "Sequence") return one_normalizer(part);
        only(part, {"type", "normalizers"});
        for (std::size_t i = 0; i < part["normalizers"].array().size(); ++i)
            one_normalizer(part["normalizers"][i]);
    }
    [[gnu::cold]] void pre_tokenizer(const json_view& part) {
        type_is(part, "Metaspace", "a pre-tokenizer of another type");
        only(part,
             {"type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep"});
        text_is(part["replacement"], blank_letter);
        if (result_.blank_before)
            refuse(part, "a blank put before the text twice",
                   "a normalizer or a pre-tokenizer that does");
        result_.spaces = scheme(part);
        result_.cuts_at_blanks =
            !part.has("split") || part["split"].is_null() || part["split"].boolean();
    }
    [[gnu::cold]] static metaspace scheme(const json_view& part) {
        const bool named = part.has("prepend_scheme");
        const std::string name = named ? part["prepend_scheme"].string() : "always";
        if (part.has("add_prefix_space") && !part["add_prefix_space"].is_null() &&
            !part["add_prefix_space"].boolean()) {
            if (name != "never" && named)
                refuse(part["prepend_scheme"],
                       "two answers to whether a blank is put before the text", "\"never\"");
            return metaspace::never;
        }
        if (name != "always" && name != "first" && name != "never")
            refuse(part["prepend_scheme"], "no such scheme", "\"always\", \"first\" or \"never\"");
        return name == "always"  ? metaspace::always
               : name == "first" ? metaspace::first
                                 : metaspace::never;
    }

    [[gnu::cold]] void metaspace_decoder(const json_view& part) {
        only(part,
             {"type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep"});
        text_is(part["replacement"], blank_letter);
        result_.decodes_blanks = true;
        result_.drops_first = scheme(part) != metaspace::never;
    }
    /// Replace, ByteFallback, Fuse, Strip: some of them in this order.
    [[gnu::cold]] void decoder(const json_view& part) {
        if (part.is_null() || part["type"].string() == "Metaspace")
            return part.is_null() ? refuse(part, "no decoder", "\"Sequence\" or \"Metaspace\"")
                                  : metaspace_decoder(part);
        type_is(part, "Sequence", "a decoder of another type");
        only(part, {"type", "decoders"});
        const auto list = part["decoders"];
        int before = 0;
        for (std::size_t i = 0; i < list.array().size(); ++i) {
            const auto one = list[i];
            const auto& type = one["type"].string();
            const int place = type == "Replace"        ? 1
                              : type == "ByteFallback" ? 2
                              : type == "Fuse"         ? 3
                              : type == "Strip"        ? 4
                                                       : 0;
            if (place <= before || (place == 4 && before != 3))
                refuse(one["type"], "a decoder of another type, or at another place",
                       "\"Replace\", \"ByteFallback\", \"Fuse\", \"Strip\"");
            before = place;
            if (place == 1) replace_is(one, blank_letter, " "), result_.decodes_blanks = true;
            else if (place == 2) only(one, {"type"}), result_.decodes_bytes = true;
            else if (place == 3) only(one, {"type"});
            else strip(one);
        }
    }
    [[gnu::cold]] void strip(const json_view& part) {
        only(part, {"type", "content", "start", "stop"});
        text_is(part["content"], " ");
        result_.strip = static_cast<std::size_t>(part["start"].integer(0, 1 << 20));
        if (part["stop"].integer() != 0) refuse(part["stop"], "blanks taken off the end", "0");
    }

    sentencepiece_definition result_;
};

} // namespace detail

/// From a `tokenizer.json`. Errors: those of json_view; tokens.unsupported, merge, duplicate_merge,
/// unknown_piece, too_large, missing_token, duplicate_id, id_range, empty_token, added_id,
/// duplicate_token, special_id, template.
inline sentencepiece_definition read_sentencepiece(const json_view& file) {
    return detail::sentencepiece_reader(file).read();
}

} // namespace hone
HONE_COMPACT_END
