"""Writes regression.json: random numbers with scikit-learn's errors and SciPy's correlations.

Run with Python, NumPy, scikit-learn and SciPy installed: python make_regression.py
"""

import numpy as np
from fixture import write
from scipy import stats
from sklearn import metrics

rng = np.random.default_rng(14)


def case(targets, predictions):
    targets, predictions = targets.astype(np.float32), predictions.astype(np.float32)
    pair = (targets.astype(np.float64), predictions.astype(np.float64))
    several = len(targets) > 1
    return {
        "targets": targets,
        "predictions": predictions,
        "meanAbsolute": metrics.mean_absolute_error(*pair),
        "meanSquared": metrics.mean_squared_error(*pair),
        "rootMeanSquared": metrics.root_mean_squared_error(*pair),
        "medianAbsolute": metrics.median_absolute_error(*pair),
        "maximum": metrics.max_error(*pair),
        "percentage": metrics.mean_absolute_percentage_error(*pair),
        "r2": metrics.r2_score(*pair),
        "explainedVariance": metrics.explained_variance_score(*pair),
        "pearson": stats.pearsonr(*pair).statistic if several else None,
        "spearman": stats.spearmanr(*pair).statistic if several else None,
    }


cases = []
for number in range(30):
    samples = int(rng.integers(2, 30))
    targets = rng.normal(size=samples) * 10.0 ** rng.integers(-1, 4) + rng.integers(-2, 3) * 100
    predictions = targets + rng.normal(size=samples) * targets.std() * rng.random()
    if number % 3 == 1:  # ties
        targets, predictions = np.round(targets / 50), np.round(predictions / 50)
    if number % 3 == 2:
        targets, predictions = np.round(targets, 2), np.round(predictions, 2)
    cases.append(case(targets, predictions))
constant = np.full(7, 0.1)
spread = np.round(rng.normal(size=7), 2)
cases += [
    case(constant, spread),
    case(spread, constant),
    case(constant, constant),
    case(constant, constant + 1),
    case(spread, spread),
    case(spread, -spread),
    case(np.zeros(4), np.array([0, 1, 2, 0])),
    case(np.array([2.5]), np.array([1.0])),
    case(np.array([2.5]), np.array([2.5])),
]
write("regression.json", cases)
