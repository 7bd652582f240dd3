"""Writes encoded.json: sentences of words and questions with windows as transformers' example scripts make them (run_ner, run_qa), worked out from what
Python's `tokenizers` (0.23.3) answers for the first tokenizer of tests/reference/tokens/cases.json. The texts are ours.
usage: python3 tests/reference/data/encoded.py > tests/reference/data/encoded.json
SPDX-License-Identifier: Apache-2.0"""
import json
import os

from tokenizers import Tokenizer

tokens = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tokens", "cases.json")
reference = Tokenizer.from_str(json.dumps(json.load(open(tokens, encoding="utf-8"))["tokenizers"][0]["file"]))
reference.no_padding()
reference.no_truncation()

sentences = [
    [("hello", "B-A"), ("playing", "I-A"), (".", "O")],
    [("\u200b", "B-A"), ("d'\u00eatre", "I-A"), ("\u4e2d\u56fd", "B-B"), ("10\u00a0000", "O"), ("\u2026", "O")],
    [("unwanted", "O"), ("playable", "B-B"), ("\u0130stanbul", "I-B"), ("caf\u00e9", "O"), ("the", "B-A")],
]
context = "Hello world, the caf\u00e9 \U0001f600 of playing \u4e2d\u56fd unwanted (the) resume. Do not want: cafe\u0301, 100 a.b,c;d \u2014 the world."
questions = [("  who is playing?", "playing \u4e2d"), ("\u3000\x1cwhat", "caf\u00e9 \U0001f600"), ("the", "cafe\u0301, 1"), ("unwanted?", "nwant"), ("b", None),
             ("want", "Hello world, the caf\u00e9 \U0001f600 of playing"), ("", "world.")]


def tagged(limit):
    for words in sentences:
        reference.enable_truncation(limit)
        e = reference.encode([w for w, _ in words], is_pretokenized=True)
        reference.no_truncation()
        of = e.word_ids
        first = [w is not None and of[i - 1] != w for i, w in enumerate(of)]
        yield [e.ids, [-1 if w is None else w for w in of], [words[w][1] if f else None for w, f in zip(of, first)]]


def windows(length, stride):
    for k, (question, answer) in enumerate(questions):
        reference.enable_truncation(length, stride=stride, strategy="only_second")
        e = reference.encode(question.lstrip(), context)
        reference.no_truncation()
        for w in [e, *e.overflowing]:
            own = [i for i, s in enumerate(w.sequence_ids) if s == 1]
            start = end = 0
            if answer:
                a = context.index(answer)
                z = a + len(answer)
                if own and w.offsets[own[0]][0] <= a and w.offsets[own[-1]][1] >= z:
                    start, end = max(i for i in own if w.offsets[i][0] <= a), min(i for i in own if w.offsets[i][1] >= z)
            yield [k, start, end, w.ids, w.type_ids, own[0], own[-1] + 1, [w.offsets[i] for i in own]]


def line(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


squad = {"version": "v2.0", "data": [{"title": "t", "paragraphs": [{"context": context, "qas": [
    {"id": f"q{k}", "question": q, "is_impossible": a is None, "answers": [{"text": a, "answer_start": context.index(a)}] if a else []}
    for k, (q, a) in enumerate(questions)]}]}]}
print('{"sentences":' + line([[[w for w, _ in s], [t for _, t in s]] for s in sentences]) + ',\n"tagged":{\n'
      + ",\n".join(f'"{n}":' + line(list(tagged(n))) for n in (64, 9, 5, 2)) + '},\n"squad":' + line(squad) + ',\n"windows":[\n'
      + ",\n".join(line([n, s, list(windows(n, s))]) for n, s in ((384, 128), (40, 8), (24, 0))) + "]}")
