// Several adapters for one model in memory: the base stands once, and of each adapter only its own numbers are put aside under a name. To switch
// is to copy those in (a LoRA of MiniLM: 0.3 MB), so steps and programs already made go on with the other adapter at once, for the next batch or
// for the next group of sequences.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "hone/file/nearest.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Named copies of the weights that `Set` holds: by default those that adapters have added; `trainable<adapters, on<"classifier.**">>` where each
/// has a classifier of its own.
template <class Model, class T = float, class Set = adapters>
class adapter_shelf {
public:
    explicit adapter_shelf(parameters<Model, T>& model) : model_(&model) {}

    /// Puts the model's present weights under this name, in place of what stood there.
    void keep(const std::string& name) {
        auto& to = place(name);
        to.clear();
        model_->read([&](const named_weight<const T>& w) {
            if (holds(parameters<Model, T>::entries[static_cast<std::size_t>(w.entry)], w.copy)) to.insert(to.end(), w.values.begin(), w.values.end());
        });
        current_ = name;
    }
    /// Gives the model the weights of this name. Changes that were not kept are lost. Errors: adapter.no_such_name.
    void use(std::string_view name) {
        const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const auto& k) { return k.first == name; });
        if (at == kept_.end())
            throw error("adapter.no_such_name", "no adapter is kept under this name", {.name = std::string(name)},
                        kept_.empty() ? std::string("one that was kept before; there are none") : nearest_names(std::string(name), names()), "");
        const T* from = at->second.data();
        model_->each_of(holds, [&](const named_weight<T>& w) {
            std::copy_n(from, w.values.size(), w.values.begin());
            from += w.values.size();
        });
        current_ = name;
    }
    /// The name kept or used last.
    const std::string& current() const { return current_; }
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& k : kept_) all.push_back(k.first);
        return all;
    }

private:
    static bool holds(const weight_entry& entry, int copy) { return selection_of<Model, Set>.holds[static_cast<std::size_t>(entry.first + copy)]; }
    std::vector<T>& place(const std::string& name) {
        for (auto& k : kept_)
            if (k.first == name) return k.second;
        kept_.emplace_back(name, std::vector<T>());
        return kept_.back().second;
    }

    parameters<Model, T>* model_;
    std::vector<std::pair<std::string, std::vector<T>>> kept_;
    std::string current_;
};

} // namespace hone
HONE_COMPACT_END
