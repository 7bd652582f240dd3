// Text in lines, and numbers as text.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <string>
#include <vector>

#include <hone/file/file.hpp>

/// Lines of a file: a line ends at \n and nowhere else; a last line without one counts.
inline std::vector<std::string> lines_of(const std::string& path) {
    const auto all = hone::read_file(path, std::size_t{1} << 32);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < all.size();) {
        auto end = all.find('\n', at);
        if (end == all.npos) end = all.size();
        lines.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// The shortest form that reads back the same.
template <class Number>
std::string shortest(Number v) {
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, v).ptr};
}
