// Adapter folders that other libraries wrote (tests/reference/adapter/), held against what hone reads and writes: the same logits as
// theirs in f64, and every tensor and field of the folder back again.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <filesystem>
#include <fstream>
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

struct small_base : classify<bert<layers<2>, width<12>, heads<2>, inner<18>, vocabulary<30>, positions<16>>, classes<3>> {};

inline std::filesystem::path reference(const std::string& name) { return std::filesystem::path(HONE_SOURCE_DIR) / "tests/reference/adapter" / name; }

/// The largest difference of a logit from those beside the folder, over the largest of these.
template <class Model>
double apart(pretrained<Model, double>& model, const std::string& name) {
    const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2, 1, 7, 8, 3, 6, 2, 1}, offsets{0, 4, 7, 13, 14};
    team alone(1);
    auto program = evaluate<token_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, alone);
    std::ifstream file(reference(name) / "logits.txt");
    double difference = 0, largest = 0, theirs = 0;
    for (const double ours : program({.tokens = {.ids = ids, .offsets = offsets}})) {
        if (!(file >> theirs)) return INFINITY;
        difference = std::max(difference, std::abs(theirs - ours));
        largest = std::max(largest, std::abs(theirs));
    }
    return file >> theirs ? INFINITY : difference / largest;
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
/// Every field of `theirs` is in `ours` with the same value, and our keys stand in order.
inline void require_fields(const json& ours, const json& theirs) {
    CHECK(std::is_sorted(ours.keys().begin(), ours.keys().end()));
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        INFO(theirs.keys()[i] << " " << theirs.values()[i].write());
        const json* const found = ours.find(theirs.keys()[i]);
        REQUIRE(found != nullptr);
        CHECK(found->write() == theirs.values()[i].write());
    }
}

} // namespace hone::testing
