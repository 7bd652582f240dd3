// Whichever request for memory is refused, looking at a folder and replacing it end in std::bad_alloc, an error, or well; never in the end of the
// program, and what was there is there.
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <new>
#include <string>

#include "file/temporary.hpp"
#include "test.hpp"
#include <hone/file/folder.hpp>

namespace {
thread_local long requests_left = -1; // below 0: any number
}

void* operator new(std::size_t bytes) {
    if (requests_left >= 0 && requests_left-- == 0) {
        requests_left = -1;
        throw std::bad_alloc();
    }
    if (void* const got = std::malloc(bytes)) return got;
    throw std::bad_alloc();
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }

TEST_CASE("memory that is refused ends no program") {
    const temporary_folder folder;
    const std::string name = "a_name_that_is_too_long_for_a_small_string", out = (folder.path / "a_folder_of_a_long_enough_name").string();
    const auto save = [&](const std::string& text) {
        hone::replace_folder(out, [&](const std::filesystem::path& to) {
            std::filesystem::create_directory(to / name);
            hone::write_atomically(to / name / name, text);
        });
    };
    save("before");
    const std::string other = folder.put("foreign/" + name, "mine").parent_path().string();
    long refused = 0;
    for (const auto& target : {out, other, (folder.path / name / name).string()})
        for (long n = 0, again = 1; again; ++n) {
            requests_left = n;
            try {
                hone::check_replaceable(target);
                again = 0;
            } catch (const std::bad_alloc&) {
                ++refused;
            } catch (const hone::error&) {
                again = requests_left < 0; // it was told that a folder cannot be replaced, or cut short
            }
            again = again && n < 2000;
            requests_left = -1;
        }
    CHECK(refused > 30); // it was refused at many places
    for (long n = 0; n < 4; ++n) {
        requests_left = 40 * n + 20;
        try {
            save("after");
        } catch (const std::exception&) {
        }
        requests_left = -1;
        const auto now = content_of(out + "/" + name + "/" + name);
        CHECK((now == "before" || now == "after"));
    }
    save("at last");
    CHECK(content_of(out + "/" + name + "/" + name) == "at last");
    CHECK(folder.entries() == 2);
}
