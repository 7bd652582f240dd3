// A reader of safetensors: a length, a JSON header, one buffer of bytes. Nothing that the reference implementation rejects is accepted, and
// some files that it accepts are not: two equal keys (after unescaping) anywhere, fields beside dtype, shape and data_offsets, a tensor's
// facts as an array, extents above 2^48-1, rank above 16, more than 1,000,000 tensors, names above 4,096 bytes, depth above 64. White space
// before the header and a null __metadata__ are accepted. Names are only ever keys, never paths.
// Cost: the header is parsed once; tensors are views of the mapped file.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/checkpoint/stored_tensor.hpp"
#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What a file may claim, at most. A caller may ask for less.
struct safetensors_limits {
    std::uint64_t header = 100'000'000, extent = (std::uint64_t{1} << 48) - 1;
    std::size_t tensors = 1'000'000, name = 4'096, rank = 16;
};

/// What a file holds: tensors by ascending name, their bytes within the given buffer.
struct safetensors_content {
    std::vector<stored_tensor> tensors;
    std::map<std::string, std::string> metadata;

    /// nullptr where there is none.
    const stored_tensor* find(std::string_view name) const {
        const auto at =
            std::lower_bound(tensors.begin(), tensors.end(), name, [](const auto& t, std::string_view n) { return t.name < n; });
        return at != tensors.end() && at->name == name ? &*at : nullptr;
    }
};

namespace detail {

/// What a file that is no safetensors looks like; empty where nothing is recognised.
inline std::string looks_like(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\x1F\x8B"sv)) return "a gzip file";
    if (bytes.starts_with("PK\x03\x04"sv)) return "a zip file (PyTorch's own format is one)";
    if (bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5) return "a Python pickle, which hone never opens";
    if (bytes.starts_with("version https://git-lfs")) return "a Git LFS pointer: the file itself was not fetched";
    if (bytes.starts_with("GGUF")) return "a GGUF file";
    if (bytes.starts_with("\x89HDF")) return "an HDF5 file";
    if (bytes.starts_with("{")) return "JSON text without the eight bytes of length";
    if (bytes.starts_with("<")) return "an HTML or XML page";
    return {};
}

[[noreturn, gnu::cold]] inline void not_safetensors(const char* code, const char* problem, const std::string& file, std::string_view bytes,
                                                    const phrase& expected, const phrase& found) {
    if (const auto other = looks_like(bytes); !other.empty())
        throw error("safetensors.other_format", "not a safetensors file", {.file = file, .byte = 0}, "a safetensors file",
                    {"what looks like ", other});
    throw error(code, problem, {.file = file, .byte = 0}, expected, found);
}

/// The end of the header, from the first eight bytes.
inline std::size_t header_end(std::string_view bytes, const std::string& file, const safetensors_limits& limits) {
    if (bytes.size() < 8)
        not_safetensors("safetensors.too_short", "too short for a header", file, bytes, "at least 8 bytes", bytes.size());
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    if (length > limits.header)
        not_safetensors("safetensors.header_too_large", "too long a header", file, bytes, {"at most ", limits.header, " bytes"}, length);
    if (length > bytes.size() - 8)
        not_safetensors("safetensors.header_past_end", "the header ends behind the file", file, bytes,
                        {"at most ", bytes.size() - 8, " bytes"}, length);
    return 8 + static_cast<std::size_t>(length);
}

/// A header's JSON takes memory in proportion: no tensor needs more than a dozen values.
inline constexpr std::size_t most_header_values = 12'000'000;

inline json parse_header(std::string_view bytes, std::size_t end, const std::string& file) {
    try {
        return parse_json(bytes.substr(8, end - 8), file, 8, most_header_values);
    } catch (const error& e) {
        if (e.where.byte == 8 && !looks_like(bytes).empty()) not_safetensors("", "", file, bytes, {}, {});
        throw;
    }
}

inline stored_type parse_type(const json_view& at) {
    const auto& name = at.string();
    std::string known;
    for (std::size_t i = 0; i < stored_types.size(); ++i) {
        if (stored_types[i].name == name) return static_cast<stored_type>(i);
        known += (i ? ", " : "") + std::string(stored_types[i].name);
    }
    at.fail("safetensors.unknown_type", "an element type that the format does not have", {"one of ", known});
}

/// A size or an offset: an integer from 0 to 2^64-1 (and not "-0", which the reference rejects).
inline std::uint64_t parse_unsigned(const json_view& at) {
    if (!at.value().is_unsigned()) at.fail("safetensors.not_a_size", "not a size", "an integer from 0 to 2^64-1");
    return at.value().unsigned_integer();
}

/// One entry of the header; `buffer` is what its offsets count in.
inline stored_tensor parse_tensor(const std::string& name, const json_view& at, std::span<const std::byte> buffer,
                                  const safetensors_limits& limits) {
    place_view here{.file = at.file(), .name = name};
    if (name.size() > limits.name)
        throw error("safetensors.name_too_long", "too long a name", here, {"at most ", limits.name, " bytes"}, name.size());
    at.object().each([&](const std::string& field, const json_view&) {
        if (field != "dtype" && field != "shape" && field != "data_offsets")
            throw error("safetensors.unknown_field", "a field that the format does not have", here, "dtype, shape and data_offsets",
                        in_quotes(field));
    });
    stored_tensor tensor{name, parse_type(at["dtype"]), {}, {}};
    const auto shape = at["shape"], offsets = at["data_offsets"];
    if (shape.array().size() > limits.rank)
        throw error("safetensors.rank", "too many dimensions", here, {"at most ", limits.rank}, shape.size());
    std::uint64_t bits = 1;
    bool fits = true;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const auto extent = parse_unsigned(shape[i]);
        if (extent > limits.extent)
            throw error("safetensors.extent", "too large an extent", here, {"at most ", limits.extent}, extent);
        fits = fits && !__builtin_mul_overflow(bits, extent, &bits); // in order, so that a later 0 excuses nothing
        tensor.shape.push_back(extent);
    }
    fits = fits && !__builtin_mul_overflow(bits, std::uint64_t{bits_of(tensor.type)}, &bits);
    if (!fits) throw error("safetensors.overflow", "a shape whose size overflows", here, "fewer than 2^64 bits", shape_text(tensor.shape));
    if (bits % 8 != 0)
        throw error("safetensors.odd_bits", "a tensor that is no whole number of bytes", here, "a multiple of 8 bits", bits);
    if (offsets.array().size() != 2)
        throw error("safetensors.offsets", "data_offsets are a begin and an end", here, "2 numbers", offsets.size());
    const auto begin = parse_unsigned(offsets[0]), end = parse_unsigned(offsets[1]);
    const auto range = [&] { return "[" + std::to_string(begin) + ", " + std::to_string(end) + "]"; };
    if (begin > end || end > buffer.size())
        throw error("safetensors.offsets", "data_offsets outside of the file", here,
                    {"begin <= end <= ", buffer.size(), ", the bytes after the header"}, range());
    if (end - begin != bits / 8)
        throw error("safetensors.size_mismatch", "data_offsets that do not fit the shape", here,
                    {bits / 8, " bytes for ", name_of(tensor.type), " ", shape_text(tensor.shape)}, {end - begin, " bytes, ", range()});
    tensor.bytes = buffer.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    return tensor;
}

/// The tensors fill the buffer from its first byte to its last, none over another.
inline void check_covered(const std::vector<stored_tensor>& tensors, std::span<const std::byte> buffer, const std::string& file) {
    const auto begin = [&](const stored_tensor& t) { return t.bytes.data() - buffer.data(); };
    const auto size = [](auto n) { return static_cast<std::ptrdiff_t>(n); };
    const auto order = order_of(tensors.size(), [&](std::size_t i, std::size_t k) {
        const auto &a = tensors[i], &b = tensors[k];
        return begin(a) != begin(b) ? begin(a) < begin(b) : a.bytes.size() < b.bytes.size();
    });
    std::ptrdiff_t covered = 0;
    for (const std::size_t i : order) {
        const auto& t = tensors[i];
        if (begin(t) != covered)
            throw error(begin(t) < covered ? "safetensors.overlap" : "safetensors.hole",
                        begin(t) < covered ? "a tensor over another one" : "bytes that belong to no tensor", {.file = file, .name = t.name},
                        {"a begin at ", covered}, begin(t));
        covered += size(t.bytes.size());
    }
    if (covered != size(buffer.size()))
        throw error("safetensors.not_covered", "bytes after the last tensor", {.file = file}, {covered, " bytes of tensors"},
                    buffer.size());
}

} // namespace detail

/// Reads a file's bytes, which must outlive the result; `file` is for messages. Errors: json.* (bytes count from the file's beginning), and
/// safetensors.{too_short, header_too_large, header_past_end, other_format, too_many_tensors, name_too_long, unknown_field, unknown_type,
/// not_a_size, rank, extent, overflow, odd_bits, offsets, size_mismatch, overlap, hole, not_covered}.
inline safetensors_content parse_safetensors(std::span<const std::byte> file_bytes, const std::string& file,
                                             const safetensors_limits& limits = {}) {
    const std::string_view bytes(reinterpret_cast<const char*>(file_bytes.data()), file_bytes.size());
    const std::size_t end = detail::header_end(bytes, file, limits);
    const json header = detail::parse_header(bytes, end, file);
    const auto buffer = file_bytes.subspan(end);
    safetensors_content content;
    const json_view root(header, file);
    if (root.object().size() - root.has("__metadata__") > limits.tensors)
        throw error("safetensors.too_many_tensors", "too many tensors", {.file = file}, {"at most ", limits.tensors}, root.size());
    content.tensors.reserve(root.size());
    root.each([&](const std::string& name, const json_view& entry) {
        if (name != "__metadata__") {
            content.tensors.push_back(detail::parse_tensor(name, entry, buffer, limits));
        } else if (!entry.is_null()) {
            entry.each([&](const std::string& key, const json_view& value) { content.metadata.emplace(key, value.string()); });
        }
    });
    detail::check_covered(content.tensors, buffer, file);
    put_in_order(content.tensors, [](const stored_tensor& a, const stored_tensor& b) { return a.name < b.name; });
    return content;
}

/// A mapped file and its tensors. Errors: those of mapped_file and parse_safetensors.
class safetensors_file {
public:
    explicit safetensors_file(const std::filesystem::path& path) : file_(path), content_(parse_safetensors(file_.bytes(), path.string())) {}

    const std::filesystem::path& path() const { return file_.path(); }
    std::uint64_t size() const { return file_.size(); }
    const std::vector<stored_tensor>& tensors() const { return content_.tensors; }
    const std::map<std::string, std::string>& metadata() const { return content_.metadata; }
    const stored_tensor* find(std::string_view name) const { return content_.find(name); }
    /// hone::read_into, after a look whether the file still is as long as it was.
    template <class Number>
    void read(const stored_tensor& tensor, std::span<Number> out) const {
        file_.check();
        read_into(tensor, out, file_.path().string());
    }
    /// The mapped file itself, for whoever goes on reading in it; the tensors' bytes stay where they are.
    mapped_file release() && { return std::move(file_); }

private:
    mapped_file file_;
    safetensors_content content_;
};

} // namespace hone
HONE_COMPACT_END
