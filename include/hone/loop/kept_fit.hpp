// `fit` with a run that is kept: it begins where the newest snapshot was made, tells its observers
// every step and every evaluation, and saves where that is due.
//     fit_course course;
//     fit_options o{.evaluate = score, .best = &best, .patience = 2, .course = &course};
//     keep(o, run, [&](snapshot_content& c) { pass_run(c, step, optimizer, state); best.pass(c); course.pass(c); });
//     fit(step, optimizer, state, batches, o);
//     run.end();
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loop/fit.hpp"
#include "hone/loop/kept_run.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Errors: those of kept_run::begin. `run` must outlive the options.
inline void keep(fit_options& o, kept_run& run, kept_run::content all) {
    o.done = run.begin(all);
    o.after_step = [&run, also = std::move(o.after_step)](const fit_step& s) {
        using kind = observed_number::kind;
        const observed_number numbers[] = {{"epoch", static_cast<double>(s.epoch), kind::whole},
                                           {"loss", s.loss},
                                           {"rate", s.rate},
                                           {"gradient_norm", s.gradient_norm},
                                           {"tokens", static_cast<double>(s.tokens), kind::whole},
                                           {"seconds", s.seconds, kind::seconds}};
        run.step({s.step, numbers});
        if (also) also(s);
    };
    o.after_evaluation = [&run, name = o.name,
                          also = std::move(o.after_evaluation)](const fit_evaluation& e) {
        const observed_number seen[] = {{name, e.score}};
        run.evaluation({e.step, seen});
        if (also) also(e);
    };
    o.checkpoint = [&run, all = std::move(all)](long done, bool last) {
        if (last) run.save(done, all);
        else run.after(done, all);
    };
}

} // namespace hone
HONE_COMPACT_END
