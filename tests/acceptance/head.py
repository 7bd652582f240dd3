"""A classifier drawn from a seed, so that hone and PyTorch start from the same one.   usage: head.py MODEL_DIR LABELS OUT.safetensors [SEED]"""
import json, sys, torch
from safetensors.torch import save_file
width = json.load(open(f"{sys.argv[1]}/config.json"))["hidden_size"]; torch.manual_seed(int(sys.argv[4]) if len(sys.argv) > 4 else 0)
save_file({"classifier.weight": torch.randn(int(sys.argv[2]), width) * 0.02, "classifier.bias": torch.randn(int(sys.argv[2])) * 0.02}, sys.argv[3])
