// Writes safetensors byte by byte as the reference implementation does: tensors by descending type, then name; compact JSON; the header
// padded with spaces to a multiple of 8. The same tensors give the same file, so two saved models can be compared by their bytes. Cost: one
// pass over the bytes; nothing is copied.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/checkpoint/safetensors.hpp"
#include "hone/checkpoint/stored_tensor.hpp"
#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json_value.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Metadata in the order in which it is written. The default is what Python's transformers asks for.
using safetensors_metadata = std::vector<std::pair<std::string, std::string>>;
inline safetensors_metadata pytorch_metadata() { return {{"format", "pt"}}; }

/// A tensor to be written, from numbers that lie row by row and outlive it.
template <class Number>
stored_tensor to_store(std::string name, std::vector<std::uint64_t> shape, std::span<const Number> values) {
    return {std::move(name), stored_type_of<Number>(), std::move(shape), std::as_bytes(values)};
}

namespace detail {

/// The order of the file, checked: each name once, each size right, so that what is written can be read.
inline std::vector<const stored_tensor*> writing_order(std::span<const stored_tensor> tensors, const std::string& file) {
    std::vector<const stored_tensor*> order;
    for (const auto& t : tensors) order.push_back(&t);
    put_in_order(order, [](auto a, auto b) { return a->name < b->name; });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& t = *order[i];
        const place_view here{.file = file, .name = t.name};
        if (i > 0 && order[i - 1]->name == t.name)
            throw error("safetensors.duplicate", "two tensors of one name", here, "different names", "the same");
        if (t.name == "__metadata__" || t.name.size() > safetensors_limits{}.name || t.shape.size() > safetensors_limits{}.rank)
            throw error("safetensors.unwritable", "a tensor that could not be read again", here,
                        "a name below 4096 bytes, at most 16 dimensions", {in_quotes(t.name, 64), " ", shape_text(t.shape)});
        std::uint64_t bits = bits_of(t.type);
        bool fits = true;
        for (const auto extent : t.shape)
            fits = fits && extent <= safetensors_limits{}.extent && !__builtin_mul_overflow(bits, extent, &bits);
        if (!fits || bits % 8 != 0 || bits / 8 != t.bytes.size())
            throw error("safetensors.size_mismatch", "bytes that do not fit the shape", here, {name_of(t.type), " ", shape_text(t.shape)},
                        {t.bytes.size(), " bytes"});
    }
    put_in_order(order, [](auto a, auto b) { return a->type > b->type; });
    return order;
}

inline std::string header_text(std::span<const stored_tensor* const> order, const safetensors_metadata& metadata) {
    std::string text = metadata.empty() ? "{" : "{\"__metadata__\":";
    for (const auto& pair : metadata)
        phrase{&pair == &metadata.front() ? "{" : ",", json_quoted(pair.first), ":", json_quoted(pair.second)}.append_to(text);
    if (!metadata.empty())
        text += "}";
    std::uint64_t begin = 0;
    for (const auto* t : order) {
        phrase{text.size() > 1 ? "," : "", json_quoted(t->name), ":{\"dtype\":\"", name_of(t->type), "\",\"shape\":["}.append_to(text);
        for (std::size_t i = 0; i < t->shape.size(); ++i)
            phrase{i ? "," : "", t->shape[i]}.append_to(text);
        const auto end = begin + t->bytes.size();
        phrase{"],\"data_offsets\":[", begin, ",", end, "]}"}.append_to(text);
        begin = end;
    }
    text += "}";
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

} // namespace detail

/// Gives the bytes of a file to `write`, piece after piece: the header, then each tensor's own.
/// Errors: safetensors.{duplicate, unwritable, size_mismatch, not_utf8, header_too_large}.
template <class Write>
void emit_safetensors(std::span<const stored_tensor> tensors, const safetensors_metadata& metadata,
                      const std::filesystem::path& path, Write&& write) {
    const auto order = detail::writing_order(tensors, path.string());
    std::string header;
    try {
        header = detail::header_text(order, metadata);
    } catch (const error&) {
        throw error("safetensors.not_utf8", "a name that is not UTF-8", {.file = path.native()}, "names in UTF-8", "other bytes");
    }
    if (header.size() > safetensors_limits{}.header)
        throw error("safetensors.header_too_large", "too long a header", {.file = path.native()}, "at most 100000000 bytes", header.size());
    std::string head(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(head.data(), &length, 8);
    head += header;
    write(std::as_bytes(std::span<const char>(head)));
    for (const auto* t : order) write(t->bytes);
}

/// Writes all of a file or none of it. Errors: those of emit_safetensors, file.unwritable.
inline void write_safetensors(const std::filesystem::path& path, std::span<const stored_tensor> tensors,
                              const safetensors_metadata& metadata = pytorch_metadata()) {
    std::optional<atomic_file> file; // made when there is something to write
    emit_safetensors(tensors, metadata, path, [&](std::span<const std::byte> bytes) {
        if (!file) file.emplace(path);
        file->write(bytes);
    });
    file->commit();
}

} // namespace hone
HONE_COMPACT_END
