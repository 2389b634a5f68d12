"""SPSS files for the tests, by an independent writer, and what they hold as csv.

Run with: python make.py        (needs pyreadstat and pandas; versions in made-by.txt)
"""

import struct
from importlib.metadata import version

import numpy as np
import pandas as pd
import pyreadstat

nan = np.nan
rows = 13
LONG = "a_variable_name_of_more_than_eight_letters"
data = pd.DataFrame({
    "id": [f"F-{i:03}" for i in range(1, rows + 1)],
    "region": ["Zürich", "Åbo", "", "Perth & Kinross", "Łódź", "Zürich", "Åbo", "Perth & Kinross", "", "x", "Łódź", "y", "z"],
    "q1": [1, 2, 3, 4, 5, 8, 9, nan, 1, 2, 3, 4, 5],
    "q2": [1, 97, 2, 98, 3, 99, 4, nan, 5, 6, 1, 2, -1],
    LONG: [0.5, -1.25, 1e9, nan, 123456.789, 0, -0.0, 151, 152, -99, -100, 250.5, 1 / 3],
    "opened": pd.to_datetime(["2026-01-05", "1999-12-31", None, "2024-02-29"] + ["2026-07-01"] * (rows - 4)).date,
    "seen_at": pd.to_datetime(["2026-01-05 08:30:00", None, "1969-12-31 23:59:59"] + ["2026-07-01 12:00:00"] * (rows - 3)),
    "code": ["A", "B", "ZZ", "A", "B", "ZZ", "", "C", "A", "A", "B", "C", "ZZ"],
    "said": ["", "short", "x" * 255, "y" * 256, "é" * 200, "z" * 700, "words " * 90, "", "a", "b", "c", "d", "e"],
})
LABELS = {"q1": {1: "poor", 5: "good", 8: "not asked", 9: "refused"}, "code": {"A": "first", "ZZ": "unknown"}}
MISSING = {"q1": [8, 9], "q2": [{"lo": 97, "hi": 99}, -1], "code": ["ZZ"]}
FORMATS = {"opened": "DATE11", "seen_at": "DATETIME20"}


def write(name, **how):
    pyreadstat.write_sav(data, name, column_labels={"q1": "How good was it?"}, variable_value_labels=LABELS,
                         missing_ranges=MISSING, variable_format=FORMATS, file_label="made for a test", **how)


write("plain.sav", row_compress=False)
write("bytecode.sav", row_compress=True)
write("packed.zsav", compress=True)

read, meta = pyreadstat.read_sav("plain.sav", user_missing=False)
for name in ["bytecode.sav", "packed.zsav"]:
    other, _ = pyreadstat.read_sav(name, user_missing=False)
    pd.testing.assert_frame_equal(read, other)
out = read.copy()
out.loc[out["code"] == "ZZ", "code"] = ""
out["opened"] = [d.isoformat() if d == d and d is not None else "" for d in out["opened"]]
out["seen_at"] = [d.strftime("%Y-%m-%dT%H:%M:%S") if not pd.isna(d) else "" for d in out["seen_at"]]
for name in ["q1", "q2", LONG]:
    out[name] = ["" if pd.isna(x) else repr(float(x) + 0.0) for x in out[name]]
out.to_csv("expected.csv", index=False)


def big_endian(name):
    """A file as an old machine would write it: high byte first, Windows-1252, the sign of nothing of its own."""
    i32, f64 = (lambda x: struct.pack(">i", x)), (lambda x: struct.pack(">d", x))
    nothing = -struct.unpack(">d", bytes.fromhex("7fefffffffffffff"))[0]

    def variable(width, short, missing=(), format_=5):
        text = i32(2) + i32(width) + i32(0) + i32(len(missing)) + i32(format_ << 16 | 8 << 8) * 2
        return text + short.ljust(8).encode() + b"".join(missing)

    def info(kind, size, content):
        return i32(7) + i32(kind) + i32(size) + i32(len(content) // size) + content

    head = b"$FL2" + b"@(#) SPSS DATA FILE".ljust(60) + i32(2) + i32(4) + i32(0) + i32(0) + i32(3) + f64(100.0)
    head += b"01 Jan 99" + b"00:00:00" + b"".ljust(64) + b"\0\0\0"
    dictionary = variable(0, "SCORE", [f64(9.0)]) + variable(12, "PLACE", format_=1)
    dictionary += i32(2) + i32(-1) + i32(0) * 4 + b"".ljust(8)
    dictionary += i32(3) + i32(1) + f64(1.0) + b"\x04good" + b"   " + i32(4) + i32(1) + i32(1)
    dictionary += i32(6) + i32(1) + b"a line of words about the file".ljust(80)
    dictionary += info(3, 4, b"".join(i32(x) for x in [15, 0, 0, 1, 1, 1, 1, 1252]))
    dictionary += info(4, 8, f64(nothing) + f64(-nothing) + f64(0.0))
    cases = f64(1.5) + "Zürich".encode("cp1252").ljust(16) + f64(9.0) + b"".ljust(16) + f64(nothing) + b"Perth".ljust(16)
    with open(name, "wb") as file:
        file.write(head + dictionary + i32(999) + i32(0) + cases)


big_endian("big-endian.sav")
read, _ = pyreadstat.read_sav("big-endian.sav")
assert read["PLACE"].tolist() == ["Zürich", "", "Perth"] and read["SCORE"].isna().tolist() == [False, True, True]
with open("made-by.txt", "w") as file:
    file.write(", ".join(f"{name} {version(name)}" for name in ["pyreadstat", "pandas", "numpy"]) + "\n")
