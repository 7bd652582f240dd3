// TensorBoard's event file. A record is a length, its checksum, an Event in protobuf, its checksum
// (masked CRC-32C, as tensorflow/core/lib/io/record_writer.h has it); the first Event says
// "brain.Event:2", each other one holds a scalar a name (Event: wall_time 1, step 2, file_version 3,
// summary 5; Summary.Value: tag 1, simple_value 2).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <chrono>
#include <filesystem>
#include <string>

#include "hone/loop/kept_file.hpp"
#include "hone/loop/observer.hpp"
#include "hone/loop/record_bytes.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

inline std::uint32_t crc32c(std::string_view bytes) { return crc_of<0x82F63B78u>(bytes); }
inline std::uint32_t masked_crc32c(std::string_view bytes) {
    return std::rotr(crc32c(bytes), 15) + 0xA282EAD8u;
}

} // namespace detail

/// `train/NAME` for each number of a step, `eval/NAME` of an evaluation. Error: observer.folder
/// before the first step, where the folder holds events of another run or cannot be written; the
/// same at the end, where they could not.
class event_file final : public observer {
public:
    explicit event_file(const std::filesystem::path& folder)
        : folder_(folder), file_(folder / "events.out.tfevents.1.hone", "observer.folder") {}
    void begin(bool resumes) override {
        std::error_code failed;
        std::filesystem::create_directories(folder_, failed);
        for (std::filesystem::directory_iterator at(folder_, failed), end; !failed && at != end;
             at.increment(failed))
            if (at->path().filename().native().find("tfevents") != std::string::npos &&
                !(resumes && at->path() == file_.path()))
                throw error("observer.folder", "the folder holds events of another run",
                            {.file = folder_.native()}, "a folder without event files",
                            in_quotes(at->path().filename().native(), 64));
        file_.begin();
        if (file_.size() > 0) return;
        std::string first;
        detail::append_text(first, 3, "brain.Event:2");
        write(0, first);
    }
    void step(const observation& now) override { scalars("train/", now); }
    void evaluation(const observation& now) override { scalars("eval/", now); }
    void end() override { file_.close(); }
    void pass(snapshot_content& c) override { file_.pass(c, "tensorboard"); }

private:
    /// As a log says it: seconds to six places.
    static double rounded(const observed_number& n) {
        double v = n.value;
        const std::string text = n.text();
        std::from_chars(text.data(), text.data() + text.size(), v);
        return v;
    }
    void scalars(const std::string& group, const observation& now) {
        std::string summary, event;
        for (const auto& n : now.numbers) {
            if (!std::isfinite(n.value)) continue;
            std::string value;
            detail::append_text(value, 1, group + std::string(n.name));
            value += static_cast<char>(2 << 3 | 5);
            detail::append_bytes(value, static_cast<float>(rounded(n)));
            detail::append_text(summary, 1, value);
        }
        detail::append_text(event, 5, summary);
        write(now.step, event);
    }
    void write(long step, const std::string& what) {
        std::string event, record;
        const double now = std::chrono::duration<double>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
        latest_ = now > latest_ ? now : latest_;
        event += static_cast<char>(1 << 3 | 1);
        detail::append_bytes(event, latest_);
        event += static_cast<char>(2 << 3 | 0);
        detail::append_varint(event, static_cast<std::uint64_t>(step));
        event += what;
        detail::append_bytes(record, static_cast<std::uint64_t>(event.size()));
        detail::append_bytes(record, detail::masked_crc32c(record));
        record += event;
        detail::append_bytes(record, detail::masked_crc32c(event));
        file_.append(record);
    }
    std::filesystem::path folder_;
    kept_file file_;
    double latest_ = 0;
};

} // namespace hone
HONE_COMPACT_END
