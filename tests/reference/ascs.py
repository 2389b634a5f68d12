"""Turns the sample return of the Adult Social Care Survey into data/ascs.csv for ascs.R: one row a person, codes as they
stand in the return, with the stratum that the person was drawn from and what the list says of their support; and counts in
the list whom Q2c and measure 1J speak for, into data/ascs-populations.csv.

Run from this folder, after `quorate run pipelines/adult-social-care-survey.toml`, which writes the sample file:
python3 ascs.py   (needs openpyxl; shares no code with the program)
"""
import csv
import openpyxl


def table(path, sheet, header):
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if header in row)
    return rows[at], [row for row in rows[at + 1 :] if any(cell is not None for cell in row)]


names, listed = table("../../sample-data/adult-social-care/frame.xlsx", "People", "person_id")
people = {str(row[0]): dict(zip(names, row)) for row in listed}
with open("../../output/adult-social-care/key/sample.csv") as sample:
    drawn = {row["serial"]: people[row["person_id"]] for row in csv.DictReader(sample)}

serial, form = "Serial Number / Unique Reference Number", "Which questionnaire was used?"
head, rows = table("../../sample-data/adult-social-care/returns/data-return.xlsx", "Service User Data", serial)
headings = {str(name).split(" - ")[0]: at for at, name in enumerate(head)}
questions = ["Q1", "Q2a", "Q2c", "Q3a", "Q4a", "Q5a", "Q6a", "Q7a", "Q7b", "Q8a", "Q9a", "Q11", "Q12", "Q13", "Q15[a]", "Q15[b]",
             "Q15[c]", "Q15[d]", "Q16[a]", "Q16[b]", "Q16[c]", "Q17", "Q18"]

with open("data/ascs.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    plain = [q.replace("[", "").replace("]", "") for q in questions]
    writer.writerow(["stratum", "setting", "reason", "age", "form", *plain])
    for row in rows:
        person = drawn[row[headings[serial]]]
        answers = [row[headings[q]] for q in questions]
        kept = [person["stratum"][0], person["support_setting"], person["support_reason"], row[headings["Age (Years)"]]]
        writer.writerow([*kept, row[headings[form]], *answers])

with open("data/ascs-populations.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["stratum", "all", "community", "supported"])
    for stratum in "1234":
        those = [p for p in people.values() if p["stratum"][0] == stratum]
        community = [p for p in those if p["support_setting"] == "Community"]
        supported = [p for p in community if p["support_reason"] not in ("Learning disability", "Social support")]
        writer.writerow([stratum, len(those), len(community), len(supported)])
