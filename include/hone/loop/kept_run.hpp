// A run that is looked at and can go on: its observers and its snapshots. A loop asks it where to
// begin, tells it every step, and lets it save what one function says the run is made of:
//     kept_run run({.snapshots = "checkpoints", .steps = 500}, facts, say);
//     run.add(std::make_unique<log_file>("log.jsonl", log_format::json_lines, total));
//     const auto all = [&](snapshot_content& c) { pass_run(c, step, optimizer, state); };
//     for (auto [epoch, n, batch] : batches.from(run.begin(all))) { ...; run.step(now); run.after(n + 1, all); }
//     run.end();
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hone/loop/observer.hpp"
#include "hone/loop/snapshot_folder.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct run_keeping {
    std::string snapshots{}; ///< folder; none: no snapshots
    std::string resume{};    ///< folder to go on from; none: from the beginning
    long steps = 0;          ///< from one snapshot to the next; 0: by time alone
    double minutes = 0;
    long keep = 2; ///< the newest so many stay
};

class kept_run {
public:
    using content = std::function<void(snapshot_content&)>;
    /// `say` gets what a person should know, a line each.
    kept_run(run_keeping how, run_facts facts, std::function<void(const std::string&)> say)
        : how_(std::move(how)), facts_(std::move(facts)), say_(std::move(say)),
          pace_{how_.steps, how_.minutes} {}

    void add(std::unique_ptr<observer> one) { watch_.add(std::move(one)); }
    bool is_kept() const { return !how_.snapshots.empty(); }
    /// How many steps are done: those of the newest whole snapshot, which is put back, or 0.
    /// Nothing was written when it throws. Errors: snapshot.{in_use, version, other_run,
    /// other_content, other_log, folder_taken}; those of the observers.
    long begin(const content& all) {
        long done = 0;
        if (!how_.resume.empty()) done = go_on(all);
        if (is_kept() && !folder_) {
            folder_.emplace(how_.snapshots);
            if (const auto there = folder_->steps(); !there.empty() && !resumes_here())
                throw error("snapshot.folder_taken", "the folder holds snapshots of another run",
                            {.file = how_.snapshots}, "a folder without, or to go on from it",
                            {"step-", there.back()});
        }
        watch_.begin(!how_.resume.empty());
        return done;
    }
    void step(const observation& now) { watch_.step(now); }
    void evaluation(const observation& now) { watch_.evaluation(now); }
    /// After `done` steps: saves where it is due.
    void after(long done, const content& all) {
        if (is_kept() && pace_.due(done)) save(done, all);
    }
    /// Saves now. Where it cannot, says so, and the run goes on: the last snapshot is still there.
    void save(long done, const content& all) {
        if (!is_kept() || done == saved_) return;
        try {
            snapshot_content c;
            c.number("done", done);
            all(c);
            watch_.pass(c);
            folder_->save(done, c, facts_, how_.keep);
            saved_ = done;
        } catch (const error& e) {
            say_("no checkpoint after step " + std::to_string(done) + ": " + e.what() +
                 "; training goes on" +
                 (saved_ > 0 ? ", the last one is step-" + std::to_string(saved_) : std::string()));
        }
    }
    /// Errors: those of the observers.
    void end() { watch_.end(); }

private:
    bool resumes_here() const {
        std::error_code unknown;
        return !how_.resume.empty() &&
               (how_.resume == how_.snapshots ||
                std::filesystem::equivalent(how_.resume, how_.snapshots, unknown));
    }
    long go_on(const content& all) {
        std::error_code unknown;
        if (!std::filesystem::exists(how_.resume, unknown)) {
            say_("no checkpoint in " + how_.resume + ": from the beginning");
            return 0;
        }
        snapshot_folder from(how_.resume);
        const auto found = from.newest([&](const error& e, long next) {
            say_(std::string(e.what()) + "; " +
                 (next < 0 ? std::string("there is none before it")
                           : "the one before it is tried, step-" + std::to_string(next)));
        });
        long done = 0;
        if (found) {
            found->check(facts_);
            snapshot_content c(*found);
            c.number("done", done);
            all(c);
            watch_.pass(c);
            c.check_complete();
            saved_ = done;
            say_("going on from " + found->path().native() + ", after " + std::to_string(done) +
                 " steps");
        } else say_("no whole checkpoint in " + how_.resume + ": from the beginning");
        if (resumes_here()) folder_.emplace(std::move(from));
        return done;
    }
    run_keeping how_;
    run_facts facts_;
    std::function<void(const std::string&)> say_;
    snapshot_pace pace_;
    observers watch_;
    std::optional<snapshot_folder> folder_;
    long saved_ = 0;
};

} // namespace hone
HONE_COMPACT_END
