// The smallest tokenizer that documents and chats can be made with: each byte is its own id, "^"
// stands before a text, two "~" are one token, and so is each known word unless special tokens are
// text.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct letters {
    std::vector<std::string>
        known; ///< words that find finds; in a text each is one id: 2000 and on

    void encode(std::string_view text, std::vector<std::int32_t>& ids) const {
        ids.assign(1, '^');
        encode_part(text, ids);
    }
    void encode_part(std::string_view text, std::vector<std::int32_t>& ids) const {
        for (std::size_t at = 0; at < text.size();) {
            std::size_t taken = 0;
            for (std::size_t k = 0; k < known.size() && taken == 0; ++k)
                if (text.substr(at).starts_with(known[k])) {
                    taken = known[k].size();
                    ids.push_back(static_cast<std::int32_t>(2000 + k));
                }
            if (taken == 0 && text.substr(at).starts_with("~~")) {
                taken =
                    2; // two in a row are one, as a tokenizer joins them across the end of a prompt
                ids.push_back(1000);
            }
            if (taken == 0) ids.push_back(static_cast<unsigned char>(text[at]));
            at += taken > 0 ? taken : 1;
        }
    }
    void encode_as_text(std::string_view text, std::vector<std::int32_t>& ids) const {
        for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
    }
    std::optional<std::int32_t> find(std::string_view word) const {
        for (std::size_t k = 0; k < known.size(); ++k)
            if (known[k] == word) return static_cast<std::int32_t>(2000 + k);
        return std::nullopt;
    }
};
