"""Writes probabilities.json: random probabilities with their Brier scores, reliability, and the temperature that suits them.

Bins are scikit-learn's calibration_curve, the errors follow from them; temperatures are SciPy's minimum of the log loss.
Run with Python, NumPy, scikit-learn and SciPy installed: python make_probabilities.py
"""

import numpy as np
from fixture import probabilities, write
from scipy.optimize import brentq
from scipy.special import log_softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

rng = np.random.default_rng(13)


def reliability(outcomes, confidences, bins, strategy):
    """Mean confidence, accuracy and number of each bin that is not empty, with both errors."""
    accuracy, confidence = calibration_curve(outcomes, confidences, n_bins=bins, strategy=strategy)
    edges = np.linspace(0, 1, bins + 1)
    if strategy == "quantile":
        edges = np.percentile(confidences, edges * 100)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidences))
    counts = counts[counts > 0]
    gaps = np.abs(accuracy - confidence)
    return {
        "accuracy": accuracy,
        "confidence": confidence,
        "counts": counts,
        "expected": (counts * gaps).sum() / counts.sum(),
        "maximum": gaps.max(),
    }


def reliabilities(outcomes, confidences, bins):
    return {
        strategy: reliability(outcomes, confidences, bins, strategy) for strategy in ["uniform", "quantile"]
    }


def binary(samples, share, decimals):
    # One sample more than a prime: no quantile falls on a sample but by ties, where rounding would decide its bin.
    labels = (rng.random(samples) < share).astype(int)
    scores = np.clip(rng.random(samples) * 0.6 + labels * 0.4, 0, 1)
    scores = np.round(scores, decimals).astype(np.float32)
    bins = int(rng.integers(1, 8))
    return {
        "labels": labels,
        "probabilities": scores,
        "bins": bins,
        "brier": brier_score_loss(labels, scores.astype(np.float64), labels=[0, 1]),
        "reliability": reliabilities(labels, scores.astype(np.float64), bins),
    }


def several(classes, samples, present, sharpness):
    logits = rng.normal(size=(samples, classes))
    labels = np.array([rng.choice(present, p=(e := np.exp(row[present])) / e.sum()) for row in logits])
    logits = (logits * sharpness).astype(np.float32)
    scores = probabilities(logits)
    confidences = scores.max(axis=1).astype(np.float64)
    outcomes = (scores.argmax(axis=1) == labels).astype(int)
    bins = int(rng.integers(1, 8))
    exact = logits.astype(np.float64)

    def slope(beta):
        weights = np.exp(log_softmax(beta * exact, axis=1))
        return ((weights * exact).sum(axis=1) - exact[np.arange(samples), labels]).mean()

    if slope(0.01) >= 0:
        temperature = 100.0
    elif slope(100) <= 0:
        temperature = 0.01
    else:
        temperature = 1 / brentq(slope, 0.01, 100, xtol=1e-14, rtol=1e-14)
    return {
        "classes": classes,
        "labels": labels,
        "logits": logits.flatten(),
        "probabilities": scores.flatten(),
        "bins": bins,
        "brier": brier_score_loss(labels, scores.astype(np.float64), labels=list(range(classes))),
        "reliability": reliabilities(outcomes, confidences, bins),
        "temperature": temperature,
    }


primes = [3, 7, 11, 13, 17, 19]
write(
    "probabilities.json",
    {
        "binary": [
            binary(prime * 1 + 1, share, decimals)
            for prime in [11, 13, 17, 19]
            for share, decimals in [(0, 3), (0.2, 1), (0.5, 3), (0.5, 1), (0.8, 3), (1, 1)]
        ],
        "several": [
            several(
                classes := int(rng.integers(3, 6)),
                prime + 1,
                list(range(classes)) if number % 3 else [1],
                sharpness=[0.3, 1, 3, 8][number % 4],
            )
            for prime in [11, 13, 17, 19]
            for number in range(9)
        ],
    },
)
