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
inline std::string architecture_of(const model_config& config) {
    const json* const all = config.document.find("architectures");
    return all && all->is_array() && all->size() > 0 && all->values().front().is_string() ? all->values().front().string() : std::string();
}

/// Of a classifier of `classes` rows. A body alone (BertModel, BertForMaskedLM), or no architecture, says nothing against texts; of a classifier that is
/// not the folder's own (an adapter's, a head's file) the architecture says nothing at all.
inline head_kind head_of(const model_config& config, std::int64_t classes, bool own = true) {
    const auto name = own ? architecture_of(config) : std::string();
    const auto ends = [&](std::string_view end) { return name.ends_with(end); };
    const bool for_texts = name.empty() || ends("ForSequenceClassification") || ends("Model") || ends("ForMaskedLM") || ends("ForPreTraining");
    if (!for_texts) return head_kind::another;
    const json* const type = config.document.find("problem_type");
    if (type && type->is_string() && type->string() == "multi_label_classification") return head_kind::any_labels;
    if (type && type->is_string() && type->string() == "regression") return head_kind::number;
    return classes == 1 ? head_kind::number : head_kind::one_label;
}

} // namespace hone
HONE_COMPACT_END
