// Which number each label has. A new classifier numbers the labels of the examples in order; one that is already there keeps its own order where the
// examples have its labels, and is drawn anew, or refused, where they have others: never is a row that was trained for one label used for another.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/checkpoint/head.hpp>
#include <hone/data/label_order.hpp>
#include <hone/data/targets.hpp>

#include <set>

#include "choice.hpp"
#include "options.hpp"

/// A classifier that training could go on from.
struct found_classifier {
    bool there = false;
    std::vector<std::string> labels; ///< of its rows; none where it is no classifier of texts
    std::string what;                ///< for messages
};
inline found_classifier classifier_in(const train_options& o) {
    const auto config = read_config_of(o.model);
    if (!o.adapter_from.empty())
        if (const long classes = adapter_classes(o.adapter_from); classes > 0) return {true, adapter_labels(o.adapter_from, config, classes), "the adapter's classifier"};
    const auto checkpoint = hone::open_checkpoint(o.model);
    const auto* const entry = checkpoint.find(classifier_weight());
    if (!entry || entry->tensor->shape.empty()) return {};
    found_classifier found{true, {}, "the checkpoint's classifier"};
    const auto kind = hone::head_of(config, config.label_count());
    const auto rows = static_cast<std::int64_t>(entry->tensor->shape.front());
    constexpr hone::head_kind wanted[] = {hone::head_kind::one_label, hone::head_kind::any_labels, hone::head_kind::number};
    if (kind != wanted[static_cast<int>(compiled_task)] || rows != config.label_count()) {
        found.what = kind == hone::head_kind::number ? "a head that gives a number" : kind == hone::head_kind::any_labels ? "a head for any number of labels" : kind == hone::head_kind::one_label && rows == config.label_count() ? "a head for one label a text" : kind == hone::head_kind::another ? "a head of " + hone::architecture_of(config) : "a head of another number of labels than the config's";
        return found;
    }
    if (const std::set<std::string> different(config.labels.begin(), config.labels.end()); different.size() != config.labels.size()) {
        found.what = "a head with two labels of one name";
        return found;
    }
    found.labels = config.labels;
    for (auto k = static_cast<std::int64_t>(found.labels.size()); k < rows; ++k) found.labels.push_back("LABEL_" + std::to_string(k));
    return found;
}

struct chosen_labels {
    hone::label_map labels;         ///< of the examples
    std::vector<std::string> names; ///< of the classifier's rows
    bool new_head = false;          ///< a classifier that is there is not used
    std::vector<hone::notice> notices{};
};

/// Errors: head.too_small, data.labels_differ.
inline chosen_labels choose_labels(const train_options& o, const hone::text_table& examples) {
    chosen_labels chosen{compiled_task == text_task::single ? hone::label_map::of(examples) : compiled_task == text_task::several ? hone::several_labels({&examples}) : hone::label_map({"LABEL_0"}), {}};
    if (compiled_task == text_task::several && chosen.labels.size() == 0)
        throw hone::error("data.one_label", "nothing to learn", {.file = o.train}, "a row with a label", "none");
    chosen.names = chosen.labels.names();
    if (!o.head.empty()) {
        const auto classes = static_cast<std::size_t>(head_classes(o.head));
        if (classes < chosen.names.size())
            throw hone::error("head.too_small", "the head has fewer classes than there are labels", {.file = o.head}, "at least " + std::to_string(chosen.names.size()), std::to_string(classes));
        while (chosen.names.size() < classes) chosen.names.push_back("LABEL_" + std::to_string(chosen.names.size()));
        chosen.new_head = true; // the file's
        return chosen;
    }
    const auto found = classifier_in(o);
    if (!found.there) return chosen;
    chosen.new_head = true;
    if (o.new_head || found.labels.empty()) {
        chosen.notices.push_back({"data.labels_anew", "a new classifier is drawn in place of " + found.what});
        return chosen;
    }
    if (compiled_task == text_task::number) { // one row, whatever it is called
        chosen.new_head = found.labels.size() != 1;
        return chosen;
    }
    if (found.labels.size() != chosen.names.size())
        throw hone::error("data.labels_differ", found.what + " is of another number of labels", {.file = o.train},
                          {found.labels.size(), " labels, ", hone::detail::listed(found.labels), ", or a new classifier (--new-head)"}, {chosen.names.size(), " labels, ", hone::detail::listed(chosen.names)});
    auto settled = hone::settle_labels(chosen.labels, found.labels, false, "--new-head");
    chosen.labels = std::move(settled.labels);
    chosen.names = chosen.labels.names();
    chosen.new_head = !settled.keeps_classifier;
    chosen.notices = std::move(settled.notices);
    if (settled.keeps_classifier && chosen.names != found.labels)
        chosen.notices.push_back({"data.labels_of_the_checkpoint", found.what + " is kept, its labels are taken for these: " + hone::detail::listed(chosen.names)});
    return chosen;
}
