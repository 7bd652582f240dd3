// A JSON value together with the way to it, so that a wrong type is reported by path ("model.vocab", "added_tokens[3].id"), file, expected
// and found, and nothing is taken for what it is not: 1e3 is no integer. Cost: a string per step of the way. No member is worth copying into
// its callers: the larger ones stay functions.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "hone/file/error.hpp"
#include "hone/file/json.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Refers to a value and to a file's name that must outlive it. Errors of all getters: json.wrong_type; where said, json.missing and json.out_of_range.
class json_view {
public:
    json_view(const json& root, std::string_view file) : value_(&root), file_(file) {}

    const json& value() const { return *value_; }
    std::string_view file() const { return file_; }
    const std::string& path() const { return path_; }
    place_view where() const { return {.file = file_, .name = path_}; }

    bool is_null() const { return value_->is_null(); }
    bool is_string() const { return value_->is_string(); }
    bool is_object() const { return value_->is_object(); }
    bool is_array() const { return value_->is_array(); }

    const json_view& object() const { return need(value_->is_object(), "an object"), *this; }
    const json_view& array() const { return need(value_->is_array(), "an array"), *this; }
    const std::string& string() const { return need(value_->is_string(), "a string"), value_->string(); }
    bool boolean() const { return need(value_->is_boolean(), "true or false"), value_->boolean(); }
    double number() const { return need(value_->is_number(), "a number"), value_->number(); }
    /// 1.0 and 1e3 are not integers here. Error: json.out_of_range.
    [[gnu::noinline]] std::int64_t integer(std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                                           std::int64_t high = std::numeric_limits<std::int64_t>::max()) const {
        need(value_->is_integer(), "an integer");
        const std::int64_t n = value_->integer();
        const bool huge = value_->is_unsigned() && n < 0;
        if (huge || n < low || n > high)
            throw error("json.out_of_range", "an integer out of range", where(), {low, " to ", high}, value_->write());
        return n;
    }

    /// Elements of an array, fields of an object.
    std::size_t size() const { return need(is_array() || is_object(), "an array or an object"), value_->size(); }
    /// An element below `size()`.
    json_view operator[](std::integral auto index) const { return element(static_cast<std::size_t>(index)); }
    bool has(std::string_view key) const { return find(key) != nullptr; }
    /// A field that must be there. Error: json.missing.
    [[gnu::noinline]] json_view operator[](std::string_view key) const {
        if (const json* const at = find(key))
            return {*at, file_, way(key)};
        throw error("json.missing", "a field is missing", {.file = file_, .name = way(key)}, {"a field ", in_quotes(key)}, "none");
    }
    /// Calls `visit(key, json_view)` for each field, in the file's order.
    template <class Visit>
    void each(Visit visit) const {
        const auto& keys = object().value_->keys();
        for (std::size_t i = 0; i < keys.size(); ++i)
            visit(keys[i], json_view(value_->values()[i], file_, way(keys[i])));
    }

    /// What stands here, for messages: its kind and the beginning of its text.
    [[gnu::noinline]] std::string found() const {
        if (value_->is_null()) return "null";
        if (is_array() || is_object()) return is_array() ? "an array" : "an object";
        if (value_->is_string()) return "string " + in_quotes(string(), 64);
        return (value_->is_boolean() ? "" : value_->is_integer() ? "integer " : "number ") + value_->write();
    }
    [[noreturn, gnu::cold]] void fail(const char* code, const phrase& problem, const phrase& expected) const {
        throw error(code, problem, where(), expected, found());
    }

private:
    json_view(const json& value, std::string_view file, std::string path) : value_(&value), file_(file), path_(std::move(path)) {}
    const json* find(std::string_view key) const { return object().value_->find(key); }
    [[gnu::noinline]] json_view element(std::size_t index) const {
        return {array().value_->values().at(index), file_, phrase({path_, "[", index, "]"}).text()};
    }
    [[gnu::noinline]] std::string way(std::string_view key) const { return phrase({path_, path_.empty() ? "" : ".", key}).text(); }
    void need(bool right, const char* expected) const {
        if (!right) fail("json.wrong_type", "a value of another type", expected);
    }

    const json* value_;
    std::string_view file_;
    std::string path_;
};

} // namespace hone
HONE_COMPACT_END
