// Small files of tokenizers of byte pairs, made part by part, so that a test can break one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <hone/file/error.hpp>
#include <hone/file/json.hpp>
#include <hone/file/json_view.hpp>
#include <hone/file/utf8.hpp>
#include <hone/tokens/byte_level_definition.hpp>

#include "data/caught.hpp"

/// Words in the order of their ids, and merges as the file spells them.
struct made_tokenizer {
    std::vector<std::string> words, merges;
    std::string added = "[]", normalizer = "null", pre_tokenizer, post_processor = "null", decoder,
                model;

    std::string vocabulary() const {
        std::string list;
        for (std::size_t i = 0; i < words.size(); ++i)
            hone::append_to_list(list, {hone::json_quoted(words[i]), ":", i});
        return "{" + list + "}";
    }
    std::string json() const {
        std::string list;
        for (const auto& merge : merges)
            hone::append_to_list(list, merge.starts_with('[') ? merge : hone::json_quoted(merge));
        return "{\"version\":\"1.0\",\"added_tokens\":" + added + ",\"normalizer\":" + normalizer +
               ",\"pre_tokenizer\":" + pre_tokenizer + ",\"post_processor\":" + post_processor +
               ",\"decoder\":" + decoder + ",\"model\":{\"type\":\"BPE\"," + model +
               "\"vocab\":" + vocabulary() + ",\"merges\":[" + list + "]}}";
    }
};

/// GPT-2's kind: 256 bytes, then "ab" and "abc".
inline made_tokenizer made_bytes() {
    made_tokenizer made;
    for (unsigned b = 0; b < 256; ++b)
        hone::append_utf8(made.words.emplace_back(),
                          hone::letter_of_byte(static_cast<unsigned char>(b)));
    made.words.insert(made.words.end(), {"ab", "abc"});
    made.merges = {"a b", "ab c"};
    made.pre_tokenizer = made.decoder =
        R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true})";
    return made;
}
/// Llama's kind: three special tokens, 256 bytes, letters, "ab" and "abc".
inline made_tokenizer made_pieces() {
    made_tokenizer made;
    made.words = {"<unk>", "<s>", "</s>"};
    for (unsigned b = 0; b < 256; ++b) {
        constexpr char digit[] = "0123456789ABCDEF";
        made.words.push_back({'<', '0', 'x', digit[b >> 4], digit[b & 15], '>'});
    }
    made.words.insert(made.words.end(), {"\xE2\x96\x81", "a", "b", "c", "ab", "abc"});
    made.merges = {"a b", "ab c"};
    made.normalizer =
        "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Prepend\",\"prepend\":"
        "\"\xE2\x96\x81\"},"
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"\xE2\x96\x81\"}]}";
    made.pre_tokenizer = "null";
    made.decoder = "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Replace\",\"pattern\":{"
                   "\"String\":\"\xE2\x96\x81\"},\"content\":\" \"},"
                   "{\"type\":\"ByteFallback\"},{\"type\":\"Fuse\"},{\"type\":\"Strip\","
                   "\"content\":\" \",\"start\":1,\"stop\":0}]}";
    made.model = "\"unk_token\":\"<unk>\",\"byte_fallback\":true,\"fuse_unk\":true,";
    return made;
}

/// What reading it throws.
template <class Read>
hone::error refused(const made_tokenizer& made, const Read& read) {
    return caught([&] {
        const hone::json root = hone::parse_json(made.json(), "tokenizer.json");
        read(hone::json_view(root, "tokenizer.json"));
    });
}
