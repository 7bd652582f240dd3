// METEOR (Banerjee and Lavie 2005) as nltk has it, without synonyms: words of prediction and
// reference are matched one to one, equal ones first, then equal stems, from the end of the text;
// the score is a mean of precision and recall less a penalty for matches in many pieces. Streaming
// and mergeable: the mean is of an exact sum, so any order and any grouping give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/order.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/exact_sum.hpp"
#include "hone/metric/porter.hpp"
#include "hone/metric/text.hpp"

namespace hone {

struct meteor_options {
    double alpha =
        0.9;         ///< weight of precision's place: the mean is P R / (alpha P + (1 - alpha) R)
    double beta = 3; ///< the penalty is gamma (pieces / matches)^beta
    double gamma = 0.5;
    friend bool operator==(const meteor_options&, const meteor_options&) = default;
};

namespace detail {

/// The word of the other text that each word is matched with.
inline constexpr std::size_t no_match = ~std::size_t{0};

/// Matches what is equal and still alone: the last word of `mine` with the last of `other`, and so
/// on.
inline void match_equal(const std::vector<std::string>& mine, const std::vector<std::string>& other,
                        std::vector<std::size_t>& match, std::vector<bool>& taken) {
    const auto in_order = [](const std::vector<std::string>& words, const auto& alone) {
        std::vector<std::size_t> places;
        for (std::size_t i = words.size(); i-- > 0;)
            if (alone(i)) places.push_back(i);
        put_in_order(places, [&](std::size_t a, std::size_t b) {
            return words[a] < words[b];
        }); // equal ones from the last
        return places;
    };
    const auto a = in_order(mine, [&](std::size_t i) { return match[i] == no_match; });
    const auto b = in_order(other, [&](std::size_t i) { return !taken[i]; });
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const int order = mine[a[i]].compare(other[b[j]]);
        if (order == 0) {
            match[a[i]] = b[j];
            taken[b[j]] = true;
        }
        i += order <= 0;
        j += order >= 0;
    }
}

} // namespace detail

/// Words are parted by white space and compared in lower case; of several references the one with
/// the best score counts.
class meteor {
public:
    /// Error: metric.option.
    explicit meteor(meteor_options options = {}) : options_(options) {
        const auto check = [](const char* name, double value, double most) {
            if (!(value >= 0 && value <= most))
                throw error("metric.option", "an impossible weight", {.name = name},
                            {"0 to ", std::to_string(most)}, std::to_string(value));
        };
        check("alpha", options.alpha, 1);
        check("beta", options.beta, 1e6);
        check("gamma", options.gamma, 1);
    }
    /// Error: metric.no_reference.
    void add(std::string_view prediction, std::span<const std::string> references) {
        detail::check_references(references.size());
        const auto words = words_of(prediction);
        double best = 0;
        for (const auto& reference : references)
            best = std::max(best, compare(words, words_of(reference)));
        sum_.add(best);
        ++texts_;
    }
    /// Error: metric.option for other options.
    void merge(const meteor& other) {
        detail::check_options(options_ == other.options_);
        sum_.merge(other.sum_);
        texts_ += other.texts_;
    }
    /// 0 to 1. Error: metric.empty.
    double value() const {
        detail::check_some(texts_, 1, "texts");
        return sum_.value() / static_cast<double>(texts_);
    }

private:
    using word_list = std::vector<std::string>;

    static word_list words_of(std::string_view text) {
        const auto lower = lower_text(text);
        const auto parts = split_words(lower);
        return {parts.begin(), parts.end()};
    }
    double compare(const word_list& mine, const word_list& reference) const {
        std::vector<std::size_t> match(mine.size(), detail::no_match);
        std::vector<bool> taken(reference.size());
        detail::match_equal(mine, reference, match, taken);
        const auto stems = [](const word_list& all) {
            word_list stemmed;
            for (const auto& word : all) stemmed.push_back(porter_stem(word));
            return stemmed;
        };
        detail::match_equal(stems(mine), stems(reference), match, taken);

        std::size_t matches = 0, pieces = 0;
        for (std::size_t i = 0; i < match.size(); ++i) {
            if (match[i] == detail::no_match) continue;
            ++matches;
            pieces += i == 0 || match[i - 1] == detail::no_match || match[i] != match[i - 1] + 1;
        }
        if (matches == 0) return 0;
        const auto real = [](std::size_t n) { return static_cast<double>(n); };
        const double precision = real(matches) / real(mine.size()),
                     recall = real(matches) / real(reference.size());
        const double mean =
            precision * recall / (options_.alpha * precision + (1 - options_.alpha) * recall);
        return (1 - options_.gamma * std::pow(real(pieces) / real(matches), options_.beta)) * mean;
    }
    meteor_options options_;
    exact_sum sum_;
    std::int64_t texts_ = 0;
};

} // namespace hone
