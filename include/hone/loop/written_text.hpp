// A text that is written token by token: what of it is certain is said at once, whole characters only, and
// not what may yet turn out to be the beginning of a stop string. The text ends before the stop string that
// is complete first.
// Cost: each new piece is searched once for each stop string.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/meta/compact.hpp"
#include "hone/tokens/token_stream.hpp"

HONE_COMPACT_BEGIN
namespace hone {

class written_text {
public:
    /// Empty stop strings are none.
    explicit written_text(token_stream stream, std::vector<std::string> stops = {})
        : stream_(std::move(stream)), stops_(std::move(stops)) {
        std::erase(stops_, std::string());
    }

    /// What one more token makes certain; valid until the next call. Nothing once it has stopped.
    std::string_view add(std::int32_t id) {
        if (stopped_) return {};
        const auto from = text_.size();
        stream_.add(id, text_);
        return say(from, false);
    }
    /// What was held back, where no more tokens come.
    std::string_view finish() {
        if (stopped_) return {};
        const auto from = text_.size();
        stream_.finish(text_);
        return say(from, true);
    }
    /// Has a stop string come?
    bool stopped() const { return stopped_; }
    /// All that was certain so far.
    std::string_view text() const { return std::string_view(text_).substr(0, said_); }

private:
    std::string_view say(std::size_t from, bool all) {
        auto end = text_.npos;
        for (const auto& stop : stops_)
            end = std::min(end, text_.find(stop, from - std::min(from, stop.size() - 1)));
        stopped_ = end != text_.npos;
        if (!stopped_) end = text_.size() - (all ? 0 : held_back());
        const auto begin = std::exchange(said_, std::max(end, said_));
        return std::string_view(text_).substr(begin, said_ - begin);
    }
    /// Bytes at the end that begin a stop string.
    std::size_t held_back() const {
        std::size_t most = 0;
        for (const auto& stop : stops_)
            for (auto n = std::min(stop.size() - 1, text_.size()); n > most; --n)
                if (std::string_view(text_).ends_with(std::string_view(stop).substr(0, n))) most = n;
        return most;
    }

    token_stream stream_;
    std::vector<std::string> stops_;
    std::string text_;
    std::size_t said_ = 0;
    bool stopped_ = false;
};

} // namespace hone
HONE_COMPACT_END
