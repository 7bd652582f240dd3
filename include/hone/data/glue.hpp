// The nine tasks of GLUE (Wang et al., 2018) by name: which columns their published files have, which of them hold the texts and the label, whether
// there is a header, and the labels. Files of tests have no labels; they are told by their header line.
// Cost: that of reading a table.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "hone/data/delimited.hpp"
#include "hone/data/encoding.hpp"
#include "hone/data/table.hpp"
#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A task of GLUE.
struct glue_task {
    const char *name, *first, *second; ///< columns of the texts; an empty second: one text
    const char *label;                 ///< its column
    const char* labels;                ///< the names, parted by `|`; empty: a number
    bool header = true;                ///< of train and dev
    bool ragged = false;               ///< some published rows lack columns
};

/// All nine. CoLA's training and development files have no header: source, label, star, sentence.
inline constexpr glue_task glue_tasks[] = {
    {"cola", "sentence", "", "label", "0|1", false},
    {"sst2", "sentence", "", "label", "0|1"},
    {"mrpc", "#1 String", "#2 String", "Quality", "0|1"},
    {"stsb", "sentence1", "sentence2", "score", ""},
    {"qqp", "question1", "question2", "is_duplicate", "0|1", true, true},
    {"mnli", "sentence1", "sentence2", "gold_label", "contradiction|entailment|neutral"},
    {"qnli", "question", "sentence", "label", "entailment|not_entailment"},
    {"rte", "sentence1", "sentence2", "label", "entailment|not_entailment"},
    {"wnli", "sentence1", "sentence2", "label", "0|1"},
};

/// A task by its name; capitals and hyphens do not matter (SST-2, STS-B). Error: data.glue_task, with the names.
inline const glue_task& glue_task_of(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c != '-' && c != '_') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::string names;
    for (const auto& task : glue_tasks) {
        if (plain == task.name) return task;
        append_to_list(names, task.name);
    }
    throw error("data.glue_task", "no task of GLUE", {}, names, in_quotes(name, 64));
}

/// Reads text of a task's file that is in memory. Errors: those of parse_tsv.
inline text_table parse_glue(std::string_view bytes, const std::string& file, const glue_task& task) {
    const auto content = text_of(bytes, file);
    std::vector<std::string> header;
    std::string first_line(content.substr(0, content.find('\n')));
    delimited_rows(first_line, file, '\t', false, first_line.size() + 1).next(header);
    if (!header.empty() && header.back().ends_with('\r')) header.back().pop_back();
    const auto has = [&](std::string_view wanted) {
        for (const auto& name : header)
            if (name == wanted) return true;
        return false;
    };
    table_options options{.skip_ragged = task.ragged};
    if (*task.second) options.second = column(task.second);
    if (!task.header && !has(task.first)) // CoLA
        return parse_tsv(bytes, file, text_column{3}, label_column{1}, options);
    return parse_tsv(bytes, file, text_column{task.first}, has(task.label) ? label_column{task.label} : label_column{}, options);
}
/// Reads a file of a task: `glue("mnli", "MNLI/train.tsv")`.
inline text_table glue(std::string_view task, const std::string& path) { return parse_glue(read_file(path), path, glue_task_of(task)); }

/// The labels of a task in sorted order; none for a number.
inline std::vector<std::string> glue_labels(const glue_task& task) {
    std::vector<std::string> names;
    for (std::string_view left = task.labels; !left.empty();) {
        const auto end = std::min(left.find('|'), left.size());
        names.emplace_back(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return names;
}

} // namespace hone
HONE_COMPACT_END
