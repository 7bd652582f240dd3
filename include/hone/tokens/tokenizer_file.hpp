// The files of a tokenizer, byte for byte, so that a saved folder carries them on.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "hone/file/file.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A file that belongs to a tokenizer, as it was read: what a saved folder carries.
struct tokenizer_file {
    std::string name, bytes;
};

namespace detail {

inline constexpr std::size_t tokenizer_file_limit = std::size_t{64} << 20; // bytes

/// Whether something stands there; a broken link does, and reading it says so.
inline bool stands_there(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(file, ignored));
}

/// A tokenizer's file, under the name that a folder has for it, then those of the other names that
/// stand beside it. Errors: those of read_file.
inline std::vector<tokenizer_file> read_tokenizer_files(const std::filesystem::path& file,
                                                        const char* as,
                                                        std::initializer_list<const char*> beside) {
    std::vector<tokenizer_file> files{{as, read_file(file, tokenizer_file_limit)}};
    for (const char* name : beside)
        if (name != files.front().name && stands_there(file.parent_path() / name))
            files.push_back({name, read_file(file.parent_path() / name, tokenizer_file_limit)});
    return files;
}

/// The bytes of one of them; null where it is not among them.
inline const std::string* bytes_of(const std::vector<tokenizer_file>& files,
                                   std::string_view name) {
    for (const auto& file : files)
        if (file.name == name) return &file.bytes;
    return nullptr;
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
