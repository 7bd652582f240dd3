"""hone's bf16 gradients and PyTorch's own (autocast), both against f64: hone's error is at most twice PyTorch's.
usage: gradients_bf16.py MODEL_DIR TSV GRADIENTS.safetensors --head FILE [--limit 2]"""
import argparse, sys, torch
from safetensors.torch import load_file
from common import *
p = argparse.ArgumentParser(); p.add_argument("model"); p.add_argument("tsv"); p.add_argument("gradients"); p.add_argument("--head", required=True)
p.add_argument("--limit", type=float, default=2); a = p.parse_args()
data = list(rows(a.tsv)); names = names_of(a.tsv); y = torch.tensor([names.index(l) for _, l in data])
labels = load_file(a.head)["classifier.weight"].shape[0]; e = encode(tokenizer(a.model), [t for t, _ in data])
def bare(k): return k[5:] if k.startswith("bert.") else k
def gradients(m, mixed):
    m.train()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mixed): out = m(**e).logits
    torch.nn.functional.cross_entropy(out.float() if mixed else out, y).backward()
    return {bare(k): v.grad.double() for k, v in m.named_parameters() if v.grad is not None}
want = gradients(model(a.model, labels, a.head), False); peer = gradients(model(a.model, labels, a.head, torch.float32), True)
got = {bare(k): v.double() for k, v in load_file(a.gradients).items() if k != "loss"}; ok = want.keys() == got.keys()
if not ok: print("gradients of other weights:", *sorted(want.keys() ^ got.keys()))
top = max(float(v.norm()) for v in want.values()); ours, theirs, ratio = [], [], []
for k in sorted(want.keys() & got.keys()):
    n = float(want[k].norm())
    if n <= 1e-6 * top: continue                                        # exactly zero in theory (key biases): rounding only
    x, z = float((got[k].reshape(want[k].shape) - want[k]).norm()) / n, float((peer[k] - want[k]).norm()) / n
    ours.append((x, k)); theirs.append((z, k)); ratio.append((x / z, k))
mean = lambda v: sum(x for x, _ in v) / len(v)
print(f"relative L2 error of a weight's gradient, mean: hone {mean(ours):.4f}, PyTorch {mean(theirs):.4f}; largest: hone {largest(ours)[0]:.4f} at {largest(ours)[1]}, PyTorch {largest(theirs)[0]:.4f} at {largest(theirs)[1]}")
ok &= verdict("mean error over PyTorch's", mean(ours) / mean(theirs), a.limit)
ok &= verdict("largest error over PyTorch's", largest(ours)[0] / largest(theirs)[0], a.limit)
ok &= verdict(f"largest ratio of one weight, {largest(ratio)[1]}", largest(ratio)[0], a.limit)
sys.exit(not (ok and ours))
