"""Writes transferability.json: LogME, H-score, LEEP and NCE computed straight from their definitions, without a
decomposition of the features.

Run with Python and NumPy installed: python make_transferability.py
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(2021)


def evidence(features, target):
    """The largest log evidence of a Bayesian linear regression for each sample (You et al., ICML 2021, section 4): the
    posterior's mean and precision matrix as they are defined, alpha and beta by the fixed point with the authors' 1e-5."""
    n, d = features.shape
    alpha = beta = 1.0
    for _ in range(200_000):
        precision = alpha * np.eye(d) + beta * features.T @ features
        mean = beta * np.linalg.solve(precision, features.T @ target)
        gamma = d - alpha * np.trace(np.linalg.inv(precision))
        residual = np.sum((features @ mean - target) ** 2)
        new_alpha = gamma / (mean @ mean + 1e-5)
        new_beta = (n - gamma) / (residual + 1e-5)
        change = abs((new_alpha / new_beta) / (alpha / beta) - 1)
        alpha, beta = new_alpha, new_beta
        if change < 1e-13:
            break
    else:
        raise RuntimeError("no fixed point")
    precision = alpha * np.eye(d) + beta * features.T @ features
    mean = beta * np.linalg.solve(precision, features.T @ target)
    residual = np.sum((features @ mean - target) ** 2)
    _, log_determinant = np.linalg.slogdet(precision)
    total = (
        n / 2 * np.log(beta) + d / 2 * np.log(alpha) - n / 2 * np.log(2 * np.pi)
        - beta / 2 * residual - alpha / 2 * mean @ mean - log_determinant / 2
    )
    return total / n


def logme(features, labels):
    return np.mean([evidence(features, (labels == label).astype(float)) for label in np.unique(labels)])


def class_means(features, labels):
    means = np.zeros_like(features)
    for label in np.unique(labels):
        means[labels == label] = features[labels == label].mean(axis=0)
    return means


def h_score(features, labels):
    """tr(cov(f)^-1 cov(E[f|y])) (Bao et al., ICIP 2019)."""
    inverse = np.linalg.pinv(np.cov(features, rowvar=False), rcond=1e-10, hermitian=True)
    return np.trace(inverse @ np.cov(class_means(features, labels), rowvar=False))


def regularized_h_score(features, labels):
    """With the covariance of Ledoit and Wolf (2004), as Ibrahim et al. (2022): its intensity from the distances of each
    sample's own matrix from the covariance. The class means' covariance is divided by n - 1, the features' by n."""
    centred = features - features.mean(axis=0)
    n, d = centred.shape
    covariance = centred.T @ centred / n
    target = np.trace(covariance) / d * np.eye(d)
    distance = np.sum((covariance - target) ** 2)
    spread = sum(np.sum((np.outer(x, x) - covariance) ** 2) for x in centred) / n**2
    intensity = min(spread, distance) / distance
    shrunk = (1 - intensity) * covariance + intensity * target
    means = np.cov(class_means(centred, labels), rowvar=False)
    return np.trace(np.linalg.inv(shrunk) @ means) * (1 - intensity), intensity


def leep(probabilities, labels):
    """Nguyen et al., ICML 2020, equations 1 and 2."""
    n, sources = probabilities.shape
    joint = np.zeros((labels.max() + 1, sources))
    for label, row in zip(labels, probabilities):
        joint[label] += row / n
    conditional = joint / joint.sum(axis=0)
    return np.mean([np.log(conditional[label] @ row) for label, row in zip(labels, probabilities)])


def nce(sources, labels):
    """-H(Y|Z) (Tran et al., ICCV 2019)."""
    total = 0.0
    for z in np.unique(sources):
        for y in np.unique(labels):
            both = np.mean((sources == z) & (labels == y))
            if both > 0:
                total += both * np.log(both / np.mean(sources == z))
    return total


def case(name, features, labels, sources=6):
    features = features.astype(np.float32)
    exact = features.astype(np.float64)
    logits = rng.normal(size=(len(labels), sources)) + 2 * np.eye(sources)[labels % sources]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # What single precision keeps of them, so that both sides start from the same numbers.
    probabilities = probabilities.astype(np.float32)
    targets = (exact[:, :2] * [1.5, -0.5] + rng.normal(size=(len(labels), 2))).astype(np.float32)
    regularized, intensity = regularized_h_score(exact, labels)
    old = probabilities.argmax(axis=1)
    numbers = lambda array: [float(f"{x:.9g}") for x in array.ravel()]
    return {
        "name": name,
        "shape": list(features.shape),
        "features": numbers(features),
        "labels": labels.tolist(),
        "targets": numbers(targets),
        "sourceClasses": sources,
        "sourceProbabilities": numbers(probabilities),
        "logME": logme(exact, labels),
        "logMEOfTargets": float(np.mean([evidence(exact, t) for t in targets.astype(np.float64).T])),
        "hScore": h_score(exact, labels),
        "regularizedHScore": regularized,
        "shrinkage": intensity,
        "leep": leep(probabilities.astype(np.float64), labels),
        "nce": nce(old, labels),
    }


def classes(n, count):
    labels = np.arange(n) % count
    rng.shuffle(labels)
    return labels


tall = classes(70, 3)
five = classes(60, 5)
wide = classes(24, 4)
gaps = classes(45, 3) * 2  # no sample of the classes 1 and 3
deficient = rng.normal(size=(45, 9)) + gaps[:, None] * [1, 0, 0.5, 0, 0, 0, 0, 0, 0]
deficient = np.round(deficient * 64) / 64  # so that sums of columns are exact in single precision
deficient[:, 4] = 0
deficient[:, 5] = deficient[:, 0]
deficient[:, 6] = deficient[:, 1] - 2 * deficient[:, 2]
cases = [
    case("tall", rng.normal(size=(70, 8)) + 0.8 * np.eye(8)[tall], tall),
    case("positive", np.maximum(rng.normal(size=(60, 20)) + 2 * np.eye(20)[five], 0) * np.linspace(4, 0.3, 20), five),
    case("wide", rng.normal(size=(24, 40)) + 1.5 * np.eye(40)[wide], wide),
    case("deficient", deficient, gaps),
]
path = pathlib.Path(__file__).with_name("transferability.json")
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
print(f"{path.name}: {path.stat().st_size} bytes")
