# Makes peers.hpp beside this script: figures of sacrebleu, rouge-score, nltk, scikit-learn, scipy and seqeval for the tests of the
# metrics. 2.6.0, 0.1.2, 3.10.4, 1.9.1, 1.17.1 and 1.2.2 were used.   Usage: python3 peers.py
# SPDX-License-Identifier: Apache-2.0
import pathlib
import random
import warnings

import numpy as np
import scipy.stats
import sklearn.metrics as sk
from nltk.stem.porter import PorterStemmer
from nltk.translate.meteor_score import meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF
from seqeval import scheme as schemes
from seqeval.metrics import classification_report
from sklearn.preprocessing import MultiLabelBinarizer

warnings.filterwarnings("ignore")
draw = random.Random(51)


def c(value):
    """A value as C++ writes it."""
    if isinstance(value, str):
        return '"' + "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in value.encode()) + '"'
    if isinstance(value, (list, tuple, np.ndarray)):
        return "{" + ", ".join(c(v) for v in value) + "}"
    return str(int(value)) if isinstance(value, (int, np.integer)) else f"{float(value):.17g}"


# --- texts: (name, predictions, references of each) ---
words = "the a of to in it was running runner happily national nationality flies dying generalizations cats it's 3.14 U.S. well-known".split()


def sentence(n):
    return " ".join(draw.choice(words) for _ in range(n)).capitalize() + draw.choice([".", "!", ""])


def changed(text):
    return " ".join(draw.choice(words) if draw.random() < 0.25 else w for w in text.split(" "))


right = [sentence(draw.randrange(5, 14)) for _ in range(6)]
corpora = [
    ("noisy", [changed(t) for t in right], [[t] for t in right]),
    ("two references", [changed(t) for t in right], [[t, changed(t)] for t in right]),
    ("marks", ["It's \"10-year-old\" &amp; &lt;b&gt; (50%), e.g. $1,234.56!", "x 1.5.2 U.S.A.-based <skipped>ones", "a-\nb 3-4 c ,5 .6"],
     [["It's \"10-year-old\" & <b> (50 %), e.g. $ 1,234.56 !"], ["x 1.5.2 U.S.A. -based ones"], ["ab 3 -4 c , 5 . 6"]]),
    ("letters", ["Él dijo «HOLA» ΟΔΟΣ", "東京は日本の首都", "naïve Café \u212a İ"], [["él dijo «hola» οδος"], ["東京は日本の都"], ["Naive café k i̇"]]),
    ("lines", ["the cat sat\non the mat\nruns", "one two\n\nthree"], [["a cat sat on\nthe mat and ran"], ["three two\none"]]),
    ("equal", ["the cat sat on the mat"], [["the cat sat on the mat"]]),
    ("short", ["the cat"], [["the cat sat on the mat"]]),
    ("nothing", ["", "x", ""], [["a b c d"], [""], [""]]),
]


class NoSynonyms:
    def synsets(self, word):
        return []


def texts(predictions, references):
    streams = [[r[k] if k < len(r) else None for r in references] for k in range(max(map(len, references)))]
    options = [{}, {"lowercase": True}, {"smooth_method": "none"}, {"smooth_method": "add-k"}, {"smooth_method": "floor"},
               {"max_ngram_order": 2}, {"effective_order": True}]
    bleu = [BLEU(**o).corpus_score(predictions, streams) for o in options]
    chrf = [CHRF(**o).corpus_score(predictions, streams).score for o in ({}, {"word_order": 2}, {"lowercase": True}, {"char_order": 4, "beta": 1})]
    rouge = []
    for kind in ("rouge1", "rouge2", "rougeL", "rougeLsum"):
        for stemmer in (False, True):
            s = RougeScorer([kind], use_stemmer=stemmer)
            r = [s.score_multi(t, p)[kind] for p, t in zip(predictions, references)]
            rouge.append([np.mean([x.precision for x in r]), np.mean([x.recall for x in r]), np.mean([x.fmeasure for x in r])])
    meteor = [np.mean([meteor_score([t.split() for t in r], p.split(), wordnet=NoSynonyms(), alpha=a, beta=b, gamma=g)
                       for p, r in zip(predictions, references)]) for a, b, g in ((0.9, 3.0, 0.5), (0.5, 1.0, 0.25))]
    return [[s.score for s in bleu], bleu[0].precisions, bleu[0].bp, bleu[0].sys_len, bleu[0].ref_len, chrf, rouge, meteor]


# --- stems ---
stemmer = PorterStemmer()
endings = "ational tional enci anci izer bli alli entli eli ousli ization ation alism iveness fulness aliti biliti fulli logi icate ative alize iciti ful ness"
endings = (endings + " al ance er able ant ement ent sion tion ism ate ous ive ll sses ies ied eed ed ing y ating bling tting").split()
forms = [b + e for e in endings for b in ("r", "rel", "conv", "plas", "ay", "hyp", "geo")]
forms += "sky skies dying dies died ties die news innings proceed a is by yes yyy syzygy toy happy spied agreed feed falling hissing failing filing controll roll rate cease élancé".split()

# --- entities: (name, scheme or "", predictions, references) ---
tags = {"IOB1": "BI", "IOB2": "BI", "IOBES": "BIES"}
entity_cases = []
for name, letters in tags.items():
    for strict in (False, True):
        def row(n):
            return [draw.choice(["O"] + [f"{p}-{t}" for p in letters for t in ("PER", "LOC")]) for _ in range(n)]
        right_rows = [row(draw.randrange(1, 9)) for _ in range(8)]
        got_rows = [[t if draw.random() < 0.7 else row(1)[0] for t in r] for r in right_rows]
        entity_cases.append((name, strict, got_rows, right_rows))
entity_cases += [("IOB2", False, [["B", "I", "O", "B-"]], [["B", "I", "O", "O"]]), ("IOB2", True, [["B-A-B", "I-A-B"]], [["B-A-B", "O"]])]


def entity_figures(name, strict, got, right):
    r = classification_report(right, got, output_dict=True, zero_division=0, mode="strict" if strict else None, scheme=getattr(schemes, name) if strict else None)
    keys = sorted(k for k in r if not k.endswith(" avg"))
    return [keys, [[r[k][f] for f in ("precision", "recall", "f1-score", "support")] for k in keys + ["micro avg", "macro avg", "weighted avg"]]]


# --- numbers ---
x = [round(draw.gauss(0, 1), 3) for _ in range(40)]
y = [round(v + draw.gauss(0, 1), 1) for v in x]
pairs = [("noisy", x, y), ("ties", [round(v) for v in x], [round(v) for v in y]), ("shifted", [v * 1e-3 + 1e3 for v in x], y), ("reversed", [1, 2, 3], [3, 2, 1])]
truth = [int(draw.random() < 0.4) for _ in range(40)]
scores = [round(draw.gauss(t, 1), 1) for t in truth]


def spread(n):
    v = [draw.expovariate(1) for _ in range(n)]
    return [q / sum(v) for q in v]


rows = [spread(3) for _ in range(30)]
kinds = [max(range(3), key=lambda k: q[k] + draw.random() * 0.6) for q in rows]
sets = [[sorted(draw.sample(range(5), draw.choice([0, 1, 1, 2, 3]))) for _ in range(20)] for _ in range(2)]
binary = [MultiLabelBinarizer(classes=range(5)).fit_transform(s) for s in sets]
averages = ["micro", "macro", "weighted", "samples"]
multi = [[getattr(sk, f"{m}_score")(*binary, average=a, zero_division=0) for m in ("precision", "recall", "f1")] for a in averages]
labels = [draw.randrange(4) for _ in range(50)]
guesses = [t if draw.random() < 0.6 else draw.randrange(4) for t in labels]

out = pathlib.Path(__file__).parent / "peers.hpp"
with open(out, "w", encoding="ascii", newline="\n") as file:
    def write(text):
        file.write(text + "\n")

    write("// Made by peers.py; not to be edited.\n// SPDX-License-Identifier: Apache-2.0\n#pragma once\n#include <cstdint>\n#include <string>\n#include <vector>\n")
    write("using peer_texts = std::vector<std::string>;\nusing peer_numbers = std::vector<double>;\nusing peer_ids = std::vector<std::int32_t>;\n")
    write("/// BLEU: plain, lower case, no smoothing, add-k, floor, order 2, effective order. chrF: plain, ++, lower case, 4 and beta 1.")
    write("/// ROUGE: 1, 2, L, Lsum, each plain and stemmed: precision, recall, F. METEOR: 0.9, 3, 0.5; 0.5, 1, 0.25.")
    write("struct peer_corpus {\n    const char* what;\n    peer_texts predictions;\n    std::vector<peer_texts> references;\n    double bleu[7];\n    peer_numbers precisions;")
    write("    double brevity_penalty;\n    std::int64_t predicted_length, reference_length;\n    double chrf[4], rouge[8][3], meteor[2];\n};\ninline const peer_corpus peer_corpora[] = {")
    for name, got, refs in corpora:
        parts = ",\n     ".join(c(v) for v in texts(got, refs))
        write(f"    {{{c(name)},\n     {c(got)},\n     {c(refs)},\n     {parts}}},")
    write("};\n\nstruct peer_stem {\n    const char *word, *stem;\n};\ninline constexpr peer_stem peer_stems[] = {")
    for k in range(0, len(forms), 5):
        write("    " + " ".join(f"{{{c(w)}, {c(stemmer.stem(w))}}}," for w in forms[k:k + 5]))
    write("};\n\n/// Figures are those of the types, then micro, macro, weighted: precision, recall, F1, support.")
    write("struct peer_entities {\n    const char* scheme;\n    bool strict;\n    std::vector<peer_texts> predictions, references;\n    peer_texts types;\n    std::vector<peer_numbers> figures;\n};")
    write("inline const peer_entities peer_entity_cases[] = {")
    for name, strict, got, right_rows in entity_cases:
        keys, figures = entity_figures(name, strict, got, right_rows)
        write(f"    {{{c(name)}, {str(strict).lower()},\n     {c(got)},\n     {c(right_rows)},\n     {c(keys)},\n     {c(figures)}}},")
    write("};\n\nstruct peer_pairs {\n    const char* what;\n    peer_numbers x, y;\n    double pearson, spearman;\n};\ninline const peer_pairs peer_correlations[] = {")
    for name, a, b in pairs:
        write(f"    {{{c(name)},\n     {c(a)},\n     {c(b)},\n     {c(scipy.stats.pearsonr(a, b)[0])}, {c(scipy.stats.spearmanr(a, b)[0])}}},")
    write("};\n")
    write(f"inline const peer_ids peer_truth = {c(truth)};\ninline const peer_numbers peer_scores = {c(scores)};\ninline constexpr double peer_auroc = {c(sk.roc_auc_score(truth, scores))};")
    write(f"\ninline const std::vector<peer_numbers> peer_rows = {c(rows)};\ninline const peer_ids peer_kinds = {c(kinds)};")
    areas = [[sk.roc_auc_score(kinds, rows, multi_class=w, average=v) for v in ("macro", "weighted")] for w in ("ovr", "ovo")]
    write(f"inline constexpr double peer_class_auroc[2][2] = {c(areas)}; // against the rest, in pairs x macro, weighted")
    write(f"inline constexpr double peer_log_loss = {c(sk.log_loss(kinds, rows))};")
    write(f"\ninline const std::vector<peer_ids> peer_set_labels = {c(sets[0])},\n                                    peer_set_predictions = {c(sets[1])};")
    write(f"inline constexpr double peer_set_figures[4][3] = {c(multi)}; // micro, macro, weighted, examples x precision, recall, F1")
    write(f"inline constexpr double peer_set_accuracy = {c(sk.accuracy_score(*binary))};")
    write(f"\ninline const peer_ids peer_labels = {c(labels)},\n                      peer_guesses = {c(guesses)};\ninline constexpr double peer_matthews = {c(sk.matthews_corrcoef(labels, guesses))};")
