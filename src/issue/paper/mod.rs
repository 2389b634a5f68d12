//! Paper: a form as a printed questionnaire, tagged for screen readers, made without any other program.
//!
//! The form is put into words for one language and one style ([`Style`]), set, and laid out once; then it is printed for
//! every respondent with the serial and a code on each page, as one file each, as a batch, or blank. The same form gives
//! the same bytes.
//!
//! | part | does |
//! | --- | --- |
//! | `content`, `routing`, `boxes` | what the form says: questions with their numbers, boxes, ways on |
//! | `phrases` | what a printed form says besides, by language |
//! | `face` | the fonts, measured |
//! | `set`, `cover`, `body`, `table` | parts as rows of marks |
//! | `sheet` | rows on pages |
//! | `page_code` | the code on every page |
//! | `pdf` | pages as tagged PDF |

use serde::{Deserialize, Serialize};

use crate::convert::Form;
use crate::error::{Error, Result};
use crate::finding::Finding;

mod body;
mod boxes;
mod condition;
mod content;
mod cover;
mod face;
mod page_code;
mod pdf;
mod phrases;
#[cfg(test)]
mod qr;
mod routing;
mod set;
mod sheet;
mod table;
#[cfg(test)]
mod tests;

pub use boxes::box_numbers;
pub use cover::Cover;
pub use page_code::PageCode;
pub use phrases::Phrases;

use sheet::{Node, Pages};

/// For whom a form is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Text of 12 points
    #[default]
    Standard,
    /// Text of 18 points, set anew for it
    LargePrint,
    /// The easier words of the instrument, in text of 16 points
    EasyRead,
}

impl Style {
    /// The name, as in definitions and files.
    pub fn name(self) -> &'static str {
        match self {
            Style::Standard => "standard",
            Style::LargePrint => "large-print",
            Style::EasyRead => "easy-read",
        }
    }

    /// The size of running text, in points; nothing on the form is smaller.
    pub(super) fn size(self) -> f32 {
        match self {
            Style::Standard => 12.0,
            Style::LargePrint => 18.0,
            Style::EasyRead => 16.0,
        }
    }
}

/// A form that is laid out and can be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Questionnaire {
    title: String,
    language: String,
    style: Style,
    instrument: String,
    version: String,
    pages: Pages,
    nodes: Vec<Node>,
    foot: Foot,
    losses: Vec<Finding>,
}

/// What stands at the foot of every page.
#[derive(Debug, Clone, PartialEq)]
struct Foot {
    /// With `{page}` and `{pages}` to be filled in.
    page: String,
    /// What stands before the serial.
    form_number: String,
}

/// Where the form of one respondent stands in a batch; pages from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRange {
    /// The respondent's serial.
    pub serial: String,
    /// The first page.
    pub first: usize,
    /// The last page.
    pub last: usize,
}

/// Lays out a form in one style and language (its own for none).
///
/// # Errors
/// When it is not translated whole, has no easier words though they are asked for, or holds letters that the fonts lack.
pub fn lay_out(
    form: &Form,
    style: Style,
    language: Option<&str>,
    cover: &Cover,
    phrases: &Phrases,
) -> Result<Questionnaire> {
    let content = content::content(form, style, language, phrases)?;
    if !content.parts.iter().any(content::Part::is_asked) {
        return Err(Error::data("the form asks nothing that could be printed").at(form.id.clone()));
    }
    cover.examine()?;
    let set = set::set(&content, cover, style, phrases)?;
    let title = if cover.title.is_empty() { content.title.clone() } else { cover.title.clone() };
    Ok(Questionnaire {
        title,
        language: content.language,
        style,
        instrument: form.id.clone(),
        version: form.version.clone(),
        pages: sheet::paginate(set.blocks),
        nodes: set.nodes,
        foot: Foot { page: phrases.get("page").to_owned(), form_number: phrases.get("form_number").to_owned() },
        losses: content.losses,
    })
}

/// The phrases of a language of a form, its own for none; `own` as for [`Phrases::of`].
///
/// # Errors
/// As [`Phrases::of`], and when the language's code cannot be told.
pub fn phrases(
    form: &Form,
    language: Option<&str>,
    own: Option<&std::collections::BTreeMap<String, String>>,
) -> Result<Phrases> {
    Phrases::of(&code(form, language)?, own)
}

/// The code of a language of a form, its own for none.
///
/// # Errors
/// When the name of the language does not say it.
pub fn code(form: &Form, language: Option<&str>) -> Result<String> {
    let own = form.language.as_deref().filter(|own| !own.is_empty()).unwrap_or("en");
    phrases::language_code(language.unwrap_or(own))
}

impl Questionnaire {
    /// The form as PDF: with a serial for one respondent, without as a blank master.
    ///
    /// # Errors
    /// When a page's code cannot be made, or the PDF would not be accessible.
    pub fn pdf(&self, serial: Option<&str>) -> Result<Vec<u8>> {
        pdf::write(self, &[serial]).map(|(bytes, _)| bytes)
    }

    /// The forms of several respondents in one PDF, each beginning on a sheet of its own when both sides are printed, with
    /// the pages of each.
    ///
    /// # Errors
    /// As [`Questionnaire::pdf`].
    pub fn batch(&self, serials: &[&str]) -> Result<(Vec<u8>, Vec<PageRange>)> {
        let all: Vec<Option<&str>> = serials.iter().map(|serial| Some(*serial)).collect();
        let (bytes, ranges) = pdf::write(self, &all)?;
        let range =
            |(serial, (first, last)): (&&str, (usize, usize))| PageRange { serial: (*serial).to_owned(), first, last };
        Ok((bytes, serials.iter().zip(ranges).map(range).collect()))
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.pages.pages.len()
    }

    /// What the form says and paper cannot.
    pub fn losses(&self) -> &[Finding] {
        &self.losses
    }
}
