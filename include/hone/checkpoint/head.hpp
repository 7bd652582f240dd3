// What the head of a published classifier means: a label of several, any number of labels a text, numbers; or something that is no answer to a text,
// such as a tag for each token. The config says it, in `architectures`, `problem_type` and the number of labels, as transformers reads them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "hone/checkpoint/config.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// `one_label`: the largest logit; `any_labels`: a sigmoid for each; `number`: the output itself; `another`: the head answers something else.
enum class head_kind : unsigned char { one_label, any_labels, number, another };

/// The first architecture that the config names, empty where it names none.
inline std::string architecture_of(const bert_config& config) {
    const json* const all = config.document.find("architectures");
    return all && all->is_array() && all->size() > 0 && all->values().front().is_string() ? all->values().front().string() : std::string();
}

/// Of a config whose folder has a classifier. A body alone (BertModel, BertForMaskedLM), or no architecture, says nothing against texts.
inline head_kind head_of(const bert_config& config) {
    const auto name = architecture_of(config);
    const auto ends = [&](std::string_view end) { return name.ends_with(end); };
    const bool for_texts = name.empty() || ends("ForSequenceClassification") || ends("Model") || ends("ForMaskedLM") || ends("ForPreTraining");
    if (!for_texts) return head_kind::another;
    const json* const type = config.document.find("problem_type");
    if (type && type->is_string() && type->string() == "multi_label_classification") return head_kind::any_labels;
    if (type && type->is_string() && type->string() == "regression") return head_kind::number;
    return config.label_count() == 1 ? head_kind::number : head_kind::one_label;
}

} // namespace hone
HONE_COMPACT_END
