// The words of a tokenizer by id and the ids by word, and how ids become text again: what the
// tokenizers of byte pairs have in common.
// Cost: two strings and a number a word.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/nearest.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/token_stream.hpp"
#include "hone/tokens/tokenizer_file.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Base of a tokenizer. A value: copies share what nothing changes.
class token_vocabulary {
public:
    /// Words in the vocabulary, added ones included: ids are below it.
    std::size_t size() const { return words().size(); }
    /// The id of a word, if it has one.
    std::optional<std::int32_t> find(std::string_view word) const {
        const auto& order = shared_->sorted;
        const auto at =
            std::lower_bound(order.begin(), order.end(), word,
                             [&](std::size_t i, std::string_view w) { return words()[i] < w; });
        return at != order.end() && words()[*at] == word
                   ? std::optional(static_cast<std::int32_t>(*at))
                   : std::nullopt;
    }
    /// The id of a word. Error: tokens.unknown_token.
    std::int32_t id(std::string_view word) const {
        if (const auto found = find(word)) return *found;
        throw error("tokens.unknown_token", "a word that is not in the vocabulary",
                    {.file = shared_->file, .name = word},
                    {"one of ", size(), " words, such as ", nearest_names(word, words())},
                    in_quotes(word, 64));
    }
    /// The word of an id, as the file spells it. Error: tokens.id_range.
    const std::string& token(std::int32_t id) const {
        if (id < 0 || static_cast<std::size_t>(id) >= size())
            throw error("tokens.id_range", "an id outside the vocabulary", {.file = shared_->file},
                        {"0 to ", size() - 1}, id);
        return words()[static_cast<std::size_t>(id)];
    }

    /// The text of ids, as the file's decoder says; special tokens are left out, or kept. Error:
    /// tokens.id_range.
    std::string decode(std::span<const std::int32_t> ids, bool keep_special = false) const {
        std::string text;
        auto all = stream(keep_special);
        for (const auto id : ids) all.add(id, text);
        all.finish(text);
        return text;
    }
    /// The same, id by id.
    token_stream stream(bool keep_special = false) const {
        return {{shared_, &shared_->texts}, keep_special};
    }

    /// The file it was read from and those beside it that belong to a tokenizer, byte for byte.
    const std::vector<tokenizer_file>& files() const { return shared_->files; }

protected:
    token_vocabulary(std::vector<std::string> words, token_texts texts, std::string file,
                     std::vector<tokenizer_file> files) {
        auto made = std::make_shared<contents>(
            contents{std::move(words), {}, std::move(texts), std::move(file), std::move(files)});
        made->sorted = order_of(made->words.size(), [&](std::size_t a, std::size_t b) {
            return made->words[a] < made->words[b];
        });
        shared_ = std::move(made);
    }

private:
    struct contents {
        std::vector<std::string> words;
        std::vector<std::size_t> sorted; // ids in the order of their words
        token_texts texts;
        std::string file;
        std::vector<tokenizer_file> files;
    };
    const std::vector<std::string>& words() const { return shared_->words; }

    std::shared_ptr<const contents> shared_;
};

} // namespace hone
HONE_COMPACT_END
