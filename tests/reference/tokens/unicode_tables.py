"""Writes unicode_tables.hpp and unicode_words.hpp: what Python's `tokenizers` (0.23.3) does to each Unicode scalar, as short tables.
Nothing comes from another Unicode library: each figure is an answer of the reference, asked one scalar at a time.
usage: python3 tests/reference/tokens/unicode_tables.py include/hone/tokens
SPDX-License-Identifier: Apache-2.0"""
import functools
import sys
import unicodedata  # only decides which characters may stand in the source as themselves

import tokenizers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def bert(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on}).normalize_str


clean, spaced, strip, lower = bert(clean_text=True), bert(handle_chinese_chars=True), bert(strip_accents=True), bert(lowercase=True)
decompose = normalizers.NFD().normalize_str
split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str


def runs(values, step=1):
    """Sorted numbers as [first, last] pairs."""
    out = []
    for v in values:
        if out and v == out[-1][1] + step:
            out[-1][1] = v
        else:
            out.append([v, v])
    return out


def wrapped(items):
    line, out = "   ", []
    for item in items:
        if len(line) + len(item) + 2 > 140:
            out.append(line)
            line = "   "
        line += " " + item + ","
    return "\n".join(out + [line])


def ranges(name, comment, values):
    print(f"\n/// {comment}\ninline constexpr character_range {name}[] = {{")
    print(wrapped(f"{{0x{a:X}, 0x{b:X}}}" for a, b in runs(sorted(values))) + "\n};")


def literal(text):
    def one(ch):
        if ch.isascii():
            assert ch.isprintable() and ch not in '"\\'
            return ch
        raw = unicodedata.category(ch)[0] == "L" and unicodedata.bidirectional(ch) == "L"
        raw = raw and unicodedata.normalize("NFC", ch) == ch and unicodedata.normalize("NFC", "e" + ch) == "e" + ch
        return ch if raw else f"\\u{ord(ch):04X}" if ord(ch) < 0x10000 else f"\\U{ord(ch):08X}"
    return 'U"' + "".join(one(ch) for ch in text) + '"'


sys.stdout = open(f"{sys.argv[1]}/unicode_tables.hpp", "w", encoding="utf-8", newline="\n")
print(f"""// What Python's `tokenizers` {tokenizers.__version__} does to each Unicode scalar: its answers, asked one scalar at a time, as ranges and runs. No Unicode
// release gives these tables (categories are those of 8.0, decompositions and cases of later ones). Made by
// tests/reference/tokens/unicode_tables.py; not edited by hand. Cost: a binary search of about ten steps a look-up.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace hone::unicode {{

/// Scalars from `first` to `last`, both included.
struct character_range {{
    char32_t first, last;
}};
/// Scalars from `first` on, each with what becomes of it; a scalar that stands for itself does not change.
struct character_run {{
    char32_t first;
    std::u32string_view become;
}};
/// Every `step`th scalar of a range, and what is added to it.
struct character_shift {{
    char32_t first, last;
    std::uint8_t step;
    std::int32_t add;
}};
/// A range of combining characters and the rank of their class: characters of a lower rank are moved to the front.
struct character_rank {{
    char32_t first, last;
    std::uint8_t rank;
}};""")

# A. Cleaning, white space, punctuation, Chinese.
cleaned = {c: clean(chr(c)) for c in scalars}
assert all(r in ("", " ", chr(c)) for c, r in cleaned.items())
ranges("dropped", "What cleaning drops: U+0000, U+FFFD, controls, formats, private use.", [c for c in scalars if cleaned[c] == ""])
parts = {c: [piece for piece, _ in split(f"a{chr(c)}b")] for c in scalars}
white = [c for c in scalars if parts[c] == ["a", "b"]]
assert {c for c in scalars if cleaned[c] == " "} == set(white) - {c for c in scalars if cleaned[c] == ""}
ranges("white_space", "White space, as words are split on.", white)
ranges("punctuation", "What is a word by itself.", [c for c in scalars if parts[c] == ["a", chr(c), "b"]])
assert all(p in (["a", "b"], ["a", chr(c), "b"], [f"a{chr(c)}b"]) for c, p in parts.items())
chinese = [c for c in scalars if spaced(chr(c)) != chr(c)]
assert all(spaced(chr(c)) == f" {chr(c)} " for c in chinese)
ranges("chinese", "Chinese characters, which get a space on either side.", chinese)

# B. Accents: canonical decomposition, then removal of nonspacing marks. Precomposed Hangul is arithmetic.
hangul = range(0xAC00, 0xD7A4)
for c in hangul:
    s = c - 0xAC00
    jamo = chr(0x1100 + s // 588) + chr(0x1161 + s // 28 % 21) + (chr(0x11A7 + s % 28) if s % 28 else "")
    assert strip(chr(c)) == decompose(chr(c)) == jamo
stripped = {c: strip(chr(c)) for c in scalars if c not in hangul}


def combines(ch):  # of a class above 0: it changes places with U+0345 (240, the last class) or U+0334 (1, the first)
    return decompose("\u0345" + ch) != "\u0345" + ch or decompose(ch + "\u0334") != ch + "\u0334"


def opens(c):  # its decomposition begins with a character of class 0, across which nothing is moved
    return not combines(decompose(chr(c))[0])


removed = [c for c, r in stripped.items() if r == ""]
assert all(opens(c) or all(map(combines, decompose(chr(c)))) for c in removed)
ranges("removed_marks", "Marks that stripping removes and that others may be moved across.", [c for c in removed if not opens(c)])
ranges("removed_bases", "Marks that stripping removes, of combining class 0: nothing is moved across them.", [c for c in removed if opens(c)])
changed = {c: r for c, r in stripped.items() if r not in ("", chr(c))}
one, more = {c: r for c, r in changed.items() if len(r) == 1}, {c: r for c, r in changed.items() if len(r) > 1}
filler = {c for c, r in stripped.items() if r == chr(c) and unicodedata.category(chr(c))[0] == "L" and unicodedata.normalize("NFC", r) == r}
groups = []
for c in sorted(one):
    if groups and c - groups[-1][-1] <= 6 and all(x in filler for x in range(groups[-1][-1] + 1, c)):
        groups[-1] += range(groups[-1][-1] + 1, c + 1)
    else:
        groups.append([c])
print("\n/// What stripping accents makes of a scalar, where that is one scalar.\ninline constexpr character_run stripped[] = {")
items = []
for group in groups:
    for at in range(0, len(group), 56):
        items.append(f"{{0x{group[at]:X}, {literal(''.join(one.get(c, chr(c)) for c in group[at:at + 56]))}}}")
print(wrapped(items) + "\n};")
print("\n/// What stripping accents makes of a scalar, where that is several.\ninline constexpr character_run expanded[] = {")
print(wrapped(f"{{0x{c:X}, {literal(r)}}}" for c, r in more.items()) + "\n};")

kept = [c for c, r in stripped.items() if r == chr(c) and combines(r)]
assert all(not combines(x) or ord(x) in kept for r in changed.values() for x in r)
before = functools.cmp_to_key(lambda a, b: -1 if decompose(chr(b) + chr(a)) != chr(b) + chr(a) else 1 if decompose(chr(a) + chr(b)) != chr(a) + chr(b) else 0)
rank, last = {}, None
for c in sorted(kept, key=before):
    rank[c] = (rank[last] + 1 if before(last) < before(c) else rank[last]) if last is not None else 1
    last = c
groups = []
for c in sorted(kept):
    if groups and groups[-1][1] == c - 1 and groups[-1][2] == rank[c]:
        groups[-1][1] = c
    else:
        groups.append([c, c, rank[c]])
print("\n/// Combining characters that stripping keeps.\ninline constexpr character_rank combining[] = {")
print(wrapped(f"{{0x{a:X}, 0x{b:X}, {r}}}" for a, b, r in groups) + "\n};")

# C. Lower case, character by character: only U+0130 becomes two.
lowered = {c: lower(chr(c)) for c in scalars if lower(chr(c)) != chr(c)}
assert lowered.pop(0x130) == "i\u0307" and all(len(r) == 1 for r in lowered.values())
shifts, todo = [], sorted(lowered)
while todo:
    best = None
    for step in (1, 2):
        c, add = todo[0], ord(lowered[todo[0]]) - todo[0]
        while c + step in lowered and ord(lowered[c + step]) - (c + step) == add and not (step == 2 and c + 1 in lowered):
            c += step
        if best is None or (c - todo[0]) // step > (best[1] - todo[0]) // best[2]:
            best = (todo[0], c, step, add)
    shifts.append(best)
    todo = [c for c in todo if not best[0] <= c <= best[1]]
print("\n/// Lower case; U+0130 alone becomes two scalars and is not here.\ninline constexpr character_shift lower_case[] = {")
print(wrapped(f"{{0x{a:X}, 0x{b:X}, {s}, {d}}}" for a, b, s, d in shifts) + "\n};")

# D. What an added token calls a character of a word, and what it strips.
probe = Tokenizer(models.WordLevel({"u": 0, "x": 1}, unk_token="u"))
probe.add_tokens([AddedToken("x", single_word=True, rstrip=True, normalized=False)])
word, space = [], []
for c in scalars:
    found = probe.encode("x" + chr(c))
    if found.ids[0] != 1:
        word.append(c)
    elif found.offsets[0][1] == 2:
        space.append(c)
assert space == white
print("\n} // namespace hone::unicode")
sys.stdout = open(f"{sys.argv[1]}/unicode_words.hpp", "w", encoding="utf-8", newline="\n")
print("""// What counts as a character of a word where an added token asks to be a single word: letters, marks, digits, joiners, connectors, as the
// reference answers. Made by tests/reference/tokens/unicode_tables.py; not edited by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/tokens/unicode_tables.hpp>

namespace hone::unicode {""")
ranges("word_characters", "What makes an added token that asks for a single word part of a longer one.", word)
print("\n} // namespace hone::unicode")
