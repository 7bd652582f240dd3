// Pairs of stretches of text for telling whether the second follows the first (Devlin et al., 2018). Lines of a document are gathered up to a length,
// a tenth of the time a shorter one, and cut at a random line; half the time what follows is replaced by lines of another document, and the lines
// that were not used then begin the next pair. What is still too long loses tokens at the beginning or the end of the longer text.
// Cost: the token ids of all lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hone/data/documents.hpp"
#include "hone/data/masked.hpp"
#include "hone/data/masking.hpp"
#include "hone/data/sequences.hpp"
#include "hone/data/windows.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How pairs are made.
struct pair_options {
    std::size_t length = 128;      ///< tokens, special ones included
    double shorter = 0.1;          ///< how often a shorter length is aimed at
    double other = 0.5;            ///< how often the second text comes from another document
    std::uint64_t seed = 0;
};

namespace detail {

/// Makes the pairs of one document after the other.
class pair_maker {
public:
    pair_maker(const token_sequences& lines, const std::vector<std::size_t>& documents, const pair_options& options, std::size_t room)
        : lines_(lines), documents_(documents), options_(options), room_(room), random_(options.seed, stream::pairs) {}

    /// Calls `take(first, second, next)` for each pair of document d; next: 0 or 1.
    template <class Take>
    void of_document(std::size_t d, const Take& take) {
        std::size_t target = aim();
        for (std::size_t begin = documents_[d], i = begin, length = 0; i < documents_[d + 1];) {
            length += size(i++);
            if (length < target && i < documents_[d + 1]) continue;
            const std::size_t cut = begin + (i - begin < 2 ? 1 : 1 + static_cast<std::size_t>(random_.below(i - begin - 1)));
            std::vector<std::int32_t> first = gathered(begin, cut), second;
            const bool other = i - begin == 1 || random_.uniform() < options_.other;
            if (other) {
                second = elsewhere(d, target > first.size() ? target - first.size() : 1);
                i = cut; // the rest is used again
            } else {
                second = gathered(cut, i);
            }
            shorten(first, second);
            if (!first.empty() && !second.empty()) take(first, second, other ? 1 : 0);
            begin = i;
            length = 0;
            target = aim();
        }
    }

private:
    std::size_t size(std::size_t line) const { return static_cast<std::size_t>(lines_.length(line)); }
    std::size_t aim() {
        if (random_.uniform() >= options_.shorter || room_ <= 2) return room_;
        return 2 + static_cast<std::size_t>(random_.below(room_ - 1));
    }
    std::vector<std::int32_t> gathered(std::size_t from, std::size_t to) const {
        const auto first = lines_.ids.begin() + lines_.offsets[from], last = lines_.ids.begin() + lines_.offsets[to];
        return {first, last};
    }
    /// Lines of another document, from a random one on, until there are as many tokens.
    std::vector<std::int32_t> elsewhere(std::size_t d, std::size_t wanted) {
        auto other = static_cast<std::size_t>(random_.below(documents_.size() - 2));
        other += other >= d;
        const std::size_t begin = documents_[other], end = documents_[other + 1];
        const std::size_t from = begin + static_cast<std::size_t>(random_.below(end - begin));
        std::size_t to = from;
        for (std::size_t length = 0; to < end && length < wanted; ++to) length += size(to);
        return gathered(from, to);
    }
    void shorten(std::vector<std::int32_t>& first, std::vector<std::int32_t>& second) {
        std::size_t begins[2] = {0, 0}, ends[2] = {first.size(), second.size()};
        for (std::size_t left = first.size() + second.size(); left > room_; --left) {
            const std::size_t longer = ends[0] - begins[0] > ends[1] - begins[1] ? 0 : 1;
            if (random_.uniform() < 0.5)
                ++begins[longer];
            else
                --ends[longer];
        }
        const auto part = [](std::vector<std::int32_t>& all, std::size_t begin, std::size_t end) {
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
            all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin));
        };
        part(first, begins[0], ends[0]);
        part(second, begins[1], ends[1]);
    }

    const token_sequences& lines_;
    const std::vector<std::size_t>& documents_; // where each begins, in lines, and the end
    const pair_options& options_;
    std::size_t room_;
    counter_random random_;
};

} // namespace detail

/// Pairs in which tokens are hidden as `how` says. Errors: data.limit; data.one_document where no other document is there to take text from;
/// data.empty where no pair can be made.
template <window_encoder Tokenizer>
pretraining_dataset<masked_pair_batch> encode_pairs(const document_table& table, const Tokenizer& tokenizer, masking how,
                                                    const pair_options& options = {}) {
    pretraining_dataset<masked_pair_batch> result;
    result.how = std::move(how);
    const std::size_t special = tokenizer.special_tokens(2), room = detail::sequence_room(options.length, special + 1);
    token_sequences lines;
    std::vector<std::size_t> documents{0};
    std::vector<std::int32_t> ids, types;
    for (std::size_t d = 0; d < table.size(); ++d) {
        for (const auto& text : table.lines(d)) {
            ids.clear();
            tokenizer.append(text, ids);
            if (!ids.empty()) lines.append(ids);
        }
        if (lines.size() > documents.back()) documents.push_back(lines.size());
    }
    if (documents.size() < 3)
        throw error("data.one_document", "no other document to take a text from", {.file = table.file}, "at least two documents, with a blank line between",
                    documents.size() - 1);
    detail::pair_maker maker(lines, documents, options, room + 1);
    for (std::size_t d = 0; d + 1 < documents.size(); ++d)
        maker.of_document(d, [&](const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& second, std::int32_t next) {
            tokenizer.join(first, second, ids, types);
            result.append(ids, types);
            result.next.push_back(next);
        });
    if (result.size() == 0) throw error("data.empty", "a dataset without texts", {.file = table.file}, "at least one", "none");
    return result;
}

} // namespace hone
HONE_COMPACT_END
