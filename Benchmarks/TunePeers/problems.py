"""The functions of Benchmarks/TuneRegret/Problem.swift."""

import math

# name: (range, "linear" | "log" | "integer") or a list of choices.
BRANIN = {"x0": (-5, 10, "linear"), "x1": (0, 15, "linear")}
HARTMANN = {f"x{i}": (0, 1, "linear") for i in range(6)}
ACKLEY = {f"x{i}": (-15, 30, "linear") for i in range(5)}
LEVY = {f"x{i}": (-10, 10, "linear") for i in range(5)}
ROSENBROCK = {f"x{i}": (-5, 10, "linear") for i in range(4)}
MIXED = {
    "optimizer": ["a", "b", "c", "d"],
    "activation": ["p", "q", "r"],
    "rate": (1e-5, 1e-1, "log"),
    "depth": (1, 8, "integer"),
    "x": (-1, 1, "linear"),
    "y": (-1, 1, "linear"),
}


def branin(p):
    x, y = p["x0"], p["x1"]
    inner = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return inner * inner + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann(p):
    weights = [1, 1.2, 3, 3.2]
    scales = [
        [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ]
    centers = [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    x = [p[f"x{i}"] for i in range(6)]
    return -sum(
        w * math.exp(-sum(s * (v - c) ** 2 for s, v, c in zip(scale, x, center)))
        for w, scale, center in zip(weights, scales, centers)
    )


def ackley(p):
    x = [p[f"x{i}"] for i in range(5)]
    square = sum(v * v for v in x) / 5
    waves = sum(math.cos(2 * math.pi * v) for v in x) / 5
    return 20 + math.e - 20 * math.exp(-0.2 * math.sqrt(square)) - math.exp(waves)


def mixed(p):
    offset, rate, depth, x, y = {
        "a": (0.5, -3, 3, -0.5, 0.2), "b": (0, -2.3, 5, 0.4, -0.6),
        "c": (0.2, -1.5, 7, 0.7, 0.1), "d": (0.8, -4, 2, -0.2, -0.2),
    }[p["optimizer"]]
    activation = {"p": 0.3, "q": 0.15, "r": 0}[p["activation"]]
    if p["optimizer"] == "a":
        activation = 0.3 - activation
    return (
        offset + activation + 0.15 * (math.log10(p["rate"]) - rate) ** 2
        + 0.04 * (p["depth"] - depth) ** 2 + (p["x"] - x) ** 2 + (p["y"] - y) ** 2
    )


def levy(p):
    w = [1 + (p[f"x{i}"] - 1) / 4 for i in range(5)]
    inner = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return math.sin(math.pi * w[0]) ** 2 + inner + (w[4] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[4]) ** 2)


def rosenbrock(p):
    x = [p[f"x{i}"] for i in range(4)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


# name: (space, function, minimum)
PROBLEMS = {
    "Branin": (BRANIN, branin, 0.39788735772973816),
    "Hartmann-6": (HARTMANN, hartmann, -3.3223680114155147),
    "Ackley-5": (ACKLEY, ackley, 0.0),
    "Mixed": (MIXED, mixed, 0.0),
    "Levy-5": (LEVY, levy, 0.0),
    "Rosenbrock-4": (ROSENBROCK, rosenbrock, 0.0),
}
