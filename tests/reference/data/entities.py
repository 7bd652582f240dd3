"""Writes include/hone/data/html_entities.hpp: the named characters of HTML 4, from Python's html.entities.
usage: python3 tests/reference/data/entities.py > include/hone/data/html_entities.hpp
SPDX-License-Identifier: Apache-2.0"""
from html.entities import name2codepoint

head = '''// The named characters of HTML 4 (W3C, 1999), sorted by name. Made by tests/reference/data/entities.py; not edited by hand.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace hone {

/// A name, as it stands between & and ;, and its scalar.
struct html_entity {
    std::string_view name;
    char32_t scalar;
};

inline constexpr html_entity html_entities[] = {
'''
line, lines = "   ", []
for name, code in sorted([*name2codepoint.items(), ("apos", 0x27)]):
    item = f' {{"{name}", 0x{code:X}}},'
    if len(line + item) > 100:
        lines.append(line)
        line = "   "
    line += item
print(head + "\n".join([*lines, line]) + "\n};\n\n} // namespace hone")
