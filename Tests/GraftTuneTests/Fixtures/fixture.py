"""What the scripts that write fixtures share."""

import json
import pathlib

import numpy as np


def plain(value):
    """Numbers as JSON has them, in full."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, np.integer):
        return int(value)
    return value


def write(name, content):
    path = pathlib.Path(__file__).with_name(name)
    path.write_text(json.dumps(plain(content), separators=(",", ":")) + "\n")
    print(f"{name}: {path.stat().st_size} bytes")
