// Exact match and F1 of answers, as the published evaluation of SQuAD has them (Rajpurkar et al.
// 2016; 2.0: 2018): both sides in lower case, without ASCII punctuation, without "a", "an" and
// "the", words compared as multisets; the best of the answers counts. In 2.0 a question may have no
// answer: then an empty prediction alone is right. Streaming and mergeable: matches are counted and
// F1 is an exact sum, so any order and any grouping give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/exact_sum.hpp"
#include "hone/metric/text.hpp"

namespace hone {

namespace detail {

/// The words that are compared.
inline std::vector<std::string> answer_words(std::string_view answer) {
    std::string text;
    for (const char c : lower_text(answer))
        if (std::string_view("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~").find(c) ==
            std::string_view::npos)
            text += c;
    // Articles stand between what are no letters of a word, which need not be white space.
    std::string without;
    for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
        auto c = unicode::decode(text, at);
        end = at + c.bytes;
        if (unicode::within(unicode::word_letters, c.scalar))
            while (end < text.size() &&
                   unicode::within(unicode::word_letters, (c = unicode::decode(text, end)).scalar))
                end += c.bytes;
        const auto part = std::string_view(text).substr(at, end - at);
        without += part == "a" || part == "an" || part == "the" ? " " : part;
    }
    const auto words = split_words(without);
    return {words.begin(), words.end()};
}

} // namespace detail

/// Percent; `questions` says of how many.
struct squad_figures {
    double exact_match = 0, f1 = 0;
    std::int64_t questions = 0;
};

class squad_score {
public:
    /// 1: SQuAD 1.1; 2: SQuAD 2.0. Error: metric.option.
    explicit squad_score(int of_version = 1) : version_(of_version) {
        if (of_version != 1 && of_version != 2)
            throw error("metric.option", "no such version of SQuAD", {.name = "version"}, "1 or 2",
                        of_version);
    }
    /// A question's prediction and its answers; none, in 2.0, where it has none. Error:
    /// metric.no_reference in 1.1.
    void add(std::string_view prediction, std::span<const std::string> answers) {
        if (version_ == 1) detail::check_references(answers.size());
        const auto mine = detail::answer_words(prediction);
        bool exact = false, any = false;
        double f1 = 0;
        const auto compare = [&](const std::vector<std::string>& right) {
            any = true;
            exact = exact || mine == right;
            f1 = std::max(f1, f1_of(mine, right));
        };
        for (const auto& answer : answers)
            if (const auto right = detail::answer_words(answer); version_ == 1 || !right.empty())
                compare(right);
        if (!any) compare({});
        auto& part = parts_[answers.empty() ? 1 : 0];
        ++part.questions;
        part.exact += exact;
        part.f1.add(f1);
    }
    /// Error: metric.option for another version.
    void merge(const squad_score& other) {
        detail::check_options(version_ == other.version_);
        for (int i = 0; i < 2; ++i) parts_[i].merge(other.parts_[i]);
    }
    /// All questions; those with an answer; those without. Error: metric.empty.
    squad_figures all() const {
        auto both = parts_[0];
        both.merge(parts_[1]);
        return both.figures();
    }
    squad_figures answerable() const { return parts_[0].figures(); }
    squad_figures unanswerable() const { return parts_[1].figures(); }
    std::int64_t questions(bool answerable) const { return parts_[answerable ? 0 : 1].questions; }
    /// F1 of all questions. Error: metric.empty.
    double value() const { return all().f1; }

private:
    struct counts {
        std::int64_t questions = 0, exact = 0;
        exact_sum f1;

        void merge(const counts& other) {
            questions += other.questions;
            exact += other.exact;
            f1.merge(other.f1);
        }
        squad_figures figures() const {
            detail::check_some(questions, 1, "questions");
            const auto n = static_cast<double>(questions);
            return {100 * static_cast<double>(exact) / n, 100 * f1.value() / n, questions};
        }
    };
    double f1_of(const std::vector<std::string>& a, const std::vector<std::string>& b) const {
        if (version_ == 2 && (a.empty() || b.empty())) return a.empty() && b.empty() ? 1 : 0;
        const auto mine = words_in_a_row(a), right = words_in_a_row(b);
        const auto common =
            static_cast<double>(common_ngrams(ngrams_of(mine, 1), ngrams_of(right, 1)));
        return common == 0 ? 0 : 2 * common / static_cast<double>(a.size() + b.size());
    }
    int version_;
    counts parts_[2]; // with an answer, without
};

} // namespace hone
