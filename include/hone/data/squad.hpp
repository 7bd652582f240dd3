// Questions on texts with the answers marked in them: SQuAD's files, 1.1 and 2.0. Places of answers count characters (code points) of the context,
// and every answer is looked up there: one that does not stand at its place is an error, or left out and counted where that is asked for.
// Cost: the JSON as values, while it is read, and the texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/text_span.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// One question.
struct squad_question {
    std::string id, text;
    std::size_t context = 0;               ///< which one
    std::vector<std::string> answers{};    ///< as they stand in the context; none where there is no answer
    std::vector<text_span> places{};       ///< of the answers
    bool may_be_empty = false;             ///< the file is of 2.0: "" may be the answer
};

/// The questions of a file.
struct squad_table {
    std::vector<std::string> contexts;
    std::vector<squad_question> questions;
    std::string file;
    std::vector<notice> notices; ///< data.answers_misplaced, data.unanswered
};

struct squad_options {
    bool skip_misplaced = false; ///< answers that are not at their place are left out and counted, not an error
};

namespace detail {

class squad_reader {
public:
    squad_reader(squad_table& to, const squad_options& options) : to_(to), options_(options) {}

    void read(const json_view& root) {
        const auto data = root["data"];
        for (std::size_t d = 0; d < data.array().size(); ++d) {
            const auto article = data[d], paragraphs = article["paragraphs"];
            for (std::size_t p = 0; p < paragraphs.array().size(); ++p) paragraph(paragraphs[p]);
        }
        if (to_.questions.empty()) throw error("data.no_rows", "no question", {.file = to_.file}, "at least one", "none");
        say("data.answers_misplaced", misplaced_, " answers that do not stand at their place in the context were left out");
        say("data.unanswered", unanswered_, " questions have no answer and do not say that there is none");
    }

private:
    void say(const char* code, std::int64_t count, const char* what) {
        if (count > 0) to_.notices.push_back({code, phrase({to_.file, ": ", count, what}).text()});
    }
    void paragraph(const json_view& at) {
        to_.contexts.push_back(at["context"].string());
        const std::string& context = to_.contexts.back();
        if (context.size() > std::numeric_limits<std::int32_t>::max())
            at["context"].fail("data.long_text", "a context too long for places in it", "less than 2 GiB");
        const character_index index(context);
        const auto questions = at["qas"];
        for (std::size_t q = 0; q < questions.array().size(); ++q) question(questions[q], index);
    }
    void question(const json_view& at, const character_index& context) {
        squad_question made{at["id"].string(), at["question"].string(), to_.contexts.size() - 1};
        const auto [known, fresh] = ids_.emplace(made.id, to_.questions.size());
        if (!fresh) at["id"].fail("data.duplicate_id", "two questions of one id", {"an id of its own, question ", known->second, " has this one"});
        made.may_be_empty = at.has("is_impossible");
        const bool impossible = made.may_be_empty && at["is_impossible"].boolean();
        if (at.has("answers")) {
            const auto answers = at["answers"];
            if (impossible && answers.array().size() > 0)
                answers.fail("data.answer_impossible", "answers of a question that says it has none", "an empty list, or is_impossible: false");
            for (std::size_t a = 0; a < answers.array().size(); ++a) answer(answers[a], context, made);
        }
        unanswered_ += made.answers.empty() && !impossible;
        to_.questions.push_back(std::move(made));
    }
    void answer(const json_view& at, const character_index& context, squad_question& to) {
        const auto& text = at["text"].string();
        const auto begin = at["answer_start"].integer(0, std::numeric_limits<std::int32_t>::max());
        const std::size_t first = static_cast<std::size_t>(begin), length = characters_of(text);
        if (text.empty()) at["text"].fail("data.answer_place", "an empty answer", "a part of the context");
        if (context.part(first, first + length) != text) {
            if (!options_.skip_misplaced)
                throw error("data.answer_place", {"an answer that is not at its place (question ", in_quotes(to.id, 64), ")"}, at.where(),
                            {in_quotes(text, 64), " at character ", begin}, in_quotes(context.part(first, first + length), 64));
            ++misplaced_;
            return;
        }
        to.answers.push_back(text);
        to.places.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(first + length)});
    }

    squad_table& to_;
    const squad_options& options_;
    std::unordered_map<std::string, std::size_t> ids_;
    std::int64_t misplaced_ = 0, unanswered_ = 0;
};

} // namespace detail

/// Reads the text of a file. Errors: those of parse_json and json_view; data.no_rows, data.duplicate_id, data.answer_place,
/// data.answer_impossible, data.long_text.
inline squad_table parse_squad(std::string_view text, const std::string& file, const squad_options& options = {}) {
    const json root = parse_json(text, file);
    squad_table table;
    table.file = file;
    detail::squad_reader(table, options).read(json_view(root, table.file));
    return table;
}
/// Reads a file: `squad("dev-v2.0.json")`.
inline squad_table squad(const std::string& path, const squad_options& options = {}) {
    return parse_squad(read_file(path, std::size_t{1} << 30), path, options);
}

} // namespace hone
HONE_COMPACT_END
