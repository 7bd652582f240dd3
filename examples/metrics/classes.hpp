// Metrics of classes, from a line: a class an example, or a list of classes with the option
// `multilabel`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "line.hpp"

#include <hone/metric/matthews.hpp>
#include <hone/metric/multilabel.hpp>

namespace of_line {

/// Classes in sorted order: whole numbers or names, not both.
class class_names {
public:
    void take(const hone::json_view& value) {
        if (value.is_array())
            for (std::size_t i = 0; i < value.size(); ++i) take(value[i]);
        else if (value.is_string()) names_.push_back(value.string());
        else numbers_.push_back(value.integer());
    }
    /// Error: metrics.classes.
    void sort() {
        if (!names_.empty() && !numbers_.empty())
            throw hone::error("metrics.classes",
                              "classes that are names and classes that are numbers", {},
                              "one or the other", "both");
        hone::put_in_order(names_, [](const auto& a, const auto& b) { return a < b; });
        hone::put_in_order(numbers_, [](auto a, auto b) { return a < b; });
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
        numbers_.erase(std::unique(numbers_.begin(), numbers_.end()), numbers_.end());
    }
    int size() const { return static_cast<int>(names_.size() + numbers_.size()); }
    /// -1 for one that there is not.
    std::int32_t find(const hone::json_view& value) const {
        return value.is_string() ? place(names_, value.string()) : find(value.integer());
    }
    std::int32_t find(std::int64_t number) const { return place(numbers_, number); }
    std::vector<std::int32_t> find_all(const hone::json_view& list) const {
        std::vector<std::int32_t> ids;
        for (std::size_t i = 0; i < list.array().size(); ++i) ids.push_back(find(list[i]));
        return ids;
    }

private:
    template <class Thing>
    static std::int32_t place(const std::vector<Thing>& sorted, const Thing& thing) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), thing);
        return at != sorted.end() && *at == thing ? static_cast<std::int32_t>(at - sorted.begin())
                                                  : -1;
    }
    std::vector<std::string> names_;
    std::vector<std::int64_t> numbers_;
};

/// What was counted: one class an example, or sets of them.
struct counted {
    class_names names;
    bool sets;
    hone::class_counts single;
    hone::label_set_counts several;

    counted(const metric_line& in, class_names sorted)
        : names(std::move(sorted)), sets(in.flag("multilabel")), single(std::max(1, names.size())),
          several(std::max(1, names.size())) {
        for (std::size_t i = 0; i < in.size(); ++i)
            if (sets)
                several.add(names.find_all(in.references[i]), names.find_all(in.predictions[i]));
            else single.add(names.find(in.references[i]), names.find(in.predictions[i]));
    }
    hone::scores of_class(std::int32_t id) const {
        return sets ? several.of_class(id) : single.of_class(id);
    }
    hone::scores over(const std::vector<std::int32_t>& ids, hone::average how) const {
        return sets ? several.over(ids, how) : single.over(ids, how);
    }
};
inline counted count(const metric_line& in) {
    in.same_sizes();
    class_names names;
    names.take(in.predictions.array());
    names.take(in.references.array());
    if (in.has("labels")) names.take(in.options["labels"].array());
    names.sort();
    return {in, std::move(names)};
}

inline hone::json accuracy(const metric_line& in) {
    in.only({"multilabel"});
    const auto c = count(in);
    return value_of(c.sets ? c.several.accuracy() : c.single.accuracy());
}

inline hone::json matthews(const metric_line& in) {
    in.only({});
    return value_of(hone::matthews(count(in).single));
}

[[noreturn]] inline void wrong_option(const char* name, const char* problem, const char* expected) {
    throw hone::error("metrics.option", problem, {.name = name}, expected, {});
}

/// The class that counts as positive, which may be none where there is one class at most.
inline std::int32_t positive(const metric_line& in, const class_names& names) {
    if (names.size() > 2)
        wrong_option("average", "two classes at most are binary", "another average");
    const auto id =
        in.has("positive") ? names.find(in.options["positive"]) : names.find(std::int64_t{1});
    if (id < 0 && names.size() > 1) wrong_option("positive", "no such class", "one of the classes");
    return id;
}

template <double hone::scores::*Figure>
hone::json figure(const metric_line& in) {
    enum class kind { binary, micro, macro, weighted, samples, none };
    in.only({"average", "positive", "labels", "multilabel"});
    const auto how = in.choice<kind>("average", {{"binary", kind::binary},
                                                 {"micro", kind::micro},
                                                 {"macro", kind::macro},
                                                 {"weighted", kind::weighted},
                                                 {"samples", kind::samples},
                                                 {"none", kind::none}});
    const auto c = count(in);
    if (in.size() == 0) return undefined();
    if (how == kind::binary) {
        if (c.sets) wrong_option("average", "sets of classes are not binary", "another average");
        const auto id = positive(in, c.names);
        return value_of(id < 0 ? 0 : c.of_class(id).*Figure);
    }
    if (how == kind::samples) {
        if (!c.sets || in.has("labels"))
            wrong_option("average", "the mean over examples is of sets of all classes",
                         "multilabel, no labels");
        return value_of(c.several.over_examples().*Figure);
    }
    std::vector<std::int32_t> ids;
    if (in.has("labels")) ids = c.names.find_all(in.options["labels"]);
    else
        for (std::int32_t id = 0; id < c.names.size(); ++id) ids.push_back(id);
    if (how == kind::none) {
        auto all = hone::json::array();
        for (const auto id : ids) all.append(c.of_class(id).*Figure);
        return object_of({{"value", all}});
    }
    return value_of(c.over(ids, how == kind::micro   ? hone::average::micro
                                : how == kind::macro ? hone::average::macro
                                                     : hone::average::weighted).*
                    Figure);
}

} // namespace of_line
