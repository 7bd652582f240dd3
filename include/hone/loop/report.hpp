// A report on a run: one page without scripts (loop/html_page.hpp) with the curves of loss, rate and
// gradient norm, the evaluations, where the time went and what it ran on; whoever knows more of the
// run adds sections of his own.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "hone/loop/html_page.hpp"
#include "hone/loop/observer.hpp"
#include "hone/version.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The page is written at the end. Error: file.unwritable, before the first step too.
class report final : public observer {
public:
    using part = std::function<void(html_page&)>;
    report(std::filesystem::path path, std::string title)
        : path_(std::move(path)), title_(std::move(title)) {}

    /// A section behind the curves; called at the end.
    void add(part one) { parts_.push_back(std::move(one)); }
    void begin(bool) override {
        const atomic_file trial(path_);
        begun_ = clock::now();
    }
    void step(const observation& now) override {
        steps_.push_back(static_cast<double>(now.step + 1));
        for (auto& s : series_) s.values.push_back(now.of(s.name));
    }
    void evaluation(const observation& now) override {
        if (now.numbers.empty()) return;
        score_name_ = now.numbers[0].name;
        scored_at_.push_back(static_cast<double>(now.step + 1));
        scores_.push_back(now.numbers[0].value);
    }
    void end() override {
        html_page page(title_);
        curves(page);
        for (const auto& one : parts_) one(page);
        time_and_place(page);
        write_atomically(path_, page.text());
    }
    void pass(snapshot_content& c) override {
        c.numbers("report/steps", steps_);
        for (auto& s : series_) c.numbers(std::string("report/") + s.name, s.values);
        c.numbers("report/scored", scored_at_);
        c.numbers("report/scores", scores_);
    }

private:
    using clock = std::chrono::steady_clock;
    struct series {
        const char *name, *title;
        std::vector<double> values{};
    };
    void curves(html_page& page) const {
        page.section("Loss", "of each step, and its moving mean over about twenty");
        html_curve each{"loss", steps_, series_[0].values}, mean{"moving mean", steps_, {}};
        double m = 0, weight = 0;
        for (const double v : each.y) {
            m = 0.95 * m + 0.05 * (v - v == 0 ? v : 0);
            weight = 0.95 * weight + 0.05 * (v - v == 0 ? 1 : 0);
            mean.y.push_back(m / weight);
        }
        const html_curve both[] = {each, mean};
        page.chart("loss by step", both);
        if (!scores_.empty()) {
            page.section("Evaluations");
            const html_curve scores[] = {{score_name_.empty() ? "score" : score_name_, scored_at_, scores_, true}};
            page.chart("by step", scores);
        }
        for (std::size_t k : {std::size_t{1}, std::size_t{2}}) {
            page.section(series_[k].title);
            const html_curve one[] = {{series_[k].name, steps_, series_[k].values}};
            page.chart(std::string(series_[k].name) + " by step", one);
        }
    }
    void time_and_place(html_page& page) const {
        const double all = std::chrono::duration<double>(clock::now() - begun_).count();
        double stepping = 0;
        for (const double s : series_[3].values) stepping += s;
        page.section("Time", "in seconds, from the first step on; of a run that went on, the steps of all its parts");
        const std::pair<std::string, double> bars[] = {{"steps", stepping},
                                                       {"evaluations, checkpoints and the rest", all > stepping ? all - stepping : 0}};
        page.bars(bars);
        page.section("Environment");
        const std::pair<std::string, std::string> facts[] = {
            {"processor", processor()},
            {"hone", std::to_string(HONE_VERSION_MAJOR) + "." + std::to_string(HONE_VERSION_MINOR) + "." + std::to_string(HONE_VERSION_PATCH)},
#ifdef __clang__
            {"compiler", __VERSION__}};
#else
            {"compiler", "gcc " __VERSION__}};
#endif
        page.facts(facts);
    }
    static std::string processor() {
        std::string name = "not known";
        if (std::FILE* f = std::fopen("/proc/cpuinfo", "r")) {
            char line[256], text[200];
            while (std::fgets(line, sizeof line, f))
                if (std::sscanf(line, "model name : %199[^\n]", text) == 1) {
                    name = text;
                    break;
                }
            std::fclose(f);
        }
        return name;
    }
    std::filesystem::path path_;
    std::string title_, score_name_;
    std::vector<part> parts_;
    std::vector<double> steps_, scored_at_, scores_;
    series series_[4] = {{"loss", "Loss"}, {"rate", "Rate"}, {"gradient_norm", "Norm of the gradients, before clipping"}, {"seconds", "Time"}};
    clock::time_point begun_ = clock::now();
};

} // namespace hone
HONE_COMPACT_END
