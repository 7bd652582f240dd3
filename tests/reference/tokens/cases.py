"""Writes cases.json: what Python's `tokenizers` (0.23.3) answers for small tokenizers and adversarial texts, and digests of what it does to every
Unicode scalar. The tests read the answers; they need no Python.
usage: python3 tests/reference/tokens/cases.py > tests/reference/tokens/cases.json
SPDX-License-Identifier: Apache-2.0"""
import json
import random

import tokenizers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

rng = random.Random(3)
scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def vocabulary(prefix="##", more=()):
    letters = [chr(c) for c in range(0x21, 0x7F)] + list("éèßæøñİıΣσςжйאبकか中国文한ᄒ„¡…«→€ŉǆ")
    letters += ["\u0301", "\u0307", "\u1161", "\u11ab", "\u302e", "\U0001d165", "\U0001f600"]
    words = ["the", "play", "un", "able", "want", "ing", "ed", "hello", "world", "don", "do", "not", "can", "café", "resume", "İstanbul", "ofthe"]
    words += [prefix + w for w in letters + ["ing", "ed", "able", "s", "er", "ofthe", "ay", "l"] if not w.startswith("[")]
    listed = list(dict.fromkeys([*special, *letters, *words, prefix, *more]))
    rng.shuffle(listed)
    return {word: i for i, word in enumerate(listed)}


def added(id, content, **on):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True, **on}


def file(vocab, tokens, bert=(True, True, None, True), processor="template", decoder=("##", True), prefix="##", unknown="[UNK]", longest=100):
    names = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    all_tokens, free = [], len(vocab)
    for content, on in tokens:
        all_tokens.append(added(vocab.get(content, free), content, **on))
        free += content not in vocab
    one = lambda token, kind=0: {"SpecialToken": {"id": token, "type_id": kind}}
    text = lambda id, kind=0: {"Sequence": {"id": id, "type_id": kind}}
    ids = lambda token: {"id": token, "ids": [vocab[token]], "tokens": [token]}
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 16, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": all_tokens,
        "normalizer": bert and {"type": "BertNormalizer", **dict(zip(names, bert))},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "template": {"type": "TemplateProcessing", "single": [one("[CLS]"), text("A"), one("[SEP]")],
                         "pair": [one("[CLS]"), text("A"), one("[SEP]"), text("B", 1), one("[SEP]", 1)],
                         "special_tokens": {t: ids(t) for t in ("[CLS]", "[SEP]")}},
            "bert": {"type": "BertProcessing", "sep": ["[SEP]", vocab["[SEP]"]], "cls": ["[CLS]", vocab["[CLS]"]]},
            "none": None}[processor],
        "decoder": decoder and {"type": "WordPiece", "prefix": decoder[0], "cleanup": decoder[1]},
        "model": {"type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": prefix, "max_input_chars_per_word": longest, "vocab": vocab},
    }


plain = [(t, {}) for t in special]
texts = ["", " ", "\t\r\n", "Hello, WORLD!", "playing played playable unwanted", "don't can't I'm we've the's", "do not", "a##b ## ##ing", "café CAFÉ cafe\u0301",
         "İstanbul istanbul ı I", "ΣΑΣ ς", "中国文中", "a中b", "한국 한\u1112\u1161\u11ab", "x\u0000y\ufffdz", "a\u200bb\u00adc", "a\u00a0b\u3000c\u2028d\u0085e\u000bf",
         "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "한" * 34, "한" * 33, "the " * 30, "[CLS] [SEP]", "x[MASK]y", "[MASK", "[mask] [MASK] [Mask]",
         "[MASK][MASK]", "e\u0301\u0301\u0301", "\u302e\U0001d165\u302e", "\U0001d165\u302e a\u302e\u0301\U0001d165", "\U0001d15e\u302e", "→€…„¡«", "ǆ ŉ ß ẞ",
         "\U0001f600", "\ue000a", "\u0378a", "…the", "a.b,c;d", "$100+5=105", "豈", "\ufeffhello", "\ud7ff\uf900", "the\u0301", "a" + "\u0301" * 40 + "b", "xhe wxhe", "xx", "hxe"]
alphabet = list("aelE.,'-[]# \t") + ["é", "\u0301", "\u302e", "\U0001d165", "\u0307", "中", "ing", "ed", "the", "[MASK]", "[SEP]", "\u00a0", "İ", "\u200b", "Σ"]
texts += ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 12))) for _ in range(40)]

zoo = [("<s>", {}), ("<s>a", {}), ("<w>", {"single_word": True}), ("<l>", {"lstrip": True}), ("<r>", {"rstrip": True}), ("<lr>", {"lstrip": True, "rstrip": True}),
       ("wort", {"single_word": True, "special": False}), ("Ünïq", {"normalized": True, "special": False}), ("Big Two", {"normalized": True, "special": False}),
       ("NW", {"normalized": True, "single_word": True, "special": False}), ("LN", {"normalized": True, "lstrip": True, "rstrip": True, "special": False}),
       ("  ", {"special": False}), ("hello", {"special": False}), ("中", {"normalized": False, "special": False}), ("ab", {}), ("abc", {}), ("bcde", {}),
       (" qq", {"normalized": True, "special": False}), ("zz ", {"normalized": True, "special": False}), ("\u2003", {"lstrip": True, "special": False})]
zoo_texts = ["<s>", "<s>a", "<s>b<s>ab", "<s<s>>", "x<w>y", "x <w> y", "<w>", "é<w>", "<w>_", "<w>-", "<w><w>", "a  <l>  b", "a  <r>  b", "a  <lr>  b", "<l>", " <l>",
             "<r> ", " <r> <l> ", "<r>  <l>", "<r> \t\u3000<lr>\u00a0<l>x", "swort wort wort. wortwort", "ünïq ÜNÏQ uniq U\u0308niq xuniqx", "big two BIG  TWO", "bigtwo",
             "nw NW nws a-nw nw\u0301", "a ln b", "aln", "LN ln  LN", "a  b", "a   b", "   ", "hello Hello HELLOhello", "中国 a中b", "abcd abcde abbcde bcdeabc", "aab",
             "[MASK]<s>[MASK] the", "<S> <W>", "wo\u0301rt", "\u0301wort", "wort\u200d", "wort\ufffd", "wort\u0378", "<r>\x00 \x00a", " qq", "<s> qq",
             "<r> qq", "<r>  qq", "a qq", "zz <s>", "zz <l>", "zz  <l>", "zz <r>", "<r>\u2003x", "<r> \u2003x", "<s>\u2003x", "a\u2003 b", "<r>\u3000 qq<l>"]
zoo_alphabet = ["<s>", "<w>", "<l>", "<r>", "<lr>", "wort", "ünïq", "Big Two", "nw", "ln", " ", "  ", "a", "b", "c", "de", "中", "hello", "é", ".", "\u0301", "\t", " qq", "zz "]
zoo_texts += ["".join(rng.choice(zoo_alphabet) for _ in range(rng.randint(2, 9))) for _ in range(80)]

listed = {"plain": texts, "added": zoo_texts}
files = {
    "uncased": (file(vocabulary(), plain), "plain"),
    "cased, BertProcessing": (file(vocabulary(), plain, (True, True, None, False), "bert"), "plain"),
    "accents kept": (file(vocabulary(), plain, (True, False, False, True)), "plain"),
    "accents stripped, cased, not cleaned": (file(vocabulary(), plain, (False, True, True, False)), "plain"),
    "no normalizer, no post-processor, no decoder": (file(vocabulary(), plain, None, "none", None), "plain"),
    "another prefix, short words": (file(vocabulary("x", ["xhe", "wxhe"]), plain, prefix="x", decoder=("x", False), longest=5), "plain"),
    "no prefix": (file(vocabulary(""), plain, prefix="", decoder=("", True)), "plain"),
    "added tokens": (file(vocabulary(), plain + zoo), "added"),
    "added tokens, cased": (file(vocabulary(), plain + zoo, (True, True, None, False)), "added"),
    "added tokens, no normalizer": (file(vocabulary(), plain + zoo, None), "added"),
}


def line(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


made = []
for name, (content, cases) in files.items():
    reference = Tokenizer.from_str(json.dumps(content))
    reference.no_padding()
    reference.enable_truncation(64)
    rows = []
    for text in listed[cases]:
        ids = reference.encode(text).ids
        rows.append(line([ids, reference.decode(ids, skip_special_tokens=len(rows) % 4 != 0)]))
    made.append('{"name":' + line(name) + ',"file":\n' + line(content) + ',\n"texts":' + line(cases) + ',"cases":[\n' + ",\n".join(rows) + "]}")


def digest(answer):
    """FNV-1a, 64 bits, of the answers for 8192 code points, each ended by FF."""
    out, step = [], 8192
    for begin in range(0, 0x110000, step):
        value = 0xCBF29CE484222325
        for c in range(begin, begin + step):
            if 0xD800 <= c < 0xE000:
                continue
            for byte in answer(c).encode() + b"\xff":
                value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        out.append(f"{value:016x}")
    return out


def bert(*on):
    names = ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
    f = normalizers.BertNormalizer(**{name: name in on for name in names}).normalize_str
    return f


split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
whole = Tokenizer(models.WordLevel({"u": 0, "<w>": 1}, unk_token="u"))
whole.add_tokens([AddedToken("<w>", single_word=True, rstrip=True, normalized=False)])


def beside(c):
    found = whole.encode("<w>" + chr(c))
    return "w" if found.ids[0] != 1 else "s" if found.offsets[0][1] == 4 else "-"


options = {"clean": ("clean_text",), "chinese": ("handle_chinese_chars",), "strip": ("strip_accents",), "lower": ("lowercase",),
           "uncased": ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")}
digests = {name: digest(lambda c, f=bert(*on): f("a" + chr(c) + "b")) for name, on in options.items()}
digests["split"] = digest(lambda c: {("a", "b"): "s", ("a", chr(c), "b"): "p"}.get(tuple(x for x, _ in split("a" + chr(c) + "b")), "-"))
digests["beside"] = digest(beside)

marks = [0x300, 0x323, 0x334, 0x345, 0x344, 0xF73, 0x903, 0x8D4, 0x1DFB, 0x302E, 0x1B44, 0xA953, 0x11446, 0x1D165, 0x1D166, 0x1D16D, 0x1D15E, 0x1D161, 0x1E000,
         0x1E944, 0x94D, 0x3099, 0x9CB, 0x200D, 0x41, 0xC5, 0xAC01, 0x11C3F, 0x1134D, 0x130, 0]
chains = ["".join(chr(rng.choice(marks)) for _ in range(rng.randint(2, 10))) for _ in range(100)]
orders = [[chain, bert("strip_accents")(chain), bert(*options["uncased"])(chain)] for chain in chains]

print('{"reference":' + line("tokenizers " + tokenizers.__version__) + ',\n"texts":' + line(listed) + ',\n"tokenizers":[\n' + ",\n".join(made) + '],\n"orders":[\n'
      + ",\n".join(map(line, orders)) + '],\n"digests":{\n' + ",\n".join(line(k) + ":" + line(v) for k, v in digests.items()) + "}}")
