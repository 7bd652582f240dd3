// Many texts are written at once by one program over its cache: prompts go in as a batch, in pieces where
// they are long, then each text takes one row a step; where a text ends the next prompt takes its place.
// A text is the same alone and among others, in its ids, whatever the number of slots or threads.
//
//     auto next = evaluate<writing_batch>(model, [](auto m, auto b) {
//         return next_word_scores(m, last_token(m(b.tokens)));
//     });
//     text_writer writer(next, {.slots = 16, .length = 1024});
//     auto written = writer.write(prompts, {.most_new = 100, .ends = {2}}, {.temperature = 0.7});
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hone/loop/sampling.hpp"
#include "hone/tensor/batch.hpp"

namespace hone {

/// What a writer reserves: texts at a time, tokens of a text (prompt and all), and tokens that a step takes
/// at most, of prompts and texts together.
struct writing_room {
    long slots = 8, length = 1024, tokens = 256;
};
/// When a text ends, beside the length of its slot.
struct writing_end {
    long most_new = 0;                ///< new tokens; 0: as many as the slot takes
    std::vector<std::int32_t> ends{}; ///< tokens that end a text; they belong to it

    bool holds(std::int32_t id) const { return std::find(ends.begin(), ends.end(), id) != ends.end(); }
};

/// Writes with a program of writing_batch that gives a row of scores a sequence. The program is the
/// writer's as long as it writes.
template <class Program>
class text_writer {
public:
    using ids = std::vector<std::int32_t>;

    /// Error: generate.option.
    explicit text_writer(Program& program, writing_room room = {}) : program_(&program), room_(room) {
        if (std::min({room.slots, room.length, room.tokens}) < 1)
            throw error("generate.option", "a writer needs room", {}, "at least 1 slot and token",
                        {room.slots, " slots of ", room.length, ", ", room.tokens, " tokens a step"});
        room_.tokens = std::max(room.tokens, room.slots);
        program.reserve({.tokens = room_.tokens, .sequences = room.slots});
        program.reserve_cache(room.slots, room.length);
    }

    /// The new ids of each prompt. `said(text, id)` is called with each as it comes and may end its text by
    /// returning false. Draws of text k are those of number `first` + k.
    /// Errors: generate.empty_prompt; generate.prompt_too_long; generate.not_finite; those of options.
    template <class Said>
    std::vector<ids> write(std::span<const ids> prompts, const writing_end& end, const sampling& how,
                           Said said, std::uint64_t first = 0) {
        how.check();
        check(prompts);
        std::vector<ids> texts(prompts.begin(), prompts.end());
        running_.clear();
        free_.clear();
        for (long s = room_.slots; s-- > 0;) free_.push_back(static_cast<std::int32_t>(s));
        for (next_ = 0; next_ < texts.size() || !running_.empty();) {
            fill(texts);
            const auto scores = program_->operator()(batch());
            settle(scores, texts, [&](const text& t, auto row) {
                auto& all = texts[t.number];
                if (full(all, prompts[t.number], end)) return false;
                const auto id = choose_(row, std::span<const std::int32_t>(all), how, first + t.number);
                all.push_back(id);
                const bool goes_on = said(t.number, id);
                return goes_on && !end.holds(id) && !full(all, prompts[t.number], end);
            });
        }
        for (std::size_t k = 0; k < texts.size(); ++k)
            texts[k].erase(texts[k].begin(),
                           texts[k].begin() + static_cast<std::ptrdiff_t>(prompts[k].size()));
        return texts;
    }
    std::vector<ids> write(std::span<const ids> prompts, const writing_end& end,
                           const sampling& how = {}) {
        return write(prompts, end, how, [](std::size_t, std::int32_t) { return true; });
    }

private:
    struct text {
        std::size_t number;
        std::int32_t slot, done = 0, rows = 0; ///< tokens in the cache, and those of the running batch
    };

    void check(std::span<const ids> prompts) const {
        for (std::size_t k = 0; k < prompts.size(); ++k) {
            if (prompts[k].empty())
                throw error("generate.empty_prompt", {"prompt ", k, " has no token"}, {},
                            "at least 1 token to go on from", 0);
            if (static_cast<long>(prompts[k].size()) > room_.length)
                throw error("generate.prompt_too_long",
                            {"prompt ", k, " is longer than a text may be"}, {},
                            {"at most ", room_.length, " tokens"}, prompts[k].size());
        }
    }
    bool full(const ids& all, const ids& prompt, const writing_end& end) const {
        const auto fresh = static_cast<long>(all.size() - prompt.size());
        return static_cast<long>(all.size()) >= room_.length ||
               (end.most_new > 0 && fresh >= end.most_new);
    }
    /// The next batch: running texts first, then as much of prompts as fits.
    void fill(const std::vector<ids>& texts) {
        long left = room_.tokens;
        ids_.clear();
        offsets_.assign(1, 0);
        slots_.clear();
        before_.clear();
        for (; next_ < texts.size() && !free_.empty(); ++next_) {
            running_.push_back({next_, free_.back()});
            free_.pop_back();
        }
        long others = static_cast<long>(running_.size());
        for (auto& t : running_) { // at least one token each
            const auto& all = texts[t.number];
            const long wanted = static_cast<long>(all.size()) - t.done;
            t.rows = static_cast<std::int32_t>(std::min(wanted, left - --others));
            left -= t.rows;
            ids_.insert(ids_.end(), all.begin() + t.done, all.begin() + t.done + t.rows);
            offsets_.push_back(static_cast<std::int32_t>(ids_.size()));
            slots_.push_back(t.slot);
            before_.push_back(t.done);
        }
    }
    writing_batch batch() const { return {{{ids_, offsets_}, slots_, before_}}; }
    /// A token for each text that is read to its end; those that `go_on` says have ended leave.
    template <class Scores, class GoOn>
    void settle(Scores scores, const std::vector<ids>& texts, GoOn go_on) {
        const auto words = static_cast<std::size_t>(program_->width());
        std::size_t row = 0;
        std::erase_if(running_, [&](text& t) {
            const auto mine = scores.subspan(row++ * words, words);
            t.done += t.rows;
            if (t.done < static_cast<std::int32_t>(texts[t.number].size()) || go_on(t, mine))
                return false;
            free_.push_back(t.slot);
            return true;
        });
    }

    Program* program_;
    writing_room room_;
    token_chooser choose_;
    std::vector<text> running_;
    std::vector<std::int32_t> free_, ids_, offsets_, slots_, before_;
    std::size_t next_ = 0;
};

} // namespace hone
