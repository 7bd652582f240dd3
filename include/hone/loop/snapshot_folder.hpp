// A folder of snapshots, `step-N` each: written beside their place and renamed, read again before an
// older one is removed, the newest few kept. Who uses the folder holds a lock on it, so a run that is
// still going on is known, and what a killed one left half-made is removed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "hone/file/folder.hpp"
#include "hone/loop/snapshot.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

class snapshot_folder {
public:
    /// Makes it where it is not there. Errors: snapshot.in_use, where a run holds it; file.unwritable.
    explicit snapshot_folder(std::filesystem::path path) : path_(std::move(path)) {
        detail::refuse_nul(path_);
        std::error_code failed;
        std::filesystem::create_directories(path_, failed);
        lock_ = detail::descriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!lock_)
            detail::fail_with_errno("file.unwritable", "the folder of snapshots cannot be made",
                                    path_, errno);
        if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            throw error("snapshot.in_use", "a run that is still going on keeps its snapshots here",
                        {.file = path_.native()}, "a folder that no run holds", "one that is held");
    }
    const std::filesystem::path& path() const { return path_; }
    /// Steps of the snapshots that are there, oldest first.
    std::vector<long> steps() const {
        std::vector<long> found;
        (void)!detail::list_folder(path_.native(), [&](const std::string& name, bool is_folder) {
            if (const long step = step_of(name); !is_folder && step >= 0) found.push_back(step);
        });
        put_in_order(found, [](long a, long b) { return a < b; });
        return found;
    }
    /// The newest whole one; none where there is none. Calls damaged(why, the step of the one that
    /// is tried next, or -1) for each that is not whole. Error: snapshot.version.
    template <class Damaged>
    std::optional<snapshot> newest(Damaged&& damaged) const {
        const auto all = steps();
        for (std::size_t k = all.size(); k-- > 0;) {
            try {
                return std::optional<snapshot>(std::in_place, place_of(all[k]));
            } catch (const error& e) {
                if (e.code == "snapshot.version") throw;
                damaged(e, k > 0 ? all[k - 1] : -1);
            }
        }
        return std::nullopt;
    }
    /// Writes step-N, reads it again, and removes all but the newest `keep`, this one among them;
    /// later steps too, which a run that had to go further back has not come to yet. When it throws, what was there is still there. Errors: file.*; snapshot.damaged.
    void save(long step, const snapshot_content& content, const run_facts& facts, long keep) {
        remove_abandoned();
        content.write(place_of(step), facts);
        const snapshot whole(place_of(step));
        const auto all = steps();
        long newer = 0;
        for (std::size_t k = all.size(); k-- > 0;)
            if (all[k] > step || ++newer > keep) ::unlink(place_of(all[k]).c_str());
    }
    std::filesystem::path place_of(long step) const {
        return path_ / ("step-" + std::to_string(step));
    }

private:
    /// -1: another name.
    static long step_of(const std::string& name) {
        long step = -1;
        if (!name.starts_with("step-")) return -1;
        const auto [end, failed] =
            std::from_chars(name.data() + 5, name.data() + name.size(), step);
        const bool whole = failed == std::errc() && end == name.data() + name.size();
        return whole && name == "step-" + std::to_string(step) ? step : -1;
    }
    /// Nobody else writes here: what is half-made was left by a run that was killed.
    void remove_abandoned() const {
        std::vector<std::string> left;
        (void)!detail::list_folder(path_.native(), [&](const std::string& name, bool is_folder) {
            if (!is_folder && name.starts_with(".step-") && name.ends_with(".partial"))
                left.push_back(path_.native() + "/" + name);
        });
        for (const auto& name : left) ::unlink(name.c_str());
    }
    std::filesystem::path path_;
    detail::descriptor lock_;
};

/// When a snapshot is due: after so many steps, or so many minutes since the last. 0: never.
class snapshot_pace {
public:
    snapshot_pace(long steps, double minutes) : steps_(steps), minutes_(minutes) {}

    /// After `done` steps.
    bool due(long done) {
        using clock = std::chrono::steady_clock;
        const auto now = clock::now();
        const std::chrono::duration<double> most(60 * minutes_);
        const bool by_time = minutes_ > 0 && now - last_ >= most;
        if (!by_time && (steps_ == 0 || done % steps_ != 0)) return false;
        last_ = now;
        return true;
    }

private:
    long steps_;
    double minutes_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

} // namespace hone
HONE_COMPACT_END
