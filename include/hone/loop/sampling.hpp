// The next token from its scores: the best one, or one drawn. The order is that of transformers: the
// penalty on what was said (Keskar et al. 2019), temperature, top-k, top-p on what is left (Holtzman et
// al. 2020), min-p (Nguyen et al. 2024), each on the probabilities of what the one before left. Draws come
// from a counter: text and place say which, so neither threads nor neighbours change them.
// Cost: one pass over the words, and a sort of what top-k leaves where top-p is asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How a token is chosen.
struct sampling {
    double temperature = 0;        ///< scores are divided by it; 0: always the best
    int top_k = 0;                 ///< the k best and what equals the k-th; 0: all
    double top_p = 1;              ///< the fewest of the best that have this share together
    double min_p = 0;              ///< those with at least this share of the best one's probability
    double repetition_penalty = 1; ///< of tokens in the text: a score above 0 is divided by it, one below
                                   ///< multiplied
    std::uint64_t seed = 0;

    /// Error: generate.option.
    void check() const {
        const auto refuse = [](const char* name, const char* expected, double found) {
            throw error("generate.option", "an option that is out of range", {.name = name}, expected,
                        std::to_string(found));
        };
        if (!(temperature >= 0) || std::isinf(temperature))
            refuse("temperature", "0 or more", temperature);
        if (top_k < 0) refuse("top_k", "0 (all) or more", top_k);
        if (!(top_p > 0 && top_p <= 1)) refuse("top_p", "above 0, at most 1", top_p);
        if (!(min_p >= 0 && min_p <= 1)) refuse("min_p", "0 to 1", min_p);
        if (!(repetition_penalty > 0) || std::isinf(repetition_penalty))
            refuse("repetition_penalty", "above 0", repetition_penalty);
    }
};

/// Chooses tokens; holds the room that it takes for this.
class token_chooser {
public:
    struct candidate {
        std::int32_t id;
        double score, share = 0;
    };

    /// The next token of text number `text`, whose ids so far are `ids`. Error: generate.not_finite.
    template <class T>
    std::int32_t operator()(std::span<const T> scores, std::span<const std::int32_t> ids,
                            const sampling& how, std::uint64_t text) {
        take(scores);
        if (how.repetition_penalty != 1) penalize(ids, how.repetition_penalty);
        if (how.temperature == 0) return best();
        left(how);
        const double drawn = uniform(how.seed, text, ids.size()) * total_;
        double sum = 0;
        for (const auto& c : all_)
            if ((sum += c.share) > drawn) return c.id;
        return all_.back().id;
    }
    /// What may come, with its probability times an unknown factor: the words that all filters leave, by
    /// rising id.
    template <class T>
    std::span<const candidate> distribution(std::span<const T> scores,
                                            std::span<const std::int32_t> ids, const sampling& how) {
        take(scores);
        if (how.repetition_penalty != 1) penalize(ids, how.repetition_penalty);
        left(how);
        return all_;
    }

private:
    template <class T>
    void take(std::span<const T> scores) {
        all_.clear();
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const auto score = static_cast<double>(scores[i]);
            if (!std::isfinite(score))
                throw error("generate.not_finite", "a score of a next token is no finite number", {},
                            "a finite number", {std::to_string(score), " for token ", i});
            all_.push_back({static_cast<std::int32_t>(i), score});
        }
    }
    void penalize(std::span<const std::int32_t> ids, double penalty) {
        said_.resize(all_.size(), 0);
        for (const auto id : ids) said_[static_cast<std::size_t>(id)] = 1;
        for (const auto id : ids) {
            if (!said_[static_cast<std::size_t>(id)]) continue;
            said_[static_cast<std::size_t>(id)] = 0;
            auto& score = all_[static_cast<std::size_t>(id)].score;
            score = score < 0 ? score * penalty : score / penalty;
        }
    }
    /// The first of the best.
    std::int32_t best() const {
        return std::max_element(all_.begin(), all_.end(), by_score)->id;
    }
    static bool by_score(const candidate& a, const candidate& b) { return a.score < b.score; }

    void left(const sampling& how) {
        for (auto& c : all_) c.score /= how.temperature > 0 ? how.temperature : 1;
        if (how.top_k > 0 && static_cast<std::size_t>(how.top_k) < all_.size()) keep_best(how.top_k);
        if (how.top_p < 1) keep_share(how.top_p);
        share();
        if (how.min_p > 0) {
            const double least =
                how.min_p * std::max_element(all_.begin(), all_.end(), by_score)->share;
            std::erase_if(all_, [&](const candidate& c) { return c.share < least; });
            share();
        }
    }
    void keep_best(int k) {
        ordered_ = all_;
        std::nth_element(ordered_.begin(), ordered_.begin() + (k - 1), ordered_.end(),
                         [](const candidate& a, const candidate& b) { return a.score > b.score; });
        const double least = ordered_[static_cast<std::size_t>(k) - 1].score;
        std::erase_if(all_, [&](const candidate& c) { return c.score < least; });
    }
    /// From the least on, what has a share of 1 - p or less together goes; the best stays.
    void keep_share(double p) {
        share();
        std::stable_sort(all_.begin(), all_.end(), by_score);
        double sum = 0;
        std::size_t gone = 0;
        while (gone + 1 < all_.size() && (sum += all_[gone].share / total_) <= 1 - p) ++gone;
        all_.erase(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(gone));
        std::sort(all_.begin(), all_.end(),
                  [](const candidate& a, const candidate& b) { return a.id < b.id; });
    }
    void share() {
        const double most = std::max_element(all_.begin(), all_.end(), by_score)->score;
        total_ = 0;
        for (auto& c : all_) total_ += c.share = std::exp(c.score - most);
    }
    /// On [0, 1), of 53 bits.
    static double uniform(std::uint64_t seed, std::uint64_t text, std::size_t place) {
        const auto word = philox({static_cast<std::uint32_t>(place),
                                  static_cast<std::uint32_t>(stream::sample),
                                  static_cast<std::uint32_t>(text),
                                  static_cast<std::uint32_t>(text >> 32)},
                                 {static_cast<std::uint32_t>(seed),
                                  static_cast<std::uint32_t>(seed >> 32)});
        const auto bits = (static_cast<std::uint64_t>(word[0]) << 32 | word[1]) >> 11;
        return static_cast<double>(bits) * 0x1p-53;
    }

    std::vector<candidate> all_, ordered_;
    std::vector<std::uint8_t> said_; ///< by id
    double total_ = 0;
};

} // namespace hone
HONE_COMPACT_END
