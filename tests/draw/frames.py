"""Writes frames.xlsx, one sheet for each defect; LibreOffice makes frames.xls and frames.ods of it.

python3 frames.py && soffice --headless --convert-to xls frames.xlsx && soffice --headless --convert-to ods frames.xlsx
"""

import openpyxl

book = openpyxl.Workbook()
book.remove(book.active)


def sheet(name, change):
    table = book.create_sheet(name)
    table.append(["carer", "area", "cases"])
    rows = [[f"{i:04}", "North" if i <= 25 else "South", i % 7 + 1] for i in range(1, 41)]
    change(rows)
    for row in rows:
        table.append(row)


def put(row, column, value):
    def change(rows):
        rows[row][column] = value

    return change


sheet("plain", lambda rows: None)
sheet("twice", put(1, 0, "0001"))
sheet("no id", put(1, 0, None))
sheet("no stratum", put(1, 1, None))
sheet("no size", put(1, 2, None))
sheet("negative", put(1, 2, -3))
sheet("zero", put(1, 2, 0))
sheet("word", put(1, 2, "many"))
sheet("nobody", lambda rows: rows.clear())
book.save("frames.xlsx")
