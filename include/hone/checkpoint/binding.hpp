// Which tensor of a checkpoint feeds which weight of a model. The model's side is a list of names and shapes, the family's habits are a
// value
// (`naming_rules`), so this header knows no model. Every weight is fed and every tensor is used, skipped by a rule, or named in an error:
// one error lists everything that does not fit, because a user who learns of one tensor a run gives up.
// Cost: names are sorted once; edit distances are only measured for missing names.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/checkpoint/checkpoint.hpp"
#include "hone/checkpoint/stored_tensor.hpp"
#include "hone/file/error.hpp"
#include "hone/file/nearest.hpp"
#include "hone/meta/compact.hpp"
#include "hone/meta/pattern.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A weight that a model wants, under its published name; `columns` 0 means that it has one dimension, `rows` long.
struct expected_weight {
    std::string name;
    std::uint64_t rows, columns = 0;

    std::vector<std::uint64_t> shape() const { return columns ? std::vector{rows, columns} : std::vector{rows}; }
};

/// How a family's files differ from its published names. Beginnings and endings are compared without `optional_prefix`.
struct naming_rules {
    std::string optional_prefix;                                  ///< "bert.": there in some files, absent in others
    std::vector<std::pair<std::string, std::string>> old_endings; ///< {"LayerNorm.gamma", "LayerNorm.weight"}
    std::vector<std::string> buffers;                             ///< patterns of names that are no weights, passed over in silence
    std::vector<std::string> skipped; ///< beginnings of heads that this model lacks: passed over, named in a notice
    std::vector<std::string> drawn;   ///< beginnings of weights that may be missing: the caller draws them
    std::vector<std::string> anew;    ///< beginnings of weights that the caller draws although the file has some: passed over, named in a notice
    std::string drawn_remedy;         ///< what to do when one of those is there in another shape
};

/// `feeds[i]` is what the i-th expected weight reads; nullptr where it is missing and allowed to be.
struct weight_binding {
    std::vector<const checkpoint::entry*> feeds;
    std::vector<notice> notices;
};

namespace detail {

/// A name as both sides are compared by: without the prefix, with today's ending.
inline std::string common_name(std::string_view name, const naming_rules& rules) {
    if (!rules.optional_prefix.empty() && name.starts_with(rules.optional_prefix)) name.remove_prefix(rules.optional_prefix.size());
    for (const auto& [old, today] : rules.old_endings)
        if (name.ends_with(old)) return std::string(name.substr(0, name.size() - old.size())) + today;
    return std::string(name);
}

inline bool begins_with_any(std::string_view name, std::span<const std::string> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const auto& b) { return name.starts_with(b); });
}

/// Lines of one error, and a number where there are too many to read.
struct complaints {
    static constexpr std::size_t most = 500;
    std::string text;
    std::size_t count = 0;
    void add(std::initializer_list<phrase> line) {
        if (++count <= most)
            phrase{"\n  ", line}.append_to(text);
    }
};

} // namespace detail

/// Binds by name. Errors: checkpoint.does_not_fit, which lists every tensor that is missing (with the nearest names there are), left over,
/// of another shape, of a type that hone does not compute with, or there twice. Notices: checkpoint.skipped, checkpoint.drawn.
inline weight_binding bind_weights(std::span<const expected_weight> expected, const checkpoint& from, const naming_rules& rules) {
    weight_binding bound;
    detail::complaints wrong;
    std::map<std::string, const checkpoint::entry*> available;
    std::string skipped, anew;
    for (const auto& entry : from.entries()) {
        const auto name = detail::common_name(entry.tensor->name, rules);
        if (std::any_of(rules.buffers.begin(), rules.buffers.end(), [&](const auto& b) { return matches(b, name); })) continue;
        if (detail::begins_with_any(name, rules.anew)) {
            append_to_list(anew, in_quotes(entry.tensor->name, 128));
            continue;
        }
        const auto [at, fresh] = available.emplace(name, &entry);
        if (!fresh)
            wrong.add({"there twice: ", in_quotes(at->second->tensor->name, 128), " and ", in_quotes(entry.tensor->name, 128)});
    }
    std::map<std::string, const checkpoint::entry*> unused = available;
    std::vector<std::pair<std::string, std::string>> missing;
    std::string drawn;
    for (const auto& weight : expected) {
        const auto name = detail::common_name(weight.name, rules);
        const auto at = available.find(name);
        const bool may_be_drawn = detail::begins_with_any(name, rules.drawn);
        bound.feeds.push_back(at == available.end() ? nullptr : at->second);
        if (at == available.end()) {
            if (may_be_drawn)
                append_to_list(drawn, weight.name);
            else
                missing.emplace_back(weight.name, name);
            continue;
        }
        unused.erase(name);
        const auto& tensor = *at->second->tensor;
        if (!is_readable(tensor.type))
            wrong.add({"of a type not supported: ", in_quotes(tensor.name, 128), ", expected F32, F64, F16 or BF16, found ",
                       name_of(tensor.type)});
        if (tensor.shape != weight.shape())
            wrong.add({"misshapen: ", in_quotes(tensor.name, 128), ", expected ", shape_text(weight.shape()), ", found ",
                       shape_text(tensor.shape), (may_be_drawn && !rules.drawn_remedy.empty() ? " (" + rules.drawn_remedy + ")" : "")});
    }
    for (auto at = unused.begin(); at != unused.end();) {
        const bool skip = detail::begins_with_any(at->first, rules.skipped);
        if (skip)
            append_to_list(skipped, in_quotes(at->second->tensor->name, 128));
        at = skip ? unused.erase(at) : std::next(at);
    }
    std::vector<std::string> names; // a misspelt name is one of those that nothing else wants
    for (const auto& [name, entry] : unused) names.push_back(entry->tensor->name);
    if (names.empty() || names.size() > 2'000) {
        names.clear();
        for (const auto& entry : from.entries())
            if (names.size() < 2'000) names.push_back(entry.tensor->name);
    }
    for (std::size_t i = 0; i < missing.size(); ++i)
        wrong.add({"missing: ", in_quotes(missing[i].first, 128),
                   (i < 64 && !names.empty() ? ", nearest: " + nearest_names(missing[i].first, names) : "")});
    for (const auto& [name, entry] : unused)
        wrong.add({"left over: ", in_quotes(entry->tensor->name, 128), ", ", name_of(entry->tensor->type), " ",
                   shape_text(entry->tensor->shape)});
    if (wrong.count > 0) {
        if (wrong.count > wrong.most)
            phrase{"\n  and ", wrong.count - wrong.most, " more"}.append_to(wrong.text);
        const auto file = from.files().empty() ? std::string() : from.files().front().path().string();
        throw error("checkpoint.does_not_fit", {"the tensors do not fit the model:", wrong.text, "\n "}, {.file = file},
                    {expected.size(), " weights"}, {from.entries().size(), " tensors"});
    }
    if (!skipped.empty())
        bound.notices.push_back({"checkpoint.skipped", "tensors of heads that this model lacks were skipped: " + skipped});
    if (!anew.empty()) bound.notices.push_back({"checkpoint.skipped", "tensors of a head that is drawn anew were skipped: " + anew});
    if (!drawn.empty()) bound.notices.push_back({"checkpoint.drawn", "not in the checkpoint, to be drawn from the seed: " + drawn});
    return bound;
}

} // namespace hone
HONE_COMPACT_END
