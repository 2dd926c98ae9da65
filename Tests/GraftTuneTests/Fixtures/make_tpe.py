"""Densities of Parzen estimators over a space with a condition, by NumPy and SciPy.

    python make_tpe.py

x: 0…2; n: 1…4, logarithmic; kind: a, b, c; y: 0.001…1, logarithmic, only with b.
"""

import numpy as np
from scipy.stats import truncnorm

from fixture import write

random = np.random.default_rng(9)


def trial():
    kind = str(random.choice(["a", "b", "c"]))
    point = {"x": round(random.uniform(0, 2), 3), "n": int(random.integers(1, 5)), "kind": kind}
    if kind == "b":
        point["y"] = round(10 ** random.uniform(-3, 0), 4)
    return point


def part(n):
    span = np.log(4.5) - np.log(0.5)
    return (np.log(n - 0.5) - np.log(0.5)) / span, (np.log(n + 0.5) - np.log(0.5)) / span


trials = [trial() for _ in range(7)]
candidates = [trial() for _ in range(12)]
count = len(trials)
width = max(0.15 * count ** (-1 / (4 + 4)), 0.6 / (count + 2))


def normal(center):
    return truncnorm((0 - center) / width, (1 - center) / width, loc=center, scale=width)


def density(kernel, candidate):
    """Of one kernel; None is the uniform one."""
    low, high = part(candidate["n"])
    result = 1.0
    result *= normal(kernel["x"] / 2).pdf(candidate["x"] / 2) if kernel else 1
    if kernel:
        n = normal(sum(part(kernel["n"])) / 2)
        result *= n.cdf(high) - n.cdf(low)
    else:
        result *= high - low
    counts = {label: 1 / (count + 1) for label in "abc"}
    if kernel:
        counts[kernel["kind"]] += 1
    result *= counts[candidate["kind"]] / sum(counts.values())
    if "y" in candidate and kernel and "y" in kernel:
        result *= normal(np.log10(kernel["y"]) / 3 + 1).pdf(np.log10(candidate["y"]) / 3 + 1)
    return result


write("tpe.json", {
    "width": 0.15, "trials": trials, "candidates": candidates,
    "logDensities": [np.log(np.mean([density(t, c) for t in [*trials, None]])) for c in candidates],
})
