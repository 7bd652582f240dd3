// A folder written whole or not at all: everything goes into a folder beside it, is synced, and is swapped in by one rename; a failure
// leaves the previous folder as it was. A folder that hone wrote lists its files in ".hone"; any other folder, or one that holds a file
// more, is never overwritten. A writer holds a lock on what it writes, so what a killed one left behind is known by its lock being free.
// Cost: the new folder and the old one stand side by side for a moment.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The file that marks a folder as hone's: a first line, then the names of its files, one a line.
inline constexpr const char* folder_marker = ".hone";

namespace detail {

inline constexpr std::string_view marker_head = "hone folder 1";

/// Calls `see(name, is it a folder)` for what is directly in a folder; links are not followed. False, and errno, where it cannot be read. By the
/// system's own calls: the standard library's iterators end the program where memory is short.
template <class See>
bool list_folder(const std::string& folder, See see) {
    struct close {
        void operator()(DIR* d) const { ::closedir(d); }
    };
    const std::unique_ptr<DIR, close> listing(::opendir(folder.c_str()));
    if (!listing) return false;
    for (errno = 0; const ::dirent* entry = ::readdir(listing.get()); errno = 0) {
        const std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        struct stat what {};
        see(name, entry->d_type == DT_DIR || (entry->d_type == DT_UNKNOWN && ::lstat((folder + "/" + name).c_str(), &what) == 0 && S_ISDIR(what.st_mode)));
    }
    return errno == 0;
}
/// The same for everything below it, by its name from there. Error: file.unreadable.
template <class See>
void each_below(const std::string& folder, See see) {
    std::vector<std::string> left{""};
    while (!left.empty()) {
        const auto at = left.back(), path = at.empty() ? folder : folder + "/" + at;
        left.pop_back();
        const auto one = [&](const std::string& name, bool is_folder) {
            const auto below = at.empty() ? name : at + "/" + name;
            if (is_folder) left.push_back(below);
            see(below, is_folder);
        };
        if (!list_folder(path, one)) fail_with_errno("file.unreadable", "the folder cannot be read", path, errno);
    }
}

/// The names of everything below a folder that is not a folder, sorted, without the marker.
inline std::set<std::string> files_below(const std::filesystem::path& folder) {
    std::set<std::string> names;
    each_below(folder.native(), [&](const std::string& name, bool is_folder) {
        if (!is_folder) names.insert(name);
    });
    names.erase(folder_marker);
    return names;
}

/// Names that the marker lists; error when there is no marker.
inline std::set<std::string> marked_files(const std::filesystem::path& folder) {
    std::string text;
    try {
        text = read_file(folder / folder_marker, std::size_t{1} << 20);
    } catch (const error&) {
        text.clear();
    }
    std::set<std::string> names;
    for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
        end = std::min(text.find('\n', begin), text.size());
        names.insert(text.substr(begin, end - begin));
    }
    if (!text.starts_with(std::string(marker_head) + "\n"))
        throw error("file.foreign_folder", "a folder that hone did not write is not overwritten", {.file = folder.native()},
                    "a folder with hone's file \".hone\", an empty one, or none",
                    text.empty() ? "a folder without it" : in_quotes(text, 32));
    names.erase(std::string(marker_head));
    return names;
}

/// Syncs everything below a folder, and the folder.
inline void sync_tree(const std::filesystem::path& folder) {
    each_below(folder.native(), [&](const std::string& name, bool is_folder) {
        const auto path = folder.native() + "/" + name;
        if (is_folder) return sync_folder(path);
        struct stat what {};
        if (::lstat(path.c_str(), &what) != 0 || !S_ISREG(what.st_mode)) return;
        const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!file || ::fsync(file.get()) != 0) fail_with_errno("file.unwritable", "cannot be synced", path, errno);
    });
    sync_folder(folder);
}

/// What the old folder is called between two renames.
inline constexpr std::string_view aside_ending = ".old.partial";

/// Two renames with a way back; a process that dies between them leaves the old folder aside (see partial_folder).
inline void exchange_by_two_renames(const std::filesystem::path& fresh, const std::filesystem::path& target) {
    const auto aside = fresh.native() + std::string(aside_ending);
    if (::rename(target.c_str(), aside.c_str()) != 0) fail_with_errno("file.unwritable", "cannot be moved aside", target, errno);
    if (::rename(fresh.c_str(), target.c_str()) != 0) {
        const int why = errno;
        (void)!::rename(aside.c_str(), target.c_str());
        fail_with_errno("file.unwritable", "cannot be swapped in", target, why);
    }
    (void)!::rename(aside.c_str(), fresh.c_str());
}
/// One rename where the system can exchange two folders.
inline void exchange_folders(const std::filesystem::path& fresh, const std::filesystem::path& target) {
#ifdef RENAME_EXCHANGE
    if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
    if (errno != EINVAL && errno != ENOSYS) fail_with_errno("file.unwritable", "cannot be swapped in", target, errno);
#endif
    exchange_by_two_renames(fresh, target);
}

/// A folder in the making beside `target`: locked, and removed unless it was swapped in. First it settles what killed ones have left: an old folder
/// that was moved aside goes back where nothing has taken its place, all else is removed.
class partial_folder {
public:
    explicit partial_folder(const std::filesystem::path& target) {
        const auto parent = target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
        const auto begin = "." + target.filename().string() + ".";
        settle_abandoned(parent.native() + "/", begin, target);
        for (int attempt = 0; attempt < 100; ++attempt) {
            path_ = parent / phrase({begin, ::getpid(), ".", attempt, ".partial"}).text();
            if (::mkdir(path_.c_str(), 0777) == 0) {
                lock_ = descriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
                if (lock_) ::flock(lock_.get(), LOCK_EX | LOCK_NB); // a file system without locks only keeps its leftovers longer
                return;
            }
            if (errno != EEXIST) break;
        }
        const int why = errno;
        path_.clear();
        fail_with_errno("file.unwritable", "no folder can be made beside it", target, why);
    }
    partial_folder(const partial_folder&) = delete;
    partial_folder& operator=(const partial_folder&) = delete;
    ~partial_folder() {
        try {
            std::error_code ignored;
            if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
        } catch (const std::bad_alloc&) { // it is left for the next one to remove
        }
    }
    const std::filesystem::path& path() const { return path_; }
    void moved_away() { path_.clear(); }

private:
    /// Of a folder that nobody is writing, the lock; an empty one where it is not there.
    static bool is_abandoned(const std::string& path, descriptor& lock) {
        lock = descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        return lock ? ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0 : errno == ENOENT;
    }
    static void settle_abandoned(const std::string& parent, const std::string& begin, const std::filesystem::path& target) {
        std::vector<std::string> left;
        (void)!list_folder(parent, [&](const std::string& name, bool is_folder) {
            if (is_folder && name.starts_with(begin) && name.ends_with(".partial")) left.push_back(parent + name);
        });
        put_in_order(left, [](const std::string& a, const std::string& b) { return a.size() > b.size(); }); // what stands aside before what it made room for
        for (const auto& path : left) {
            descriptor lock, other;
            struct stat there {};
            const bool aside = path.ends_with(aside_ending);
            if (aside && !is_abandoned(path.substr(0, path.size() - aside_ending.size()), other)) continue;
            if (!is_abandoned(path, lock)) continue;
            if (aside && ::lstat(target.c_str(), &there) != 0 && errno == ENOENT && ::rename(path.c_str(), target.c_str()) == 0) continue;
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    }
    std::filesystem::path path_;
    descriptor lock_;
};

} // namespace detail

/// Whether `replace_folder` may write there: nothing, an empty folder, or one that hone wrote and nobody added to.
/// Errors: file.foreign_folder, file.unreadable, file.unwritable (a link, a file, or no folder above it).
inline void check_replaceable(const std::filesystem::path& target) {
    detail::refuse_nul(target);
    const auto parent = target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
    std::error_code failed;
    if (!std::filesystem::is_directory(parent, failed))
        throw error("file.unwritable", "the folder above it is not there", {.file = target.native()},
                    {"a folder ", in_quotes(parent.string())}, "none");
    const auto what = std::filesystem::symlink_status(target, failed);
    if (!std::filesystem::exists(what)) return;
    if (!std::filesystem::is_directory(what))
        throw error("file.unwritable", "not a folder", {.file = target.native()}, "a folder or nothing",
                    std::filesystem::is_symlink(what) ? "a symbolic link" : "a file");
    bool empty = true;
    const bool listed = detail::list_folder(target.native(), [&](const std::string&, bool) { empty = false; });
    if (!listed) detail::fail_with_errno("file.unreadable", "the folder cannot be read", target, errno);
    if (empty) return;
    const auto ours = detail::marked_files(target);
    for (const auto& name : detail::files_below(target))
        if (!ours.contains(name))
            throw error("file.foreign_folder", "a folder with files that hone did not write is not overwritten",
                        {.file = target.native(), .name = name}, "only the files that its \".hone\" lists", "another one");
}

/// The same, and the right to make a folder beside it and a file in that, by doing so: to be asked before there is something to lose. An old folder that a
/// killed save has left aside is put back. Errors: those of check_replaceable; file.unwritable.
inline void check_can_replace(std::filesystem::path target) {
    if (!target.has_filename()) target = target.parent_path();
    check_replaceable(target);
    const detail::partial_folder trial(target);
    const atomic_file file(trial.path() / "trial");
}

/// `write(folder)` fills a folder beside `target`, which then takes its place. When anything throws, `target` is as it was and nothing else
/// is left (the one exception: the new folder is in its place and whole, but the folder above it cannot be synced).
/// Errors: those of check_replaceable and of `write`; file.unwritable.
template <class Write>
void replace_folder(std::filesystem::path target, Write write) {
    if (!target.has_filename()) target = target.parent_path(); // "out/"
    check_replaceable(target);
    try {
        detail::partial_folder fresh(target);
        write(std::filesystem::path(fresh.path()));
        std::string marker = std::string(detail::marker_head) + "\n";
        for (const auto& name : detail::files_below(fresh.path())) marker += name + "\n";
        write_atomically(fresh.path() / folder_marker, marker);
        detail::sync_tree(fresh.path());
        check_replaceable(target); // somebody may have put a file there meanwhile
        if (std::filesystem::exists(std::filesystem::symlink_status(target))) {
            detail::exchange_folders(fresh.path(), target); // what is removed now is the old one
        } else {
            if (::rename(fresh.path().c_str(), target.c_str()) != 0)
                detail::fail_with_errno("file.unwritable", "cannot be put in its place", target, errno);
            fresh.moved_away();
        }
        detail::sync_folder(target.parent_path());
    } catch (const std::filesystem::filesystem_error& e) {
        detail::fail_with_errno("file.unwritable", "cannot be written", e.path1().empty() ? target : e.path1(), e.code().value());
    }
}

} // namespace hone
HONE_COMPACT_END
