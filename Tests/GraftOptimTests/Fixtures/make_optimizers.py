"""Makes optimizers.safetensors: 20 steps of every optimizer, weight decay and a schedule on.

    python make_optimizers.py        (needs torch, numpy and safetensors)

Two parameters, a weight [5, 7] and a bias [3], are drawn to a target by a quadratic loss with noise:
gradient = curvature * (parameter - target) + noise[step], each operation in float32 and in this order, so that
a trajectory feeds back on itself. The rate falls by half every 6 steps. Under `<name>.weight` and `<name>.bias`
stand the values after each of the 20 steps.

PyTorch's optimizers run one tensor at a time (foreach=False). Lion is transcribed from algorithm 2 of
Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023).
"""

import pathlib

import numpy as np
import torch
from safetensors.numpy import save_file

STEPS = 20
SHAPES = {"weight": (5, 7), "bias": (3,)}

rng = np.random.default_rng(20261121)
problem = {}
for name, shape in SHAPES.items():
    problem[name] = {
        "start": rng.normal(size=shape).astype(np.float32),
        "target": rng.normal(size=shape).astype(np.float32),
        "curvature": rng.uniform(0.2, 2, size=shape).astype(np.float32),
        "noise": (0.3 * rng.normal(size=(STEPS, *shape))).astype(np.float32),
    }


def gradient(name, value, step):
    p = problem[name]
    return p["curvature"] * (value - p["target"]) + p["noise"][step]


def run_torch(make, rate):
    parameters = {name: torch.nn.Parameter(torch.tensor(p["start"])) for name, p in problem.items()}
    optimizer = make(list(parameters.values()), lr=rate, foreach=False)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=6, gamma=0.5)
    trace = {name: [] for name in SHAPES}
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = torch.tensor(gradient(name, parameter.detach().numpy(), step))
        optimizer.step()
        schedule.step()
        for name, parameter in parameters.items():
            trace[name].append(parameter.detach().numpy().copy())
    return trace


def run_lion(rate, beta1, beta2, decay):
    values = {name: p["start"].copy() for name, p in problem.items()}
    momentum = {name: np.zeros_like(value) for name, value in values.items()}
    trace = {name: [] for name in SHAPES}
    for step in range(STEPS):
        eta = np.float32(rate * 0.5 ** (step // 6))
        for name in SHAPES:
            g = gradient(name, values[name], step)
            c = np.float32(beta1) * momentum[name] + np.float32(1 - beta1) * g
            values[name] = values[name] - eta * (np.sign(c) + np.float32(decay) * values[name])
            momentum[name] = np.float32(beta2) * momentum[name] + np.float32(1 - beta2) * g
            trace[name].append(values[name].copy())
    return trace


optim = torch.optim
runs = {
    "sgd": run_torch(lambda p, **k: optim.SGD(p, weight_decay=0.05, **k), 0.1),
    "sgd_momentum": run_torch(
        lambda p, **k: optim.SGD(p, momentum=0.9, dampening=0.3, weight_decay=0.05, **k), 0.1
    ),
    "sgd_nesterov": run_torch(
        lambda p, **k: optim.SGD(p, momentum=0.9, nesterov=True, weight_decay=0.05, **k), 0.1
    ),
    "adam": run_torch(lambda p, **k: optim.Adam(p, weight_decay=0.05, **k), 0.1),
    "adam_low_beta": run_torch(lambda p, **k: optim.Adam(p, betas=(0.4, 0.9), eps=1e-3, **k), 0.1),
    "adam_amsgrad": run_torch(
        lambda p, **k: optim.Adam(p, betas=(0.9, 0.9), weight_decay=0.05, amsgrad=True, **k), 0.1
    ),
    "adamw": run_torch(lambda p, **k: optim.AdamW(p, weight_decay=0.2, **k), 0.1),
    "adamw_amsgrad": run_torch(
        lambda p, **k: optim.AdamW(p, betas=(0.9, 0.9), weight_decay=0.2, amsgrad=True, **k), 0.1
    ),
    "rmsprop": run_torch(lambda p, **k: optim.RMSprop(p, weight_decay=0.05, **k), 0.02),
    "rmsprop_momentum": run_torch(
        lambda p, **k: optim.RMSprop(p, alpha=0.9, momentum=0.8, weight_decay=0.05, **k), 0.02
    ),
    "rmsprop_centered": run_torch(
        lambda p, **k: optim.RMSprop(p, alpha=0.9, momentum=0.8, centered=True, weight_decay=0.05, **k), 0.02
    ),
    "lion": run_lion(0.05, 0.9, 0.99, 0.2),
}

tensors = {}
for name, p in problem.items():
    for part, value in p.items():
        tensors[f"problem.{name}.{part}"] = value
for run, trace in runs.items():
    for name, values in trace.items():
        tensors[f"{run}.{name}"] = np.stack(values)
save_file(tensors, pathlib.Path(__file__).parent / "optimizers.safetensors", {"torch": torch.__version__})
