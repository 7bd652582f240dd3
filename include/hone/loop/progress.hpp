// A line that says how training goes: on a terminal one line that is written over, elsewhere a plain line now and then.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdio>
#include <string>

#include <unistd.h>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct progress_state {
    long epoch, epochs, step, steps; ///< counted from 0; `steps` over all epochs
    double loss, rate;
    long tokens; ///< of this step
};

class progress {
public:
    explicit progress(std::FILE* out = stderr, bool quiet = false) : out_(out), quiet_(quiet), terminal_(::isatty(::fileno(out)) == 1) {}

    void operator()(const progress_state& s) {
        tokens_ += s.tokens;
        recent_ = recent_ < 0 ? s.loss : 0.95 * recent_ + 0.05 * s.loss;
        const double spent = seconds(begin_), since = seconds(shown_);
        const bool last = s.step + 1 == s.steps;
        if (quiet_ || (!last && s.step > 0 && since < (terminal_ ? 0.2 : 10.0))) return;
        shown_ = clock::now();
        const double left = spent / static_cast<double>(s.step + 1) * static_cast<double>(s.steps - s.step - 1);
        std::fprintf(out_, "%sepoch %ld/%ld  step %ld/%ld  loss %.4f  rate %.2e  %.0f tokens/s  %s left%s", terminal_ ? "\r" : "", s.epoch + 1, s.epochs, s.step + 1,
                     s.steps, recent_, s.rate, static_cast<double>(tokens_) / (spent > 0 ? spent : 1e-9), time_text(left).c_str(), terminal_ ? "\033[K" : "\n");
        std::fflush(out_);
        open_ = terminal_;
    }
    /// Ends the line that is being written over, so that something else can be printed.
    void pause() {
        if (open_) std::fputc('\n', out_);
        open_ = false;
    }
    static std::string time_text(double seconds) {
        const long s = static_cast<long>(seconds + 0.5);
        char text[32];
        if (s >= 3600) std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
        else std::snprintf(text, sizeof text, "%ld:%02ld", s / 60, s % 60);
        return text;
    }

private:
    using clock = std::chrono::steady_clock;
    static double seconds(clock::time_point from) { return std::chrono::duration<double>(clock::now() - from).count(); }
    std::FILE* out_;
    bool quiet_, terminal_, open_ = false;
    clock::time_point begin_ = clock::now(), shown_ = begin_;
    long tokens_ = 0;
    double recent_ = -1;
};

} // namespace hone
HONE_COMPACT_END
