//! Scores, contrasts, and power after the fact: what is laid beside the results of the questions.

use rayon::prelude::*;

use super::analysis::{Analysis, Units};
use crate::error::Result;
use crate::estimate::{self, Family, Measured, Statistic};
use crate::instrument::{Answer, Instrument, QuestionKind, Score, Valence, nearest};
use crate::results::{Banner, Detectable, GroupResult, QuestionResult};
use crate::statistics::detect::detectable;

/// With what probability a difference is to be found that is called detectable.
pub(super) const POWER: f64 = 0.8;

/// The question or score by its headline figure, a number for each person: the positive share, or else the mean.
pub(super) fn measured<'a>(
    instrument: &Instrument,
    people: usize,
    answer: impl Fn(usize, usize) -> &'a Answer,
) -> Vec<Measured> {
    let mut found = Vec::new();
    for (place, question) in instrument.questions.iter().enumerate() {
        if instrument.is_record(question) {
            continue;
        }
        let is_share = question.scale.as_ref().is_some_and(|scale| scale.has_positive());
        let (statistic, label) = match question.kind {
            QuestionKind::Multiple | QuestionKind::Rank | QuestionKind::Text | QuestionKind::Date => continue,
            kind if kind.is_number() => (Statistic::Mean, "Mean".to_owned()),
            _ if is_share => {
                (Statistic::Positive, question.scale.as_ref().map_or(String::new(), |scale| scale.positive_together()))
            }
            QuestionKind::Rating => (Statistic::Mean, "Mean rating".to_owned()),
            _ => continue,
        };
        let value = |answer: &Answer| match (answer, &question.scale) {
            (Answer::Number(number), _) => *number,
            (Answer::Response(at), Some(scale)) => match statistic {
                Statistic::Positive => f64::from(u8::from(scale.responses[*at].valence == Valence::Positive)),
                _ => scale.responses[*at].score.unwrap_or(f64::NAN),
            },
            _ => f64::NAN,
        };
        found.push(Measured {
            question: question.id.clone(),
            statistic,
            label,
            high_is: question.high_is,
            values: (0..people).map(|person| value(answer(person, place))).collect(),
        });
    }
    found.extend(instrument.scores.iter().map(|score| Measured {
        question: score.id.clone(),
        statistic: Statistic::Mean,
        label: "Mean score".to_owned(),
        high_is: score.high_is,
        values: score.of(people, &answer),
    }));
    found
}

/// The headline figure of a result, as [`measured`] takes it.
pub(super) fn headline(group: &GroupResult, statistic: Statistic) -> Option<&estimate::Estimate> {
    match statistic {
        Statistic::Positive => group.positive.as_ref(),
        _ => group.mean.as_ref(),
    }
}

/// The group of a question's result.
pub(super) fn group<'r>(result: &'r QuestionResult, by: &str, name: &str) -> Option<&'r GroupResult> {
    if by.is_empty() {
        return Some(&result.overall);
    }
    result.groups.iter().find(|group| group.by == by && group.group == name)
}

impl Analysis<'_> {
    /// The questions and scores by their headline figures.
    pub(super) fn measured(&self, units: &Units<'_>) -> Vec<Measured> {
        measured(self.instrument, units.responses.len(), |unit, place| &units.responses[unit].answers[place].answer)
    }

    /// The scores, estimated; hidden where an answer to one of their questions is.
    pub(super) fn scores(&self, units: &Units<'_>, questions: &[QuestionResult]) -> Result<Vec<QuestionResult>> {
        let answer = |unit: usize, place: usize| &units.responses[unit].answers[place].answer;
        let of = |score: &Score| {
            let items: Vec<&QuestionResult> = score.items.iter().map(|item| &questions[item.question]).collect();
            let values = score.of(units.responses.len(), answer);
            estimate::score(score, &values, &items, &units.respondents, &self.choices)
        };
        self.instrument.scores.iter().map(of).collect()
    }

    /// The columns of the analyst's tables, for every question with estimates and every score.
    pub(super) fn banners(
        &self,
        units: &Units<'_>,
        questions: &[QuestionResult],
        scores: &[QuestionResult],
    ) -> Result<Vec<Banner>> {
        let people = units.responses.len();
        let of = |result: &QuestionResult, valid: Vec<bool>, rows: Vec<Vec<f64>>| {
            let (comparing, round) = (self.definition.compare.banner.as_ref(), self.definition.publish.round_bases);
            estimate::banners(result, &valid, &rows, &units.respondents, &self.choices, comparing, round)
        };
        let of_question = |(place, result): (usize, &QuestionResult)| {
            let answer = |unit: usize| &units.responses[unit].answers[place].answer;
            let valid: Vec<bool> = (0..people).map(|unit| answer(unit).missing().is_none()).collect();
            let number = |row: &estimate::Row<'_>, unit: usize| match valid[unit] {
                true => (row.value)(answer(unit)),
                false => f64::NAN,
            };
            let rows: Vec<Vec<f64>> = (estimate::rows(&self.instrument.questions[place]).iter())
                .map(|row| (0..people).map(|unit| number(row, unit)).collect())
                .collect();
            if rows.is_empty() { Ok(Vec::new()) } else { of(result, valid, rows) }
        };
        let of_score = |(place, result): (usize, &QuestionResult)| {
            let answer = |unit: usize, place: usize| &units.responses[unit].answers[place].answer;
            let values = self.instrument.scores[place].of(people, answer);
            of(result, values.iter().map(|value| !value.is_nan()).collect(), vec![values])
        };
        let mut banners: Vec<Vec<Banner>> = questions.par_iter().enumerate().map(of_question).collect::<Result<_>>()?;
        banners.extend(scores.iter().enumerate().map(of_score).collect::<Result<Vec<_>>>()?);
        Ok(banners.into_iter().flatten().collect())
    }

    /// Checks that the items to compare are there and of one kind.
    pub(super) fn examine_items(&self) -> Result<()> {
        let measures = measured(self.instrument, 0, |_, _| unreachable!("there is nobody"));
        for items in &self.definition.compare.items {
            if items.questions.get_ref().len() < 2 {
                return Err(self
                    .definition
                    .fault(items.questions.span(), "there is nothing to compare", "fewer than two")
                    .expected("questions = [\"q1\", \"q2\", ...]"));
            }
            let mut first = None;
            for name in items.questions.get_ref() {
                let Some(measure) = measures.iter().find(|measure| measure.question == *name.get_ref()) else {
                    let error = self.definition.fault(
                        name.span(),
                        "this is no question or score with a positive share or a mean",
                        "cannot be compared",
                    );
                    return Err(match nearest(name.get_ref(), measures.iter().map(|m| m.question.as_str())) {
                        Some(near) => error.hint(format!("did you mean {near:?}?")),
                        None => error.hint("name questions of the instrument"),
                    });
                };
                if *first.get_or_insert(measure.statistic) != measure.statistic {
                    return Err(self
                        .definition
                        .fault(name.span(), "a share and a mean cannot be compared", "of another kind")
                        .expected("all shares, or all means"));
                }
            }
        }
        Ok(())
    }

    /// Differences between groups and between items, as far as the pipeline asks for them.
    pub(super) fn contrasts(
        &self,
        units: &Units<'_>,
        measured: &[Measured],
        results: &[&QuestionResult],
    ) -> Result<Vec<Family>> {
        let choices = &self.definition.compare;
        // With everyone's figure the other side of a group follows: it may be shown where both may.
        let may_show = |group: &GroupResult| {
            let mut figures = group.positive.iter().chain(&group.mean).peekable();
            !group.suppressed
                && group.n > 0
                && figures.peek().is_some()
                && !figures.any(|figure| figure.is_suppressed())
        };
        let shown = |question: &str, by: &str, name: &str| {
            let result = results.iter().find(|result| result.id == question);
            result.is_some_and(|result| may_show(&result.overall) && group(result, by, name).is_some_and(may_show))
        };
        let mut families = Vec::new();
        if let Some(against) = choices.groups {
            let respondents = &units.respondents;
            let (adjust, over) = (choices.adjust, choices.over_questions);
            families = estimate::between_groups(measured, respondents, &self.choices, against, adjust, over, shown)?;
        }
        for (number, items) in (1..).zip(&choices.items) {
            let named = items.questions.get_ref().iter();
            let chosen: Vec<&Measured> =
                named.filter_map(|name| measured.iter().find(|m| m.question == *name.get_ref())).collect();
            let show = |question: &str| shown(question, "", "");
            let family = estimate::between_items(
                &items.label,
                &chosen,
                &units.respondents,
                &self.choices,
                choices.adjust,
                show,
            )?;
            families.push(Family { name: format!("items-{number}"), ..family });
        }
        Ok(families)
    }

    /// The smallest differences that would have been found.
    pub(super) fn detectable(
        &self,
        measured: &[Measured],
        results: &[&QuestionResult],
        families: &[Family],
    ) -> Vec<Detectable> {
        let groupings: Vec<&Family> = families.iter().filter(|family| !family.is_items()).collect();
        let smallest = |se: f64, df: f64| detectable(se, df, self.choices.critical, POWER);
        measured
            .iter()
            .filter_map(|measure| {
                let result = results.iter().find(|result| result.id == measure.question)?;
                let figure = headline(&result.overall, measure.statistic)?;
                let from_figure = smallest(figure.se, figure.df);
                if figure.is_suppressed() || result.overall.suppressed || !from_figure.is_finite() {
                    return None;
                }
                let between_groups = groupings.iter().map(|family| {
                    let mut found: Vec<f64> = (family.contrasts.iter())
                        .filter(|contrast| contrast.question == measure.question && !contrast.suppressed)
                        .map(|contrast| smallest(contrast.test.se, contrast.test.df))
                        .filter(|size| size.is_finite())
                        .collect();
                    found.sort_by(f64::total_cmp);
                    median(&found)
                });
                Some(Detectable {
                    question: measure.question.clone(),
                    statistic: measure.statistic,
                    label: measure.label.clone(),
                    n: figure.n,
                    from_figure,
                    between_groups: between_groups.collect(),
                })
            })
            .collect()
    }
}

/// The middle of sorted numbers; NaN without any.
fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}
