"""Does pyxform, from which ODK and Kobo make their forms, read the XLSForms that quorate writes?

    quorate convert instruments/users-survey.toml users.xlsx
    pip install pyxform
    python tests/reference/convert/pyxform_check.py users.xlsx ...

Prints one line for each workbook with its warnings; ends with 1 if any workbook cannot be made into a form, or if the form
lacks a question of the sheet survey. Last run with pyxform 4.5.0.
"""

import sys
import xml.etree.ElementTree as tree

import openpyxl
from pyxform.xls2xform import convert

failed = False
for path in sys.argv[1:]:
    try:
        made = convert(path, validate=False)
    except Exception as error:  # pyxform raises whatever goes wrong
        print(f"{path}: {type(error).__name__}: {error}")
        failed = True
        continue
    rows = openpyxl.load_workbook(path)["survey"].iter_rows(values_only=True)
    head = next(rows)
    at = {heading: place for place, heading in enumerate(head)}
    names = {row[at["name"]] for row in rows if row[at["name"]] and not str(row[at["type"]]).startswith("end")}
    elements = {element.tag.rpartition("}")[2] for element in tree.fromstring(made.xform).iter()}
    missing = names - elements
    failed |= bool(missing)
    print(f"{path}: {len(names)} names, missing {sorted(missing) or 'none'}; warnings: {made.warnings or 'none'}")
sys.exit(failed)
