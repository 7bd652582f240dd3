// Folders of AdaLoRA after its training: PEFT cuts the triplets that the allocation has masked out of the tensors, and `rank_pattern` of the config says
// of each layer which of its triplets are left. Read into a model they stand in their old places among zeros, which gives the same outputs (the scale
// is that of the rank at the start); a triplet of zeros has no gradient, so one that was cut stays away in further training too.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hone/model/adapter_folder.hpp"
#include "hone/model/peft_config.hpp"

HONE_COMPACT_BEGIN
namespace hone::detail {

/// The numbers of the flags that are true. Adds to `wrong` where they are not one flag for each of `rank` triplets.
inline std::vector<long> triplets_left(const json_view& flags, const std::string& key, long rank, complaints& wrong) {
    std::vector<long> left;
    const auto count = static_cast<long>(flags.array().size());
    if (count != rank) wrong.add({"rank_pattern: ", in_quotes(key, 160), " has ", count, " flags, and the layer ", rank, " triplets"});
    for (long i = 0; i < count; ++i)
        if (flags[static_cast<std::size_t>(i)].boolean()) left.push_back(i);
    return left;
}

/// Lets the tensors of a family hold what `rank_pattern` leaves of its weights. Adds to `wrong` what names no layer of the family.
template <class T>
void take_cut_ranks(adapter_family<T>& family, const json_view& config, complaints& wrong) {
    if (family.name != "ADALORA" || !config.has("rank_pattern") || config["rank_pattern"].is_null()) return;
    config["rank_pattern"].each([&](const std::string& key, const json_view& flags) {
        const std::string_view e = ".lora_E";
        const std::string layer = key.ends_with(e) ? key.substr(0, key.size() - e.size()) : key;
        std::vector<long> left;
        bool known = false;
        for (auto& t : family.tensors) {
            if (!t.name.starts_with(std::string(tensor_prefix) + layer + ".lora_")) continue;
            const std::size_t axis = t.name.ends_with(".lora_B") ? 1 : 0;
            if (!known) left = triplets_left(flags, key, static_cast<long>(t.shape[axis]), wrong);
            known = true;
            t.left = left;
            t.cut = axis == 0 ? adapter_tensor<T>::cut_to::rows : adapter_tensor<T>::cut_to::columns;
            t.shape[axis] = t.left.size();
        }
        if (!known) wrong.add({"rank_pattern: ", in_quotes(key, 160), " is no layer that the model has adapted"});
    });
}

/// Numbers of a tensor that holds some rows or columns of a weight, into the weight; zeros elsewhere.
template <class T>
void spread(const adapter_tensor<T>& t, std::span<const T> from, std::span<T> to) {
    std::fill(to.begin(), to.end(), T(0));
    const auto columns = static_cast<std::size_t>(t.weight.columns), left = t.left.size();
    if (t.cut == adapter_tensor<T>::cut_to::rows)
        for (std::size_t i = 0; i < left; ++i) std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(i * columns), columns, to.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(t.left[i]) * columns));
    else
        for (std::size_t r = 0; r < static_cast<std::size_t>(t.weight.rows); ++r)
            for (std::size_t i = 0; i < left; ++i) to[r * columns + static_cast<std::size_t>(t.left[i])] = from[r * left + i];
}

} // namespace hone::detail
HONE_COMPACT_END
