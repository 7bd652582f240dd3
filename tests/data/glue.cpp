// The header lines are those of the published files; the rows are ours.
// SPDX-License-Identifier: Apache-2.0
#include <hone/data/glue.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <hone/data/label.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

text_table read(const char* task, const std::string& bytes) { return parse_glue(bytes, "a.tsv", glue_task_of(task)); }

} // namespace

TEST_CASE("The nine tasks", "[data]") {
    struct file {
        const char *task, *bytes, *first, *second, *label;
    };
    for (const auto& f : {
             file{"CoLA", "gj04\t1\t\tThey \"said so.\nbc\t0\t*\tx\n", "They \"said so.", "", "1"},
             {"SST-2", "sentence\tlabel\ngood film\t1\n", "good film", "", "1"},
             {"MRPC", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\t\"a\tb\n", "\"a", "b", "1"},
             {"STS-B", "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n0\tg\tf\ty\t1\tn\tn\ta\tb\t4.25\n", "a", "b", "4.25"},
             {"QQP", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n0\t1\t2\ta\tb\t0\nbroken\trow\n", "a", "b", "0"},
             {"MNLI", "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\tgold_label\r\n"
                      "0\t1\t2\tg\tp\tp\tp\tp\ta\tb\tneutral\tentailment\r\n", "a", "b", "entailment"},
             {"QNLI", "index\tquestion\tsentence\tlabel\n0\ta\tb\tnot_entailment\n", "a", "b", "not_entailment"},
             {"RTE", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n", "a", "b", "entailment"},
             {"WNLI", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\t1\n", "a", "b", "1"},
         }) {
        INFO(f.task);
        const auto t = read(f.task, f.bytes);
        CHECK(t.text.at(0) == f.first);
        CHECK(t.label.at(0) == f.label);
        CHECK(t.paired() == (*f.second != 0));
        if (t.paired()) CHECK(t.second.at(0) == f.second);
        const auto names = glue_labels(glue_task_of(f.task));
        CHECK((names.empty() || std::find(names.begin(), names.end(), t.label[0]) != names.end()));
        CHECK(label_map::sorted(names).names() == names);
    }
    CHECK(read("qqp", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n0\t1\t2\ta\tb\t0\nbroken\trow\n").skipped == 1);
    CHECK(caught([] { read("rte", "index\tsentence1\tsentence2\tlabel\n0\ta\tb\n"); }).code == "data.ragged_row");
}

TEST_CASE("Files of tests have no labels", "[data]") {
    const auto cola = read("cola", "index\tsentence\n0\tBill ran.\n");
    CHECK(cola.text == strings{"Bill ran."});
    CHECK_FALSE(cola.labelled());
    CHECK_FALSE(read("sst2", "index\tsentence\n0\tgood\n").labelled());
    CHECK_FALSE(read("mrpc", "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\ta\tb\n").labelled());
    CHECK(caught([] { read("rte", "a\tb\n"); }).code == "data.missing_column");
    CHECK(glue_labels(glue_task_of("stsb")).empty());
    CHECK(glue_labels(glue_task_of("mnli")) == strings{"contradiction", "entailment", "neutral"});
    const auto e = caught([] { glue_task_of("squad"); });
    CHECK(e.code == "data.glue_task");
    CHECK(e.expected == "cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli");
}
