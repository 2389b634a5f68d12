//! Frames in every format, sound and unsound: `frames.py` made the workbooks of old and of other kinds.

use std::path::{Path, PathBuf};

use polars::prelude::{Column, DataFrame};
use polars_io::parquet::write::ParquetWriter;

use super::{Study, rows};

/// The rows of a frame with a defect, as `frames.py` has them: identifier, area, cases.
fn table(defect: &str) -> Vec<[String; 3]> {
    let row =
        |i: usize| [format!("{i:04}"), if i <= 25 { "North" } else { "South" }.to_owned(), (i % 7 + 1).to_string()];
    let mut rows: Vec<[String; 3]> = (1..=40).map(row).collect();
    let (column, value) = match defect {
        "twice" => (0, "0001"),
        "no id" => (0, ""),
        "no stratum" => (1, ""),
        "no size" => (2, ""),
        "negative" => (2, "-3"),
        "zero" => (2, "0"),
        "word" => (2, "many"),
        "nobody" => return Vec::new(),
        _ => return rows,
    };
    rows[1][column] = value.to_owned();
    rows
}

const HEADINGS: [&str; 3] = ["carer", "area", "cases"];

fn csv(path: &Path, defect: &str) {
    let lines: Vec<String> = table(defect).iter().map(|row| row.join(",") + "\n").collect();
    std::fs::write(path, HEADINGS.join(",") + "\n" + &lines.concat()).expect("a file");
}

fn xlsx(path: &Path, defect: &str) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).expect("a row");
    for (r, row) in (1..).zip(table(defect)) {
        for (c, value) in (0..).zip(row) {
            match value.parse::<f64>() {
                Ok(number) if c == 2 => sheet.write_number(r, c, number).map(|_| ()),
                _ => sheet.write_string(r, c, value).map(|_| ()),
            }
            .expect("a cell");
        }
    }
    book.save(path).expect("a workbook");
}

fn parquet(path: &Path, defect: &str) {
    let rows = table(defect);
    let column = |c: usize| {
        let value = |row: &[String; 3]| Some(row[c].clone()).filter(|text| !text.is_empty());
        let texts: Vec<Option<String>> = rows.iter().map(value).collect();
        let is_text = |text: &Option<String>| text.as_ref().is_some_and(|text| text.parse::<i64>().is_err());
        if c == 2 && !texts.iter().any(is_text) {
            let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
            Column::new(HEADINGS[c].into(), texts.iter().map(number).collect::<Vec<_>>())
        } else {
            Column::new(HEADINGS[c].into(), texts)
        }
    };
    let mut data = DataFrame::new(rows.len(), (0..3).map(column).collect()).expect("a table");
    ParquetWriter::new(std::fs::File::create(path).expect("a file")).finish(&mut data).expect("Parquet");
}

/// A binary workbook of one sheet, record by record: all cells are texts but the measures.
fn xlsb(path: &Path, defect: &str) {
    let record = |kind: u16, content: &[u8]| {
        let mut bytes = if kind < 128 { vec![kind as u8] } else { vec![kind as u8 | 0x80, (kind >> 7) as u8] };
        assert!(content.len() < 1 << 14);
        bytes.extend([content.len() as u8 | 0x80, (content.len() >> 7) as u8]);
        bytes.extend(content);
        bytes
    };
    let wide = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [(text.encode_utf16().count() as u32).to_le_bytes().to_vec(), units].concat()
    };
    let four = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let line = |r: u32, cells: &[String]| {
        let mut bytes = record(0, &[four(&[r, 0]), vec![0; 9]].concat());
        for (c, text) in (0_u32..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            let at = four(&[c, 0]);
            bytes.extend(match text.parse::<f64>() {
                Ok(number) if c == 2 => record(5, &[at, number.to_le_bytes().to_vec()].concat()),
                _ => record(6, &[at, wide(text)].concat()),
            });
        }
        bytes
    };
    let head = line(0, &HEADINGS.map(str::to_owned));
    let lines: Vec<u8> = (1..).zip(table(defect)).flat_map(|(r, row)| line(r, &row)).collect();
    let sheet = [record(129, &[]), record(145, &[]), head, lines, record(146, &[]), record(130, &[])].concat();
    let listed = [four(&[0, 1]), wide("rId1"), wide("Frame")].concat();
    let workbook =
        [record(131, &[]), record(143, &[]), record(156, &listed), record(144, &[]), record(132, &[])].concat();
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/>
</Relationships>"#;
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>"#;
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    for (name, content) in [
        ("[Content_Types].xml", types.as_bytes()),
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.bin", &sheet),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut archive, content).expect("a part");
    }
    archive.finish().expect("an archive");
}

/// The frame with a defect in a format, in the study's folder: its name there, and how to name its sheet.
fn frame(study: &Study, format: &str, defect: &str) -> (String, Vec<String>) {
    let name = format!("frame-{}.{format}", defect.replace(' ', "-"));
    let path = study.path(&name);
    match format {
        "csv" => csv(&path, defect),
        "xlsx" => xlsx(&path, defect),
        "xlsb" => xlsb(&path, defect),
        "parquet" => parquet(&path, defect),
        _ => {
            let made = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/draw/frames.{format}"));
            std::fs::copy(made, &path).expect("a copy");
            return (name, vec!["--sheet".to_owned(), defect.to_owned()]);
        }
    }
    (name, Vec::new())
}

const FORMATS: [&str; 6] = ["csv", "xlsx", "xls", "xlsb", "ods", "parquet"];

#[test]
fn a_sound_frame_gives_the_same_sample_in_every_format() {
    let study = Study::new();
    let mut samples = Vec::new();
    for format in FORMATS {
        let (name, sheet) = frame(&study, format, "plain");
        let line = format!("draw {name} --id carer --strata area --method pps --measure cases --size 12 --seed s");
        study.command(&line).args(sheet).args(["--out", &format!("{format}-sample.csv")]).assert().success();
        samples.push(rows(&study.read(&format!("{format}-sample.csv"))));
    }
    assert_eq!(samples[0].len(), 12);
    assert!(samples.iter().all(|sample| *sample == samples[0]));
}

#[test]
fn an_unsound_frame_is_one_clear_error_in_every_format() {
    let study = Study::new();
    for format in FORMATS {
        for (defect, flags, part) in [
            ("twice", "--size 10", "again"),
            ("no id", "--size 10", "identifier"),
            ("no stratum", "--strata area --size 10", "0002 has nothing in area"),
            ("no size", "--size 10 --method pps --measure cases", "no measure of size"),
            ("negative", "--size 10 --method pps --measure cases", "a negative measure of size"),
            ("zero", "--size 10 --method pps --measure cases", "a measure of size of zero"),
            ("word", "--size 10 --method pps-poisson --measure cases", "\"many\" for 0002"),
            ("nobody", "--size 10", "lists nobody"),
            ("plain", "--size 41", "more than the 40 units"),
            ("plain", "--strata area --size 10 --minimum 6", "the minimums need 12"),
            ("plain", "--strata area --size 10 --minimum-by area=6", "together they need 12, more than the size 10"),
            (
                "plain",
                "--strata area --size 10 --minimum-by area:East=6",
                "a level of \"area\" that the frame does not have",
            ),
            ("plain", "--strata area --size 10 --maximum 4", "less than the size 10"),
            ("plain", "--strata area --size 10 --allocation fixed --fixed North=5,South=6", "add up to 11"),
            ("plain", "--strata area --size 30 --allocation fixed --fixed North=14,South=16", "outside the 0 to 15"),
        ] {
            let (name, sheet) = frame(&study, format, defect);
            let line = format!("draw {name} --id carer {flags} --seed s --out none.csv");
            let text = study.error_with(&line, &sheet);
            assert!(text.contains(part), "{format}, {defect}: {text} does not say {part:?}");
        }
    }
}

#[test]
fn columns_named_like_those_of_the_sample_file_are_kept_apart() {
    let study = Study::new();
    study.write("odd.csv", "serial,order,stratum,role\nA1,x,N,w\nA2,x,S,w\nA3,y,N,w\nA4,y,S,w\n");
    let line = "draw odd.csv --id serial --strata order,stratum,role --size 4 --seed s --out s.csv";
    let said = study.command(line).assert().success().get_output().stderr.clone();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("\"order\" stands as \"frame_order\""), "{said}");
    let text = study.read("s.csv");
    let expected = "order,serial,frame_serial,stratum,stage_1_probability,probability,design_weight,population,role,\
        frame_order,frame_stratum,frame_role";
    assert_eq!(text.lines().next(), Some(expected));
    let sample = rows(&text);
    assert!(sample.iter().all(|row| row["stratum"] == format!("{}|{}|w", row["frame_order"], row["frame_stratum"])));
    study.command("verify s.draw.json").assert().success();
    let next = "draw odd.csv --id serial --strata order,stratum,role --size 4 --seed s --keep s.csv --out t.csv";
    study.command(next).assert().success();
    assert_eq!(study.read("t.csv"), text);
}
