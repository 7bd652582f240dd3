#include "test.hpp"
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/file/folder.hpp>

namespace fs = std::filesystem;

namespace {

void save(const fs::path& to, const std::string& text) {
    hone::replace_folder(to, [&](const fs::path& folder) {
        hone::write_atomically(folder / "model", text);
        fs::create_directory(folder / "deep");
        hone::write_atomically(folder / "deep" / "er", text);
    });
}

void check_saved(const fs::path& at, const std::string& text) {
    CHECK(content_of(at / "model") == text);
    CHECK(content_of(at / "deep" / "er") == text);
    CHECK(content_of(at / ".hone") == "hone folder 1\ndeep/er\nmodel\n");
}

} // namespace

TEST_CASE("a folder appears whole, and is replaced whole") {
    const temporary_folder folder;
    const auto out = folder.path / "out";
    save(out, "one");
    check_saved(out, "one");
    save(out.string() + "/", "two");
    check_saved(out, "two");
    hone::replace_folder(out, [](const fs::path& to) { hone::write_atomically(to / "other", "x"); });
    CHECK_FALSE(fs::exists(out / "model"));
    CHECK(folder.entries() == 1);
    fs::create_directory(folder.path / "empty");
    save(folder.path / "empty", "three");
    check_saved(folder.path / "empty", "three");
    CHECK(folder.entries() == 2);
}

TEST_CASE("a save that fails leaves the previous folder whole and nothing beside it") {
    const temporary_folder folder;
    const auto out = folder.path / "out";
    const auto fail = [&] {
        hone::replace_folder(out, [](const fs::path& to) {
            hone::write_atomically(to / "model", "half");
            throw std::runtime_error("disk gone");
        });
    };
    CHECK_THROWS_WITH(fail(), "disk gone");
    CHECK(folder.entries() == 0); // not even a new one
    save(out, "one");
    CHECK_THROWS_WITH(fail(), "disk gone");
    check_saved(out, "one");
    CHECK(folder.entries() == 1);

    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 4096;
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto full = caught([&] { save(out, std::string(5000, 'x')); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(full.code == "file.unwritable");
    CHECK(full.found == "File too large");
    check_saved(out, "one");
    CHECK(folder.entries() == 1);

    const auto removed = caught([&] { // a system call that fails within the library
        hone::replace_folder(out, [](const fs::path& to) { fs::copy(to / "absent", to / "copy"); });
    });
    CHECK(removed.code == "file.unwritable");
    CHECK(removed.found == "No such file or directory");
    check_saved(out, "one");
    CHECK(folder.entries() == 1);
}

TEST_CASE("what hone did not write is never overwritten") {
    const temporary_folder folder;
    const auto rejected = [&](const fs::path& to, const char* code, const std::string& name, const std::string& expected,
                              const std::string& found) {
        bool called = false;
        const auto e = caught([&] { hone::replace_folder(to, [&](const fs::path&) { called = true; }); });
        CHECK_FALSE(called);
        CHECK(e.code == code);
        CHECK(e.where.file == to.string());
        CHECK(e.where.name == name);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    folder.put("theirs/photo", "mine");
    rejected(folder.path / "theirs", "file.foreign_folder", "", "a folder with hone's file \".hone\", an empty one, or none",
             "a folder without it");
    folder.put("theirs/.hone", "something else");
    rejected(folder.path / "theirs", "file.foreign_folder", "", "a folder with hone's file \".hone\", an empty one, or none",
             "\"something else\"");
    CHECK(content_of(folder.path / "theirs" / "photo") == "mine");

    save(folder.path / "out", "one");
    folder.put("out/deep/notes", "mine");
    rejected(folder.path / "out", "file.foreign_folder", "deep/notes", "only the files that its \".hone\" lists", "another one");
    check_saved(folder.path / "out", "one");
    fs::remove(folder.path / "out" / "deep" / "notes");
    save(folder.path / "out", "two");

    folder.put("file", "x");
    rejected(folder.path / "file", "file.unwritable", "", "a folder or nothing", "a file");
    fs::create_directory_symlink(folder.path / "out", folder.path / "link");
    rejected(folder.path / "link", "file.unwritable", "", "a folder or nothing", "a symbolic link");
    rejected(folder.path / "absent" / "out", "file.unwritable", "", "a folder " + hone::in_quotes((folder.path / "absent").string()), "none");
    check_saved(folder.path / "out", "two");
}

TEST_CASE("what a killed save left behind goes away, what a living one is writing stays") {
    const temporary_folder folder;
    folder.put(".out.99.0.partial/model", "half");
    folder.put(".out.98.0.partial/model", "half");
    const hone::detail::descriptor living(::open((folder.path / ".out.98.0.partial").c_str(), O_RDONLY | O_DIRECTORY));
    REQUIRE(::flock(living.get(), LOCK_EX | LOCK_NB) == 0);
    save(folder.path / "out", "one");
    check_saved(folder.path / "out", "one");
    CHECK_FALSE(fs::exists(folder.path / ".out.99.0.partial"));
    CHECK(fs::exists(folder.path / ".out.98.0.partial" / "model"));
}
