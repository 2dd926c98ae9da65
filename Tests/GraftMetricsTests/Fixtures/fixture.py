"""What the scripts that write fixtures share."""

import json
import math
import pathlib
import warnings

import numpy as np

warnings.filterwarnings("ignore")  # scikit-learn's about what it can't define: the fixtures say it


def plain(value):
    """Numbers as JSON has them: single-precision ones in nine digits, null for what is not defined."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.float32):
        return float(f"{value:.9g}")
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value


def write(name, content):
    path = pathlib.Path(__file__).with_name(name)
    path.write_text(json.dumps(plain(content), separators=(",", ":")) + "\n")
    print(f"{name}: {path.stat().st_size} bytes")


def probabilities(logits):
    """Softmax in double precision, rounded to single."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
