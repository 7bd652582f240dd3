"""Distributions of transformers' logits processors for tests/loop/sampling.cpp: python3 sampling.py > sampling.txt
A case is three lines: temperature, top-k, top-p, min-p, repetition penalty, then ids so far; the scores;
what may come as pairs of id and probability."""
import sys
import torch
from transformers import (MinPLogitsWarper, RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper,
                          TopKLogitsWarper, TopPLogitsWarper)

torch.manual_seed(5)
options = [(1, 0, 1, 0, 1), (0.7, 0, 1, 0, 1), (1.3, 5, 1, 0, 1), (1, 0, 0.9, 0, 1), (0.8, 0, 0.05, 0, 1), (1, 0, 1, 0.1, 1),
           (0.7, 8, 0.8, 0.05, 1.2), (2.5, 3, 0.999, 0.5, 0.8), (0.2, 30, 0.5, 0, 1.5), (1, 1, 1, 0, 1), (1, 4, 1, 0, 1), (1, 0, 1, 1, 1)]
for number, (temperature, k, p, least, penalty) in enumerate(options):
    scores = (torch.randn(1, 20, dtype=torch.float64) * 2).round(decimals=3)
    if number == 10:  # what equals the k-th stays
        scores[0, 3] = scores[0, 7] = scores[0].topk(4).values[-1]
    ids = torch.randint(0, 20, (1, 6))
    steps = [RepetitionPenaltyLogitsProcessor(float(penalty))] if penalty != 1 else []
    steps += [TemperatureLogitsWarper(float(temperature))] if temperature != 1 else []
    steps += [TopKLogitsWarper(k)] if k else []
    steps += [TopPLogitsWarper(float(p))] if p < 1 else []
    steps += [MinPLogitsWarper(float(least))] if least else []
    left = scores.clone()
    for step in steps:
        left = step(ids, left)
    chance = left[0].softmax(-1)
    print(temperature, k, p, least, penalty, *ids[0].tolist())
    print(*scores[0].tolist())
    print(*(f"{i} {c!r}" for i, c in enumerate(chance.tolist()) if left[0, i] > -float("inf")))
