"""Points of SciPy's Sobol sequence without scrambling, which SobolSequence must equal to the last bit.

    python make_sobol.py
"""

import warnings

import numpy as np
from scipy.stats import qmc

from fixture import write

warnings.filterwarnings("ignore")  # that the sample's size is no power of two

points = qmc.Sobol(32, scramble=False, bits=32).random(1001)
assert np.all(points * 2**10 == np.round(points * 2**10))
indices = [0, 1, 2, 3, 4, 5, 6, 7, 100, 513, 999, 1000]
write("sobol.json", {
    "indices": indices,
    # Multiples of 2^-10.
    "points": [[int(v) for v in points[index] * 2**10] for index in indices],
})
