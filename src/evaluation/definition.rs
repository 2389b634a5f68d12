//! `evaluation.toml`: which framework and scope, who evaluates, which evidence, where the evaluation stands in its cycle.
//!
//! Paths in the file count from the file's own folder. People are roles and codes, never names. Dates are given by the
//! user: nothing here looks at a clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::evidence::{Bounds, Says};
use crate::error::{Error, Result};
use crate::evidence::framework::mapping;
use crate::evidence::{Framework, Mapping, framework};
use crate::instrument::{nearest, parse_toml, underline};

/// The folder, among the evaluators' folders, of what they agreed.
pub const AGREED: &str = "agreed";

/// An evaluation as defined.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What is evaluated, by which framework, and when.
    pub evaluation: Head,
    /// Who evaluates.
    #[serde(default, rename = "evaluator")]
    pub evaluators: Vec<Evaluator>,
    /// Registers kept by hand, and how old evidence may be.
    #[serde(default)]
    pub evidence: EvidenceChoices,
    /// Runs of surveys and audits whose results are evidence.
    #[serde(default, rename = "run")]
    pub runs: Vec<RunSource>,
    /// Published figures that are evidence.
    #[serde(default, rename = "figures")]
    pub figures: Vec<FigureSource>,
    /// The improvement plan that follows from it.
    pub plan: Option<PlanThatFollows>,
    /// The cycle that the evaluation belongs to.
    pub cycle: Option<Cycle>,
    /// What is done of the ten steps.
    #[serde(default, rename = "step")]
    pub steps: Vec<Ticked>,
    /// What is done of the lead evaluator's checklist.
    #[serde(default, rename = "check")]
    pub checks: Vec<Ticked>,
    /// Where the outputs go.
    pub publish: Publish,
    /// The path of the file itself.
    #[serde(skip)]
    pub path: PathBuf,
    /// The text of the file, for messages.
    #[serde(skip)]
    pub text: String,
}

/// `[evaluation]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Short name; part of what issued workbooks carry.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// Whose services are evaluated.
    pub organisation: String,
    /// The period, in words.
    #[serde(default)]
    pub period: String,
    /// What to know before anything else.
    pub notice: Option<String>,
    /// What kind of evaluation in the cycle.
    pub kind: Kind,
    /// The day at which evidence is looked at: age counts back from it.
    #[serde(deserialize_with = "day")]
    pub date: NaiveDate,
    /// The framework file.
    pub framework: Spanned<PathBuf>,
    /// A file that says where the framework's areas stand in other models.
    pub mapping: Option<PathBuf>,
    /// The areas and indicators looked at; all if empty.
    #[serde(default)]
    pub scope: Vec<Spanned<String>>,
    /// The folder of judgements.
    #[serde(default = "judgements")]
    pub judgements: PathBuf,
    /// The folder of returned workbooks.
    #[serde(default = "returned")]
    pub returned: PathBuf,
    /// Earlier evaluations, the earliest first.
    #[serde(default)]
    pub earlier: Vec<PathBuf>,
}

fn judgements() -> PathBuf {
    "judgements".into()
}

fn returned() -> PathBuf {
    "returned".into()
}

/// What kind of evaluation it is in the three-year cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A broad look at all areas, which begins a cycle.
    HighLevelScan,
    /// A detailed look at chosen areas.
    CloserLook,
    /// The yearly look at progress.
    StockTake,
    /// The review that closes a cycle.
    ClosingReview,
}

impl Kind {
    /// The words in reports.
    pub fn words(self) -> &'static str {
        match self {
            Kind::HighLevelScan => "High-level scan",
            Kind::CloserLook => "Closer look",
            Kind::StockTake => "Yearly stock-take",
            Kind::ClosingReview => "Closing review",
        }
    }
}

/// `[[evaluator]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluator {
    /// The code that names the evaluator's workbook and folder.
    pub code: String,
    /// The role, as printed.
    pub role: String,
    /// The part in the team.
    pub part: Part,
    /// The areas judged; all in scope if empty.
    #[serde(default)]
    pub areas: Vec<Spanned<String>>,
}

/// An evaluator's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The lead evaluator.
    Lead,
    /// A member of the team.
    Team,
    /// A peer reviewer from outside the team.
    Peer,
}

impl Part {
    /// The words in reports.
    pub fn words(self) -> &'static str {
        match self {
            Part::Lead => "lead evaluator",
            Part::Team => "team",
            Part::Peer => "peer reviewer",
        }
    }
}

/// `[evidence]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceChoices {
    /// Registers kept by hand: csv or a spreadsheet.
    pub registers: Vec<PathBuf>,
    /// Evidence older than this on the evaluation's day is stale.
    pub stale_after_months: u32,
    /// The margin within which a figure is firm, in points.
    pub rule: f64,
    /// A share points at a strength if its whole interval lies above this, in per cent.
    pub strength_above: f64,
    /// A share points at a weakness if its whole interval lies below this, in per cent.
    pub weakness_below: f64,
}

impl EvidenceChoices {
    /// From where on a share points at a strength or a weakness.
    pub(super) fn bounds(&self) -> Bounds {
        Bounds { strength_above: self.strength_above / 100.0, weakness_below: self.weakness_below / 100.0 }
    }
}

impl Default for EvidenceChoices {
    fn default() -> Self {
        EvidenceChoices {
            registers: Vec::new(),
            stale_after_months: 24,
            rule: 10.0,
            strength_above: 75.0,
            weakness_below: 50.0,
        }
    }
}

/// `[[run]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSource {
    /// The run's output folder.
    pub folder: Spanned<PathBuf>,
    /// The pipeline file that the run is made by, where `quorate run` is to make it before the evaluation.
    pub pipeline: Option<Spanned<PathBuf>>,
    /// When its fieldwork ended.
    #[serde(deserialize_with = "day")]
    pub date: NaiveDate,
    /// Who answers for it: a role.
    #[serde(default)]
    pub owner: String,
    /// What changed because of it, and how those asked were told.
    #[serde(default)]
    pub changed: String,
    /// The output folder of the run before, for the trend.
    pub earlier: Option<PathBuf>,
    /// The indicators that questions bear on, by question, in place of those that the instrument names.
    #[serde(default)]
    pub indicators: BTreeMap<String, Vec<Spanned<String>>>,
}

/// `[plan]`: the improvement plan that follows from the evaluation, and the report that `quorate run` makes of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanThatFollows {
    /// The plan's folder.
    pub folder: PathBuf,
    /// The day at which the report shows how the plan stands.
    #[serde(deserialize_with = "day")]
    pub as_at: NaiveDate,
    /// The day of the report before, to say what has changed since.
    #[serde(default, deserialize_with = "some_day")]
    pub since: Option<NaiveDate>,
    /// Where the report goes.
    pub report: PathBuf,
}

/// `[[figures]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureSource {
    /// A benchmark pack.
    pub pack: PathBuf,
    /// A pack to compare with.
    pub against: Option<PathBuf>,
    /// When the figures were current.
    #[serde(deserialize_with = "day")]
    pub date: NaiveDate,
    /// Who answers for them: a role.
    #[serde(default)]
    pub owner: String,
    /// The figures used, with what they bear on.
    #[serde(rename = "figure")]
    pub figures: Vec<FigureUse>,
}

/// `[[figures.figure]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureUse {
    /// The figure's id in the pack.
    pub id: Spanned<String>,
    /// The indicators it bears on.
    pub indicators: Vec<Spanned<String>>,
    /// The id of the figure to compare with.
    pub against: Option<Spanned<String>>,
    /// Which way it points, where somebody has judged that.
    #[serde(default)]
    pub says: Says,
}

/// `[cycle]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cycle {
    /// The day on which it began.
    #[serde(deserialize_with = "day")]
    pub starts: NaiveDate,
    /// How many years it lasts.
    #[serde(default = "three")]
    pub years: u32,
    /// What is planned in it, in order.
    #[serde(default, rename = "stage")]
    pub stages: Vec<CycleStage>,
}

fn three() -> u32 {
    3
}

/// `[[cycle.stage]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CycleStage {
    /// What kind of evaluation.
    pub kind: Kind,
    /// What it looks at, in words.
    #[serde(default)]
    pub about: String,
    /// When it is due.
    #[serde(deserialize_with = "day")]
    pub due: NaiveDate,
    /// When it was done.
    #[serde(default, deserialize_with = "some_day")]
    pub done: Option<NaiveDate>,
}

/// `[[step]]` and `[[check]]`: one line of a list, done.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticked {
    /// The line's number.
    pub number: Spanned<usize>,
    /// When it was done.
    #[serde(deserialize_with = "day")]
    pub done: NaiveDate,
    /// What was decided.
    #[serde(default)]
    pub note: String,
}

/// `[publish]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The output folder.
    pub folder: PathBuf,
}

/// A day written as TOML writes dates: `2026-06-30`.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<NaiveDate, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?;
    written
        .date
        .filter(|_| written.time.is_none())
        .and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
        .ok_or_else(|| serde::de::Error::custom("expected a day, such as 2026-06-30"))
}

pub(super) fn some_day<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<NaiveDate>, D::Error> {
    day(deserializer).map(Some)
}

/// Whether a TOML file defines an evaluation. A file that cannot be read as TOML does not: whoever reads it next says so.
pub fn defines_evaluation(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("evaluation"))
}

/// Reads an evaluation's definition, its framework and its mapping.
///
/// # Errors
/// When a file cannot be read or says what cannot be; the place is underlined.
pub fn read(path: &Path) -> Result<(Definition, Framework, Option<Mapping>)> {
    let (mut definition, text) = parse_toml::<Definition>(path)?;
    definition.path = path.to_owned();
    definition.text = text;
    let framework = framework::read(&definition.resolve(definition.evaluation.framework.get_ref()))?;
    definition.examine(&framework)?;
    let mapping = match &definition.evaluation.mapping {
        Some(file) => {
            let file = definition.resolve(file);
            let mapping = mapping::read(&file)?;
            mapping.fits(&file, &framework)?;
            Some(mapping)
        }
        None => None,
    };
    Ok((definition, framework, mapping))
}

impl Definition {
    /// A path of the file, from the folder that the program runs in.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        crate::pipeline::normalise(&self.path.parent().unwrap_or(Path::new("")).join(path))
    }

    /// An error about a range of the file.
    pub fn fault(&self, span: std::ops::Range<usize>, problem: impl Into<String>, label: impl Into<String>) -> Error {
        underline(&self.path, &self.text, span, problem, label)
    }

    /// Whether an area or indicator is in scope. An area is in scope if any of its indicators is.
    pub fn in_scope(&self, framework: &Framework, subject: &str) -> bool {
        let scope = &self.evaluation.scope;
        let named = |number: &str| scope.iter().any(|wanted| wanted.get_ref() == number);
        scope.is_empty()
            || named(subject)
            || framework.indicator(subject).is_some_and(|(area, _)| named(&area.number))
            || framework.area(subject).is_some_and(|area| area.indicators.iter().any(|i| named(&i.number)))
    }

    /// Whether an evaluator judges an area.
    pub fn judges(&self, framework: &Framework, evaluator: &Evaluator, area: &str) -> bool {
        self.in_scope(framework, area)
            && (evaluator.areas.is_empty() || evaluator.areas.iter().any(|wanted| wanted.get_ref() == area))
    }

    /// The evaluator with this code.
    pub fn evaluator(&self, code: &str) -> Option<&Evaluator> {
        self.evaluators.iter().find(|evaluator| evaluator.code == code)
    }

    fn examine(&self, framework: &Framework) -> Result<()> {
        let subjects: Vec<&str> = framework.subjects().collect();
        let areas: Vec<&str> = framework.areas.iter().map(|area| area.number.as_str()).collect();
        let indicators: Vec<&str> = framework.indicators().map(|(_, i)| i.number.as_str()).collect();
        self.known(&self.evaluation.scope, &subjects, "no such area or indicator")?;
        let mut codes: Vec<&str> = Vec::new();
        for evaluator in &self.evaluators {
            self.known(&evaluator.areas, &areas, "no such area")?;
            let code = evaluator.code.as_str();
            let plain = !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if !plain || code == AGREED {
                return Err(Error::definition(&self.path, "an evaluator's code cannot name a folder")
                    .found(format!("{code:?}"))
                    .expected(format!("letters, digits and hyphens, and not {AGREED:?}")));
            }
            if codes.iter().any(|known| known.eq_ignore_ascii_case(code)) {
                return Err(Error::definition(&self.path, "two evaluators have one code").found(code));
            }
            codes.push(code);
        }
        for source in &self.runs {
            for indicators_of in source.indicators.values() {
                self.known(indicators_of, &indicators, "no such indicator")?;
            }
        }
        if let Some(plan) = &self.plan
            && plan.since.is_some_and(|since| since >= plan.as_at)
        {
            return Err(Error::definition(&self.path, "since under [plan] is not before as_at")
                .expected("the day of the report before"));
        }
        for figure in self.figures.iter().flat_map(|source| &source.figures) {
            self.known(&figure.indicators, &indicators, "no such indicator")?;
        }
        for (ticks, lines) in [(&self.steps, super::cycle::STEPS.len()), (&self.checks, super::cycle::CHECKLIST.len())]
        {
            if let Some(tick) = ticks.iter().find(|tick| !(1..=lines).contains(tick.number.get_ref())) {
                return Err(self
                    .fault(tick.number.span(), "the list has no such line", "here")
                    .expected(format!("a number from 1 to {lines}")));
            }
        }
        if !(self.evidence.rule > 0.0 && self.evidence.rule < 100.0) {
            return Err(Error::definition(&self.path, "rule under [evidence] is no margin in points")
                .found(self.evidence.rule.to_string()));
        }
        let (weak, strong) = (self.evidence.weakness_below, self.evidence.strength_above);
        if !(weak >= 0.0 && weak <= strong && strong <= 100.0) {
            return Err(Error::definition(&self.path, "the bounds under [evidence] do not hold")
                .found(format!("weakness_below = {weak}, strength_above = {strong}"))
                .expected("per cent from 0 to 100, the first no more than the second"));
        }
        Ok(())
    }

    fn known(&self, named: &[Spanned<String>], known: &[&str], label: &str) -> Result<()> {
        let Some(stranger) = named.iter().find(|name| !known.contains(&name.get_ref().as_str())) else { return Ok(()) };
        let problem = format!("the framework has no {:?}", stranger.get_ref());
        let error = self.fault(stranger.span(), problem, label);
        Err(match nearest(stranger.get_ref(), known.iter().copied()) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error,
        })
    }
}
