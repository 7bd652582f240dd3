// Snapshots: what is kept comes back bit by bit, and whatever is not whole, or of another run, is
// refused with its own sentence.
// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "hone/loop/snapshot_folder.hpp"
#include "test.hpp"

using namespace hone;

namespace {

std::filesystem::path fresh(const char* name) {
    auto path = std::filesystem::temp_directory_path() /
                (std::string("hone_snapshot_") + name + std::to_string(::getpid()));
    std::filesystem::remove_all(path);
    return path;
}
struct made_run {
    std::vector<float> weights{1, -0.f, 3e-42f, 4, 5};
    std::vector<double> moments{0.1, 0.2};
    long step = 41;
    std::uint64_t key = 0xFEDCBA9876543210u;
    void pass(snapshot_content& c) {
        c.numbers("w", std::span<float>(weights));
        c.numbers("w/adam.mu", moments);
        c.number("step", step);
        c.bits("key", key);
    }
};
const run_facts facts{{"rate", "0.1"}, {"data", "77"}};
void save(snapshot_folder& folder, long step, made_run run = {}, long keep = 2) {
    snapshot_content c;
    run.step = step;
    run.pass(c);
    folder.save(step, c, facts, keep);
}
std::string code_of(auto&& f) {
    try {
        f();
    } catch (const error& e) {
        return e.code;
    }
    return "none";
}
std::string bytes_of(const std::filesystem::path& path) { return read_file(path); }
void overwrite(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

} // namespace

TEST_CASE("a snapshot gives back what it was given, to the bit") {
    const auto path = fresh("bits");
    snapshot_folder folder(path);
    save(folder, 7);
    const snapshot s(folder.place_of(7));
    s.check(facts);
    made_run run;
    run.weights.assign(5, 0);
    run.moments.clear();
    run.key = 0;
    snapshot_content c(s);
    run.pass(c);
    c.check_complete();
    const made_run was;
    CHECK(std::memcmp(run.weights.data(), was.weights.data(), 20) == 0);
    CHECK(run.moments == was.moments);
    CHECK(run.step == 7);
    CHECK(run.key == was.key);
    std::filesystem::remove_all(path);
}

TEST_CASE("every flipped bit and every cut of a snapshot is found") {
    const auto path = fresh("damage");
    snapshot_folder folder(path);
    save(folder, 1);
    const auto file = folder.place_of(1);
    const std::string whole = bytes_of(file);
    for (std::size_t i = 0; i < whole.size() * 8; ++i) {
        std::string bad = whole;
        bad[i / 8] = static_cast<char>(bad[i / 8] ^ 1 << i % 8);
        overwrite(file, bad);
        if (const auto code = code_of([&] { snapshot{file}; }); code != "snapshot.damaged") {
            CAPTURE(i, code);
            FAIL();
        }
    }
    for (std::size_t n = 0; n < whole.size(); n += 1) {
        overwrite(file, whole.substr(0, n));
        const auto code = code_of([&] { snapshot{file}; });
        if (code == "none") FAIL("cut at " << n);
    }
    std::filesystem::remove_all(path);
}

TEST_CASE("a snapshot of another run, other parts or another version is refused") {
    const auto path = fresh("other");
    snapshot_folder folder(path);
    save(folder, 1);
    const snapshot s(folder.place_of(1));
    CHECK(code_of([&] { s.check({{"rate", "0.2"}}); }) == "snapshot.other_run");
    CHECK(code_of([&] { s.check({{"new", ""}}); }) == "snapshot.other_run");
    const auto restored = [&](auto&& pass) {
        return code_of([&] {
            snapshot_content c(s);
            pass(c);
            c.check_complete();
        });
    };
    std::vector<float> four(4), five(5);
    std::vector<double> doubles(5);
    CHECK(restored([&](auto& c) { c.numbers("w", std::span<float>(four)); }) ==
          "snapshot.other_content");
    CHECK(restored([&](auto& c) { c.numbers("w", std::span<double>(doubles)); }) ==
          "snapshot.other_content");
    CHECK(restored([&](auto& c) { c.numbers("v", std::span<float>(five)); }) ==
          "snapshot.other_content");
    CHECK(restored([&](auto& c) { c.numbers("w", std::span<float>(five)); }) ==
          "snapshot.other_content"); // the rest is asked for by nobody
    std::string bytes = bytes_of(folder.place_of(1));
    const auto at = bytes.find("\"hone snapshot\":\"1\"");
    REQUIRE(at != bytes.npos);
    bytes[at + 17] = '2';
    const std::uint64_t sum =
        checksum_of(std::as_bytes(std::span<const char>(bytes.data(), bytes.size() - 8)));
    std::memcpy(bytes.data() + bytes.size() - 8, &sum, 8);
    overwrite(folder.place_of(2), bytes);
    CHECK(code_of([&] { (void)folder.newest([](auto&, long) {}); }) == "snapshot.version");
    std::filesystem::remove_all(path);
}

TEST_CASE("the newest whole snapshot is found, and the newest few are kept") {
    const auto path = fresh("newest");
    snapshot_folder folder(path);
    CHECK(!folder.newest([](auto&, long) {}));
    for (const long step : {5, 10, 100}) save(folder, step);
    CHECK(folder.steps() == std::vector<long>{10, 100});
    overwrite(folder.place_of(100), bytes_of(folder.place_of(100)).substr(0, 50));
    overwrite(path / "step-1000x", "");
    std::vector<long> next;
    const auto found = folder.newest([&](const error& e, long step) {
        CHECK(e.code == "snapshot.damaged");
        next.push_back(step);
    });
    REQUIRE(found);
    CHECK(found->path() == folder.place_of(10));
    CHECK(next == std::vector<long>{10});
    overwrite(path / ".step-20.1.0.partial", "left behind");
    save(folder, 20); // older than the damaged one
    CHECK(folder.steps() == std::vector<long>{10, 20});
    CHECK(!std::filesystem::exists(path / ".step-20.1.0.partial"));
    std::filesystem::remove_all(path);
}

TEST_CASE("a folder that a run holds is refused, and so is one that cannot be made") {
    const auto path = fresh("held");
    {
        snapshot_folder folder(path);
        CHECK(code_of([&] { snapshot_folder{path}; }) == "snapshot.in_use");
    }
    CHECK(code_of([&] { snapshot_folder{path}; }) == "none");
    overwrite(path / "file", "");
    CHECK(code_of([&] { snapshot_folder{path / "file"}; }) == "file.unwritable");
    std::filesystem::remove_all(path);
}
