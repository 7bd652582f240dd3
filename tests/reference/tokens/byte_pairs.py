"""Writes byte_pairs.json, what Python's `tokenizers` (0.23.3) answers for small tokenizers of byte pairs and adversarial texts, and digests of how the
patterns cut and NFC composes every Unicode scalar; and tokenizer.model with what `sentencepiece` (0.2.3) answers for it. The tests read
the answers; they need no Python.
usage: python3 tests/reference/tokens/byte_pairs.py   (in the root of the repository)
SPDX-License-Identifier: Apache-2.0"""
import io
import json
import os
import random

import sentencepiece
import tokenizers
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, trainers

rng = random.Random(5)
here = os.path.dirname(os.path.abspath(__file__))
scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
lines = [line.split("\t")[0] for line in open("examples/data/clinc150/train.tsv", encoding="utf-8")]
learnt = lines[:600] + ["naïve café — „Zürich“ 東京都 한국어 привет 12,345.67 it's WE'RE  I'll don't\n"] * 5

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LATER = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
patterns = {"gpt2": GPT2, "qwen2": LATER % "", "llama3": LATER % "{1,3}"}
blank = "\u2581"


def level(**on):
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True, **on}


def split(name):
    return {"type": "Split", "pattern": {"Regex": patterns[name]}, "behavior": "Isolated", "invert": False}


def in_sequence(*parts):
    return {"type": "Sequence", "pretokenizers": list(parts)}


def added(id, content, **on):
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True, **on}


def template(*ids, end=()):
    one = lambda t, kind=0: {"SpecialToken": {"id": t, "type_id": kind}}
    text = lambda t, kind=0: {"Sequence": {"id": t, "type_id": kind}}
    first, last = [one(t) for t, _ in ids], [one(t) for t, _ in end]
    return {"type": "TemplateProcessing", "single": first + [text("A")] + last, "pair": first + [text("A")] + last + [text("B", 1)],
            "special_tokens": {t: {"id": t, "ids": [k], "tokens": [t]} for t, k in [*ids, *end]}}


def trained(pre, normalizer=None, size=420, alphabet=True):
    """Vocabulary and merges, learnt from the lines."""
    bare = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": normalizer, "pre_tokenizer": pre, "post_processor": None,
            "decoder": None, "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                                       "fuse_unk": False, "byte_fallback": False, "vocab": {}, "merges": []}}
    made = Tokenizer.from_str(json.dumps(bare))
    made.train_from_iterator(learnt, trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()) if alphabet else []))
    model = json.loads(made.to_str())["model"]
    return model["vocab"], [tuple(m) for m in model["merges"]]


def file(vocab, merges, tokens=(), normalizer=None, pre=None, post=None, decoder=None, text_merges=False, **model):
    all_tokens, free = [], len(vocab)
    for content, on in tokens:
        all_tokens.append(added(vocab.get(content, free), content, **on))
        free += content not in vocab
    if callable(post):
        post = post({t["content"]: t["id"] for t in all_tokens} | vocab)
    return {"version": "1.0", "truncation": {"direction": "Right", "max_length": 16, "strategy": "LongestFirst", "stride": 0}, "padding": None,
            "added_tokens": all_tokens, "normalizer": normalizer, "pre_tokenizer": pre, "post_processor": post, "decoder": decoder or level(),
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                      "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": [" ".join(m) if text_merges else list(m) for m in merges], **model}}


def renumbered(vocab):
    return {w: i for i, (w, _) in enumerate(sorted(vocab.items(), key=lambda p: p[1]))}


def pieces(words, first=("<unk>", "<s>", "</s>"), bytes_of=range(256), crossing=False):
    """A SentencePiece-like vocabulary: special ones, bytes, what was learnt, characters; merges in the order of learning."""
    normal = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": blank}, {"type": "Replace", "pattern": {"String": " "}, "content": blank}]}
    pre = None if crossing else {"type": "Metaspace", "replacement": blank, "prepend_scheme": "always", "split": True}
    learnt_words, merges = trained(pre, normal if crossing else None, words, alphabet=False)
    every = [*first, *[f"<0x{b:02X}>" for b in bytes_of]]
    every += [w for w, _ in sorted(learnt_words.items(), key=lambda p: p[1]) if w not in every and w not in "東京都한국어"]
    vocab = {w: i for i, w in enumerate(every)}
    return vocab, [m for m in merges if m[0] in vocab and m[1] in vocab and m[0] + m[1] in vocab]


legacy = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": blank}, {"type": "Replace", "pattern": {"String": " "}, "content": blank}]}
replace = {"type": "Replace", "pattern": {"String": blank}, "content": " "}
unblank = {"type": "Sequence", "decoders": [replace, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
no_strip = {"type": "Sequence", "decoders": [replace, {"type": "ByteFallback"}, {"type": "Fuse"}]}


def meta(scheme, cut):
    return {"type": "Metaspace", "replacement": blank, "prepend_scheme": scheme, "split": cut}


gpt2, later = trained(level()), trained(in_sequence(split("qwen2"), level(use_regex=False)), {"type": "NFC"})
llama, crossing = pieces(380), pieces(330, crossing=True)
three = [(t, {}) for t in ("<unk>", "<s>", "</s>")]
bos = lambda known: template(("<s>", known["<s>"]))
both = lambda known: template(("<s>", known["<s>"]), end=[("</s>", known["</s>"])])
roberta = lambda known: {"type": "RobertaProcessing", "sep": ["</s>", known["</s>"]], "cls": ["<s>", known["<s>"]], "trim_offsets": True, "add_prefix_space": True}
sequence = lambda known: {"type": "Sequence", "processors": [level(), template(("<|begin|>", known["<|begin|>"]))]}
zoo = [("<s>", {}), ("<s>a", {}), ("<w>", {"single_word": True}), ("<l>", {"lstrip": True}), ("<r>", {"rstrip": True}), ("Ünï", {"normalized": True, "special": False}),
       ("e\u0301x", {"normalized": True, "special": False}), ("NN", {"normalized": True}), ("LN", {"normalized": True, "lstrip": True, "rstrip": True, "special": False}),
       ("  ", {"special": False}), ("play", {"special": False}), ("<r> y", {"special": False}), ("two words", {"normalized": True, "special": False})]
with_word = gpt2[0] | {"Ġzqzq": len(gpt2[0]), "zqz": len(gpt2[0]) + 1}
without = renumbered({w: i for w, i in gpt2[0].items() if len(w) == 1 and w not in "ĀāĂ~ÃĢ"} | {"<unk>": 1000})
some_bytes = pieces(300, bytes_of=[b for b in range(256) if b not in (0xE6, 0xED, 0x0A)])

files = {
    "gpt2": (file(*gpt2, [("<|endoftext|>", {"normalized": True})], pre=level(), post=level(), text_merges=True), "text"),
    "roberta": (file(*gpt2, [("<s>", {}), ("</s>", {}), ("<mask>", {"lstrip": True})], pre=level(add_prefix_space=True), post=roberta), "text"),
    "qwen2": (file(*later, [("<|endoftext|>", {}), ("<|im_start|>", {}), ("<|im_end|>", {})], {"type": "NFC"}, in_sequence(split("qwen2"), level(use_regex=False)), level()), "text"),
    "llama3, whole words": (file(with_word, gpt2[1], [("<|begin|>", {}), ("<|endoftext|>", {})], None, in_sequence(split("llama3"), level(use_regex=False)), sequence, ignore_merges=True), "text"),
    "digits one by one": (file(*gpt2, [("<|endoftext|>", {})], None, in_sequence({"type": "Digits", "individual_digits": True}, level())), "text"),
    "digits in runs, no pattern": (file(*gpt2, [], None, in_sequence({"type": "Digits", "individual_digits": False}, level(use_regex=False))), "text"),
    "missing bytes": (file(without, [], [("<unk>", {})], None, level(), unk_token="<unk>"), "text"),
    "missing bytes, fused": (file(without, [], [("<unk>", {})], None, level(), unk_token="<unk>", fuse_unk=True), "text"),
    "added tokens, bytes": (file(*gpt2, zoo, {"type": "NFC"}, level(), level()), "added"),
    "added tokens, a space before": (file(*gpt2, zoo, None, level(add_prefix_space=True), level()), "added"),
    "llama": (file(*llama, three, legacy, None, bos, unblank, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "text"),
    "llama, both ends": (file(*llama, three, legacy, None, both, no_strip, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "text"),
    "merges across words": (file(*crossing, three, legacy, None, bos, unblank, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "text"),
    "metaspace, first": (file(*llama, three, None, meta("first", False), bos, unblank, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "text"),
    "metaspace, always, cut": (file(*llama, three, None, meta("always", True), None, meta("always", True), unk_token="<unk>"), "text"),
    "metaspace, never": (file(*llama, three, None, meta("never", True), None, meta("never", True), unk_token="<unk>", fuse_unk=True), "text"),
    "some bytes": (file(*some_bytes, three, legacy, None, None, unblank, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "text"),
    "some bytes, not fused": (file(*some_bytes, three, legacy, None, None, unblank, unk_token="<unk>", byte_fallback=True), "text"),
    "no unknown": (file(*llama, three[1:], legacy, None, None, unblank), "text"),
    "added tokens, pieces": (file(*llama, [*three, *zoo[1:]], legacy, None, bos, unblank, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "added"),
    "added tokens, metaspace": (file(*llama, [*three, *zoo[1:]], None, meta("first", False), bos, unblank, unk_token="<unk>", fuse_unk=True, byte_fallback=True), "added"),
}
texts = ["", " ", "  ", "\n", "\r\n", "a", " a", "a ", "  a  b", "a\n\n b \r\n\r\n  c\n", "\t\tx", "transfer $100 to savings", "what's my account balance", "IT'S They'RE i'Ll x'\u017f '\u017f",
         "1234567", "12 3456 ½ Ⅷ ٣٤٥", "3.14e-10", "naïve café cafe\u0301", "\u1112\u1161\u11ab 한", "東京都 東京", "e\u0323\u0302 A\u030a \u212b", "…—“”!?...", " !", "a\u00a0b\u3000 c",
         "\u2028 \x85 x", "\ufeffx\u200b", "\U0001f469\u200d\U0001f467\ufe0f", "\U0010ffff\x00\x01", "<|endoftext|>", "a<|endoftext|>b", "<s>", " <s> x</s>y", "<mask>", "a  <mask> b", "<unk>a",
         "<|im_start|>user\nhi<|im_end|>\n", "<|begin|>", blank, "a" + blank + "b", " " + blank + " x", "<0x41>", "<0x4a> <0x0A>", "\ufffd", "~\x00\x01é~é", "zqzq zqz é", "a" * 70, "ab" * 40,
         " " * 70 + "x", "the " * 20, "æ日\n日é", "한\n한a"]
alphabet = [*"aeTt'.,1 $\n\t", "  ", "é", "\u0301", "\u0323", "東", "ing", "the ", " account", "<s>", "</s>", "<|endoftext|>", "\u00a0", "'ll", "'RE", "12", "\U0001f600", blank, "\r\n", "~"]
texts += ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 12))) for _ in range(40)]
zoo_texts = ["<s>", "<s>a", "<s>b<s>ab", "<s<s>>", "x<w>y", "x <w> y", "é<w>", "<w><w>", "a  <l>  b", "a  <r>  b", "<l>", " <l>", "<r>  <l>", "Ünï U\u0308ni\u0308 xÜnïx", "e\u0301x éx xe\u0301x",
             "NN aNN NN", "a LN b", "LN  LN", "a  b", "a   b", "play plays", "<r> y", "<r>  y", "two words", " two words", "x two words", "two  words", "<s>two words", "<s>NN", "<s> NN", blank + "NN"]
zoo_alphabet = ["<s>", "<w>", "<l>", "<r>", "Ünï", "e\u0301x", "NN", "LN", " ", "  ", "a", "play", "two words", ".", "</s>", blank]
zoo_texts += ["".join(rng.choice(zoo_alphabet) for _ in range(rng.randint(2, 8))) for _ in range(30)]
listed = {"text": texts, "added": zoo_texts}


def line(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


made = []
for name, (content, cases) in files.items():
    reference = Tokenizer.from_str(json.dumps(content))
    reference.no_padding()
    reference.no_truncation()
    size, rows = reference.get_vocab_size(), []
    for text in listed[cases]:
        reference.encode_special_tokens = False
        ids, part = reference.encode(text).ids, reference.encode(text, add_special_tokens=False).ids
        reference.encode_special_tokens = True
        plain = reference.encode(text, add_special_tokens=False).ids
        drawn = [rng.randrange(size) for _ in range(rng.randint(0, 8))] if len(rows) % 2 else ids
        rows.append(line([ids, part, plain if plain != part else 0, drawn, reference.decode(drawn, skip_special_tokens=False)]))
    made.append('{"name":' + line(name) + ',"file":\n' + line(content) + ',\n"texts":' + line(cases) + ',"cases":[\n' + ",\n".join(rows) + "]}")


def digest(answer):
    """FNV-1a, 64 bits, of the answers for 8192 code points, each ended by FF."""
    out, step = [], 8192
    for begin in range(0, 0x110000, step):
        value = 0xCBF29CE484222325
        for c in range(begin, begin + step):
            if 0xD800 <= c < 0xE000:
                continue
            for byte in answer(chr(c)).encode() + b"\xff":
                value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        out.append(f"{value:016x}")
    return out


def lengths(pre):
    return lambda c: ",".join(str(len(piece.encode())) for piece, _ in pre.pre_tokenize_str(f"a{c}b'{c} {c}1\n{c} "))


digests = {name: digest(lengths(pre_tokenizers.Split(Regex(p), "isolated"))) for name, p in patterns.items()}
digests["digits"] = digest(lengths(pre_tokenizers.Digits(individual_digits=True)))
compose = normalizers.NFC().normalize_str
digests["nfc"] = digest(lambda c: compose(f"{c}e{c}\u0301{c}\u0323"))
marks = [0x300, 0x301, 0x323, 0x334, 0x345, 0x344, 0xF73, 0x8D4, 0x302E, 0x1B44, 0xA953, 0x1D165, 0x1D15E, 0x94D, 0x3099, 0x9BE, 0x9C7, 0x41, 0xC5, 0xE2, 0xAC01, 0xAC00, 0x1100, 0x1161, 0x11A8, 0x212B, 0x0, 0x20]
chains = ["".join(chr(rng.choice(marks)) for _ in range(rng.randint(2, 10))) for _ in range(100)]

body = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(learnt), model_writer=body, model_type="bpe", vocab_size=420, byte_fallback=True, normalization_rule_name="identity",
                                         remove_extra_whitespaces=False, character_coverage=0.9995, num_threads=1, minloglevel=2)
open(f"{here}/tokenizer.model", "wb").write(body.getvalue())
model = sentencepiece.SentencePieceProcessor(model_proto=body.getvalue())
answers = [[t, model.encode(t)] for t in texts if not any(s in t for s in ("<s>", "</s>", "<unk>", "\x00"))]

with open(f"{here}/byte_pairs.json", "w", encoding="utf-8", newline="\n") as out:
    out.write('{"reference":' + line("tokenizers " + tokenizers.__version__) + ',\n"texts":' + line(listed) + ',\n"tokenizers":[\n' + ",\n".join(made) + '],\n"chains":'
              + line([[c, compose(c)] for c in chains]) + ',\n"model":[\n' + ",\n".join(map(line, answers)) + '],\n"digests":{\n'
              + ",\n".join(line(k) + ":" + line(v) for k, v in digests.items()) + "}}\n")
