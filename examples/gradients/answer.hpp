// Where an answer begins and ends: half the sum of the two cross-entropies over the tokens of each window. Windows are JSON lines, or those of a
// file of SQuAD's.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/masked.hpp>
#include <hone/data/windows.hpp>
#include <hone/layer/answer.hpp>
#include <hone/loss/position.hpp>

#include "options.hpp"

/// Reads JSON lines of `ids`, `start`, `end` and perhaps `types`.
inline hone::answer_dataset read_windows(const std::string& path) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    hone::answer_dataset data;
    const auto bytes = hone::read_file(path);
    hone::each_object(bytes, path, std::size_t{64} << 20, [&](const hone::json& object, auto here) {
        const std::string where = path + ":" + std::to_string(here.line);
        const hone::json_view line(object, where);
        auto ids = hone::detail::numbers_in(line["ids"], 0, most);
        if (ids.empty()) line["ids"].fail("data.empty_text", "a text without a token", "a token");
        const auto last = static_cast<std::int64_t>(ids.size()) - 1;
        hone::detail::append_types(data, std::move(ids), line);
        data.start.push_back(static_cast<std::int32_t>(line["start"].integer(0, last)));
        data.end.push_back(static_cast<std::int32_t>(line["end"].integer(0, last)));
    });
    return data;
}

struct gradient_task {
    static constexpr const char* name = "answer";
    using model = hone::answer<encoder>;
    using plain = model;
    static constexpr auto loss = [](auto m, auto batch) {
        const auto scores = m(batch.tokens);
        return hone::scaled<1, 2>(
            hone::position_cross_entropy(hone::start_scores(scores), batch.start) +
            hone::position_cross_entropy(hone::end_scores(scores), batch.end));
    };

    static auto read(const gradient_options& o, const hone::wordpiece& tokenizer, long) {
        if (!o.input.ends_with(".json")) return read_windows(o.input);
        return hone::encode(hone::squad(o.input), tokenizer,
                            {.length = static_cast<std::size_t>(o.length),
                             .stride = static_cast<std::size_t>(o.stride)});
    }
};
