"""Reference values for agreement weighted to a population: an implementation of its own, with jackknife and simulation.

Run with: python weighted.py > weighted.csv          (also writes weighted-ratings.csv, weighted-drift.csv and audit.csv)
          python weighted.py coverage > weighted-coverage.csv (half an hour at most)
Needs numpy and scipy; their versions stand in the first line of the output.

Every coefficient is written here as a function of the units' weights and differentiated numerically (central differences,
Richardson extrapolation), so that the linearised variances of the program are checked against derivatives that nobody
wrote down; alpha alone has Gwet's scores, which are near them. Before anything is printed the file checks that
  - equal weights give the unweighted coefficient, whatever their size;
  - rows repeated w times give the coefficient with the weights w;
  - the linearised variance is near the stratified jackknife's.
"""

import csv
import sys
from importlib.metadata import version

import numpy as np
from scipy import stats

LEVEL = 0.95
KINDS = ["unweighted", "linear", "quadratic"]


def agreement_weights(positions, kind):
    d = np.abs(positions[:, None] - positions[None, :])
    span = positions[-1] - positions[0]
    if kind == "unweighted":
        return np.eye(len(positions))
    return 1 - (d / span) ** (1 if kind == "linear" else 2)


def counts_of(table, positions):
    return (table[:, :, None] == positions[None, None, :]).sum(axis=1).astype(float)


def observed(counts, w, a):
    r = counts.sum(axis=1)
    many = r >= 2
    own = (counts * (counts @ a - 1)).sum(axis=1)[many] / (r * (r - 1))[many]
    return (w[many] * own).sum() / w[many].sum()


def prevalence(counts, w):
    return (w[:, None] * counts / counts.sum(axis=1, keepdims=True)).sum(axis=0) / w.sum()


def fleiss(table, w, positions, a):
    counts = counts_of(table, positions)
    p = prevalence(counts, w)
    pa, pe = observed(counts, w, a), p @ a @ p
    return (pa - pe) / (1 - pe)


def gwet(table, w, positions, a):
    counts = counts_of(table, positions)
    p, q = prevalence(counts, w), len(positions)
    pa, pe = observed(counts, w, a), a.sum() / (q * (q - 1)) * (p * (1 - p)).sum()
    return (pa - pe) / (1 - pe)


def conger(table, w, positions, a):
    given = (table[:, :, None] == positions[None, None, :]).astype(float)
    p = np.einsum("i,igk->gk", w, given) / np.einsum("i,igk->g", w, given)[:, None]
    r = table.shape[1]
    pairs = [(g, h) for g in range(r) for h in range(r) if g != h]
    pe = np.mean([p[g] @ a @ p[h] for g, h in pairs])
    pa = observed(counts_of(table, positions), w, a)
    return (pa - pe) / (1 - pe)


def cohen(table, w, positions, a):
    both = ~np.isnan(table).any(axis=1)
    return conger(table[both], w[both], positions, a)


def percent(table, w, positions, a):
    return observed(counts_of(table, positions), w, a)


def alpha(table, w, positions, a, itself=None):
    counts = counts_of(table, positions)
    many = counts.sum(axis=1) >= 2
    counts, w = counts[many], w[many]
    r = counts.sum(axis=1)
    whole = (w * r).sum()
    p = (w[:, None] * counts).sum(axis=0) / whole
    disagreed = (w[:, None] * counts * (counts @ (1 - a)) / (r - 1)[:, None]).sum() / whole
    # Pairs of a rating with itself are left out of what chance brings.
    itself = (w**2 * r).sum() / whole**2 if itself is None else itself
    return 1 - (1 - itself) * disagreed / (p @ (1 - a) @ p)


def alpha_influence(table, w, positions, a, itself):
    """Gwet's scores (2014), with sums over units weighted: 1/N is held fixed, and p_a stands where its raw form would."""
    counts = counts_of(table, positions)
    r = counts.sum(axis=1)
    many = r >= 2
    whole, mean = (w * r)[many].sum(), (w * r)[many].sum() / w[many].sum()
    p = (w[:, None] * counts)[many].sum(axis=0) / whole
    pe = p @ a @ p
    own = (counts * (counts @ a - 1)).sum(axis=1) / (mean * np.where(many, r - 1, 1))
    raw = (w * own)[many].sum() / w[many].sum()
    pa = (1 - itself) * raw + itself
    excess = r / mean - 1
    by_chance = counts @ (a @ p) / mean - pe * excess
    score = (own - pa * excess - pe - 2 * (1 - (raw - pe) / (1 - pe)) * (by_chance - pe)) / (1 - pe)
    z = w * (score - (raw - pe) / (1 - pe)) / w[many].sum()
    return np.where(many, z, 0.0)


def ordinal_metric(table, w, positions):
    counts = counts_of(table, positions)
    many = counts.sum(axis=1) >= 2
    f = (w[many][:, None] * counts[many]).sum(axis=0)
    rank = np.cumsum(f) - f / 2
    d = (rank[:, None] - rank[None, :]) ** 2
    # Within a category the distance is none, and a category that nobody used lies at its neighbours' border.
    return 1 - d / (rank[-1] - rank[0]) ** 2


def icc(kind, table, w, n=None):
    full = ~np.isnan(table).any(axis=1)
    y, w = table[full], w[full]
    k = y.shape[1]
    n = w.sum() ** 2 / (w**2).sum() if n is None else n
    mean = lambda x: np.tensordot(w, x, axes=(0, 0)) / w.sum()
    unit, rater = y.mean(axis=1), mean(y)
    all_ = mean(unit)
    b = k * n / (n - 1) * mean((unit - all_) ** 2)
    within = mean(((y - unit[:, None]) ** 2).sum(axis=1)) / (k - 1)
    j = n * ((rater - all_) ** 2).sum() / (k - 1)
    e = n / (n - 1) * mean(((y - unit[:, None] - rater + all_) ** 2).sum(axis=1)) / (k - 1)
    if kind == "icc-1-1":
        return (b - within) / (b + (k - 1) * within)
    if kind == "icc-2-1":
        return (b - e) / (b + (k - 1) * e + k * (j - e) / n)
    return (b - e) / (b + (k - 1) * e)


def coefficients(table, positions, w0):
    """Name, scale, weights and the coefficient as a function of the weights of the units; what the program holds fixed
    when it differentiates (metrics and effective numbers made from the weights) is fixed at the weights w0."""
    r = table.shape[1]
    within = (np.abs(positions[:, None] - positions[None, :]) <= 1 + 1e-9).astype(float)
    yield "percent-exact", "ordinal", "", lambda w: percent(table, w, positions, np.eye(len(positions)))
    yield "percent-within-1", "ordinal", "", lambda w: percent(table, w, positions, within)
    for kind in KINDS:
        a = agreement_weights(positions, kind)
        scale = "nominal" if kind == "unweighted" else "ordinal"
        if r == 2:
            yield "cohen-kappa", scale, kind, lambda w, a=a: cohen(table, w, positions, a)
        yield "conger-kappa", scale, kind, lambda w, a=a: conger(table, w, positions, a)
        yield "fleiss-kappa", scale, kind, lambda w, a=a: fleiss(table, w, positions, a)
        name = "gwet-ac1" if kind == "unweighted" else "gwet-ac2"
        yield name, scale, kind, lambda w, a=a: gwet(table, w, positions, a)
    itself = itself_of(table, positions, w0)
    for scale, a in [("nominal", agreement_weights(positions, "unweighted")), ("ordinal", ordinal_metric(table, w0, positions)),
                     ("interval", agreement_weights(positions, "quadratic"))]:
        yield "krippendorff-alpha", scale, "", lambda w, a=a: alpha(table, w, positions, a, itself)
    full = ~np.isnan(table).any(axis=1)
    n = w0[full].sum() ** 2 / (w0[full] ** 2).sum()
    for kind in ["icc-1-1", "icc-2-1", "icc-3-1"]:
        yield kind, "interval", "", lambda w, kind=kind: icc(kind, table, w, n)


def itself_of(table, positions, w):
    """The share of pairs of a rating with itself: 1/N where weights are equal."""
    r = counts_of(table, positions).sum(axis=1)
    r = np.where(r >= 2, r, 0)
    return (w**2 * r).sum() / (w * r).sum() ** 2


def influence(f, w):
    """w_i df/dw_i by central differences, extrapolated."""
    def slope(i, h):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        return (f(up) - f(down)) / (2 * h)
    z = np.empty(len(w))
    for i in range(len(w)):
        h = 1e-3 * w[i]
        z[i] = w[i] * (4 * slope(i, h / 2) - slope(i, h)) / 3
    return z


def variance(z, strata, population):
    v = 0.0
    for h in np.unique(strata):
        here = strata == h
        n, big = here.sum(), population[here][0]
        if n > 1:
            v += (1 - n / big if np.isfinite(big) else 1.0) * n / (n - 1) * ((z[here] - z[here].mean()) ** 2).sum()
    return v


def jackknife(f, w, strata, population):
    v = 0.0
    for h in np.unique(strata):
        here = np.flatnonzero(strata == h)
        n, big = len(here), population[here[0]]
        values = []
        for i in here:
            w2 = w.copy()
            w2[here] *= n / (n - 1)
            w2[i] = 0
            values.append(f(w2))
        values = np.array(values)
        v += (1 - n / big if np.isfinite(big) else 1.0) * (n - 1) / n * ((values - values.mean()) ** 2).sum()
    return v


def freedom(name, table, strata):
    """The units that count less the strata that they are in."""
    rated = (~np.isnan(table)).sum(axis=1)
    counts = rated >= (2 if name.startswith(("percent", "kripp")) else table.shape[1] if name.startswith(("icc", "cohen")) else 1)
    return counts.sum() - len(np.unique(strata[counts]))


def interval(name, value, se, df, table, w):
    t = stats.t.ppf(1 - (1 - LEVEL) / 2, df)
    if name.startswith("percent"):
        n = value * (1 - value) / se**2
        centre = (value + t**2 / (2 * n)) / (1 + t**2 / n)
        half = t / (1 + t**2 / n) * np.sqrt(value * (1 - value) / n + t**2 / (4 * n**2))
        return centre - half, centre + half
    if name.startswith("icc"):
        k = table.shape[1]
        z = 0.5 * np.log((1 + (k - 1) * value) / (1 - value))
        half = t * se * k / (2 * (1 - value) * (1 + (k - 1) * value))
        back = lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + k - 1)
        return back(z - half), back(z + half)
    return value - t * se, min(1.0, value + t * se)


def made_up(seed, sizes, populations, readers, points, missing):
    """A stratified sample; strata differ in how hard their files are to read."""
    rng = np.random.default_rng(seed)
    tables, strata, population = [], [], []
    for h, (n, big) in enumerate(zip(sizes, populations)):
        truth = rng.integers(1, points + 1, n)
        noise = rng.integers(-1, 2, (n, readers)) * (rng.random((n, readers)) < 0.2 + 0.2 * h)
        tables.append(np.clip(truth[:, None] + noise, 1, points).astype(float))
        strata += [h] * n
        population += [big] * n
    table = np.vstack(tables)
    table[rng.random(table.shape) < missing] = np.nan
    keep = ~np.isnan(table).all(axis=1)
    return table[keep], np.array(strata)[keep], np.array(population, dtype=float)[keep]


def designs():
    table, strata, population = made_up(11, [18, 12, 9], [400, 60, 25], 2, 6, 0.0)
    yield "two-readers-strata", table, strata, population
    table, strata, population = made_up(12, [20, 10, 14], [90, 300, 31], 4, 5, 0.12)
    yield "four-readers-missing", table, strata, population
    table, strata, _ = made_up(13, [36], [1], 3, 4, 0.1)
    yield "uneven-weights", table, strata, np.full(len(table), np.inf)


def weights_of(name, strata, population):
    if name == "uneven-weights":
        return np.random.default_rng(99).uniform(0.5, 6.0, len(strata)).round(3)
    return np.array([population[i] / (strata == strata[i]).sum() for i in range(len(strata))])


def check(table, positions, w, strata, population):
    same = {tuple(c[:3]): c[3](np.ones(len(w))) for c in coefficients(table, positions, np.ones(len(w)))}
    seven = {tuple(c[:3]): c[3](np.full(len(w), 7.0)) for c in coefficients(table, positions, np.full(len(w), 7.0))}
    for key, value in same.items():
        assert abs(value - seven[key]) < 1e-12, (key, value, seven[key])
    # Rows repeated; the effective numbers and the term for pairs with itself are those of the weights on both sides.
    whole = np.round(w).clip(1).astype(int)
    again = np.repeat(table, whole, axis=0)
    ones = np.ones(len(again))
    itself = itself_of(table, positions, whole.astype(float))
    full = ~np.isnan(table).any(axis=1)
    n = whole[full].sum() ** 2 / (whole[full] ** 2.0).sum()
    repeated = {tuple(c[:3]): c[3](ones) for c in coefficients(again, positions, ones)}
    for c in coefficients(table, positions, whole.astype(float)):
        key, value = tuple(c[:3]), c[3](whole.astype(float))
        other = repeated[key]
        if key[0] == "krippendorff-alpha":
            a = {"nominal": agreement_weights(positions, "unweighted"), "ordinal": ordinal_metric(again, ones, positions),
                 "interval": agreement_weights(positions, "quadratic")}[key[1]]
            other = alpha(again, ones, positions, a, itself)
        elif key[0].startswith("icc"):
            other = icc(key[0], again, ones, n)
        assert abs(value - other) < 1e-10, (key, value, other)


def reference():
    out = csv.writer(sys.stdout, lineterminator="\n")
    print("# " + ", ".join(f"{name} {version(name)}" for name in ["numpy", "scipy"]) + f", level {LEVEL}")
    out.writerow(["data", "coefficient", "scale", "weights", "estimate", "se", "jackknife_se", "ci_low", "ci_high"])
    with open("weighted-ratings.csv", "w", newline="") as file:
        ratings = csv.writer(file, lineterminator="\n")
        ratings.writerow(["data", "unit", "rater", "value", "weight", "stratum", "population"])
        for name, table, strata, population in designs():
            w = weights_of(name, strata, population)
            positions = np.unique(table[~np.isnan(table)])
            check(table, positions, w, strata, population)
            for coefficient, scale, kind, f in coefficients(table, positions, w):
                value = f(w)
                df = freedom(coefficient, table, strata)
                z = influence(f, w)
                if coefficient == "krippendorff-alpha":
                    exact, z = z, alpha_influence(table, w, positions, *f.__defaults__, itself_of(table, positions, w))
                    assert np.abs(exact - z).max() < 0.1 * np.abs(exact).max()
                se = np.sqrt(variance(z, strata, population))
                if se == 0:
                    continue
                jk = np.sqrt(jackknife(f, w, strata, population))
                assert abs(jk / se - 1) < 0.35, (name, coefficient, kind, se, jk)
                low, high = interval(coefficient, value, se, df, table, w)
                out.writerow([name, coefficient, scale, kind] + [repr(float(x)) for x in [value, se, jk, low, high]])
            for i, row in enumerate(table):
                for g, value in enumerate(row):
                    if not np.isnan(value):
                        big = "" if np.isinf(population[i]) else repr(float(population[i]))
                        ratings.writerow([name, f"u{i + 1:03}", f"r{g + 1}", repr(float(value)), repr(float(w[i])),
                                          f"s{strata[i] + 1}", big])


def example():
    """The first design as somebody would have it in a file."""
    name, table, strata, population = next(designs())
    w = weights_of(name, strata, population)
    with open("audit.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["file", "reader", "rating", "weight", "service", "files"])
        for i, row in enumerate(table):
            for g, value in enumerate(row):
                out.writerow([f"F-{i + 1:02}", f"R{g + 1}", int(value), repr(float(w[i])), f"s{strata[i] + 1}", int(population[i])])


def drift():
    """Each reader beside the others, by least squares: the mean difference is the coefficient of a weighted regression on a
    constant, its variance that of the regression's scores."""
    with open("weighted-drift.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["data", "rater", "units", "difference", "se", "df", "ci_low", "ci_high", "p_value", "same"])
        for name, table, strata, population in designs():
            w = weights_of(name, strata, population)
            for g in range(table.shape[1]):
                others = np.delete(table, g, axis=1)
                shared = ~np.isnan(table[:, g]) & ~np.isnan(others).all(axis=1)
                d = np.full(len(w), np.nan)
                d[shared] = table[shared, g] - np.nanmean(others[shared], axis=1)
                equal = (others == table[:, [g]]).sum(axis=1)[shared] / (~np.isnan(others)).sum(axis=1)[shared]
                x = np.sqrt(w[shared])
                beta = np.linalg.lstsq(x[:, None], x * d[shared], rcond=None)[0][0]
                z = np.zeros(len(w))
                z[shared] = w[shared] * (d[shared] - beta) / w[shared].sum()
                se = np.sqrt(variance(z, strata, population))
                df = shared.sum() - len(np.unique(strata[shared]))
                t = stats.t.ppf(1 - (1 - LEVEL) / 2, df)
                p = 2 * stats.t.sf(abs(beta / se), df)
                out.writerow([name, g, shared.sum()] + [repr(float(v)) for v in [
                    beta, se, df, beta - t * se, beta + t * se, p, np.average(equal, weights=w[shared])]])


def coverage():
    """How often the intervals hold the population's coefficient: strata sampled very unevenly, two readers."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    print("# " + ", ".join(f"{name} {version(name)}" for name in ["numpy", "scipy"]) + ", 2000 samples each, level 0.95")
    out.writerow(["files_read_twice", "coefficient", "weights", "population", "mean_estimate", "unweighted_mean", "coverage",
                  "coverage_unweighted"])
    rng = np.random.default_rng(2026)
    bigs = [1200, 300, 150]
    table, strata, population = made_up(5, bigs, bigs, 2, 6, 0.0)
    positions = np.unique(table)
    wanted = ["percent-exact", "cohen-kappa", "conger-kappa", "fleiss-kappa", "gwet-ac1", "gwet-ac2", "krippendorff-alpha",
              "icc-2-1"]
    everyone = np.ones(len(table))
    truth = {tuple(c[:3]): c[3](everyone) for c in coefficients(table, positions, everyone) if c[0] in wanted}
    for sizes in [(10, 10, 10), (20, 20, 20), (40, 40, 40)]:
        held, held_plain, sums, plain_sums = {}, {}, {}, {}
        runs = 2000
        for _ in range(runs):
            pick = np.concatenate([rng.choice(np.flatnonzero(strata == h), n, replace=False) for h, n in enumerate(sizes)])
            t, s, p = table[pick], strata[pick], population[pick]
            w = np.array([bigs[h] / sizes[h] for h in s])
            for weights, strata_, population_, held_, sums_ in [
                    (w, s, p, held, sums), (np.ones(len(w)), np.zeros(len(w)), np.full(len(w), np.inf), held_plain, plain_sums)]:
                for c in coefficients(t, positions, weights):
                    key = tuple(c[:3])
                    if key not in truth:
                        continue
                    value = c[3](weights)
                    # Forward differences: near enough for a simulation.
                    z = np.empty(len(weights))
                    for i in range(len(weights)):
                        up = weights.copy()
                        up[i] *= 1.001
                        z[i] = (c[3](up) - value) / 0.001
                    se = np.sqrt(variance(z, strata_, population_))
                    df = len(weights) - len(np.unique(strata_))
                    low, high = interval(c[0], value, se, df, t, weights)
                    held_[key] = held_.get(key, 0) + (low <= truth[key] <= high)
                    sums_[key] = sums_.get(key, 0.0) + value
        for key, value in truth.items():
            out.writerow([sum(sizes), key[0], key[2] or key[1], f"{value:.4f}", f"{sums[key] / runs:.4f}",
                          f"{plain_sums[key] / runs:.4f}", f"{held[key] / runs:.4f}", f"{held_plain[key] / runs:.4f}"])
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] == ["coverage"]:
        coverage()
    else:
        reference()
        example()
        drift()
