# Makes include/hone/metric/letters.hpp: what Python answers about each character, as ranges. Needs nothing but Python (3.11 was used).
# Usage: python3 letters.py
# SPDX-License-Identifier: Apache-2.0
import pathlib
import unicodedata


def ranges(holds):
    found = []
    for c in range(0x110000):
        if not 0xD800 <= c < 0xE000 and holds(chr(c)):
            if found and found[-1][1] == c - 1:
                found[-1][1] = c
            else:
                found.append([c, c])
    return found


def final(before):  # is a capital sigma behind this text a final one?
    return (before + "\u03a3").lower()[-1] == "\u03c2"


tables = [
    ("cased", "Letters that have a case and are not looked through, where the end of a Greek word is looked for.", ranges(final)),
    ("case_ignorable", "What is looked through there.", ranges(lambda c: final("A" + c) and not final(c))),
    ("word_letters", "What Python's regular expressions call a letter of a word (\\\\w).", ranges(lambda c: c.isalnum() or c == "_")),
]
out = pathlib.Path(__file__).parents[3] / "include/hone/metric/letters.hpp"
with open(out, "w", encoding="ascii", newline="\n") as file:
    file.write(f"// What Python (Unicode {unicodedata.unidata_version}) answers about each character where the metrics' references ask it, as ranges. Made by\n")
    file.write("// tests/reference/metric/letters.py; not edited by hand. Cost: a binary search a look-up.\n// SPDX-License-Identifier: Apache-2.0\n#pragma once\n")
    file.write('#include "hone/tokens/unicode_tables.hpp"\n\nnamespace hone::unicode {\n')
    for name, meaning, rows in tables:
        file.write(f"\n/// {meaning.replace(chr(92) * 2, chr(92))}\ninline constexpr character_range {name}[] = {{\n")
        line = "   "
        for a, b in rows:
            item = f" {{0x{a:X}, 0x{b:X}}},"
            if len(line) + len(item) > 140:
                file.write(line + "\n")
                line = "   "
            line += item
        file.write(line + "\n};\n")
    file.write("\n} // namespace hone::unicode\n")
