"""Writes decisions.json and multilabel.json: random decisions with scikit-learn's scores for them.

Run with Python, NumPy and scikit-learn installed: python make_decisions.py
"""

import numpy as np
from fixture import write
from sklearn import metrics

rng = np.random.default_rng(11)
AVERAGES = ["macro", "micro", "weighted"]


def averaged(score, labels, predictions, /, **options):
    """A score of each class, and its averages."""
    values = {"each": score(labels, predictions, average=None, zero_division=0, **options)}
    for average in AVERAGES:
        values[average] = score(labels, predictions, average=average, zero_division=0, **options)
    return values


def decisions(classes, samples, present, predicted):
    labels = rng.choice(present, size=samples)
    predictions = np.where(rng.random(samples) < 0.5, labels, rng.choice(predicted, size=samples))
    if set(predicted).isdisjoint(present):
        predictions = rng.choice(predicted, size=samples)
    everything = list(range(classes))
    kappa = {
        name: metrics.cohen_kappa_score(labels, predictions, labels=everything, weights=weights)
        for name, weights in [("uniform", None), ("linear", "linear"), ("quadratic", "quadratic")]
    }
    return {
        "classes": classes,
        "labels": labels,
        "predictions": predictions,
        "matthews": metrics.matthews_corrcoef(labels, predictions),
        "kappa": kappa,
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, predictions),
        "adjusted": metrics.balanced_accuracy_score(labels, predictions, adjusted=True),
        "hamming": metrics.hamming_loss(labels, predictions),
        "jaccard": averaged(metrics.jaccard_score, labels, predictions, labels=everything),
        "fHalf": averaged(metrics.fbeta_score, labels, predictions, labels=everything, beta=0.5),
        "fTwo": averaged(metrics.fbeta_score, labels, predictions, labels=everything, beta=2),
        "normalized": {
            name: metrics.confusion_matrix(labels, predictions, labels=everything, normalize=normalize)
            for name, normalize in [("actual", "true"), ("predicted", "pred"), ("all", "all")]
        },
    }


def multilabel(count, samples, density):
    labels = (rng.random((samples, count)) < density).astype(int)
    predictions = np.where(rng.random((samples, count)) < 0.7, labels, 1 - labels)
    if density in (0, 1):
        predictions = labels
    report = metrics.classification_report(
        labels, predictions, labels=list(range(count)), output_dict=True, zero_division=0
    )
    if count == 1:  # one column is a binary problem to scikit-learn, without micro and samples averages
        report = None

    def row(name):
        return [report[name][score] for score in ["precision", "recall", "f1-score", "support"]]

    options = {"zero_division": 0}
    return {
        "count": count,
        "labels": labels.flatten(),
        "predictions": predictions.flatten(),
        "subsetAccuracy": metrics.accuracy_score(labels, predictions),
        "hamming": metrics.hamming_loss(labels, predictions),
        "each": report and [row(str(label)) for label in range(count)],
        "averages": report
        and {name: row(f"{name} avg") for name in ["micro", "macro", "weighted", "samples"]},
        "jaccard": report and averaged(metrics.jaccard_score, labels, predictions),
        "jaccardSamples": report and metrics.jaccard_score(labels, predictions, average="samples", **options),
        "fTwo": report and averaged(metrics.fbeta_score, labels, predictions, beta=2),
    }


cases = []
for number in range(36):
    classes = int(rng.integers(2, 7))
    samples = int(rng.integers(1, 40))
    everything = np.arange(classes)
    present, predicted = everything, everything
    if number % 4 == 1:  # empty classes
        present = rng.choice(everything, size=max(1, classes // 2), replace=False)
        predicted = rng.choice(everything, size=max(1, classes // 2), replace=False)
    if number % 4 == 2:  # one class only
        present = everything[:1]
    if number % 12 == 3:  # constant predictions
        predicted = everything[-1:]
    if number % 12 == 7:  # one class only, and rightly so
        present = predicted = everything[-1:]
    if number % 12 == 11:  # nothing right
        present, predicted = everything[:1], everything[1:]
    cases.append(decisions(classes, samples, present, predicted))
write("decisions.json", cases)

write(
    "multilabel.json",
    [
        multilabel(int(rng.integers(1, 6)), int(rng.integers(1, 14)), density)
        for density in [0, 0.05, 0.2, 0.5, 0.9, 1]
        for _ in range(6)
    ],
)
