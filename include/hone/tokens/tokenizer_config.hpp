// What a `tokenizer_config.json` says about the tokens beside a vocabulary: those that were added,
// by id, and the special ones by their use. Files that hold a vocabulary alone (vocab.json and
// merges.txt, tokenizer.model) need it; a `tokenizer.json` says all of it itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/tokenizer_file.hpp"
#include "hone/tokens/tokenizer_json.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// The document of one of the files, or an empty object.
inline json config_among(const std::vector<tokenizer_file>& files, const std::string& path) {
    const std::string* const bytes = bytes_of(files, "tokenizer_config.json");
    return bytes ? parse_json(*bytes, path) : json::object();
}

/// Reads into the parts that a tokenizer.json has; `file_` is the configuration.
class configured_parts : protected tokenizer_json_parts {
protected:
    using tokenizer_json_parts::tokenizer_json_parts;

    /// A switch of the configuration, or what it is where nothing is said.
    bool flag(const char* name, bool otherwise) const {
        return given(name) ? file_[name].boolean() : otherwise;
    }

    /// The tokens of `added_tokens_decoder`, by id.
    [[gnu::cold]] void configured_tokens() {
        if (!given("added_tokens_decoder")) return;
        file_["added_tokens_decoder"].each([&](const std::string& key, const json_view& at) {
            std::int64_t id = -1;
            if (std::from_chars(key.data(), key.data() + key.size(), id).ptr !=
                    key.data() + key.size() ||
                id < 0)
                at.fail("tokens.added_id", "an added token without an id", "its id as the key");
            added_token token = described(at);
            std::string content = token.content;
            add_token(std::move(token), std::move(content), at, at, id);
        });
    }
    /// A special token by its use ("eos_token"), or `otherwise`; added where it is not yet. -1
    /// where there is none.
    [[gnu::cold]] std::int32_t special_token(const char* use, const char* otherwise,
                                             bool strip_left = false) {
        std::string content = otherwise;
        if (given(use))
            content = file_[use].is_object() ? file_[use]["content"].string() : file_[use].string();
        return content.empty() ? -1 : special_token(content, strip_left);
    }
    [[gnu::cold]] std::int32_t special_token(const std::string& content, bool strip_left = false) {
        for (const auto& token : added_)
            if (token.content == content) return token.id;
        const auto [known, fresh] = ids_.emplace(content, static_cast<std::int32_t>(words_.size()));
        if (fresh) words_.push_back(content);
        added_.push_back({.id = known->second, .content = content, .strip_left = strip_left});
        return known->second;
    }
};

} // namespace detail

} // namespace hone
HONE_COMPACT_END
