//! `findings.xlsx` and `findings.csv`: everything wrong in the returns, each at its workbook, sheet and cell.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::fit::{LINE, TITLE, clipped, cut, footer, height};
use super::styles::{self, Styles};
use super::{Style, headings, refused};
use crate::error::{Error, Result};
use crate::finding::{self, Finding, Severity, entry};

const HEADERS: [(&str, f64); 12] = [
    ("Number", 9.0),
    ("Severity", 12.0),
    ("Code", 8.0),
    ("Problem", 34.0),
    ("Workbook", 28.0),
    ("Sheet", 14.0),
    ("Cell", 9.0),
    ("Unit", 13.0),
    ("Question", 17.0),
    ("Found", 24.0),
    ("Expected", 24.0),
    ("What to do", 38.0),
];

/// The findings as a workbook to send back: concerns first, each with its place, a link to it, and what to do.
///
/// `title` heads the sheets; `returns_folder` is where the findings' files lie as seen from the workbook (`../returns`),
/// so that the links work where the study's folder is; without it there are no links.
///
/// # Errors
/// When there are more findings than a sheet has rows.
pub fn findings(findings: &[Finding], title: &str, returns_folder: Option<&str>) -> Result<Vec<u8>> {
    let bytes = build(findings, title, returns_folder).map_err(refused)?;
    headings::mark(bytes)
}

fn build(findings: &[Finding], title: &str, folder: Option<&str>) -> Result<Vec<u8>, XlsxError> {
    let mut sorted = findings.to_vec();
    finding::sort(&mut sorted);
    let styles = Styles::new();
    let mut workbook = styles::workbook()?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(cut(&format!("Findings: {title}"), 250))
            .set_subject("Faults in returned workbooks, with their places and remedies")
            .set_category(Style::WorkingList.category())
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?),
    );
    list(workbook.add_worksheet(), &sorted, title, folder, &styles)?;
    by_code(workbook.add_worksheet(), &sorted, &styles)?;
    by_workbook(workbook.add_worksheet(), &sorted, &styles)?;
    workbook.save_to_buffer()
}

/// The working list: here filters and a fixed header help, because people work through it.
fn list(
    sheet: &mut Worksheet,
    findings: &[Finding],
    title: &str,
    folder: Option<&str>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    const HEADER: u32 = 3;
    sheet.set_name("Findings")?;
    sheet.set_row_height(0, TITLE)?;
    for row in 1..=HEADER {
        sheet.set_row_height(row, LINE)?;
    }
    sheet.write_string_with_format(0, 0, clipped(&format!("Findings: {title}")), &styles.heading)?;
    let concerns = findings.iter().filter(|f| f.severity == Severity::Concern).count();
    let first = match concerns {
        0 => format!("{} findings, the most serious first. None is a concern for somebody's safety.", findings.len()),
        1 => {
            format!("{} findings. One is a concern that somebody must act on at once: it stands first.", findings.len())
        }
        n => format!(
            "{} findings. {n} are concerns that somebody must act on at once: they stand first.",
            findings.len()
        ),
    };
    sheet.write_string(1, 0, first)?;
    sheet.write_string(2, 0, "Mend the cell named, in the workbook named, and send the workbook back.")?;
    for (column, (header, width)) in (0..).zip(HEADERS) {
        sheet.set_column_width(column, width)?;
        let format = if column == 0 { &styles.header_right } else { &styles.header_indented };
        sheet.write_string_with_format(HEADER, column, header, format)?;
    }
    let wrapped = styles.words(true, true);
    let link =
        wrapped.clone().set_font_color(Color::RGB(0x05_63_C1)).set_underline(rust_xlsxwriter::FormatUnderline::Single);
    for (number, finding) in (1u32..).zip(findings) {
        let row = HEADER + number;
        let place = &finding.place;
        sheet.write_number_with_format(row, 0, number, styles.number(0))?;
        sheet.write_string_with_format(
            row,
            1,
            finding.severity.to_string(),
            &severity_format(wrapped, finding.severity),
        )?;
        let texts =
            [&finding.code, &finding.problem, &place.file, &place.sheet, &place.cell, &place.unit, &place.question];
        for (column, text) in (2..).zip(texts) {
            sheet.write_string_with_format(row, column, clipped(text), wrapped)?;
        }
        for (column, text) in (9..).zip([&finding.found, &finding.expected, &finding.hint]) {
            sheet.write_string_with_format(row, column, clipped(text), wrapped)?;
        }
        // A sheet holds no more than 65,530 links.
        let texts = [&finding.problem, &place.file, &finding.found, &finding.expected, &finding.hint];
        let widths = [3, 4, 9, 10, 11].map(|column: usize| HEADERS[column].1);
        sheet.set_row_height(row, height(texts.into_iter().map(String::as_str).zip(widths)))?;
        if let Some(address) = folder.filter(|_| number <= 65_000).and_then(|folder| address(folder, finding)) {
            let shown = if place.cell.is_empty() { "open" } else { &place.cell };
            sheet.write_url_with_options(
                row,
                6,
                address.as_str(),
                clipped(shown),
                "Open the returned workbook",
                Some(&link),
            )?;
        }
    }
    let last = HEADER + findings.len() as u32;
    if !findings.is_empty() {
        sheet.autofilter(HEADER, 0, last, HEADERS.len() as u16 - 1)?;
    }
    sheet.set_freeze_panes(HEADER + 1, 0)?;
    print(sheet, HEADER, title)
}

fn print(sheet: &mut Worksheet, header: u32, title: &str) -> Result<(), XlsxError> {
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_repeat_rows(header, header)?;
    sheet.set_footer(format!("&L{}&RPage &P of &N", footer(title)));
    Ok(())
}

/// Words in bold and a ground of their own for what matters most; the word itself always stands there.
fn severity_format(base: &Format, severity: Severity) -> Format {
    match severity {
        Severity::Concern => base
            .clone()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(0x80_16_50))
            .set_border(FormatBorder::Thin),
        Severity::Error => base.clone().set_bold(),
        Severity::Warning | Severity::Note => base.clone(),
    }
}

/// Where a finding's cell is, as a link from the findings workbook; none where only the file is known and has no cells
/// that a link could lead to.
fn address(folder: &str, finding: &Finding) -> Option<String> {
    let place = &finding.place;
    // Findings in the frame or the definitions name files that are not among the returns.
    if place.file.is_empty() || !finding.code.starts_with('R') {
        return None;
    }
    let file = format!("{}/{}", folder.trim_end_matches('/'), place.file);
    let spreadsheet = [".xlsx", ".xlsm", ".xls", ".ods"].iter().any(|end| file.to_ascii_lowercase().ends_with(end));
    let cell = if place.cell.is_empty() {
        "A1".to_owned()
    } else if place.cell.chars().all(|c| c.is_ascii_digit()) {
        format!("A{}", place.cell)
    } else {
        place.cell.clone()
    };
    // A cell is letters and digits; anything else would make a link that leads elsewhere.
    if !cell.chars().all(|c| c.is_ascii_alphanumeric()) || file.contains('#') || file.chars().any(char::is_control) {
        return None;
    }
    let address = if spreadsheet && !place.sheet.is_empty() {
        format!("file:///{file}#'{}'!{cell}", place.sheet.replace('\'', "''"))
    } else {
        format!("file:///{file}")
    };
    (address.chars().count() < 1_000).then_some(address)
}

fn by_code(sheet: &mut Worksheet, findings: &[Finding], styles: &Styles) -> Result<(), XlsxError> {
    let mut codes: BTreeMap<(std::cmp::Reverse<Severity>, &str), usize> = BTreeMap::new();
    for finding in findings {
        *codes.entry((std::cmp::Reverse(finding.severity), &finding.code)).or_default() += 1;
    }
    sheet.set_name("By code")?;
    let headers = [
        ("Severity", 12.0),
        ("Code", 10.0),
        ("Findings", 11.0),
        ("Problem", 50.0),
        ("What it means", 70.0),
        ("What to do", 60.0),
    ];
    summary(sheet, "Findings by code", &headers, styles)?;
    for (row, ((severity, code), count)) in (3..).zip(codes) {
        let known = entry(code);
        sheet.write_string_with_format(row, 0, severity.0.to_string(), styles.words(true, false))?;
        sheet.write_string_with_format(row, 1, clipped(code), styles.words(true, false))?;
        sheet.write_number_with_format(row, 2, count as f64, styles.number(0))?;
        let texts = known.map_or(["", "", ""], |e| [e.title, e.means, e.remedy]);
        for (column, text) in (3..).zip(texts) {
            sheet.write_string_with_format(row, column, text, styles.words(true, false))?;
        }
        sheet.set_row_height(row, height(texts.into_iter().zip([50.0, 70.0, 60.0])))?;
    }
    print(sheet, 2, "Findings by code")
}

fn by_workbook(sheet: &mut Worksheet, findings: &[Finding], styles: &Styles) -> Result<(), XlsxError> {
    const ORDER: [Severity; 4] = [Severity::Concern, Severity::Error, Severity::Warning, Severity::Note];
    let mut files: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for finding in findings {
        let counts = files.entry(&finding.place.file).or_default();
        for (count, severity) in counts.iter_mut().zip(ORDER) {
            *count += usize::from(finding.severity == severity);
        }
    }
    sheet.set_name("By workbook")?;
    let headers =
        [("Workbook", 60.0), ("Concerns", 12.0), ("Errors", 12.0), ("Warnings", 12.0), ("Notes", 12.0), ("All", 12.0)];
    summary(sheet, "Findings by workbook", &headers, styles)?;
    for (row, (file, counts)) in (3..).zip(files) {
        let file = if file.is_empty() { "(no one workbook)" } else { file };
        sheet.write_string_with_format(row, 0, clipped(file), styles.words(true, false))?;
        for (column, count) in (1..).zip(counts.into_iter().chain([counts.iter().sum()])) {
            sheet.write_number_with_format(row, column, count as f64, styles.number(0))?;
        }
    }
    print(sheet, 2, "Findings by workbook")
}

fn summary(sheet: &mut Worksheet, title: &str, headers: &[(&str, f64)], styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_row_height(0, TITLE)?;
    sheet.set_row_height(1, LINE)?;
    sheet.set_row_height(2, LINE)?;
    sheet.write_string_with_format(0, 0, title, &styles.heading)?;
    sheet.write_string(1, 0, "Counts of the worksheet Findings.")?;
    for (column, (header, width)) in (0..).zip(headers) {
        sheet.set_column_width(column, *width)?;
        let number = matches!(*header, "Findings" | "Concerns" | "Errors" | "Warnings" | "Notes" | "All");
        let format = styles.header.clone().set_align(if number { FormatAlign::Right } else { FormatAlign::Left });
        sheet.write_string_with_format(2, column, *header, &format)?;
    }
    Ok(())
}

/// The findings as csv, concerns first: `severity, code, problem, workbook, sheet, cell, unit, question, found,
/// expected, hint`.
///
/// A text that a spreadsheet program would take for a formula gets an apostrophe before it; everything else stands as
/// it was found.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn findings_csv(findings: &[Finding]) -> Result<Vec<u8>> {
    let fail = |error: String| Error::data("the findings cannot be written as csv").found(error);
    let mut sorted = findings.to_vec();
    finding::sort(&mut sorted);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "severity", "code", "problem", "workbook", "sheet", "cell", "unit", "question", "found", "expected", "hint",
        ])
        .map_err(|e| fail(e.to_string()))?;
    for finding in &sorted {
        let place = &finding.place;
        let severity = finding.severity.to_string();
        let record = [
            &severity,
            &finding.code,
            &finding.problem,
            &place.file,
            &place.sheet,
            &place.cell,
            &place.unit,
            &place.question,
            &finding.found,
            &finding.expected,
            &finding.hint,
        ];
        writer.write_record(record.map(|text| harmless(text).into_owned())).map_err(|e| fail(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| fail(e.to_string()))
}

/// Text that no spreadsheet program takes for a formula when it opens a csv file.
pub(crate) fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.len() > 1;
    if formula && text.parse::<f64>().is_err() { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;

    fn at(cell: &str, sheet: &str) -> Finding {
        let mut place = Place::file("ward-07.xlsx").sheet(sheet);
        place.cell = cell.to_owned();
        Finding { code: "R012".to_owned(), ..Finding::new("F001", place) }
    }

    #[test]
    fn links_lead_to_the_cell_and_nowhere_else() {
        assert_eq!(
            address("../returns", &at("D14", "Cases")).as_deref(),
            Some("file:///../returns/ward-07.xlsx#'Cases'!D14")
        );
        assert_eq!(
            address("../returns/", &at("14", "It's")).as_deref(),
            Some("file:///../returns/ward-07.xlsx#'It''s'!A14")
        );
        assert_eq!(address("r", &at("", "")).as_deref(), Some("file:///r/ward-07.xlsx"));
        assert_eq!(address("r", &at("A1!B2", "Cases")), None);
        assert_eq!(address("r", &Finding { code: "F001".to_owned(), ..at("B2", "Frame") }), None);
    }

    #[test]
    fn csv_holds_no_formula() {
        assert_eq!(harmless("=cmd|'/c calc'!A0"), "'=cmd|'/c calc'!A0");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("-3.5"), "-3.5");
        assert_eq!(harmless("-"), "-");
        assert_eq!(harmless("yes (verbal)"), "yes (verbal)");
    }
}
