"""Computes with Python's torch what the tests compare the stand-in with.

stdin:  a JSON list of cases {"python": expression, "gradients": bool, "inputs": [tensor, ...]}
stdout: a JSON list, one answer a case: {"values": [tensor, ...], "names": [...], "gradients": [tensor or null, ...]} or {"error": text}

A tensor is {"dtype": "float32", "shape": [2, 3], "data": base64 of its elements as little-endian float64}. In an expression
the inputs are x, y, z, w and i[0], i[1], ...; torch, F (torch.nn.functional) and the functions below are at hand.
"""

import base64
import json
import math
import struct
import sys

import torch
import torch.nn.functional as F


def decode(tensor):
    data = base64.b64decode(tensor["data"])
    values = struct.unpack(f"<{len(data) // 8}d", data)
    result = torch.tensor(values, dtype=torch.float64).reshape(tensor["shape"])
    return result.to(getattr(torch, tensor["dtype"]))


def encode(tensor):
    if tensor is None:
        return None
    tensor = tensor.detach()
    values = tensor.to(torch.float64).reshape(-1).tolist()
    data = base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode()
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "data": data}


def seeded(seed, make):
    """make() as it comes out right after the seed was set."""
    torch.manual_seed(seed)
    return make()


def mlp(seed, dtype, *widths):
    torch.manual_seed(seed)
    layers = []
    for before, after in zip(widths, widths[1:]):
        if layers:
            layers.append(torch.nn.ReLU())
        layers.append(torch.nn.Linear(before, after, dtype=dtype))
    return torch.nn.Sequential(*layers)


def train(model, optimizer, x, y, steps=6):
    """Final parameters, and the loss before each step."""
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return [*model.parameters(), torch.stack(losses)]


def load(model, names, tensors):
    model.load_state_dict(dict(zip(names, tensors)), strict=True)
    return model


def cotangent(like):
    """Different weights for all elements, so that a gradient put in the wrong place shows."""
    return torch.cos(torch.arange(like.numel(), dtype=torch.float64)).reshape(like.shape).to(like.dtype)


def answer(case):
    inputs = [decode(tensor) for tensor in case["inputs"]]
    with_gradients = case["gradients"]
    for tensor in inputs:
        if with_gradients and tensor.is_floating_point():
            tensor.requires_grad_(True)
    scope = {"torch": torch, "F": F, "math": math, "seeded": seeded, "mlp": mlp, "train": train, "load": load, "i": inputs}
    scope.update(zip("xyzw", inputs))
    result = eval(case["python"], scope)
    names = list(result) if isinstance(result, dict) else []
    if isinstance(result, dict):
        result = list(result.values())
    values = [result] if isinstance(result, torch.Tensor) else list(result)
    if with_gradients:
        recorded = [value for value in values if value.requires_grad]
        torch.autograd.backward(recorded, [cotangent(value) for value in recorded])
    return {"values": [encode(v) for v in values], "names": names, "gradients": [encode(t.grad) for t in inputs if t.is_floating_point()]}


def main():
    answers = []
    for case in json.load(sys.stdin):
        try:
            answers.append(answer(case))
        except Exception as error:  # one bad row must not hide the others; the test of that row fails with this text
            answers.append({"error": f"{type(error).__name__}: {error}"})
    json.dump(answers, sys.stdout)


main()
