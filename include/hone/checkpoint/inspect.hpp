// A look at the numbers of a checkpoint, for whoever asks: weights that are not finite, matrices of one value, numbers of absurd size
// (often bytes in the wrong order). Loading itself copies numbers as they are and judges none. Cost: reads every tensor once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/checkpoint/checkpoint.hpp"
#include "hone/checkpoint/stored_tensor.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

inline bool not_finite(double x) { return (std::bit_cast<std::uint64_t>(x) >> 52 & 0x7FF) == 0x7FF; }
inline bool absurd(double x) { return x != 0 && (std::fabs(x) > 1e10 || std::fabs(x) < 1e-30); }

} // namespace detail

/// Notices: checkpoint.not_finite, checkpoint.constant (matrices only: a fresh norm is all ones), checkpoint.absurd (more than half).
inline std::vector<notice> inspect_weights(const checkpoint& from) {
    std::vector<notice> notices;
    std::vector<double> values;
    for (const auto& entry : from.entries()) {
        const auto& tensor = *entry.tensor;
        if (!is_readable(tensor.type) || tensor.count() == 0) continue;
        values.resize(static_cast<std::size_t>(tensor.count()));
        from.read(entry, std::span(values));
        const auto report = [&](const char* code, const std::string& what) { notices.push_back({code, in_quotes(tensor.name, 128) + what}); };
        const auto broken = std::count_if(values.begin(), values.end(), detail::not_finite);
        const auto odd = std::count_if(values.begin(), values.end(), detail::absurd);
        const bool constant = values.size() > 1 && std::all_of(values.begin(), values.end(), [&](double x) { return x == values.front(); });
        if (broken > 0)
            report("checkpoint.not_finite",
                   ": " + std::to_string(broken) + " of " + std::to_string(values.size()) + " numbers are not finite");
        if (constant && tensor.shape.size() > 1) report("checkpoint.constant", ": all numbers are " + std::to_string(values.front()));
        if (static_cast<std::size_t>(odd) > values.size() / 2)
            report("checkpoint.absurd", ": numbers of absurd size, perhaps in another byte order");
    }
    return notices;
}

} // namespace hone
HONE_COMPACT_END
