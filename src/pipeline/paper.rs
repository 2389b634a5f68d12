//! The forms of a survey on paper, and the workbooks into which they are keyed when they come back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use serde::Deserialize;
use toml::Spanned;

use super::plan::Plan;
use super::{Definition, Sampling, fieldwork};
use crate::convert::{self, Form};
use crate::error::{Error, Result};
use crate::files::{Delivery, read_file, sha256_hex};
use crate::instrument::{Instrument, parse_toml};
use crate::issue::key_entry::{self, Entry};
use crate::issue::paper::{self, Cover, PageRange, Questionnaire, Style};

/// `[issue.paper]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperChoices {
    /// For whom forms are printed.
    #[serde(default = "standard")]
    pub styles: Vec<Style>,
    /// The languages, by their codes; all of the instrument if not said.
    pub languages: Option<Vec<Spanned<String>>>,
    /// Why it is asked; the instrument's introduction if not said.
    pub purpose: Option<Spanned<Words>>,
    /// What becomes of the answers.
    pub confidentiality: Option<Spanned<Words>>,
    /// Whom to ask for help: a role, never a name.
    pub contact: Option<Spanned<Words>>,
    /// The day until which the form should come back, as it is printed.
    pub return_by: Option<Spanned<Words>>,
    /// How and where it is sent back.
    pub return_to: Option<Spanned<Words>>,
    /// By the code of a language, the file with what the form says besides the questions.
    #[serde(default)]
    pub phrases: BTreeMap<String, PathBuf>,
}

fn standard() -> Vec<Style> {
    vec![Style::Standard]
}

/// `[issue.key_entry]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEntryChoices {
    /// Whether two clerks key every form, each into a workbook of their own.
    #[serde(default)]
    pub double: bool,
}

/// A text in the instrument's own language, or in several by their codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// In the instrument's own language.
    Own(String),
    /// By language.
    Each(BTreeMap<String, String>),
}

impl Definition {
    /// What does not hold about paper.
    pub(super) fn examine_paper(&self) -> Result<()> {
        let issue = &self.issue;
        if !issue.readers.is_empty() && (issue.paper.is_some() || issue.key_entry.is_some()) {
            return Err(Error::definition(&self.path, "files that are read are not sent out on paper")
                .found("[issue.paper] or [issue.key_entry] beside [[issue.reader]]")
                .hint("take one of them out; quorate convert INSTRUMENT FORM.pdf prints a blank form"));
        }
        Ok(())
    }

    /// A text in a language; nothing where none is given.
    fn words(&self, words: &Option<Spanned<Words>>, code: &str, own: bool) -> Result<String> {
        let Some(words) = words else { return Ok(String::new()) };
        let found = match words.get_ref() {
            Words::Own(text) => Some(text).filter(|_| own),
            Words::Each(texts) => texts.get(code),
        };
        found.cloned().ok_or_else(|| {
            self.fault(
                words.span(),
                format!("a form in the language \"{code}\" is printed, and this text is not in it"),
                "this text",
            )
            .expected(format!("{{ {code} = \"...\" }} beside the other languages"))
            .hint("or print fewer languages: languages = [\"en\"] under [issue.paper]")
        })
    }

    fn cover(&self, paper: &PaperChoices, code: &str, own: bool) -> Result<Cover> {
        // The study's own texts are in one language: other languages have the instrument's title.
        let plain = |text: &str| if own { text.to_owned() } else { String::new() };
        Ok(Cover {
            title: plain(&self.study.title),
            organisation: self.study.organisation.clone(),
            period: plain(&self.study.period),
            purpose: self.words(&paper.purpose, code, own)?,
            confidentiality: self.words(&paper.confidentiality, code, own)?,
            contact: self.words(&paper.contact, code, own)?,
            return_by: self.words(&paper.return_by, code, own)?,
            return_to: self.words(&paper.return_to, code, own)?,
        })
    }
}

/// A form in one language and style, with the name of its folder.
pub(super) struct Printed {
    folder: String,
    form: Questionnaire,
}

/// Lays out the forms that a pipeline asks for.
fn lay_out(definition: &Definition, paper: &PaperChoices) -> Result<Vec<Printed>> {
    let path = definition.resolve(definition.study.instrument.get_ref());
    let form = convert::read(&path, None)?.form;
    keyed_as_printed(definition, paper, &form)?;
    let mut names: Vec<Option<String>> = vec![None];
    names.extend(form.other_languages().into_iter().map(Some));
    let mut languages = Vec::new();
    for name in names {
        languages.push((paper::code(&form, name.as_deref())?, name));
    }
    if let Some(wanted) = &paper.languages {
        let known: Vec<&str> = languages.iter().map(|(code, _)| code.as_str()).collect();
        if let Some(unknown) = wanted.iter().find(|code| !known.contains(&code.get_ref().as_str())) {
            return Err(definition
                .fault(unknown.span(), "the instrument is not in this language", "this code")
                .expected(known.join(", ")));
        }
        languages.retain(|(code, _)| wanted.iter().any(|wanted| wanted.get_ref() == code));
    }
    let several = languages.len() > 1;
    let mut printed = Vec::new();
    for (code, name) in &languages {
        let own = match paper.phrases.get(code) {
            Some(file) => Some(parse_toml::<BTreeMap<String, String>>(&definition.resolve(file))?.0),
            None => None,
        };
        let phrases = paper::phrases(&form, name.as_deref(), own.as_ref())?;
        let cover = definition.cover(paper, code, name.is_none())?;
        for style in &paper.styles {
            let folder = if several { format!("{}-{code}", style.name()) } else { style.name().to_owned() };
            let form = paper::lay_out(&form, *style, name.as_deref(), &cover, &phrases)?;
            printed.push(Printed { folder, form });
        }
    }
    Ok(printed)
}

/// Lays out the forms that a pipeline asks for: before anything is written, so that what cannot be printed is said in time.
///
/// # Errors
/// When they cannot be printed.
pub(super) fn printed(definition: &Definition) -> Result<Vec<Printed>> {
    definition.issue.paper.as_ref().map_or_else(|| Ok(Vec::new()), |paper| lay_out(definition, paper))
}

/// Refuses what would be keyed wrong: a form in easier words has other boxes than the workbook into which it is keyed.
fn keyed_as_printed(definition: &Definition, paper: &PaperChoices, form: &Form) -> Result<()> {
    let other_boxes = |easy: &toml::Value| easy.get("scale").is_some();
    let item = form.items().into_iter().find(|item| item.own.get("easy_read").is_some_and(other_boxes));
    match item.filter(|_| definition.issue.key_entry.is_some() && paper.styles.contains(&Style::EasyRead)) {
        Some(item) => Err(Error::definition(&definition.path, "easy-read forms with other boxes cannot be keyed in")
            .found(format!("question \"{}\" has other boxes in easier words than on the standard form", item.id))
            .hint("take \"easy-read\" out of styles, or [issue.key_entry] out of the pipeline")),
        None => Ok(()),
    }
}

/// Writes the forms: blank, one file for each respondent, and one for each batch with the pages of every respondent in it.
/// What an earlier run wrote, and would be written again byte for byte, stays. Gives the names of the files.
pub(super) fn issue(
    printed: &[Printed],
    sampling: &Sampling,
    plan: &Plan,
    delivery: &mut Delivery,
) -> Result<Vec<String>> {
    let in_use = sampling.in_use();
    let mut files = Vec::new();
    for Printed { folder: style, form } in printed {
        let base = format!("issue/paper/{style}");
        let mut made = Made::of(form, &base, delivery);
        let name = format!("{base}/blank.pdf");
        if !made.is_there(&[&name], &[], delivery) {
            delivery.put(&name, &form.pdf(None)?)?;
        }
        for batch in &plan.batches {
            let serials: Vec<&str> = batch.units.iter().map(|&(place, _)| in_use[place].serial.as_str()).collect();
            let name = format!("{base}/{}", fieldwork::file_name(&batch.name));
            let (forms, pages) = (format!("{name}.pdf"), format!("{name}-pages.csv"));
            if !made.is_there(&[&forms, &pages], &serials, delivery) {
                let (bytes, ranges) = form.batch(&serials)?;
                delivery.put(&forms, &bytes)?;
                delivery.put(&pages, &page_index(&ranges)?)?;
            }
        }
        let name = |serial: &str| format!("{base}/forms/{serial}.pdf");
        let mut missing: Vec<&str> = Vec::new();
        for unit in &in_use {
            if !made.is_there(&[&name(&unit.serial)], &[&unit.serial], delivery) {
                missing.push(&unit.serial);
            }
        }
        let forms = missing.par_iter().map(|serial| form.pdf(Some(serial))).collect::<Result<Vec<_>>>()?;
        for (serial, bytes) in missing.iter().zip(&forms) {
            delivery.put(&name(serial), bytes)?;
        }
        files.extend(made.deliver(delivery)?);
    }
    Ok(files)
}

/// What is made from a form that is laid out: each file with its hash and that of what it was made from, so that the next run sees what
/// it need not make again.
struct Made {
    /// The list of the files.
    list: String,
    /// The hash of the form as it is laid out, and of the program.
    form: String,
    /// As an earlier run left it: by name the hash, and that of what the file was made from.
    before: BTreeMap<String, (String, String)>,
    /// In the order in which they are listed, each with what it is made from.
    files: Vec<(String, String)>,
}

impl Made {
    fn of(form: &Questionnaire, base: &str, delivery: &Delivery) -> Made {
        let list = format!("{base}/forms.csv");
        let before = read_file(&delivery.folder().join(&list)).unwrap_or_default();
        let mut reader = csv::Reader::from_reader(before.as_slice());
        let before = reader.records().flatten().filter(|row| row.len() == 3);
        let before = before.map(|row| (row[0].to_owned(), (row[1].to_owned(), row[2].to_owned()))).collect();
        let form = sha256_hex(format!("{} {form:?}", env!("CARGO_PKG_VERSION")).as_bytes());
        Made { list, form, before, files: Vec::new() }
    }

    /// Lists files that are made together for some respondents; whether all of them are there as they would be made.
    fn is_there(&mut self, names: &[&str], serials: &[&str], delivery: &Delivery) -> bool {
        let from = sha256_hex(format!("{} {}", self.form, serials.join(" ")).as_bytes());
        self.files.extend(names.iter().map(|name| ((*name).to_owned(), from.clone())));
        names.iter().all(|name| {
            let before = self.before.get(*name).filter(|(_, made_from)| *made_from == from);
            before.is_some_and(|(hash, _)| delivery.hash(name).is_ok_and(|found| found == *hash))
        })
    }

    /// Puts the list on its way; gives the names of all files.
    fn deliver(self, delivery: &mut Delivery) -> Result<Vec<String>> {
        let fault = |error: String| Error::data("the list of the forms cannot be written").found(error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["file", "sha256", "made_from"]).map_err(|error| fault(error.to_string()))?;
        for (name, from) in &self.files {
            let row = [name, &delivery.hash(name)?, from];
            writer.write_record(row).map_err(|error| fault(error.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|error| fault(error.to_string()))?;
        delivery.put(&self.list, &bytes)?;
        Ok(self.files.into_iter().map(|(name, _)| name).chain([self.list]).collect())
    }
}

/// Where each respondent's form stands in a batch.
fn page_index(ranges: &[PageRange]) -> Result<Vec<u8>> {
    let fault = |error: String| Error::data("the index of a batch of forms cannot be written").found(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["serial", "first_page", "last_page"]).map_err(|error| fault(error.to_string()))?;
    for range in ranges {
        let row = [range.serial.clone(), range.first.to_string(), range.last.to_string()];
        writer.write_record(&row).map_err(|error| fault(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| fault(error.to_string()))
}

/// Writes the key-entry workbooks, one for each batch or two where forms are keyed twice. Gives the names of the files.
pub(super) fn key_entry(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    plan: &Plan,
    delivery: &mut Delivery,
) -> Result<Vec<String>> {
    let Some(choices) = &definition.issue.key_entry else { return Ok(Vec::new()) };
    let entries: &[(Entry, &str)] = match choices.double {
        true => &[(Entry::First, "-first"), (Entry::Second, "-second")],
        false => &[(Entry::Only, "")],
    };
    let serials: Vec<String> = sampling.in_use().iter().map(|unit| unit.serial.clone()).collect();
    let mut files = Vec::new();
    for planned in &plan.batches {
        let batch = fieldwork::batch(definition, instrument, sampling, plan, planned);
        for (entry, end) in entries {
            let name = format!("issue/key-entry/{}{end}.xlsx", fieldwork::file_name(&planned.name));
            delivery.put(&name, &key_entry::workbook(instrument, &batch, &serials, *entry)?)?;
            files.push(name);
        }
    }
    Ok(files)
}
