// A family of published models as one value: what its config.json calls the numbers of a model,
// what its files call the weights, which heads it has and what Python calls them. The header of a
// family specialises `family` for its body; loading, saving and folders of adapters go by that
// alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "hone/checkpoint/config.hpp"
#include "hone/expression/expression.hpp"

namespace hone {

/// A piece of a name, here and in published files. One that begins with a dot may stand anywhere in
/// a path, any other one where it begins.
struct renaming {
    std::string_view ours, theirs;
};

/// What a model with a head is for.
struct model_task {
    std::string_view name;
    const char* problem_type;    ///< in config.json; null: none
    const char* peft_type;       ///< PEFT's task_type; null: none
    std::string_view in_full[2]; ///< modules of a head that PEFT saves with an adapter
    int outputs; ///< labels in config.json where none are named; 0: they must be named
};
inline constexpr model_task model_tasks[] = {
    {"single", "single_label_classification", "SEQ_CLS", {"classifier", "score"}, 0},
    {"several", "multi_label_classification", "SEQ_CLS", {"classifier", "score"}, 0},
    {"number", "regression", "SEQ_CLS", {"classifier", "score"}, 1},
    {"tag", nullptr, "TOKEN_CLS", {"classifier", "score"}, 0},
    {"answer", nullptr, "QUESTION_ANS", {"qa_outputs"}, 2},
    {"choice", nullptr, nullptr, {"classifier"}, 2},
    {"mlm", nullptr, nullptr, {}, 2},
    {"mlm+nsp", nullptr, nullptr, {}, 2},
    {"embed", nullptr, "FEATURE_EXTRACTION", {}, 2},
    {"lm", nullptr, "CAUSAL_LM", {}, 2},
};

/// The head of a task: transformers' class, and what the files call its weights.
struct published_head {
    std::string_view task;
    const char* architecture;
    std::span<const renaming> tensors;
    bool bare = false;  ///< the body's tensors have no prefix
    bool drawn = true;  ///< from the seed where the files lack it; else that is an error
};

/// How names of tensors begin that other libraries' heads have, whatever the family.
inline constexpr std::string_view heads_of_others[] = {"lm_head.", "score.", "regressor.", "crf."};

struct model_family {
    config_layout config;
    std::string_view prefix; ///< before the names of the body's tensors; some files leave it out
    std::span<const renaming> names;          ///< of the body's weights
    std::span<const renaming> old_endings;    ///< of files from before: theirs, today's
    std::span<const std::string_view> buffers; ///< tensors that are no weights: patterns, behind the prefix
    std::span<const std::string_view> others; ///< how the names of further heads' tensors begin
    std::span<const published_head> heads;
    /// Norms that close a sublayer, and where the adapters library has the bottleneck.
    std::span<const renaming> bottlenecks;
    const char* tokenizer; ///< transformers' class
};

/// Specialised by each family for its body: `published`, its model_family; `fields()`, what the
/// body's type settles of config.json.
template <class Body>
struct family {
    static_assert(never<Body>, HONE_E073);
};

/// 10^-Exponent, the number that "1e-12" reads as: a power of ten is exact, so the quotient is the
/// nearest there is.
template <class Epsilon>
constexpr double number_of_epsilon() {
    double power = 1;
    for (int i = 0; i < Epsilon::exponent; ++i) power *= 10;
    return 1 / power;
}

} // namespace hone
