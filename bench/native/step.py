"""The training step of bench/TorchStep in Python; the same lines in and out as step.cpp."""

import sys
import time

import torch
from torch.nn.functional import binary_cross_entropy_with_logits


class Training:
    def __init__(self, widths: str, batch: int):
        torch.manual_seed(0)
        sizes = [int(width) for width in widths.split("-")]
        layers = []
        for before, after in zip(sizes, sizes[1:]):
            if layers:
                layers.append(torch.nn.ReLU())
            layers.append(torch.nn.Linear(before, after))
        self.model = torch.nn.Sequential(*layers)
        self.input = torch.randn(batch, sizes[0])
        self.target = torch.rand(batch, 1).gt(0.5).to(torch.float32)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        binary_cross_entropy_with_logits(self.model(self.input), self.target).backward()
        self.optimizer.step()


def nanoseconds(steps: int, step) -> float:
    start = time.perf_counter_ns()
    for _ in range(steps):
        step()
    return (time.perf_counter_ns() - start) / steps


def addition(size: int, steps: int) -> float:
    x, y = torch.ones(size), torch.ones(size)
    with torch.no_grad():
        return nanoseconds(steps, lambda: x.add(y))


def main():
    torch.set_num_threads(1)
    trainings = {}
    for line in sys.stdin:
        widths, batch, steps = line.split()
        if widths == "add":
            print(addition(int(batch), int(steps)), flush=True)
            continue
        key = (widths, batch)
        if key not in trainings:
            trainings[key] = Training(widths, int(batch))
        print(nanoseconds(int(steps), trainings[key].step), flush=True)


main()
