"""Turns the sample return of the Adult Social Care Survey into data/ascs.csv for ascs.R: one row a person, codes as they
stand in the return, with the stratum that the person was drawn from.

Run from this folder, after `quorate run pipelines/adult-social-care-survey.toml`, which writes the sample file:
python3 ascs.py   (needs openpyxl; shares no code with the program)
"""
import csv
import openpyxl

sheet = openpyxl.load_workbook("../../sample-data/adult-social-care/returns/data-return.xlsx")["Service User Data"]
rows = list(sheet.iter_rows(values_only=True))
headings = {str(name).split(" - ")[0]: at for at, name in enumerate(rows[0])}
with open("../../output/adult-social-care/key/sample.csv") as sample:
    stratum = {row["serial"]: row["stratum"][0] for row in csv.DictReader(sample)}
questions = ["Q1", "Q2a", "Q3a", "Q4a", "Q5a", "Q6a", "Q7a", "Q7b", "Q8a", "Q9a", "Q11", "Q12"]


with open("data/ascs.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["stratum", "form", *questions])
    for row in rows[1:]:
        serial, form = (row[headings[name]] for name in ("Serial Number / Unique Reference Number", "Which questionnaire was used?"))
        writer.writerow([stratum[serial], form, *(row[headings[q]] for q in questions)])
