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
#include "hone/file/text_span.hpp"
#include "hone/tokens/pair.hpp"
#include "hone/tokens/piece_trie.hpp"
#include "hone/tokens/special_in_text.hpp"
#include "hone/tokens/tokenizer_file.hpp"
#include "hone/tokens/wordpiece_cutter.hpp"
#include "hone/tokens/wordpiece_settings.hpp"
#include "hone/tokens/wordpiece_definition.hpp"
#include "hone/tokens/wordpiece_vocabulary.hpp"

namespace hone {

/// Text to ids and back. A value: copies are whole, and one may be used from many threads at once.
class wordpiece {
public:
    /// A folder (its tokenizer.json, else its vocab.txt, and what the files beside them settle: wordpiece_settings.hpp), a tokenizer.json, or a vocab.txt (any name that does not end in ".json").
    /// Errors: those of read_file, read_tokenizer_json and read_vocabulary; tokens.not_found where a folder has neither file.
    explicit wordpiece(const std::filesystem::path& path) : wordpiece(source_of(path)) {}
    /// From its parts, when they come from elsewhere; `files` is then empty.
    explicit wordpiece(wordpiece_definition definition) : is_(std::move(definition)) { prepare(); }

    /// Writes the ids of a text over `ids`, special tokens included, cut so that there are at most `limit`.
    /// Error: tokens.limit where the special tokens alone are more.
    void encode(std::string_view text, std::vector<std::int32_t>& ids, std::size_t limit = 512,
                special_in_text special = special_in_text::is_token) const {
        const std::size_t room = room_of(limit, special_tokens(1));
        ids.assign(is_.begin.begin(), is_.begin.end());
        if (is_.cuts_left) append_end(text, ids, room);
        else cutter_.cut(text, ids, is_.begin.size() + room, special);
        ids.insert(ids.end(), is_.end.begin(), is_.end.end());
    }
    /// The same of two texts, and the type of each token; of the texts the longer one is cut first.
    void encode(std::string_view first, std::string_view second, std::vector<std::int32_t>& ids, std::vector<std::int32_t>& types,
                std::size_t limit = 512) const {
        thread_local std::vector<std::int32_t> pieces[2];
        const std::size_t room = room_of(limit, special_tokens(2));
        pieces[0].clear();
        pieces[1].clear();
        append(first, pieces[0]);
        append(second, pieces[1]);
        const auto [a, b] = longest_first(pieces[0].size(), pieces[1].size(), room);
        const auto kept = [&](const auto& all, std::size_t n) { return is_.cuts_left ? std::span(all).last(n) : std::span(all).first(n); };
        join(kept(pieces[0], a), kept(pieces[1], b), ids, types);
    }
    std::vector<std::int32_t> encode(std::string_view text, std::size_t limit = 512) const {
        std::vector<std::int32_t> ids;
        encode(text, ids, limit);
        return ids;
    }

    /// Appends the ids of a text that is a part of something, without special tokens around it.
    void encode_part(std::string_view text, std::vector<std::int32_t>& ids, special_in_text special = special_in_text::is_token) const {
        cutter_.cut(text, ids, no_token_limit, special);
    }
    /// The same; special tokens in it are text.
    void encode_as_text(std::string_view text, std::vector<std::int32_t>& ids) const { encode_part(text, ids, special_in_text::is_text); }
    /// Appends the ids of a text without special tokens around it.
    void append(std::string_view text, std::vector<std::int32_t>& ids) const { encode_part(text, ids); }
    /// The same, and the characters of the text where each piece stands.
    void append(std::string_view text, std::vector<std::int32_t>& ids, std::vector<text_span>& spans) const { cutter_.cut(text, ids, spans); }
    /// How many special tokens stand around one or two texts.
    std::size_t special_tokens(int texts) const { return texts == 1 ? is_.begin.size() + is_.end.size() : is_.pair.size() - 2; }
    /// Writes pieces of a text with the special tokens over `ids`; the row where the text begins.
    std::size_t join(std::span<const std::int32_t> text, std::vector<std::int32_t>& ids) const {
        ids.assign(is_.begin.begin(), is_.begin.end());
        ids.insert(ids.end(), text.begin(), text.end());
        ids.insert(ids.end(), is_.end.begin(), is_.end.end());
        return is_.begin.size();
    }
    /// The same of two texts, with the types; the row where the second one begins.
    std::size_t join(std::span<const std::int32_t> first, std::span<const std::int32_t> second, std::vector<std::int32_t>& ids,
                     std::vector<std::int32_t>& types) const {
        std::size_t row = 0;
        ids.clear();
        types.clear();
        for (const auto& piece : is_.pair) {
            if (piece.id == pair_piece::second_text) row = ids.size();
            if (piece.id >= 0)
                ids.push_back(piece.id);
            else
                for (const auto id : piece.id == pair_piece::first_text ? first : second) ids.push_back(id);
            types.resize(ids.size(), piece.type);
        }
        return row;
    }
    /// Does this id continue a word (`##ing`)? Error: tokens.id_range.
    bool continues_word(std::int32_t id) const { return !is_.prefix.empty() && token(id).starts_with(is_.prefix) && !decoded_.contains(id); }

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
    std::int32_t unk() const { return cutter_.unknown(); }
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
        bool is_json, in_folder = false; ///< named by its folder, whose other files count
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
                return {path, file, is_json, true};
        throw error("tokens.not_found", "a folder without a tokenizer", {.file = path.native()}, "tokenizer.json or vocab.txt", "neither");
    }

    explicit wordpiece(const source& from) : file_(from.file.string()) {
        constexpr std::size_t limit = std::size_t{64} << 20;
        files_ = detail::read_tokenizer_files(from.file, from.is_json ? "tokenizer.json" : "vocab.txt",
                                              {"tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt"});
        const std::string bytes = files_.front().bytes;
        std::optional<json> documents[4];
        std::string names[4];
        std::optional<json_view> views[4];
        const char* const beside[] = {"tokenizer_config.json", "special_tokens_map.json", "config.json", "added_tokens.json"};
        for (int i = 0; i < 4; ++i) {
            const auto path = from.folder / beside[i];
            if ((!from.in_folder && i != 0) || (!from.in_folder && from.is_json) || !detail::stands_there(path)) continue;
            documents[i] = read_json(path, limit);
            views[i].emplace(*documents[i], names[i] = path.string());
        }
        auto kind = views[0] ? detail::kind_of_tokenizer(*views[0]) : detail::tokenizer_kind::unnamed;
        if (kind == detail::tokenizer_kind::unnamed && views[2]) kind = detail::kind_of_tokenizer(*views[2]);
        if (from.is_json) {
            is_ = read_tokenizer_json(bytes, file_);
            if (views[0] && kind != detail::tokenizer_kind::generic) detail::tokenizer_settings(is_, *views[0], views[1] ? &*views[1] : nullptr, views[3] ? &*views[3] : nullptr).apply();
            if (from.in_folder && !views[0]) files_.push_back({"tokenizer_config.json", detail::written_tokenizer_config(is_.normalizer)});
        } else {
            for (const auto& file : files_)
                if (file.name == "added_tokens.json" && parse_json(file.bytes, (from.folder / file.name).string()).size() > 0)
                    throw error("tokens.unsupported", "added tokens beside a vocab.txt", {.file = (from.folder / file.name).string()}, "a tokenizer.json with them", "none that is read");
            is_ = read_vocabulary(bytes, file_, views[0] ? &*views[0] : nullptr);
        }
        if (views[0] && views[0]->has("truncation_side")) {
            const auto side = (*views[0])["truncation_side"];
            if (!side.is_null() && side.string() != "left" && side.string() != "right") side.fail("tokens.unsupported", "a side that no text has", "\"right\" or \"left\"");
            is_.cuts_left = !side.is_null() && side.string() == "left";
        }
        prepare();
    }

    void prepare() {
        std::vector<std::pair<std::string_view, std::int32_t>> words;
        for (std::size_t i = 0; i < is_.words.size(); ++i)
            words.emplace_back(is_.words[i], static_cast<std::int32_t>(i));
        all_ = piece_trie(words);
        cutter_ = wordpiece_cutter(is_);
        for (const auto& token : is_.added) {
            std::string content = token.content;
            if (token.normalized)
                is_.normalizer.normalize(token.content, content);
            decoded_[token.id] = {std::move(content), token.special};
        }
    }

    /// The last pieces of a text.
    void append_end(std::string_view text, std::vector<std::int32_t>& ids, std::size_t room) const {
        thread_local std::vector<std::int32_t> pieces;
        pieces.clear();
        append(text, pieces);
        ids.insert(ids.end(), pieces.size() > room ? pieces.end() - static_cast<std::ptrdiff_t>(room) : pieces.begin(), pieces.end());
    }
    static std::size_t room_of(std::size_t limit, std::size_t special) {
        if (limit >= special) return limit - special;
        throw error("tokens.limit", "a limit below the number of special tokens", {}, {"at least ", special}, limit);
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
    piece_trie all_;
    wordpiece_cutter cutter_;
    std::unordered_map<std::int32_t, decoded> decoded_; // added tokens, as decode writes them
};

} // namespace hone
