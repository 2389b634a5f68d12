//! The words of the report, each with its meaning.

use maud::{Markup, html};

use super::words;
use crate::chart::figure::{number, percent};
use crate::results::Results;

pub(super) fn section(results: &Results) -> Markup {
    html! {
        section id="glossary" aria-labelledby="glossary-heading" tabindex="-1" {
            h2 id="glossary-heading" { "Glossary" }
            dl.glossary {
                @for (term, meaning) in entries(results) {
                    div { dt { (term) } dd { (meaning) } }
                }
            }
        }
    }
}

fn entries(results: &Results) -> Vec<(&'static str, String)> {
    let points = number(results.rule * 100.0, 0);
    let level = percent(results.level);
    let mut entries = vec![
        ("[c]", format!("Confidential: not shown, because {} or because it would give another one away.", words::too_few(results))),
        ("[u]", format!("Uncertain: the margin is wider than ±{points} points.")),
        ("[x]", "Not available: there is no such figure.".to_owned()),
        ("Base", "The number of answers that a figure rests on, before weighting.".to_owned()),
        ("Design effect", "How many times wider the variance is than in a simple random sample of the same size. Above 1 the design costs precision, below 1 it gains some.".to_owned()),
        ("Interval", format!("The range that would hold the true figure in {level} of samples drawn in the same way.")),
        ("Margin", "Half the width of a plain interval: the critical value times the standard error. In points of per cent for shares.".to_owned()),
        ("Mean", "The average of the scores that the responses carry, or of the numbers given.".to_owned()),
        ("P-value", "How often a difference at least this large would arise by chance if there were none.".to_owned()),
        ("Points", "Percentage points: from 60 to 66 per cent are 6 points.".to_owned()),
        ("Positive share", "All responses that speak well of the service or the work, taken together.".to_owned()),
        ("Population", "Everybody, or every file, that could have been drawn.".to_owned()),
        ("Published figure", "A figure from elsewhere that a result is compared with; fixed where its source gives no base.".to_owned()),
        ("Stratum", "A part of the population from which units were drawn separately.".to_owned()),
        ("Verdict", "Higher or lower: by more than chance explains. No real difference: within what chance explains. Too few to say: the margin is too wide to tell.".to_owned()),
        ("Weight", "How many of the population an answer stands for.".to_owned()),
    ];
    if results
        .contrasts
        .iter()
        .chain(results.waves.iter().map(|waves| &waves.change))
        .any(|f| f.adjust != crate::estimate::Adjust::None)
    {
        entries.push((
            "Adjusted p-value",
            "The p-value made larger for the number of tests that were made together.".to_owned(),
        ));
    }
    if !results.weighting.is_empty() {
        entries.push((
            "Effective size",
            "How many answers with equal weights would be as precise as these with theirs.".to_owned(),
        ));
    }
    if results.waves.is_some() {
        entries.push(("Wave", "One time that the survey was made.".to_owned()));
        entries.push((
            "Break in the series",
            "Something changed between two waves, so that their figures do not compare.".to_owned(),
        ));
    }
    if !results.funnels.is_empty() {
        entries.push((
            "Funnel",
            "Groups by how many answers stand behind them, within limits that chance alone would seldom cross."
                .to_owned(),
        ));
    }
    if !results.evidence.is_empty() {
        entries.push(("Strength", format!("How far a figure can carry a judgement. Firm: known to within ±{points} points. Indicative: known less well. Too few: too few answers to say anything.")));
    }
    if !results.agreement.is_empty() {
        entries.push(("Agreement", "How far two readers of one file came to the same answer; the coefficient takes away what chance alone would bring.".to_owned()));
    }
    entries.sort_by_key(|(term, _)| term.to_lowercase());
    entries
}
