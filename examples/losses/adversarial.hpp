// Adversarial training of a small model that a case gives: logits = outer mean(tanh(inner (embedding
// + d) + inner_bias)) + outer_bias, the mean over each sequence; cross-entropy.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <hone/robust/fgm.hpp>
#include <hone/robust/freelb.hpp>
#include <hone/robust/pgd.hpp>

#include "softmax.hpp"

struct small_model {
    HONE_PARTS((embedding, hone::embedding<hone::vocabulary<9>, hone::width<4>>),
               (inner, hone::linear<hone::width<4>, hone::width<6>>),
               (outer, hone::linear<hone::width<6>, hone::classes<3>>))
    static constexpr auto call(auto self, auto t) {
        return self.outer(
            hone::mean_sequence(hone::hyperbolic_tangent(self.inner(self.embedding(t.ids)))));
    }
};
/// What a case calls its weights, in their order.
inline constexpr const char* small_names[] = {"embedding", "inner", "inner_bias", "outer",
                                              "outer_bias"};

/// A field of a case that must be there.
inline const hone::json& part_of(const hone::json& object, const char* key) {
    const auto* found = object.find(key);
    if (!found) throw hone::error("losses.no_numbers", "a case lacks a field", {.name = key});
    return *found;
}
/// The numbers of a list, or of a list of lists (and so on), one after the other.
inline void flatten(const hone::json& from, std::vector<double>& to) {
    if (from.is_array())
        for (const auto& v : from.values()) flatten(v, to);
    else if (from.is_number()) to.push_back(from.number());
    else throw hone::error("losses.no_numbers", "a list holds something else than numbers");
}
/// Numbers as rows of `width`, or as one list where that is 0.
inline hone::json as_rows(std::span<const double> numbers, std::size_t width) {
    auto all = hone::json::array();
    for (std::size_t at = 0; at < numbers.size(); at += width > 0 ? width : 1) {
        if (width == 0) {
            all.append(numbers[at]);
            continue;
        }
        auto row = hone::json::array();
        for (std::size_t k = 0; k < width; ++k) row.append(numbers[at + k]);
        all.append(std::move(row));
    }
    return all;
}

/// One case: the model, its texts, and the answer under a rule.
class small_case {
public:
    explicit small_case(const hone::json& c) {
        const auto* name = small_names;
        model_.each([&](const hone::named_weight<double>& w) {
            std::vector<double> from;
            flatten(part_of(part_of(c, "model"), *name), from);
            if (from.size() != w.values.size())
                throw hone::error("losses.rows", "a weight of the model has another size",
                                  {.name = *name}, w.values.size(), from.size());
            std::copy(from.begin(), from.end(), w.values.begin());
            ++name;
        });
        for (const auto& text : part_of(c, "ids").values()) {
            std::vector<double> ids;
            flatten(text, ids);
            for (const double id : ids) ids_.push_back(static_cast<std::int32_t>(id));
            offsets_.push_back(static_cast<std::int32_t>(ids_.size()));
        }
        for (const double y : numbers(c, "labels")) labels_.push_back(static_cast<std::int32_t>(y));
        if (const auto* start = c.find("start")) flatten(*start, start_);
    }
    template <class Rule>
    std::string answer(Rule rule) {
        auto step = hone::differentiate(
            model_, hone::trainable<hone::on<"**">>{},
            [](auto m, auto b) {
                return hone::cross_entropy(hone::perturbed<"embedding">(m)(b.tokens), b.label);
            },
            alone_);
        auto adversary = hone::against<"embedding">(step, rule);
        adversary({{ids_, offsets_}, labels_}, start_);
        auto out = hone::json::object(), gradients = hone::json::object();
        out.set("losses", as_rows(adversary.losses(), 0));
        const auto d = adversary.perturbation();
        auto texts = hone::json::array();
        for (std::size_t s = 0; s + 1 < offsets_.size(); ++s) {
            const auto from = static_cast<std::size_t>(offsets_[s]) * 4,
                       to = static_cast<std::size_t>(offsets_[s + 1]) * 4;
            texts.append(as_rows(d.subspan(from, to - from), 4));
        }
        out.set("perturbation", std::move(texts));
        const auto* name = small_names;
        for (const auto& range : step.weights().ranges)
            gradients.set(*name++, as_rows({step.gradients().values + range.gradient,
                                            static_cast<std::size_t>(range.count)},
                                           static_cast<std::size_t>(range.columns)));
        out.set("gradients", std::move(gradients));
        return out.write();
    }

private:
    hone::parameters<small_model, double> model_;
    hone::team alone_{1};
    std::vector<std::int32_t> ids_, offsets_{0}, labels_;
    std::vector<double> start_;
};

inline int steps_of(const hone::json& c) {
    const double n = number(c, "steps");
    if (!(n >= 1 && n <= 1000))
        throw hone::error("losses.rows", "a number of steps", {.name = "steps"}, "1 to 1000",
                          std::to_string(n));
    return static_cast<int>(n);
}
inline std::string quick_gradient(const hone::json& c) {
    return small_case(c).answer(hone::fgm{number(c, "epsilon")});
}
inline std::string projected(const hone::json& c) {
    return small_case(c).answer(hone::pgd{number(c, "epsilon"), number(c, "rate"), steps_of(c)});
}
inline std::string free_batches(const hone::json& c) {
    return small_case(c).answer(hone::freelb{number(c, "epsilon"), number(c, "rate"), steps_of(c)});
}
