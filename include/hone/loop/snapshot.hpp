// A snapshot: all that a run needs to go on to the same bits, in one file. It is a safetensors file
// (Python opens it too) of weights, moments, averages and counters by name; its metadata holds the
// facts of the run, which are compared when it goes on. The last eight bytes, a tensor of their own,
// are the checksum of all before them.
//     One function says what a run is made of, both ways:
//     const auto all = [&](snapshot_content& c) { c.numbers("weights", values); c.number("step", n); };
// Cost of a save: one pass over the numbers, which are not copied, and a sync.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hone/checkpoint/safetensors.hpp"
#include "hone/checkpoint/safetensors_writer.hpp"
#include "hone/file/checksum.hpp"
#include "hone/meta/compact.hpp"
#include "hone/meta/seam.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// What a run is, by name: options, checksums of its data and of the weights that it began with.
using run_facts = std::vector<std::pair<std::string, std::string>>;

namespace detail {

inline constexpr const char* checksum_tensor = "checksum";
inline constexpr std::string_view snapshot_version = "1";

} // namespace detail

/// A whole snapshot, mapped. Errors: those of mapped_file; snapshot.damaged; snapshot.version.
class snapshot {
public:
    explicit snapshot(const std::filesystem::path& path) : file_(path) {
        const auto bytes = file_.bytes();
        std::uint64_t written = 0;
        if (bytes.size() < sizeof written) damaged("a checksum", "a shorter file");
        const auto all = bytes.first(bytes.size() - sizeof written);
        std::memcpy(&written, all.data() + all.size(), sizeof written);
        if (checksum_of(all) != written)
            damaged("the checksum of what was written", "another checksum");
        content_ = parse_safetensors(bytes, path.native());
        const auto written_by = content_.metadata.find("hone snapshot");
        if (written_by == content_.metadata.end() || written_by->second != detail::snapshot_version)
            throw error("snapshot.version", "a snapshot of another version of hone",
                        {.file = path.native()}, {"version ", detail::snapshot_version},
                        written_by == content_.metadata.end() ? std::string("none")
                                                           : in_quotes(written_by->second, 32));
    }
    const std::filesystem::path& path() const { return file_.path(); }
    const safetensors_content& content() const { return content_; }
    /// Error: snapshot.other_run, with the fact that differs.
    void check(const run_facts& facts) const {
        for (const auto& [name, value] : facts) {
            const auto at = content_.metadata.find("run." + name);
            if (at != content_.metadata.end() && at->second == value) continue;
            throw error("snapshot.other_run", "a snapshot of another run",
                        {.file = path().native(), .name = name}, in_quotes(value, 64),
                        at == content_.metadata.end() ? std::string("nothing of that name")
                                                      : in_quotes(at->second, 64));
        }
    }

private:
    [[noreturn]] void damaged(const char* expected, const char* found) const {
        throw error("snapshot.damaged", "the snapshot is damaged", {.file = path().native()},
                    expected, found);
    }
    mapped_file file_;
    safetensors_content content_;
};

/// What is written to a snapshot, or taken from one: the same calls either way.
class snapshot_content {
public:
    snapshot_content() = default; ///< to be written
    explicit snapshot_content(const snapshot& from) : from_(&from) {}

    bool restores() const { return from_ != nullptr; }
    /// Numbers that stand at their place. Pages that are zeros here and there stay untouched.
    /// Errors: snapshot.other_content; those of read_into.
    template <class T>
    void numbers(const std::string& name, std::span<T> values) {
        static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>, HONE_E112);
        if (!restores()) {
            tensors_.push_back(to_store(name, {values.size()}, std::span<const T>(values)));
            return;
        }
        const auto& t = find(name);
        if (t.type != stored_type_of<T>() || t.count() != values.size())
            other(name, {values.size(), " numbers"}, {t.count(), " of ", name_of(t.type)});
        constexpr std::size_t page = 1024;
        for (std::size_t k = 0; k < values.size(); k += page) {
            const std::size_t n = std::min(page, values.size() - k);
            const auto* const source = t.bytes.data() + k * sizeof(T);
            if (std::memcmp(values.data() + k, source, n * sizeof(T)) != 0)
                std::memcpy(values.data() + k, source, n * sizeof(T));
        }
    }
    /// The same of a vector, which takes the length that it had.
    template <class T>
    void numbers(const std::string& name, std::vector<T>& values) {
        if (restores()) values.resize(static_cast<std::size_t>(find(name).count()));
        numbers(name, std::span<T>(values));
    }
    /// One number; exact up to 2^53.
    template <class Number>
    void number(const std::string& name, Number& value) {
        if (!restores()) own_.push_back(static_cast<double>(value));
        double v = 0;
        numbers(name, std::span<double>(restores() ? &v : &own_.back(), 1));
        if (restores()) value = static_cast<Number>(v);
    }
    /// 64 bits, exact.
    void bits(const std::string& name, std::uint64_t& value) {
        std::uint64_t low = value & 0xFFFFFFFFu, high = value >> 32;
        number(name + ".low", low);
        number(name + ".high", high);
        value = high << 32 | low;
    }
    /// Error: snapshot.other_content where nobody asked for something that it holds.
    void check_complete() const {
        for (const auto& t : from_->content().tensors)
            if (t.name != detail::checksum_tensor && !taken(t.name))
                other(t.name, "what this run is made of", "more");
    }
    /// Writes all of a file, or none of it. Errors: file.unwritable; those of safetensors.
    void write(const std::filesystem::path& path, const run_facts& facts) const {
        std::uint64_t sum = 0;
        const auto place = std::as_bytes(std::span(&sum, 1));
        auto all = tensors_;
        all.push_back({detail::checksum_tensor, stored_type::u8, {sizeof sum}, place});
        safetensors_metadata metadata{
            {"hone snapshot", std::string(detail::snapshot_version)}};
        for (const auto& [name, value] : facts) metadata.emplace_back("run." + name, value);
        atomic_file file(path);
        checksum running;
        emit_safetensors(all, metadata, path, [&](std::span<const std::byte> bytes) {
            if (bytes.data() == place.data()) sum = running.value();
            else running.add(bytes);
            file.write(bytes);
        });
        file.commit();
    }

private:
    const stored_tensor& find(const std::string& name) {
        const auto* const t = from_->content().find(name);
        if (!t) other(name, "numbers of that name", "none");
        taken_.push_back(name);
        return *t;
    }
    bool taken(const std::string& name) const {
        return std::find(taken_.begin(), taken_.end(), name) != taken_.end();
    }
    [[noreturn]] void other(const std::string& name, const phrase& expected,
                            const phrase& found) const {
        throw error("snapshot.other_content", "a snapshot of a run that is made of other parts",
                    {.file = from_->path().native(), .name = name}, expected, found);
    }
    const snapshot* from_ = nullptr;
    std::vector<stored_tensor> tensors_;
    std::deque<double> own_; ///< numbers to be written; their places do not move
    std::vector<std::string> taken_;
};

} // namespace hone
HONE_COMPACT_END
