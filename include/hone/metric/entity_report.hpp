// Precision, recall and F1 of entities, by type and on average, as seqeval's classification_report:
// an entity is right where its first word, its last word and its type are. Streaming and mergeable:
// only whole numbers are kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"
#include "hone/metric/entities.hpp"
#include "hone/metric/f1.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Sentences of tags. Where there is no entity at all, every figure is 0.
class entity_report {
public:
    /// Forgiving, as conlleval.
    entity_report() = default;
    /// What breaks the rules of `scheme` is no entity.
    explicit entity_report(tag_scheme scheme) : strict_(scheme) {}

    /// One sentence. Errors: metric.sizes, metric.tag; nothing is counted then.
    void add(std::span<const std::string> tags, std::span<const std::string> predicted) {
        detail::check_pairs(tags.size(), predicted.size());
        const auto right = read(tags), found = read(predicted);
        for (const auto& e : right) ++count(e.type).labelled;
        for (std::size_t i = 0, j = 0; j < found.size(); ++j) {
            while (i < right.size() && right[i].first < found[j].first) ++i;
            auto& c = count(found[j].type);
            ++c.predicted;
            c.right += i < right.size() && right[i] == found[j];
        }
    }
    /// Error: metric.option where one is strict and the other is not, or in another scheme.
    void merge(const entity_report& other) {
        if (strict_ != other.strict_)
            throw error("metric.option", "counts of different schemes cannot be joined",
                        {.name = "scheme"}, scheme_name(), other.scheme_name());
        for (const auto& [type, c] : other.counts_) counts_[type] += c;
    }
    /// The types that occur, sorted.
    std::vector<std::string> types() const {
        std::vector<std::string> names;
        for (const auto& [type, c] : counts_) names.push_back(type);
        return names;
    }
    /// 0 for a type that does not occur.
    scores of_type(std::string_view type) const {
        const auto found = counts_.find(type);
        return found == counts_.end() ? scores{} : found->second.figures();
    }
    scores over_types(average how) const {
        std::vector<class_count> all;
        for (const auto& [type, c] : counts_) all.push_back(c);
        return average_of(all, how);
    }
    /// The micro average of F1.
    double value() const { return over_types(average::micro).f1; }

private:
    std::vector<entity> read(std::span<const std::string> tags) const {
        return strict_ ? entities_of(tags, *strict_) : entities_of(tags);
    }
    std::string_view scheme_name() const { return strict_ ? name_of(*strict_) : "none"; }
    class_count& count(std::string_view type) {
        const auto found = counts_.find(type);
        return found != counts_.end() ? found->second : counts_[std::string(type)];
    }
    std::map<std::string, class_count, std::less<>> counts_;
    std::optional<tag_scheme> strict_;
};

} // namespace hone
HONE_COMPACT_END
