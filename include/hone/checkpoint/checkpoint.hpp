// A published model's weights as one view, in one file ("model.safetensors") or several (named by "model.safetensors.index.json"). The
// index is as untrusted as the rest: it names files of its own folder and nothing else, every tensor stands where it says, and no file
// holds one more. Other formats (pickles) are never opened, only named.
// Cost: every file stays mapped while the view lives.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "hone/checkpoint/safetensors.hpp"
#include "hone/checkpoint/stored_tensor.hpp"
#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/file/json_view.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Files of one model, at most: each stays open.
inline constexpr std::size_t shard_limit = 512;

/// Tensors by ascending name, whichever file they lie in.
class checkpoint {
public:
    struct entry {
        const stored_tensor* tensor;
        const safetensors_file* file;
    };
    explicit checkpoint(std::vector<safetensors_file> files) : files_(std::move(files)) {
        for (const auto& file : files_)
            for (const auto& tensor : file.tensors()) entries_.push_back({&tensor, &file});
        put_in_order(entries_, [](const entry& a, const entry& b) { return a.tensor->name < b.tensor->name; });
    }
    checkpoint(checkpoint&&) = default; // the files' own memory does not move
    checkpoint& operator=(checkpoint&&) = delete;

    const std::vector<entry>& entries() const { return entries_; }
    /// nullptr where there is none.
    const entry* find(std::string_view name) const {
        const auto at =
            std::lower_bound(entries_.begin(), entries_.end(), name, [](const entry& e, std::string_view n) { return e.tensor->name < n; });
        return at != entries_.end() && at->tensor->name == name ? &*at : nullptr;
    }
    /// Copies a tensor's elements, row by row. Errors: checkpoint.{wrong_count, unsupported_type}, file.changed.
    template <class Number>
    void read(const entry& from, std::span<Number> out) const {
        from.file->read(*from.tensor, out);
    }
    const std::vector<safetensors_file>& files() const { return files_; }
    std::vector<safetensors_file> release() && { return std::move(files_); }

private:
    std::vector<safetensors_file> files_;
    std::vector<entry> entries_;
};

namespace detail {

inline std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// The hub's cache keeps files in MODEL/blobs, and its folders MODEL/snapshots/REVISION hold links to them. Both paths are canonical.
inline bool is_blob_of(const std::filesystem::path& file, const std::filesystem::path& folder) {
    for (auto at = folder; at.has_relative_path(); at = at.parent_path())
        if (at.parent_path().filename() == "snapshots") return file.parent_path() == at.parent_path().parent_path() / "blobs";
    return false;
}

/// A shard's name is a plain name of a safetensors file in the index's own folder, also after following links, or in the hub's cache.
inline std::filesystem::path shard_path(const std::filesystem::path& folder, const json_view& at) {
    const auto& name = at.string();
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '/' && c != '\\'; });
    if (!plain || !name.ends_with(".safetensors") || name.front() == '.')
        at.fail("checkpoint.shard_name", "not the name of a file beside the index", "a plain name that ends in .safetensors");
    const auto path = folder / name;
    std::error_code failed;
    const auto real = std::filesystem::weakly_canonical(path, failed);
    const auto home = std::filesystem::weakly_canonical(folder, failed);
    if (failed || (real.parent_path() != home && !is_blob_of(real, home)))
        at.fail("checkpoint.shard_link", "a link that leads out of the folder", "a file in the folder of the index");
    return path;
}

/// Where the index says that a tensor lies, and whether it was found there.
struct listed_tensor {
    std::string_view name, file;
    bool found = false;
};

/// Every tensor of the files stands in the list, in the file named there. Returns the bytes of all.
inline std::uint64_t check_listed(const std::vector<safetensors_file>& files, std::vector<listed_tensor>& listed,
                                  const std::string& index) {
    std::uint64_t total = 0;
    put_in_order(listed, [](const listed_tensor& a, const listed_tensor& b) { return a.name < b.name; });
    for (const auto& file : files) {
        const auto name = file.path().filename().string();
        for (const auto& tensor : file.tensors()) {
            const auto at = std::lower_bound(listed.begin(), listed.end(), tensor.name,
                                             [](const listed_tensor& t, const std::string& n) { return t.name < n; });
            const bool there = at != listed.end() && at->name == tensor.name;
            if (!there || at->file != name)
                throw error("checkpoint.not_listed", "a tensor that the index does not place here",
                            {.file = file.path().native(), .name = tensor.name},
                            !there ? "only tensors of the index" : "the tensor in " + in_quotes(at->file) + " alone",
                            "one more");
            at->found = true;
            total += tensor.bytes.size();
        }
    }
    for (const auto& tensor : listed)
        if (!tensor.found)
            throw error("checkpoint.not_in_shard", "a tensor that is not where the index says", {.file = index, .name = tensor.name},
                        {"a tensor in ", in_quotes(tensor.file)}, "none");
    return total;
}

inline checkpoint open_sharded(const std::filesystem::path& index) {
    const json document = read_json(index);
    const json_view root(document, index.native()), map = root["weight_map"];
    const auto& shards = map.object().value().values();
    std::vector<std::string> lower(shards.size());
    for (std::size_t i = 0; i < shards.size(); ++i) lower[i] = lower_case(shards[i].string());
    const auto order = order_of(lower.size(), [&](std::size_t a, std::size_t b) { return lower[a] < lower[b]; });
    std::vector<std::size_t> first(order); // the first of the same name, in capitals or not
    for (std::size_t i = 0; i < order.size(); ++i)
        first[order[i]] = i > 0 && lower[order[i]] == lower[order[i - 1]] ? first[order[i - 1]] : order[i];
    std::vector<std::filesystem::path> paths;
    std::vector<listed_tensor> listed;
    map.each([&](const std::string& tensor, const json_view& shard) {
        const std::size_t i = listed.size();
        const auto &name = shard.string(), &known = shards[first[i]].string();
        if (known != name) shard.fail("checkpoint.shard_case", "two names that differ only in capitals", in_quotes(known));
        if (first[i] == i) paths.push_back(shard_path(index.parent_path(), shard));
        listed.push_back({tensor, name});
    });
    put_in_order(paths, [](const auto& a, const auto& b) { return a.native() < b.native(); });
    if (paths.empty()) map.fail("checkpoint.no_weights", "an index of no tensors", "at least one");
    if (paths.size() > shard_limit)
        throw error("checkpoint.too_many_shards", "an index of too many files", map.where(), {"at most ", shard_limit}, paths.size());
    std::vector<safetensors_file> files;
    files.reserve(paths.size());
    for (const auto& path : paths) files.emplace_back(path);
    const auto total = check_listed(files, listed, index.native());
    if (root.has("metadata") && root["metadata"].has("total_size")) {
        const auto claimed = root["metadata"]["total_size"];
        if (!claimed.value().is_unsigned() || claimed.value().unsigned_integer() != total)
            claimed.fail("checkpoint.total_size", "a size that is not that of the tensors", total);
    }
    return checkpoint(std::move(files));
}

} // namespace detail

/// Opens a folder's weights, or one file. Errors: checkpoint.{no_weights, shard_name, shard_link, shard_case, too_many_shards, not_listed,
/// not_in_shard, total_size}; those of files, JSON and safetensors.
inline checkpoint open_checkpoint(const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto open_one = [](const std::filesystem::path& path) {
        std::vector<safetensors_file> files;
        files.emplace_back(path);
        return checkpoint(std::move(files));
    };
    if (!std::filesystem::is_directory(folder, ignored)) return open_one(folder);
    if (std::filesystem::exists(folder / "model.safetensors", ignored)) return open_one(folder / "model.safetensors");
    if (std::filesystem::exists(folder / "model.safetensors.index.json", ignored))
        return detail::open_sharded(folder / "model.safetensors.index.json");
    std::string found = "neither";
    for (const char* other : {"pytorch_model.bin", "tf_model.h5", "adapter_model.safetensors", "model.ckpt", "flax_model.msgpack"})
        if (std::filesystem::exists(folder / other, ignored)) found = std::string("only ") + other + ", which is not opened here";
    throw error("checkpoint.no_weights", "no weights in the folder", {.file = folder.native()},
                "model.safetensors or model.safetensors.index.json", found);
}

} // namespace hone
HONE_COMPACT_END
