"""Writes metrics.json: random classification problems with scikit-learn's and NumPy's values for them.

Run with Python, NumPy and scikit-learn installed: python make_metrics.py
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)


def scores_of(labels, predictions, classes):
    everything = list(range(classes))

    def prf(average):
        values = metrics.precision_recall_fscore_support(
            labels, predictions, labels=everything, average=average, zero_division=0
        )[:3]
        return [np.asarray(value).tolist() for value in values]

    return {
        "confusion": metrics.confusion_matrix(labels, predictions, labels=everything).tolist(),
        "accuracy": metrics.accuracy_score(labels, predictions),
        "perClass": prf(None),
        "macro": prf("macro"),
        "micro": prf("micro"),
        "weighted": prf("weighted"),
    }


def case(name, classes, samples, present=None, tied=False):
    present = list(range(classes)) if present is None else present
    labels = rng.choice(present, size=samples)
    logits = rng.normal(size=(samples, classes)).astype(np.float32) * 3
    if tied:
        logits = np.round(logits / 2).astype(np.float32)
    predictions = logits.argmax(axis=1)
    shifted = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted.astype(np.float64))
    probabilities = (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)
    probabilities[0] = 0  # a sure answer, and a sure mistake, meet the limits
    probabilities[0, labels[0]] = 1
    probabilities[1] = 0
    probabilities[1, (labels[1] + 1) % classes] = 1
    everything = list(range(classes))
    result = {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "logits": logits.flatten().tolist(),
        "probabilities": probabilities.flatten().tolist(),
        "logLoss": metrics.log_loss(labels, probabilities, labels=everything),
        "crossEntropy": float(
            np.mean(
                np.log(np.exp(logits.astype(np.float64)).sum(axis=1))
                - logits.astype(np.float64)[np.arange(samples), labels]
            )
        ),
        **scores_of(labels, predictions, classes),
    }
    if classes > 2:  # scikit-learn takes one column of scores for two classes
        result["topK"] = [
            metrics.top_k_accuracy_score(labels, logits, k=k, labels=everything)
            for k in range(1, classes + 1)
        ]
    return result


cases = [
    case("two classes", 2, 40),
    case("three classes", 3, 60),
    case("ten classes", 10, 80),
    case("empty classes", 6, 30, present=[1, 4]),
    case("ties", 5, 60, tied=True),
    case("one class only", 4, 12, present=[2]),
    case("few samples", 8, 5),
]
durations = rng.gamma(2.0, 0.01, size=37)
percents = [0, 1, 5, 25, 50, 75, 90, 95, 99, 100]
latency = {
    "durations": durations.tolist(),
    "percents": percents,
    "percentiles": np.percentile(durations, percents).tolist(),
    "mean": float(durations.mean()),
}
target = pathlib.Path(__file__).with_name("metrics.json")
target.write_text(json.dumps({"cases": cases, "latency": latency}) + "\n")
