// The report: what is on the page, that nothing of a text becomes markup, and how large it may get.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "hone/file/file.hpp"
#include "hone/loop/model_card.hpp"
#include "hone/loop/report.hpp"
#include "test.hpp"

using namespace hone;

namespace {

/// A report of a run of many steps, with a section of each kind.
std::string page_of(long steps) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("hone_report_" + std::to_string(::getpid()) + ".html");
    report r(path, "a <run> & more");
    std::vector<std::string> names;
    std::vector<long long> counts;
    for (int i = 0; i < 20; ++i) names.push_back("label " + std::to_string(i));
    for (int i = 0; i < 400; ++i) counts.push_back(i % 21 == 0 ? 40 : i % 7 == 0 ? 3 : 0);
    r.add([&](html_page& p) {
        p.section("Confusion");
        p.matrix(names, counts);
        p.section("Examples");
        const std::vector<std::string> rows[] = {{"<script>alert(1)</script>", std::string(5000, 'x')}};
        p.table(names, rows);
        const std::pair<std::string, double> bars[] = {{"one", 10}, {"two", 2.5}};
        p.section("Bars");
        p.bars(bars);
    });
    r.begin(false);
    for (long n = 0; n < steps; ++n) {
        const observed_number numbers[] = {{"loss", n == 5 ? std::nan("") : 3 / std::sqrt(static_cast<double>(n + 1))},
                                           {"rate", 1e-4}, {"gradient_norm", 1 + std::sin(static_cast<double>(n))}, {"seconds", 0.001}};
        r.step({n, numbers});
        if (n % 1000 == 999) {
            const observed_number seen[] = {{"accuracy", 0.5 + static_cast<double>(n) / 4e5}};
            r.evaluation({n, seen});
        }
    }
    r.end();
    std::string text = read_file(path);
    std::filesystem::remove(path);
    return text;
}

} // namespace

TEST_CASE("a report of a long run is one page below 300 kB, without scripts or anything from elsewhere") {
    const std::string page = page_of(100000);
    CHECK(page.size() < 300000);
    CHECK(page.find("<script") == page.npos);
    CHECK(page.find("http") == page.npos);
    CHECK(page.find("src=") == page.npos);
    CHECK(page.find("a &lt;run&gt; &amp; more") != page.npos);
    CHECK(page.find("&lt;script&gt;alert(1)") != page.npos);
    for (const char* part : {"Loss", "Evaluations", "Rate", "Norm of the gradients", "Confusion", "Time", "Environment", "prefers-color-scheme:dark"})
        CHECK(page.find(part) != page.npos);
    CHECK(page.find("nan") == page.npos);
    CHECK(page.find("inf") == page.npos);
}
TEST_CASE("a report of no step, and of one, is a page too") {
    CHECK(page_of(0).find("</html>") != std::string::npos);
    CHECK(page_of(1).find("nan") == std::string::npos);
}
TEST_CASE("a model card holds its fields, and no text of a file becomes its markup") {
    const model_card card{.title = "a | title", .task = "text-classification", .base = "base\nname", .results = {{"accuracy", "0.9"}}, .training = {}, .labels = {"# good"}};
    CHECK(card.text() == "---\nlibrary_name: transformers\npipeline_tag: text-classification\ntags:\n- hone\n---\n\n# a \\| title\n\n"
                         "Fine-tuned from base\\nname with hone.\n\n## Results\n\n| | |\n|---|---|\n| accuracy | 0.9 |\n\n## Labels\n\n- \\# good\n");
}
