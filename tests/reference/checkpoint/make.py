"""Writes mixed.safetensors with the reference implementation (safetensors 0.8, torch): every type that it writes for PyTorch, ranks 0 to 3,
empty tensors, names that need escapes. tests/checkpoint/safetensors_writer.cpp makes the same tensors and compares bytes."""
import pathlib

import torch
from safetensors.torch import save_file


def counting(count, dtype):
    """0, 1, 2, ... as bytes, seven at a time, so that no element is like its neighbour."""
    size = torch.empty(0, dtype=dtype).element_size()
    return torch.tensor([i * 7 % 120 for i in range(count * size)], dtype=torch.uint8).view(dtype)


tensors = {
    "b.weight": counting(6, torch.float32).reshape(2, 3),
    "a.weight": counting(4, torch.float32).reshape(4),
    "scalar": counting(1, torch.float32).reshape(()),
    "nothing": torch.empty(0, 5, dtype=torch.float32),
    "half": counting(3, torch.float16),
    "brain": counting(3, torch.bfloat16),
    "double": counting(8, torch.float64).reshape(2, 2, 2),
    "long": counting(2, torch.int64),
    "int": counting(2, torch.int32),
    "short": counting(2, torch.int16),
    "byte": counting(5, torch.uint8),
    "signed": counting(1, torch.int8),
    "complex": counting(1, torch.complex64),
    "eight": counting(2, torch.float8_e4m3fn),
    "name \"with\"\n\\ \u00e9\u4e2d\U0001f600\x7f": counting(1, torch.float32),
}
save_file(tensors, pathlib.Path(__file__).with_name("mixed.safetensors"), metadata={"format": "pt"})
