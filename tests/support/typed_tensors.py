"""A user's file, which type checkers read where PyTorch is installed: answers are tensors."""

from typing import assert_type

import torch

import minloc

x = torch.zeros((2, 3))
assert_type(minloc.argmin(x), torch.Tensor)
assert_type(minloc.argmax(x, 1, keepdims=True, dtype=torch.int32), torch.Tensor)
assert_type(minloc.nanargmin(x, 0, out=torch.zeros(3, dtype=torch.int64)), torch.Tensor)
found = minloc.findmin(x, 0, where=x > 1, default=-1)
assert_type(found, minloc.FindResult[torch.Tensor, torch.Tensor])
assert_type(minloc.findmax(x).values, torch.Tensor)
assert_type(minloc.argminmax(x), minloc.ArgMinMax[torch.Tensor])
assert_type(minloc.minloc(x, (1, 0)), tuple[torch.Tensor, ...])
assert_type(minloc.top_k(x, 2, axis=0, mode="smallest").indices, torch.Tensor)
assert_type(minloc.top_k(x, 2, distance_to=1.5), minloc.TopK[torch.Tensor, torch.Tensor])
