// A file that grows with a run, as a log does: each piece is written as it comes, and a snapshot
// keeps how long the file was and what its bytes add up to, so that a run that goes on cuts it back
// to there and continues it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hone/file/checksum.hpp"
#include "hone/file/file.hpp"
#include "hone/loop/snapshot.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Should it fail later than at its beginning, the run goes on, and `close` tells.
class kept_file {
public:
    /// `code` is that of its errors.
    kept_file(std::filesystem::path path, std::string code)
        : path_(std::move(path)), code_(std::move(code)) {}

    const std::filesystem::path& path() const { return path_; }
    std::uint64_t size() const { return size_; }

    /// Opens it: cut back to what a snapshot said, or empty. Error: the file's own code.
    void begin() {
        file_ = detail::descriptor(
            ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (resumed_ ? 0 : O_TRUNC), 0666));
        if (!file_ || ::write(file_.get(), "", 0) < 0) fail(errno); // some devices refuse nothing
        if (!resumed_) return;
        if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) fail(errno);
        if (::lseek(file_.get(), 0, SEEK_END) < 0) fail(errno);
    }
    /// That so many bytes more have room. Error: the file's own code.
    void require_room(std::uintmax_t bytes) const {
        struct stat what {};
        std::error_code unknown;
        const auto space = std::filesystem::space(path_, unknown);
        if (!unknown && ::fstat(file_.get(), &what) == 0 && S_ISREG(what.st_mode) &&
            space.available < bytes)
            fail(ENOSPC);
    }
    /// What cannot be written now is tried again with the next piece.
    void append(std::string_view bytes) {
        sum_.add(bytes);
        size_ += bytes.size();
        waiting_ += bytes;
        flush();
    }
    /// Error: the file's own code, where something could not be written.
    void close() {
        if (!file_) return;
        flush();
        const int why = file_.close();
        if (why_ == 0) why_ = why;
        if (why_ != 0) fail(why_);
    }
    /// For a snapshot: its length and sum, synced; or, back, that the file still begins so. Error:
    /// snapshot.other_log; the file's own code where not all of it could be written.
    void pass(snapshot_content& c, const std::string& name) {
        if (!c.restores()) flush();
        if (!c.restores() && why_ != 0) fail(why_);
        if (!c.restores()) (void)!::fsync(file_.get());
        std::uint64_t sum = sum_.value();
        c.number(name + ".size", size_);
        c.bits(name + ".sum", sum);
        if (c.restores()) restore(sum);
    }

private:
    void flush() {
        why_ = 0;
        std::size_t done = 0;
        while (done < waiting_.size() && why_ == 0) {
            const auto n = ::write(file_.get(), waiting_.data() + done, waiting_.size() - done);
            if (n >= 0) done += static_cast<std::size_t>(n);
            else if (errno != EINTR) why_ = errno;
        }
        waiting_.erase(0, done);
    }
    void restore(std::uint64_t sum) {
        const auto refuse = [&](const phrase& found) {
            throw error("snapshot.other_log",
                        "a file that the run has written is not what it was at the snapshot",
                        {.file = path_.native()}, {size_, " bytes that it began with"}, found);
        };
        struct stat what {};
        sum_ = {};
        if (::stat(path_.c_str(), &what) != 0) {
            if (size_ > 0) refuse("no such file");
            return;
        }
        if (!S_ISREG(what.st_mode)) return; // a pipe or a terminal begins anew
        resumed_ = true;
        const mapped_file now(path_);
        if (now.size() < size_) refuse({now.size(), " bytes"});
        sum_.add(now.bytes().first(static_cast<std::size_t>(size_)));
        if (sum_.value() != sum) refuse("others");
    }
    [[noreturn]] void fail(int why) const {
        throw error(code_, "cannot be written", {.file = path_.native()}, "a file with room for it",
                    std::strerror(why));
    }
    std::filesystem::path path_;
    std::string code_;
    detail::descriptor file_;
    checksum sum_;
    std::uint64_t size_ = 0; ///< with what waits
    std::string waiting_;
    int why_ = 0;
    bool resumed_ = false;
};

} // namespace hone
HONE_COMPACT_END
