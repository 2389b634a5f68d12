"""Outcome rates by exact fractions, from the definitions in words (AAPOR, Standard Definitions, 10th edition, 2023).

    python3 response-rates.py > response-rates.csv
"""

from fractions import Fraction as F

# interviews, partials, refusals, non-contacts, others, unknown, ineligible, e (None: proportional)
CASES = [
    (412, 38, 67, 51, 22, 310, 45, None),
    (412, 38, 67, 51, 22, 310, 45, F(3, 5)),
    (100, 0, 0, 0, 0, 0, 0, None),
    (0, 7, 3, 11, 2, 5, 1, None),
    (F(12345, 100), F(1111, 100), F(987, 100), F(4321, 100), F(77, 100), F(2222, 10), F(31, 10), None),
]


def known(case):
    """Cases of known eligibility that are eligible."""
    return sum(case[:5])


def rates(case):
    i, p, r, nc, o, u, ne, e = case
    if e is None:
        e = F(known(case)) / F(known(case) + ne)
    denominators = {"1": known(case) + u, "3": known(case) + e * u, "5": known(case)}
    yield "e", e
    for number, base in (("1", "1"), ("2", "1"), ("3", "3"), ("4", "3"), ("5", "5"), ("6", "5")):
        interviews = i if int(number) % 2 else i + p
        yield "RR" + number, F(interviews) / F(denominators[base])
    cooperation = {"COOP1": (i, o), "COOP2": (i + p, o), "COOP3": (i, 0), "COOP4": (i + p, 0)}
    for name, (interviews, others) in cooperation.items():
        yield name, F(interviews) / F(i + p + r + others)
    for number, base in (("1", "1"), ("2", "3"), ("3", "5")):
        yield "REF" + number, F(r) / F(denominators[base])
    contacted = i + p + r + o
    for number, unknown in (("1", u), ("2", e * u), ("3", 0)):
        yield "CON" + number, F(contacted) / F(contacted + nc + unknown)


print("complete,partial,refusal,non_contact,other,unknown,ineligible,e_given,rate,value")
for case in CASES:
    cells = [repr(float(value)) for value in case[:7]] + ["" if case[7] is None else repr(float(case[7]))]
    for name, value in rates(case):
        print(",".join(cells + [name, repr(float(value))]))
