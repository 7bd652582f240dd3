"""Texts of 1 to 512 tokens, special ones included (the empty text has 2, and nothing is shorter), made of the words of a TSV file, with its labels.
usage: lengths.py MODEL_DIR TSV OUT.tsv"""
import sys
from tokenizers import Tokenizer
from common import rows
tk = Tokenizer.from_file(f"{sys.argv[1]}/tokenizer.json"); tk.no_padding(); tk.no_truncation()
data = [(t, l) for t, l in rows(sys.argv[2]) if l is not None]; words = " ".join(t for t, _ in data).split(); labels = sorted({l for _, l in data})
one = [w for w in dict.fromkeys(words) if len(tk.encode(w).ids) == 3][:400]      # words that are one token each
with open(sys.argv[3], "w", encoding="utf-8", newline="\n") as out:
    for k, n in enumerate((1, 2, 3, 4, 7, 15, 16, 17, 31, 33, 63, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 333, 400, 511, 512)):
        text = " ".join(one[(k * 37 + i) % len(one)] for i in range(max(0, n - 2)))
        assert len(tk.encode(text).ids) == max(2, n); out.write(f"{text}\t{labels[k % len(labels)]}\n")
