// Metrics of numbers and of probabilities, from a line.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "line.hpp"

#include <hone/metric/auroc.hpp>
#include <hone/metric/calibration.hpp>
#include <hone/metric/correlation.hpp>
#include <hone/metric/log_loss.hpp>

namespace of_line {

template <class Correlation>
hone::json correlation(const metric_line& in) {
    in.only({});
    in.same_sizes();
    Correlation metric;
    for (std::size_t i = 0; i < in.size(); ++i)
        metric.add(in.references[i].number(), in.predictions[i].number());
    return value_of(metric.value());
}

/// Adds every row of probabilities with its class.
template <class Metric>
Metric all_rows(const metric_line& in, Metric metric) {
    in.same_sizes();
    for (std::size_t i = 0; i < in.size(); ++i) {
        const auto row = numbers_of(in.predictions[i]);
        metric.add(static_cast<std::int32_t>(in.references[i].integer(-1, 1'000'000'000)),
                   std::span(row));
    }
    return metric;
}

inline hone::json auroc(const metric_line& in) {
    in.only({"multi_class", "average"});
    if (in.size() > 0 && in.predictions[0].is_array()) {
        using classes = hone::auroc_classes;
        const auto how = in.choice<classes>(
            "multi_class", {{"ovr", classes::one_against_rest}, {"ovo", classes::one_against_one}});
        const auto mean = in.choice<hone::average>(
            "average", {{"macro", hone::average::macro}, {"weighted", hone::average::weighted}});
        const auto width = static_cast<int>(in.predictions[0].size());
        return value_of(all_rows(in, hone::class_auroc(width)).value(how, mean));
    }
    in.only({});
    in.same_sizes();
    hone::auroc metric;
    for (std::size_t i = 0; i < in.size(); ++i)
        metric.add(static_cast<std::int32_t>(in.references[i].integer(0, 1)),
                   in.predictions[i].number());
    return value_of(metric.value());
}

inline hone::json log_loss(const metric_line& in) {
    in.only({});
    return value_of(all_rows(in, hone::log_loss()).value());
}

inline hone::json calibration_error(const metric_line& in) {
    in.only({"bins"});
    return value_of(all_rows(in, hone::calibration_error(in.whole("bins", 15))).value());
}

inline hone::json perplexity(const metric_line& in) {
    in.only({});
    hone::perplexity metric;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const auto tokens = numbers_of(in.predictions[i]);
        metric.add(std::span<const double>(tokens));
    }
    return value_of(metric.value());
}

} // namespace of_line
