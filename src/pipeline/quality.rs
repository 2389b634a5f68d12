//! How fieldwork ended: dispositions and rates, edit rules counted, and the checks that ask for an explanation.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::analysis::{Analysis, Units};
use super::fieldwork_choices::{
    item_response as item_response_check, item_response_by_form, sample_share, stratum_share,
};
use super::{Definition, Sampling, shares};
use crate::disclosure;
use crate::editing::{self, RuleCount};
use crate::error::Result;
use crate::fieldwork::{self, Disposition, Settled};
use crate::instrument::{Answer, EditAction, EditTest, Instrument, Question, Variant};
use crate::results::{
    Check, DispositionCount, EditCounts, EditResult, Fieldwork, ItemResponse, OutcomeRate, QuestionResult, Untold,
};
use crate::returns::Returned;
use crate::statistics::response_rates::Rate;
use crate::terms::Missing;

/// How the units in use ended.
pub(super) fn settle(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    returned: &Returned,
) -> Result<Settled> {
    let in_use = sampling.in_use();
    let struck_off =
        |serial: &str| sampling.releases.struck_off(serial).map(|decision| Disposition::of_reason(decision.reason));
    let serials = in_use.iter().map(|unit| unit.serial.as_str());
    Ok(fieldwork::settle(serials, returned, &definition.thresholds(instrument)?, struck_off, &sampling.register))
}

/// Puts together what the data quality section says of fieldwork. `questions` are the results before bases are rounded.
pub(super) fn fieldwork(
    analysis: &Analysis<'_>,
    sampling: &Sampling,
    returned: &Returned,
    units: &Units<'_>,
    questions: &[QuestionResult],
) -> Result<Fieldwork> {
    let definition = analysis.definition;
    let publish = &definition.publish;
    let coarse = |rate: f64| disclosure::nearest_share(rate, units.drawn.iter().sum(), publish.round_bases);
    let settled = settle(definition, analysis.instrument, sampling, returned)?;
    let in_use = sampling.in_use();
    let ended = || in_use.iter().filter_map(|unit| Some((*settled.dispositions.get(&unit.serial)?, *unit)));
    let dispositions = Disposition::ALL.iter().filter_map(|(disposition, words)| {
        let those = || ended().filter(|(other, _)| other == disposition);
        let weighted = those().map(|(_, unit)| unit.design_weight).sum::<f64>();
        let count = DispositionCount {
            disposition: (*words).to_owned(),
            units: disclosure::nearest(those().count(), publish.round_bases),
            // What the units stand for would tell their number where all weights are alike.
            weighted: match publish.round_people {
                1 => weighted,
                people => (weighted / people as f64).round() * people as f64,
            },
        };
        (count.units > 0).then_some(count)
    });
    let not_returned = definition.dispositions.not_returned;
    let plain = fieldwork::outcomes(ended().map(|(disposition, _)| (disposition, 1.0)), not_returned);
    let weighted =
        fieldwork::outcomes(ended().map(|(disposition, unit)| (disposition, unit.design_weight)), not_returned);
    let given = definition.dispositions.eligible.as_ref().map(|share| *share.get_ref());
    let eligible =
        (given.unwrap_or_else(|| plain.proportional_e()), given.unwrap_or_else(|| weighted.proportional_e()));
    let rates = Rate::ALL.iter().map(|(rate, name, formula)| OutcomeRate {
        name: (*name).to_owned(),
        formula: (*formula).to_owned(),
        unweighted: coarse(plain.rate(*rate, eligible.0)),
        weighted: coarse(weighted.rate(*rate, eligible.1)),
    });
    let (edits, untold) = edits(analysis, returned);
    let mut items = item_response(analysis, units, questions);
    // Of how many were asked it would follow how many were made out not to be.
    items.iter_mut().filter(|item| !untold.tells_kinds(&item.question)).for_each(|item| item.rate = f64::NAN);
    Ok(Fieldwork {
        checks: checks(analysis, sampling, returned, units, &items),
        edits,
        untold,
        dispositions: dispositions.collect(),
        rates: rates.collect(),
        eligible,
        items,
    })
}

/// The rules with counts, and what is not told because the number of a rule that is not shown would follow.
///
/// What a rule says of one answer by itself, of the way through the form or of the whole return counts mistakes in filling in,
/// as the findings by code do. A condition lays answers beside each other, so that its number tells what few people said
/// together: it is protected like an answer. Three things would give it away, and are kept back with it: how many answers stood
/// before and after other rules about the same questions, findings of the code under which it is reported, and the kinds of
/// missing answers to the questions that it made missing. With these gone it stands in no published sum.
fn edits(analysis: &Analysis<'_>, returned: &Returned) -> (Vec<EditResult>, Untold) {
    let publish = &analysis.definition.publish;
    let instrument = analysis.instrument;
    let rows = returned.responses.iter().map(|response| {
        let answers: Vec<&Answer> = response.answers.iter().map(|given| &given.answer).collect();
        (answers, response.edits.as_slice())
    });
    let blank: Vec<usize> = returned.set_aside.iter().filter_map(|row| row.rule).collect();
    let counts = editing::count(instrument, rows, &blank);
    let is_hidden = |count: &RuleCount| {
        let lays_answers_together = matches!(instrument.edits[count.rule].test, EditTest::When(_));
        lays_answers_together && count.returns > 0 && count.returns < publish.suppress_below
    };
    let mut untold = Untold::default();
    let mut of_hidden: BTreeSet<usize> = BTreeSet::new();
    for count in counts.iter().filter(|count| is_hidden(count)) {
        of_hidden.extend(&count.touched);
        let rule = &instrument.edits[count.rule];
        untold.findings.extend(match rule.action {
            EditAction::Keep => None,
            EditAction::Warn => Some("R051".to_owned()),
            _ => Some("R050".to_owned()),
        });
        if !rule.action.keeps() {
            untold.kinds.extend(count.touched.iter().map(|&at| instrument.questions[at].id.clone()));
        }
    }
    for list in [&mut untold.findings, &mut untold.kinds] {
        list.sort_unstable();
        list.dedup();
    }
    let round = |n: usize| disclosure::nearest(n, publish.round_bases);
    let edits = counts.iter().map(|count| {
        let rule = &instrument.edits[count.rule];
        let apart = count.touched.iter().all(|question| !of_hidden.contains(question));
        EditResult {
            id: rule.id.clone(),
            label: rule.label.clone(),
            action: rule.action_in_words(),
            counts: (!is_hidden(count)).then(|| EditCounts {
                returns: round(count.returns),
                answers: round(count.answers),
                answered: apart.then(|| (round(count.before), round(count.after))),
            }),
        }
    });
    (edits.collect(), untold)
}

/// Those who answered a question, of those who could: the routing led them there, and it applies to them.
fn item_response(analysis: &Analysis<'_>, units: &Units<'_>, questions: &[QuestionResult]) -> Vec<ItemResponse> {
    let one = |(place, question): (usize, &QuestionResult)| {
        let answers = units.responses.iter().map(|response| response.answers[place].answer.missing());
        let (mut asked, mut answered) = (0usize, 0usize);
        for missing in answers {
            asked += usize::from(!matches!(missing, Some(Missing::NotAsked | Missing::NotApplicable)));
            answered += usize::from(missing.is_none());
        }
        let rate = if question.overall.suppressed { f64::NAN } else { answered as f64 / asked as f64 };
        let rate = disclosure::nearest_share(rate, asked, analysis.definition.publish.round_bases);
        ItemResponse { question: analysis.instrument.questions[place].id.clone(), rate }
    };
    // What the office enters is nobody's answer.
    let asked = |place: &usize| !analysis.instrument.is_record(&analysis.instrument.questions[*place]);
    questions.iter().enumerate().filter(|(place, _)| asked(place)).map(one).collect()
}

/// Item response form by form, of questions whose forms have responses of their own.
fn by_form<'a>(
    analysis: &Analysis<'a>,
    units: &Units<'_>,
    items: &[ItemResponse],
) -> Vec<(&'a Question, Variant, f64)> {
    let mut found = Vec::new();
    for (place, question) in analysis.instrument.questions.iter().enumerate() {
        let common = question.scale.as_ref().map_or(0, |scale| scale.responses.len());
        let own = question.variants.as_ref().filter(|variants| variants.standard.combined.len() > common);
        let hidden = items.iter().any(|item| item.question == question.id && item.rate.is_nan());
        for form in Variant::ALL.into_iter().filter(|_| own.is_some() && !hidden) {
            let those = units.responses.iter().filter(|response| response.variant == Some(form));
            let answers: Vec<Option<Missing>> =
                those.map(|response| response.answers[place].answer.missing()).collect();
            let asked = |m: &&Option<Missing>| !matches!(m, Some(Missing::NotAsked | Missing::NotApplicable));
            let (asked, answered) =
                (answers.iter().filter(asked).count(), answers.iter().filter(|m| m.is_none()).count());
            let rate = disclosure::nearest_share(
                answered as f64 / asked as f64,
                asked,
                analysis.definition.publish.round_bases,
            );
            found.push((question, form, rate));
        }
    }
    found
}

/// A share in per cent as it is shown in a check.
fn per_cent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

fn checks(
    analysis: &Analysis<'_>,
    sampling: &Sampling,
    returned: &Returned,
    units: &Units<'_>,
    items: &[ItemResponse],
) -> Vec<Check> {
    let choices = &analysis.definition.checks;
    let mut checks = Vec::new();
    let mut check = |id: String, beyond: bool, found: String, expected: String| {
        if beyond {
            let explanation = analysis.definition.explanation(&id).cloned();
            checks.push(Check { id, found, expected, explanation });
        }
    };
    let drawn: usize = units.drawn.iter().sum();
    let response = units.responses.len() as f64 / drawn as f64;
    let response = disclosure::nearest_share(response, drawn, analysis.definition.publish.round_bases);
    let [low, high] = *choices.response.get_ref();
    check(
        "response".to_owned(),
        100.0 * response < low || 100.0 * response > high,
        format!("{} of those drawn returned", per_cent(response)),
        format!("{low}% to {high}%"),
    );
    let least = *choices.item_response.get_ref();
    for item in items {
        let label = analysis.instrument.question(&item.question).map_or("", |question| question.label.as_str());
        check(
            item_response_check(&item.question),
            100.0 * item.rate < least,
            format!("{} of those asked answered \u{201c}{label}\u{201d}", per_cent(item.rate)),
            format!("at least {least}%"),
        );
    }
    for (question, form, rate) in by_form(analysis, units, items) {
        check(
            item_response_by_form(&question.id, form),
            100.0 * rate < least,
            format!(
                "{} of those asked answered \u{201c}{}\u{201d} in the {}",
                per_cent(rate),
                question.label,
                form.label().to_lowercase()
            ),
            format!("at least {least}%"),
        );
    }
    for looked in shares::look(analysis.definition, analysis.instrument, sampling, returned) {
        check(looked.id, looked.beyond, looked.found, looked.expected);
    }
    let population = sampling.sample.population;
    if let Some(limit) = &choices.sample {
        let share = 100.0 * drawn as f64 / population as f64;
        check(
            "sample".to_owned(),
            share >= *limit.get_ref() && drawn < population,
            format!("{share:.1}% of the frame was drawn"),
            format!("less than {}%, or everybody", limit.get_ref()),
        );
    }
    if let Some(choice) = choices.population.as_ref().map(Spanned::get_ref) {
        let differs = 100.0 * (population as f64 - choice.before as f64) / population as f64;
        check(
            "population".to_owned(),
            differs.abs() > choice.within,
            format!("the frame has {population}, {differs:+.1}% against {} ({})", choice.before, choice.source),
            format!("a difference of at most {}%", choice.within),
        );
    }
    for (stratum, &in_use) in sampling.sample.strata.iter().zip(&units.drawn) {
        let Some(range) = &choices.stratum_of_sample else { break };
        let ([low, high], share) = (*range.get_ref(), 100.0 * in_use as f64 / drawn as f64);
        check(
            sample_share(&stratum.stratum),
            share < low || share > high,
            format!("{} is {share:.1}% of the sample", stratum.stratum),
            format!("{low}% to {high}%"),
        );
    }
    let points = *choices.stratum_share.get_ref();
    for (stratum, &in_use) in sampling.sample.strata.iter().zip(&units.drawn) {
        let of_sample = in_use as f64 / drawn as f64;
        let of_frame = stratum.population as f64 / sampling.sample.population as f64;
        check(
            stratum_share(&stratum.stratum),
            100.0 * (of_sample - of_frame).abs() > points + 1e-9,
            format!(
                "{} is {} of the sample and {} of the frame",
                stratum.stratum,
                per_cent(of_sample),
                per_cent(of_frame)
            ),
            format!("a difference of at most {points} points"),
        );
    }
    let replaced = sampling.releases.decisions.iter().filter(|decision| decision.replaces).count();
    let main = sampling.sample.main().count();
    let most = *choices.replacements.get_ref();
    check(
        "replacements".to_owned(),
        100.0 * replaced as f64 > most * main as f64,
        format!("reserves stand for {replaced} of {main} drawn"),
        if most == 0.0 { "none".to_owned() } else { format!("at most {most}%") },
    );
    checks
}

/// The rules that made an answer what it is or was, by question: how many answers each of them set missing.
pub(super) fn set_missing(instrument: &Instrument, returned: &Returned, question: usize) -> Vec<(String, usize)> {
    let mut rules: BTreeMap<usize, usize> = BTreeMap::new();
    for response in &returned.responses {
        let last = response.edits.iter().rev().find(|edit| edit.question == question && edit.concerns_an_answer());
        if let Some(edit) = last.filter(|edit| edit.after.missing().is_some()) {
            *rules.entry(edit.rule).or_default() += 1;
        }
    }
    rules.into_iter().map(|(rule, count)| (instrument.edits[rule].id.clone(), count)).collect()
}
