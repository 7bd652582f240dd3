// A trained classifier saved in one call: the folder is made or replaced whole, with the weights, the config and the tokenizer's files, and Python opens it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "hone/file/folder.hpp"
#include "hone/meta/compact.hpp"
#include "hone/model/pretrained.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// `tokenizer.files()` gives what belongs to it. Before anything is made: there is a name for each class, and all differ.
/// Errors: config.labels; those of replace_folder and save_into.
template <class Model, class T, class Tokenizer>
void save(pretrained<Model, T>& model, const std::filesystem::path& folder, const Tokenizer& tokenizer, const std::vector<std::string>& labels) {
    static_assert(!requires { typename Model::adapters; }, HONE_E052);
    const long classes = Model::class_count == run_time ? model.classes() : static_cast<long>(Model::class_count);
    const auto different = std::set<std::string>(labels.begin(), labels.end()).size();
    if (static_cast<long>(labels.size()) != classes || different != labels.size())
        throw error("config.labels", "labels that are no names of the classes", {.file = folder.native()}, {classes, ", all different"}, {labels.size(), ", ", different, " different"});
    replace_folder(folder, [&](const std::filesystem::path& fresh) {
        save_into(model, fresh, labels);
        for (const auto& file : tokenizer.files()) write_atomically(fresh / file.name, file.bytes);
    });
}

} // namespace hone
HONE_COMPACT_END
