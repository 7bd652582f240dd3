// What the files beside a tokenizer.json say of the same things, and which of them counts: as Python's transformers reads a folder of BERT's,
// `tokenizer_config.json` settles lower-casing, accents, Chinese characters, the special tokens, the added ones and which end is cut; a folder that asks
// for a tokenizer of another class is refused, whichever file says so. A generic class (PreTrainedTokenizerFast) means tokenizer.json as it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/wordpiece_parts.hpp"

HONE_COMPACT_BEGIN
namespace hone::detail {

enum class tokenizer_kind : unsigned char { unnamed, bert, generic };

/// What a file's `tokenizer_class` asks for. Error: tokens.unsupported, for a tokenizer that is not BERT's.
inline tokenizer_kind kind_of_tokenizer(const json_view& file) {
    if (!file.has("tokenizer_class") || file["tokenizer_class"].is_null()) return tokenizer_kind::unnamed;
    std::string_view name = file["tokenizer_class"].string();
    if (name == "PreTrainedTokenizerFast" || name == "TokenizersBackend") return tokenizer_kind::generic;
    if (name.ends_with("Fast")) name.remove_suffix(4);
    for (const char* same : {"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer", "SqueezeBertTokenizer"})
        if (name == same) return tokenizer_kind::bert;
    file["tokenizer_class"].fail("tokens.unsupported", "a tokenizer of another class", "BertTokenizer, BertTokenizerFast or PreTrainedTokenizerFast");
}

/// Applies what a folder's tokenizer_config.json (and special_tokens_map.json and added_tokens.json, which are older than its `added_tokens_decoder`) say to what was read from
/// tokenizer.json. Errors: tokens.missing_token, added_id, empty_token, duplicate_token.
class tokenizer_settings {
public:
    tokenizer_settings(wordpiece_definition& of, const json_view& config, const json_view* map, const json_view* added) : is_(of), config_(config), map_(map), plain_(added) {
        for (std::size_t i = 0; i < is_.words.size(); ++i) ids_.emplace(is_.words[i], static_cast<std::int32_t>(i));
        for (std::size_t i = 0; i < is_.added.size(); ++i) added_.emplace(is_.added[i].content, i);
    }

    void apply() {
        const auto flag = [&](const char* key, bool otherwise) { return given(config_, key) ? config_[key].boolean() : otherwise; };
        is_.normalizer.clean_text = true;
        is_.normalizer.lowercase = flag("do_lower_case", true);
        is_.normalizer.space_chinese = flag("tokenize_chinese_chars", true);
        is_.normalizer.strip_accents = flag("strip_accents", is_.normalizer.lowercase);
        if (given(config_, "added_tokens_decoder")) replace_added();
        else if (plain_)
            plain_->each([&](const std::string& content, const json_view& id) {
                const auto before = is_.added.size();
                if (auto& token = add(content, id); is_.added.size() > before) token.special = false, token.normalized = true;
            });
        is_.unknown = special("unk_token", "[UNK]", is_.unknown);
        frame(is_.begin, "cls_token", "[CLS]");
        frame(is_.end, "sep_token", "[SEP]");
        is_.frame_pairs();
        for (const auto& [key, content] : {std::pair{"pad_token", "[PAD]"}, {"mask_token", "[MASK]"}}) special(key, content, {});
        for (const char* key : {"extra_special_tokens", "additional_special_tokens"})
            for (const json_view* file : {&config_, map_}) {
                if (!file || !given(*file, key) || !(*file)[key].is_array()) continue;
                for (std::size_t i = 0; i < (*file)[key].size(); ++i) add(content_of((*file)[key][i]), (*file)[key][i]);
            }
    }

private:
    static bool given(const json_view& file, const char* key) { return file.has(key) && !file[key].is_null(); }
    static std::string content_of(const json_view& token) { return token.is_object() ? token["content"].string() : token.string(); }
    std::int32_t find(const std::string& word) const {
        const auto at = ids_.find(word);
        return at == ids_.end() ? -1 : at->second;
    }
    /// A token that is looked for in the text; where no word is called so, the next id.
    added_token& add(const std::string& content, const json_view& at) {
        if (content.empty()) at.fail("tokens.empty_token", "an added token of which nothing is left to look for", "at least one character");
        const auto [known, fresh] = added_.emplace(content, is_.added.size());
        if (!fresh) return is_.added[known->second];
        const auto [id, unknown] = ids_.emplace(content, static_cast<std::int32_t>(is_.words.size()));
        if (unknown) is_.words.push_back(content);
        return is_.added.emplace_back(added_token{.id = id->second, .content = content});
    }
    /// One of the five; `otherwise` where no file names it and the vocabulary does not have the usual one.
    std::string special(const char* key, const char* usual, const std::string& otherwise) {
        const json_view* file = given(config_, key) ? &config_ : nullptr;
        if (map_ && given(*map_, key) && !given(config_, "added_tokens_decoder")) file = map_;
        const auto content = file ? content_of((*file)[key]) : std::string(usual);
        if (find(content) < 0) {
            if (file && !otherwise.empty()) (*file)[key].fail("tokens.missing_token", "a special token that is not in the vocabulary", "a word of model.vocab or added_tokens");
            return otherwise;
        }
        add(content, file ? (*file)[key] : config_).special = true;
        return content;
    }
    void frame(std::vector<std::int32_t>& ids, const char* key, const char* usual) {
        const auto now = ids.size() == 1 ? is_.words[static_cast<std::size_t>(ids.front())] : std::string(usual);
        const auto content = special(key, usual, now);
        if (const auto id = find(content); id >= 0) ids = {id};
    }
    /// The list of the config in the place of the file's own. Ids are those of the vocabulary, or the next ones.
    void replace_added() {
        for (; is_.words.size() > is_.model_words; is_.words.pop_back()) ids_.erase(is_.words.back());
        is_.added.clear();
        added_.clear();
        config_["added_tokens_decoder"].each([&](const std::string& id, const json_view& token) {
            const auto before = is_.added.size();
            const auto flag = [&](const char* key, bool otherwise) { return given(token, key) ? token[key].boolean() : otherwise; };
            auto& added = add(token["content"].string(), token["content"]);
            if (is_.added.size() == before) token["content"].fail("tokens.duplicate_token", "an added token that is listed already", "a token of its own");
            if (phrase(added.id).text() != id) token.fail("tokens.added_id", "an added token with another id", {added.id, ", the id of ", in_quotes(added.content, 64)});
            added.single_word = flag("single_word", false);
            added.strip_left = flag("lstrip", false);
            added.strip_right = flag("rstrip", false);
            added.special = flag("special", false);
            added.normalized = flag("normalized", !added.special);
        });
    }

    wordpiece_definition& is_;
    const json_view config_;
    const json_view *map_, *plain_;
    std::unordered_map<std::string, std::int32_t> ids_;
    std::unordered_map<std::string, std::size_t> added_; // where in is_.added
};

/// What a saved folder has to say so that Python reads a tokenizer.json without a config in the same way.
inline std::string written_tokenizer_config(const bert_normalizer& n) {
    json config = json::object();
    config.set("tokenizer_class", "BertTokenizer");
    config.set("do_lower_case", n.lowercase);
    config.set("strip_accents", n.strip_accents);
    config.set("tokenize_chinese_chars", n.space_chinese);
    return config.write(2) + "\n";
}

} // namespace hone::detail
HONE_COMPACT_END
