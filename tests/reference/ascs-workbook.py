"""The outcome measures of England's Adult Social Care Survey as the survey's own workbook works them out, on the sample return.

Run from this folder, after `quorate run pipelines/adult-social-care-survey.toml`:
python3 ascs-workbook.py BLANK-RETURN.xlsx   (needs openpyxl and LibreOffice; shares no code with the program)

The blank return of 2021-22 is filled with the rows of the sample return and with the populations of the list, everything else
as it is; LibreOffice recalculates it; the measures are written to expected-ascs-workbook.csv. Two mishaps of the sample are
mended on the way, because the sheet reads them in another way: a support reason that is not held, for which it knows no
stratum, becomes the list's, and a code that Q4a does not have, which it counts as an answer for 1A, becomes -9.
"""
import csv
import os
import re
import subprocess
import sys
import tempfile
import zipfile

import openpyxl
from openpyxl.utils import get_column_letter

REASONS = ["Physical support", "Sensory support", "Memory and cognition", "Learning disability", "Mental health", "Social support"]
CODES = [1, 3, 6, 7, 8, 12]
GENDERS = ["Male", "Female", "Other"]
SETTINGS = ["Community", "Residential care", "Nursing care"]


def table(path, sheet, header):
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if header in row)
    return rows[at], [row for row in rows[at + 1 :] if any(cell is not None for cell in row)]


names, listed = table("../../sample-data/adult-social-care/frame.xlsx", "People", "person_id")
people = {str(row[0]): dict(zip(names, row)) for row in listed}
with open("../../output/adult-social-care/key/sample.csv") as sample:
    drawn = {row["serial"]: people[row["person_id"]] for row in csv.DictReader(sample)}
serial = "Serial Number / Unique Reference Number"
head, rows = table("../../sample-data/adult-social-care/returns/data-return.xlsx", "Service User Data", serial)
place = {str(name).split(" - ")[0]: at for at, name in enumerate(head)}

entered = {}
for number, row in enumerate(rows, 2):
    row = list(row)
    person = drawn[row[place[serial]]]
    if row[place["Primary Support Reason"]] == -9:
        row[place["Primary Support Reason"]] = CODES[REASONS.index(person["support_reason"])]
    if row[place["Q4a"]] == 5:
        row[place["Q4a"]] = -9
    # Columns A, C, D and E are the workbook's own.
    entered[number] = {at: v for at, v in enumerate(row) if v is not None and v != "" and at not in (0, 2, 3, 4)}

eligible = {}
for person in people.values():
    # A learning disability is a stratum at any age; of the age the list has the band.
    first = 8 if person["age_band"] == "18 to 64" else 32
    row = first + 6 * GENDERS.index(person["gender"]) + REASONS.index(person["support_reason"])
    cell = (row, 3 + SETTINGS.index(person["support_setting"]))
    eligible[cell] = eligible.get(cell, 0) + 1
counts = {}
for row in list(range(8, 26)) + list(range(32, 50)):
    counts[row] = {column: eligible.get((row, column), 0) for column in (3, 4, 5)}


def typed(xml, values):
    """The sheet's XML with values put into cells, by row and column from 0; styles stay."""

    def one(match):
        number = int(match[1])
        if number not in values:
            return match[0]
        there = re.findall(r'(<c r="([A-Z]+)\d+"(?:[^>]*/>|.*?</c>))', match[3], re.S)
        cells = {ref: cell for cell, ref in there}
        for column, value in values[number].items():
            ref = get_column_letter(column + 1)
            style = re.search(r' s="\d+"', cells.get(ref, "").split(">")[0])
            start = f'<c r="{ref}{number}"{style[0] if style else ""}'
            if isinstance(value, str):
                cells[ref] = f'{start} t="inlineStr"><is><t>{value}</t></is></c>'
            else:
                cells[ref] = f"{start}><v>{value}</v></c>"
        order = sorted(cells, key=lambda ref: (len(ref), ref))
        return f'<row r="{number}"{match[2]}>' + "".join(cells[ref] for ref in order) + "</row>"

    return re.sub(r'<row r="(\d+)"([^>/]*)>(.*?)</row>', one, xml, flags=re.S)


with tempfile.TemporaryDirectory() as folder:
    filled = os.path.join(folder, "filled.xlsx")
    with zipfile.ZipFile(sys.argv[1]) as blank, zipfile.ZipFile(filled, "w", zipfile.ZIP_DEFLATED) as out:
        for name in blank.namelist():
            data = blank.read(name)
            if name == "xl/worksheets/sheet10.xml":
                data = typed(data.decode(), entered).encode()
            if name == "xl/worksheets/sheet9.xml":
                data = typed(data.decode(), counts).encode()
            out.writestr(name, data)
    # As it is installed, LibreOffice shows what the file says was worked out last.
    os.makedirs(os.path.join(folder, "office", "user"))
    with open(os.path.join(folder, "office", "user", "registrymodifications.xcu"), "w") as settings:
        settings.write(
            '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
            "<value>0</value></prop></item></oor:items>"
        )
    office = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office"]
    recalculated = os.path.join(folder, "out")
    subprocess.run([*office, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", recalculated, filled], check=True)
    version = subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout.split()[1]
    book = openpyxl.load_workbook(os.path.join(recalculated, "filled.xlsx"), data_only=True, read_only=True)
    measures, tables = book["ASCOF Measures"], book["Reporting Tables"]
    shown = {m: measures[cell].value for m, cell in [("1A", "E10"), ("1B", "E11"), ("1I1", "E12"), ("3A", "E14"), ("3D1", "E15"),
                                                     ("4A", "E16"), ("4B", "E17"), ("1J", "E13")]}
    shown["Q2a"] = (tables["G20"].value + tables["G21"].value) / tables["G25"].value
    shown["Q2c"] = tables["G36"].value / tables["G39"].value
    weighted = {"populations": [book["Eligible Population"][f"E{row}"].value for row in (56, 57, 58, 59)],
                "sample": [book["Eligible Population"][f"F{row}"].value for row in (56, 57, 58, 59)]}
    print(shown, weighted)

with open("expected-ascs-workbook.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["measure", "estimate", "versions"])
    for measure, value in shown.items():
        writer.writerow([measure, repr(value), f"LibreOffice {version}"])
