"""Adversarial training of a small model in PyTorch f64: losses at each point, the last perturbation
and the gradients of all weights. Writes adversarial.hpp beside itself.
usage: adversarial.py"""
# SPDX-License-Identifier: Apache-2.0
import math, os, torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
words, width, inner, classes = 7, 4, 5, 3
texts, labels = [[1, 2, 3, 2], [4], [0, 6, 5, 5, 1]], torch.tensor([0, 2, 1])


def filled(count, seed):
    """The same numbers as the test's: sines."""
    return torch.tensor([math.sin(1.7 * (i + 1) + seed) for i in range(count)])


def model():
    shapes = {"word.weight": (words, width), "inner.weight": (inner, width), "inner.bias": (inner,),
              "head.weight": (classes, inner), "head.bias": (classes,)}
    return {name: (0.6 * filled(math.prod(shape), k).reshape(shape)).requires_grad_(True)
            for k, (name, shape) in enumerate(shapes.items())}


def logits(w, d):
    rows = [torch.tanh((w["word.weight"][torch.tensor(t)] + x) @ w["inner.weight"].T + w["inner.bias"]).mean(0) for t, x in zip(texts, d)]
    return torch.stack(rows) @ w["head.weight"].T + w["head.bias"]


def zeros(): return [torch.zeros(len(t), width) for t in texts]
def start(): return list(torch.split(0.1 * filled(sum(map(len, texts)) * width, 9).reshape(-1, width), [len(t) for t in texts]))


def at(w, d, loss):
    """The loss at d and its gradient with respect to d; weights add up theirs."""
    d = [x.detach().requires_grad_(True) for x in d]
    value = loss(w, d)
    value.backward()
    return value.item(), [x.grad for x in d], d


def along(g, size): return g * (size / g.norm()) if g.norm() > 0 else torch.zeros_like(g)
def within(d, size): return d * (size / d.norm()) if d.norm() > size else d
def plain(w, d): return F.cross_entropy(logits(w, d), labels)
def ascend(d, g, rate, epsilon): return [within(x.detach() + along(y, rate), epsilon) for x, y in zip(d, g)]


def only_directions(w, d, loss):
    kept = {k: v.grad for k, v in w.items()}
    for v in w.values(): v.grad = None
    found = at(w, d, loss)
    for k, v in w.items(): v.grad = kept[k]
    return found


def fgm(w, epsilon):
    first, g, _ = at(w, zeros(), plain)
    second, _, d = at(w, [along(x, epsilon) for x in g], plain)
    return [first, second], d


def pgd(w, epsilon, rate, steps):
    first, g, d = at(w, zeros(), plain)
    losses = [first]
    for k in range(steps):
        if k > 0:
            value, g, d = only_directions(w, d, plain)
            losses.append(value)
        d = ascend(d, g, rate, epsilon)
    last, _, d = at(w, d, plain)
    return losses + [last], d


def freelb(w, epsilon, rate, steps):
    d, losses = start(), []
    for k in range(steps):
        if k > 0: d = ascend(d, g, rate, epsilon)
        value, g, d = at(w, d, lambda w, d: plain(w, d) / steps)
        losses.append(value * steps)
    return losses, d


def smart(w, epsilon, rate, steps):
    def kl(p, q): return F.kl_div(F.log_softmax(q, -1), F.log_softmax(p, -1), reduction="batchmean", log_target=True)
    def smooth(w, d):
        p, q = logits(w, zeros()), logits(w, d)
        return F.cross_entropy(p, labels) + 0.7 * (kl(p, q) + kl(q, p))
    d, losses = start(), []
    for _ in range(steps):
        value, g, d = only_directions(w, d, smooth)
        losses.append(value)
        d = [(x.detach() + rate / y.abs().max() * y).clamp(-epsilon, epsilon) for x, y in zip(d, g)]
    value, _, d = at(w, d, smooth)
    return losses + [value], d


def numbers(values): return "{" + ", ".join(repr(float(v)) for v in values) + "}"


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "adversarial.hpp"), "w") as out:
    out.write("// Adversarial training in PyTorch f64; adversarial.py writes this file.\n// SPDX-License-Identifier: Apache-2.0\n#pragma once\n#include <vector>\n\nnamespace hone::testing {\n\n"
              "/// Losses at each point, the last perturbation, and the gradients of all weights in their order.\nstruct attack {\n    std::vector<double> losses, perturbation, gradients;\n};\n")
    for name, run in {"fgm": lambda w: fgm(w, 0.5), "pgd": lambda w: pgd(w, 0.4, 0.3, 3), "freelb": lambda w: freelb(w, 0.5, 0.25, 3), "smart": lambda w: smart(w, 0.2, 0.15, 2)}.items():
        w = model()
        losses, d = run(w)
        out.write(f"inline const attack by_{name}{{\n    {numbers(losses)},\n    {numbers(torch.cat([x.detach().flatten() for x in d]))},\n    {numbers(torch.cat([v.grad.flatten() for v in w.values()]))}}};\n")
    out.write("\n} // namespace hone::testing\n")
