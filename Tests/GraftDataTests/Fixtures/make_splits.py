"""Writes splits.json: problems of dividing data, with what scikit-learn makes of them; and confident learning.

Confident learning is written down here from the paper (Northcutt, Jiang, Chuang 2021, section 3).

    pip install numpy scikit-learn && python make_splits.py
"""

import json
import pathlib

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.utils.class_weight import compute_class_weight

random = np.random.default_rng(7)


def deviations(folds, labels, classes):
    """The largest deviation of a fold's size, and the sum of squared deviations of class counts over expected ones."""
    share = 1 / len(folds)
    size = max(abs(len(fold) - share * len(labels)) for fold in folds)
    totals = np.bincount(labels, minlength=classes)
    counts = np.array([np.bincount(labels[fold], minlength=classes) for fold in folds])
    present = totals > 0
    chi = ((counts - share * totals)[:, present] ** 2 / (share * totals[present])).sum()
    largest = np.abs(counts - share * totals).max()
    return {"size": size, "chiSquare": chi, "largestClass": largest}


def folds(splitter, labels, groups=None):
    return [test for _, test in splitter.split(np.zeros(len(labels)), labels, groups)]


cases = []
for count, classes, group_count, fold_count, skew in [
    (60, 2, 12, 3, 0.0), (200, 4, 30, 5, 0.5), (150, 6, 25, 4, 1.0), (300, 3, 60, 10, 1.5), (240, 5, 40, 2, 1.0),
    (100, 2, 50, 5, 2.0), (180, 8, 18, 3, 0.7), (400, 2, 20, 5, 1.2),
]:
    weights = 1 / np.arange(1, group_count + 1) ** skew
    groups = random.choice(group_count, count, p=weights / weights.sum())
    # Groups prefer classes, as patients do diseases.
    preference = random.dirichlet(np.full(classes, 0.7), group_count)
    labels = np.array([random.choice(classes, p=preference[group]) for group in groups])
    common = min(fold_count, np.bincount(labels).max(), len(set(groups)))
    seeds = range(5)
    cases.append(
        {
            "labels": labels.tolist(), "groups": groups.tolist(), "classes": classes, "folds": int(common),
            "stratified": deviations(folds(StratifiedKFold(common, shuffle=True, random_state=0), labels), labels, classes),
            "grouped": deviations(folds(GroupKFold(common), labels, groups), labels, classes),
            "stratifiedGrouped": [
                deviations(
                    folds(StratifiedGroupKFold(common, shuffle=True, random_state=seed), labels, groups), labels, classes)
                for seed in seeds
            ],
        })


def confident_joint(probabilities, labels):
    classes = probabilities.shape[1]
    thresholds = np.array(
        [probabilities[labels == j, j].mean() if (labels == j).any() else np.inf for j in range(classes)])
    counts = np.zeros((classes, classes), int)
    suspects = []
    for x, (row, label) in enumerate(zip(probabilities, labels)):
        reached = np.flatnonzero(row >= thresholds)
        if len(reached) == 0:
            continue
        best = reached[np.argmax(row[reached])]
        counts[label, best] += 1
        if best != label:
            suspects.append(x)
    given = np.bincount(labels, minlength=classes)
    calibrated = np.array(
        [
            counts[i] / counts[i].sum() * given[i] if counts[i].sum() else np.eye(classes)[i] * given[i]
            for i in range(classes)
        ])
    joint = calibrated / calibrated.sum()
    of_class = joint.sum(0)
    noise = np.array([joint[:, j] / of_class[j] if of_class[j] else np.eye(classes)[j] for j in range(classes)])
    own = probabilities[np.arange(len(labels)), labels]
    others = probabilities.copy()
    others[np.arange(len(labels)), labels] = -1
    margin = own - others.max(1)
    return {
        "thresholds": [None if np.isinf(t) else t for t in thresholds], "counts": counts.tolist(), "joint": joint.tolist(),
        "noise": noise.tolist(), "byMargin": sorted(suspects, key=lambda x: margin[x]),
        "bySelfConfidence": sorted(suspects, key=lambda x: own[x]),
    }


noisy = []
for count, classes, sharpness, noise, unused in [(40, 3, 2.0, 0.2, 0), (120, 5, 1.0, 0.1, 1), (60, 2, 3.0, 0.3, 0), (30, 7, 0.5, 0.2, 2)]:
    truth = random.integers(0, classes - unused, count)
    labels = np.where(random.random(count) < noise, random.integers(0, classes - unused, count), truth)
    logits = random.normal(0, 1, (count, classes)) + sharpness * np.eye(classes)[truth]
    probabilities = (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32)
    noisy.append(
        {
            "classes": classes, "labels": labels.tolist(), "probabilities": [float(p) for p in probabilities.ravel()],
            "expected": confident_joint(probabilities.astype(np.float64), labels),
        })

weights = []
for frequencies in [[1, 2, 5], [100, 3], [7], [40, 1000, 3, 9, 77]]:
    labels = np.repeat(np.arange(len(frequencies)), frequencies)
    balanced = compute_class_weight("balanced", classes=np.arange(len(frequencies)), y=labels)
    weights.append({"frequencies": frequencies, "balanced": balanced.tolist()})

path = pathlib.Path(__file__).with_name("splits.json")
path.write_text(json.dumps({"cases": cases, "confidentLearning": noisy, "classWeights": weights}, allow_nan=False))
