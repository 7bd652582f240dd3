// A log of the steps: one JSON object a line, or comma-separated values under a line of names. A run
// that goes on cuts it back to its snapshot and continues it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hone/loop/kept_file.hpp"
#include "hone/loop/observer.hpp"

HONE_COMPACT_BEGIN
namespace hone {

enum class log_format { json_lines, csv };

/// Error: train.log, at the beginning where the file cannot be made or has no room for `steps`
/// lines, at the end where it could not be written.
class log_file final : public observer {
public:
    log_file(const std::filesystem::path& path, log_format format, long steps)
        : file_(path, "train.log"), format_(format), steps_(steps) {}
    void begin(bool) override {
        constexpr std::uintmax_t bytes_a_line = 192;
        file_.begin();
        file_.require_room(bytes_a_line * static_cast<std::uintmax_t>(steps_ > 0 ? steps_ : 0));
    }
    void step(const observation& now) override {
        std::string line;
        if (format_ == log_format::json_lines) {
            line = "{\"step\": " + std::to_string(now.step);
            for (const auto& n : now.numbers)
                line += ", \"" + std::string(n.name) + "\": " + n.text();
            line += "}\n";
        } else {
            if (file_.size() == 0) {
                line = "step";
                for (const auto& n : now.numbers) line += "," + std::string(n.name);
                line += "\n";
            }
            line += std::to_string(now.step);
            for (const auto& n : now.numbers)
                line += std::isfinite(n.value) ? "," + n.text() : std::string(",");
            line += "\n";
        }
        file_.append(line);
    }
    void evaluation(const observation&) override {}
    void end() override { file_.close(); }
    void pass(snapshot_content& c) override {
        file_.pass(c, format_ == log_format::csv ? "log, csv" : "log, json lines");
    }

private:
    kept_file file_;
    log_format format_;
    long steps_;
};

} // namespace hone
HONE_COMPACT_END
