# Makes reports.hpp beside this script: scikit-learn's figures and reports for the tests of the metrics. Needs scikit-learn (1.9.1 was used).
# Usage: python3 reports.py
# SPDX-License-Identifier: Apache-2.0
import pathlib
import random
import re
import warnings

import sklearn
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, precision_recall_fscore_support

warnings.filterwarnings("ignore")
draw = random.Random(20260)


def noisy(classes, lines, right, spread=None):
    labels = [draw.randrange(classes) for _ in range(lines)]
    return labels, [y if draw.random() < right else draw.randrange(spread or classes) for y in labels]


cases = [
    ("two classes", 2, ["negative", "positive"], *noisy(2, 50, 0.8)),
    ("all right", 3, ["a", "b", "c"], [0, 1, 2, 0], [0, 1, 2, 0]),
    ("all wrong", 2, ["a", "b"], [0, 1, 0], [1, 0, 1]),
    ("one line", 4, ["a", "b", "c", "d"], [2], [2]),
    ("one line, wrong", 4, ["a", "b", "c", "d"], [2], [0]),
    ("one class only", 1, ["only"], [0, 0, 0], [0, 0, 0]),
    ("never predicted", 3, ["a", "b", "c"], [0, 1, 2, 2], [0, 0, 2, 2]),
    ("never a label", 3, ["a", "b", "c"], [0, 0, 2, 2], [0, 1, 2, 2]),
    ("neither", 4, ["a", "b", "c", "d"], [0, 0, 3, 3], [0, 3, 3, 3]),
    ("constant prediction", 5, list("abcde"), [0, 1, 2, 3, 4, 4], [4] * 6),
    ("ties in the rounding", 8, list("abcdefgh"), [0] * 8 + [1] * 8 + [2] * 8, [0] + [1] * 7 + [1] * 3 + [2] * 5 + [2] * 5 + [3] * 3),
    ("long and wide names", 3, ["a name longer than the heading", "größe 名前 \U0001f600", ""], *noisy(3, 20, 0.5)),
    ("151 classes", 151, [f"intent_{k:03d}" for k in range(151)], *noisy(151, 600, 0.7, 120)),
]
for k in range(16):
    classes = draw.randrange(2, 16)
    cases.append((f"random {k}", classes, [f"c{i}" for i in range(classes)], *noisy(classes, draw.randrange(1, 200), draw.random())))


def text(value):
    return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\' else f"\\{b:03o}" for b in value.encode()) + '"'


def numbers(values):
    return "{" + ", ".join(f"{v:.17g}" for v in values) + "}"


def averages(labels, predicted, which):
    rows = [precision_recall_fscore_support(labels, predicted, labels=which, average=a, zero_division=0)[:3] for a in ("micro", "macro", "weighted")]
    return "{" + ", ".join(numbers(r) for r in rows) + "}"


out = pathlib.Path(__file__).parent / "reports.hpp"
with open(out, "w", encoding="ascii", newline="\n") as file:
    file.write(f"// Made by reports.py with scikit-learn {sklearn.__version__}; not to be edited.\n// SPDX-License-Identifier: Apache-2.0\n#pragma once\n")
    file.write("#include <cstdint>\n#include <string>\n#include <vector>\n\nstruct report_case {\n    const char* what;\n    std::vector<std::string> names;\n")
    file.write("    std::vector<std::int32_t> labels, predicted;\n    double accuracy;\n    double present[3][3], all[3][3]; // micro, macro, weighted x precision, recall, F1\n")
    file.write("    std::vector<std::int64_t> matrix; // empty where it is large\n    const char *two_digits, *four_digits, *all_classes;\n};\n\n")
    file.write("inline const report_case report_cases[] = {\n")
    for what, classes, names, labels, predicted in cases:
        everything = list(range(classes))
        present = sorted(set(labels) | set(predicted))

        def report(**more):
            whole = classification_report(labels, predicted, zero_division=0, **more)
            if labels and not any(a == b for a, b in zip(labels, predicted)):  # where nothing is right, scikit-learn's support turns into "2.0"
                whole = re.sub(r"  (\d+)\.0$", r"    \1", whole, flags=re.M)
            return text(whole).replace("\\012", '\\n"\n     "')

        short = [names[k] for k in present]
        matrix = [int(v) for row in confusion_matrix(labels, predicted, labels=everything) for v in row] if classes < 10 else []
        file.write(f"    {{{text(what)},\n     {{{', '.join(text(n) for n in names)}}},\n")
        file.write(f"     {{{', '.join(map(str, labels))}}},\n     {{{', '.join(map(str, predicted))}}},\n     {accuracy_score(labels, predicted):.17g},\n")
        file.write(f"     {averages(labels, predicted, None)},\n     {averages(labels, predicted, everything)},\n     {{{', '.join(map(str, matrix))}}},\n")
        file.write(f"     {report(labels=present, target_names=short)},\n     {report(labels=present, target_names=short, digits=4)},\n")
        file.write(f"     {report(labels=everything, target_names=names, digits=3)}}},\n")
    file.write("};\n")
