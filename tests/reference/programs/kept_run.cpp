// A run of a few numbers, for tests/programs/kept_run.sh: adds the number of each step to its
// weights, saves after every third step, logs, and prints its weights at the end.
// usage: kept_run FOLDER [resume]
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include <hone/loop/event_file.hpp>
#include <hone/loop/kept_run.hpp>
#include <hone/loop/log_file.hpp>
#include <hone/loop/wandb_run.hpp>

int main(int argc, char** argv) try {
    const std::string folder = argv[1], saves = folder + "/saves";
    hone::kept_run run({.snapshots = saves, .resume = argc > 2 ? saves : "", .steps = 3},
                       {{"rate", "1"}},
                       [](const std::string& text) { std::printf("%s\n", text.c_str()); });
    run.add(std::make_unique<hone::log_file>(folder + "/log", hone::log_format::json_lines, 10));
    run.add(std::make_unique<hone::event_file>(folder + "/events"));
    run.add(std::make_unique<hone::wandb_run>(folder + "/wandb", "test", hone::run_facts{{"rate", "1"}}));
    std::vector<float> weights(5000);
    const auto all = [&](hone::snapshot_content& c) { c.numbers("weights", std::span(weights)); };
    for (long n = run.begin(all); n < 10; ++n) {
        for (std::size_t i = 0; i < weights.size(); ++i)
            weights[i] = weights[i] * 0.9f + static_cast<float>(i % 17 + static_cast<std::size_t>(n));
        const hone::observed_number numbers[] = {{"loss", static_cast<double>(weights[7])}};
        run.step({n, numbers});
        run.after(n + 1, all);
    }
    run.end();
    std::printf("end %llu\n", static_cast<unsigned long long>(
                                  hone::checksum_of(std::as_bytes(std::span(weights)))));
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
