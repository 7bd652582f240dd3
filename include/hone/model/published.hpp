// The names of a model's weights in the files of its family, from the type: which part of the model
// is the body, and which head stands on it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hone/checkpoint/binding.hpp"
#include "hone/layer/tree.hpp"
#include "hone/model/family.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// PEFT's rule of `modules_to_save`: a target is how a module's name ends, or the name of something
/// that the module is in ("pre_classifier" for "classifier").
inline bool is_within(std::string_view module, std::string_view target) {
    for (auto end = module.size(); end != module.npos;
         end = end == 0 ? module.npos : module.rfind('.', end - 1))
        if (module.substr(0, end).ends_with(target)) return true;
    return false;
}

class published_names {
public:
    /// `body` is how the paths of the body's weights begin. Error: model.no_such_task.
    published_names(const model_family& family, std::string_view task, std::string body)
        : family_(&family), body_(std::move(body)) {
        const auto of_task = [&](const auto& list, auto name) {
            return std::find_if(list.begin(), list.end(),
                                [&](const auto& one) { return one.*name == task; });
        };
        const std::span<const model_task> tasks(model_tasks);
        const auto at = of_task(tasks, &model_task::name);
        const auto head = of_task(family.heads, &published_head::task);
        if (at == tasks.end() || head == family.heads.end()) {
            std::string all;
            for (const auto& h : family.heads) append_to_list(all, std::string(h.task));
            throw error("model.no_such_task", "the model's family has no head for this task",
                        {.name = family.config.model_type}, all, in_quotes(std::string(task), 64));
        }
        task_ = &*at;
        head_ = &*head;
    }
    const model_family& family() const { return *family_; }
    const model_task& task() const { return *task_; }
    const published_head& head() const { return *head_; }

    /// Of the weight at a path: "bert.blocks.3.attention.query.weight" is
    /// "bert.encoder.layer.3.attention.self.query.weight".
    std::string operator()(std::string_view path) const {
        if (!path.starts_with(body_)) return renamed(std::string(path), head_->tensors);
        return std::string(head_->bare ? std::string_view() : family_->prefix) +
               renamed(std::string(path.substr(body_.size())), family_->names);
    }
    /// Of a layer.
    std::string module(const std::string& path) const {
        constexpr std::string_view weight = ".weight";
        auto name = (*this)(path + std::string(weight));
        name.resize(name.size() - weight.size());
        return name;
    }
    /// Where the adapters library has the bottleneck of a layer that adds and normalizes.
    std::string bottleneck(std::string_view path) const {
        const auto last = path.rfind('.') + 1; // all of it where there is no dot
        const auto name = path.substr(last);
        for (const auto& r : family_->bottlenecks)
            if (r.ours == name) return (*this)(path.substr(0, last)) + std::string(r.theirs);
        return module(std::string(path));
    }
    /// Does PEFT save this module with every adapter?
    bool is_in_full(std::string_view module) const {
        return std::any_of(std::begin(task_->in_full), std::end(task_->in_full),
                           [&](std::string_view m) { return !m.empty() && is_within(module, m); });
    }
    /// Of a weight: is it in such a module, so that every folder of an adapter holds it?
    bool goes_along(std::string_view path) const {
        const auto name = (*this)(path);
        return is_in_full(std::string_view(name).substr(0, name.rfind('.')));
    }
    /// Is it of the head?
    bool is_head(std::string_view path) const {
        return std::any_of(head_->tensors.begin(), head_->tensors.end(),
                           [&](const auto& r) { return path.starts_with(r.ours); });
    }
    /// ... and in Python too (a pooler is a part of the body there)?
    bool is_in_head(std::string_view path) const {
        return is_head(path) && !(*this)(path).starts_with(family_->prefix);
    }
    /// How the files of the family may differ from these names: heads that this model lacks are
    /// passed over, its own may be missing. With `new_head` what they have of it is passed over too,
    /// but for a pooler.
    naming_rules rules(bool new_head = false) const {
        naming_rules all{.optional_prefix = std::string(family_->prefix),
                         .old_endings = {},
                         .buffers = {family_->buffers.begin(), family_->buffers.end()},
                         .skipped = {family_->others.begin(), family_->others.end()},
                         .drawn = {},
                         .anew = {},
                         .drawn_remedy = "this folder was trained for other labels: use its "
                                         "labels, or ask for a new classifier"};
        all.skipped.insert(all.skipped.end(), std::begin(heads_of_others),
                           std::end(heads_of_others));
        for (const auto& r : family_->old_endings) all.old_endings.emplace_back(r.ours, r.theirs);
        const auto bare = [&](std::string_view name) {
            return std::string(
                name.starts_with(family_->prefix) ? name.substr(family_->prefix.size()) : name);
        };
        std::vector<std::string> own;
        for (const auto& r : head_->tensors) {
            own.push_back(bare(r.theirs));
            if (head_->drawn) all.drawn.push_back(own.back());
            if (new_head && !r.theirs.starts_with(family_->prefix))
                all.anew.emplace_back(r.theirs);
        }
        for (const auto& h : family_->heads)
            for (const auto& r : h.tensors)
                if (const auto name = bare(r.theirs);
                    std::find(own.begin(), own.end(), name) == own.end())
                    all.skipped.push_back(name);
        return all;
    }

private:
    static std::string renamed(std::string path, std::span<const renaming> names) {
        for (const auto& n : names) {
            const auto at = path.find(n.ours);
            if (at != path.npos && (n.ours.front() == '.' || at == 0))
                path.replace(at, n.ours.size(), n.theirs);
        }
        return path;
    }

    const model_family* family_;
    const model_task* task_ = nullptr;
    const published_head* head_ = nullptr;
    std::string body_;
};

namespace detail {

template <class Body, class... Parts>
std::string beginning_of(boost::hana::tuple<Parts...>*) {
    std::string name;
    ((std::is_same_v<typename Parts::layer, Body>
          ? void(name = std::string(Parts::name::value) + ".")
          : void()),
     ...);
    return name;
}

} // namespace detail

/// Of a model whose head says what its `body` and its `task` are; several, number and single are
/// one head.
template <class Model>
published_names names_of(std::string_view task = Model::task) {
    using body = typename Model::body;
    return {
        family<body>::published, task,
        detail::beginning_of<body>(static_cast<typename plain_model<Model>::part_list*>(nullptr))};
}

} // namespace hone
HONE_COMPACT_END
