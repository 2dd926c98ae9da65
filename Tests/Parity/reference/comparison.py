"""Running a model on both sides, and how far the results are apart."""

import copy
import json
import subprocess
from dataclasses import dataclass

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

# Of the largest output. Two orders of summation differ by a few parts in a million even in a hundred layers.
OUTPUT_LIMIT = 1e-4
# Of the norm of a parameter's gradient, against double precision. A deep network with batch statistics multiplies roundings, PyTorch's as much;
# there the limit is four times PyTorch's own distance.
GRADIENT_LIMIT = 1e-4
# A gradient that is zero but for rounding (a bias before a norm) is measured against this part of the largest gradient's norm.
SMALL_GRADIENT = 1e-4


class Swift:
    """The Swift side, with a folder to exchange files in."""

    def __init__(self, executable, folder):
        self.executable, self.folder = executable, folder

    def ask(self, request, inputs):
        """The outputs by batch, and how many parameters the model has."""
        save_file({name: tensor.contiguous() for name, tensor in inputs.items()}, self.folder / "inputs.safetensors")
        (self.folder / "request.json").write_text(json.dumps(request))
        run = subprocess.run([self.executable, self.folder], capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(f"parity exited with {run.returncode}: {run.stderr[-2000:]}")
        with safe_open(self.folder / "outputs.safetensors", "pt") as file:
            outputs = {name.removesuffix(".output"): file.get_tensor(name) for name in file.keys()}
            return outputs, int(file.metadata()["parameters"])


@dataclass
class Case:
    """A model that both sides have."""

    name: str
    # What Swift is asked for: the model, its classes.
    request: dict
    # Makes the Python module with random weights.
    make: callable
    # Named inputs for a name of a batch: {"images": …}.
    batches: dict
    # The module's output for one batch.
    forward: callable
    # Writes what Swift loads, and returns what the request says of it.
    write: callable
    # Loads into a Python module what Swift saved.
    read: callable
    # Which elements of an output mean something, as a mask that broadcasts to it; None for all.
    shown: callable = lambda batch, output: None
    # The batch of which a training step's gradients are compared.
    gradient_batch: str = None
    saves: bool = True

    def compare(self, swift):
        module = self.make().eval()
        parameters = sum(parameter.numel() for parameter in module.parameters())
        with torch.no_grad():
            wanted = {name: self.forward(module, batch) for name, batch in self.batches.items()}
        if any(len(output) > 1 and torch.equal(output[0], output[1]) for output in wanted.values()):
            raise RuntimeError(f"{self.name}: two inputs have the same output, so nothing would be compared")
        request = {
            **self.request, **self.write(module, swift.folder), "batches": list(self.batches), "saves": self.saves,
            "gradientBatch": self.gradient_batch}
        inputs = {f"{name}.{part}": tensor for name, batch in self.batches.items() for part, tensor in batch.items()}
        found, ours = swift.ask(request, inputs)
        differences = {name: self.difference(name, found[name], wanted[name]) for name in wanted}
        saved = None
        if self.saves:
            again = self.read(swift.folder / "saved").eval()
            with torch.no_grad():
                saved = all(torch.equal(self.forward(again, batch), wanted[name]) for name, batch in self.batches.items())
        rows = [OutputRow(self.name, ours, parameters, [self.describe(name) for name in wanted], list(differences.values()), saved)]
        if self.gradient_batch:
            rows.append(self.gradients(module, swift))
        return rows

    def describe(self, name):
        batch = self.batches[name]
        first = batch.get("images", batch.get("ids"))
        text = "×".join(str(length) for length in first.shape)
        return text + (" padded" if "mask" in batch or "lengths" in batch else "")

    def difference(self, name, found, wanted):
        if found.shape != wanted.shape:
            raise RuntimeError(f"{self.name}: an output of shape {tuple(found.shape)}, not {tuple(wanted.shape)}")
        shown = self.shown(self.batches[name], wanted)
        if shown is not None:
            found, wanted = found * shown, wanted * shown
        return float((found - wanted).abs().max() / wanted.abs().max())

    def gradients(self, module, swift):
        batch = self.batches[self.gradient_batch]
        single, statistics = self.step(copy.deepcopy(module), batch)
        double, _ = self.step(module.double(), {name: part.double() if part.is_floating_point() else part for name, part in batch.items()})
        file = load_file(swift.folder / "gradients.safetensors")
        missing = set(double) - set(file)
        if missing:
            raise RuntimeError(f"{self.name}: no gradient of {sorted(missing)}")
        off = max([float((file[name].double() - value.double()).norm() / value.norm()) for name, value in statistics.items()], default=None)
        return GradientRow(self.name, len(double), distance(file, double), distance(single, double), off)

    def step(self, module, batch):
        """Gradients of a training step by name, and what it made of running statistics."""
        module.train()
        output = self.forward(module, batch)
        # torchvision's Inception gives its auxiliary head's output too while it trains.
        outputs = [output] if torch.is_tensor(output) else [output.logits, output.aux_logits]
        losses = [nn.functional.cross_entropy(part.flatten(0, -2), batch["labels"].long().flatten()) for part in outputs]
        (losses[0] + 0.4 * sum(losses[1:])).backward()
        gradients = {name: parameter.grad for name, parameter in module.named_parameters() if parameter.grad is not None}
        statistics = {name: value for name, value in module.named_buffers() if "running_" in name}
        return gradients, statistics


def distance(found, wanted):
    """The largest relative distance of a parameter's gradient."""
    smallest = SMALL_GRADIENT * max(float(gradient.norm()) for gradient in wanted.values())
    return max(
        float((found[name].double() - gradient).norm()) / max(float(gradient.norm()), smallest) for name, gradient in wanted.items())


def number(value):
    return "–" if value is None else f"{value:.1e}"


@dataclass
class OutputRow:
    name: str
    ours: int
    theirs: int
    sizes: list
    differences: list
    saved: bool = None

    @property
    def passed(self):
        return self.ours == self.theirs and all(difference < OUTPUT_LIMIT for difference in self.differences) and self.saved is not False

    def cells(self):
        saved = {None: "–", True: "equal", False: "different"}[self.saved]
        both = [f"{number(difference)} ({size})" for difference, size in zip(self.differences, self.sizes)]
        return [self.name, f"{self.ours:,}", f"{self.theirs:,}", *both, saved, "ok" if self.passed else "**fail**"]

    def __str__(self):
        return "  ".join(self.cells())


@dataclass
class GradientRow:
    name: str
    count: int
    ours: float
    theirs: float
    statistics: float = None

    @property
    def passed(self):
        return self.ours < max(GRADIENT_LIMIT, 4 * self.theirs) and (self.statistics is None or self.statistics < OUTPUT_LIMIT)

    def cells(self):
        return [
            self.name, str(self.count), number(self.ours), number(self.theirs), number(self.statistics), "ok" if self.passed else "**fail**"]

    def __str__(self):
        return "gradients of " + "  ".join(self.cells())


@dataclass
class Failure:
    name: str
    passed = False

    def cells(self):
        return [self.name, "", "", "", "", "", "**fail**"]

    def __str__(self):
        return f"{self.name}  failed"


class Table:
    def __init__(self):
        self.rows = []

    def takes(self, row):
        return isinstance(row, self.kinds)

    def markdown(self):
        lines = [self.header, ["---"] * len(self.header), *(row.cells() for row in self.rows)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class Outputs(Table):
    kinds = (OutputRow, Failure)
    header = ["model", "parameters", "in Python", "largest difference", "and at another size", "saved, loaded in Python", ""]


class Gradients(Table):
    kinds = (GradientRow,)
    header = ["model", "parameters with gradients", "distance from double precision", "PyTorch's", "running statistics", ""]
