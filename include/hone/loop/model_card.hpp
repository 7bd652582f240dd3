// A model card: what a folder's README.md says to whoever finds the model (Mitchell et al. 2019), in
// the form that model hubs read: a head of fields between lines of three dashes, then sections.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct model_card {
    using rows = std::vector<std::pair<std::string, std::string>>;
    std::string title, task; ///< "text-classification", as hubs call it
    std::string base;        ///< the checkpoint that training began with
    rows results, training;
    std::vector<std::string> labels{};

    std::string text() const {
        std::string card = "---\nlibrary_name: transformers\npipeline_tag: " + task +
                           "\ntags:\n- hone\n---\n\n# " + plain(title) + "\n\nFine-tuned from " +
                           plain(base) + " with hone.\n";
        table(card, "Results", results);
        if (!labels.empty() && labels.size() <= 100) {
            card += "\n## Labels\n\n";
            for (const auto& label : labels) card += "- " + plain(label) + "\n";
        }
        table(card, "Training", training);
        return card;
    }

private:
    /// On one line, and no mark of the form.
    static std::string plain(const std::string& raw) {
        std::string out;
        for (const char c : printable(raw, true)) {
            if (c == '|' || c == '<' || c == '#' || c == '*' || c == '_' || c == '`' || c == '[')
                out += '\\';
            out += c;
        }
        return out;
    }
    static void table(std::string& card, const char* title, const rows& all) {
        if (all.empty()) return;
        card += "\n## " + std::string(title) + "\n\n| | |\n|---|---|\n";
        for (const auto& [name, value] : all)
            card += "| " + plain(name) + " | " + plain(value) + " |\n";
    }
};

} // namespace hone
HONE_COMPACT_END
