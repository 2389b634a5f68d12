//! The pipeline file: which study, from which frame, drawn how, weighed how, compared with what.
//!
//! Paths in the file count from the file's own folder. Every statistical choice has a name; the few defaults are printed
//! with the results like choices that were written out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::draw::Allocation;
use crate::error::{Error, Result};
use crate::estimate::Basis;
use crate::instrument::{self, Instrument, parse_toml, underline};
use crate::returns::{DateOrder, Duplicates};
use crate::statistics::Critical;
use crate::weights::SingleAnswer;

/// A pipeline file as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What the study is.
    pub study: Study,
    /// Where the frame is.
    pub frame: FrameSource,
    /// How the sample is drawn.
    pub draw: DrawChoices,
    /// How forms go out.
    #[serde(default)]
    pub issue: IssueChoices,
    /// Where returns come in.
    pub returns: ReturnChoices,
    /// How answers are weighted.
    pub weigh: WeighChoices,
    /// How estimates are made.
    #[serde(default)]
    pub estimate: EstimateChoices,
    /// What they are compared with.
    #[serde(default)]
    pub compare: CompareChoices,
    /// What framework the evidence is laid out by.
    pub evidence: Option<EvidenceChoices>,
    /// What is published, and where.
    pub publish: PublishChoices,
    /// The path of the file itself.
    #[serde(skip)]
    pub path: PathBuf,
    /// The text of the file, for messages.
    #[serde(skip)]
    pub text: String,
}

/// `[study]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Short name; part of the tokens in return workbooks.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// Who the study is for.
    pub organisation: String,
    /// When fieldwork took place, in words.
    #[serde(default)]
    pub period: String,
    /// What to know before anything else.
    pub notice: Option<String>,
    /// The instrument file.
    pub instrument: Spanned<PathBuf>,
}

/// `[frame]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameSource {
    /// csv, xlsx, xls, xlsb, ods or parquet.
    pub file: Spanned<PathBuf>,
    /// The sheet; the first visible one if not said.
    pub sheet: Option<String>,
    /// The column of identifiers.
    pub id: String,
    /// The columns whose values together make the strata; one stratum if empty.
    #[serde(default)]
    pub strata: Vec<String>,
    /// The columns by which results are shown.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Headings for the group columns; the column's name if not said.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The values that a column may have; others are findings.
    #[serde(default)]
    pub levels: BTreeMap<String, Vec<String>>,
    /// Rows to leave out of the population, as an expression over the columns.
    pub exclude: Option<Spanned<String>>,
}

/// `[draw]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawChoices {
    /// The text from which the random numbers follow.
    pub seed: Option<String>,
    /// Units in the main sample.
    pub size: Spanned<usize>,
    /// How the sample is shared among the strata.
    #[serde(default)]
    pub allocation: Allocation,
    /// Fewest units per stratum.
    #[serde(default)]
    pub minimum: usize,
    /// Reserve units in all, shared out over strata as the sample is, in the order in which they are to be used.
    #[serde(default)]
    pub reserve: usize,
    /// How many reserves of each stratum have been put to use: they belong to the sample from then on.
    #[serde(default)]
    pub released: BTreeMap<String, usize>,
}

/// `[issue]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueChoices {
    /// Forms per workbook in a survey.
    #[serde(default = "default_batch")]
    pub batch_size: usize,
    /// The frame columns that the mailing list carries beside the serial; no list if empty.
    #[serde(default)]
    pub mailing: Vec<String>,
    /// The frame columns shown to a reader beside the file number.
    #[serde(default)]
    pub context: Vec<String>,
    /// Whom to tell at once about a concern, as it stands in the workbooks: a role, never a name.
    #[serde(default)]
    pub contact: String,
    /// The frame column of the team that worked on a file.
    pub team: Option<String>,
    /// The share of files read twice.
    #[serde(default)]
    pub read_twice: f64,
    /// The readers of a file audit.
    #[serde(default, rename = "reader")]
    pub readers: Vec<Reader>,
}

impl Default for IssueChoices {
    fn default() -> Self {
        IssueChoices {
            batch_size: default_batch(),
            mailing: Vec::new(),
            context: Vec::new(),
            contact: String::new(),
            team: None,
            read_twice: 0.0,
            readers: Vec::new(),
        }
    }
}

fn default_batch() -> usize {
    50
}

/// `[[issue.reader]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// The reader's code, which stands for the person in all files.
    pub code: String,
    /// The reader's own team, whose files they do not read.
    pub team: Option<String>,
    /// Most readings that they can do.
    pub capacity: Option<usize>,
}

/// `[returns]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnChoices {
    /// The folder with the returned spreadsheets.
    pub folder: PathBuf,
    /// Which of several returns for one unit counts.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// Which number is the day in dates such as `03/04/2026`.
    #[serde(default)]
    pub dates: DateOrder,
}

/// `[weigh]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighChoices {
    /// Which answers the weights add up over.
    pub basis: Basis,
    /// What becomes of a stratum with a single answer.
    #[serde(default)]
    pub single: SingleAnswer,
}

/// `[estimate]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EstimateChoices {
    /// The interval for shares.
    pub interval: String,
    /// Confidence level.
    pub level: f64,
    /// What the standard error is multiplied with.
    pub critical: CriticalChoice,
}

impl Default for EstimateChoices {
    fn default() -> Self {
        EstimateChoices { interval: "wilson".to_owned(), level: 0.95, critical: CriticalChoice::default() }
    }
}

/// What the standard error is multiplied with, as written.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum CriticalChoice {
    /// `"t"` (design degrees of freedom) or `"normal"`.
    Named(CriticalName),
    /// A fixed value, such as 1.96.
    Fixed(f64),
}

/// The distributions that a critical value can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CriticalName {
    /// Student's t with the design's degrees of freedom.
    T,
    /// The normal distribution.
    Normal,
}

impl Default for CriticalChoice {
    fn default() -> Self {
        CriticalChoice::Named(CriticalName::T)
    }
}

impl CriticalChoice {
    /// The choice at a confidence level.
    pub fn at(self, level: f64) -> Critical {
        match self {
            CriticalChoice::Named(CriticalName::T) => Critical::T(level),
            CriticalChoice::Named(CriticalName::Normal) => Critical::Normal(level),
            CriticalChoice::Fixed(value) => Critical::Fixed(value),
        }
    }
}

/// `[compare]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareChoices {
    /// Benchmark files, in the order in which they are shown.
    #[serde(default)]
    pub benchmarks: Vec<PathBuf>,
    /// The figures that a question compares with, by the question's id, in place of those that the instrument names.
    #[serde(default)]
    pub figures: BTreeMap<String, Vec<String>>,
}

/// `[evidence]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceChoices {
    /// The framework file with the quality indicators.
    pub framework: PathBuf,
}

/// `[publish]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishChoices {
    /// The output folder.
    pub folder: PathBuf,
    /// Fewest answers that are shown.
    #[serde(default = "default_suppression")]
    pub suppress_below: usize,
    /// The margin of the guide's rule, in points.
    #[serde(default = "default_rule")]
    pub rule: f64,
}

fn default_suppression() -> usize {
    5
}

fn default_rule() -> f64 {
    10.0
}

/// Reads a pipeline file.
///
/// # Errors
/// When it cannot be read or says what cannot be; the line is underlined where there is one.
pub fn read(path: &Path) -> Result<Definition> {
    let (mut definition, text) = parse_toml::<Definition>(path)?;
    definition.path = path.to_owned();
    definition.text = text;
    definition.examine()?;
    Ok(definition)
}

impl Definition {
    /// A path of the file, from the folder that the program runs in.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        normalise(&folder.join(path))
    }

    /// Reads the study's instrument.
    ///
    /// # Errors
    /// As [`instrument::read`].
    pub fn instrument(&self) -> Result<Instrument> {
        instrument::read(&self.resolve(self.study.instrument.get_ref()))
    }

    /// An error about a range of the file.
    pub fn fault(&self, span: std::ops::Range<usize>, problem: impl Into<String>, label: impl Into<String>) -> Error {
        underline(&self.path, &self.text, span, problem, label)
    }

    /// An error about the first place where `name` stands in quotes, or the file as a whole.
    pub fn fault_at(&self, name: &str, problem: impl Into<String>, label: impl Into<String>) -> Error {
        let quoted = format!("\"{name}\"");
        match self.text.find(&quoted) {
            Some(start) => self.fault(start..start + quoted.len(), problem, label),
            None => Error::definition(&self.path, problem).found(name),
        }
    }

    /// An error about the first line that begins with the key `name`, or the file as a whole.
    pub fn fault_at_key(&self, name: &str, problem: impl Into<String>, label: impl Into<String>) -> Error {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let key = line.trim_start();
            let bare = key.trim_start_matches('"');
            if bare.starts_with(name) && bare[name.len()..].trim_start_matches('"').trim_start().starts_with('=') {
                let at = start + line.len() - bare.len();
                return self.fault(at..at + name.len(), problem, label);
            }
            start += line.len();
        }
        Error::definition(&self.path, problem).found(name)
    }

    fn examine(&self) -> Result<()> {
        if *self.draw.size.get_ref() == 0 {
            return Err(self.fault(self.draw.size.span(), "a sample of nobody", "zero").expected("at least one"));
        }
        let choice = |what: &str, value: f64, low: f64, high: f64| {
            if value > low && value < high {
                Ok(())
            } else {
                Err(Error::definition(&self.path, format!("{what} is out of range"))
                    .found(value.to_string())
                    .expected(format!("a number between {low} and {high}")))
            }
        };
        let secret = |column: &&String| **column == self.frame.id || self.issue.mailing.contains(column);
        if let Some(column) = self.frame.groups.iter().chain(&self.frame.strata).find(secret) {
            return Err(self
                .fault_at(column, "results cannot be shown by what identifies people", "identifies people")
                .found(format!("{column:?} is the identifier, or goes on the mailing list"))
                .hint("take it out of groups and strata under [frame]"));
        }
        for (place, reader) in self.issue.readers.iter().enumerate() {
            let twin = |other: &&Reader| other.code.eq_ignore_ascii_case(&reader.code);
            if let Some(twin) = self.issue.readers[..place].iter().find(twin) {
                return Err(self
                    .fault_at(&reader.code, "two readers have one code", "the second one")
                    .found(format!("{:?} and {:?}", twin.code, reader.code))
                    .hint("codes name the readers' workbooks, where capital and small letters may count alike"));
            }
        }
        if self.issue.batch_size == 0 {
            return Err(Error::definition(&self.path, "batch_size under [issue] is zero").expected("at least one"));
        }
        choice("the confidence level under [estimate]", self.estimate.level, 0.0, 1.0)?;
        choice("the rule's margin under [publish]", self.publish.rule, 0.0, 100.0)?;
        if !(0.0..=1.0).contains(&self.issue.read_twice) {
            return Err(Error::definition(&self.path, "read_twice under [issue] is not a share")
                .found(self.issue.read_twice.to_string())
                .expected("a number from 0 to 1, such as 0.15"));
        }
        if let CriticalChoice::Fixed(value) = self.estimate.critical
            && !(value > 0.0 && value <= 10.0)
        {
            return Err(Error::definition(&self.path, "critical under [estimate] is out of range")
                .found(value.to_string())
                .expected("\"t\", \"normal\" or a number up to 10, such as 1.96"));
        }
        Ok(())
    }
}

/// Takes `x/..` out of a path, so that it reads well in messages and records.
pub(crate) fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}
