"""Fills the peer reviewer's workbook as a person would, with openpyxl, some cells wrong on purpose.

    quorate evaluate issue sample-data/self-evaluation/2026/evaluation.toml --evaluator peer
    python3 sample-data/self-evaluation/peer.py output/self-evaluation/issue/peer.xlsx \
        sample-data/self-evaluation/2026/returned/peer.xlsx
"""

import datetime
import sys

import openpyxl

JUDGEMENTS = {
    "2.1": (
        "Adequate",  # a level by its name alone
        "The survey shows a good first response, and little that is known about what happens after it.",
        "Good first response\n- Carers' groups speak well of workers",
        [("Ask carers again six months after the talk about their needs", "Medium")],
        ["carers-2026/q04", "carers-2026/q08", "carers-group"],
    ),
    "5.2": (
        "2 Weak",
        "The wait is half as long again as the target. A monthly review is a beginning.",
        "",
        [("Publish waiting times", "urgent")],  # not a priority
        ["carers-2026/q09", "waiting-list"],
    ),
    "5.4": (
        2,  # a number
        "More than half of the files have no chronology.",
        "Protection across agencies",
        [("Start a chronology on every file with a risk assessment", "high")],
        ["case-files-2026/risk", "case-files-2026/chron-done"],
    ),
    "5.7": ("5 or 6", "Joint work is a model for others.", "Joint teams", [], ["partners-event"]),  # two levels
    "5": ("3 Adequate", "Waiting and risk are weak, and both weigh heavily here.", "", [], []),
}
WEAK = {"5-p1": "weak", "5-p3": "Weak"}


def fill(source, target):
    book = openpyxl.load_workbook(source)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            key = row[0].value
            if key == "date":
                row[2].value = datetime.date(2026, 6, 19)
            subject, _, field = str(key or "").partition("/")
            if subject in JUDGEMENTS:
                level, why, strengths, improvements, _ = JUDGEMENTS[subject]
                if field == "level":
                    row[2].value = level
                elif field == "rationale":
                    row[2].value = why
                elif field == "strengths":
                    row[2].value = strengths or None
                elif field.startswith("prompt/"):
                    row[2].value = WEAK.get(field.split("/")[1], "not weak")
                elif field.startswith("improvement/"):
                    place = int(field.rsplit("-a", 1)[1]) - 1
                    if place < len(improvements):
                        row[2].value, row[3].value = improvements[place]
            subject, _, evidence = str(row[4].value or "").partition("|") if len(row) > 8 else ("", "", "")
            if subject in JUDGEMENTS and evidence in JUDGEMENTS[subject][4]:
                row[8].value = "yes"
    book.save(target)


if __name__ == "__main__":
    fill(*sys.argv[1:])
