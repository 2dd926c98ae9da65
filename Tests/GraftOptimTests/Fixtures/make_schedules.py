"""Makes schedules.json: the rates of PyTorch's schedulers over 60 steps, and of ULMFiT's triangle.

    python make_schedules.py        (needs torch)
"""

import json
import math
import pathlib
import warnings

import torch
from torch.optim import lr_scheduler as s

warnings.simplefilter("ignore")
STEPS = 60
RATE = 0.1


def trace(make, key="lr", steps=STEPS):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=RATE, momentum=0.9)
    schedule = make(optimizer)
    values = []
    for step in range(steps):
        values.append(optimizer.param_groups[0][key])
        if step + 1 < steps:
            optimizer.step()
            schedule.step()
    return values


def slanted_triangular(peak, steps, cut, ratio):
    """Howard and Ruder (2018), equation 3."""
    top = math.floor(steps * cut)
    values = []
    for t in range(steps + 1):
        p = t / top if t < top else 1 - (t - top) / (top * (1 / cut - 1))
        values.append(peak * (1 + p * (ratio - 1)) / ratio)
    return values


def plateau(metrics, **settings):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=RATE)
    schedule = s.ReduceLROnPlateau(optimizer, **settings)
    values = []
    for metric in metrics:
        schedule.step(metric)
        values.append(optimizer.param_groups[0]["lr"])
    return {"metrics": metrics, "rates": values}


losses = [1, 0.9, 0.8, 0.81, 0.82, 0.79995, 0.85, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.6, 0.6, 0.6, 0.6, 0.6]
losses += [0.6] * 20

fixture = {
    "rates": {
        "step": trace(lambda o: s.StepLR(o, step_size=7, gamma=0.3)),
        "multi_step": trace(lambda o: s.MultiStepLR(o, milestones=[5, 20, 21, 50], gamma=0.3)),
        "exponential": trace(lambda o: s.ExponentialLR(o, gamma=0.93)),
        "cosine": trace(lambda o: s.CosineAnnealingLR(o, T_max=25, eta_min=0.01)),
        "restarts": trace(lambda o: s.CosineAnnealingWarmRestarts(o, T_0=7, T_mult=1, eta_min=0.01)),
        "growing_restarts": trace(lambda o: s.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2)),
        "linear": trace(lambda o: s.LinearLR(o, start_factor=0.25, end_factor=0.75, total_iters=17)),
        "polynomial": trace(lambda o: s.PolynomialLR(o, total_iters=40, power=1.7)),
        "one_cycle": trace(lambda o: s.OneCycleLR(o, max_lr=0.5, total_steps=60)),
        "one_cycle_linear": trace(
            lambda o: s.OneCycleLR(
                o, max_lr=0.5, total_steps=60, pct_start=0.42, anneal_strategy="linear",
                div_factor=10, final_div_factor=100,
            )
        ),
        "warm_up_cosine": trace(
            lambda o: s.SequentialLR(
                o,
                [
                    s.LinearLR(o, start_factor=0.125, total_iters=9),
                    s.CosineAnnealingLR(o, T_max=51),
                ],
                milestones=[9],
            )
        ),
        "sequence": trace(
            lambda o: s.SequentialLR(
                o,
                [
                    s.ConstantLR(o, factor=0.5, total_iters=100),
                    s.ExponentialLR(o, gamma=0.9),
                    s.StepLR(o, step_size=4, gamma=0.5),
                ],
                milestones=[10, 35],
            )
        ),
        "product": trace(
            lambda o: s.ChainedScheduler([s.LinearLR(o, 0.25, 1, 8), s.ExponentialLR(o, gamma=0.95)])
        ),
        "slanted_triangular": slanted_triangular(0.1, 60, 0.1, 32),
    },
    "momenta": {
        "one_cycle": trace(lambda o: s.OneCycleLR(o, max_lr=0.5, total_steps=60), key="momentum"),
        "one_cycle_linear": trace(
            lambda o: s.OneCycleLR(
                o, max_lr=0.5, total_steps=60, pct_start=0.42, anneal_strategy="linear",
                div_factor=10, final_div_factor=100,
            ),
            key="momentum",
        ),
    },
    "plateaus": {
        "relative": plateau(losses, patience=2, factor=0.5),
        "cooldown": plateau(losses, patience=2, factor=0.5, cooldown=3, threshold=0.05, threshold_mode="abs"),
        "minimum": plateau(losses, patience=0, factor=0.3, min_lr=0.01),
        "maximize": plateau([1 - x for x in losses], patience=1, factor=0.5, mode="max", threshold=0.02),
        "maximize_absolute": plateau(
            [1 - x for x in losses], patience=1, factor=0.5, mode="max", threshold=0.15, threshold_mode="abs"
        ),
    },
}
path = pathlib.Path(__file__).parent / "schedules.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
