"""Are the codebooks that quorate writes valid DDI-Codebook 2.5?

    quorate convert instruments/users-survey.toml users.xml
    pip install lxml
    python tests/reference/convert/ddi_check.py schemas/codebook.xsd users.xml ...

The schema is published by the DDI Alliance: https://ddialliance.org/Specification/DDI-Codebook/2.5/
"""

import sys

from lxml import etree

schema = etree.XMLSchema(etree.parse(sys.argv[1]))
failed = False
for path in sys.argv[2:]:
    document = etree.parse(path)
    valid = schema.validate(document)
    failed |= not valid
    print(f"{path}: {'valid' if valid else 'not valid'}")
    for error in schema.error_log:
        print(f"  line {error.line}: {error.message}")
sys.exit(failed)
