//! What a run found: one value that the page, the workbooks, the charts and the data files are all made from.
//!
//! Everything is computed before it comes here; whoever shows it only chooses words, places and colours.

use crate::agreement::Agreement;
use crate::draw::release::Tally;
use crate::estimate::{Comparing, Estimate, Family, Verdict};
use crate::finding::Finding;
use crate::instrument::{Instrument, Question};

mod banner;
mod beside;
mod fieldwork;
mod team;
mod weighting;

pub use banner::{Banner, BannerColumn, BannerRow, ColumnDifference, Standing, letters};
pub use beside::{Detectable, Funnel, FunnelPoint, Trend, TrendPoint, Waves};
pub use fieldwork::{Check, DispositionCount, EditCounts, EditResult, Fieldwork, ItemResponse, OutcomeRate, Untold};
pub use team::{FindingCount, Quality, Rereading, Team, TeamItem, TeamWeights};
pub use weighting::WeightStep;

/// The results of one run.
#[derive(Debug, Clone)]
pub struct Results {
    /// The study's title.
    pub title: String,
    /// Who the study is for.
    pub organisation: String,
    /// When the fieldwork took place, in words ("March to May 2026").
    pub period: String,
    /// What to know before anything else (such as "Synthetic data"); shown at the head of everything.
    pub notice: Option<String>,
    /// Short identifier of the run, the first eight digits of a hash over its inputs and the program's version.
    pub run_id: String,
    /// The program's version.
    pub version: String,
    /// What was asked.
    pub instrument: Instrument,
    /// How many there were at each stage.
    pub counts: Counts,
    /// The strata with their counts and weights, in order.
    pub strata: Vec<StratumResult>,
    /// The statistical choices, in words.
    pub methods: Vec<Method>,
    /// The margin of the guide's rule, as a share: 0.10.
    pub rule: f64,
    /// Confidence level, such as 0.95.
    pub level: f64,
    /// Fewest answers that are shown.
    pub suppress_below: usize,
    /// Fewest people behind a response that are shown; 0 shows all.
    pub suppress_cells_below: usize,
    /// The columns of the frame by which results are shown, each with its groups in order.
    pub groupings: Vec<Grouping>,
    /// One for each question with a scale or a number, in the instrument's order; open questions have no shares.
    pub questions: Vec<QuestionResult>,
    /// One for each score over several questions, in the instrument's order: a mean, for everyone and by group.
    pub scores: Vec<QuestionResult>,
    /// One for each repeat whose rows have shares or a mean, in the instrument's order.
    pub repeats: Vec<RepeatResult>,
    /// Differences between groups and between questions, tested together.
    pub contrasts: Vec<Family>,
    /// The columns of the analyst's tables: a banner for each question or score and each grouping, in their order.
    pub banners: Vec<Banner>,
    /// How the columns were compared with each other; none if they were not.
    pub comparing: Option<Comparing>,
    /// Which differences the survey could have found.
    pub detectable: Vec<Detectable>,
    /// Change since earlier waves; none if the pipeline names no wave.
    pub waves: Option<Waves>,
    /// Groups within the limits of chance, for groupings with many groups.
    pub funnels: Vec<Funnel>,
    /// How the weights came about, step by step, and what they cost.
    pub weighting: Vec<WeightStep>,
    /// One for each quality indicator that a question is evidence for, in the framework's order.
    pub evidence: Vec<IndicatorEvidence>,
    /// Agreement where files were read twice, by question; empty in a survey.
    pub agreement: Vec<QuestionAgreement>,
    /// Each reader beside the others, where files were read twice; empty in a survey.
    pub readers: Vec<ReaderDrift>,
    /// Each reader beside the others on the files that all read to train on, each file counting alike; empty where there were
    /// none.
    pub training: Vec<ReaderDrift>,
    /// Everything wrong in the returns, sorted for reading.
    pub findings: Vec<Finding>,
    /// How fieldwork ended, and what editing did.
    pub fieldwork: Fieldwork,
    /// The published figures that were compared with.
    pub sources: Vec<SourceNote>,
}

/// How many there were at each stage. They reconcile: `drawn = returned + not_returned`,
/// `rows_read = accepted + set_aside` (the second readings of files read twice are among the accepted).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows in the frame.
    pub frame_rows: usize,
    /// Rows left out before the draw by rule, by reason, in the order of the rules.
    pub excluded: Vec<(String, usize)>,
    /// Units in the population, after exclusions and duplicates.
    pub population: usize,
    /// Units drawn (main sample, and reserves that were released).
    pub drawn: usize,
    /// Units drawn for which a usable return came.
    pub returned: usize,
    /// Units drawn for which none came.
    pub not_returned: usize,
    /// The release log in numbers.
    pub releases: Tally,
    /// Files in the returns folder.
    pub workbooks: usize,
    /// Rows read in them.
    pub rows_read: usize,
    /// Rows accepted.
    pub accepted: usize,
    /// Rows set aside, each with a reason among the findings.
    pub set_aside: usize,
    /// Returns of each form, where the instrument has an easy-read form beside the standard one; they add up to `returned`.
    pub forms: Vec<(String, usize)>,
    /// Reasons for setting rows aside, each with its count.
    pub set_aside_reasons: Vec<(String, usize)>,
}

impl Counts {
    /// The share of those drawn that returned; NaN when none was drawn.
    pub fn response_rate(&self) -> f64 {
        self.returned as f64 / self.drawn as f64
    }
}

/// One stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct StratumResult {
    /// Its name.
    pub name: String,
    /// Units in the population.
    pub population: usize,
    /// Units drawn.
    pub drawn: usize,
    /// Units that returned.
    pub returned: usize,
    /// How many units of the population each return stands for; NaN without returns.
    pub weight: f64,
}

/// A statistical choice: what was chosen, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// What is chosen ("Weighting").
    pub choice: String,
    /// The name of the rule ("per-question").
    pub rule: String,
    /// What it means, in a sentence.
    pub meaning: String,
}

/// A column of the frame by which results are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// The column's name.
    pub by: String,
    /// The column's heading in reports.
    pub label: String,
    /// Its groups, in order.
    pub groups: Vec<String>,
}

/// The label of missing answers that are not told apart by kind.
pub const KINDS_NOT_TOLD: &str = "No answer, for reasons not told apart";

/// The results of one question.
#[derive(Debug, Clone)]
pub struct QuestionResult {
    /// The question's id; see [`Instrument::question`].
    pub id: String,
    /// For everyone.
    pub overall: GroupResult,
    /// By group: all groups of the first grouping, then of the next.
    pub groups: Vec<GroupResult>,
    /// How many answers were missing, by kind, with the kind's label; kinds without any are left out.
    pub missing: Vec<(String, usize)>,
    /// How many more returns would bring the positive share within the rule; none if it is, or has no share.
    pub more_returns: Option<usize>,
    /// What people wrote (open questions): in an order that does not follow the returns; screened for names in the frame.
    pub words: Vec<String>,
}

/// The results of one question in one group.
#[derive(Debug, Clone)]
pub struct GroupResult {
    /// The grouping's column; empty for everyone.
    pub by: String,
    /// The group; empty for everyone.
    pub group: String,
    /// Answers counted; in a repeat those of rows.
    pub n: usize,
    /// The units that the rows of a repeat belong to; none where answers are those of units.
    pub units: Option<usize>,
    /// The share of every response, in the scale's order; empty for numbers and words.
    pub shares: Vec<Estimate>,
    /// The share of the positive responses, if the scale has any.
    pub positive: Option<Estimate>,
    /// The share of each net of responses.
    pub nets: Vec<Estimate>,
    /// The mean score or number, if there is one.
    pub mean: Option<Estimate>,
    /// Further figures: the median of a number, the mean place of each response that was put in order.
    pub more: Vec<Estimate>,
    /// Nothing of this group may be shown.
    pub suppressed: bool,
}

impl GroupResult {
    /// A group of `n` answers, without estimates yet.
    pub fn of(by: &str, group: &str, n: usize) -> Self {
        GroupResult {
            by: by.to_owned(),
            group: group.to_owned(),
            n,
            units: None,
            shares: Vec::new(),
            positive: None,
            nets: Vec::new(),
            mean: None,
            more: Vec::new(),
            suppressed: false,
        }
    }

    /// How many people, or files, gave the answers: what thresholds count.
    pub fn people(&self) -> usize {
        self.units.unwrap_or(self.n)
    }

    /// Its estimates in reading order: every response, the positive share, the nets, the mean, further figures.
    pub fn estimates(&self) -> impl Iterator<Item = &Estimate> + Clone {
        self.shares.iter().chain(&self.positive).chain(&self.nets).chain(&self.mean).chain(&self.more)
    }

    /// The same, to be changed.
    pub fn estimates_mut(&mut self) -> impl Iterator<Item = &mut Estimate> {
        self.shares
            .iter_mut()
            .chain(&mut self.positive)
            .chain(&mut self.nets)
            .chain(&mut self.mean)
            .chain(&mut self.more)
    }
}

/// The results of what was asked about each of several: estimates over rows, each row with its unit's weight.
#[derive(Debug, Clone)]
pub struct RepeatResult {
    /// The repeat's id.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// One for each of its questions with shares or a number, in their order.
    pub questions: Vec<QuestionResult>,
}

/// What the results say about one quality indicator. Evidence for a judgement, never a rating.
#[derive(Debug, Clone)]
pub struct IndicatorEvidence {
    /// Its number (`5.3`).
    pub indicator: String,
    /// Its name.
    pub name: String,
    /// The name of its area.
    pub area: String,
    /// What each question says, in the instrument's order.
    pub items: Vec<EvidenceItem>,
}

/// What one question says about an indicator.
#[derive(Debug, Clone)]
pub struct EvidenceItem {
    /// The question's id.
    pub question: String,
    /// The positive share (4 and better for ratings of 1 to 6), with its comparison.
    pub positive: Option<Estimate>,
    /// The mean rating or score.
    pub mean: Option<Estimate>,
    /// The share of each point of a six-point rating; empty for other scales.
    pub distribution: Vec<Estimate>,
    /// Agreement between readers on this question, as its row in [`Results::agreement`].
    pub agreement: Option<usize>,
    /// How far the figure can carry a judgement.
    pub strength: Strength,
}

/// How far a figure can carry a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Known to within the rule's margin.
    Firm,
    /// Known less well than the rule asks.
    Indicative,
    /// Too few answers to say anything.
    TooFew,
}

impl Strength {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Strength::Firm => "firm",
            Strength::Indicative => "indicative",
            Strength::TooFew => "too few",
        }
    }
}

/// How well readers agreed on one question.
#[derive(Debug, Clone)]
pub struct QuestionAgreement {
    /// The question's id.
    pub question: String,
    /// Files read twice with an answer from both.
    pub units: usize,
    /// Share of files on which both readings agree exactly.
    pub exact: f64,
    /// Share within one point (ratings only).
    pub within_one: Option<f64>,
    /// The chance-corrected coefficient, with its interval.
    pub coefficient: Option<Agreement>,
    /// In words, with a warning where the coefficient misleads.
    pub words: String,
}

/// A reader beside the others who read the same files.
#[derive(Debug, Clone, PartialEq)]
pub struct ReaderDrift {
    /// The reader's code.
    pub reader: String,
    /// The points of the ratings compared, such as 6; 0 where no question is a rating.
    pub points: usize,
    /// Files that somebody else read as well.
    pub files: usize,
    /// The mean over files of the reader's score less the mean score of the others: above 0 reads higher; NaN without
    /// ratings.
    pub mean_difference: f64,
    /// Lower end of its interval; NaN where there is none.
    pub ci_low: f64,
    /// Upper end of its interval; NaN where there is none.
    pub ci_high: f64,
    /// The test of no difference, adjusted for the number of readers; NaN where there is none.
    pub p_value: f64,
    /// Share of the others' answers that were the same.
    pub same: f64,
    /// In words.
    pub words: String,
}

/// A benchmark source as printed under tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNote {
    /// Words for the source.
    pub label: String,
    /// Who published it, and where.
    pub source: String,
    /// As-of date or period.
    pub as_of: String,
    /// How its figures are treated (fixed, or with their own error), and anything else to know.
    pub note: String,
}

impl Results {
    /// Everything that was estimated: the questions, what was asked in repeats, the scores.
    pub fn estimated(&self) -> impl Iterator<Item = &QuestionResult> {
        self.questions.iter().chain(self.repeats.iter().flat_map(|repeat| &repeat.questions)).chain(&self.scores)
    }

    /// The findings that are counted where results are read: all but those by which a number that is hidden would follow.
    pub fn counted_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.fieldwork.untold.counts(&finding.code))
    }

    /// The question with this id, also where it is asked in a repeat.
    pub fn asked(&self, id: &str) -> Option<&Question> {
        let in_repeats = || self.instrument.repeats.iter().find_map(|repeat| repeat.form.question(id));
        self.instrument.question(id).or_else(in_repeats)
    }

    /// The result of a question or a score.
    pub fn question(&self, id: &str) -> Option<&QuestionResult> {
        self.estimated().find(|question| question.id == id)
    }

    /// All estimates in reading order: question by question, everyone first, then group by group; then repeats and scores.
    pub fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        self.estimated()
            .flat_map(|question| std::iter::once(&question.overall).chain(&question.groups))
            .flat_map(GroupResult::estimates)
    }

    /// The questions whose overall positive share differs from its first benchmark as `verdict` says,
    /// the largest difference first.
    pub fn standing_out(&self, verdict: Verdict) -> Vec<&Estimate> {
        let mut found: Vec<&Estimate> = self
            .questions
            .iter()
            .filter_map(|question| question.overall.positive.as_ref())
            .filter(|estimate| estimate.comparisons.first().is_some_and(|c| c.verdict == verdict))
            .collect();
        found.sort_by(|a, b| {
            let size = |e: &Estimate| e.comparisons[0].difference.abs();
            size(b).total_cmp(&size(a)).then_with(|| a.question.cmp(&b.question))
        });
        found
    }
}
