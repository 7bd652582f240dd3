// chrF and chrF++ (Popovic 2015, 2017) as sacrebleu has them: F of character n-grams (white space
// left out), and of word n-grams where asked; precision and recall are means over the orders that
// both texts have. Streaming and mergeable: counts are whole numbers, so any order and any grouping
// give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/text.hpp"

namespace hone {

struct chrf_options {
    int characters = 6; ///< longest n-gram of characters, 1 to 16
    int words = 0;      ///< longest n-gram of words, 0 to 16; 2: chrF++
    double beta = 2;    ///< recall counts beta^2 times as much as precision
    bool lowercase = false;
    friend bool operator==(const chrf_options&, const chrf_options&) = default;
};

/// chrF of a corpus; of several references, each text is held against the one that gives it the
/// best score.
class chrf {
public:
    /// Error: metric.option.
    explicit chrf(chrf_options options = {}) : options_(options) {
        const auto check = [](const char* name, int value, int least) {
            if (value < least || value > 16)
                throw error("metric.option", "an impossible order of n-grams", {.name = name},
                            {least, " to 16"}, value);
        };
        check("characters", options.characters, 1);
        check("words", options.words, 0);
        if (!(options.beta > 0 && options.beta <= 1e6))
            throw error("metric.option", "an impossible weight", {.name = "beta"},
                        "above 0, at most 1000000", std::to_string(options.beta));
        total_.resize(static_cast<std::size_t>(options.characters + options.words));
    }
    /// Error: metric.no_reference.
    void add(std::string_view prediction, std::span<const std::string> references) {
        detail::check_references(references.size());
        const auto mine = cut(prediction);
        std::vector<counts> best;
        double best_value = -1;
        for (const auto& reference : references) {
            const auto found = compare(mine, cut(reference));
            if (const double value = score(found); value > best_value) {
                best_value = value;
                best = found;
            }
        }
        for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += best[i];
        ++texts_;
    }
    /// Error: metric.option for other options.
    void merge(const chrf& other) {
        detail::check_options(options_ == other.options_);
        for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += other.total_[i];
        texts_ += other.texts_;
    }
    /// In percent. Error: metric.empty.
    double value() const {
        detail::check_some(texts_, 1, "texts");
        return score(total_);
    }

private:
    struct counts {
        std::int64_t predicted = 0, reference = 0, common = 0;
        counts& operator+=(const counts& other) {
            predicted += other.predicted;
            reference += other.reference;
            common += other.common;
            return *this;
        }
    };
    struct cut_text {
        text_units characters, words;
    };

    cut_text cut(std::string_view text) const {
        const std::string lower = options_.lowercase ? lower_text(text) : std::string();
        if (options_.lowercase) text = lower;
        return {characters_in_a_row(text), options_.words > 0 ? words_of(text) : text_units{}};
    }
    /// Words, each with at most one mark cut off: the last letter, or else the first.
    static text_units words_of(std::string_view text) {
        const auto mark = [](char c) {
            return c > ' ' && c < 0x7F &&
                   std::string_view("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~").find(c) !=
                       std::string_view::npos;
        };
        std::vector<std::string_view> words;
        for (const auto word : split_words(text)) {
            const std::size_t size = word.size();
            const std::size_t at = size > 1 && mark(word.back())    ? size - 1
                                   : size > 1 && mark(word.front()) ? 1
                                                                    : size;
            words.push_back(word.substr(0, at));
            if (at < size) words.push_back(word.substr(at));
        }
        return words_in_a_row(words);
    }
    std::vector<counts> compare(const cut_text& mine, const cut_text& reference) const {
        std::vector<counts> found;
        const auto orders = [&](const text_units& a, const text_units& b, int most) {
            for (std::size_t n = 1; n <= static_cast<std::size_t>(most); ++n) {
                const auto runs = [&](const text_units& t) {
                    return static_cast<std::int64_t>(t.size() >= n ? t.size() - n + 1 : 0);
                };
                const auto there =
                    runs(b); // what the reference has none of does not count against the prediction
                found.push_back({there > 0 ? runs(a) : 0, there,
                                 there > 0 ? common_ngrams(ngrams_of(a, n), ngrams_of(b, n)) : 0});
            }
        };
        orders(mine.characters, reference.characters, options_.characters);
        orders(mine.words, reference.words, options_.words);
        return found;
    }
    double score(const std::vector<counts>& found) const {
        double precision = 0, recall = 0, orders = 0;
        for (const auto& c : found)
            if (c.predicted > 0 && c.reference > 0) {
                precision += static_cast<double>(c.common) / static_cast<double>(c.predicted);
                recall += static_cast<double>(c.common) / static_cast<double>(c.reference);
                ++orders;
            }
        if (precision + recall == 0) return 0;
        precision /= orders;
        recall /= orders;
        const double weight = options_.beta * options_.beta;
        return 100 * ((1 + weight) * precision * recall / (weight * precision + recall));
    }
    chrf_options options_;
    std::vector<counts> total_;
    std::int64_t texts_ = 0;
};

} // namespace hone
