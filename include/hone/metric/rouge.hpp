// ROUGE (Lin 2004) as rouge-score has it: words are runs of a to z and 0 to 9 in lower case,
// stemmed by choice. Overlap of words or pairs of words (ROUGE-1, -2), longest common subsequence
// of the whole text (ROUGE-L), or of each line of the reference with all lines of the prediction
// (ROUGE-Lsum). Streaming and mergeable: the means are of exact sums, so any order and any grouping
// give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/order.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/exact_sum.hpp"
#include "hone/metric/f1.hpp"
#include "hone/metric/lcs.hpp"
#include "hone/metric/porter.hpp"
#include "hone/metric/text.hpp"

namespace hone {

/// What is compared: words, pairs of words, the longest common subsequence, the same line by line.
enum class rouge_kind { rouge1, rouge2, rouge_l, rouge_lsum };

namespace detail {

/// The words of a text as ROUGE reads them; words of up to three letters are not stemmed.
inline std::vector<std::string> rouge_words(std::string_view text, bool stemmed) {
    std::vector<std::string> words;
    const auto lower = lower_text(text);
    const auto belongs = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    for (std::size_t begin = 0, end = 0; begin < lower.size(); begin = end + 1) {
        for (end = begin; end < lower.size() && belongs(lower[end]);) ++end;
        if (end == begin) continue;
        auto word = lower.substr(begin, end - begin);
        if (stemmed && word.size() > 3) word = porter_stem(word);
        if (!word.empty()) words.push_back(std::move(word));
    }
    return words;
}

/// Lines of words, each word a number that is the same wherever the word stands.
using numbered_lines = std::vector<std::vector<std::int32_t>>;

inline void number_words(const std::vector<std::vector<std::string>>& a,
                         const std::vector<std::vector<std::string>>& b, numbered_lines& to_a,
                         numbered_lines& to_b) {
    std::vector<const std::string*> words;
    std::vector<std::int32_t*> places;
    const auto collect = [&](const auto& lines, numbered_lines& to) {
        to.clear();
        for (const auto& line : lines) {
            auto& numbers = to.emplace_back(line.size());
            for (std::size_t i = 0; i < line.size(); ++i) {
                words.push_back(&line[i]);
                places.push_back(&numbers[i]);
            }
        }
    };
    collect(a, to_a); // a line's numbers stay where they are while lines are added
    collect(b, to_b);
    std::int32_t number = -1;
    const std::string* last = nullptr;
    for (const auto i : order_of(
             words.size(), [&](std::size_t x, std::size_t y) { return *words[x] < *words[y]; })) {
        if (!last || *last != *words[i]) ++number;
        last = words[i];
        *places[i] = number;
    }
}

/// Words of the reference's lines in the union of their longest common subsequences with each line
/// of the prediction; none counts more often than it stands in either text.
inline std::int64_t common_by_lines(const numbered_lines& reference,
                                    const numbered_lines& prediction) {
    std::vector<std::int64_t> left_in_reference, left_in_prediction;
    const auto count = [](const numbered_lines& lines, std::vector<std::int64_t>& left) {
        for (const auto& line : lines)
            for (const auto id : line) {
                if (left.size() <= static_cast<std::size_t>(id))
                    left.resize(static_cast<std::size_t>(id) + 1);
                ++left[static_cast<std::size_t>(id)];
            }
    };
    count(reference, left_in_reference);
    count(prediction, left_in_prediction);
    left_in_prediction.resize(std::max(left_in_prediction.size(), left_in_reference.size()));
    std::int64_t hits = 0;
    for (const auto& line : reference) {
        std::vector<bool> in_union(line.size());
        for (const auto& other : prediction)
            for (const auto position : common_positions(line, other)) in_union[position] = true;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const auto id = static_cast<std::size_t>(line[i]);
            if (!in_union[i] || left_in_prediction[id] == 0 || left_in_reference[id] == 0) continue;
            ++hits;
            --left_in_prediction[id];
            --left_in_reference[id];
        }
    }
    return hits;
}

} // namespace detail

/// Means over texts; of several references, each text is held against the one with the best F, the
/// first of equals.
class rouge {
public:
    explicit rouge(rouge_kind kind, bool stemmer = false) : kind_(kind), stemmer_(stemmer) {}

    /// Errors: metric.no_reference; metric.too_long for a longest common subsequence that needs
    /// more than half a gigabyte.
    void add(std::string_view prediction, std::span<const std::string> references) {
        detail::check_references(references.size());
        const auto mine = lines_of(prediction);
        scores best;
        double best_f1 = -1;
        for (const auto& reference : references) {
            const auto found = compare(mine, lines_of(reference));
            if (found.f1 > best_f1) best = found, best_f1 = found.f1;
        }
        precision_.add(best.precision);
        recall_.add(best.recall);
        f1_.add(best.f1);
        ++texts_;
    }
    /// Error: metric.option for another kind.
    void merge(const rouge& other) {
        detail::check_options(kind_ == other.kind_ && stemmer_ == other.stemmer_);
        precision_.merge(other.precision_);
        recall_.merge(other.recall_);
        f1_.merge(other.f1_);
        texts_ += other.texts_;
    }
    /// 0 to 1; `support` is the number of texts. Error: metric.empty.
    scores score() const {
        detail::check_some(texts_, 1, "texts");
        const auto n = static_cast<double>(texts_);
        return {precision_.value() / n, recall_.value() / n, f1_.value() / n, texts_};
    }
    /// The mean of F. Error: metric.empty.
    double value() const { return score().f1; }

private:
    using lines = std::vector<std::vector<std::string>>;

    lines lines_of(std::string_view text) const {
        if (kind_ != rouge_kind::rouge_lsum) return {detail::rouge_words(text, stemmer_)};
        lines found;
        for (std::size_t begin = 0, end = 0; begin <= text.size(); begin = end + 1) {
            end = std::min(text.find('\n', begin), text.size());
            if (end > begin)
                found.push_back(detail::rouge_words(text.substr(begin, end - begin), stemmer_));
        }
        return found;
    }
    scores compare(const lines& prediction, const lines& reference) const {
        std::int64_t common = 0;
        const std::size_t n = kind_ == rouge_kind::rouge2 ? 2 : 1;
        if (kind_ == rouge_kind::rouge1 || kind_ == rouge_kind::rouge2) {
            const auto a = words_in_a_row(prediction[0]), b = words_in_a_row(reference[0]);
            common = common_ngrams(ngrams_of(a, n), ngrams_of(b, n));
        } else {
            detail::numbered_lines a, b;
            detail::number_words(prediction, reference, a, b);
            common = kind_ == rouge_kind::rouge_l ? common_length(b[0], a[0])
                                                  : detail::common_by_lines(b, a);
        }
        const auto count = [&](const lines& text) {
            std::size_t all = 0;
            for (const auto& line : text) all += line.size() < n ? 0 : line.size() - n + 1;
            return static_cast<double>(all);
        };
        const double precision = detail::quotient(static_cast<double>(common), count(prediction));
        const double recall = detail::quotient(static_cast<double>(common), count(reference));
        return {precision, recall, detail::quotient(2 * precision * recall, precision + recall), 0};
    }
    rouge_kind kind_;
    bool stemmer_;
    exact_sum precision_, recall_, f1_;
    std::int64_t texts_ = 0;
};

} // namespace hone
