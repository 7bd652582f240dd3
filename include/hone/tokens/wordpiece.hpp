// WordPiece (Schuster and Nakajima, 2012; as BERT uses it): words are cut at white space and punctuation, each word into the longest pieces of
// the vocabulary from left to right; a word that cannot be cut is [UNK]. Ids equal those of Python's `tokenizers` 0.23.3 on the same file, cut
// to a limit. Bytes of the text that are not UTF-8 count as U+FFFD each: cleaning drops them, so that a stray byte costs a letter, never a run.
// Cost: about 20 million characters of English a second on one core; no memory but the ids, once the thread's buffer has grown.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/nearest.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/piece_trie.hpp"
#include "hone/tokens/special_in_text.hpp"
#include "hone/tokens/tokenizer_file.hpp"
#include "hone/tokens/unicode.hpp"
#include "hone/tokens/wordpiece_definition.hpp"
#include "hone/tokens/wordpiece_vocabulary.hpp"

namespace hone {

/// Text to ids and back. A value: copies are whole, and one may be used from many threads at once.
class wordpiece {
public:
    /// A folder (its tokenizer.json, else its vocab.txt), a tokenizer.json, or a vocab.txt (any name that does not end in ".json").
    /// Errors: those of read_file, read_tokenizer_json and read_vocabulary; tokens.not_found where a folder has neither file.
    explicit wordpiece(const std::filesystem::path& path) : wordpiece(source_of(path)) {}
    /// From its parts, when they come from elsewhere; `files` is then empty.
    explicit wordpiece(wordpiece_definition definition) : is_(std::move(definition)) { prepare(); }

    /// Writes the ids of a text over `ids`, special tokens included, cut so that there are at most `limit`.
    /// Error: tokens.limit where the special tokens alone are more.
    void encode(std::string_view text, std::vector<std::int32_t>& ids, std::size_t limit = 512,
                special_in_text special = special_in_text::is_token) const {
        const std::size_t around = is_.begin.size() + is_.end.size();
        if (limit < around)
            throw error("tokens.limit", "a limit below the number of special tokens", {}, {"at least ", around}, limit);
        ids.assign(is_.begin.begin(), is_.begin.end());
        append(text, ids, limit - is_.end.size(), special);
        ids.insert(ids.end(), is_.end.begin(), is_.end.end());
    }
    std::vector<std::int32_t> encode(std::string_view text, std::size_t limit = 512) const {
        std::vector<std::int32_t> ids;
        encode(text, ids, limit);
        return ids;
    }
    /// Appends the ids of a text that is a part of something, without special tokens around it.
    void encode_part(std::string_view text, std::vector<std::int32_t>& ids, special_in_text special = special_in_text::is_token) const {
        append(text, ids, no_token_limit, special);
    }
    /// The same; special tokens in it are text.
    void encode_as_text(std::string_view text, std::vector<std::int32_t>& ids) const { encode_part(text, ids, special_in_text::is_text); }

    /// The words of ids, joined as the file's decoder says; special tokens are left out, or kept. Error: tokens.id_range.
    std::string decode(std::span<const std::int32_t> ids, bool keep_special = false) const {
        std::string text;
        bool first = true;
        for (const auto id : ids) {
            std::string word = token(id);
            if (const auto& as = decoded_.find(id); as != decoded_.end()) {
                if (as->second.special && !keep_special)
                    continue;
                word = as->second.content;
            }
            if (!first && is_.joins_pieces && word.starts_with(is_.joined_prefix))
                word.erase(0, is_.joined_prefix.size());
            else if (!first)
                word.insert(0, " ");
            if (is_.cleans_up)
                clean_up(word);
            text += word;
            first = false;
        }
        return text;
    }

    /// Words in the vocabulary, added ones included: ids are below it.
    std::size_t size() const { return is_.words.size(); }
    /// The id of a word, if it has one.
    std::optional<std::int32_t> find(std::string_view word) const {
        const auto id = all_.find(word);
        return id < 0 ? std::nullopt : std::optional(id);
    }
    /// The id of a word. Error: tokens.unknown_token.
    std::int32_t id(std::string_view word) const {
        if (const auto found = find(word))
            return *found;
        throw error("tokens.unknown_token", "a word that is not in the vocabulary", {.file = file_, .name = std::string(word)},
                    {"one of ", size(), " words, such as ", nearest_names(word, is_.words)}, in_quotes(word, 64));
    }
    /// The word of an id. Error: tokens.id_range.
    const std::string& token(std::int32_t id) const {
        if (id < 0 || static_cast<std::size_t>(id) >= size())
            throw error("tokens.id_range", "an id outside the vocabulary", {.file = file_}, {"0 to ", size() - 1}, id);
        return is_.words[static_cast<std::size_t>(id)];
    }

    /// Ids of the special tokens; -1 where the tokenizer has none.
    std::int32_t unk() const { return unknown_; }
    std::int32_t cls() const { return is_.begin.empty() ? -1 : is_.begin.front(); }
    std::int32_t sep() const { return is_.end.empty() ? -1 : is_.end.back(); }
    std::int32_t pad() const { return all_.find("[PAD]"); }
    std::int32_t mask() const { return all_.find("[MASK]"); }

    /// What makes it.
    const wordpiece_definition& definition() const { return is_; }
    /// The file it was read from and those beside it that belong to a tokenizer, byte for byte.
    const std::vector<tokenizer_file>& files() const { return files_; }

private:
    struct source {
        std::filesystem::path folder, file;
        bool is_json;
    };
    struct decoded {
        std::string content;
        bool special;
    };

    static source source_of(const std::filesystem::path& path) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(path, ignored))
            return {path.parent_path(), path, path.extension() == ".json"};
        for (const bool is_json : {true, false})
            if (const auto file = path / (is_json ? "tokenizer.json" : "vocab.txt"); detail::stands_there(file))
                return {path, file, is_json};
        throw error("tokens.not_found", "a folder without a tokenizer", {.file = path.native()}, "tokenizer.json or vocab.txt", "neither");
    }

    explicit wordpiece(const source& from) : file_(from.file.string()) {
        files_ = detail::read_tokenizer_files(from.file, from.is_json ? "tokenizer.json" : "vocab.txt",
                                              {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt"});
        const auto& text = files_.front().bytes;
        if (from.is_json) {
            is_ = read_tokenizer_json(text, file_);
        } else {
            std::optional<json> config;
            std::string config_file;
            for (const auto& beside : files_) {
                const auto where = (from.folder / beside.name).string();
                if (beside.name == "tokenizer_config.json")
                    config = parse_json(beside.bytes, config_file = where);
                if (beside.name == "added_tokens.json" && parse_json(beside.bytes, where).size() > 0)
                    throw error("tokens.unsupported", "added tokens beside a vocab.txt", {.file = where}, "a tokenizer.json with them",
                                "none that is read");
            }
            const auto view = config ? std::optional(json_view(*config, config_file)) : std::nullopt;
            is_ = read_vocabulary(text, file_, view ? &*view : nullptr);
        }
        prepare();
    }

    void prepare() {
        std::vector<std::pair<std::string_view, std::int32_t>> words;
        for (std::size_t i = 0; i < is_.words.size(); ++i)
            words.emplace_back(is_.words[i], static_cast<std::int32_t>(i));
        all_ = piece_trie(words);
        words.resize(is_.model_words);
        pieces_ = piece_trie(std::move(words));
        continued_ = pieces_.walk(is_.prefix);
        unknown_ = pieces_.find(is_.unknown);
        std::vector<added_token> tokens[2];
        std::vector<std::string> contents[2];
        for (const auto& token : is_.added) {
            std::string content = token.content;
            if (token.normalized)
                is_.normalizer.normalize(token.content, content);
            decoded_[token.id] = {content, token.special};
            tokens[token.normalized].push_back(token);
            contents[token.normalized].push_back(std::move(content));
        }
        raw_ = added_token_finder(std::move(tokens[0]), contents[0]);
        normalized_ = added_token_finder(std::move(tokens[1]), contents[1]);
    }

    void append(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room, special_in_text special) const {
        thread_local std::string normalized;
        const bool as_token = special == special_in_text::is_token;
        const auto add = [&](std::int32_t id) {
            ids.push_back(id);
            return ids.size() < room;
        };
        const auto cut = [&](std::string_view part) { return words(part, ids, room); };
        if (ids.size() < room)
            raw_.split(
                text,
                [&](std::string_view part) {
                    is_.normalizer.normalize(part, normalized);
                    return normalized_.split(normalized, cut, add, as_token);
                },
                add, as_token);
        if (ids.size() > room)
            ids.resize(room);
    }

    /// Cuts normalized text into words and these into pieces; false once there are as many ids as there is room for.
    bool words(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room) const {
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
            if (begin < at && !word(text.substr(begin, at - begin), ids, room))
                return false;
            if (!white && !word(text.substr(at, bytes), ids, room))
                return false;
            begin = at += bytes;
        }
        return begin >= text.size() || word(text.substr(begin), ids, room);
    }

    bool word(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room) const {
        const auto before = ids.size();
        bool whole = text.size() <= is_.longest_word || characters(text) <= is_.longest_word;
        for (std::size_t at = 0; whole && at < text.size();) {
            const auto from = at == 0 ? piece_trie::root : continued_;
            const auto found = from == piece_trie::none ? piece_trie::match{-1, 0} : pieces_.longest(text.substr(at), from);
            whole = found.value >= 0;
            if (whole)
                ids.push_back(found.value);
            at += found.bytes;
        }
        if (!whole) {
            ids.resize(before);
            ids.push_back(unknown_);
        }
        return ids.size() < room;
    }
    static std::size_t characters(std::string_view text) {
        std::size_t count = 0;
        for (const char byte : text)
            count += (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u;
        return count;
    }

    static void clean_up(std::string& word) {
        for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{" .", "."},
                                       {" ?", "?"},
                                       {" !", "!"},
                                       {" ,", ","},
                                       {" ' ", "'"},
                                       {" n't", "n't"},
                                       {" 'm", "'m"},
                                       {" do not", " don't"},
                                       {" 's", "'s"},
                                       {" 've", "'ve"},
                                       {" 're", "'re"}})
            for (auto at = word.find(from); at != word.npos; at = word.find(from, at + to.size()))
                word.replace(at, from.size(), to);
    }

    wordpiece_definition is_;
    std::string file_;
    std::vector<tokenizer_file> files_;
    piece_trie all_, pieces_;
    piece_trie::node continued_ = piece_trie::none;
    std::int32_t unknown_ = -1;
    added_token_finder raw_, normalized_;
    std::unordered_map<std::int32_t, decoded> decoded_; // added tokens, as decode writes them
};

} // namespace hone
