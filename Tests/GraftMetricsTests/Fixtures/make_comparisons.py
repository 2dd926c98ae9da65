"""Writes comparisons.json: intervals and tests by SciPy and statsmodels.

Run with Python, NumPy, SciPy and statsmodels installed: python make_comparisons.py
"""

import numpy as np
from fixture import write
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(15)


def wilson(successes, trials, level):
    lower, upper = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    return {"successes": successes, "trials": trials, "level": level, "lower": lower, "upper": upper}


def test(only_first, only_second):
    # With as many of each, statsmodels corrects a distance of 0 to −1 and squares that; those are left out.
    exact = only_first + only_second < 25
    result = mcnemar([[9, only_first], [only_second, 7]], exact=exact, correction=True)
    return {
        "onlyFirst": only_first,
        "onlySecond": only_second,
        "exact": exact,
        "statistic": None if exact else result.statistic,
        "pValue": result.pvalue,
    }


def bootstrap(samples, statistic, level, decimals):
    data = np.round(rng.gamma(1.5, size=samples), decimals)
    seed = int(rng.integers(1 << 30))
    result = stats.bootstrap(
        (data,), statistic, n_resamples=49, method="percentile", confidence_level=level,
        rng=np.random.default_rng(seed),
    )
    corrected = stats.bootstrap(
        (data,), statistic, n_resamples=0, method="BCa", confidence_level=level, bootstrap_result=result
    )
    return {
        "level": level,
        "estimate": statistic(data),
        "distribution": np.sort(result.bootstrap_distribution),
        "jackknife": [statistic(np.delete(data, left)) for left in range(samples)],
        "percentile": list(result.confidence_interval),
        "corrected": list(corrected.confidence_interval),
    }


pairs = [tuple(int(n) for n in rng.integers(0, 40, size=2)) for _ in range(40)]
pairs += [(0, 0), (0, 1), (3, 0), (5, 5), (12, 12), (12, 13), (24, 0), (25, 0), (0, 25), (300, 350)]
write(
    "comparisons.json",
    {
        "wilson": [
            wilson(int(rng.integers(0, trials + 1)), trials, level)
            for trials in [1, 2, 10, 37, 1000]
            for level in [0.5, 0.9, 0.95, 0.999]
            for _ in range(2)
        ]
        + [wilson(0, 10, 0.95), wilson(10, 10, 0.95), wilson(0, 1, 0.9)],
        "mcNemar": [test(a, b) for a, b in pairs if a != b or a + b < 25],
        "bootstrap": [
            bootstrap(int(rng.integers(5, 16)), statistic, level, decimals)
            for statistic in [np.mean, np.median, np.std]
            for level in [0.8, 0.95]
            for decimals in [0, 1, 4, 4]
        ],
    },
)
