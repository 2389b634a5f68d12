//! The pipeline file: which study, from which frame, drawn how, weighed how, compared with what.
//!
//! Paths in the file count from the file's own folder. Every statistical choice has a name; the few defaults are printed
//! with the results like choices that were written out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::draw_design::{self, KeepChoice};
use super::fieldwork_choices::{CheckChoices, DispositionChoices, FieldworkChoices};
use super::variant_choices::VariantChoice;
use super::version_choices::VersionChoice;
use super::{CompareChoices, KeyChoices, KeyEntryChoices, PackChoices, PaperChoices, WeighChoices};
use crate::draw::{Allocation, Method, Minimum};
use crate::error::{Error, Result};
use crate::frame::{self, ExclusionRule};
use crate::instrument::{self, Instrument, parse_toml, underline};
use crate::returns::{DateOrder, Duplicates, Headed, Mapping, TickCodes};
use crate::statistics::Critical;

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
    /// What ties serials to people: how it is kept, and which other waves it is linked with.
    #[serde(default)]
    pub key: KeyChoices,
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
    /// How units are said to have ended.
    #[serde(default)]
    pub dispositions: DispositionChoices,
    /// What asks for an explanation.
    #[serde(default)]
    pub checks: CheckChoices,
    /// When fieldwork opens and closes.
    #[serde(default)]
    pub fieldwork: FieldworkChoices,
    /// What framework the evidence is laid out by.
    pub evidence: Option<EvidenceChoices>,
    /// What is published, and where.
    pub publish: PublishChoices,
    /// The results for one team at a time.
    pub packs: Option<PackChoices>,
    /// What a pilot makes its answers up from.
    #[serde(default)]
    pub pilot: PilotChoices,
    /// The path of the file itself.
    #[serde(skip)]
    pub path: PathBuf,
    /// The text of the file, for messages.
    #[serde(skip)]
    pub text: String,
    /// Whether the answers are made up, by a pilot: then neither draw nor forms are kept, and every file says it in its name.
    #[serde(skip)]
    pub made_up: bool,
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
    /// Rows to leave out of the population: a condition over the columns, or `[[frame.exclude]]` with a reason and a rule
    /// each, of which the first that holds counts a unit.
    #[serde(default, deserialize_with = "frame::deserialize_rules")]
    pub exclude: Vec<ExclusionRule>,
}

impl FrameSource {
    /// The heading of a column: the one given, else the column's name with blanks.
    pub fn label(&self, column: &str) -> String {
        self.labels.get(column).cloned().unwrap_or_else(|| column.replace('_', " "))
    }
}

/// `[draw]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawChoices {
    /// The text from which the random numbers follow.
    pub seed: Option<String>,
    /// Units in the main sample.
    pub size: Spanned<usize>,
    /// How units are selected within a stratum: simple or systematic.
    pub method: Option<Spanned<Method>>,
    /// The columns by which the list is sorted for a systematic selection; the identifiers if not said.
    #[serde(default)]
    pub sort: Vec<Spanned<String>>,
    /// Refused: clusters are drawn by the command only, as are what follows from them and from measures of size.
    pub clusters: Option<Spanned<toml::Value>>,
    /// Refused, as `clusters` is.
    pub per_cluster: Option<Spanned<toml::Value>>,
    /// Refused, as `clusters` is.
    pub measure: Option<Spanned<toml::Value>>,
    /// How the sample is shared among the strata.
    #[serde(default)]
    pub allocation: Allocation,
    /// Fewest units per stratum.
    #[serde(default)]
    pub minimum: usize,
    /// Most units per stratum.
    pub maximum: Option<usize>,
    /// Strata of at most so many units are taken whole.
    #[serde(default)]
    pub take_all: usize,
    /// Strata that are taken whole whatever their size.
    #[serde(default)]
    pub certain: Vec<String>,
    /// The exponent of the power allocation.
    #[serde(default = "default_exponent")]
    pub exponent: f64,
    /// The standard deviation in every stratum, for the Neyman allocation.
    #[serde(default)]
    pub deviations: BTreeMap<String, f64>,
    /// The numbers of the fixed allocation.
    #[serde(default)]
    pub fixed: BTreeMap<String, usize>,
    /// Fewest units of every level of a strata column, by column: a number, or one for each level.
    #[serde(default)]
    pub minimums: BTreeMap<Spanned<String>, Minimum>,
    /// Where on the circle of random numbers to begin, from 0 to 1.
    #[serde(default)]
    pub shift: f64,
    /// The sample files of earlier waves whose people are not drawn again.
    #[serde(default)]
    pub avoid: Vec<Spanned<PathBuf>>,
    /// The sample file of an earlier wave whose main sample is drawn again.
    pub keep: Option<Spanned<KeepChoice>>,
    /// Reserve units in all, shared out over strata as the sample is, in the order in which they are to be used.
    #[serde(default)]
    pub reserve: usize,
    /// The release log: which units could not be used, and which reserves were put to use; see [`crate::draw::release`].
    pub releases: Option<PathBuf>,
}

fn default_exponent() -> f64 {
    0.5
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
    /// How many files of the sample all readers read, before they begin with their own.
    #[serde(default)]
    pub training: usize,
    /// Rows that stand ready for each unit on the sheet of a repeat; five if not said.
    #[serde(default)]
    pub repeat_rows: u32,
    /// The languages that workbooks are issued in beside the instrument's own, each a workbook more for every batch.
    #[serde(default)]
    pub languages: Vec<Spanned<String>>,
    /// The readers of a file audit.
    #[serde(default, rename = "reader")]
    pub readers: Vec<Reader>,
    /// The waves of a survey's mailing, in their order.
    #[serde(default, rename = "wave")]
    pub waves: Vec<Wave>,
    /// The forms on paper; none if not said.
    pub paper: Option<PaperChoices>,
    /// The workbooks into which forms on paper are keyed; none if not said.
    pub key_entry: Option<KeyEntryChoices>,
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
            training: 0,
            repeat_rows: 0,
            languages: Vec::new(),
            readers: Vec::new(),
            waves: Vec::new(),
            paper: None,
            key_entry: None,
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

/// `[[issue.wave]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// What it is called, in lists and tables.
    pub name: String,
    /// The day on which it goes out, as `2026-03-02`.
    pub date: String,
    /// Who is written to.
    #[serde(default)]
    pub to: WaveTo,
}

/// Whom a wave of mailing goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaveTo {
    /// An equal part of the sample: everybody is in one of these waves.
    #[default]
    Part,
    /// The whole sample.
    All,
}

/// `[pilot]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PilotChoices {
    /// The output folder of an earlier run, or its estimates.csv: where made-up answers take their shares from.
    pub previous: Option<PathBuf>,
    /// The share of those drawn who are expected to reply.
    pub response_rate: Option<f64>,
    /// The share in single strata, where it is known to differ.
    pub response: BTreeMap<String, f64>,
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
    /// The only sheet with answers, where spreadsheets are not those that were issued.
    pub sheet: Option<String>,
    /// The row of headings in it, counted from one; found by its headings if not said.
    pub header_row: Option<u32>,
    /// Headings in words of their own, by question id, `id/code`, `serial`, `id` or `reader`.
    #[serde(default)]
    pub columns: BTreeMap<String, Headed>,
    /// What stands in tick columns that hold codes.
    #[serde(default)]
    pub ticks: TickCodes,
    /// How it is told which form somebody filled in, where the instrument has an easy-read form.
    pub variant: Option<Spanned<VariantChoice>>,
    /// Which version of the form returns are that do not say it themselves; the first that holds.
    #[serde(default, rename = "version")]
    pub versions: Vec<Spanned<VersionChoice>>,
}

impl ReturnChoices {
    /// Where answers stand in spreadsheets that are headed in words of their own.
    pub fn mapping(&self) -> Mapping {
        Mapping { sheet: self.sheet.clone(), header_row: self.header_row, columns: self.columns.clone() }
    }
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
    /// Fewest people behind a response of a group that are shown; 0 shows all.
    #[serde(default)]
    pub suppress_cells_below: usize,
    /// Fewest people that share what the data file of answers tells of a person: stratum and groups.
    #[serde(default = "default_micro")]
    pub micro_below: usize,
    /// Bases are shown to the nearest multiple of this.
    #[serde(default = "default_rounding")]
    pub round_bases: usize,
    /// Weighted bases are shown to the nearest multiple of this.
    #[serde(default = "default_rounding")]
    pub round_people: usize,
    /// The margin of the guide's rule, in points.
    #[serde(default = "default_rule")]
    pub rule: f64,
}

fn default_suppression() -> usize {
    5
}

fn default_micro() -> usize {
    3
}

fn default_rounding() -> usize {
    1
}

fn default_rule() -> f64 {
    10.0
}

/// Rows of a repeat that may stand ready for one unit.
const MOST_REPEAT_ROWS: u32 = 200;

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
    /// The name of an output, which says where the answers are made up: `charts/q1.svg`, `charts/made-up-q1.svg`.
    pub(super) fn output(&self, name: &str) -> String {
        match name.rsplit_once('/') {
            _ if !self.made_up => name.to_owned(),
            Some((folder, file)) => format!("{folder}/{}{file}", super::pilot::MADE_UP),
            None => format!("{}{name}", super::pilot::MADE_UP),
        }
    }

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
        self.examine_lists()?;
        if *self.draw.size.get_ref() == 0 {
            return Err(self.fault(self.draw.size.span(), "a sample of nobody", "zero").expected("at least one"));
        }
        draw_design::examine(self)?;
        super::vault::recipients(self)?;
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
        if self.publish.round_bases == 0 || self.publish.round_people == 0 {
            return Err(Error::definition(&self.path, "a base cannot be rounded to multiples of nothing")
                .expected("round_bases and round_people under [publish] of at least 1, such as 5 and 10"));
        }
        if self.issue.batch_size == 0 {
            return Err(Error::definition(&self.path, "batch_size under [issue] is zero").expected("at least one"));
        }
        if self.issue.repeat_rows > MOST_REPEAT_ROWS {
            return Err(self
                .fault_at_key("repeat_rows", "so many rows cannot stand ready for each unit", "too many")
                .found(self.issue.repeat_rows.to_string())
                .expected(format!("at most {MOST_REPEAT_ROWS}, as many as a form may ask for itself")));
        }
        if self.issue.training > 0 && self.issue.readers.len() < 2 {
            return Err(self
                .fault_at_key("training", "a training batch needs several readers", "read by all readers")
                .found(format!("{} under [[issue.reader]]", self.issue.readers.len()))
                .expected("at least two readers"));
        }
        self.examine_waves()?;
        self.examine_paper()?;
        self.examine_fieldwork()?;
        self.examine_packs()?;
        if let Some(funnel) = self.compare.funnel.as_ref().filter(|funnel| *funnel.least.get_ref() == 0) {
            return Err(self
                .fault(funnel.least.span(), "a funnel of no groups", "zero")
                .expected("the fewest groups that make a funnel, such as least = 10"));
        }
        choice("the confidence level under [estimate]", self.estimate.level, 0.0, 1.0)?;
        if let Some(banner) = &self.compare.banner {
            choice("level under [compare.banner]", banner.level, 0.0, 1.0)?;
        }
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

impl Definition {
    fn examine_waves(&self) -> Result<()> {
        let waves = &self.issue.waves;
        if let (Some(wave), false) = (waves.first(), self.issue.readers.is_empty()) {
            return Err(self
                .fault_at(&wave.name, "files that are read are not mailed", "a wave of mailing")
                .hint("take [[issue.wave]] out, or the readers"));
        }
        for (place, wave) in waves.iter().enumerate() {
            if chrono::NaiveDate::parse_from_str(&wave.date, "%Y-%m-%d").is_err() {
                return Err(self
                    .fault_at(&wave.date, "the date of a wave is not a day", "this date")
                    .expected("a day such as 2026-03-02"));
            }
            let name = wave.file_name();
            let twin = waves[..place].iter().any(|other| other.file_name() == name);
            if twin || !name.contains(char::is_alphanumeric) {
                let problem = if twin { "two waves have one name" } else { "a wave has no name" };
                return Err(self
                    .fault_at(&wave.name, problem, "this wave")
                    .hint("the names of waves name their mailing lists, where capital and small letters count alike"));
            }
        }
        Ok(())
    }
}

impl Wave {
    /// The name as part of a file's.
    pub(super) fn file_name(&self) -> String {
        super::fieldwork::file_name(&self.name).to_lowercase()
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
