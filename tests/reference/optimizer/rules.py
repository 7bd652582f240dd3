# Prints rules.hpp: two weights, a matrix of 4 x 3 and a vector of 5, after 12 steps of each rule in f64, by torch.optim, transformers, lion-pytorch
# and timm.   Usage: python rules.py > rules.hpp   (torch transformers lion-pytorch timm)
# SPDX-License-Identifier: Apache-2.0
import importlib, importlib.util, math, os, sys, types
import torch, torch.optim._muon, transformers.optimization
from lion_pytorch import Lion

torch.set_default_dtype(torch.float64)


class InF64:  # torch as Muon's module sees it: its iteration in f64 instead of bf16
    bfloat16 = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)


torch.optim._muon.torch = InF64()


def timm(name):  # one module of it: the whole package wants torchvision
    if "timm" not in sys.modules:
        root = os.path.dirname(importlib.util.find_spec("timm").origin)
        for n, d in (("timm", root), ("timm.optim", f"{root}/optim")):
            sys.modules[n] = types.ModuleType(n)
            sys.modules[n].__path__ = [d]
    return importlib.import_module(f"timm.optim.{name}")


O, steps = torch.optim, 12
matrix = [0.5 * math.sin(1.0 + 1.7 * k) for k in range(12)]
vector = [0.5 * math.cos(0.3 + 0.9 * k) for k in range(5)]


def gradient(t, k):
    return math.sin(0.7 * k + 1.3 * t) * (1 + 0.2 * t)


plain = {"foreach": False}
rules = {
    "sgd": lambda g: O.SGD(g, lr=0.02, momentum=0.9, dampening=0.3, weight_decay=0.1, **plain),
    "sgd_nesterov": lambda g: O.SGD(g, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1, **plain),
    "adam": lambda g: O.Adam(g, lr=0.02, weight_decay=0.1, **plain),
    "adamw": lambda g: O.AdamW(g, lr=0.02, weight_decay=0.1, **plain),
    "amsgrad": lambda g: O.AdamW(g, lr=0.02, betas=(0.8, 0.9), weight_decay=0.1, amsgrad=True, **plain),
    "adamax": lambda g: O.Adamax(g, lr=0.02, weight_decay=0.1, **plain),
    "nadam": lambda g: O.NAdam(g, lr=0.02, weight_decay=0.1, **plain),
    "radam": lambda g: O.RAdam(g, lr=0.02, betas=(0.9, 0.95), weight_decay=0.1, decoupled_weight_decay=True, **plain),
    "adagrad": lambda g: O.Adagrad(g, lr=0.05, lr_decay=0.05, initial_accumulator_value=0.1, weight_decay=0.1, **plain),
    "rmsprop": lambda g: O.RMSprop(g, lr=0.02, alpha=0.9, weight_decay=0.1, **plain),
    "rmsprop_centered": lambda g: O.RMSprop(g, lr=0.02, alpha=0.9, momentum=0.5, centered=True, **plain),
    "adadelta": lambda g: O.Adadelta(g, lr=1.0, weight_decay=0.1, **plain),
    "lion": lambda g: Lion(g, lr=0.003, weight_decay=0.3),
    "lamb": lambda g: timm("lamb").Lamb(g, lr=0.02, weight_decay=0.1, max_grad_norm=None),
    "lars": lambda g: timm("lars").Lars(g, lr=1.0, momentum=0.9, weight_decay=0.01, trust_coeff=0.02),
    "adafactor": lambda g: transformers.optimization.Adafactor(g, lr=0.02, beta1=0.9, scale_parameter=True, relative_step=False, weight_decay=0.1),
    "adafactor_relative": lambda g: transformers.optimization.Adafactor(g, relative_step=True, scale_parameter=True),
    "adafactor_plain": lambda g: O.Adafactor(g, lr=0.05, weight_decay=0.1, **plain),
    "muon": lambda g: O.Muon(g, lr=0.02, weight_decay=0.1),
}
print("""// What rules.py prints: weights after 12 steps, a matrix of 4 x 3, then a vector of 5 (zeros where a rule is for matrices).
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hone::testing {

struct rule_result {
    const char* name;
    double weights[17];
};
inline constexpr rule_result rule_results[] = {""")
for name, make in rules.items():
    w = [torch.nn.Parameter(torch.tensor(matrix).reshape(4, 3)), torch.nn.Parameter(torch.tensor(vector))]
    only = w[:1] if name == "muon" else w
    optimizer = make([{"params": w[:1]}] + ([{"params": w[1:], "weight_decay": 0.0}] if name != "muon" else []))
    for t in range(steps):
        w[0].grad = torch.tensor([gradient(t, k) for k in range(12)]).reshape(4, 3)
        w[1].grad = torch.tensor([gradient(t, 12 + k) for k in range(5)])
        optimizer.step()
    values = w[0].detach().flatten().tolist() + (w[1].detach().tolist() if len(only) > 1 else [0.0] * 5)
    print('    {"%s",\n     {' % name + ",\n      ".join(", ".join(repr(v) for v in values[i:i + 4]) for i in range(0, 17, 4)) + "}},")
print("};\n\n} // namespace hone::testing")
