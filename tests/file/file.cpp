#include "test.hpp"
#include <csignal>
#include <filesystem>
#include <string>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/file/file.hpp>

namespace fs = std::filesystem;

TEST_CASE("a file is read whole, also an empty one") {
    const temporary_folder folder;
    CHECK(hone::read_file(folder.put("a b\xC3\xA9", std::string(100'000, 'x'))) == std::string(100'000, 'x'));
    CHECK(hone::read_file(folder.put("empty", "")).empty());
    const hone::mapped_file empty(folder.path / "empty"), full(folder.path / "a b\xC3\xA9");
    CHECK(empty.bytes().empty());
    CHECK(full.text() == std::string(100'000, 'x'));
}

TEST_CASE("only regular files are opened, and nothing waits for a pipe") {
    const temporary_folder folder;
    const auto pipe = folder.path / "pipe", loop = folder.path / "loop";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    fs::create_symlink(loop, loop);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = (folder.path / "socket").string();
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;

    const auto rejected = [](const fs::path& path, const char* code, const char* expected, const char* found) {
        for (const auto& e : {caught([&] { (void)hone::read_file(path); }), caught([&] { const hone::mapped_file mapped(path); })}) {
            CHECK(e.code == code);
            CHECK(e.where.file == path.string());
            CHECK(e.expected == expected);
            CHECK(e.found == found);
        }
    };
    rejected(folder.path, "file.not_a_file", "a file", "a folder");
    rejected(pipe, "file.not_a_file", "a file", "a pipe");
    if (bound) rejected(folder.path / "socket", "file.not_a_file", "a file", "a socket");
    rejected("/dev/zero", "file.not_a_file", "a file", "a device");
    rejected(folder.path / "absent", "file.not_found", "a file", "nothing");
    rejected(folder.put("file", "x") / "below", "file.not_found", "a file", "nothing");
    rejected(loop, "file.unreadable", "", "Too many levels of symbolic links");
    const auto nul = caught([&] { (void)hone::read_file(std::string("a\0b", 3)); });
    CHECK(nul.code == "file.bad_path");
    CHECK(nul.found == "\"a\\x00b\"");
    if (::geteuid() != 0) {
        fs::permissions(folder.path / "file", fs::perms::none);
        rejected(folder.path / "file", "file.unreadable", "", "Permission denied");
    }
    ::close(socket);
}

TEST_CASE("a file that is too large, or shrinks while it is open, is an error") {
    const temporary_folder folder;
    const auto path = folder.put("a", "12345");
    const auto large = caught([&] { (void)hone::read_file(path, 4); });
    CHECK(large.code == "file.too_large");
    CHECK(large.expected == "at most 4 bytes");
    CHECK(large.found == "5");
    const hone::mapped_file mapped(path);
    mapped.check();
    fs::resize_file(path, 3);
    const auto shrunk = caught([&] { mapped.check(); });
    CHECK(shrunk.code == "file.changed");
    CHECK(shrunk.where.file == path.string());
    CHECK(shrunk.expected == "5 bytes");
    CHECK(shrunk.found == "3");
}

TEST_CASE("a written file replaces the old one whole and leaves nothing beside it") {
    const temporary_folder folder;
    const auto path = folder.path / "out";
    hone::write_atomically(path, "one");
    CHECK(content_of(path) == "one");
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    hone::write_atomically(path, "two");
    CHECK(content_of(path) == "two");
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(folder.entries() == 1);
    { // dropped without a commit
        hone::atomic_file dropped(path);
        dropped.write(std::string_view("three"));
        CHECK(folder.entries() == 2);
    }
    CHECK(content_of(path) == "two");
    CHECK(folder.entries() == 1);
}

TEST_CASE("a link is replaced, not followed") {
    const temporary_folder folder;
    const auto target = folder.put("target", "kept");
    fs::create_symlink(target, folder.path / "link");
    hone::write_atomically(folder.path / "link", "new");
    CHECK(content_of(target) == "kept");
    CHECK(content_of(folder.path / "link") == "new");
    CHECK_FALSE(fs::is_symlink(folder.path / "link"));
}

TEST_CASE("a failed write says why, keeps the old file and leaves nothing") {
    const temporary_folder folder;
    const auto path = folder.put("out", "old");
    const auto rejected = [&](const fs::path& to, const char* found) {
        const auto e = caught([&] { hone::write_atomically(to, std::string(1 << 20, 'x')); });
        CHECK(e.code == "file.unwritable");
        CHECK(e.where.file == to.string());
        CHECK(e.found == found);
    };
    fs::create_directory(folder.path / "folder");
    rejected(folder.path / "folder", "a folder");
    rejected(folder.path / "absent" / "out", "No such file or directory");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 4096; // a disk that is full after 4096 bytes
    ::setrlimit(RLIMIT_FSIZE, &small);
    rejected(path, "File too large");
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(content_of(path) == "old");
    CHECK(folder.entries() == 2);
}
