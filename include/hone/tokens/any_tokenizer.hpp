// The tokenizer of a folder, whichever of those that are known it has: for programs that take any
// folder. The files decide: the model that tokenizer.json names, and whether its pieces are bytes;
// else tokenizer.model, vocab.json beside merges.txt, vocab.txt. A program that knows its tokenizer
// names its class instead and compiles that alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/byte_level_bpe.hpp"
#include "hone/tokens/byte_level_files.hpp"
#include "hone/tokens/sentencepiece_bpe.hpp"
#include "hone/tokens/sentencepiece_model.hpp"
#include "hone/tokens/tokens.hpp"
#include "hone/tokens/wordpiece.hpp"

HONE_COMPACT_BEGIN
namespace hone {

static_assert(tokenizer<byte_level_bpe> && tokenizer<sentencepiece_bpe>);

/// One of the tokenizers. A value, as each of them.
class any_tokenizer {
public:
    template <tokenizer Tokenizer>
    explicit any_tokenizer(Tokenizer made) : is_(std::move(made)) {}
    /// Of a folder, or of one of the files named above. Errors: those of the class that is found;
    /// tokens.not_found; tokens.unsupported where tokenizer.json has a model of another kind.
    explicit any_tokenizer(const std::filesystem::path& path) : is_(opened(path)) {}

    /// "wordpiece", "byte_level_bpe" or "sentencepiece_bpe".
    const char* kind() const {
        constexpr const char* names[] = {"wordpiece", "byte_level_bpe", "sentencepiece_bpe"};
        return names[is_.index()];
    }
    /// The tokenizer itself, if it is of this class.
    template <class Tokenizer>
    const Tokenizer* as() const {
        return std::get_if<Tokenizer>(&is_);
    }

    /// As the class does it.
    void encode(std::string_view text, std::vector<std::int32_t>& ids,
                std::size_t limit = no_token_limit,
                special_in_text special = special_in_text::is_token) const {
        std::visit([&](const auto& t) { t.encode(text, ids, limit, special); }, is_);
    }
    void encode_part(std::string_view text, std::vector<std::int32_t>& ids,
                     special_in_text special = special_in_text::is_token) const {
        std::visit([&](const auto& t) { t.encode_part(text, ids, special); }, is_);
    }
    void encode_as_text(std::string_view text, std::vector<std::int32_t>& ids) const {
        encode_part(text, ids, special_in_text::is_text);
    }
    std::string decode(std::span<const std::int32_t> ids, bool keep_special = false) const {
        return std::visit([&](const auto& t) { return t.decode(ids, keep_special); }, is_);
    }
    /// Error: tokens.no_stream for WordPiece, whose words are not said one by one.
    token_stream stream(bool keep_special = false) const {
        if (const auto* bytes = as<byte_level_bpe>()) return bytes->stream(keep_special);
        if (const auto* pieces = as<sentencepiece_bpe>()) return pieces->stream(keep_special);
        throw error("tokens.no_stream", "a tokenizer that does not decode id by id", {},
                    "one of byte pairs", kind());
    }
    std::size_t size() const {
        return std::visit([](const auto& t) { return t.size(); }, is_);
    }
    std::optional<std::int32_t> find(std::string_view word) const {
        return std::visit([&](const auto& t) { return t.find(word); }, is_);
    }
    const std::vector<tokenizer_file>& files() const {
        return std::visit(
            [](const auto& t) -> const std::vector<tokenizer_file>& { return t.files(); }, is_);
    }

private:
    using choice = std::variant<wordpiece, byte_level_bpe, sentencepiece_bpe>;

    [[gnu::cold]] static choice opened(const std::filesystem::path& path) {
        std::error_code ignored;
        const bool folder = std::filesystem::is_directory(path, ignored);
        const auto has = [&](const char* name) {
            return folder ? detail::stands_there(path / name) : path.filename() == name;
        };
        const auto file = [&](const char* name) { return folder ? path / name : path; };
        if (has("tokenizer.json")) return by_json(file("tokenizer.json"));
        if (has("tokenizer.model")) return open_sentencepiece_model(file("tokenizer.model"));
        if (has("vocab.json") || has("merges.txt"))
            return open_vocabulary_and_merges(folder ? path : path.parent_path());
        if (has("vocab.txt") || !folder) return wordpiece(path);
        throw error("tokens.not_found", "a folder without a tokenizer", {.file = path.native()},
                    "tokenizer.json, tokenizer.model, vocab.json and merges.txt, or vocab.txt",
                    "none of them");
    }
    [[gnu::cold]] static choice by_json(const std::filesystem::path& path) {
        auto files = detail::read_tokenizer_files(
            path, "tokenizer.json",
            {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
             "tokenizer.model", "vocab.json", "merges.txt", "chat_template.jinja"});
        const auto name = path.string();
        const json root = parse_json(files.front().bytes, name);
        const json_view view(root, name);
        const auto model = view["model"];
        const bool pairs = model.object().has("merges");
        if (model.has("type") ? model["type"].string() == "WordPiece" : !pairs)
            return wordpiece(path);
        if (model.has("type") && model["type"].string() != "BPE")
            model["type"].fail("tokens.unsupported", "a model of another type",
                               "\"WordPiece\" or \"BPE\"");
        if (detail::is_byte_level(view))
            return byte_level_bpe(read_byte_level(view), name, std::move(files));
        return sentencepiece_bpe(read_sentencepiece(view), name, std::move(files));
    }

    choice is_;
};
static_assert(tokenizer<any_tokenizer>);

} // namespace hone
HONE_COMPACT_END
