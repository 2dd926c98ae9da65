"""Writes preparations.json and drift.json: what scikit-learn and SciPy make of random tables.

    pip install numpy pandas scikit-learn scipy && python make_tables.py

With the folder of real tables as argument it also writes real_tables.json, which holds two sums for each column of a prepared matrix.
"""

import io
import json
import pathlib
import sys

import numpy as np
import pandas as pd
import scipy.special
import scipy.stats
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

HERE = pathlib.Path(__file__).parent
MARKERS = ["", "NA", "N/A", "NaN", "nan", "null", "?"]


def write(name, value):
    (HERE / name).write_text(json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n")


def random_table(generator, rows, categories):
    """Numbers of several sizes with gaps and ties, a column that never varies, and categories."""
    scale = 10.0 ** generator.uniform(-3, 6)
    table = pd.DataFrame({
        "a": generator.normal(3 * scale, scale, rows),
        "b": generator.integers(-3, 4, rows).astype(float),
        "c": generator.exponential(1, rows) ** 3,
        "d": np.full(rows, 0.1),
        "k": generator.choice(categories, rows),
        "m": generator.choice(["x", "y"], rows),
    })
    for name, share in [("a", 0.2), ("b", 0.1), ("k", 0.15)]:
        table.loc[generator.random(rows) < share, name] = np.nan
    return table


def read(text):
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=MARKERS)


def prepared(train, test):
    numbers, words = ["a", "b", "c", "d"], ["k", "m"]
    median = SimpleImputer(strategy="median").fit(train[numbers])
    filled, filled_test = median.transform(train[numbers]), median.transform(test[numbers])
    named = lambda table: table[words].astype(object)
    category = SimpleImputer(strategy="constant", fill_value="missing").fit(named(train))
    texts, texts_test = category.transform(named(train)), category.transform(named(test))
    frequent = SimpleImputer(strategy="most_frequent")
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    imputed = lambda strategy, **more: SimpleImputer(strategy=strategy, **more).fit(train[numbers]).transform(test[numbers])
    scaled = lambda scaler: scaler.fit(filled).transform(filled_test)
    one_hot = lambda **more: OneHotEncoder(sparse_output=False, **more).fit(texts).transform(texts_test)
    gaps = StandardScaler().fit(train[numbers]).transform(test[numbers])
    quantiles = np.quantile(filled, [0.05, 0.9], axis=0)
    quartiles = np.quantile(filled, [0.25, 0.75], axis=0)
    reach = 1.5 * (quartiles[1] - quartiles[0])
    results = {
        "mean": imputed("mean"),
        "median": filled_test,
        "most frequent": imputed("most_frequent"),
        "number": imputed("constant", fill_value=-7.5),
        "flags": MissingIndicator().fit(train[numbers]).transform(test[numbers]).astype(float),
        "standard": scaled(StandardScaler()),
        "standard with gaps": np.where(np.isnan(gaps), 0, gaps),
        "range": scaled(MinMaxScaler()),
        "wide range": scaled(MinMaxScaler((-1, 2))),
        "robust": scaled(RobustScaler()),
        "quantiles": np.clip(filled_test, quantiles[0], quantiles[1]),
        "fences": np.clip(filled_test, quartiles[0] - reach, quartiles[1] + reach),
        "one-hot": one_hot(handle_unknown="ignore"),
        "one-hot but the first": one_hot(handle_unknown="ignore", drop="first"),
        "ordinal": ordinal.fit(texts).transform(texts_test),
        "frequent category": ordinal.fit(frequent.fit_transform(named(train))).transform(frequent.transform(named(test))),
    }
    return {name: result.ravel().tolist() for name, result in results.items()}


def preparations():
    generator = np.random.default_rng(11)
    cases = []
    for rows in [12, 35, 61]:
        tables = [random_table(generator, rows, list("pqr")), random_table(generator, 9, list("pqrst"))]
        texts = [table.to_csv(index=False) for table in tables]
        cases.append({"train": texts[0], "test": texts[1], "expected": prepared(*map(read, texts))})
    write("preparations.json", cases)


def stability(reference, other):
    """With bins between the deciles of the reference and shares of at least 1e-4, a bin of its own for missing values."""
    present = reference[~np.isnan(reference)]
    edges = np.unique(np.quantile(present, np.linspace(0, 1, 11)[1:-1]))
    shares = []
    for values in [reference, other]:
        missing = np.isnan(values)
        counts = np.bincount(np.searchsorted(edges, values[~missing], side="left"), minlength=len(edges) + 1)
        counts = np.append(counts, missing.sum())
        shares.append(np.maximum(counts / len(values), 1e-4))
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def drift():
    generator = np.random.default_rng(12)
    cases = []
    for count, other, shift, digits in [(200, 150, 0, 3), (200, 80, 0.5, 3), (60, 90, 0, 0), (40, 7, 2, 1), (5, 3, 0, 3), (90, 90, 6, 2)]:
        left = np.round(generator.normal(0, 1, count), digits)
        right = np.round(generator.normal(shift, 1.3, other), digits)
        test = scipy.stats.ks_2samp(left, right, method="asymp")
        root = np.sqrt(count * other / (count + other))
        gaps = right.copy()
        gaps[:: 9] = np.nan
        cases.append({
            "reference": left.tolist(), "other": right.tolist(), "statistic": test.statistic, "pValue": test.pvalue,
            "kolmogorov": float(scipy.special.kolmogorov((root + 0.12 + 0.11 / root) * test.statistic)),
            "stability": stability(left, right), "stabilityWithGaps": stability(left, gaps),
        })
    tail = [[x, float(scipy.special.kolmogorov(x))] for x in [0.01, 0.1, 0.2, 0.3, 0.5, 0.9, 1, 1.17, 1.19, 1.5, 2, 3, 5, 9]]
    write("drift.json", {"cases": cases, "tail": tail})


def kind(fields):
    """The rule of ColumnKind."""
    fields = fields.dropna()
    if pd.to_numeric(fields, errors="coerce").notna().all():
        return "numeric"
    return "categorical" if fields.nunique() <= 100 and fields.nunique() * 2 <= len(fields) else "text"


def ordered(categories):
    """In order of number if all are numbers, else of text."""
    try:
        return sorted(categories, key=float)
    except ValueError:
        return sorted(categories)


def real(folder):
    """The last fifth of the rows prepared by what the others say."""
    results = {}
    for name, excluded, categorical, header, zeros in [
        ("titanic.csv", ["PassengerId", "Survived"], ["Pclass"], True, []),
        ("house_prices_train.csv", ["Id", "SalePrice"], ["MSSubClass"], True, []),
        ("pima-indians-diabetes.csv", ["8"], [], False, ["1", "2", "3", "4", "5"]),
        ("breast_cancer.csv", ["target"], [], True, []),
    ]:
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False, na_values=MARKERS, header=0 if header else None)
        table.columns = [str(column) for column in table.columns]
        table = table.drop(columns=excluded)
        part = len(table) * 4 // 5
        kinds = {column: "categorical" if column in categorical else kind(table[column].iloc[:part]) for column in table}
        for column in [column for column in kinds if kinds[column] == "numeric"]:
            table[column] = pd.to_numeric(table[column])
        for column in zeros:
            table[column] = table[column].replace(0, np.nan)
        train, test = table.iloc[:part], table.iloc[part:]
        # One transformer for each column, so that outputs stand in the order of the columns.
        steps = []
        for column in table:
            if kinds[column] == "numeric":
                steps.append((column, make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [column]))
                if train[column].isna().any():
                    steps.append((column + " missing", MissingIndicator(features="all"), [column]))
            elif kinds[column] == "categorical":
                categories = ordered(train[column].fillna("missing").unique())
                encoder = OneHotEncoder(categories=[categories], handle_unknown="ignore", sparse_output=False)
                steps.append((column, make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), encoder), [column]))
        frames = [part.astype({column: object for column in kinds if kinds[column] != "numeric"}) for part in [train, test]]
        frames = [part.where(part.notna(), np.nan) for part in frames]
        matrix = ColumnTransformer(steps).fit(frames[0]).transform(frames[1]).astype(float)
        weights = (np.arange(len(matrix)) * 37 % 101) / 101
        results[name] = {
            "shape": list(matrix.shape), "sums": matrix.sum(0).tolist(), "weighted": (weights @ matrix).tolist(),
            "leftOut": [column for column in kinds if kinds[column] == "text"],
        }
    write("real_tables.json", results)


preparations()
drift()
if len(sys.argv) > 1:
    real(pathlib.Path(sys.argv[1]))
