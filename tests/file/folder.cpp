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

TEST_CASE("a save that was killed between two renames has its old folder put back") {
    const temporary_folder folder;
    const auto out = folder.path / "out", fresh = folder.path / ".out.99.0.partial", aside = folder.path / ".out.99.0.partial.old.partial";
    save(out, "old");
    save(fresh, "new");
    hone::detail::exchange_by_two_renames(fresh, out);
    check_saved(out, "new");
    check_saved(fresh, "old");
    hone::detail::exchange_by_two_renames(fresh, out);
    fs::rename(out, aside); // and then the process was killed
    CHECK_THROWS_WITH(hone::replace_folder(out, [](const fs::path&) { throw std::runtime_error("disk gone"); }), "disk gone");
    check_saved(out, "old");
    CHECK(folder.entries() == 1);

    fs::rename(out, aside);
    save(fresh, "new");
    {
        const hone::detail::descriptor living(::open(fresh.c_str(), O_RDONLY | O_DIRECTORY)); // it is still between the two
        REQUIRE(::flock(living.get(), LOCK_EX | LOCK_NB) == 0);
        save(out, "mine");
        CHECK(fs::exists(aside / "model"));
    }
    save(out, "later"); // now it is not, and something else has taken the place
    check_saved(out, "later");
    CHECK(folder.entries() == 1);
    fs::rename(out, aside);
    hone::check_can_replace(out.string() + "/");
    check_saved(out, "later");
    CHECK(folder.entries() == 1);
}

TEST_CASE("the right to write beside a folder is asked by writing") {
    const temporary_folder folder;
    fs::create_directory(folder.path / "closed");
    hone::check_can_replace(folder.path / "closed" / "out");
    CHECK(fs::is_empty(folder.path / "closed"));
    folder.put("theirs/photo", "mine");
    CHECK(caught([&] { hone::check_can_replace(folder.path / "theirs"); }).code == "file.foreign_folder");
    if (::geteuid() != 0) { // whom nothing is denied
        fs::permissions(folder.path / "closed", fs::perms::owner_read | fs::perms::owner_exec);
        CHECK(caught([&] { hone::check_can_replace(folder.path / "closed" / "out"); }).code == "file.unwritable");
        fs::permissions(folder.path / "closed", fs::perms::owner_all);
    }
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit few = before;
    few.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &few);
    const auto closed = caught([&] { hone::check_can_replace(folder.path / "out"); });
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(closed.code == "file.unwritable");
    CHECK_FALSE(fs::exists(folder.path / "out"));
}

TEST_CASE("a folder that cannot be read is an error with its name") {
    const temporary_folder folder;
    save(folder.path / "out", "one");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit few = before;
    few.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &few);
    const auto e = caught([&] { hone::check_replaceable(folder.path / "out"); });
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(e.code == "file.unreadable");
    CHECK(e.where.file == (folder.path / "out").string());
}
