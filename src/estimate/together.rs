//! Disclosure control of a question by all its groupings at once.

use std::collections::BTreeMap;

use super::estimator::Estimator;
use super::question::{chose, rows};
use super::respondents::Respondents;
use super::{Statistic, protect};
use crate::disclosure::{self, Domain, Figure, Joint, Person};
use crate::instrument::{Answer, Question};
use crate::results::GroupResult;

/// Hides what else would give a rare response away to a reader of all groupings who knows the weights.
pub(super) fn protect(
    question: &Question,
    estimator: &Estimator<'_>,
    answers: &[&Answer],
    respondents: &Respondents,
    overall: &mut GroupResult,
    groups: &mut [GroupResult],
) {
    let threshold = estimator.choices.suppress_cells_below as u64;
    let responses = question.scale.as_ref().map_or(0, |scale| scale.responses.len());
    let Some(design) = estimator.weighted.design.as_ref().filter(|_| threshold > 1 && responses > 0) else { return };
    // People of one stratum and one weight are alike to the reader.
    let mut classes: BTreeMap<(usize, u64), usize> = BTreeMap::new();
    let (mut weights, mut people, mut of) = (Vec::new(), Vec::new(), Vec::new());
    for (&unit, &weight) in estimator.weighted.units.iter().zip(design.weights()) {
        if estimator.valid[unit] {
            let class = *classes.entry((respondents.stratum_of[unit], weight.to_bits())).or_insert_with(|| {
                weights.push(weight);
                weights.len() - 1
            });
            let groups = respondents.group_of.iter().map(|group_of| group_of[unit]).collect();
            people.push(Person { class, groups });
            of.push(unit);
        }
    }
    let places = respondents
        .groupings
        .iter()
        .enumerate()
        .flat_map(|(grouping, groups)| (0..groups.groups.len()).map(move |group| Some((grouping, group))));
    let places: Vec<Option<(usize, usize)>> = std::iter::once(None).chain(places).collect();
    let answered = overall.n;
    let shown: Vec<Domain> = std::iter::once(&*overall)
        .chain(&*groups)
        .zip(places)
        .map(|(result, group)| {
            let inside = |person: &Person| group.is_none_or(|(by, group)| person.groups[by] == Some(group));
            let gave = |response: usize| {
                let gave = |unit: usize| chose(answers[unit], |at| at == response);
                people.iter().zip(&of).filter(|(person, unit)| inside(person) && gave(**unit)).count() as u64
            };
            let stand_for = result.shares.first().map_or(0.0, |share| share.sum_weights);
            Domain {
                group,
                base: (!result.suppressed).then_some((result.n as u64, stand_for)),
                counts: (0..responses).map(gave).collect(),
                figures: figures(question, result, group.is_none().then_some(answered), estimator),
            }
        })
        .collect();
    let exclusive = protect::is_exclusive(question);
    let Some(joint) = Joint::new(weights, &people, shown.clone(), exclusive, threshold) else { return };
    for ((result, before), after) in std::iter::once(overall).chain(groups).zip(&shown).zip(joint.protect()) {
        if after.base.is_none() {
            protect::hide(result);
        }
        for (estimate, (before, after)) in result.estimates_mut().zip(before.figures.iter().zip(&after.figures)) {
            if before.shown && !after.shown {
                protect::flag(estimate);
            }
        }
    }
}

/// The figures of everyone or a group, in the order of [`GroupResult::estimates`]. Where several boxes may be ticked a net is
/// no sum of shares, and tells nothing here.
fn figures(
    question: &Question,
    result: &GroupResult,
    answered: Option<usize>,
    estimator: &Estimator<'_>,
) -> Vec<Figure> {
    let responses = question.scale.as_ref().map_or(0, |scale| scale.responses.len());
    let mut place = 0..responses;
    let rows = rows(question);
    (result.estimates().zip(&rows))
        .map(|(estimate, row)| {
            let share_of = if row.statistic == Statistic::Proportion { place.next() } else { None };
            let adds = |response: usize| match share_of {
                Some(own) => Some(f64::from(u8::from(own == response))),
                None => Some((row.value)(&Answer::Response(response))).filter(|value| value.is_finite()),
            };
            let is_sum = share_of.is_some() || protect::is_exclusive(question);
            let is_told = !estimate.is_suppressed() && estimate.estimate.is_finite() && is_sum;
            Figure {
                adds: (0..responses).map(adds).collect(),
                within: disclosure::told(estimate, answered, estimator.choices.fewest_told()),
                shown: is_told,
                share_of,
                is_mean: row.statistic == Statistic::Mean,
            }
        })
        .collect()
}
