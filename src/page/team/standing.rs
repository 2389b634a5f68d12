//! Where a team stands: beside the others, beside the published figure, since last time.

use maud::{Markup, html};

use super::words::{margin_words, may_show};
use crate::chart::figure::{self, brief, count, counted, percent};
use crate::estimate::{Comparison, Contrast, Estimate, Family, Statistic, Verdict};
use crate::instrument::HighIs;
use crate::results::{GroupResult, QuestionResult, Results, Team};
use crate::terms::StudyKind;

/// One figure of the team's and what it is laid beside; only what may be shown.
pub(super) struct Standing<'r> {
    /// The question or score.
    pub id: &'r str,
    /// The team's result.
    pub group: &'r GroupResult,
    /// The positive share, else the mean.
    pub own: &'r Estimate,
    pub others: Option<&'r Contrast>,
    /// The first published figure.
    pub published: Option<&'r Comparison>,
    pub change: Option<&'r Contrast>,
}

impl<'r> Standing<'r> {
    pub(super) fn of(results: &'r Results, result: &'r QuestionResult) -> Option<Self> {
        let group = result.own()?;
        let own = group.positive.as_ref().or(group.mean.as_ref())?;
        if !may_show(group, own) || !own.estimate.is_finite() {
            return None;
        }
        let mine = |family: &'r Family| {
            family
                .contrasts
                .iter()
                .find(|found| found.question == result.id && !found.suppressed && found.broken.is_none())
        };
        Some(Standing {
            id: &result.id,
            group,
            own,
            others: others(results).and_then(mine),
            published: own.comparisons.first(),
            change: results.waves.as_ref().and_then(|waves| mine(&waves.change)),
        })
    }

    /// What the difference from the others says, and whether that is good news.
    fn beside_others(&self) -> Option<(Verdict, HighIs)> {
        self.others.map(|other| (other.verdict, other.high_is))
    }

    fn beside_published(&self) -> Option<(Verdict, HighIs)> {
        self.published.map(|figure| (figure.verdict, figure.high_is))
    }
}

/// Every question and score of which the team has a figure.
pub(super) fn standings(results: &Results) -> Vec<Standing<'_>> {
    results.questions.iter().chain(&results.scores).filter_map(|result| Standing::of(results, result)).collect()
}

/// The differences between the teams.
pub(super) fn others(results: &Results) -> Option<&Family> {
    results.contrasts.iter().find(|family| !family.is_items())
}

/// How many results are good news, bad news, different without being either, and the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct News {
    pub better: usize,
    pub worse: usize,
    pub different: usize,
    pub rest: usize,
}

impl News {
    fn of(verdicts: impl Iterator<Item = (Verdict, HighIs)>) -> Self {
        let mut news = News::default();
        for (verdict, high_is) in verdicts {
            *match (verdict.is_good(high_is), verdict) {
                (Some(true), _) => &mut news.better,
                (Some(false), _) => &mut news.worse,
                (None, Verdict::Higher | Verdict::Lower) => &mut news.different,
                (None, _) => &mut news.rest,
            } += 1;
        }
        news
    }

    /// Beside the others.
    pub(super) fn others(all: &[Standing<'_>]) -> Self {
        News::of(all.iter().filter_map(Standing::beside_others))
    }

    /// Beside published figures.
    pub(super) fn published(all: &[Standing<'_>]) -> Self {
        News::of(all.iter().filter_map(Standing::beside_published))
    }

    pub(super) fn all(self) -> usize {
        self.better + self.worse + self.different + self.rest
    }

    fn words(self) -> String {
        let different = match self.different {
            0 => String::new(),
            n => format!(", different without being either on {n}"),
        };
        format!(
            "better on {}, worse on {}{different}, and cannot be told apart on {}",
            self.better, self.worse, self.rest
        )
    }
}

/// The pack in a paragraph.
pub(super) fn lead(results: &Results, team: &Team, all: &[Standing<'_>]) -> String {
    let (_, units) = results.instrument.kind.unit();
    let (returned, drawn) = (count(team.returned.unwrap_or(0)), count(team.drawn));
    let replied = match results.instrument.kind {
        StudyKind::Survey => format!("In {}, {returned} of {drawn} {units} drawn replied", team.group),
        StudyKind::FileAudit => format!("In {}, {returned} of {drawn} {units} drawn were read", team.group),
    };
    let mut out = format!("{replied} ({}), out of {} in all.", percent(team.response_rate()), count(team.population));
    let (beside, published) = (News::others(all), News::published(all));
    if let (Some(family), true) = (others(results), beside.all() > 0) {
        let results = counted(beside.all(), "result", "results");
        out.push_str(&format!(" Beside {}, of {results} it is {}.", family.against, beside.words()));
    }
    if published.all() > 0 {
        let results = counted(published.all(), "result", "results");
        out.push_str(&format!(" Beside the published figure, of {results} it is {}.", published.words()));
    }
    out
}

pub(super) fn tiles(results: &Results, team: &Team, all: &[Standing<'_>]) -> Markup {
    let news = News::others(all);
    let shares: Vec<&Estimate> = all.iter().map(|s| s.own).filter(|own| own.statistic != Statistic::Mean).collect();
    let holding = shares.iter().filter(|own| own.holds_within(results.rule)).count();
    let replied = if results.instrument.kind == StudyKind::Survey { "Replied" } else { "Read" };
    let against = others(results).map_or("", |family| family.against.as_str());
    html! {
        dl.tiles {
            div { dt { (replied) } dd { (percent(team.response_rate())) span.of { (count(team.returned.unwrap_or(0))) " of " (count(team.drawn)) } } }
            @if news.all() > 0 {
                div { dt { "Better than " (against) } dd { (news.better) span.of { "of " (news.all()) } } }
                div { dt { "Worse than " (against) } dd { (news.worse) span.of { "of " (news.all()) } } }
            }
            @if !shares.is_empty() {
                div { dt { "Known to within ±" (figure::number(results.rule * 100.0, 0)) " points" } dd { (holding) span.of { "of " (shares.len()) " shares" } } }
            }
        }
    }
}

/// A heading, and whether a verdict belongs under it.
type Kind = (&'static str, fn(Verdict, HighIs) -> bool);

/// A verdict, which way is good, and the figures in words.
type Told = (Verdict, HighIs, String);

/// What is better, worse, different: beside the others, then beside the published figure.
pub(super) fn lists(results: &Results, all: &[Standing<'_>]) -> Markup {
    let kinds: [Kind; 3] = [
        ("Better", |verdict, high_is| verdict.is_good(high_is) == Some(true)),
        ("Worse", |verdict, high_is| verdict.is_good(high_is) == Some(false)),
        ("Different", |verdict, high_is| {
            verdict.is_good(high_is).is_none() && matches!(verdict, Verdict::Higher | Verdict::Lower)
        }),
    ];
    let against = others(results).map_or("everyone else", |family| family.against.as_str());
    let published = News::published(all).all() > 0;
    let beside = |kind: &Kind, of: &dyn Fn(&Standing<'_>) -> Option<Told>| {
        let found = all.iter().filter_map(|standing| {
            let (verdict, high_is, words) = of(standing)?;
            kind.1(verdict, high_is).then_some((standing, verdict, words))
        });
        found.map(|(standing, verdict, words)| item(results, standing, verdict, &words)).collect::<Vec<Markup>>()
    };
    let others_words = |standing: &Standing<'_>| {
        let other = standing.others?;
        let words = figures_beside(standing.own, other.other, other.test.difference);
        Some((other.verdict, other.high_is, words))
    };
    let published_words = |standing: &Standing<'_>| {
        let figure = standing.published?;
        let words = figures_beside(standing.own, figure.value, figure.difference);
        Some((figure.verdict, figure.high_is, words))
    };
    html! {
        div.standing {
            @for kind in &kinds {
                @let found = beside(kind, &others_words);
                @if !found.is_empty() || kind.0 != "Different" {
                    div {
                        h3 { (kind.0) " than " (against) }
                        (list(&found))
                    }
                }
            }
            @if published {
                @for kind in &kinds {
                    @let found = beside(kind, &published_words);
                    @if !found.is_empty() || kind.0 != "Different" {
                        div {
                            h3 { (kind.0) " than the published figure" }
                            (list(&found))
                        }
                    }
                }
            }
        }
        p.note {
            "Only differences larger than chance explains are listed. What is not listed may differ all the same: this team has too few "
            "answers to tell, or there is no real difference. The table below says which."
        }
    }
}

fn list(items: &[Markup]) -> Markup {
    html! {
        @if items.is_empty() { p.none { "None." } } @else {
            ul.findings { @for item in items { (item) } }
        }
    }
}

fn item(results: &Results, standing: &Standing<'_>, verdict: Verdict, words: &str) -> Markup {
    html! {
        li {
            a href={ "#question-" (standing.id) } { (results.label(standing.id)) }
            span.detail {
                span.mark aria-hidden="true" { (verdict.mark()) } " " (words) " (" (margin_words(standing.own)) ", base " (count(standing.own.n)) ")."
            }
        }
    }
}

/// "62% against 76%, 14 points less".
fn figures_beside(own: &Estimate, other: f64, difference: f64) -> String {
    let (here, there) = (brief(own.statistic, own.estimate), brief(own.statistic, other));
    format!("{here} against {there}, {}", size(own.statistic, difference))
}

/// "14 points less".
fn size(statistic: Statistic, difference: f64) -> String {
    let way = if difference < 0.0 { "less" } else { "more" };
    match statistic {
        Statistic::Mean => format!("{} {way}", figure::number(difference.abs(), 2)),
        _ => format!("{} points {way}", figure::number(difference.abs() * 100.0, 1)),
    }
}

/// A difference in a cell, with its mark and what it comes to: "▼ −14.0 lower (worse)".
pub(super) fn told(statistic: Statistic, difference: f64, verdict: Verdict, high_is: HighIs) -> Markup {
    html! {
        span.verdict { span.mark aria-hidden="true" { (verdict.mark()) } " " (figure::difference(statistic, difference)) }
        " " (verdict.told(high_is))
    }
}

/// "▼ lower (worse) than everyone else, 76%: 14 points less."
pub(super) fn sentence(
    statistic: Statistic,
    other: f64,
    difference: f64,
    verdict: Verdict,
    high_is: HighIs,
    against: &str,
) -> Markup {
    let joint = match verdict {
        Verdict::Higher | Verdict::Lower => "than",
        Verdict::NoRealDifference => "from",
        Verdict::TooFewToSay => "against",
    };
    html! {
        (super::words::verdict(verdict, high_is)) " " (joint) " " (against) " (" (brief(statistic, other)) "): " (size(statistic, difference)) "."
    }
}

/// Words with a capital first letter.
pub(super) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
