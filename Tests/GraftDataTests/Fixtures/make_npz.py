"""Writes arrays.npz and arrays_compressed.npz: the same arrays, stored and deflated.

    pip install numpy && python make_npz.py
"""

import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
arrays = {
    "x_train": np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3),
    "y_train": np.array([0, 2, 1, 1, 0], np.uint8),
    "weights": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3) / 4),
    "half": np.array([0.5, -2], np.float16),
    "zeros": np.zeros(3000, np.int64),
}
np.savez(folder / "arrays.npz", **{name: value for name, value in arrays.items() if name != "zeros"})
np.savez_compressed(folder / "arrays_compressed.npz", **arrays)
