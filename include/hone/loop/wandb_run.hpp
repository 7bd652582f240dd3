// The folder of an offline run of Weights & Biases, which `wandb sync FOLDER` sends off. Its file is
// LevelDB's log (blocks of 32,768 bytes; a record, or a piece of one, is a CRC-32 over kind and
// bytes, a length, a kind, bytes) behind seven bytes of its own; records are wandb_internal.proto's
// Record: num 1, history 2, run 17, exit 18.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <filesystem>
#include <string>

#include "hone/file/json_value.hpp"
#include "hone/loop/kept_file.hpp"
#include "hone/loop/observer.hpp"
#include "hone/loop/record_bytes.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// `NAME` for each number of a step, `eval/NAME` of an evaluation; the facts of the run are its
/// config. Error: observer.folder before the first step, where the folder holds another run or
/// cannot be written; the same at the end, where it could not.
class wandb_run final : public observer {
public:
    wandb_run(const std::filesystem::path& folder, std::string project, run_facts facts)
        : folder_(folder), project_(std::move(project)), facts_(std::move(facts)),
          file_(folder / "run-hone.wandb", "observer.folder") {}
    void begin(bool resumes) override {
        std::error_code failed;
        std::filesystem::create_directories(folder_, failed);
        if (!resumes && std::filesystem::exists(file_.path(), failed))
            throw error("observer.folder", "the folder holds another run",
                        {.file = folder_.native()}, "a folder without run-hone.wandb", "that file");
        file_.begin();
        if (file_.size() > 0) return;
        std::string head = ":W&B";
        detail::append_bytes(head, std::uint16_t{0xBEE1});
        head += '\0';
        file_.append(head);
        describe();
    }
    void step(const observation& now) override { history("", now); }
    void evaluation(const observation& now) override { history("eval/", now); }
    void end() override {
        std::string exit;
        detail::append_whole(exit, 1, 0);
        record(18, exit);
        file_.close();
    }
    void pass(snapshot_content& c) override {
        c.number("wandb/records", records_);
        file_.pass(c, "wandb");
    }

private:
    static void item(std::string& to, unsigned field, std::string_view key, std::string_view json) {
        std::string one;
        detail::append_text(one, 1, key);
        detail::append_text(one, 16, json);
        detail::append_text(to, field, one);
    }
    void describe() {
        std::string run, config, start;
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
        checksum id; // sets this run apart from others of its project
        id.add(folder_.native());
        id.add(std::to_string(now.count()));
        for (const auto& [name, value] : facts_) item(config, 1, name, json_quoted(value));
        detail::append_text(run, 1, std::to_string(id.value() % 100000000000u));
        detail::append_text(run, 3, project_);
        detail::append_text(run, 4, config);
        detail::append_whole(start, 1, static_cast<std::uint64_t>(seconds));
        detail::append_text(run, 17, start);
        record(17, run);
    }
    void history(const std::string& group, const observation& now) {
        std::string all, step;
        item(all, 1, "_step", std::to_string(now.step));
        for (const auto& n : now.numbers) item(all, 1, group + std::string(n.name), n.text());
        detail::append_whole(step, 1, static_cast<std::uint64_t>(now.step));
        detail::append_text(all, 2, step);
        record(2, all);
    }
    void record(unsigned field, std::string_view what) {
        std::string bytes;
        detail::append_whole(bytes, 1, static_cast<std::uint64_t>(records_++));
        detail::append_text(bytes, field, what);
        constexpr std::size_t block = 32768, head = 7;
        std::string_view left = bytes;
        for (bool first = true; first || !left.empty(); first = false) {
            std::size_t room = block - file_.size() % block;
            if (room < head) {
                file_.append(std::string(room, '\0'));
                room = block;
            }
            const auto piece = left.substr(0, room - head);
            left.remove_prefix(piece.size());
            const int kind = first ? (left.empty() ? 1 : 2) : (left.empty() ? 4 : 3);
            std::string summed(1, static_cast<char>(kind)), out;
            summed += piece;
            detail::append_bytes(out, detail::crc_of<0xEDB88320u>(summed));
            detail::append_bytes(out, static_cast<std::uint16_t>(piece.size()));
            file_.append(out + summed);
        }
    }
    std::filesystem::path folder_;
    std::string project_;
    run_facts facts_;
    kept_file file_;
    long records_ = 0;
};

} // namespace hone
HONE_COMPACT_END
