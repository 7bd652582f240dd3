// Metrics of predictions in a file of JSON lines, one line of output each: {"metric": NAME,
// "options": {...}, "predictions": [...], "references": [...]} gives {"value": x, ...}, null where
// a number is undefined or infinite. docs/metrics.md says what there is.
// SPDX-License-Identifier: Apache-2.0
#include "../command_line.hpp"
#include "classes.hpp"
#include "numbers.hpp"
#include "texts.hpp"

#include <hone/file/file.hpp>
#include <hone/file/nearest.hpp>

namespace {

struct known_metric {
    const char* name;
    hone::json (*value)(const metric_line&);
};
constexpr known_metric known[] = {
    {"accuracy", of_line::accuracy},
    {"auroc", of_line::auroc},
    {"bleu", of_line::bleu},
    {"calibration_error", of_line::calibration_error},
    {"chrf", of_line::chrf},
    {"entities", of_line::entities},
    {"f1", of_line::figure<&hone::scores::f1>},
    {"log_loss", of_line::log_loss},
    {"mcc", of_line::matthews},
    {"meteor", of_line::meteor},
    {"pearson", of_line::correlation<hone::pearson>},
    {"perplexity", of_line::perplexity},
    {"precision", of_line::figure<&hone::scores::precision>},
    {"recall", of_line::figure<&hone::scores::recall>},
    {"rouge1", of_line::rouge<hone::rouge_kind::rouge1>},
    {"rouge2", of_line::rouge<hone::rouge_kind::rouge2>},
    {"rougeL", of_line::rouge<hone::rouge_kind::rouge_l>},
    {"rougeLsum", of_line::rouge<hone::rouge_kind::rouge_lsum>},
    {"spearman", of_line::correlation<hone::spearman>},
    {"squad", of_line::squad},
};

hone::json answer(std::string_view text, const std::string& file) {
    const auto parsed = hone::parse_json(text, file);
    const hone::json_view line(parsed, file);
    const auto& name = line["metric"].string();
    const auto metric = std::find_if(std::begin(known), std::end(known),
                                     [&](const auto& m) { return name == m.name; });
    if (metric == std::end(known)) {
        std::vector<std::string> names;
        for (const auto& m : known) names.emplace_back(m.name);
        throw hone::error("metrics.metric", "no such metric", {.name = "metric"},
                          hone::nearest_names(name, names), hone::in_quotes(name, 64));
    }
    const hone::json none, no_list = hone::json::array();
    const metric_line in{line.has("options") ? line["options"] : hone::json_view(none, file),
                         line["predictions"].array(),
                         line.has("references") ? line["references"].array()
                                                : hone::json_view(no_list, file)};
    try {
        return metric->value(in);
    } catch (const hone::error& e) {
        if (e.code != "metric.empty") throw;
        return undefined(); // a score of nothing
    }
}

void run(const std::string& input) {
    const auto bytes = hone::read_file(input);
    std::int64_t number = 0;
    for (std::size_t begin = 0, end = 0; begin < bytes.size(); begin = end + 1) {
        end = std::min(bytes.find('\n', begin), bytes.size());
        ++number;
        const auto text = std::string_view(bytes).substr(begin, end - begin);
        if (text.find_first_not_of(" \t\r") == text.npos) continue;
        try {
            std::puts(answer(text, input).write().c_str());
        } catch (const hone::error& e) { // say which line of the file it was
            throw hone::error(
                e.code, e.problem,
                {.file = input, .line = number, .column = e.where.column, .name = e.where.name},
                e.expected, e.found);
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    std::string input;
    command_line line("metrics",
                      "Metrics of predictions, a line of JSON each; see docs/metrics.md.");
    line.add("input", "FILE", input,
             "lines of {\"metric\": NAME, \"options\": {...}, \"predictions\": [...], "
             "\"references\": [...]}")
        .required();
    if (const int code = line.read(argc, argv); code >= 0) return code;
    try {
        run(input);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "metrics: %s\n", e.what());
        return 1;
    }
    return 0;
}
