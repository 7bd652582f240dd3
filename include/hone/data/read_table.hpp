// The reader that fits a file's ending: what a program needs whose user names a file. The ending decides, never the content.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "hone/data/delimited.hpp"
#include "hone/data/json_lines.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

enum class table_format { tsv, csv, json_lines };

/// .tsv and .txt: tab-separated; .csv: comma-separated; .jsonl and .json: JSON lines. Capitals do not matter. Error: data.file_ending.
inline table_format format_of(const std::string& path) {
    const auto name = std::string_view(path).substr(path.find_last_of("/\\") + 1);
    const auto dot = name.rfind('.');
    std::string ending;
    for (const char c : dot == name.npos ? std::string_view() : name.substr(dot))
        ending += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (ending == ".tsv" || ending == ".txt") return table_format::tsv;
    if (ending == ".csv") return table_format::csv;
    if (ending == ".jsonl" || ending == ".json") return table_format::json_lines;
    throw error("data.file_ending", "no reader for this kind of file", {.file = path}, ".tsv, .txt, .csv, .jsonl or .json",
                ending.empty() ? "no ending" : in_quotes(ending, 32));
}

/// Reads a table by its file's ending. Errors: data.file_ending; the readers' own.
inline text_table read_table(const std::string& path, const text_column& texts, const label_column& labels = {}, const table_options& options = {}) {
    switch (format_of(path)) {
    case table_format::csv: return csv(path, texts, labels, options);
    case table_format::json_lines: return json_lines(path, texts, labels, options);
    default: return tsv(path, texts, labels, options);
    }
}

} // namespace hone
HONE_COMPACT_END
