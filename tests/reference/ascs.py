"""Turns the sample return of the Adult Social Care Survey into data/ascs.csv for ascs.R: one row a person, codes as they
stand in the return, the stratum worked out from age, support reason and setting as the survey does it.

Run from this folder: python3 ascs.py   (needs openpyxl; shares no code with the program)
"""
import csv
import openpyxl

sheet = openpyxl.load_workbook("../../sample-data/adult-social-care/returns/data-return.xlsx")["Service User Data"]
rows = list(sheet.iter_rows(values_only=True))
headings = {str(name).split(" - ")[0]: at for at, name in enumerate(rows[0])}
column = {"age": "Age (Years)", "reason": "Primary Support Reason", "setting": "Support Setting", "form": "Which questionnaire was used?"}
questions = ["Q1", "Q2a", "Q3a", "Q4a", "Q5a", "Q6a", "Q7a", "Q7b", "Q8a", "Q9a", "Q11", "Q12"]


def stratum(age, reason, setting):
    if reason == 7:
        return 1
    if reason in (None, -9):
        return ""
    return 2 if age < 65 else 3 if setting in (2, 3) else 4


with open("data/ascs.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["stratum", "form", *questions])
    for row in rows[1:]:
        get = lambda name: row[headings[column[name]]]
        writer.writerow([stratum(get("age"), get("reason"), get("setting")), get("form"), *(row[headings[q]] for q in questions)])
