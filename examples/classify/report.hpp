// What the report on a training of `classify` says besides the curves: how the answers are, where
// they are worst, what the data are, and what memory was planned.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "labels.hpp"
#include "options.hpp"
#include "predict.hpp"

/// Answers to examples whose labels are known.
class judged_answers {
public:
    judged_answers(int classes, std::size_t worst) : matrix_(classes), most_(worst) {}

    void add(std::size_t example, std::int32_t label, std::span<const float> logits) {
        const auto found = hone::best_class(logits);
        matrix_.add(label, found);
        if (label < 0) return;
        const double p = probability(logits, static_cast<std::size_t>(label));
        worst_.push_back({example, label, found, p});
        std::push_heap(worst_.begin(), worst_.end(), by_probability);
        if (worst_.size() <= most_) return;
        std::pop_heap(worst_.begin(), worst_.end(), by_probability);
        worst_.pop_back();
    }
    /// The confusion matrix, or of many labels the most frequent mistakes; then the worst answers.
    void show(hone::html_page& page, const std::vector<std::string>& names,
              const hone::text_table& texts) const {
        long long right = 0, all = 0;
        std::vector<long long> counts;
        std::vector<std::pair<long long, std::size_t>> mistakes;
        for (std::int32_t i = 0; i < matrix_.classes(); ++i)
            for (std::int32_t k = 0; k < matrix_.classes(); ++k) {
                const long long n = matrix_.count(i, k);
                if (i != k && n > 0) mistakes.emplace_back(-n, counts.size());
                counts.push_back(n);
                all += n;
                right += i == k ? n : 0;
            }
        page.section("Answers", std::to_string(right) + " of " + std::to_string(all) +
                                    " are right, a share of " +
                                    hone::html_page::number(static_cast<double>(right) /
                                                            static_cast<double>(all > 0 ? all : 1)));
        if (names.size() <= 20) page.matrix(names, counts);
        else {
            std::sort(mistakes.begin(), mistakes.end());
            std::vector<std::vector<std::string>> rows;
            for (std::size_t i = 0; i < mistakes.size() && i < 20; ++i)
                rows.push_back({names[mistakes[i].second / names.size()],
                                names[mistakes[i].second % names.size()],
                                std::to_string(-mistakes[i].first)});
            const std::string header[] = {"wanted", "found", "times"};
            page.table(header, rows);
        }
        page.section("Worst answers", "those whose right label was given the least probability");
        auto order = worst_;
        std::sort(order.begin(), order.end(), by_probability);
        std::vector<std::vector<std::string>> rows;
        const auto name = [&](std::int32_t k) { return names[static_cast<std::size_t>(k)]; };
        for (const auto& w : order)
            rows.push_back({texts.text[w.example].substr(0, 240), name(w.label), name(w.found),
                            hone::html_page::number(w.probability)});
        const std::string header[] = {"text", "wanted", "found", "probability of the wanted"};
        page.table(header, rows);
    }

private:
    struct one {
        std::size_t example;
        std::int32_t label, found;
        double probability;
    };
    static bool by_probability(const one& a, const one& b) { return a.probability < b.probability; }
    hone::confusion matrix_;
    std::size_t most_;
    std::vector<one> worst_; ///< a heap, the best of them first
};

/// Lengths and labels of what was trained on.
inline void show_data(hone::html_page& page, const hone::dataset& data,
                      const std::vector<std::string>& names) {
    std::vector<std::size_t> lengths;
    std::vector<double> labels(names.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        lengths.push_back(data.tokens(i).size());
        if (data.label[i] >= 0) ++labels[static_cast<std::size_t>(data.label[i])];
    }
    std::sort(lengths.begin(), lengths.end());
    const auto at = [&](double share) {
        return std::to_string(lengths[static_cast<std::size_t>(share * static_cast<double>(lengths.size() - 1))]);
    };
    page.section("Data", std::to_string(data.size()) + " examples to train on; tokens of a text: half have up to " +
                             at(0.5) + ", nine in ten up to " + at(0.9) + ", the longest " + at(1));
    std::vector<std::pair<std::string, double>> bars;
    for (std::size_t k = 0; k < names.size(); ++k) bars.emplace_back(names[k], labels[k]);
    std::stable_sort(bars.begin(), bars.end(), [](auto& a, auto& b) { return a.second > b.second; });
    if (bars.size() > 20) bars.resize(20);
    page.bars(bars);
}
