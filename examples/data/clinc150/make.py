# Makes train.tsv, dev.tsv and test.tsv beside this script from CLINC150's data_full.json: text, tab, label; no header line; the
# published order, each split followed by its out-of-scope lines (label "oos").
# Usage: python3 make.py PATH/TO/data_full.json
# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    data = json.load(file)
for name, parts in {"train": ("train", "oos_train"), "dev": ("val", "oos_val"), "test": ("test", "oos_test")}.items():
    lines = [(text, label) for part in parts for text, label in data[part]]
    for text, label in lines:
        if not text or not label or any(c in text + label for c in "\t\r\n"):
            sys.exit(f"{name}: not one line of two columns: {text!r}, {label!r}")
    with open(pathlib.Path(__file__).parent / f"{name}.tsv", "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{text}\t{label}\n" for text, label in lines)
    print(name, len(lines))
