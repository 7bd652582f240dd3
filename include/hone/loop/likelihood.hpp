// Classification by what a decoder finds likely: each label is a continuation of the prompt, with or
// without examples in it (Brown et al. 2020, 2.4), and the one of the greatest log-probability is chosen, of
// all its tokens or of a token on average. Calibrated: less what the same label has behind a prompt without
// content, "N/A" for instance (Zhao et al. 2021; the diagonal weights of eq. 1), since a label may be likely
// whatever stands before it.
// Cost: the prompt once for each label.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"

namespace hone {

/// How continuations of different lengths are compared.
enum class likelihood_of : unsigned char { all_tokens, token_on_average };

/// `Program` gives -log p of the tokens that a `Batch` of tokens, before and next names:
///
///     auto losses = evaluate<next_word_batch>(model, [](auto m, auto b) {
///         return next_word_losses(m, pick(m(b.tokens), b.before), b.next);
///     });
///     likelihood_choice<next_word_batch, decltype(losses)> choose(losses);
///     choose.calibrate(ids_of("Text: N/A Sentiment:"), labels);
///     auto best = choose(ids_of("Text: a fine film. Sentiment:"), labels);
template <class Batch, class Program>
class likelihood_choice {
public:
    using ids = std::vector<std::int32_t>;

    explicit likelihood_choice(Program& losses, likelihood_of of = likelihood_of::all_tokens)
        : losses_(&losses), of_(of) {}

    /// Log-probabilities of the choices behind this prompt, less those of `calibrate`.
    /// Errors: generate.empty_prompt; generate.empty_choice; generate.choices_differ; those of the step.
    std::vector<double> scores(const ids& prompt, std::span<const ids> choices) {
        auto found = likelihoods(prompt, choices);
        if (!before_.empty() && before_.size() != choices.size())
            throw error("generate.choices_differ", "other choices than those that were calibrated", {},
                        before_.size(), choices.size());
        for (std::size_t k = 0; k < before_.size(); ++k) found[k] -= before_[k];
        return found;
    }
    /// The number of the most likely choice; the first of equals.
    std::size_t operator()(const ids& prompt, std::span<const ids> choices) {
        const auto found = scores(prompt, choices);
        return static_cast<std::size_t>(std::max_element(found.begin(), found.end()) - found.begin());
    }
    /// From now on scores are less those behind `prompt`, which has no content.
    void calibrate(const ids& prompt, std::span<const ids> choices) {
        before_ = likelihoods(prompt, choices);
    }

private:
    std::vector<double> likelihoods(const ids& prompt, std::span<const ids> choices) {
        if (prompt.empty())
            throw error("generate.empty_prompt", "a prompt has no token", {},
                        "at least 1 token before a choice", 0);
        ids tokens, offsets{0}, before, next;
        for (std::size_t k = 0; k < choices.size(); ++k) {
            if (choices[k].empty())
                throw error("generate.empty_choice", {"choice ", k, " has no token"}, {}, "at least 1", 0);
            tokens.insert(tokens.end(), prompt.begin(), prompt.end());
            for (const auto id : choices[k]) {
                before.push_back(static_cast<std::int32_t>(tokens.size()) - 1);
                next.push_back(id);
                tokens.push_back(id);
            }
            offsets.push_back(static_cast<std::int32_t>(tokens.size()));
        }
        std::vector<double> sums;
        if (choices.empty()) return sums;
        const auto losses = (*losses_)(Batch{{tokens, offsets}, {before}, {next}});
        std::size_t at = 0;
        for (const auto& choice : choices) {
            double sum = 0;
            for (std::size_t i = 0; i < choice.size(); ++i) sum -= static_cast<double>(losses[at++]);
            sums.push_back(of_ == likelihood_of::all_tokens ? sum
                                                            : sum / static_cast<double>(choice.size()));
        }
        return sums;
    }

    Program* losses_;
    likelihood_of of_;
    std::vector<double> before_;
};

} // namespace hone
