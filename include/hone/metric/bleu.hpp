// BLEU (Papineni et al. 2002) as sacrebleu has it, with its tokenizer 13a: the geometric mean of
// the precisions of n-grams, clipped by the references, times a penalty for texts shorter than the
// nearest reference. Streaming and mergeable: counts of n-grams are whole numbers, so any order and
// any grouping give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/text.hpp"

namespace hone {

/// For an order without a hit, half, a quarter, ... of one hit (exp), nothing, a constant (floor,
/// 0.1), or a constant added to every order above 1 (add_k, 1). Chen and Cherry 2014, sacrebleu's
/// names.
enum class bleu_smoothing { exp, none, floor, add_k };

struct bleu_options {
    bleu_smoothing smooth = bleu_smoothing::exp;
    double smooth_value = -1; ///< of floor and add_k; below 0: 0.1 and 1
    bool lowercase = false;
    int order = 4; ///< longest n-gram, 1 to 16
    bool effective_order =
        false; ///< orders beyond the prediction's length do not count: for single sentences
    friend bool operator==(const bleu_options&, const bleu_options&) = default;
};

/// In percent, but for the penalty and the lengths in words.
struct bleu_score {
    double value = 0;
    std::vector<double> precisions;
    double brevity_penalty = 1;
    std::int64_t predicted_length = 0, reference_length = 0;
};

namespace detail {

inline void replace_all(std::string& text, std::string_view what, std::string_view by) {
    std::string out;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find(what, from)) != text.npos; from = at + what.size()) {
        out.append(text, from, at - from);
        out += by;
    }
    if (from > 0) text = out.append(text, from);
}

/// The words of mteval-v13a: marks stand alone, but points and commas within numbers, hyphens and
/// apostrophes.
inline text_units words_13a(std::string_view sentence) {
    std::string text(sentence);
    const auto words = split_words(sentence);
    text.resize(words.empty() ? 0
                              : static_cast<std::size_t>(words.back().data() + words.back().size() -
                                                         sentence.data()));
    replace_all(text, "<skipped>", "");
    replace_all(text, "-\n", "");
    replace_all(text, "\n", " ");
    replace_all(text, "&quot;", "\"");
    replace_all(text, "&amp;", "&");
    replace_all(text, "&lt;", "<");
    replace_all(text, "&gt;", ">");
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto dot = [](char c) { return c == '.' || c == ','; };
    std::string spaced = " ", next;
    for (const char c : text) {
        const bool alone = c > ' ' && c < 0x7F && !digit(c) && !dot(c) && c != '-' && c != '\'' &&
                           !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
        if (alone) spaced += ' ';
        spaced += c;
        if (alone) spaced += ' ';
    }
    spaced += ' ';
    // Each of these looks at pairs from the left; what one pair took, the next does not see.
    const auto pairs = [&](auto matches, auto write) {
        next.clear();
        for (std::size_t i = 0; i < spaced.size(); ++i) {
            if (i + 1 < spaced.size() && matches(spaced[i], spaced[i + 1])) {
                write(spaced[i], spaced[i + 1]);
                ++i;
            } else {
                next += spaced[i];
            }
        }
        spaced.swap(next);
    };
    const auto put = [&](std::initializer_list<char> row) { next.append(row.begin(), row.end()); };
    pairs([&](char a, char b) { return !digit(a) && dot(b); },
          [&](char a, char b) {
              put({a, ' ', b, ' '});
          });
    pairs([&](char a, char b) { return dot(a) && !digit(b); },
          [&](char a, char b) {
              put({' ', a, ' ', b});
          });
    pairs([&](char a, char b) { return digit(a) && b == '-'; },
          [&](char a, char b) {
              put({a, ' ', b, ' '});
          });
    return words_in_a_row(split_words(spaced));
}

} // namespace detail

/// BLEU of a corpus.
class bleu {
public:
    /// Error: metric.option.
    explicit bleu(bleu_options options = {}) : options_(options) {
        if (options.order < 1 || options.order > 16)
            throw error("metric.option", "an impossible order of n-grams", {.name = "order"},
                        "1 to 16", options.order);
        if (!(options.smooth_value <= 1e6))
            throw error("metric.option", "an impossible value", {.name = "smooth_value"},
                        "at most 1000000", std::to_string(options.smooth_value));
        right_.resize(static_cast<std::size_t>(options.order));
        all_.resize(right_.size());
    }
    /// A text and what it might have been. Error: metric.no_reference.
    void add(std::string_view prediction, std::span<const std::string> references) {
        detail::check_references(references.size());
        const auto words = cut(prediction);
        std::vector<text_units> cut_references;
        for (const auto& reference : references) cut_references.push_back(cut(reference));
        for (std::size_t n = 1; n <= right_.size(); ++n) {
            const auto mine = ngrams_of(words, n);
            std::vector<ngram> allowed;
            for (const auto& reference : cut_references) {
                std::vector<ngram> most;
                each_ngram(allowed, ngrams_of(reference, n),
                           [&](std::string_view text, std::int64_t a, std::int64_t b) {
                               most.push_back({text, std::max(a, b)});
                           });
                allowed.swap(most);
            }
            right_[n - 1] += common_ngrams(mine, allowed);
            if (words.size() >= n) all_[n - 1] += static_cast<std::int64_t>(words.size() - n + 1);
        }
        const auto length = static_cast<std::int64_t>(words.size());
        std::int64_t nearest = -1;
        for (const auto& reference : cut_references) {
            const auto other = static_cast<std::int64_t>(reference.size());
            const auto far = std::abs(other - length), best = std::abs(nearest - length);
            if (nearest < 0 || far < best || (far == best && other < nearest)) nearest = other;
        }
        predicted_length_ += length;
        reference_length_ += nearest;
        ++texts_;
    }
    /// Error: metric.option for other options.
    void merge(const bleu& other) {
        detail::check_options(options_ == other.options_);
        for (std::size_t n = 0; n < right_.size(); ++n) {
            right_[n] += other.right_[n];
            all_[n] += other.all_[n];
        }
        predicted_length_ += other.predicted_length_;
        reference_length_ += other.reference_length_;
        texts_ += other.texts_;
    }
    /// Error: metric.empty.
    bleu_score score() const {
        detail::check_some(texts_, 1, "texts");
        bleu_score s{.precisions = std::vector<double>(right_.size()),
                     .predicted_length = predicted_length_,
                     .reference_length = reference_length_};
        const auto predicted = static_cast<double>(predicted_length_),
                   reference = static_cast<double>(reference_length_);
        if (predicted < reference)
            s.brevity_penalty = predicted > 0 ? std::exp(1 - reference / predicted) : 0;
        if (std::all_of(right_.begin(), right_.end(), [](auto n) { return n == 0; })) return s;
        const double value = options_.smooth_value >= 0                 ? options_.smooth_value
                             : options_.smooth == bleu_smoothing::floor ? 0.1
                                                                        : 1;
        double halved = 1;
        std::size_t orders = right_.size();
        for (std::size_t n = 0; n < right_.size(); ++n) {
            const double more = options_.smooth == bleu_smoothing::add_k && n > 0 ? value : 0;
            const double right = static_cast<double>(right_[n]) + more,
                         all = static_cast<double>(all_[n]) + more;
            if (all == 0) break;
            if (options_.effective_order) orders = n + 1;
            if (right != 0) s.precisions[n] = 100 * right / all;
            else if (options_.smooth == bleu_smoothing::exp)
                s.precisions[n] = 100 / ((halved *= 2) * all);
            else if (options_.smooth == bleu_smoothing::floor) s.precisions[n] = 100 * value / all;
        }
        double logarithms = 0;
        for (std::size_t n = 0; n < orders; ++n)
            logarithms += std::log(s.precisions[n]); // of 0: the score is 0
        s.value = s.brevity_penalty * std::exp(logarithms / static_cast<double>(orders));
        return s;
    }
    /// In percent. Error: metric.empty.
    double value() const { return score().value; }

private:
    text_units cut(std::string_view text) const {
        return options_.lowercase ? detail::words_13a(lower_text(text)) : detail::words_13a(text);
    }
    bleu_options options_;
    std::vector<std::int64_t> right_, all_;
    std::int64_t predicted_length_ = 0, reference_length_ = 0, texts_ = 0;
};

} // namespace hone
