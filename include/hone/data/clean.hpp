// Cleaning of a table: what is done to texts (HTML's entities read, control characters dropped, white space made single blanks) and which rows are left
// out (empty, missing values, too short, too long, texts that stood there before). Nothing is done unasked, and every row that is dropped is
// listed with the reason, by its line.
// Cost: a pass over the texts, and a sort of them for duplicates.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/html_entities.hpp"
#include "hone/data/notices.hpp"
#include "hone/data/split.hpp"
#include "hone/data/table.hpp"
#include "hone/file/text_span.hpp"
#include "hone/file/utf8.hpp"
#include "hone/file/white_space.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What is cleaned.
struct cleaning {
    bool entities = false, controls = false, white_space = false; ///< what is done to texts, in this order
    bool empty = false, missing = false, duplicates = false;      ///< which rows are left out
    std::size_t shortest = 0, longest = std::numeric_limits<std::size_t>::max(); ///< characters of a text that stays (of two together)
};

/// A row that was left out.
struct dropped_row {
    std::int64_t line;
    const char* why; ///< "empty", "missing value", "too short", "too long", "duplicate" or "duplicate with another label"
    std::string text;
};

/// What cleaning did.
struct cleaning_report {
    std::int64_t changed = 0; ///< texts
    std::vector<dropped_row> dropped;

    std::int64_t count(std::string_view why) const {
        return std::count_if(dropped.begin(), dropped.end(), [&](const dropped_row& row) { return row.why == why; });
    }
    /// A line a reason, with its number and the first rows.
    std::string text(std::size_t examples = 3) const {
        std::string all = phrase({changed, " texts changed, ", dropped.size(), " rows dropped\n"}).text();
        for (const char* why : {"empty", "missing value", "too short", "too long", "duplicate", "duplicate with another label"}) {
            const auto n = count(why);
            if (n == 0) continue;
            phrase({"  ", why, ": ", n}).append_to(all);
            std::size_t shown = 0;
            for (const auto& row : dropped)
                if (std::string_view(row.why) == why && shown < examples)
                    phrase({shown++ ? ", " : ", for instance ", "line ", row.line, " ", in_quotes(row.text, 40)}).append_to(all);
            all += '\n';
        }
        return all;
    }
};

namespace detail {

/// The scalar of an entity without & and ;, or 0.
inline char32_t entity_scalar(std::string_view name) {
    if (name.starts_with('#')) {
        const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
        name.remove_prefix(hexadecimal ? 2 : 1);
        char32_t value = 0;
        for (const char c : name) {
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
            if (digit >= (hexadecimal ? 16 : 10) || value > 0x10FFFF) return 0;
            value = value * (hexadecimal ? 16 : 10) + static_cast<char32_t>(digit);
        }
        return value > 0x10FFFF || (value >= 0xD800 && value < 0xE000) ? 0 : value;
    }
    const auto at = std::lower_bound(std::begin(html_entities), std::end(html_entities), name,
                                     [](const html_entity& e, std::string_view n) { return e.name < n; });
    return at != std::end(html_entities) && at->name == name ? at->scalar : 0;
}

} // namespace detail

/// Text with `&amp;`, `&#233;`, `&#xE9;` read, once; what is none stays.
inline std::string without_entities(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text[at] == '&' ? text.substr(0, at + 34).find(';', at) : text.npos; // the longest name has 8 letters
        const auto scalar = end == text.npos ? char32_t{0} : detail::entity_scalar(text.substr(at + 1, end - at - 1));
        if (scalar == 0) {
            out += text[at++];
            continue;
        }
        append_utf8(out, static_cast<unsigned>(scalar));
        at = end + 1;
    }
    return out;
}

/// Text without control characters (C0 but tab and line ends, DEL, C1 but U+0085) and without byte order marks.
inline std::string without_controls(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = std::max<std::size_t>(1, utf8_length(text, at));
        const auto c = static_cast<unsigned char>(text[at]);
        const auto next = length > 1 ? static_cast<unsigned char>(text[at + 1]) : 0;
        const bool control = (length == 1 && ((c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\v' && c != '\f') || c == 0x7F)) ||
                             (length == 2 && c == 0xC2 && next < 0xA0 && next != 0x85) || text.substr(at, 3) == "\xEF\xBB\xBF";
        if (!control) out.append(text, at, length);
        at += length;
    }
    return out;
}

/// Text whose stretches of white space (Unicode's) are one blank each, with none at its ends.
inline std::string with_single_blanks(std::string_view text) {
    std::string out;
    bool blank = false;
    while (!text.empty()) {
        const auto rest = without_leading_blanks(text);
        blank = rest.size() < text.size();
        if (rest.empty()) break;
        if (blank && !out.empty()) out += ' ';
        const auto length = std::max<std::size_t>(1, utf8_length(rest, 0));
        out.append(rest.substr(0, length));
        text = rest.substr(length);
    }
    return out;
}

/// Cleans a table in place, and says what was done.
inline cleaning_report clean(text_table& table, const cleaning& what) {
    cleaning_report report;
    for (auto* texts : {&table.text, &table.second})
        for (auto& text : *texts) {
            auto cleaned = what.entities ? without_entities(text) : text;
            if (what.controls) cleaned = without_controls(cleaned);
            if (what.white_space) cleaned = with_single_blanks(cleaned);
            if (cleaned == text) continue;
            ++report.changed;
            text = std::move(cleaned);
        }
    std::vector<const char*> why(table.size(), nullptr);
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto any = [&](auto is) { return is(table.text[i]) || (table.paired() && is(table.second[i])); };
        const auto length = characters_of(table.text[i]) + (table.paired() ? characters_of(table.second[i]) : 0);
        if (what.empty && any(detail::blank_cell)) why[i] = "empty";
        else if (what.missing && (any(detail::missing_value) || (table.labelled() && detail::missing_value(table.label[i])))) why[i] = "missing value";
        else if (length < what.shortest) why[i] = "too short";
        else if (length > what.longest) why[i] = "too long";
    }
    if (what.duplicates)
        for (const auto& twice : duplicates(table))
            if (!why[twice.second] && !why[twice.first]) why[twice.second] = twice.same_label ? "duplicate" : "duplicate with another label";
    text_table kept;
    kept.file = table.file;
    kept.skipped = table.skipped;
    kept.notices = table.notices;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (why[i])
            report.dropped.push_back({table.at(i).line, why[i], table.text[i]});
        else
            detail::append_row(kept, table, i);
    }
    table = std::move(kept);
    return report;
}

} // namespace hone
HONE_COMPACT_END
