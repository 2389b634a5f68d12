//! One team of a study: its part in the fieldwork, how good its data are, and the results as they concern it.
//!
//! A team is a group of one grouping: a team, an area, a council. Its figures are those of the whole run, where it is a domain
//! of the design; nothing is estimated again.

use super::{GroupResult, QuestionResult, RepeatResult, Results};
use crate::estimate::{Contrast, Estimate, Family};
use crate::finding::Severity;

/// A team, and what is known of its fieldwork.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// The column of the grouping.
    pub by: String,
    /// Its name: a group of the grouping.
    pub group: String,
    /// The name of its folder; unlike that of any other team.
    pub slug: String,
    /// Units in the population.
    pub population: usize,
    /// Units drawn.
    pub drawn: usize,
    /// Units that returned; none where that may not be told.
    pub returned: Option<usize>,
    /// Why nothing of it is shown; none where something is.
    pub withheld: Option<String>,
    /// How its data are.
    pub quality: Quality,
}

/// How good a team's data are. What may not be told is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quality {
    /// Units drawn that could not be used, by reason, with their number.
    pub struck_off: Vec<(String, Option<usize>)>,
    /// How many answered each question.
    pub items: Vec<TeamItem>,
    /// Findings about its returns by code, those that matter most first; concerns are not among them.
    pub findings: Vec<FindingCount>,
    /// The weights of its returns.
    pub weights: Option<TeamWeights>,
    /// How far two readers of a file agree; only where files were read twice.
    pub rereading: Option<Rereading>,
}

/// How many answered a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamItem {
    /// The question's id.
    pub question: String,
    /// Answers counted.
    pub answered: Option<usize>,
    /// Asked, and no answer that counts.
    pub unanswered: Option<usize>,
    /// Led past the question, or it does not apply.
    pub not_asked: Option<usize>,
}

impl TeamItem {
    /// The share that answered of those who were asked; NaN where it may not be told or nobody was.
    pub fn rate(&self) -> f64 {
        match (self.answered, self.unanswered) {
            (Some(answered), Some(unanswered)) => answered as f64 / (answered + unanswered) as f64,
            _ => f64::NAN,
        }
    }
}

/// Findings of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingCount {
    /// The code.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// How many there are.
    pub count: usize,
}

/// The weights of a team's returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TeamWeights {
    /// The lowest.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
    /// Their sum: how many of the population they stand for.
    pub sum: f64,
    /// Kish's effective size: the square of the sum over the sum of squares.
    pub effective: f64,
}

/// How far readers agree on a team's files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rereading {
    /// Files of the team that two readers read.
    pub files: usize,
    /// The share of questions to which both gave the same answer; none where there are too few files to say.
    pub same: Option<f64>,
}

impl Team {
    /// The share of those drawn that returned; NaN where it may not be told or nobody was drawn.
    pub fn response_rate(&self) -> f64 {
        self.returned.map_or(f64::NAN, |returned| returned as f64 / self.drawn as f64)
    }

    /// Findings in all.
    pub fn findings(&self) -> usize {
        self.quality.findings.iter().map(|found| found.count).sum()
    }

    /// The smallest and the largest base of its figures that are shown; none without any.
    pub fn bases(&self) -> Option<(usize, usize)> {
        let bases = || self.quality.items.iter().filter_map(|item| item.answered);
        Some((bases().min()?, bases().max()?))
    }
}

impl QuestionResult {
    /// The team's own result, where the results are those of one team.
    pub fn own(&self) -> Option<&GroupResult> {
        self.groups.first()
    }

    /// The team's positive share, if it may be shown and is a number.
    pub fn own_share(&self) -> Option<&Estimate> {
        let group = self.own().filter(|group| !group.suppressed)?;
        group.positive.as_ref().filter(|share| !share.is_suppressed() && share.estimate.is_finite())
    }
}

impl Results {
    /// The results as they concern one team: everyone, the team, and the differences of the team. No other group is in them, no
    /// open answer, and no finding.
    #[must_use]
    pub fn of_team(&self, team: &Team) -> Results {
        let mine = |by: &str, group: &str| by == team.by && group == team.group;
        let question = |result: &QuestionResult| QuestionResult {
            id: result.id.clone(),
            overall: result.overall.clone(),
            groups: result.groups.iter().filter(|group| mine(&group.by, &group.group)).cloned().collect(),
            missing: Vec::new(),
            more_returns: None,
            words: Vec::new(),
        };
        let family = |family: &Family| {
            let those: Vec<Contrast> =
                family.contrasts.iter().filter(|found| mine(&found.by, &found.group)).cloned().collect();
            Family {
                name: family.name.clone(),
                title: family.title.clone(),
                against: family.against.clone(),
                adjust: family.adjust,
                together: family.together.clone(),
                method: family.method.clone(),
                contrasts: those,
            }
        };
        let mut groupings: Vec<_> = self.groupings.iter().filter(|grouping| grouping.by == team.by).cloned().collect();
        groupings.iter_mut().for_each(|grouping| grouping.groups.retain(|group| *group == team.group));
        Results {
            title: self.title.clone(),
            organisation: self.organisation.clone(),
            period: self.period.clone(),
            notice: self.notice.clone(),
            run_id: self.run_id.clone(),
            version: self.version.clone(),
            instrument: self.instrument.clone(),
            counts: self.counts.clone(),
            strata: Vec::new(),
            methods: self.methods.clone(),
            rule: self.rule,
            level: self.level,
            suppress_below: self.suppress_below,
            suppress_cells_below: self.suppress_cells_below,
            groupings,
            questions: (self
                .questions
                .iter()
                .filter(|result| result.overall.estimates().next().is_some())
                .map(question))
            .collect(),
            scores: self.scores.iter().map(question).collect(),
            repeats: (self.repeats.iter())
                .map(|repeat| RepeatResult {
                    questions: repeat.questions.iter().map(question).collect(),
                    ..repeat.clone()
                })
                .collect(),
            contrasts: (self.contrasts.iter().map(family)).filter(|family| !family.contrasts.is_empty()).collect(),
            detectable: Vec::new(),
            // Of one team the quality section of its own says how fieldwork ended.
            fieldwork: super::Fieldwork::default(),
            banners: Vec::new(),
            comparing: None,
            waves: self.waves.as_ref().map(|waves| super::Waves {
                labels: waves.labels.clone(),
                in_both: waves.in_both,
                change: family(&waves.change),
                trends: Vec::new(),
            }),
            funnels: (self.funnels.iter().filter(|funnel| funnel.by == team.by))
                .map(|funnel| super::Funnel { own: Some(team.group.clone()), ..funnel.clone() })
                .collect(),
            weighting: Vec::new(),
            evidence: Vec::new(),
            agreement: Vec::new(),
            readers: Vec::new(),
            training: Vec::new(),
            findings: Vec::new(),
            sources: self.sources.clone(),
        }
    }
}
