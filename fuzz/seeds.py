"""Lays out the corpus that the fuzz targets start from: the project's own samples and tests.

Run in this folder: python3 seeds.py
"""

import hashlib
import pathlib
import zipfile

ROOT = pathlib.Path("..")
CORPUS = pathlib.Path("corpus")


def keep(target, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


def in_parts(path):
    """The parts of a zip as text, each under a line with its name."""
    with zipfile.ZipFile(path) as archive:
        return b"".join(b"=== " + name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


def files(*patterns):
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.is_file()]


for path in files("sample-data/**/*", "tests/ugly/*", "tests/convert/files/*", "tests/reference/data/*.csv"):
    content = path.read_bytes()
    if len(content) > 400_000:
        continue
    keep("spreadsheet", content)
    if zipfile.is_zipfile(path):
        parts = in_parts(path)
        if len(parts) < 400_000:
            keep("parts", parts)
    if path.suffix in (".csv", ".tsv"):
        keep("returned", content)
        keep("data", b"\x02" + content)
        keep("form", b"=== " + path.name.encode() + b"\n" + content)

for path in files("instruments/**/*.toml", "pipelines/**/*.toml", "sample-data/**/*.toml"):
    keep("definition", path.read_bytes())

for path in files("tests/**/*.sav"):
    keep("data", b"\x00" + path.read_bytes())
for path in files("tests/**/*.zsav"):
    keep("data", b"\x01" + path.read_bytes())

keep("returned", b"serial,q1,q2\nS001,1,2\nS002,yes,\n")
keep(
    "form",
    b"=== survey.csv\ntype,name,label::English (en),hint,relevant,constraint,calculation,appearance,parameters\n"
    b"begin_group,a,A,,,,,,\nselect_one yn,q1,Are you well?,,,,,minimal,\nselect_multiple yn or_other,q2,Which?,,${q1} = 'y',,,,\n"
    b"integer,q3,How many?,h,selected(${q2}; 'n'),. >= 0 and . < 10,,,\nrange,q4,R,,,,,,start=0 end=10 step=1\nend_group,,,,,,,,\n"
    b"begin_repeat,r,R,,,,,,\ntext,t,T,,,,,,\ncalculate,c,,,,,${q3} * 2,,\nend_repeat,,,,,,,,\n"
    b"=== choices.csv\nlist_name,name,label::English (en)\nyn,y,Yes\nyn,n,No\n=== settings.csv\nform_title,form_id,version\nF,f,1\n",
)
for condition in ("age >= 65 and area in ('North', 'West')", "not (a = 1 or `b c` != 'x')", "q1 is missing", "3 < a <= 5"):
    keep("condition", condition.encode())
