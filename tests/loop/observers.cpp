// Logs, event files and a run that is kept: what is written, what a run that goes on cuts back, and
// what is refused before the first step.
// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "hone/loop/event_file.hpp"
#include "hone/loop/kept_run.hpp"
#include "hone/loop/log_file.hpp"
#include "hone/loop/wandb_run.hpp"
#include "test.hpp"

using namespace hone;

namespace {

struct scratch {
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("hone_observers_" + std::to_string(::getpid()));
    scratch() {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~scratch() { std::filesystem::remove_all(path); }
    std::string at(const char* name) const { return (path / name).native(); }
};
using kind = observed_number::kind;

/// A run whose weight is the sum of its steps.
struct sum_run {
    double weight = 0;
    std::vector<std::string> said;
    std::string log, events;
    run_facts facts{{"rate", "1"}};

    void go(const run_keeping& how, long steps) {
        kept_run run(how, facts, [&](const std::string& text) { said.push_back(text); });
        if (!log.empty()) {
            run.add(std::make_unique<log_file>(log, log_format::json_lines, steps));
            run.add(std::make_unique<log_file>(log + ".csv", log_format::csv, steps));
        }
        if (!events.empty()) run.add(std::make_unique<event_file>(events));
        const auto all = [&](snapshot_content& c) { c.number("weight", weight); };
        for (long n = run.begin(all); n < steps; ++n) {
            weight += static_cast<double>(n);
            const observed_number numbers[] = {{"loss", weight / 8},
                                               {"tokens", 3, kind::whole},
                                               {"norm", std::nan("")}};
            run.step({n, numbers});
            run.after(n + 1, all);
        }
        run.end();
    }
};
std::string code_of(auto&& f) {
    try {
        f();
    } catch (const error& e) {
        return e.code;
    }
    return "none";
}

} // namespace

TEST_CASE("a log says each step in JSON or as comma-separated values") {
    const scratch here;
    sum_run run;
    run.log = here.at("log");
    run.go({}, 3);
    CHECK(read_file(run.log) == "{\"step\": 0, \"loss\": 0, \"tokens\": 3, \"norm\": null}\n"
                                "{\"step\": 1, \"loss\": 0.125, \"tokens\": 3, \"norm\": null}\n"
                                "{\"step\": 2, \"loss\": 0.375, \"tokens\": 3, \"norm\": null}\n");
    CHECK(read_file(run.log + ".csv") ==
          "step,loss,tokens,norm\n0,0,3,\n1,0.125,3,\n2,0.375,3,\n");
    run.log = here.at("no/such/folder");
    CHECK(code_of([&] { run.go({}, 3); }) == "train.log");
    run.log = "/dev/full";
    CHECK(code_of([&] { run.go({}, 3); }) == "train.log");
}

TEST_CASE("a run goes on from its newest snapshot and continues its logs") {
    const scratch here;
    const std::string saves = here.at("saves");
    sum_run whole, first, second;
    whole.log = here.at("whole");
    whole.go({}, 10);
    first.log = second.log = here.at("log");
    first.events = second.events = here.at("events");
    first.go({.snapshots = saves, .steps = 4}, 7); // three steps too many are in its log
    second.go({.snapshots = saves, .resume = saves, .steps = 4}, 10);
    CHECK(second.weight == whole.weight);
    CHECK(read_file(second.log) == read_file(whole.log));
    CHECK(read_file(second.log + ".csv") == read_file(whole.log + ".csv"));
    REQUIRE(second.said.size() == 1);
    CHECK(second.said[0] == "going on from " + saves + "/step-4, after 4 steps");
    const std::string events = read_file(here.at("events/events.out.tfevents.1.hone"));
    std::size_t records = 0;
    for (std::size_t at = 0; at < events.size(); ++records) {
        std::uint64_t size;
        std::uint32_t sums[2];
        std::memcpy(&size, events.data() + at, 8);
        std::memcpy(&sums[0], events.data() + at + 8, 4);
        REQUIRE(at + 16 + size <= events.size());
        std::memcpy(&sums[1], events.data() + at + 12 + size, 4);
        CHECK(sums[0] == detail::masked_crc32c(events.substr(at, 8)));
        CHECK(sums[1] == detail::masked_crc32c(events.substr(at + 12, size)));
        at += 16 + size;
    }
    CHECK(records == 11); // the version and ten steps
}

TEST_CASE("CRC-32C is that of RFC 3720") {
    CHECK(detail::crc32c("123456789") == 0xE3069283u);
    CHECK(detail::crc32c(std::string(32, '\0')) == 0x8A9136AAu);
}

TEST_CASE("what a run may not go on from, or write over, is said before the first step") {
    const scratch here;
    const std::string saves = here.at("saves");
    sum_run run;
    run.log = here.at("log");
    run.go({.snapshots = saves, .steps = 2}, 4);
    const run_keeping again{.snapshots = saves, .resume = saves, .steps = 2};
    const auto refused = [&](const run_keeping& how, auto&& change) {
        sum_run other;
        other.log = here.at("log");
        change(other);
        const auto code = code_of([&] { other.go(how, 6); });
        CHECK(other.weight <= 6); // no step was made
        return code;
    };
    const std::string log = read_file(here.at("log"));
    CHECK(refused(again, [](auto& r) { r.facts[0].second = "2"; }) == "snapshot.other_run");
    CHECK(refused(again, [](auto& r) { r.log.clear(); }) == "snapshot.other_content");
    CHECK(refused(again, [&](auto& r) { r.events = here.at("e"); }) == "snapshot.other_content");
    CHECK(refused({.snapshots = saves, .steps = 2}, [](auto&) {}) == "snapshot.folder_taken");
    {
        const snapshot_folder held(saves);
        CHECK(refused(again, [](auto&) {}) == "snapshot.in_use");
    }
    CHECK(read_file(here.at("log")) == log);
    std::ofstream(here.at("log")) << "another log, which is longer than that of the run was, and so not "
                                     "what it has written; and a little more, and more, and more and "
                                     "so on, until there are enough bytes of it to cover all the steps";
    CHECK(refused(again, [](auto&) {}) == "snapshot.other_log");
    std::filesystem::create_directories(here.at("tb"));
    std::ofstream(here.at("tb/events.out.tfevents.99.other")) << "";
    CHECK(refused({}, [&](auto& r) { r.events = here.at("tb"); }) == "observer.folder");
}

TEST_CASE("without room for a snapshot the run goes on and the last one stays") {
    const scratch here;
    const std::string saves = here.at("saves");
    sum_run run;
    kept_run kept({.snapshots = saves, .steps = 1}, {}, [&](const std::string& text) { run.said.push_back(text); });
    const auto all = [&](snapshot_content& c) { c.number("weight", run.weight); };
    kept.begin(all);
    kept.after(1, all);
    std::filesystem::create_directories(saves + "/step-2"); // a folder cannot be replaced by a file
    kept.after(2, all);
    REQUIRE(run.said.size() == 1);
    CHECK(run.said[0].find("no checkpoint after step 2") == 0);
    CHECK(run.said[0].ends_with("training goes on, the last one is step-1"));
    kept.after(3, all);
    CHECK(std::filesystem::exists(saves + "/step-1"));
    CHECK(std::filesystem::exists(saves + "/step-3"));
}

TEST_CASE("an offline run of Weights & Biases is whole records over blocks of 32,768 bytes") {
    const scratch here;
    wandb_run run(here.at("run"), "project", {{"rate", "1"}});
    run.begin(false);
    for (long n = 0; n < 2000; ++n) {
        const observed_number numbers[] = {{"loss", 0.25}, {"tokens", 3, kind::whole}};
        run.step({n, numbers});
    }
    run.end();
    wandb_run other(here.at("run"), "project", {});
    CHECK(code_of([&] { other.begin(false); }) == "observer.folder");
    const std::string file = read_file(here.at("run/run-hone.wandb"));
    CHECK(file.substr(0, 7) == std::string(":W&B\xE1\xBE\0", 7));
    std::size_t whole = 0, at = 7, pieces = 0, steps = 0;
    std::string record;
    while (at < file.size()) {
        if (32768 - at % 32768 < 7) {
            at += 32768 - at % 32768;
            continue;
        }
        std::uint32_t sum;
        std::uint16_t size;
        std::memcpy(&sum, file.data() + at, 4);
        std::memcpy(&size, file.data() + at + 4, 2);
        const int what = file[at + 6];
        REQUIRE(at + 7 + size <= file.size());
        REQUIRE(at / 32768 == (at + 6 + size) / 32768);
        CHECK(sum == detail::crc_of<0xEDB88320u>(file.substr(at + 6, size + 1u)));
        CHECK((what == 1 || what == 2) == record.empty());
        record += file.substr(at + 7, size);
        if (what == 1 || what == 4) {
            steps += record.find("loss") != record.npos;
            record.clear();
            ++whole;
        }
        ++pieces;
        at += 7 + size;
    }
    CHECK(whole == 2002); // the run, its steps, its end
    CHECK(steps == 2000);
    CHECK(pieces > whole);
}
