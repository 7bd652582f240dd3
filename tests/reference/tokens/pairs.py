"""Writes pairs.json: what Python's `tokenizers` (0.23.3) answers for pairs of texts cut longest-first, for the places of pieces in a text, and for
texts given in words; with tokenizers of cases.json and one whose template puts the second text first. The tests read the answers.
usage: python3 tests/reference/tokens/pairs.py > tests/reference/tokens/pairs.json
SPDX-License-Identifier: Apache-2.0"""
import copy
import json
import os
import random

import tokenizers
from tokenizers import Tokenizer

here = os.path.dirname(os.path.abspath(__file__))
cases = json.load(open(os.path.join(here, "cases.json"), encoding="utf-8"))
rng = random.Random(4)
# a combining character that is kept has the place of another one in the reference where it is moved: left out here
texts = [t for name in ("plain", "added") for t in cases["texts"][name] if not any(c in t for c in "\u302e\U0001d165\U0001d15e")]


def line(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


turned = copy.deepcopy(cases["tokenizers"][0]["file"])
turned["post_processor"]["pair"] = [
    {"SpecialToken": {"id": "[SEP]", "type_id": 3}}, {"Sequence": {"id": "B", "type_id": 2}}, {"Sequence": {"id": "A", "type_id": 1}},
    {"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"SpecialToken": {"id": "[CLS]", "type_id": 4}}]
made = []
for which in (0, 1, 3, 4, 7, 9, None):
    file = turned if which is None else cases["tokenizers"][which]["file"]
    reference = Tokenizer.from_str(json.dumps(file))
    reference.no_padding()
    special = reference.num_special_tokens_to_add(True)
    rows = []
    for _ in range(40):
        first, second = ("".join(rng.choice(texts) for _ in range(rng.randint(0, 3))) for _ in range(2))
        limit = special + rng.choice([0, 1, 2, 3, 5, 8, 13, 21, 60])
        reference.enable_truncation(limit)
        whole = reference.encode(first, second)
        reference.no_truncation()
        spans = reference.encode(first, add_special_tokens=False)
        words = first.split(" ")
        split = reference.encode(words, is_pretokenized=True, add_special_tokens=False)
        rows.append(line([first, second, limit, whole.ids, whole.type_ids, spans.ids, spans.offsets, split.ids, split.word_ids]))
    of = "null," + '"file":' + line(turned) if which is None else str(which)
    made.append('{"tokenizer":' + of + ',"cases":[\n' + ",\n".join(rows) + "]}")
print('{"reference":' + line("tokenizers " + tokenizers.__version__) + ',"tokenizers":[\n' + ",\n".join(made) + "]}")
