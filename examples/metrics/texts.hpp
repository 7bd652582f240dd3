// Metrics of texts and of tags, from a line.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "line.hpp"

#include <hone/metric/bleu.hpp>
#include <hone/metric/chrf.hpp>
#include <hone/metric/entity_report.hpp>
#include <hone/metric/meteor.hpp>
#include <hone/metric/rouge.hpp>
#include <hone/metric/squad.hpp>

namespace of_line {

/// Adds every prediction with its references: a text, or a list of them.
template <class Metric>
Metric all_texts(const metric_line& in, Metric metric) {
    in.same_sizes();
    for (std::size_t i = 0; i < in.size(); ++i) {
        const auto references = in.references[i];
        metric.add(in.predictions[i].string(), references.is_string()
                                                   ? std::vector{references.string()}
                                                   : strings_of(references));
    }
    return metric;
}

inline hone::json bleu(const metric_line& in) {
    using smoothing = hone::bleu_smoothing;
    in.only({"smooth", "smooth_value", "lowercase", "order", "effective_order"});
    const hone::bleu_options options{
        .smooth = in.choice<smoothing>("smooth", {{"exp", smoothing::exp},
                                                  {"none", smoothing::none},
                                                  {"floor", smoothing::floor},
                                                  {"add-k", smoothing::add_k}}),
        .smooth_value = in.number("smooth_value", -1),
        .lowercase = in.flag("lowercase"),
        .order = in.whole("order", 4),
        .effective_order = in.flag("effective_order")};
    const auto s = all_texts(in, hone::bleu(options)).score();
    auto precisions = hone::json::array();
    for (const double p : s.precisions) precisions.append(p);
    return object_of({{"value", s.value},
                      {"precisions", precisions},
                      {"brevity_penalty", s.brevity_penalty},
                      {"predicted_length", s.predicted_length},
                      {"reference_length", s.reference_length}});
}

inline hone::json chrf(const metric_line& in) {
    in.only({"characters", "words", "beta", "lowercase"});
    return value_of(all_texts(in, hone::chrf({.characters = in.whole("characters", 6),
                                              .words = in.whole("words", 0),
                                              .beta = in.number("beta", 2),
                                              .lowercase = in.flag("lowercase")}))
                        .value());
}

template <hone::rouge_kind Kind>
hone::json rouge(const metric_line& in) {
    in.only({"stemmer"});
    const auto s = all_texts(in, hone::rouge(Kind, in.flag("stemmer"))).score();
    return object_of({{"value", s.f1}, {"precision", s.precision}, {"recall", s.recall}});
}

inline hone::json meteor(const metric_line& in) {
    in.only({"alpha", "beta", "gamma"});
    return value_of(all_texts(in, hone::meteor({.alpha = in.number("alpha", 0.9),
                                                .beta = in.number("beta", 3),
                                                .gamma = in.number("gamma", 0.5)}))
                        .value());
}

inline hone::json squad(const metric_line& in) {
    in.only({"version"});
    const int version = in.whole("version", 1);
    const auto s = all_texts(in, hone::squad_score(version));
    auto out = object_of({{"value", s.value()}, {"exact_match", s.all().exact_match}});
    if (version == 1) return out;
    const auto part = [](std::int64_t questions, auto figures) {
        if (questions == 0) return object_of({{"exact_match", {}}, {"f1", {}}});
        return object_of({{"exact_match", figures().exact_match}, {"f1", figures().f1}});
    };
    out.set("answerable", part(s.questions(true), [&] { return s.answerable(); }));
    out.set("unanswerable", part(s.questions(false), [&] { return s.unanswerable(); }));
    return out;
}

inline hone::json entities(const metric_line& in) {
    in.only({"mode", "scheme"});
    in.same_sizes();
    const bool strict = in.choice<bool>("mode", {{"default", false}, {"strict", true}});
    auto report = strict ? hone::entity_report(hone::tag_scheme_of(in.options["scheme"].string()))
                         : hone::entity_report();
    for (std::size_t i = 0; i < in.size(); ++i)
        report.add(strings_of(in.references[i]), strings_of(in.predictions[i]));
    const auto figures = [](const hone::scores& s) {
        return object_of({{"precision", s.precision},
                          {"recall", s.recall},
                          {"f1", s.f1},
                          {"support", s.support}});
    };
    auto types = hone::json::object();
    for (const auto& type : report.types()) types.set(type, figures(report.of_type(type)));
    return object_of({{"value", report.value()},
                      {"types", types},
                      {"micro", figures(report.over_types(hone::average::micro))},
                      {"macro", figures(report.over_types(hone::average::macro))},
                      {"weighted", figures(report.over_types(hone::average::weighted))}});
}

} // namespace of_line
