// Files, read and written so that nothing surprising is opened and nothing half-made is left. Only regular files are read: a directory, a
// FIFO or a device is refused by name before a byte is asked of it. A file is written beside its place and renamed into it, so that its
// readers see the old one or the new one, whole. POSIX calls, because the standard streams cannot say why, nor sync.
// Cost: an atomic write syncs the file and its folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

[[noreturn, gnu::cold]] inline void fail_with_errno(const char* code, const char* problem, const std::filesystem::path& path, int number) {
    throw error(code, problem, {.file = path.native()}, {}, std::generic_category().message(number));
}

inline const char* kind_of_file(mode_t mode) {
    return S_ISREG(mode)                    ? "a file"
           : S_ISDIR(mode)                  ? "a folder"
           : S_ISFIFO(mode)                 ? "a pipe"
           : S_ISSOCK(mode)                 ? "a socket"
           : S_ISCHR(mode) || S_ISBLK(mode) ? "a device"
                                            : "something else";
}

/// An open file, closed at the end.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

    /// Closes now; 0 or the error's number (some file systems report a failed write only here).
    int close() { return ::close(std::exchange(number_, -1)) == 0 ? 0 : errno; }

private:
    int number_ = -1;
};

inline void refuse_nul(const std::filesystem::path& path) {
    if (path.native().find('\0') != std::string::npos)
        throw error("file.bad_path", "a path with a NUL byte", {.file = in_quotes(path.native())}, "a path", in_quotes(path.native()));
}

/// Opens a regular file for reading and says how long it is.
inline std::pair<descriptor, std::size_t> open_regular(const std::filesystem::path& path, std::uint64_t limit) {
    refuse_nul(path);
    descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)); // never waits for a pipe's writer
    if (!opened) {
        const int why = errno;
        if (why == ENOENT || why == ENOTDIR)
            throw error("file.not_found", "no such file", {.file = path.native()}, "a file", "nothing");
        struct stat what {};
        if (::stat(path.c_str(), &what) == 0 && !S_ISREG(what.st_mode))
            throw error("file.not_a_file", "not a regular file", {.file = path.native()}, "a file", kind_of_file(what.st_mode));
        fail_with_errno("file.unreadable", "cannot be opened", path, why);
    }
    struct stat what {};
    if (::fstat(opened.get(), &what) != 0) fail_with_errno("file.unreadable", "cannot be examined", path, errno);
    if (!S_ISREG(what.st_mode))
        throw error("file.not_a_file", "not a regular file", {.file = path.native()}, "a file", kind_of_file(what.st_mode));
    if (static_cast<std::uint64_t>(what.st_size) > limit)
        throw error("file.too_large", "too large a file", {.file = path.native()}, {"at most ", limit, " bytes"}, what.st_size);
    return {std::move(opened), static_cast<std::size_t>(what.st_size)};
}

} // namespace detail

/// All bytes of a regular file. Errors: file.not_found, not_a_file, unreadable, too_large, changed (it shrank while read), bad_path.
inline std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{4} << 30) {
    const auto [opened, size] = detail::open_regular(path, limit);
    std::string bytes(size, '\0');
    for (std::size_t have = 0; have < size;) {
        const auto n = ::read(opened.get(), bytes.data() + have, size - have);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) detail::fail_with_errno("file.unreadable", "cannot be read", path, errno);
        if (n == 0)
            throw error("file.changed", "the file shrank while it was read",
                        {.file = path.native(), .byte = static_cast<std::int64_t>(have)}, {size, " bytes"}, have);
        have += static_cast<std::size_t>(n);
    }
    return bytes;
}

/// A regular file as memory, private to this process. Errors: as read_file. A file that another process shortens afterwards would kill this one at
/// the next touch (the system offers nothing better): readers call `check` before they read a range, which leaves only the moment itself.
class mapped_file {
public:
    explicit mapped_file(const std::filesystem::path& path, std::uint64_t limit = std::uint64_t{1} << 46) : path_(path) {
        std::tie(file_, size_) = detail::open_regular(path, limit);
        if (::fstat(file_.get(), &opened_) != 0) detail::fail_with_errno("file.unreadable", "cannot be examined", path, errno);
        if (size_ == 0) return; // an empty file has no pages
        void* const at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_.get(), 0);
        if (at == MAP_FAILED) detail::fail_with_errno("file.unreadable", "cannot be mapped", path, errno);
        data_ = static_cast<std::byte*>(at);
    }
    mapped_file(mapped_file&& other) noexcept
        : path_(std::move(other.path_)), file_(std::move(other.file_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
          opened_(other.opened_) {}
    mapped_file& operator=(mapped_file&&) = delete;
    ~mapped_file() {
        if (data_) ::munmap(data_, size_);
    }

    const std::filesystem::path& path() const { return path_; }
    std::size_t size() const { return size_; }
    std::span<const std::byte> bytes() const { return {data_, size_}; }
    std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
    bool holds(const void* at) const { return at >= data_ && at < data_ + size_; }

    /// Error: file.changed when the file is no longer as long as it was, or was written to.
    void check() const {
        struct stat now {};
        const bool there = ::fstat(file_.get(), &now) == 0;
        if (!there || static_cast<std::uint64_t>(now.st_size) < size_)
            throw error("file.changed", "the file shrank while it was open", {.file = path_.native()}, {size_, " bytes"}, now.st_size);
        if (now.st_mtim.tv_sec != opened_.st_mtim.tv_sec || now.st_mtim.tv_nsec != opened_.st_mtim.tv_nsec)
            throw error("file.changed", "the file was written to while it was open", {.file = path_.native()}, "the file that was opened", "another time of writing");
    }
    /// From now on this range may be written; the file itself stays as it is.
    void allow_writing(std::span<const std::byte> range) const {
        const auto [first, size] = pages(range, true);
        if (::mprotect(first, size, PROT_READ | PROT_WRITE) != 0) detail::fail_with_errno("file.unreadable", "cannot be mapped for writing", path_, errno);
    }
    /// The whole pages of a range that nobody writes take no memory until they are read again.
    void give_back(std::span<const std::byte> range) const {
        if (const auto [first, size] = pages(range, false); size > 0) ::madvise(first, size, MADV_DONTNEED);
    }

private:
    std::pair<std::byte*, std::size_t> pages(std::span<const std::byte> range, bool outwards) const {
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), first = static_cast<std::size_t>(range.data() - data_), last = first + range.size();
        const std::size_t from = (outwards ? first : first + page - 1) / page * page, to = outwards ? std::min(size_, (last + page - 1) / page * page) : last / page * page;
        return {data_ + from, to > from ? to - from : 0};
    }
    std::filesystem::path path_;
    detail::descriptor file_;
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    struct stat opened_ {};
};

/// A file in the making, beside its place: `write` as often as needed, then `commit`. Without a commit nothing is left of it.
/// Errors: file.unwritable.
class atomic_file {
public:
    explicit atomic_file(const std::filesystem::path& place) : place_(place) {
        detail::refuse_nul(place);
        struct stat old {};
        const bool replaces = ::lstat(place.c_str(), &old) == 0;
        if (replaces && S_ISDIR(old.st_mode))
            throw error("file.unwritable", "a folder stands there", {.file = place.native()}, "a file or nothing", "a folder");
        for (int attempt = 0; attempt < 100 && !file_; ++attempt) { // the name is free, or somebody else's
            partial_ = place.parent_path() / phrase({".", place.filename().native(), ".", ::getpid(), ".", attempt, ".partial"}).text();
            file_ = detail::descriptor(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
            if (!file_ && errno != EEXIST) break;
        }
        if (!file_) detail::fail_with_errno("file.unwritable", "cannot be created", place, errno);
        if (replaces && S_ISREG(old.st_mode)) (void)!::fchmod(file_.get(), old.st_mode & 07777);
    }
    atomic_file(const atomic_file&) = delete;
    atomic_file& operator=(const atomic_file&) = delete;
    ~atomic_file() {
        if (!partial_.empty()) ::unlink(partial_.c_str());
    }

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto n = ::write(file_.get(), bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) detail::fail_with_errno("file.unwritable", "cannot be written", place_, errno);
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    void write(std::span<const std::byte> bytes) { write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())); }

    /// Syncs the bytes, puts the file in its place, syncs the folder.
    void commit();

private:
    std::filesystem::path place_, partial_;
    detail::descriptor file_;
};

namespace detail {

/// Makes what is in a folder (its names) last; some file systems have nothing to sync here and say so, which is no failure.
inline void sync_folder(const std::filesystem::path& folder) {
    const descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || (::fsync(opened.get()) != 0 && errno != EINVAL && errno != ENOTSUP))
        fail_with_errno("file.unwritable", "the folder cannot be synced", folder, errno);
}

} // namespace detail

inline void atomic_file::commit() {
    if (::fsync(file_.get()) != 0) detail::fail_with_errno("file.unwritable", "cannot be synced", place_, errno);
    if (const int why = file_.close()) detail::fail_with_errno("file.unwritable", "cannot be closed", place_, why);
    if (::rename(partial_.c_str(), place_.c_str()) != 0)
        detail::fail_with_errno("file.unwritable", "cannot be put in its place", place_, errno);
    partial_.clear();
    detail::sync_folder(place_.parent_path());
}

/// A whole file or the previous one. Error: file.unwritable.
inline void write_atomically(const std::filesystem::path& path, std::string_view bytes) {
    atomic_file file(path);
    file.write(bytes);
    file.commit();
}

} // namespace hone
HONE_COMPACT_END
