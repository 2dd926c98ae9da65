"""Posterior, marginal likelihood, its gradient and log expected improvement, by NumPy, SciPy and mpmath.

    python make_gaussian_process.py

The kernel is scikit-learn's Matern; gradients are central differences in 40 digits; the improvement is integrated by mpmath.
"""

import mpmath as mp
import numpy as np
from sklearn.gaussian_process.kernels import Matern

from fixture import write

mp.mp.dps = 50
random = np.random.default_rng(4)


def inputs(count):
    """Two numbers and a category of three, as index and as the one-hot columns / √2 that have distance 1."""
    numbers = np.round(random.uniform(size=(count, 2)), 3)
    labels = random.integers(0, 3, size=count)
    return np.column_stack([numbers, labels]), np.column_stack([numbers, np.eye(3)[labels] / np.sqrt(2)])


raw, points = inputs(9)
raw_test, test = inputs(4)
values = np.round(np.sin(5 * raw[:, 0]) + raw[:, 1] ** 2 - 0.5 * raw[:, 2], 3)
lengths, variance, noise = np.array([0.4, 0.9, 1.3]), 1.7, 0.03
scale = np.concatenate([lengths[:2], np.repeat(lengths[2], 3)])


def covariance(a, b):
    return variance * Matern(length_scale=scale, nu=2.5)(a, b)


total = covariance(points, points) + noise * np.eye(len(values))
# The constant mean is normal with variance 1: its most probable value.
ones = np.ones(len(values))
mean = ones @ np.linalg.solve(total, values) / (ones @ np.linalg.solve(total, ones) + 1)
cross = covariance(test, points)
posterior_mean = mean + cross @ np.linalg.solve(total, values - mean)
posterior_variance = variance - np.einsum("ij,ji->i", cross, np.linalg.solve(total, cross.T))


def likelihood(logarithms):
    """log p(y) + log p(m) without the constant of the latter, in many digits."""
    ls = [mp.e**v for v in logarithms]
    n = len(values)
    k = mp.matrix(n, n)
    for i in range(n):
        for j in range(n):
            d = [mp.mpf(raw[i, f]) - mp.mpf(raw[j, f]) for f in range(2)] + [mp.mpf(int(raw[i, 2] != raw[j, 2]))]
            r = mp.sqrt(5 * sum((d[f] / ls[f]) ** 2 for f in range(3)))
            k[i, j] = ls[3] * (1 + r + r * r / 3) * mp.exp(-r) + (ls[4] if i == j else 0)
    y, one = mp.matrix([mp.mpf(v) for v in values]), mp.matrix([1] * n)
    solved = mp.lu_solve(k, one)
    m = (solved.T * y)[0] / ((solved.T * one)[0] + 1)
    rest = y - m * one
    return -((rest.T * mp.lu_solve(k, rest))[0] + mp.log(mp.det(k)) + n * mp.log(2 * mp.pi) + m * m) / 2


logarithms = [mp.log(mp.mpf(v)) for v in [*lengths, variance, noise]]
gradient = []
for index in range(5):
    step = mp.mpf(10) ** -15
    up, down = list(logarithms), list(logarithms)
    up[index] += step
    down[index] -= step
    gradient.append(float((likelihood(up) - likelihood(down)) / (2 * step)))


def improvement(z):
    """h(z) = ∫ (z − x)₊ φ(x) dx = ∫₀^∞ t φ(z − t) dt, with φ(z) taken out of the integral."""
    z = mp.mpf(z)
    integral = mp.quad(lambda t: t * mp.exp(z * t - t * t / 2), mp.linspace(0, 60, 61))
    return float(mp.log(integral) - z * z / 2 - mp.log(2 * mp.pi) / 2)


zs = [6, 2, 0.5, 0, -0.5, -0.999, -1, -1.001, -3, -9.99, -10, -10.01, -30, -200]
write("gaussian_process.json", {
    "points": raw.ravel(), "values": values, "lengths": lengths, "variance": variance, "noise": noise,
    "test": raw_test.ravel(), "mean": mean, "posteriorMean": posterior_mean,
    "posteriorVariance": posterior_variance, "likelihood": float(likelihood(logarithms)), "gradient": gradient,
    "zs": zs, "logImprovements": [improvement(z) for z in zs],
})
