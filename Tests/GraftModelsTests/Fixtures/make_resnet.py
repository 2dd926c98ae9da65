"""Makes resnet18.json, resnet50.json and resnet20.json: what PyTorch computes for one training step.

    pip install torch torchvision && python make_resnet.py

Weights and input come from a hash of their path and index that the Swift test repeats, so only digests are stored.
The truth is computed in float64; `float32_error` is how far PyTorch's own float32 run is from it, and the Swift test
allows a small multiple of that.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torchvision

FOLDER = pathlib.Path(__file__).parent
MASK = (1 << 64) - 1

# Where the input of a ReLU lies within rounding of zero, float32 and float64 may take different sides, and the
# gradient jumps. `make` takes the first salt for which every input keeps away from zero, farther than the rounding errors
# of any way to compute a convolution in float32, Winograd's filtering included; so tolerances can be tight.
SALT = 0
MARGIN = 2.5e-6
nearest_to_zero = math.inf


def watched_relu(x, inplace=False):
    global nearest_to_zero
    nearest_to_zero = min(nearest_to_zero, float(x.detach().abs().min()))
    return x.clamp_min(0)


torch.relu = watched_relu
torch.nn.functional.relu = watched_relu


def hashed_uniform(name, count):
    """Numbers in [0, 1) with 24 bits, from FNV-1a of the salted name and splitmix64 of the index."""
    seed = 0xCBF29CE484222325
    for byte in f"{SALT}.{name}".encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)


def centred(name, shape, scale, offset=0.0):
    values = (hashed_uniform(name, math.prod(shape)) - np.float32(0.5)) * np.float32(scale) + np.float32(offset)
    return torch.from_numpy(values.reshape(shape))


def hashed_value(path, shape, last_scale):
    if len(shape) == 4:
        return centred(path, shape, math.sqrt(24.0 / (shape[0] * shape[2] * shape[3])))
    if len(shape) == 2:
        return centred(path, shape, math.sqrt(12.0 / shape[1]))
    if path.endswith("running_var"):
        return centred(path, shape, 0.4, 1.0)
    if path.endswith(".weight"):
        # The last scale of a block is small, as after zero-initialised residuals: deep nets stay well conditioned.
        return centred(path, shape, 0.2, 0.3 if path.endswith(last_scale) else 1.0)
    return centred(path, shape, 0.2)


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(outputs)
        self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(outputs)
        self.stride, self.added = stride, outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.added:
            x = torch.nn.functional.pad(
                x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added - self.added // 2))
        return torch.relu(x + y)


class CifarResNet20(torch.nn.Module):
    """He et al. 2015, section 4.2, with option-A shortcuts."""

    def __init__(self, classes):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        self.layer1 = torch.nn.Sequential(Block(16, 16, 1), Block(16, 16, 1), Block(16, 16, 1))
        self.layer2 = torch.nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = torch.nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = torch.nn.Linear(64, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean(dim=(2, 3)))


def run(model, images, labels, dtype, last_scale):
    """Inference logits, then one training step: loss, logits, gradients, moved statistics."""
    global nearest_to_zero
    state = {
        path: torch.zeros_like(value) if value.ndim == 0 else hashed_value(path, tuple(value.shape), last_scale)
        for path, value in model.state_dict().items()
    }
    model.load_state_dict(state)
    model.to(dtype)
    images = images.to(dtype)
    model.eval()
    inference = model(images).detach()
    model.train()
    nearest_to_zero = math.inf
    training = model(images)
    loss = torch.nn.functional.cross_entropy(training, labels)
    loss.backward()
    gradients = {path: p.grad.double() for path, p in model.named_parameters()}
    statistics = {path: b.double() for path, b in model.named_buffers() if b.ndim}
    return {
        "inference": inference.double(), "training": training.detach().double(), "loss": loss.detach().double(),
        "gradients": gradients, "statistics": statistics,
    }


def digest(path, exact, rough):
    """The norm, the projection on hashed numbers and eight entries; and how far float32 is off, relative to the norm."""
    flat, other = exact.flatten().numpy(), rough.flatten().numpy()
    direction = hashed_uniform("projection." + path, flat.size).astype(np.float64) - 0.5
    picks = (hashed_uniform("picks." + path, 8).astype(np.float64) * flat.size).astype(np.int64)
    return {
        "path": path, "norm": float(np.linalg.norm(flat)), "projection": float(flat @ direction),
        "picks": [float(v) for v in flat[picks]],
        "float32_error": float(np.linalg.norm(flat - other) / max(np.linalg.norm(flat), 1e-30)),
    }


def make(name, build, side, batch, classes, last_scale):
    global SALT
    for SALT in range(200):
        images = centred("input", (batch, 3, side, side), math.sqrt(12.0))
        labels = torch.arange(batch) % classes
        exact = run(build(), images, labels, torch.float64, last_scale)
        if nearest_to_zero < MARGIN:
            continue
        rough = run(build(), images, labels, torch.float32, last_scale)
        gradients = [digest(p, g, rough["gradients"][p]) for p, g in exact["gradients"].items()]
        worst = max(g["float32_error"] for g in gradients)
        if worst < 3e-5:
            break
    else:
        raise SystemExit(f"{name}: no salt keeps every ReLU away from zero")
    relative = lambda key: float((exact[key] - rough[key]).norm() / exact[key].norm())
    fixture = {
        "salt": SALT, "side": side, "batch": batch, "classes": classes, "lastScale": last_scale,
        "parameters": sum(p.numel() for p in build().parameters()),
        "inference": exact["inference"].flatten().tolist(), "inference_float32_error": relative("inference"),
        "training": exact["training"].flatten().tolist(), "training_float32_error": relative("training"),
        "loss": float(exact["loss"]), "gradients": gradients,
        "statistics": [digest(p, s, rough["statistics"][p]) for p, s in exact["statistics"].items()],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(fixture, indent=0))
    print(name, "salt", SALT, "loss", fixture["loss"], "worst float32 gradient error", worst, flush=True)


build18 = lambda: torchvision.models.resnet18(num_classes=10)
build50 = lambda: torchvision.models.resnet50(num_classes=10)
build20 = lambda: CifarResNet20(10)
make("resnet20", build20, side=32, batch=4, classes=10, last_scale="bn2.weight")
make("resnet18", build18, side=48, batch=4, classes=10, last_scale="bn2.weight")
make("resnet50", build50, side=48, batch=4, classes=10, last_scale="bn3.weight")
