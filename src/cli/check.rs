//! `quorate check`: what is wrong in instruments, pipelines, benchmarks, frameworks, frames and workbooks.

use std::path::{Path, PathBuf};

use super::{Common, Format, Outcome, Rows, Talk, write_rows, write_text};
use crate::error::{Error, Result};
use crate::files::read_file;
use crate::finding::{Finding, Place, Severity};
use crate::frame::{Frame, Reading};
use crate::sheet::{self, Limits};
use crate::{benchmark, convert, evaluation, evidence, instrument, issue, pipeline, plan, workbook};

/// The arguments of `quorate check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Instruments, pipelines, benchmarks and frameworks (.toml); frames, returned and published workbooks
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The pipeline whose returns the workbooks are
    #[arg(long, value_name = "PIPELINE")]
    pipeline: Option<PathBuf>,
    /// The files are frames with this column of identifiers
    #[arg(long, value_name = "COL", conflicts_with = "pipeline")]
    id: Option<String>,
    /// Give no hints on how questions are put
    #[arg(long)]
    no_hints: bool,
    /// The columns of the frame whose values make the strata
    #[arg(long, value_name = "COL,...", value_delimiter = ',', requires = "id")]
    strata: Vec<String>,
}

/// Runs `quorate check`. A file that cannot be read at all is an error, but the others are still checked.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let mut findings = Vec::new();
    let mut failed: Option<Error> = None;
    for file in &args.files {
        match check(file, &args, talk) {
            Ok((what, found)) => {
                talk.say(format!("{}: {what}, {} findings", file.display(), found.len()));
                findings.extend(found);
            }
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    talk.error(&earlier);
                }
            }
        }
    }
    crate::finding::sort(&mut findings);
    if common.format() == Format::Table {
        let text: String = findings.iter().map(|finding| format!("{finding}\n\n")).collect();
        write_text(&text, common)?;
    } else {
        write_rows(&rows(&findings), common)?;
    }
    match failed {
        Some(error) => Err(error),
        None if findings.iter().any(|finding| finding.severity >= Severity::Error) => Ok(Outcome::Findings),
        None => Ok(Outcome::Done),
    }
}

/// Findings as rows.
pub(super) fn rows(findings: &[Finding]) -> Rows {
    let columns =
        ["severity", "code", "problem", "file", "sheet", "cell", "unit", "question", "found", "expected", "hint"];
    let mut rows = Rows::new(&columns);
    for finding in findings {
        let place = &finding.place;
        rows.rows.push(vec![
            finding.severity.to_string().into(),
            finding.code.as_str().into(),
            finding.problem.as_str().into(),
            place.file.as_str().into(),
            place.sheet.as_str().into(),
            place.cell.as_str().into(),
            place.unit.as_str().into(),
            place.question.as_str().into(),
            finding.found.as_str().into(),
            finding.expected.as_str().into(),
            finding.hint.as_str().into(),
        ]);
    }
    rows
}

/// What the file is, and what is wrong with it.
fn check(file: &Path, args: &Args, talk: &Talk) -> Result<(&'static str, Vec<Finding>)> {
    if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        return check_definition(file, args, talk);
    }
    if let Some(id) = &args.id {
        let reading = Reading { id: id.clone(), strata: args.strata.clone(), ..Reading::default() };
        return Ok(("a frame", Frame::read(file, &reading)?.findings));
    }
    if let Some(pipeline) = &args.pipeline {
        let definition = pipeline::read(pipeline)?;
        return Ok(("a returned workbook", pipeline::check_return(&definition, file)?));
    }
    if is_benchmark_csv(file)? {
        return check_benchmark(file);
    }
    let book = sheet::read(file, &Limits::default())?;
    if let Some(format) = convert::recognise(&book) {
        let loaded = convert::read(file, Some(format))?;
        let mut findings = loaded.losses;
        // Of a form that is wrong itself, what a study makes of it is no question.
        if findings.iter().all(|finding| finding.severity < Severity::Error) {
            findings.extend(convert::beyond_a_study_in(&loaded.form));
        }
        findings.extend(about_the_form(&loaded.form, args));
        let what = match format {
            convert::Format::Redcap => "a data dictionary of REDCap",
            convert::Format::Limesurvey => "a survey structure of LimeSurvey",
            _ => "an XLSForm",
        };
        return Ok((what, findings));
    }
    if matches!(book.format, sheet::Format::Delimited(_)) {
        return Err(Error::usage("a text file can be a frame or a return, and must be said to be one")
            .at(file.display().to_string())
            .hint(
                "add --id with the column of identifiers for a frame, or --pipeline with the study of a return; \
                 a list of questions becomes an instrument by quorate convert",
            ));
    }
    if issue::is_return(&book) {
        return Err(Error::usage("a returned workbook can only be checked beside its study")
            .at(file.display().to_string())
            .hint("add --pipeline with the study's pipeline file"));
    }
    let (style, findings) = workbook::judge(file)?;
    Ok((style.words(), findings))
}

/// What a pack leaves out of a published workbook is worth knowing.
fn check_benchmark(file: &Path) -> Result<(&'static str, Vec<Finding>)> {
    let pack = benchmark::read(file)?;
    let left_out = pack.left_out.iter().map(|(mark, cells)| {
        Finding::new("B001", Place::file(file.display().to_string())).found(format!("{mark} in {cells} cells"))
    });
    Ok(("a benchmark pack", left_out.collect()))
}

/// A benchmark pack may be a csv file, known by the headings that every pack has.
fn is_benchmark_csv(file: &Path) -> Result<bool> {
    if !file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
        return Ok(false);
    }
    let bytes = read_file(file)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let Ok(headings) = reader.headers() else { return Ok(false) };
    Ok(["id", "label", "value", "source"].iter().all(|name| headings.iter().any(|heading| heading == *name)))
}

/// Definitions are told apart by their first table.
fn check_definition(file: &Path, args: &Args, talk: &Talk) -> Result<(&'static str, Vec<Finding>)> {
    let text = String::from_utf8_lossy(&read_file(file)?).into_owned();
    let has = |table: &str| text.lines().any(|line| line.trim() == format!("[{table}]"));
    if has("study") {
        Ok(("a pipeline", pipeline::check(&pipeline::read(file)?)?))
    } else if has("benchmark") {
        check_benchmark(file)
    } else if has("framework") {
        evidence::framework::read(file).map(|_| ("a framework", Vec::new()))
    } else if has("evaluation") {
        evaluation::gather(file).map(|gathered| ("an evaluation", gathered.findings))
    } else if has("plan") {
        Ok(("an improvement plan", plan::check(file)?))
    } else if has("mapping") {
        evidence::framework::mapping::read(file).map(|_| ("a mapping of frameworks", Vec::new()))
    } else if has("instrument") {
        check_instrument(file, &text, args, talk)
    } else {
        Err(Error::definition(file, "this is no definition that the program knows")
            .expected("a file with [instrument], [study], [benchmark], [framework], [mapping], [evaluation] or [plan]"))
    }
}

/// Every fault of an instrument is shown in its line; then what a study cannot ask, and hints.
fn check_instrument(file: &Path, text: &str, args: &Args, talk: &Talk) -> Result<(&'static str, Vec<Finding>)> {
    let mut examined = instrument::examine(file, text)?;
    if let Some(last) = examined.faults.pop() {
        for fault in &examined.faults {
            talk.error(fault);
        }
        return Err(last);
    }
    let form = convert::read_native(file, text)?.form;
    let name = file.display().to_string();
    let mut findings = convert::beyond_a_study(&examined, |line| Place { cell: format!("line {line}"), ..Place::file(&name) });
    findings.extend(convert::references(&form));
    findings.extend(about_the_form(&form, args));
    Ok(("an instrument", findings))
}

/// What is said of a form in any format.
fn about_the_form(form: &convert::Form, args: &Args) -> Vec<Finding> {
    let mut findings = convert::translations(form);
    if !args.no_hints {
        findings.extend(convert::hints(form));
    }
    findings
}
