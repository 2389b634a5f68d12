#!/usr/bin/env python3
"""Distances of councils by characteristics, each less its mean over its standard deviation (n - 1 below), with the standard
library's statistics and math only: from every council in the file's order to every other, the nearest first, equal ones by name.

    python3 tests/reference/peers/peers.py > tests/reference/peers/expected.csv
"""
import csv
import math
import pathlib
import statistics

rows = list(csv.reader(open(pathlib.Path(__file__).with_name("characteristics.csv"))))
names = [row[0] for row in rows[1:]]
columns = [[float(row[i]) for row in rows[1:]] for i in range(1, len(rows[0]))]
scores = []
for column in columns:
    mean, deviation = statistics.mean(column), statistics.stdev(column)
    if deviation > 0:
        scores.append([(value - mean) / deviation for value in column])
places = list(zip(*scores))
print("of,peer,distance")
for of, here in zip(names, places):
    others = [(math.dist(here, there), name) for name, there in zip(names, places) if name != of]
    for distance, name in sorted(others):
        print(f"{of},{name},{distance!r}")
