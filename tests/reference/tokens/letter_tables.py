"""Writes unicode_letters.hpp, unicode_composition.hpp and unicode_decomposition.hpp: which scalars Python's `tokenizers` (0.23.3) takes for letters, numbers and white space
in the patterns of byte-level tokenizers, and what its NFC makes of each. Nothing comes from another Unicode library: each figure is an answer
of the reference.
usage: python3 tests/reference/tokens/letter_tables.py include/hone/tokens
SPDX-License-Identifier: Apache-2.0"""
import functools
import sys

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def matching(pattern):
    left = pre_tokenizers.Split(Regex(pattern), "removed").pre_tokenize_str
    return [c for c in scalars if not left(chr(c))]


def runs(values):
    out = []
    for v in sorted(values):
        if out and v == out[-1][1] + 1:
            out[-1][1] = v
        else:
            out.append([v, v])
    return out


def wrapped(items):
    line, out = "   ", []
    for item in items:
        if len(line) + len(item) + 2 > 100:
            out.append(line)
            line = "   "
        line += " " + item + ","
    return "\n".join(out + [line])


def table(kind, name, comment, items):
    print(f"\n/// {comment}\ninline constexpr {kind} {name}[] = {{\n{wrapped(items)}\n}};")


def ranges(name, comment, values):
    table("character_range", name, comment, [f"{{0x{a:X}, 0x{b:X}}}" for a, b in runs(values)])


def open_header(name, text):
    sys.stdout = open(f"{sys.argv[1]}/{name}", "w", encoding="utf-8", newline="\n")
    print(text)


open_header("unicode_letters.hpp", f"""// What Python's `tokenizers` {tokenizers.__version__} takes for a letter (`\\p{{L}}`) and for a number (`\\p{{N}}`) in the
// patterns of byte-level tokenizers, as it answered scalar by scalar. Its white space (`\\s`) is that of
// unicode_tables.hpp. Made by tests/reference/tokens/letter_tables.py; not edited by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/tokens/unicode_tables.hpp"

namespace hone::unicode {{""")
number = matching(r"\p{N}")
ranges("letters", "Letters.", matching(r"\p{L}"))
ranges("numbers", "Numbers.", number)
split = pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str
digits = {c for c in scalars if len(split("a" + chr(c))) == 2}
assert digits >= set(number)
ranges("more_numbers", "What the pre-tokenizer `Digits` takes for a number too.", digits - set(number))
white = [c for c in scalars if len(pre_tokenizers.BertPreTokenizer().pre_tokenize_str(f"a{chr(c)}b")) == 2]
assert matching(r"\s") == white
for letter in "strevmld":  # what a contraction is without regard to case
    assert set(matching(f"(?i:{letter})")) == {ord(letter), ord(letter.upper())} | ({0x17F} if letter == "s" else set())
print("\n} // namespace hone::unicode")

compose, decompose = normalizers.NFC().normalize_str, normalizers.NFD().normalize_str
hangul = range(0xAC00, 0xD7A4)
for c in hangul:
    s = c - 0xAC00
    jamo = chr(0x1100 + s // 588) + chr(0x1161 + s // 28 % 21) + (chr(0x11A7 + s % 28) if s % 28 else "")
    assert decompose(chr(c)) == jamo and compose(jamo) == chr(c) == compose(chr(c))
apart = {c: decompose(chr(c)) for c in scalars if c not in hangul and decompose(chr(c)) != chr(c)}
pairs, replaced = {}, {}
for c, parts in apart.items():
    if compose(chr(c)) != chr(c):
        replaced[c] = parts
        continue
    first = compose(parts[:-1])
    assert len(first) == 1 and compose(first + parts[-1]) == chr(c)
    pairs[c] = first, parts[-1]


def combines(ch):  # of a class above 0: it changes places with U+0345 (240, the last class) or U+0334 (1, the first)
    return decompose("\u0345" + ch) != "\u0345" + ch or decompose(ch + "\u0334") != ch + "\u0334"


marks = [c for c in scalars if c not in apart and c not in hangul and combines(chr(c))]
assert all(combines(x) == (ord(x) in set(marks)) for parts in apart.values() for x in parts)
before = functools.cmp_to_key(lambda a, b: -1 if decompose(chr(b) + chr(a)) != chr(b) + chr(a) else 1 if decompose(chr(a) + chr(b)) != chr(a) + chr(b) else 0)
rank, last = {}, None
for c in sorted(marks, key=before):
    rank[c] = (rank[last] + 1 if before(last) < before(c) else rank[last]) if last is not None else 1
    last = c
groups = []
for c in sorted(marks):
    if groups and groups[-1][1] == c - 1 and groups[-1][2] == rank[c]:
        groups[-1][1] = c
    else:
        groups.append([c, c, rank[c]])

open_header("unicode_composition.hpp", f"""// What NFC makes of two scalars, as Python's `tokenizers` {tokenizers.__version__} answered scalar by scalar. Hangul syllables are
// arithmetic and not here. Made by tests/reference/tokens/letter_tables.py; not edited by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/tokens/unicode_tables.hpp"

namespace hone::unicode {{

/// A scalar and the two that it is made of; the first may come apart again.
struct composite {{
    char32_t whole, first, second;
}};""")
table("composite", "composites", "What two scalars make together.", [f"{{0x{c:X}, 0x{ord(a):X}, 0x{ord(b):X}}}" for c, (a, b) in sorted(pairs.items())])
print("\n} // namespace hone::unicode")


def literal(text):
    return 'U"' + "".join(f"\\x{ord(ch):X}" for ch in text) + '"'


open_header("unicode_decomposition.hpp", f"""// What NFC takes apart for good, and the classes of what combines, as Python's `tokenizers` {tokenizers.__version__} answered
// scalar by scalar. Made by tests/reference/tokens/letter_tables.py; not edited by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/tokens/unicode_tables.hpp"

namespace hone::unicode {{""")
one = sorted(c for c in replaced if len(replaced[c]) == 1)
items = []
for a, b in runs(one):
    for at in range(a, b + 1, 12):
        items.append(f"{{0x{at:X}, {literal(''.join(replaced[c] for c in range(at, min(at + 12, b + 1))))}}}")
table("character_run", "singletons", "Scalars that NFC replaces by one other.", items)
table("character_run", "replaced", "Scalars that NFC takes apart for good.", [f"{{0x{c:X}, {literal(r)}}}" for c, r in sorted(replaced.items()) if len(r) > 1])
table("character_rank", "combining_classes", "Combining characters and the rank of their class.", [f"{{0x{a:X}, 0x{b:X}, {r}}}" for a, b, r in groups])
print("\n} // namespace hone::unicode")
