// What tests of encodings share: the answers of Python's `tokenizers` and the small tokenizer that they are of.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include <hone/file/json_view.hpp>
#include <hone/tokens/wordpiece.hpp>

inline hone::json_view reference() {
    static const hone::json answers = hone::read_json(HONE_SOURCE_DIR "/tests/reference/data/encoded.json");
    return {answers, "encoded.json"};
}
inline const hone::wordpiece& small_tokenizer() {
    static const hone::json cases = hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/cases.json");
    static const hone::wordpiece made(
        hone::read_tokenizer_json(hone::json_view(cases, "cases")["tokenizers"][0]["file"].value().write(), "tokenizer.json"));
    return made;
}
inline std::vector<std::int32_t> numbers(const hone::json_view& list) {
    std::vector<std::int32_t> out;
    for (const auto& n : list.value().values()) out.push_back(static_cast<std::int32_t>(n.integer()));
    return out;
}
template <class Range>
std::vector<std::int32_t> listed(const Range& range) {
    return {range.begin(), range.end()};
}
