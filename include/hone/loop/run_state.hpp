// What a step and its optimizer bring to a snapshot of the run: the weights that train, what the
// optimizer keeps of each by name, and the counters from which random numbers and schedules come.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hone/file/checksum.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/loop/snapshot.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/resting.hpp"
#include "hone/tensor/trained.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Both ways. Called with the step at its beginning when it restores. Errors: those of
/// snapshot_content.
template <class Step, class Optimizer, class State>
void pass_run(snapshot_content& c, Step& step, const Optimizer& optimizer, State& state) {
    auto& weights = step.weights();
    for (const auto& r : weights.ranges) {
        if (r.rest && r.rest->active()) r.rest->settle();
        c.numbers(r.name, std::span(r.weight, static_cast<std::size_t>(r.count)));
    }
    optimizer.each(weights, state, [&](const std::string& name, auto values) {
        c.numbers(name, values);
    });
    optimizer.each_counter(state, [&](const std::string& name, double& value) {
        c.number("optimizer/" + name, value);
    });
    auto count = step.count();
    c.number("steps", count);
    if (!c.restores()) return;
    step.resume(count);
    optimizer.restored(state);
}

/// A checksum over names, shapes and values of all weights, for the facts of a run: taken before
/// the first step.
template <class Model, class T>
std::string weights_fact(const parameters<Model, T>& model) {
    checksum sum;
    model.read([&](const named_weight<const T>& w) {
        sum.add(phrase({w.name, " ", w.rows, " ", w.columns, "\n"}).text());
        sum.add(std::as_bytes(w.values));
    });
    return std::to_string(sum.value());
}
/// The same of a file. Errors: those of mapped_file.
inline std::string file_fact(const std::filesystem::path& path) {
    return std::to_string(checksum_of(mapped_file(path).bytes()));
}

} // namespace hone
HONE_COMPACT_END
