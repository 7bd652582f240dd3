"""hone's bf16 gradients and PyTorch's own (autocast), both against f64, over several batches: hone's error is at most twice PyTorch's, for each weight in the root mean
square of the batches. One batch does not tell: in some norms a single column carries much of the gradient, and what its two roundings, hone's and PyTorch's, leave of
it is chance (as large for one as for the other over many batches, while a factor of two in one happens).
usage: gradients_bf16.py MODEL_DIR TSV GRADIENTS.safetensors HEAD.safetensors [TSV GRADIENTS HEAD ...] [--limit 2]"""
import argparse, sys, torch
from safetensors.torch import load_file
from common import *
p = argparse.ArgumentParser(); p.add_argument("model"); p.add_argument("batches", nargs="+", metavar="TSV GRADIENTS HEAD"); p.add_argument("--limit", type=float, default=2); a = p.parse_args()
if len(a.batches) % 3: p.error("a TSV, the gradients of its lines and their head go together")
def bare(k): return k[5:] if k.startswith("bert.") else k
def errors(tsv, gradients, head):
    """{weight: (hone's, PyTorch's)}, relative L2 errors of the gradients of one batch."""
    labels = load_file(head)["classifier.weight"].shape[0]; data = list(rows(tsv)); names = names_of(tsv); y = torch.tensor([names.index(l) for _, l in data]); e = encode(tokenizer(a.model), [t for t, _ in data])
    def by_torch(m, mixed):
        m.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mixed): out = m(**e).logits
        torch.nn.functional.cross_entropy(out.float() if mixed else out, y).backward()
        return {bare(k): v.grad.double() for k, v in m.named_parameters() if v.grad is not None}
    want = by_torch(model(a.model, labels, head), False); peer = by_torch(model(a.model, labels, head, torch.float32), True)
    got = {bare(k): v.double() for k, v in load_file(gradients).items() if k != "loss"}
    if want.keys() != got.keys(): sys.exit(f"{gradients}: gradients of other weights: {' '.join(sorted(want.keys() ^ got.keys()))}")
    top = max(float(v.norm()) for v in want.values())
    return {k: (float((got[k].reshape(v.shape) - v).norm() / v.norm()), float((peer[k] - v).norm() / v.norm())) for k, v in want.items()
            if float(v.norm()) > 1e-6 * top}                                # below: exactly zero in theory (key biases), rounding only
batches = [errors(*files) for files in zip(*(a.batches[i::3] for i in range(3)))]
weights = sorted(set.intersection(*(set(b) for b in batches)))
if not weights: sys.exit("no gradient to compare")
mean = lambda v: sum(v) / len(v)
hone, peer = ({k: mean([b[k][who] ** 2 for b in batches]) ** 0.5 for k in weights} for who in (0, 1))
ratio = {k: hone[k] / peer[k] for k in weights}; largest_of = lambda v: max(v, key=v.get)
h, t, r = largest_of(hone), largest_of(peer), largest_of(ratio)
print(f"relative L2 error of a weight's gradient in {len(batches)} batches, {len(weights)} weights, mean: hone {mean(list(hone.values())):.4f}, PyTorch {mean(list(peer.values())):.4f}; largest: hone {hone[h]:.4f} at {h}, PyTorch {peer[t]:.4f} at {t}")
for i, b in enumerate(batches):
    k = max(b, key=lambda k: b[k][0] / b[k][1]); print(f"batch {i + 1} alone: largest ratio {b[k][0] / b[k][1]:.2f}, {k}")
ok = verdict("mean error over PyTorch's", mean(list(hone.values())) / mean(list(peer.values())), a.limit)
ok &= verdict("largest error over PyTorch's", hone[h] / peer[t], a.limit)
ok &= verdict(f"largest ratio of one weight, {r}", ratio[r], a.limit)
sys.exit(not ok)
