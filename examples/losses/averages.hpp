// Averages of weights that a case lists step by step, and rates that fall from layer to layer.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <hone/optimizer/average.hpp>

#include "softmax.hpp"

/// Calls after(average) behind each step's update; gives how many weights are in the average.
template <class Rule, class After>
long averaged(const hone::json& c, Rule rule, After after) {
    const auto steps = rows(c, "weights", 0, 0);
    std::vector<double> now(steps[0].size());
    hone::team alone(1);
    hone::trained_weights<double> weights;
    weights.count = static_cast<long>(now.size());
    weights.workers = &alone;
    weights.ranges.push_back({now.data(), 0, weights.count, false, "w"});
    hone::weight_average average(weights, rule);
    for (std::size_t n = 0; n < steps.size(); ++n) {
        now = steps[n];
        weights.ranges[0].weight = now.data();
        average.update(weights, static_cast<long>(n));
        auto row = hone::json::array();
        average.each(weights, [&](const std::string&, std::span<double> values) {
            for (const double v : values) row.append(v);
        });
        after(std::move(row));
    }
    return average.count;
}
/// A whole number of a case.
inline long whole(const hone::json& c, const char* key, long least) {
    const double v = number(c, key);
    if (!(v >= static_cast<double>(least) && v <= std::numeric_limits<int>::max()) || v != std::floor(v))
        throw hone::error("losses.no_numbers", "a number is out of range", {.name = key},
                          "a whole one, at least " + std::to_string(least), std::to_string(v));
    return static_cast<long>(v);
}
inline std::string exponential(const hone::json& c) {
    auto all = hone::json::array();
    averaged(c, hone::exponential_average{number(c, "decay")},
             [&](hone::json row) { all.append(std::move(row)); });
    auto out = hone::json::object();
    out.set("averages", std::move(all));
    return out.write();
}
inline std::string stochastic(const hone::json& c) {
    hone::json last = hone::json::array();
    const long count =
        averaged(c, hone::stochastic_average{whole(c, "start", 0), whole(c, "every", 1)},
                 [&](hone::json row) { last = std::move(row); });
    auto out = hone::json::object();
    out.set("average", std::move(last));
    out.set("count", static_cast<double>(count));
    return out.write();
}
inline std::string layer_rates(const hone::json& c) {
    const hone::scale_by_layer scale(number(c, "factor"),
                                     static_cast<int>(whole(c, "layers", 0)));
    auto rates = hone::json::object();
    const auto* names = c.find("names");
    if (!names || !names->is_array())
        throw hone::error("losses.no_numbers", "a case lacks a list", {.name = "names"});
    for (const auto& name : names->values()) {
        if (!name.is_string())
            throw hone::error("losses.no_numbers", "a name is no text", {.name = "names"});
        rates.set(name.string(), number(c, "rate") * scale.of(name.string()));
    }
    auto out = hone::json::object();
    out.set("rates", std::move(rates));
    return out.write();
}
