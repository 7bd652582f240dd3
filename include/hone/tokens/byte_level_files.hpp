// A byte-level tokenizer from `vocab.json` and `merges.txt`, the files of 2019. They say neither
// how words are cut nor which tokens are special: `tokenizer_class` of the configuration beside
// them does, and where nothing is said it is GPT-2's. A line of merges is two pieces and a blank
// between them; a first line that begins with "#version" says nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/bpe_json.hpp"
#include "hone/tokens/byte_level_bpe.hpp"
#include "hone/tokens/byte_level_definition.hpp"
#include "hone/tokens/tokenizer_config.hpp"
#include "hone/tokens/tokenizer_file.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

class vocabulary_and_merges_reader : configured_parts {
public:
    explicit vocabulary_and_merges_reader(const json_view& config) : configured_parts(config) {}

    [[gnu::cold]] byte_level_definition read(const json_view& words, std::string_view merges,
                                             const std::string& merges_file) {
        vocabulary(words);
        if (words_.empty())
            throw error("tokens.empty", "a vocabulary without a word", words.where(),
                        "a word and its id", "none");
        result_.model_words = words_.size();
        merge_lines(merges, merges_file);
        configured_tokens();
        class_of_tokenizer();
        result_.space_before = flag("add_prefix_space", false);
        result_.words = std::move(words_);
        result_.added = std::move(added_);
        result_.begin = std::move(begin_);
        result_.end = std::move(end_);
        return std::move(result_);
    }

private:
    [[gnu::cold]] void merge_lines(std::string_view text, const std::string& file) {
        merge_list all(ids_);
        std::vector<std::int64_t> lines;
        std::int64_t line = 0;
        for (std::size_t begin = 0; begin < text.size();) {
            const auto end = std::min(text.find('\n', begin), text.size());
            auto row = text.substr(begin, end - begin);
            const place_view here{
                .file = file, .byte = static_cast<std::int64_t>(begin), .line = ++line};
            begin = end + 1;
            if (row.ends_with('\r')) row.remove_suffix(1);
            if (line == 1 && row.starts_with("#version")) continue;
            for (std::size_t at = 0; at < row.size(); at += utf8_length(row, at))
                if (utf8_length(row, at) == 0)
                    throw error("tokens.not_utf8", "bytes that are not UTF-8", here, "UTF-8",
                                in_quotes(row, 64));
            const auto gap = row.find(' ');
            if (gap == row.npos || row.find(' ', gap + 1) != row.npos)
                throw error("tokens.merge", "a merge that is not of two pieces", here,
                            "two pieces and one blank between them", in_quotes(row, 64));
            all.add(row.substr(0, gap), row.substr(gap + 1), here);
            lines.push_back(line);
        }
        result_.merges =
            all.made([&](std::size_t k) { return place_view{.file = file, .line = lines[k]}; });
    }

    [[gnu::cold]] void class_of_tokenizer() {
        std::string name =
            given("tokenizer_class") ? file_["tokenizer_class"].string() : "GPT2Tokenizer";
        if (name.ends_with("Fast")) name.resize(name.size() - 4);
        if (name == "RobertaTokenizer") {
            begin_.push_back(special_token("cls_token", "<s>"));
            end_.push_back(special_token("sep_token", "</s>"));
            special_token("unk_token", "<unk>");
            special_token("pad_token", "<pad>");
            special_token("mask_token", "<mask>", true);
        } else if (name == "GPT2Tokenizer" || name == "Qwen2Tokenizer") {
            const bool qwen2 = name == "Qwen2Tokenizer";
            for (const char* use : {"bos_token", "eos_token", "unk_token", "pad_token"})
                special_token(use, use == std::string_view("eos_token") ? "<|endoftext|>" : "");
            result_.composes = qwen2;
            result_.pattern = qwen2 ? word_pattern::qwen2 : word_pattern::gpt2;
        } else {
            file_["tokenizer_class"].fail(
                "tokens.unsupported", "a vocab.json and merges.txt of a tokenizer of another class",
                "\"GPT2Tokenizer\", \"Qwen2Tokenizer\" or \"RobertaTokenizer\" (or a "
                "tokenizer.json)");
        }
    }

    byte_level_definition result_;
};

} // namespace detail

/// Of a folder with `vocab.json` and `merges.txt`. Errors: those of read_file, parse_json and
/// json_view; tokens.empty, merge, unknown_piece, duplicate_merge, not_utf8, too_large,
/// duplicate_id, id_range, added_id, duplicate_token, missing_byte, unsupported.
inline byte_level_bpe open_vocabulary_and_merges(const std::filesystem::path& folder) {
    auto files = detail::read_tokenizer_files(folder / "vocab.json", "vocab.json",
                                              {"merges.txt", "tokenizer_config.json",
                                               "special_tokens_map.json", "added_tokens.json",
                                               "chat_template.jinja"});
    const auto words_file = (folder / "vocab.json").string(),
               merges_file = (folder / "merges.txt").string(),
               config_file = (folder / "tokenizer_config.json").string();
    const std::string* const merges = detail::bytes_of(files, "merges.txt");
    if (!merges)
        throw error("tokens.not_found", "a vocab.json without its merges", {.file = merges_file},
                    "merges.txt beside it", "nothing");
    const json words = parse_json(files.front().bytes, words_file),
               config = detail::config_among(files, config_file);
    auto definition = detail::vocabulary_and_merges_reader(json_view(config, config_file))
                          .read(json_view(words, words_file), *merges, merges_file);
    return byte_level_bpe(std::move(definition), words_file, std::move(files));
}

} // namespace hone
HONE_COMPACT_END
