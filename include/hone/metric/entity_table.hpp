// A table of precision, recall and F1 of every type of entity and of their averages.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "hone/meta/compact.hpp"
#include "hone/metric/entity_report.hpp"
#include "hone/metric/report.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A line a type, sorted, then the averages over them: micro, macro, weighted by support.
inline std::string entity_table(const entity_report& entities, int digits = 4) {
    std::size_t width = std::string_view("weighted avg").size();
    for (const auto& type : entities.types()) width = std::max(width, type.size());
    std::string table = detail::right("", width);
    for (const auto* heading : {"precision", "recall", "f1-score", "support"}) table += " " + detail::right(heading, 9);
    table += "\n";
    const auto row = [&](std::string_view name, const scores& s) {
        table += detail::right(name, width);
        for (const double figure : {s.precision, s.recall, s.f1}) table += " " + detail::right(detail::decimal(figure, digits), 9);
        table += " " + detail::right(std::to_string(s.support), 9) + "\n";
    };
    for (const auto& type : entities.types()) row(type, entities.of_type(type));
    row("micro avg", entities.over_types(average::micro));
    row("macro avg", entities.over_types(average::macro));
    row("weighted avg", entities.over_types(average::weighted));
    return table;
}

} // namespace hone
HONE_COMPACT_END
