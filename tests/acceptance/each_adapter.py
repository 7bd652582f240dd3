"""What `adapters` does, for all methods in one process: torch and PEFT take longer to load than most figures.   usage: each_adapter.py PROGRAMS MODEL_DIR TRAIN.tsv [METHODS...]"""
import contextlib, io, os, re, runpy, subprocess, sys, tempfile, traceback
os.environ["TRANSFORMERS_VERBOSITY"] = "error"                             # a classifier that is drawn is no news here
from common import names_of, rows

programs, folder, train, *methods = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
on = "on=query+value"
spelling = dict(lora=f"lora:rank=8,alpha=16,{on}", rslora=f"lora:rank=4,alpha=4,scaling=stabilised,{on}", dora=f"dora:rank=8,alpha=16,{on}", embedding="lora:rank=4,alpha=4,on=query+word_embeddings",
    adalora=f"adalora:rank=12,alpha=8,{on}", vera=f"vera:rank=16,{on}", verawide=f"vera:rank=16,{on}+intermediate.dense", ia3="ia3", prefix="prefix:tokens=8", prompt="prompt:tokens=8", ptuning="ptuning:tokens=8",
    houlsby="houlsby", pfeiffer="pfeiffer", parallel="parallel")
unknown = [m for m in methods if m not in spelling]
if unknown: sys.exit(f"no such method: {' '.join(unknown)}; those there are: {' '.join(spelling)}")
methods = methods or list(spelling)
# PEFT does not train a prompt encoder from a folder (which holds only what it made), and the table of requirements asks no trajectory of bottlenecks
without_trajectory = ("ptuning", "houlsby", "pfeiffer", "parallel")
# DoRA at 3e-3 is no measure: its last losses go up and down by 0.3, and PyTorch's own f32 is 2.4e-5 from its f64 (hone 1.9e-5)
total, steps, batch, rate = 60, 50, 8, {"dora": 1e-3}                      # of the trajectories, 3e-3 for the others; AdaLoRA's last mask falls at step 40
counts = {True: 0, False: 0}

def said(method, words, ok, text):
    counts[ok] += 1
    print(f"{'' if ok else 'FELL SHORT: '}{method}: {words}: {text}", flush=True)

def holds(method, words, script, *arguments):
    """One of the scripts beside this one: a line for each of its figures."""
    out, code = io.StringIO(), 1
    sys.argv = [script, *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out): runpy.run_path(f"{here}/{script}", run_name="__main__"); code = 0
    except SystemExit as e: code = e.code if isinstance(e.code, int) or e.code is None else 1; out.write("" if isinstance(e.code, (int, bool, type(None))) else f"{e.code}\n")
    except Exception: out.write(traceback.format_exc())
    figures = [l for l in out.getvalue().splitlines() if re.search(r" (holds|FALLS SHORT)$", l)]
    for l in figures: said(method, words, l.endswith(" holds"), l)
    notes = [l for l in out.getvalue().splitlines() if l not in figures]
    if notes: print("\n".join(f"    {l}" for l in notes), flush=True)
    if bool(code) and all(l.endswith(" holds") for l in figures): said(method, words, False, "the script says no")

def hone(name, *arguments, into=os.devnull):
    """A program of hone's; what it compiles is said, how far it has come is not."""
    with open(into, "w") as out, subprocess.Popen([f"{programs}/{name}", *map(str, arguments)], stdout=out, stderr=subprocess.PIPE, text=True) as run:
        for l in run.stderr:
            if not l.startswith("epoch "): print(f"    {l}", end="", flush=True)
    if run.returncode: raise subprocess.CalledProcessError(run.returncode, run.args)

def lines(count, path):
    """That many of the training lines, of twelve labels (of all 151 little is learned in 50 steps), from everywhere in the file, always the same ones."""
    every = list(rows(train)); names = sorted({label for _, label in every}); chosen = names[::max(1, len(names) // 12)][:12]
    every = [f"{text}\t{label}\n" for text, label in every if label in chosen]
    with open(path, "w", encoding="utf-8", newline="\n") as f: f.writelines(every[k * 7919 % len(every)] for k in range(min(count, len(every))))

def gradients(method, start, few, scratch, precision, limit):
    hone("gradients", "--model", folder, "--adapter", start, "--input", few, "--precision", precision, "--out", f"{scratch}/gradients.safetensors")
    holds(method, f"gradients, {precision}", "gradients.py", folder, few, f"{scratch}/gradients.safetensors", "--adapter", start, "--limit", limit)

def check(method, part, few, head, classes, scratch):
    start, saved, predictions = f"{scratch}/{method}-start", f"{scratch}/{method}-saved", f"{scratch}/predictions"
    at = ["--model", folder, "--train", part, "--batch-sentences", batch, "--epochs", 1, "--precision", "f32", "--dropout", 0, "--no-shuffle"]
    holds(method, "start", "adapter_write.py", method, folder, start, "--labels", classes)
    hone("classify", "predict", "--model", folder, "--adapter", start, "--input", few, "--logits", into=predictions)
    holds(method, "a folder that Python wrote", "adapter.py", start, folder, few, predictions, "--labels", classes)
    gradients(method, start, few, scratch, "f64", 1e-11)
    if method not in without_trajectory:
        pace = ["--rate", rate.get(method, 3e-3), "--warmup", 0.1, "--decay", 0.1]
        hone("classify", "train", *at, *pace, "--clip", 1, "--steps", steps, "--adapter-from", start, "--head", head, "--log", f"{scratch}/log.jsonl")
        holds(method, f"{steps} steps of training", "trajectory.py", folder, part, f"{scratch}/log.jsonl", "--head", head, "--batch", batch, "--steps", steps, "--total", total, *pace, "--clip", 1, "--adapter", start)
    hone("classify", "train", *at, "--dev", few, "--steps", 20, "--rate", 1e-2, "--adapter", spelling[method], "--out", saved)
    hone("classify", "predict", "--model", folder, "--adapter", saved, "--input", few, "--logits", into=predictions)
    holds(method, "a folder that hone wrote", "adapter.py", saved, folder, few, predictions, "--labels", classes)

def guarded(method, f, *arguments):
    try: f(method, *arguments)
    except subprocess.CalledProcessError as e: said(method, "a program of hone", False, str(e))

with tempfile.TemporaryDirectory() as scratch:
    part, few, head = f"{scratch}/part.tsv", f"{scratch}/few.tsv", f"{scratch}/head.safetensors"
    lines(total * batch, part); lines(64, few)                             # one epoch of `total` steps
    classes = len(names_of(part)); holds("all", "head", "head.py", folder, classes, head)
    for method in methods: guarded(method, check, part, few, head, classes, scratch)
    for method in methods: guarded(method, lambda m: gradients(m, f"{scratch}/{m}-start", few, scratch, "f32", 2e-5))
print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(counts[False] > 0)
