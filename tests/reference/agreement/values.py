"""Reference values for agreement between readers.

Run with: python values.py > values.csv
Needs irrCAC, krippendorff, statsmodels, pingouin, numpy and scipy; their versions stand in the first line of the output.
The data are written by hand below or made with a fixed seed; nothing is taken from a third party but the ratings that
Krippendorff published in "Computing Krippendorff's Alpha-Reliability" (2011) and Shrout and Fleiss in "Intraclass
correlations" (1979).
"""

import csv
import itertools
import sys
from importlib.metadata import version

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from irrCAC.raw import CAC
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

# Full precision in place of two decimals.
pingouin.options["round.column.CI95"] = 15

nan = np.nan

# Rows are units, columns raters.
DATA = {
    # Krippendorff (2011): four observers, twelve units, ratings 1 to 5. Ordinal alpha is 0.815.
    "krippendorff-2011": np.array([
        [1, 1, nan, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [nan, 5, 5, 5], [nan, nan, 1, 1], [nan, nan, 3, nan]]),
    # Shrout and Fleiss (1979): four judges, six targets. ICC(1,1) 0.17, ICC(2,1) 0.29, ICC(3,1) 0.71.
    "shrout-fleiss-1979": np.array([
        [9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float),
    "two-readers": np.array(
        [[1, 1]] * 20 + [[1, 2]] * 5 + [[2, 1]] * 3 + [[2, 2]] * 15 + [[2, 3]] * 4 + [[3, 3]] * 9 + [[3, 1]] * 1
        + [[4, 4]] * 6 + [[3, 4]] * 2, dtype=float),
    # Nearly everything is met: kappa is low although readers agree on 46 of 50 files.
    "prevalence": np.array([[1, 1]] * 45 + [[1, 0]] * 3 + [[0, 1]] * 1 + [[0, 0]] * 1, dtype=float),
}


def synthetic(seed, n, r, q, missing, step=1.0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, q + 1, n)
    table = np.empty((n, r))
    for j in range(r):
        noise = rng.integers(-1, 2, n) * (rng.random(n) < 0.35)
        table[:, j] = np.clip(truth + noise, 1, q) * step
    table[rng.random((n, r)) < missing] = nan
    return table[~np.isnan(table).all(axis=1)]


DATA["six-points-two-readers"] = synthetic(1, 40, 2, 6, 0.0)
DATA["six-points-three-readers-missing"] = synthetic(2, 60, 3, 6, 0.25)
DATA["uneven-steps"] = synthetic(3, 30, 4, 4, 0.15, 2.5)
DATA["yes-no-five-readers"] = synthetic(4, 80, 5, 2, 0.3)

WEIGHTS = {"unweighted": "identity", "linear": "linear", "quadratic": "quadratic"}
out = csv.writer(sys.stdout, lineterminator="\n")


def write(*row):
    out.writerow(["" if isinstance(x, float) and np.isnan(x) else repr(float(x)) if isinstance(x, (float, np.floating)) else x for x in row])


packages = ["irrCAC", "krippendorff", "statsmodels", "pingouin", "numpy", "scipy"]
print("# " + ", ".join(f"{name} {version(name)}" for name in packages))
write("data", "coefficient", "scale", "weights", "level", "population", "estimate", "se", "ci_low", "ci_high", "source")


def gwet_family(name, table, weights, level, population):
    """irrCAC rounds its results: digits=15 keeps them."""
    cac = CAC(pd.DataFrame(table), weights=WEIGHTS[weights], confidence_level=level, N=population or np.inf, digits=15)
    for method, coefficient in [("conger", "conger-kappa"), ("fleiss", "fleiss-kappa"), ("gwet", None)]:
        found = getattr(cac, method)()["est"]
        coefficient = coefficient or ("gwet-ac1" if weights == "unweighted" else "gwet-ac2")
        low, high = found["confidence_interval"]
        write(name, coefficient, "nominal" if weights == "unweighted" else "ordinal", weights, level, population or "",
              found["coefficient_value"], found["se"], low, high, "irrCAC")


def alpha(name, table, level, population):
    for scale, weights in [("nominal", "identity"), ("interval", "quadratic")]:
        cac = CAC(pd.DataFrame(table), weights=weights, confidence_level=level, N=population or np.inf, digits=15)
        found = cac.krippendorff()["est"]
        estimate = krippendorff.alpha(table.T, level_of_measurement=scale)
        assert abs(estimate - found["coefficient_value"]) < 1e-12
        low, high = found["confidence_interval"]
        write(name, "krippendorff-alpha", scale, "", level, population or "", estimate, found["se"], low, high,
              "krippendorff, irrCAC")
    # The ordinal metric as weights for irrCAC, to have its standard error.
    paired = table[(~np.isnan(table)).sum(axis=1) >= 2]
    values = np.unique(table[~np.isnan(table)])
    counts = np.array([(paired == v).sum() for v in values], dtype=float)
    q = len(values)
    distance = np.zeros((q, q))
    for k, l in itertools.product(range(q), range(q)):
        low, high = min(k, l), max(k, l)
        distance[k, l] = (counts[low:high + 1].sum() - (counts[low] + counts[high]) / 2) ** 2 if k != l else 0.0
    cac = CAC(pd.DataFrame(table), weights=1 - distance / distance.max(), categories=values.tolist(),
              confidence_level=level, N=population or np.inf, digits=15)
    found = cac.krippendorff()["est"]
    estimate = krippendorff.alpha(table.T, level_of_measurement="ordinal")
    assert abs(estimate - found["coefficient_value"]) < 1e-12, (name, estimate, found)
    low, high = found["confidence_interval"]
    write(name, "krippendorff-alpha", "ordinal", "", level, population or "", estimate, found["se"], low, high,
          "krippendorff, irrCAC with the ordinal metric as weights")


def cohen(name, table, level):
    pairs = table[~np.isnan(table).any(axis=1)]
    values = np.unique(table[~np.isnan(table)])
    index = np.searchsorted(values, pairs)
    counts = np.zeros((len(values), len(values)))
    for a, b in index:
        counts[a, b] += 1
    n = len(pairs)
    t = stats.t.ppf(1 - (1 - level) / 2, n - 1)
    for weights in WEIGHTS:
        if weights == "unweighted":
            found = cohens_kappa(counts)
        else:
            power = 1 if weights == "linear" else 2
            spread = np.abs(values[:, None] - values[None, :]) ** power
            found = cohens_kappa(counts, weights=spread)
        kappa, se = found.kappa, found.std_kappa
        write(name, "cohen-kappa", "nominal" if weights == "unweighted" else "ordinal", weights, level, "", kappa, se,
              kappa - t * se, min(1.0, kappa + t * se), "statsmodels, t interval by scipy")


def icc(name, table, level):
    rows = table[~np.isnan(table).any(axis=1)]
    n, k = rows.shape
    long = pd.DataFrame(
        [(i, j, rows[i, j]) for i in range(n) for j in range(k)], columns=["unit", "rater", "value"])
    found = pingouin.intraclass_corr(long, targets="unit", raters="rater", ratings="value").set_index("Type")
    for coefficient, kind in [("icc-1-1", "ICC(1,1)"), ("icc-2-1", "ICC(A,1)"), ("icc-3-1", "ICC(C,1)")]:
        row = found.loc[kind]
        low, high = row["CI95"] if "CI95" in row else row["CI95%"]
        write(name, coefficient, "interval", "", level, "", float(row["ICC"]), nan, float(low), float(high), "pingouin")


for name, table in DATA.items():
    for level, population in [(0.95, None), (0.9, 400)]:
        for weights in WEIGHTS:
            gwet_family(name, table, weights, level, population)
        alpha(name, table, level, population)
    if table.shape[1] == 2:
        cohen(name, table, 0.95)
    if name != "prevalence":
        icc(name, table, 0.95)

with open("ratings.csv", "w", newline="") as file:
    ratings = csv.writer(file, lineterminator="\n")
    ratings.writerow(["data", "unit", "rater", "value"])
    for name, table in DATA.items():
        for i, row in enumerate(table):
            for j, value in enumerate(row):
                if not np.isnan(value):
                    ratings.writerow([name, f"u{i + 1:03}", f"r{j + 1}", repr(float(value))])
