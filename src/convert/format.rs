//! Which format a file is in, or is to be in.

use std::path::Path;

use super::{Form, Loaded, Written, ddi, dictionary, frictionless, limesurvey, list, native, redcap, xlsform};
use crate::error::{Error, Result};
use crate::issue::paper::{self, Cover, Style};
use crate::sheet::{self, Book, Limits};

/// A format in which instruments are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The native definition (.toml)
    Toml,
    /// XLSForm, for ODK, Kobo and others (.xlsx; also read from .xls and .ods)
    Xlsform,
    /// REDCap's data dictionary (.csv)
    Redcap,
    /// LimeSurvey's tab-separated survey structure (.txt, .tsv)
    Limesurvey,
    /// A plain list of questions (.csv, .xlsx); only read
    List,
    /// DDI-Codebook 2.5 (.xml); only written
    Ddi,
    /// Frictionless Table Schema (.json); only written
    TableSchema,
    /// A data dictionary for people (.xlsx, asked for by --to); only written
    Dictionary,
    /// A printed questionnaire (.pdf); only written
    Paper,
}

/// Reads a form, in the format given or else in the one that the file turns out to have.
///
/// # Errors
/// When the file cannot be read, or is in no format that is known.
pub fn read(path: &Path, format: Option<Format>) -> Result<Loaded> {
    let is_toml = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    match format {
        Some(Format::Toml) => return native::read(path),
        None if is_toml => return native::read(path),
        Some(format @ (Format::Ddi | Format::TableSchema | Format::Dictionary | Format::Paper)) => {
            return Err(Error::usage("this format is written, and not read").found(format!("--from {}", name(format))));
        }
        _ => {}
    }
    let book = sheet::read(path, &Limits::default())?;
    match format.or_else(|| recognise(&book)) {
        Some(Format::Xlsform) => xlsform::read(path, &book),
        Some(Format::Redcap) => redcap::read(path, &book),
        Some(Format::Limesurvey) => limesurvey::read(path, &book),
        _ => list::read(path, &book),
    }
}

/// Whose form a spreadsheet is, where its sheets or headings say so.
pub fn recognise(book: &Book) -> Option<Format> {
    if book.sheet("survey").is_some() {
        return Some(Format::Xlsform);
    }
    let first = book.sheets.first();
    let headings: Vec<String> = first
        .and_then(|sheet| sheet.rows().next())
        .map(|(_, cells)| cells.iter().map(|cell| cell.text()).collect())
        .unwrap_or_default();
    if redcap::is_dictionary(&headings) {
        Some(Format::Redcap)
    } else {
        limesurvey::is_structure(&headings).then_some(Format::Limesurvey)
    }
}

/// The format that the name of a file to be written stands for.
///
/// # Errors
/// When it stands for none, or for one that is not written.
pub fn of_name(path: &Path) -> Result<Format> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    Ok(match ending.as_str() {
        "toml" => Format::Toml,
        "xlsx" => Format::Xlsform,
        "csv" => Format::Redcap,
        "txt" | "tsv" => Format::Limesurvey,
        "xml" => Format::Ddi,
        "json" => Format::TableSchema,
        "pdf" => Format::Paper,
        "xls" => {
            return Err(Error::usage("the old binary workbook (.xls) is read, and not written")
                .at(path.display().to_string())
                .hint("write .xlsx, which ODK and Kobo read as well"));
        }
        _ => {
            return Err(Error::usage("the name does not say which format is wanted")
                .at(path.display().to_string())
                .expected(".toml, .xlsx (XLSForm), .csv (REDCap), .txt or .tsv (LimeSurvey), .xml (DDI), .json (Table Schema), .pdf (paper)")
                .hint("choose one of these endings, or add --to"));
        }
    })
}

/// Writes a form.
///
/// # Errors
/// When the format is only read, or cannot hold a text of the form.
pub fn write(form: &Form, format: Format) -> Result<Written> {
    match format {
        Format::Toml => Ok(Written { bytes: native::write(form).into_bytes(), losses: Vec::new() }),
        Format::Xlsform => xlsform::write(form),
        Format::Redcap => redcap::write(form),
        Format::Limesurvey => limesurvey::write(form),
        Format::Ddi => ddi::write(form),
        Format::TableSchema => frictionless::write(form),
        Format::Dictionary => dictionary::write(form),
        Format::Paper => {
            let phrases = paper::phrases(form, None, None)?;
            let printed = paper::lay_out(form, Style::Standard, None, &Cover::default(), &phrases)?;
            Ok(Written { bytes: printed.pdf(None)?, losses: printed.losses().to_vec() })
        }
        Format::List => {
            Err(Error::usage("a plain list of questions is read, and not written").hint("write .xlsx or .csv"))
        }
    }
}

fn name(format: Format) -> String {
    use clap::ValueEnum;
    format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
