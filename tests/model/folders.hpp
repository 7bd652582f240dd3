// Adapter folders that other libraries wrote (tests/reference/adapter/make.py and make_bottlenecks.py), held against what hone reads and writes: the same logits as
// theirs in f64, and every tensor and field of the folder back again.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <hone/adapter/adapt.hpp>
#include <hone/adapter/adapter.hpp>
#include <hone/file/json.hpp>
#include <hone/model/adapter_files.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/cpu.hpp>
#include <hone/step/differentiate.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

namespace hone::testing {

struct small_base : classify<bert<layers<2>, width<12>, heads<2>, inner<18>, vocabulary<14>, positions<10>>, classes<3>> {};

inline std::filesystem::path reference(const std::string& name) { return std::filesystem::path(HONE_SOURCE_DIR) / "tests/reference/adapter" / name; }

/// Logits of the two texts, row by row.
template <class Model>
std::vector<double> logits_of(pretrained<Model, double>& model) {
    const std::vector<std::int32_t> ids{2, 5, 9, 4, 3, 2, 11, 3}, offsets{0, 5, 8};
    team workers(1);
    auto program = evaluate<token_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, workers);
    const auto rows = program({.tokens = {.ids = ids, .offsets = offsets}});
    return {rows.begin(), rows.end()};
}
/// The largest difference of a logit from theirs, over the largest of theirs.
inline double apart(const std::vector<double>& ours, const std::string& file, const std::string& name) {
    const json document = read_json(reference(file));
    double difference = 0, largest = 0;
    std::size_t i = 0;
    for (const auto& row : document.find(name)->values())
        for (const auto& z : row.values()) {
            difference = std::max(difference, std::abs(z.number() - ours.at(i++)));
            largest = std::max(largest, std::abs(z.number()));
        }
    return i == ours.size() ? difference / largest : INFINITY;
}
/// Both files hold the same tensors: names, types, shapes and bytes.
inline void require_same_tensors(const std::filesystem::path& one, const std::filesystem::path& other) {
    const safetensors_file a(one), b(other);
    REQUIRE(a.tensors().size() == b.tensors().size());
    for (const auto& tensor : a.tensors()) {
        INFO(tensor.name);
        const auto* const twin = b.find(tensor.name);
        REQUIRE(twin != nullptr);
        CHECK(tensor.type == twin->type);
        CHECK(tensor.shape == twin->shape);
        CHECK(std::equal(tensor.bytes.begin(), tensor.bytes.end(), twin->bytes.begin(), twin->bytes.end()));
    }
}
template <class Model>
void require_same_weights(pretrained<Model>& one, pretrained<Model>& other) {
    one.each([&](const named_weight<float>& w) {
        INFO(w.name);
        const auto twin = other.weight(w.name);
        CHECK(std::equal(w.values.begin(), w.values.end(), twin.values.begin(), twin.values.end()));
    });
}
/// Every field of `theirs` is in `ours` with the same value, and our keys stand in order.
inline void require_fields(const json& ours, const json& theirs, const std::set<std::string>& but = {}) {
    CHECK(std::is_sorted(ours.keys().begin(), ours.keys().end()));
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        if (but.contains(theirs.keys()[i])) continue;
        INFO(theirs.keys()[i] << " " << theirs.values()[i].write());
        const json* const found = ours.find(theirs.keys()[i]);
        REQUIRE(found != nullptr);
        CHECK(found->write() == theirs.values()[i].write());
    }
}

} // namespace hone::testing
