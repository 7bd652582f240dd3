// What `metrics` reads from a line: lists and options, checked, as the metrics of the library take
// them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/file/json_view.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A line of the input. Options may be null, and references an empty list.
struct metric_line {
    hone::json_view options, predictions, references;

    std::size_t size() const { return predictions.size(); }
    bool has(std::string_view option) const { return options.is_object() && options.has(option); }
    /// The option's value, or what stands for it where it is not given.
    double number(std::string_view option, double standard) const {
        return has(option) ? options[option].number() : standard;
    }
    int whole(std::string_view option, int standard) const {
        return has(option)
                   ? static_cast<int>(options[option].integer(-1'000'000'000, 1'000'000'000))
                   : standard;
    }
    bool flag(std::string_view option) const { return has(option) && options[option].boolean(); }
    /// One value a word; the first where the option is not given. Error: metrics.option.
    template <class Value>
    Value choice(std::string_view option,
                 std::initializer_list<std::pair<std::string_view, Value>> known) const {
        if (!has(option)) return known.begin()->second;
        const auto& word = options[option].string();
        std::string words;
        for (const auto& [name, value] : known) {
            if (word == name) return value;
            hone::append_to_list(words, name);
        }
        throw hone::error("metrics.option", "no such value of an option", {.name = option}, words,
                          hone::in_quotes(word, 64));
    }
    /// Error: metrics.option for one that the metric does not have.
    void only(std::initializer_list<std::string_view> known) const {
        if (options.is_null()) return;
        options.each([&](const std::string& name, const hone::json_view&) {
            if (std::find(known.begin(), known.end(), name) != known.end()) return;
            std::string names;
            for (const auto& k : known) hone::append_to_list(names, k);
            throw hone::error("metrics.option", "the metric has no such option", {.name = name},
                              names.empty() ? "none" : names, {});
        });
    }
    /// Error: metrics.sizes.
    void same_sizes() const {
        if (predictions.size() != references.size())
            throw hone::error("metrics.sizes", "predictions and references of different number", {},
                              {predictions.size(), " references"}, references.size());
    }
};

inline std::vector<std::string> strings_of(const hone::json_view& list) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.array().size(); ++i) texts.push_back(list[i].string());
    return texts;
}

inline std::vector<double> numbers_of(const hone::json_view& list) {
    std::vector<double> numbers;
    for (std::size_t i = 0; i < list.array().size(); ++i) numbers.push_back(list[i].number());
    return numbers;
}

/// An object in one go.
inline hone::json object_of(std::initializer_list<std::pair<std::string_view, hone::json>> fields) {
    auto made = hone::json::object();
    for (const auto& [key, value] : fields) made.set(key, value);
    return made;
}
inline hone::json value_of(double x) { return object_of({{"value", x}}); }
inline hone::json undefined() { return value_of(std::numeric_limits<double>::quiet_NaN()); }
