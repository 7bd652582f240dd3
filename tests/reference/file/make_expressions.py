#!/usr/bin/env python3
"""Which names Python's re.fullmatch takes for each expression. usage: make_expressions.py > expressions.hpp"""
import json, re
names = [f"bert.encoder.layer.{l}.{m}" for l in (0,1,10,11) for m in ("attention.self.query","attention.self.key","attention.output.dense","output.dense","intermediate.dense")]+["bert.embeddings.word_embeddings","bert.pooler.dense","classifier","","a","ab","aab","abab","a\nb"]
expressions = [r".*\.attention\.self\.(query|value)",
               r".*(query|value)$",
               r"^bert\.encoder\.layer\.(1[01]|\d)\..*query",
               r".*layer\.[0-5]\..*",
               r"bert\.encoder\.layer\.(?:[0-9]|10)\.attention\.self\.(?:query|key)",
               r".*\.(?!self).*dense",
               r"(?=.*query).*",
               r".*layer\.\d{2}\..*",
               r".*layer\.\d{1,2}\..*dense",
               r"(a|b)*",
               r"(ab)+",
               r"a*?b",
               r"a{2}b",
               r"a{0,1}b?",
               r"a{,2}b",
               r"[^a]*",
               r"[a-b]+",
               r"[]a]+",
               r"[a\-b]+",
               r"(?P<x>a)b",
               r"",
               r"a||b",
               r"(|a)b",
               r".*\.[^.]*\.\d+\..*",
               r"\w+",
               r"[\w.]+",
               r"(\w+\.)*classifier",
               r"a{b",
               r"a\{b",
               r"classifier\b",
               r".*\bquery",
               r"(a*)*b",
               r"((a|ab)*)*",
               r"(.*\.)?(layer\.(0|1)\.attention\.self\.query)$",
               r"(.*\.)?(query)$",
               r"\Aa\Z",
               r"[a-zA-Z_.0-9]*",
               r"a.b",
               r"a\nb",
               r"(?!bert).*",
               r"(?!.*pooler).*dense",
               r"(a)(b)?",
               r"a$",
               r"a+b*",
               r"\d*a",
               r"\S+",
               r"\D+",
               r"[\d]+",
               r"[^\d]+",
               r"x?y?z?"]

print("// Written by make_expressions.py: expressions, and the numbers of the names that Python's re.fullmatch takes.")
print("// SPDX-License-Identifier: Apache-2.0")
print("#pragma once\n#include <string>\n#include <utility>\n#include <vector>\n")
print("inline const std::vector<std::string> names = {" + ", ".join(json.dumps(n) for n in names) + "};")
print("inline const std::vector<std::pair<std::string, std::vector<std::size_t>>> expressions = {")
for e in expressions:
    print(f'    {{R"re({e})re", {{{", ".join(str(i) for i, n in enumerate(names) if re.fullmatch(e, n))}}}}},')
print("};")
