"""Writes entities.json: random sentences of tags with seqeval's entities and scores for them.

Half of the sentences are tagged by the rules, the others are tags in any order, as a model may predict them. seqeval reads both as
conlleval does. Run with Python, NumPy and seqeval installed: python make_entities.py
"""

import json
import pathlib
import warnings

import numpy as np
from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

warnings.filterwarnings("ignore")
rng = np.random.default_rng(3)


def tidy(length, types):
    """Entities of one to four tokens between stretches outside."""
    tags = []
    while len(tags) < length:
        if rng.random() < 0.5:
            tags += ["O"] * int(rng.integers(1, 4))
        else:
            kind = rng.choice(types)
            tags += [f"B-{kind}"] + [f"I-{kind}"] * int(rng.integers(0, 4))
    return tags[:length]


def wild(length, types):
    """Any tags in any order."""
    everything = ["O", "O"] + [f"{mark}-{kind}" for kind in types for mark in "BI"]
    return [str(rng.choice(everything)) for _ in range(length)]


def noisy(tags, types, rate):
    """The same with some tags replaced."""
    return [new if rng.random() < rate else old for old, new in zip(tags, wild(len(tags), types))]


def case(name, types, sentences, predicted_types=None, rate=0.2):
    predicted_types = predicted_types or types
    actual, predicted = [], []
    for number in range(sentences):
        length = int(rng.integers(1, 20))
        tags = tidy(length, types) if number % 2 == 0 else wild(length, types)
        actual.append([str(tag) for tag in tags])
        predicted.append([str(tag) for tag in noisy(tags, predicted_types, rate)])

    def scores(average):
        values = precision_recall_fscore_support(actual, predicted, average=average, zero_division=0)
        return [np.asarray(value).tolist() for value in values]

    seen = sorted({kind for tags in (actual, predicted) for kind, _, _ in get_entities(tags)})
    return {
        "name": name,
        "actual": actual,
        "predicted": predicted,
        "entities": [[[str(kind), first, last + 1] for kind, first, last in get_entities(tags)] for tags in predicted],
        "types": [str(kind) for kind in seen],
        "perType": scores(None),
        "micro": scores("micro"),
        "macro": scores("macro"),
        "weighted": scores("weighted"),
    }


cases = [
    case("three types", ["person", "place", "work"], 40),
    case("one type", ["thing"], 20, rate=0.4),
    case("types with hyphens", ["creative-work", "work"], 20),
    case("types that are never actual", ["a", "b"], 20, predicted_types=["b", "c"]),
    case("nothing right", ["a"], 4, predicted_types=["b"], rate=1),
    case("everything right", ["a", "b"], 10, rate=0),
]
target = pathlib.Path(__file__).with_name("entities.json")
target.write_text(json.dumps({"cases": cases}) + "\n")
