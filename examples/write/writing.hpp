// A program that was compiled for its decoder and writes, and what ends its texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/loop/generate.hpp>
#include <hone/loop/written_text.hpp>
#include <hone/tokens/any_tokenizer.hpp>

#include "../decoder_model.hpp"
#include "../program.hpp"
#include "generate.hpp"

inline constexpr auto scores_of_last = [](auto m, auto batch) {
    return hone::next_word_scores(m, hone::last_token(m(batch.tokens)));
};
/// A program that writes, with products of a precision, or of the model's own numbers.
template <class Products, class Model>
auto writing_program(Model& model, hone::team& workers) {
    if constexpr (std::is_void_v<Products>)
        return hone::evaluate<hone::writing_batch>(model, scores_of_last, workers);
    else return hone::evaluate<Products, hone::writing_batch>(model, scores_of_last, workers);
}

/// The tokens that end a text: those of generation_config.json, or of config.json where it names none.
/// Errors: those of the file; json.wrong_type.
inline std::vector<std::int32_t> text_ends(const std::string& folder, const hone::model_config& config) {
    const auto in = [](const hone::json& document, const std::string& file) {
        std::vector<std::int32_t> ids;
        const hone::json_view root(document, file);
        const auto add = [&](const hone::json_view& one) {
            ids.push_back(static_cast<std::int32_t>(one.integer(0, 1 << 30)));
        };
        if (!root.has("eos_token_id") || root["eos_token_id"].is_null()) return ids;
        const auto found = root["eos_token_id"];
        if (!found.is_array()) add(found);
        for (std::size_t i = 0; found.is_array() && i < found.size(); ++i) add(found[i]);
        return ids;
    };
    const auto path = std::filesystem::path(folder) / "generation_config.json";
    if (std::error_code ignored; std::filesystem::exists(path, ignored))
        if (auto ids = in(hone::read_json(path, hone::config_limit), path.string()); !ids.empty()) return ids;
    return in(config.document, config.file);
}

/// What a text takes at most: the model's positions, or less where that is asked for.
inline long text_length(const writing_options& o, const hone::model_config& config) {
    const auto positions = static_cast<long>(config.max_position_embeddings);
    return o.length > 0 ? std::min(o.length, positions) : positions;
}
