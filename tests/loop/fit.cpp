// The ready loop, on a step and an optimizer that only count.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <hone/data/batches.hpp>
#include <hone/data/dataset.hpp>
#include <hone/data/epochs.hpp>
#include <hone/loop/kept_fit.hpp>
#include <hone/loop/log_file.hpp>

#include "test.hpp"

namespace {

/// Ten texts of one token.
hone::dataset ten() {
    hone::dataset d;
    for (int i = 0; i < 10; ++i) {
        d.ids.push_back(i);
        d.offsets.push_back(i + 1);
        d.label.push_back(0);
    }
    return d;
}
struct counting_step {
    struct result {
        double loss;
        int gradients;
    };
    int weight = 0;
    long reserved = 0;
    std::vector<std::int32_t> seen{};
    int fails_at = -1;

    int& weights() { return weight; }
    void reserve(hone::batch_extent e) { reserved = e.tokens; }
    template <class Batch>
    result operator()(const Batch& batch) {
        if (static_cast<int>(seen.size()) == fails_at) throw std::runtime_error("planted");
        seen.push_back(batch.tokens.ids[0]);
        return {1.5, 2};
    }
};
struct counting_optimizer {
    struct state {
        long step = 0;
        double gradient_norm = 0;
    };
    state start(counting_step&) const { return {}; }
    double rate(long step) const { return 0.5 * static_cast<double>(step); }
    void step(int& weight, int gradient, state& s) const {
        weight += gradient;
        s.gradient_norm = gradient;
        ++s.step;
    }
};
struct keeper final : hone::best_keeper {
    explicit keeper(counting_step& s) : step(s) {}
    bool offer(double score, long) override {
        if (kept >= 0 && !(score > best)) return false;
        best = score;
        kept = step.weight;
        return true;
    }
    void restore() override {
        if (kept >= 0) step.weight = kept;
    }
    counting_step& step;
    double best = 0;
    int kept = -1;
};
const hone::dataset texts = ten();
auto three_epochs() { return hone::epochs(3, hone::batches(texts, hone::sentences_per_batch(4), hone::no_shuffle)); }

} // namespace

TEST_CASE("fit goes through all epochs and tells every step") {
    counting_step step;
    std::vector<hone::fit_step> told;
    const auto r = hone::fit(step, counting_optimizer{}, three_epochs(),
                             {.after_step = [&](const hone::fit_step& s) { told.push_back(s); }, .quiet = true});
    CHECK(r.steps == 9);
    CHECK(r.why == hone::fit_end::complete);
    CHECK(r.best_step == -1);
    CHECK(step.reserved == 4);
    CHECK(step.seen == std::vector<std::int32_t>{0, 4, 8, 0, 4, 8, 0, 4, 8});
    REQUIRE(told.size() == 9);
    CHECK(told[5].epoch == 1);
    CHECK(told[5].step == 5);
    CHECK(told[5].steps == 9);
    CHECK(told[5].tokens == 2);
    CHECK(told[5].rate == 2.5);
    CHECK(told[5].loss == 1.5);
    CHECK(told[5].gradient_norm == 2);
}
TEST_CASE("fit puts the best weights back and ends after evaluations without a better one") {
    counting_step step;
    keeper best(step);
    const double scores[] = {0.5, 0.4, 0.3, 0.2};
    std::size_t asked = 0;
    std::vector<hone::fit_evaluation> told;
    hone::fit_options o{.evaluate = [&] { return scores[asked++]; }, .best = &best, .patience = 2, .quiet = true};
    o.after_evaluation = [&](const hone::fit_evaluation& e) { told.push_back(e); };
    SECTION("after each epoch") {
        const auto r = hone::fit(step, counting_optimizer{}, three_epochs(), o);
        CHECK(r.steps == 9);
        CHECK(r.best_step == 2);
        CHECK(r.best_score == 0.5);
        CHECK(step.weight == 6);
        REQUIRE(told.size() == 3);
        CHECK(told[0].best);
        CHECK(!told[1].best);
        CHECK(told[2].epoch == 2);
        CHECK(told[2].step == 8);
    }
    SECTION("every two steps") {
        o.evaluate_every = 2;
        const auto r = hone::fit(step, counting_optimizer{}, three_epochs(), o);
        CHECK(r.steps == 6);
        CHECK(r.why == hone::fit_end::patience);
        CHECK(r.best_step == 1);
        CHECK(step.weight == 4);
    }
    SECTION("where less is better, every one is the best") {
        o.evaluate_every = 3;
        o.least_is_best = true;
        const auto r = hone::fit(step, counting_optimizer{}, three_epochs(), o);
        CHECK(r.steps == 9);
        CHECK(r.best_score == 0.3);
        CHECK(step.weight == 18);
    }
}
TEST_CASE("fit stops when it is asked to, goes on from there, and says where it may be saved") {
    counting_step step;
    counting_optimizer optimizer;
    auto state = optimizer.start(step);
    std::string saved;
    hone::fit_options o{.interrupted = [&] { return step.seen.size() == 4; }, .quiet = true};
    o.checkpoint = [&](long done, bool last) { saved += std::to_string(done) + (last ? "!" : " "); };
    auto run = three_epochs();
    auto r = hone::fit(step, optimizer, state, run, o);
    CHECK(r.steps == 4);
    CHECK(r.why == hone::fit_end::interrupted);
    CHECK(saved == "1 2 3 4!");
    o.done = r.steps;
    o.steps = 7;
    o.interrupted = nullptr;
    r = hone::fit(step, optimizer, state, run, o);
    CHECK(r.steps == 7);
    CHECK(r.why == hone::fit_end::steps);
    CHECK(state.step == 7);
    CHECK(step.seen == std::vector<std::int32_t>{0, 4, 8, 0, 4, 8, 0});
    o.done = 7;
    CHECK(hone::fit(step, optimizer, state, run, o).steps == 7); // nothing is left
    CHECK(step.seen.size() == 7);
}
TEST_CASE("fit puts the best weights back before it passes an error on") {
    counting_step step;
    step.fails_at = 5;
    keeper best(step);
    CHECK_THROWS_WITH(hone::fit(step, counting_optimizer{}, three_epochs(), {.evaluate = [] { return 1.0; }, .best = &best, .quiet = true}),
                      "planted");
    CHECK(step.weight == 6); // of five steps, the three of the first epoch
}

TEST_CASE("fit goes on from a snapshot as if nobody had stopped it") {
    const auto folder = std::filesystem::temp_directory_path() / ("hone_fit_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    const auto go = [&](long steps, bool resumes, const char* log) {
        counting_step step;
        counting_optimizer optimizer;
        auto state = optimizer.start(step);
        hone::kept_run run({.snapshots = (folder / "saves").native(), .resume = resumes ? (folder / "saves").native() : "", .steps = 2}, {},
                           [](const std::string&) {});
        run.add(std::make_unique<hone::log_file>(folder / log, hone::log_format::json_lines, 9));
        hone::fit_course course;
        hone::fit_options o{.evaluate = [&] { return 9.0 - step.weight; }, .patience = 2, .steps = steps, .course = &course, .quiet = true};
        hone::keep(o, run, [&](hone::snapshot_content& c) {
            c.number("weight", step.weight);
            c.number("step", state.step);
            course.pass(c);
        });
        const auto r = hone::fit(step, optimizer, state, three_epochs(), o);
        run.end();
        return std::pair(step.weight, r.why);
    };
    const auto log = [&](const char* name) {
        std::string text, line;
        std::ifstream file(folder / name);
        while (std::getline(file, line)) text += line.substr(0, line.find("\"seconds\"")) + "\n";
        return text;
    };
    std::filesystem::create_directories(folder);
    const auto whole = go(0, false, "whole");
    std::filesystem::remove_all(folder / "saves");
    CHECK(whole == std::pair(18, hone::fit_end::patience)); // the first evaluation was the best
    CHECK(go(7, false, "log").first == 14);
    CHECK(go(0, true, "log") == whole);
    CHECK(log("log") == log("whole"));
    std::filesystem::remove_all(folder);
}
