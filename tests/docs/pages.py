"""House rules of pages and headers, in a second: links, sizes, the first page's sample, the list of rooms, sizes of functions.

usage: pages.py [write]    with `write`, puts docs/rooms.md as the tree says first. SPDX-License-Identifier: Apache-2.0"""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(ROOT)
WIDE = re.compile(r"docs/((adapters|data|design|errors|loop|measured|metrics|optimizers|performance|robustness|writing)\.md|"
                  r"(adapters|models)/.*)")  # pages that still have longer lines; the roadmap names them
LONG = {"docs/adapters.md", "docs/design.md", "docs/errors.md"}  # references of one table, or several
FUNCTION_LINES = 60
LONG_FUNCTIONS = {"checkpoint/binding.hpp": 72, "op/attention/cpu.hpp": 86, "tokens/wordpiece_vocabulary.hpp": 75}
# these are longer and may not grow; a file leaves the list when its functions are split
failed = []


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def anchors(page):
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.*)$", text(page), re.M)}


def check_page(page):
    lines = text(page).splitlines()
    if len(lines) > 200 and page not in LONG:
        failed.append(f"{page}: {len(lines)} lines, at most 200")
    fenced = False
    for number, line in enumerate(lines, 1):
        fenced ^= line.startswith("```")
        if len(line) > 100 and not line.startswith("|") and not WIDE.fullmatch(page):
            failed.append(f"{page}:{number}: {len(line)} columns, at most 100")
        for target in [] if fenced else re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if re.match(r"https?:|mailto:", target):
                continue
            path, _, anchor = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if not os.path.exists(path):
                failed.append(f"{page}:{number}: {target} leads nowhere")
            elif anchor and path.endswith(".md") and anchor not in anchors(path):
                failed.append(f"{page}:{number}: {target} names no heading")


def rooms():
    table = re.search(r"stands_on=\((.*?)\)\n", text("tests/architecture/check.sh"), re.S)[1]
    below = dict(re.findall(r'\[(\w+)\]="([^"]*)"', table))
    out = ["# The rooms", "", "Made from the tree by `tests/docs/pages.sh write`. A room is a folder of `include/hone/`;",
           "it may include what it stands on, and what that stands on. `tests/architecture/check.sh`",
           "holds the include lines to it.", "",
           "| room | stands on |", "|---|---|"]
    for room in sorted(os.listdir("include/hone")):
        if os.path.isdir(f"include/hone/{room}"):
            out.append(f"| `{room}` | {', '.join(below[room].split())} |")
    return "\n".join(out) + "\n"


def long_functions(path):
    """(line, lines) of every function body that is longer than it should be; a body opens behind `)` and some words of its own."""
    code = re.sub(r"//[^\n]*|'(?:\\.|[^'\\\n])'|\"(?:\\.|[^\"\\\n])*\"", "", text(path))
    code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), code, flags=re.S)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m[0].count("\n"), code, flags=re.M)
    code = re.sub(r"_Pragma\([^)]*\)|HONE_COMPACT_(BEGIN|END)", "", code)
    open_at, inside, start = [], 0, 0
    for at, c in enumerate(code):
        if c == "{":
            head = re.split(r"[;{}]", code[max(0, at - 600):at])[-1]
            scope = re.search(r"\b(namespace|struct|class|union|enum)\b", re.sub(r"template\s*<[^{]*?>", "", head)) and not re.search(r"\)\s*(const|noexcept|requires[^{]*|->[^{]*)?\s*$", head)
            function = not scope and ")" in head and not re.search(r"=\s*$", head)
            if function and inside == 0:
                start = code.count("\n", 0, at)
            open_at.append(function)
            inside += function
        elif c == "}" and open_at:
            if open_at.pop():
                inside -= 1
                lines = code.count("\n", 0, at) - start + 1
                if inside == 0 and lines > FUNCTION_LINES:
                    yield start + 1, lines


def main():
    pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *sorted(glob.glob("docs/**/*.md", recursive=True))]
    if sys.argv[1:] == ["write"]:
        with open("docs/rooms.md", "w", encoding="utf-8") as file:
            file.write(rooms())
    for page in pages:
        check_page(page)
    if len(text("README.md").splitlines()) >= 150:
        failed.append("README.md: 150 lines or more")
    words = lambda code: re.sub(r"\s+", "", re.sub(r"//[^\n]*", "", code))  # code without comments and white space
    sample = words(text("examples/09_the_sample.cpp"))
    for part in re.findall(r"```cpp\n(.*?)```", text("README.md"), re.S)[0].rstrip().split("\n\n"):
        if words(part) not in sample:
            failed.append(f"README.md: not in examples/09_the_sample.cpp: {part.splitlines()[0].strip()}")
    if not os.path.exists("docs/rooms.md") or text("docs/rooms.md") != rooms():
        failed.append("docs/rooms.md is not what the tree says (tests/docs/pages.sh write)")
    for path in sorted(glob.glob("include/hone/**/*.hpp", recursive=True)):
        failed.extend(f"{path}:{line}: a function of {lines} lines, at most {FUNCTION_LINES}" for line, lines in long_functions(path)
                      if lines > LONG_FUNCTIONS.get(path[len("include/hone/"):], 0))
    for line in failed:
        print("FAILED:", line)
    if not failed:
        print(f"{len(pages)} pages: links, lines, sample, rooms; functions of at most {FUNCTION_LINES} lines")
    return 1 if failed else 0


sys.exit(main())
