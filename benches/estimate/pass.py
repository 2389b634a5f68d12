"""A hand-written pass with NumPy: shares and linearised standard errors of every level, overall and by area."""

import sys

import numpy as np
import pandas as pd

data = pd.read_csv(sys.argv[1])
strata, area = (data[column].astype("category").cat.codes.to_numpy(dtype=np.int64) for column in ("stratum", "area"))
w = data["weight"].to_numpy()
H, A, L = strata.max() + 1, area.max() + 1, 6
n_h = np.bincount(strata, minlength=H)
results = []
for item in [c for c in data.columns if c.startswith("q")]:
    y = data[item].to_numpy(dtype=float)
    known = ~np.isnan(y)
    level = np.where(known, y, 1).astype(np.int64) - 1
    cell = ((strata * A + area) * L + level)[known]
    size = H * A * L
    s1 = np.bincount(cell, w[known], size).reshape(H, A, L)
    s2 = np.bincount(cell, w[known] ** 2, size).reshape(H, A, L)
    for first, second in [(s1.sum(1, keepdims=True), s2.sum(1, keepdims=True)), (s1, s2)]:
        total = first.sum((0, 2))
        p = first.sum(0) / total[:, None]
        all1, all2 = first.sum(2, keepdims=True), second.sum(2, keepdims=True)
        z1 = (first - p * all1) / total[:, None]
        z2 = ((1 - 2 * p) * second + p**2 * all2) / total[:, None] ** 2
        v = (n_h / (n_h - 1))[:, None, None] * (z2 - z1**2 / n_h[:, None, None])
        results.append((p, np.sqrt(v.sum(0))))
print(sum(p.size for p, _ in results))
