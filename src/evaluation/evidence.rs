//! One piece of evidence: what it is, what it says, and how much weight it can bear.

use chrono::{Months, NaiveDate};
use serde::Deserialize;

use crate::estimate::Verdict;
use crate::finding::Place;
use crate::instrument::HighIs;
use crate::results::Strength;

/// What sort of evidence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A survey: of a run, or somebody else's.
    Survey,
    /// An audit of case files.
    FileAudit,
    /// A figure that was published.
    PublishedFigure,
    /// A performance indicator or other figure from management systems.
    PerformanceIndicator,
    /// An inspection or other external scrutiny.
    Inspection,
    /// A document: strategy, plan, policy, minutes.
    Document,
    /// A focus group or interviews.
    FocusGroup,
    /// Another consultation: an event, a panel, a working group.
    Consultation,
    /// Observed practice.
    Observation,
    /// Complaints, comments and compliments.
    Complaints,
    /// Comparison with others.
    Benchmarking,
    /// Anything else.
    Other,
}

impl Kind {
    /// All kinds with the names in registers.
    pub const ALL: [(Kind, &str); 12] = [
        (Kind::Survey, "survey"),
        (Kind::FileAudit, "file audit"),
        (Kind::PublishedFigure, "published figure"),
        (Kind::PerformanceIndicator, "performance indicator"),
        (Kind::Inspection, "inspection"),
        (Kind::Document, "document"),
        (Kind::FocusGroup, "focus group"),
        (Kind::Consultation, "consultation"),
        (Kind::Observation, "observation"),
        (Kind::Complaints, "complaints"),
        (Kind::Benchmarking, "benchmarking"),
        (Kind::Other, "other"),
    ];

    /// The name in registers and reports.
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, name)| name)
    }

    /// Whether people were asked: it belongs into the register of consultation activities.
    pub fn is_consultation(self) -> bool {
        matches!(self, Kind::Survey | Kind::FocusGroup | Kind::Consultation)
    }
}

/// Which way evidence points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// At a strength.
    Strength,
    /// At a weakness.
    Weakness,
    /// At both.
    Mixed,
    /// Nobody has said, or the figure does not tell.
    #[default]
    Unclear,
}

impl Says {
    /// All with their names.
    pub const ALL: [(Says, &str); 4] = [
        (Says::Strength, "strength"),
        (Says::Weakness, "weakness"),
        (Says::Mixed, "mixed"),
        (Says::Unclear, "unclear"),
    ];

    /// The name in registers and reports.
    pub fn name(self) -> &'static str {
        Says::ALL.iter().find(|(says, _)| *says == self).map_or("unclear", |(_, name)| name)
    }
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The name by which judgements refer to it (`carers-2026/q09`).
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// What sort.
    pub kind: Kind,
    /// The indicators it bears on.
    pub indicators: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// Who answers for it: a role.
    pub owner: String,
    /// From when it is; none where nobody has said.
    pub date: Option<NaiveDate>,
    /// Which way it points.
    pub says: Says,
    /// What it shows that is strong.
    pub strength: String,
    /// What it shows that is weak.
    pub weakness: String,
    /// The figure, if it is one.
    pub figure: Option<Figure>,
    /// Where it is registered.
    pub place: Place,
}

/// A figure with what is needed to judge it. Shares are 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was counted ("Agree").
    pub label: String,
    /// Whether it is a share; else a mean.
    pub share: bool,
    /// The figure; none where it may not be shown.
    pub value: Option<f64>,
    /// Its margin of error; none where it is not known.
    pub margin: Option<f64>,
    /// Its interval; none where it is not known.
    pub interval: Option<(f64, f64)>,
    /// Answers behind it; none where it is not known.
    pub base: Option<usize>,
    /// The comparison with a published figure.
    pub comparison: Option<Compared>,
    /// The comparison with the run before.
    pub trend: Option<Trend>,
    /// How readers agreed, in words.
    pub agreement: Option<String>,
    /// How far it can carry a judgement; none where its error is not known.
    pub strength: Option<Strength>,
}

/// A figure beside a published one.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The published figure.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
    /// By how much this one is more.
    pub difference: f64,
    /// What the test of the difference says; none where there was none.
    pub tested: Option<Verdict>,
    /// In words; says so where chance cannot be told apart from difference.
    pub verdict: String,
}

/// A figure beside that of the run before.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The earlier figure.
    pub before: f64,
    /// By how much it rose.
    pub difference: f64,
    /// The interval of the difference; none where it cannot be had.
    pub interval: Option<(f64, f64)>,
    /// In words.
    pub verdict: &'static str,
}

impl Item {
    /// Whether it is older on a day than so many months.
    pub fn is_stale(&self, on: NaiveDate, months: u32) -> bool {
        self.date.is_some_and(|date| on.checked_sub_months(Months::new(months)).is_some_and(|oldest| date < oldest))
    }

    /// Where it is from in a sentence: without the identifier of a run, which stands in the tables.
    pub fn from(&self) -> &str {
        self.source.rsplit_once(", run ").map_or(self.source.as_str(), |(study, _)| study)
    }

    /// How far it can carry a judgement, in a word or two.
    pub fn weight(&self) -> &'static str {
        match &self.figure {
            Some(Figure { strength: Some(strength), .. }) => strength.word(),
            Some(_) => "margin not known",
            None => "not a figure",
        }
    }

    /// Whether it is a figure too uncertain to carry much.
    pub fn is_uncertain(&self) -> bool {
        self.figure.as_ref().is_some_and(|figure| figure.strength.is_none_or(|strength| strength != Strength::Firm))
    }

    /// Whether it belongs into the register of consultation activities.
    pub fn bears_on(&self, subject: &str) -> bool {
        self.indicators.iter().any(|indicator| indicator == subject)
    }
}

/// From where on a share points at a strength or a weakness; shares 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Above this it points at a strength.
    pub strength_above: f64,
    /// Below this it points at a weakness.
    pub weakness_below: f64,
}

/// Which way a share points: at a strength if its whole interval lies above the one bound or it is higher than a published
/// figure; at a weakness if all of it lies below the other or it is lower; at both if one each. Where a high share is bad, the
/// share of the others is what is looked at; where it is neither, it points nowhere.
///
/// This says only what the check for contradictions takes a figure to say; it rates nothing.
pub(super) fn reading(interval: Option<(f64, f64)>, verdict: Option<Verdict>, high_is: HighIs, bounds: Bounds) -> Says {
    let (low, high) = match (interval, high_is) {
        (Some((low, high)), HighIs::Good) => (low, high),
        (Some((low, high)), HighIs::Bad) => (1.0 - high, 1.0 - low),
        _ => return Says::Unclear,
    };
    let news = verdict.and_then(|verdict| verdict.is_good(high_is));
    let strong = low > bounds.strength_above || news == Some(true);
    let weak = high < bounds.weakness_below || news == Some(false);
    match (strong, weak) {
        (true, true) => Says::Mixed,
        (true, false) => Says::Strength,
        (false, true) => Says::Weakness,
        (false, false) => Says::Unclear,
    }
}

/// An occasion on which people were asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Consultation {
    /// The name by which evidence refers to it.
    pub id: String,
    /// What it was.
    pub title: String,
    /// How people were asked.
    pub method: String,
    /// Who was asked.
    pub audience: String,
    /// How many took part; none where it is not known.
    pub people: Option<usize>,
    /// When it ended.
    pub date: Option<NaiveDate>,
    /// Who answers for it: a role.
    pub owner: String,
    /// The indicators it bears on.
    pub indicators: Vec<String>,
    /// What changed because of it, and how those asked were told; empty where nobody has said.
    pub changed: String,
    /// How its quality was assured: drawn at random, margin known, piloted, or what the register says.
    pub quality: String,
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Says, reading};
    use crate::estimate::Verdict;
    use crate::instrument::HighIs;

    #[test]
    fn a_figure_points_where_its_whole_interval_lies() {
        let bounds = Bounds { strength_above: 0.75, weakness_below: 0.5 };
        for (interval, verdict, says) in [
            (Some((0.76, 0.9)), None, Says::Strength),
            (Some((0.76, 0.9)), Some(Verdict::Lower), Says::Mixed),
            (Some((0.74, 0.9)), None, Says::Unclear),
            (Some((0.2, 0.4)), None, Says::Weakness),
            (Some((0.4, 0.6)), None, Says::Unclear),
            (Some((0.4, 0.6)), Some(Verdict::Lower), Says::Weakness),
            (Some((0.4, 0.6)), Some(Verdict::Higher), Says::Strength),
            (Some((0.4, 0.6)), Some(Verdict::TooFewToSay), Says::Unclear),
            (Some((0.2, 0.4)), Some(Verdict::Higher), Says::Mixed),
            (None, Some(Verdict::Higher), Says::Unclear),
        ] {
            assert_eq!(reading(interval, verdict, HighIs::Good, bounds), says, "{interval:?} {verdict:?}");
        }
    }

    /// A share of complaints: few are a strength, and lower than published is good news.
    #[test]
    fn where_a_high_share_is_bad_a_low_one_is_the_strength() {
        let bounds = Bounds { strength_above: 0.75, weakness_below: 0.5 };
        for (interval, verdict, says) in [
            ((0.05, 0.2), None, Says::Strength),
            ((0.6, 0.8), None, Says::Weakness),
            ((0.3, 0.45), Some(Verdict::Lower), Says::Strength),
            ((0.3, 0.45), Some(Verdict::Higher), Says::Weakness),
            ((0.05, 0.2), Some(Verdict::Higher), Says::Mixed),
        ] {
            assert_eq!(reading(Some(interval), verdict, HighIs::Bad, bounds), says, "{interval:?} {verdict:?}");
            let nowhere = reading(Some(interval), verdict, HighIs::Neither, bounds);
            assert_eq!(nowhere, Says::Unclear, "{interval:?} {verdict:?}");
        }
    }
}
