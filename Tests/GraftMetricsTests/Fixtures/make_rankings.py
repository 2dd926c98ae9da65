"""Writes rankings.json: random scores with scikit-learn's ROC and precision–recall curves, and their areas.

Scores are rounded so that many are equal. Run with Python, NumPy and scikit-learn installed: python make_rankings.py
"""

import numpy as np
from fixture import probabilities, write
from sklearn import metrics

rng = np.random.default_rng(12)


def defined(score, /, *arguments, **options):
    """A score, or none where scikit-learn refuses."""
    try:
        return score(*arguments, **options)
    except ValueError:
        return None


def binary(samples, share, decimals):
    labels = (rng.random(samples) < share).astype(int)
    scores = np.round(rng.normal(size=samples) + labels, decimals).astype(np.float32)

    def roc(drop):
        rates = metrics.roc_curve(labels, scores, drop_intermediate=drop)
        return list(zip(rates[2], rates[0], rates[1], strict=True))

    def recall(drop):
        precision, recall, thresholds = metrics.precision_recall_curve(labels, scores, drop_intermediate=drop)
        return list(zip(list(thresholds) + [np.inf], precision, recall, strict=True))

    both = 0 < labels.sum() < samples
    return {
        "labels": labels,
        "scores": scores,
        "area": metrics.roc_auc_score(labels, scores),
        "averagePrecision": metrics.average_precision_score(labels, scores),
        "roc": roc(False) if both else None,
        "rocDropped": roc(True) if both else None,
        "precisionRecall": recall(False),
        "precisionRecallDropped": recall(True),
    }


def several(classes, samples, present, is_multilabel, decimals):
    scores = probabilities(np.round(rng.normal(size=(samples, classes)) * 2, decimals))
    if is_multilabel:
        labels = indicator = (rng.random((samples, classes)) < 0.4).astype(int)
        indicator[:, [label for label in range(classes) if label not in present]] = 0
        options = {}
    else:
        labels = rng.choice(present, size=samples)
        indicator = np.eye(classes, dtype=int)[labels]
        options = {"multi_class": "ovr", "labels": list(range(classes))}
    averages = ["macro", "weighted", "micro"]
    return {
        "classes": classes,
        "scores": scores.flatten(),
        "labels": None if is_multilabel else labels,
        "indicator": indicator.flatten() if is_multilabel else None,
        "area": {name: defined(metrics.roc_auc_score, labels, scores, average=name, **options) for name in averages},
        "averagePrecision": {
            name: metrics.average_precision_score(indicator, scores, average=name) for name in averages
        },
        "each": metrics.average_precision_score(indicator, scores, average=None),
    }


shares = [0, 0.1, 0.3, 0.5, 0.7, 1]
write(
    "rankings.json",
    {
        "binary": [
            binary(int(rng.integers(2, 24)), share, decimals)
            for share in shares
            for decimals in [0, 0, 1, 1, 4, 4]
        ],
        "several": [
            several(
                classes := int(rng.integers(3, 6)),
                int(rng.integers(classes, 24)),
                list(range(classes)) if number % 3 else [0, 2],
                bool(number % 2),
                decimals=number % 3,
            )
            for number in range(36)
        ],
    },
)
