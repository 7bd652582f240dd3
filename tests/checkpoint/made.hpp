// safetensors files made byte by byte, so that each can be wrong in one way.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A length, a header, `bytes` zeros.
inline std::string made(std::string_view header, std::size_t bytes = 0) {
    const std::uint64_t length = header.size();
    std::string file(8, '\0');
    std::memcpy(file.data(), &length, 8);
    return file + std::string(header) + std::string(bytes, '\0');
}
/// Any length before any text.
inline std::string with_length(std::uint64_t length, std::string_view rest) {
    std::string file(8, '\0');
    std::memcpy(file.data(), &length, 8);
    return file + std::string(rest);
}
inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

/// A file of f32 tensors {name, shape}, all zero.
inline std::string floats(const std::vector<std::pair<std::string, std::vector<std::uint64_t>>>& tensors) {
    std::string header = "{";
    std::uint64_t at = 0;
    for (const auto& [name, shape] : tensors) {
        std::uint64_t count = 1;
        std::string extents;
        for (const auto extent : shape) {
            count *= extent;
            extents += (extents.empty() ? "" : ",") + std::to_string(extent);
        }
        header += (header.size() > 1 ? ",\"" : "\"") + name + "\":{\"dtype\":\"F32\",\"shape\":[" + extents + "],\"data_offsets\":[" +
                  std::to_string(at) + "," + std::to_string(at + 4 * count) + "]}";
        at += 4 * count;
    }
    return made(header + "}", at);
}
