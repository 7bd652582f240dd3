// A table of precision, recall and F1 for every class, laid out letter by letter as scikit-learn's classification_report, so that two runs
// can be compared with diff. The accuracy stands where scikit-learn puts it: every class that occurs is in the table.
// One accident is not copied: where nothing at all is right, scikit-learn (1.9) prints the support with a decimal, "2.0".
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/f1.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How a report is laid out.
struct report_options {
    int digits = 2; ///< behind the point, 0 to 15
    classes_counted classes = classes_counted::present;
};

namespace detail {

/// Right-aligned; a width counts code points.
inline std::string right(std::string_view text, std::size_t width) {
    std::size_t letters = 0;
    for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    return std::string(letters < width ? width - letters : 0, ' ').append(text);
}

inline std::string decimal(double value, int digits) {
    std::array<char, 64> out;
    const auto end = std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed, digits).ptr;
    return {out.data(), end};
}

} // namespace detail

/// The report, ending with a line end. Errors: metric.classes where there is not one name a class; metric.digits; metric.empty.
inline std::string classification_report(const class_counts& counts, const std::vector<std::string>& names, report_options options = {}) {
    detail::check_same(counts.classes(), static_cast<int>(names.size()));
    if (options.digits < 0 || options.digits > 15)
        throw error("metric.digits", "an impossible number of digits", {}, "0 to 15", options.digits);
    const double share = counts.accuracy();
    const auto ids = counts.counted(options.classes);
    std::size_t width = std::max<std::size_t>(std::string_view("weighted avg").size(), static_cast<std::size_t>(options.digits));
    for (const auto id : ids) {
        const auto& name = names[static_cast<std::size_t>(id)];
        width =
            std::max(width, static_cast<std::size_t>(std::count_if(name.begin(), name.end(), [](char c) { return (c & 0xC0) != 0x80; })));
    }

    std::string report = detail::right("", width) + " ";
    for (const auto* heading : {"precision", "recall", "f1-score", "support"}) report += " " + detail::right(heading, 9);
    report += "\n\n";
    const auto cell = [&](double value) { report += " " + detail::right(detail::decimal(value, options.digits), 9); };
    const auto row = [&](std::string_view name, const scores& s) {
        report += detail::right(name, width) + " ";
        cell(s.precision);
        cell(s.recall);
        cell(s.f1);
        report += " " + detail::right(std::to_string(s.support), 9) + "\n";
    };
    for (const auto id : ids) row(names[static_cast<std::size_t>(id)], counts.of_class(id));
    const auto macro = counts.macro(options.classes);
    report += "\n" + detail::right("accuracy", width) + " " + std::string(20, ' ');
    cell(share);
    report += " " + detail::right(std::to_string(macro.support), 9) + "\n";
    row("macro avg", macro);
    row("weighted avg", counts.weighted(options.classes));
    return report;
}

} // namespace hone
HONE_COMPACT_END
