// A SentencePiece tokenizer from `tokenizer.model`, the file of the library of that name: pieces
// with scores, and how it was trained. Two neighbours are joined where they make a piece, the best
// score first, from the left; that is what its encoder does and what the merges made here say.
// Around a text and in it special tokens are what transformers makes of them: control pieces are
// found in the text, the beginning is put before it. A model of another kind, or with a normalizer
// that does more than blanks, is refused by name. The file is untrusted: nothing is read unchecked,
// and pieces are split in time that is linear in their bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/order.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/pair_merges.hpp"
#include "hone/tokens/piece_trie.hpp"
#include "hone/tokens/protobuf.hpp"
#include "hone/tokens/sentencepiece_bpe.hpp"
#include "hone/tokens/sentencepiece_definition.hpp"
#include "hone/tokens/token_stream.hpp"
#include "hone/tokens/tokenizer_config.hpp"
#include "hone/tokens/tokenizer_file.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

class sentencepiece_model_reader : configured_parts {
public:
    sentencepiece_model_reader(const json_view& config, const std::string& file)
        : configured_parts(config), model_(file) {}

    [[gnu::cold]] sentencepiece_definition read(std::string_view bytes) {
        if (bytes.empty())
            throw error("tokens.empty", "a model without a piece", {.file = model_}, "pieces",
                        "an empty file");
        for (protobuf_message model(bytes, model_); model.next();) {
            if (model.number() == 1) piece(model.message());
            else if (model.number() == 2) training(model.message());
            else if (model.number() == 3) normalizing(model.message());
        }
        if (words_.empty())
            throw error("tokens.empty", "a model without a piece", {.file = model_}, "pieces",
                        "none");
        if (kind_ != 2) refuse_model("a model of another type", "byte pairs (2)", {"type ", kind_});
        if (squeezes_)
            refuse_model("a normalizer that takes blanks away", "remove_extra_whitespaces false",
                         "true");
        result_.model_words = words_.size();
        merges();
        configured_tokens();
        for (std::size_t i = 0; i < result_.model_words; ++i)
            if (kinds_[i] != normal && kinds_[i] != byte) special_piece(i);
        around();
        result_.words = std::move(words_);
        result_.added = std::move(added_);
        result_.begin = std::move(begin_);
        result_.end = std::move(end_);
        result_.blanks = result_.fuses_unknown = true;
        result_.decodes_blanks = result_.decodes_bytes = true;
        result_.strip = result_.blank_before ? 1 : 0;
        return std::move(result_);
    }

private:
    enum piece_kind : std::uint64_t { normal = 1, unknown = 2, control = 3, user = 4, byte = 6 };

    [[noreturn, gnu::cold]] void refuse_model(const char* problem, const phrase& expected,
                                              const phrase& found) const {
        throw error("tokens.unsupported", problem, {.file = model_}, expected, found);
    }

    [[gnu::cold]] void piece(protobuf_message at) {
        std::string text;
        float score = 0;
        std::uint64_t kind = normal;
        const auto where = at.where();
        while (at.next()) {
            if (at.number() == 1) text = at.text();
            else if (at.number() == 2) score = at.real();
            else if (at.number() == 3) kind = at.whole();
        }
        if (text.empty())
            throw error("tokens.empty_token", "a piece without a character", where,
                        "at least one character", "none");
        if (whole_characters(text) != text.size())
            throw error("tokens.not_utf8", "a piece that is not UTF-8", where, "UTF-8",
                        in_quotes(text, 64));
        if (std::isnan(score))
            throw error("tokens.score", "a score that is no number", where, "a number", "NaN");
        if (kind < normal || kind > byte || kind == 5)
            throw error("tokens.unsupported", "a piece of another kind", where,
                        "a normal, unknown, control, byte or user-defined one", kind);
        bytes_ += text.size();
        if (words_.size() == vocabulary_limit || bytes_ > vocabulary_bytes_limit)
            throw error(
                "tokens.too_large", "too many pieces", where,
                {"at most ", vocabulary_limit, ", of ", vocabulary_bytes_limit, " bytes in all"},
                "one more");
        const auto [known, fresh] = ids_.emplace(text, static_cast<std::int32_t>(words_.size()));
        if (!fresh)
            throw error("tokens.duplicate_token", "a piece that stands there twice", where,
                        "different pieces", {in_quotes(text, 64), ", piece ", known->second});
        if (kind == unknown) result_.unknown = known->second;
        words_.push_back(std::move(text));
        scores_.push_back(score);
        kinds_.push_back(kind);
    }
    [[gnu::cold]] void training(protobuf_message at) {
        while (at.next()) {
            if (at.number() == 3) kind_ = at.whole();
            else if (at.number() == 24 && at.boolean())
                refuse_model("blanks that stand behind words", "treat_whitespace_as_suffix false",
                             "true");
            else if (at.number() == 35) result_.falls_back = at.boolean();
            else if (at.number() == 41) first_ = at.integer();
            else if (at.number() == 42) last_ = at.integer();
        }
    }
    [[gnu::cold]] void normalizing(protobuf_message at) {
        std::string name;
        result_.blank_before = true;
        while (at.next()) {
            if (at.number() == 1) name = at.text();
            else if ((at.number() == 2 || at.number() == 6) && !at.text().empty())
                refuse_model("a normalizer with rules of its own", "\"identity\"",
                             in_quotes(name, 64));
            else if (at.number() == 3) result_.blank_before = at.boolean();
            else if (at.number() == 4) squeezes_ = at.boolean();
            else if (at.number() == 5 && !at.boolean())
                refuse_model("blanks that stay blanks", "escape_whitespaces true", "false");
        }
    }

    /// Every way in which two normal pieces make one, ranked by its score; equal scores have one
    /// rank, so the left one goes first.
    [[gnu::cold]] void merges() {
        std::vector<std::string> turned(words_.size());
        std::vector<std::pair<std::string_view, std::int32_t>> forward, backward;
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (kinds_[i] != normal) continue;
            turned[i].assign(words_[i].rbegin(), words_[i].rend());
            forward.emplace_back(words_[i], static_cast<std::int32_t>(i));
            backward.emplace_back(turned[i], static_cast<std::int32_t>(i));
        }
        const piece_trie left(std::move(forward)), right(std::move(backward));
        const auto order = order_of(
            words_.size(), [&](std::size_t a, std::size_t b) { return scores_[a] > scores_[b]; });
        std::vector<pair_merges::merge> all;
        std::vector<std::int32_t> ends; // the piece that a word's last n bytes are
        std::uint32_t rank = 0;
        for (std::size_t k = 0; k < order.size(); ++k) {
            const auto i = order[k];
            rank += k > 0 && scores_[i] < scores_[order[k - 1]];
            if (kinds_[i] != normal) continue;
            const auto& word = words_[i];
            ends.assign(word.size() + 1, -1);
            auto node = piece_trie::root;
            for (std::size_t n = 1;
                 n < word.size() && (node = right.step(node, turned[i][n - 1])) != piece_trie::none;
                 ++n)
                ends[n] = right.value(node);
            node = piece_trie::root;
            for (std::size_t n = 1;
                 n < word.size() && (node = left.step(node, word[n - 1])) != piece_trie::none; ++n)
                if (left.value(node) >= 0 && ends[word.size() - n] >= 0)
                    all.push_back({left.value(node), ends[word.size() - n], rank,
                                   static_cast<std::int32_t>(i)});
            if (all.size() > 4 * vocabulary_limit)
                throw error("tokens.too_large", "too many merges", {.file = model_},
                            {"at most ", 4 * vocabulary_limit}, "more");
        }
        result_.merges = pair_merges(std::move(all));
    }

    [[gnu::cold]] void special_piece(std::size_t i) {
        for (const auto& token : added_)
            if (token.id == static_cast<std::int32_t>(i)) return;
        added_.push_back({.id = static_cast<std::int32_t>(i),
                          .content = words_[i],
                          .special = kinds_[i] != user});
    }
    [[gnu::cold]] void around() {
        const auto put = [&](const char* name, std::int32_t id, std::vector<std::int32_t>& to) {
            if (id >= 0 && static_cast<std::size_t>(id) >= result_.model_words)
                throw error("tokens.id_range", "an id outside the vocabulary",
                            {.file = model_, .name = name}, {"0 to ", result_.model_words - 1}, id);
            if (id >= 0) to.push_back(id);
        };
        if (flag("add_bos_token", true)) put("bos_id", first_, begin_);
        if (flag("add_eos_token", false)) put("eos_id", last_, end_);
    }

    std::string model_;
    sentencepiece_definition result_;
    std::vector<float> scores_;
    std::vector<std::uint64_t> kinds_;
    std::size_t bytes_ = 0;
    std::uint64_t kind_ = 1;
    bool squeezes_ = true;
    std::int32_t first_ = 1, last_ = 2;
};

} // namespace detail

/// Of a `tokenizer.model`. Errors: those of read_file; tokens.protobuf, empty, empty_token,
/// not_utf8, score, duplicate_token, too_large, unsupported, id_range, missing_byte; those of
/// json_view and tokens.added_id for the configuration beside it.
inline sentencepiece_bpe open_sentencepiece_model(const std::filesystem::path& path) {
    auto files = detail::read_tokenizer_files(path, "tokenizer.model",
                                              {"tokenizer_config.json", "special_tokens_map.json",
                                               "added_tokens.json", "chat_template.jinja"});
    const auto name = path.string(),
               config_file = (path.parent_path() / "tokenizer_config.json").string();
    const json config = detail::config_among(files, config_file);
    auto definition = detail::sentencepiece_model_reader(json_view(config, config_file), name)
                          .read(files.front().bytes);
    return sentencepiece_bpe(std::move(definition), name, std::move(files));
}

} // namespace hone
HONE_COMPACT_END
