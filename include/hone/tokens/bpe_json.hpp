// The model of a `tokenizer.json` of byte pairs: its vocabulary, its merges in either spelling, and
// the switches that change nothing here. A merge must name pieces of the vocabulary and make one; a
// pair stands once. (The reference takes the last of two and never sees what a merge of nothing
// would do.)
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/json_view.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/pair_merges.hpp"
#include "hone/tokens/tokenizer_json.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// Merges of words by their ids, one at a time, in the order of their ranks.
class merge_list {
public:
    explicit merge_list(const std::unordered_map<std::string, std::int32_t>& ids) : ids_(&ids) {}

    /// Errors: tokens.merge, unknown_piece, too_large.
    [[gnu::noinline]] void add(std::string_view left, std::string_view right, place_view where) {
        if (left.empty() || right.empty())
            throw error("tokens.merge", "a merge with an empty piece", where, "two pieces",
                        {in_quotes(left, 64), " and ", in_quotes(right, 64)});
        if (all_.size() == vocabulary_limit)
            throw error("tokens.too_large", "too many merges", where,
                        {"at most ", vocabulary_limit}, "one more");
        const auto id = [&](std::string_view piece, const char* problem) {
            const auto known = ids_->find(std::string(piece));
            if (known == ids_->end())
                throw error("tokens.unknown_piece", problem, where, "a word of the vocabulary",
                            in_quotes(piece, 64));
            return known->second;
        };
        const auto first = id(left, "a merge of a piece that is not in the vocabulary"),
                   second = id(right, "a merge of a piece that is not in the vocabulary");
        all_.push_back({first, second, static_cast<std::uint32_t>(all_.size()),
                        id(std::string(left).append(right),
                           "a merge that makes a piece that is not in the vocabulary")});
    }
    std::size_t size() const { return all_.size(); }
    /// All of them, ready to be looked up. `where(k)` says where the k-th stands. Error:
    /// tokens.duplicate_merge.
    template <class Where>
    pair_merges made(const Where& where) {
        pair_merges result(std::move(all_));
        if (const auto again = result.repeated(); again != pair_merges::none)
            throw error("tokens.duplicate_merge", "a merge that stands there twice",
                        where(static_cast<std::size_t>(again)), "different pairs",
                        "the same pair again");
        return result;
    }

private:
    const std::unordered_map<std::string, std::int32_t>* ids_;
    std::vector<pair_merges::merge> all_;
};

/// Reads the model into members of its own.
class bpe_json_parts : protected tokenizer_json_parts {
protected:
    using tokenizer_json_parts::tokenizer_json_parts;

    [[gnu::cold]] void bpe_model() {
        const auto model = file_["model"];
        if (model.object().has("type")) type_is(model, "BPE", "a model of another type");
        only(model,
             {"type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
              "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges"});
        const auto set = [&](const char* name) {
            return model.has(name) && !model[name].is_null();
        };
        if (set("dropout") && model["dropout"].number() != 0)
            refuse(model["dropout"], "merges that are left out at random", "null");
        for (const char* name : {"continuing_subword_prefix", "end_of_word_suffix"})
            if (set(name) && !model[name].string().empty())
                refuse(model[name], "pieces that are marked by where they stand in a word", "null");
        fuses_unknown_ = set("fuse_unk") && model["fuse_unk"].boolean();
        falls_back_ = set("byte_fallback") && model["byte_fallback"].boolean();
        whole_words_ = set("ignore_merges") && model["ignore_merges"].boolean();
        vocabulary(model["vocab"]);
        model_words_ = words_.size();
        if (set("unk_token")) {
            const auto known = ids_.find(model["unk_token"].string());
            if (known == ids_.end())
                model["unk_token"].fail("tokens.missing_token",
                                        "the unknown token is not in the vocabulary",
                                        "a word of model.vocab");
            unknown_ = known->second;
        }
        merges(model["merges"]);
    }

    [[gnu::cold]] void bert_like_processing(const json_view& part) {
        only(part, {"type", "sep", "cls", "trim_offsets", "add_prefix_space"});
        begin_.push_back(special_pair(part["cls"]));
        end_.push_back(special_pair(part["sep"]));
    }
    /// One post-processor, or a sequence in which one at most puts tokens around the text.
    [[gnu::cold]] void post_processor() {
        if (!given("post_processor")) return;
        const auto whole = file_["post_processor"];
        bool done = false;
        const auto one = [&](const json_view& part) {
            const auto& type = part["type"].string();
            if (type == "ByteLevel")
                return only(part, {"type", "add_prefix_space", "trim_offsets",
                                   "use_regex"}); // about places in the text alone
            if (done) refuse(part, "a second post-processor that adds tokens", "one");
            done = true;
            if (type == "RobertaProcessing" || type == "BertProcessing")
                return bert_like_processing(part);
            type_is(part, "TemplateProcessing", "a post-processor of another type");
            template_processing(part);
        };
        if (whole["type"].string() != "Sequence") return one(whole);
        only(whole, {"type", "processors"});
        for (std::size_t i = 0; i < whole["processors"].array().size(); ++i)
            one(whole["processors"][i]);
    }

    std::size_t model_words_ = 0;
    pair_merges merges_;
    bool fuses_unknown_ = false, falls_back_ = false, whole_words_ = false;
    std::int32_t unknown_ = -1;

private:
    [[gnu::cold]] void merges(const json_view& list) {
        merge_list all(ids_);
        for (std::size_t i = 0; i < list.array().size(); ++i) {
            const auto one = list[i];
            if (one.is_array()) {
                if (one.size() != 2)
                    one.fail("tokens.merge", "a merge that is not of two pieces", "two pieces");
                all.add(one[0].string(), one[1].string(), one.where());
                continue;
            }
            const std::string_view text = one.string();
            const auto gap = text.find(' ');
            if (gap == text.npos || text.find(' ', gap + 1) != text.npos)
                one.fail("tokens.merge", "a merge that is not of two pieces",
                         "two pieces and one blank between them");
            all.add(text.substr(0, gap), text.substr(gap + 1), one.where());
        }
        std::string path;
        merges_ = all.made([&](std::size_t k) {
            path = list[k].path();
            return place_view{.file = list.file(), .name = path};
        });
    }
};

/// Whether a tokenizer.json of byte pairs is one of bytes: its words are then spelt in letters that
/// stand for them.
inline bool is_byte_level(const json_view& file) {
    const auto type_of = [](const json_view& part) {
        return part.is_object() && part.has("type") && part["type"].is_string()
                   ? part["type"].string()
                   : std::string();
    };
    for (const char* name : {"pre_tokenizer", "decoder"}) {
        if (!file.has(name)) continue;
        const auto part = file[name];
        if (type_of(part) == "ByteLevel") return true;
        if (type_of(part) == "Sequence" && part.has("pretokenizers") &&
            part["pretokenizers"].is_array())
            for (std::size_t i = 0; i < part["pretokenizers"].size(); ++i)
                if (type_of(part["pretokenizers"][i]) == "ByteLevel") return true;
    }
    return false;
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
