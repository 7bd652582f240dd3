// The one seam between a run and whoever looks at it: after every step, and after every evaluation,
// each observer is given the same numbers by name. Log files, event files, tables and reports are
// observers; a run knows no more of them. What one has written so far is part of a snapshot.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/loop/snapshot.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct observed_number {
    enum class kind { real, whole, seconds };
    std::string_view name;
    double value;
    kind what = kind::real;

    /// The shortest form that reads back the same (seconds: six places); null where JSON has none.
    std::string text() const {
        char out[40];
        if (!std::isfinite(value)) return "null";
        if (what == kind::seconds) return std::snprintf(out, sizeof out, "%.6f", value), out;
        if (what == kind::whole)
            return std::to_string(static_cast<long long>(value));
        return {out, std::to_chars(out, out + sizeof out, value).ptr};
    }
};
/// Steps count from 0.
struct observation {
    long step;
    std::span<const observed_number> numbers;

    /// NaN: nothing of that name.
    double of(std::string_view name) const {
        for (const auto& n : numbers)
            if (n.name == name) return n.value;
        return std::nan("");
    }
};

class observer {
public:
    virtual ~observer() = default;
    /// Before the first step, after `pass` where a run goes on. `resumes`: it was asked to go on,
    /// so what a killed run has left may be replaced.
    virtual void begin(bool resumes) = 0;
    virtual void step(const observation& now) = 0;
    /// `now.step`: the step before it.
    virtual void evaluation(const observation& now) = 0;
    virtual void end() = 0;
    /// What it has written so far, both ways.
    virtual void pass(snapshot_content& c) = 0;
};

/// Several as one, in order.
class observers final : public observer {
public:
    void add(std::unique_ptr<observer> one) { all_.push_back(std::move(one)); }
    void begin(bool resumes) override {
        for (auto& o : all_) o->begin(resumes);
    }
    void step(const observation& now) override {
        for (auto& o : all_) o->step(now);
    }
    void evaluation(const observation& now) override {
        for (auto& o : all_) o->evaluation(now);
    }
    void end() override {
        for (auto& o : all_) o->end();
    }
    void pass(snapshot_content& c) override {
        for (auto& o : all_) o->pass(c);
    }

private:
    std::vector<std::unique_ptr<observer>> all_;
};

} // namespace hone
HONE_COMPACT_END
