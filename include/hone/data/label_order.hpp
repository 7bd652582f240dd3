// Whose order the labels have: that of the checkpoint's classifier where it knows the same names, for its rows stand in that order; else that of
// the data, and then a new classifier is drawn. Names that partly agree are refused: neither is what was meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/label.hpp"
#include "hone/data/table.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The labels of a training, and whether the checkpoint's classifier stays.
struct label_choice {
    label_map labels;
    bool keeps_classifier = false;
    std::vector<notice> notices{}; ///< data.labels_of_the_checkpoint, data.labels_anew
};

namespace detail {

/// Names for a message: the first few, and how many there are.
inline std::string listed(const std::vector<std::string>& names) {
    std::string list;
    for (std::size_t i = 0; i < names.size() && i < 12; ++i) append_to_list(list, in_quotes(names[i], 64));
    if (names.size() > 12) append_to_list(list, {"... (", names.size(), " in all)"});
    return list.empty() ? "none" : list;
}

/// Are these 0 .. n - 1, written as numbers or as `LABEL_k`, in some order? Then the place of each by its number.
inline bool numbered(const std::vector<std::string>& names, std::vector<std::int32_t>& number) {
    number.assign(names.size(), -1);
    for (const std::string_view before : {std::string_view(), std::string_view("LABEL_")}) {
        std::vector<char> seen(names.size());
        std::size_t right = 0;
        for (std::size_t i = 0; i < names.size(); ++i) {
            std::int64_t value = -1;
            if (!label_number(names[i], before, value) || value < 0 || value >= static_cast<std::int64_t>(names.size())) break;
            if (seen[static_cast<std::size_t>(value)]++) break;
            number[i] = static_cast<std::int32_t>(value);
            ++right;
        }
        if (right == names.size()) return true;
    }
    return false;
}

} // namespace detail

/// Settles the order of the labels of `data` (its own) for a checkpoint whose classifier has rows of these names; none where it has no
/// classifier. The same set of names: the checkpoint's order. 0, 1, 2 and `LABEL_0`, `LABEL_1`, `LABEL_2` are the same names. No name in
/// common, or `draws_anew`: the data's own order and a new classifier. Else data.labels_differ; `remedy` says how to ask for a new one.
inline label_choice settle_labels(label_map data, const std::vector<std::string>& checkpoint, bool draws_anew = false,
                                  std::string_view remedy = "draws_anew") {
    if (checkpoint.empty()) return {std::move(data)};
    const auto anew = [&] {
        label_choice choice{std::move(data)};
        choice.notices.push_back({"data.labels_anew", "the classifier of the checkpoint is for other labels (" + detail::listed(checkpoint) +
                                                          "); a new one is drawn for " + detail::listed(choice.labels.names())});
        return choice;
    };
    if (draws_anew) return anew();
    const label_map theirs(checkpoint);
    std::size_t common = 0;
    for (const auto& name : data.names()) common += theirs.find(name) >= 0;
    if (common == checkpoint.size() && data.names().size() == common) {
        label_choice choice{theirs, true};
        if (theirs.names() != data.names())
            choice.notices.push_back({"data.labels_of_the_checkpoint", "labels keep the order of the checkpoint: " + detail::listed(checkpoint)});
        return choice;
    }
    std::vector<std::int32_t> own, other;
    if (data.names().size() == checkpoint.size() && detail::numbered(data.names(), own) && detail::numbered(checkpoint, other)) {
        std::vector<std::string> ordered(checkpoint.size()), by_number(checkpoint.size());
        for (std::size_t i = 0; i < own.size(); ++i) by_number[static_cast<std::size_t>(own[i])] = data.names()[i];
        for (std::size_t i = 0; i < other.size(); ++i) ordered[i] = by_number[static_cast<std::size_t>(other[i])];
        return {label_map(std::move(ordered)), true};
    }
    if (common == 0) return anew();
    throw error("data.labels_differ", "some labels are those of the checkpoint's classifier, others are not", {},
                {"the names of the checkpoint, ", detail::listed(checkpoint), ", or a new classifier (", remedy, ")"},
                detail::listed(data.names()));
}

/// Every label of a table must be one of `labels`, as training settled them. Error: data.unknown_label, with its line.
inline void check_labels(const text_table& table, const label_map& labels) {
    for (std::size_t i = 0; i < table.label.size(); ++i) labels.id(table.label[i], table.at(i));
}

} // namespace hone
HONE_COMPACT_END
