//! The results of one question: every share, the positive share, nets, the mean; for everyone and by group.

use std::borrow::Cow;

use chrono::Timelike;

use super::estimator::Estimator;
use super::protect::Tally;
use super::respondents::Respondents;
use super::{Choices, Estimate, Statistic, protect, together};
use crate::error::Result;
use crate::instrument::{Answer, Question, QuestionKind, Scale, Valence};
use crate::results::{GroupResult, Grouping, QuestionResult};
use crate::terms::Missing;

/// Estimates a question from the answers of the respondents (one each, in their order).
///
/// # Errors
/// When the design is not sound; that would be a fault of the program.
pub fn question(
    question: &Question,
    answers: &[&Answer],
    respondents: &Respondents,
    choices: &Choices,
) -> Result<QuestionResult> {
    let valid: Vec<bool> = answers.iter().map(|answer| answer.missing().is_none()).collect();
    let weighted = respondents.weighted(&question.id, &valid, choices)?;
    let estimator = Estimator { id: &question.id, valid: &valid, weighted: &weighted, choices, unit_of: None };
    let counts = |unit: usize| respondents.counts_in(&question.id, unit);
    let mut result =
        results(&estimator, question, answers, &respondents.groupings, &respondents.group_of, &counts, |result| {
            together::protect(question, &estimator, answers, respondents, &mut result.overall, &mut result.groups);
        });
    result.missing.extend(Some(elsewhere(&question.id, respondents)).filter(|(_, count)| *count > 0));
    let positive = result.overall.positive.as_ref();
    result.more_returns = positive.and_then(|positive| more_returns(positive, respondents.len(), choices));
    Ok(result)
}

/// The results of a question for everyone and by group, protected; `across` protects over all groupings. `group_of` gives for each
/// grouping the group of each answer, and `counts` says of which answers it is told why they are none.
pub(super) fn results(
    estimator: &Estimator<'_>,
    question: &Question,
    answers: &[&Answer],
    groupings: &[Grouping],
    group_of: &[Vec<Option<usize>>],
    counts: &dyn Fn(usize) -> bool,
    across: impl FnOnce(&mut QuestionResult),
) -> QuestionResult {
    let choices = estimator.choices;
    let group =
        |by: &str, name: &str, member: &dyn Fn(usize) -> bool| group(estimator, question, answers, by, name, member);
    let tally = |member: &dyn Fn(usize) -> bool| tally(estimator, question, answers, member);
    let mut overall = group("", "", &|_| true);
    let rare = protect::everyone(question, &mut overall, tally(&|_| true), choices);
    let mut groups = Vec::new();
    for (grouping, group_of) in groupings.iter().zip(group_of) {
        let mut results: Vec<GroupResult> = grouping
            .groups
            .iter()
            .enumerate()
            .map(|(place, name)| group(&grouping.by, name, &|answer| group_of[answer] == Some(place)))
            .collect();
        let tallies = (0..results.len()).map(|place| tally(&|answer| group_of[answer] == Some(place))).collect();
        protect::groups(question, &mut results, tallies, &rare, choices);
        groups.extend(results);
    }
    let missing = Missing::ALL
        .into_iter()
        .map(|kind| {
            let those = |&at: &usize| answers[at].missing() == Some(kind) && counts(at);
            (kind.label().to_owned(), (0..answers.len()).filter(those).count())
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    let id = question.id.clone();
    let mut result = QuestionResult { id, overall, groups, missing, more_returns: None, words: Vec::new() };
    protect::nets(&mut result.overall, &mut result.groups);
    across(&mut result);
    protect::nets(&mut result.overall, &mut result.groups);
    result
}

/// Those whom a question or score does not speak for.
pub(super) fn elsewhere(id: &str, respondents: &Respondents) -> (String, usize) {
    let outside = (0..respondents.len()).filter(|&unit| !respondents.counts_in(id, unit)).count();
    ("Outside its population".to_owned(), outside)
}

/// Everything about a question in one group.
fn group(
    estimator: &Estimator<'_>,
    question: &Question,
    answers: &[&Answer],
    by: &str,
    group: &str,
    member: &dyn Fn(usize) -> bool,
) -> GroupResult {
    let domain = estimator.domain(member);
    let make = |statistic, response: &str, label: &str, value: &dyn Fn(&Answer) -> f64| {
        let values = estimator.values(|unit| value(answers[unit]));
        let mut estimate = estimator.estimate(statistic, &domain, &values);
        (estimate.response, estimate.label) = (response.to_owned(), label.to_owned());
        (estimate.by, estimate.group) = (by.to_owned(), group.to_owned());
        estimate
    };
    let mut result = GroupResult::of(by, group, domain.iter().filter(|&&inside| inside).count());
    result.units = estimator.units(&domain);
    for row in rows(question) {
        let mut estimate = make(row.statistic, row.response, &row.label, &row.value);
        match (question.kind, row.statistic) {
            (QuestionKind::Multiple, _) => estimate.method.push_str(MULTIPLE),
            (QuestionKind::Rank, Statistic::Proportion) => estimate.method.push_str(FIRST_CHOICE),
            _ => {}
        }
        match row.statistic {
            Statistic::Proportion => result.shares.push(estimate),
            Statistic::Net => result.nets.push(estimate),
            Statistic::Positive => result.positive = Some(estimate),
            Statistic::Mean => result.mean = Some(estimate),
            Statistic::Median => result.more.push(estimate),
        }
    }
    if let Some((label, number)) = number(question).filter(|_| question.kind != QuestionKind::Rating) {
        let values = estimator.values(|unit| number(answers[unit]));
        let mut median = estimator.median(&domain, &values);
        median.label = label.replacen("Mean", "Median", 1);
        (median.by, median.group) = (by.to_owned(), group.to_owned());
        result.more.push(median);
    }
    if let (QuestionKind::Rank, Some(scale)) = (question.kind, &question.scale) {
        for (place, response) in scale.responses.iter().enumerate() {
            let label = format!("Mean place: {}", response.label);
            let mut estimate = make(Statistic::Mean, &response.code, &label, &|answer| place_of(answer, place));
            estimate.method.push_str(PLACED);
            result.more.push(estimate);
        }
    }
    if result.n > 0 && result.people() < estimator.choices.suppress_below {
        protect::hide(&mut result);
    }
    result
}

/// A statistic of a question as a number for every answer.
pub struct Row<'a> {
    /// What it is.
    pub statistic: Statistic,
    /// The code of the response, or the id of the net.
    pub response: &'a str,
    /// The words for it: a net is told apart from a response of the same name.
    pub label: Cow<'a, str>,
    /// The number of an answer: 0 or 1 for shares.
    pub value: Box<dyn Fn(&Answer) -> f64 + 'a>,
}

/// Every statistic of a question, in the order of [`GroupResult::estimates`].
pub fn rows(question: &Question) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut add = |statistic, response, label, value| rows.push(Row { statistic, response, label, value });
    for (place, response) in question.scale.iter().flat_map(|scale| scale.responses.iter().enumerate()) {
        let chosen = Box::new(move |answer: &Answer| share(chose(answer, |at| at == place)));
        add(Statistic::Proportion, response.code.as_str(), Cow::from(&response.label), chosen);
    }
    if let Some(positive) = positive(question) {
        let label = question.scale.as_ref().map_or(String::new(), Scale::positive_together);
        add(Statistic::Positive, "", Cow::from(label), Box::new(positive));
    }
    for (net, scale) in question.nets.iter().filter_map(|net| Some((net, question.scale.as_ref()?))) {
        let label = Cow::from(scale.together(&net.label, net.responses.len()));
        let any = Box::new(|answer: &Answer| share(chose(answer, |at| net.responses.contains(&at))));
        add(Statistic::Net, &net.id, label, any);
    }
    if let Some((label, number)) = number(question) {
        add(Statistic::Mean, "", Cow::from(label), Box::new(number));
    }
    rows
}

/// What people of a group answered. Of rows those are counted who gave any of them; what these stand for is shared out as the
/// rows are.
fn tally(estimator: &Estimator<'_>, question: &Question, answers: &[&Answer], member: &dyn Fn(usize) -> bool) -> Tally {
    let responses = question.scale.as_ref().map_or(0, |scale| scale.responses.len());
    let mut tally = Tally { counts: vec![0; responses], weighted: vec![0; responses], base: 0, most: 1 };
    // Who was counted last, in all and for each response: the answers of one unit stand together.
    let (mut last, mut stands_for) = (usize::MAX, 0);
    let mut last_of = vec![usize::MAX; responses];
    for (answer, unit, weight) in estimator.answered().into_iter().filter(|(answer, ..)| member(*answer)) {
        let worth = (weight * 1000.0).round().max(0.0) as u64;
        stands_for = if last == unit { stands_for + worth } else { worth };
        last = unit;
        tally.base += worth;
        tally.most = tally.most.max(stands_for);
        for (place, last) in last_of.iter_mut().enumerate() {
            if chose(answers[answer], |at| at == place) {
                tally.counts[place] += u64::from(*last != unit);
                *last = unit;
                tally.weighted[place] += worth;
            }
        }
    }
    tally
}

/// The base of shares of which one person can be in several: those who ticked at least one response, "none of these"
/// included.
const MULTIPLE: &str = "; base: all who ticked at least one";

/// The base of first choices: those who put anything in order.
const FIRST_CHOICE: &str = "; first choices, base: all who put any in order";

/// The base of mean places: those who gave the response a place, 1 being the first.
const PLACED: &str = "; mean place, 1 the first, base: all who gave it a place";

/// The place of a response in an order, 1 for the first; NaN where it has none.
fn place_of(answer: &Answer, response: usize) -> f64 {
    match answer {
        Answer::Order(order) => order.iter().position(|at| *at == response).map_or(f64::NAN, |at| (at + 1) as f64),
        _ => f64::NAN,
    }
}

fn share(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// Whether an answer is positive, 0 or 1, for questions with a positive share.
pub(super) fn positive(question: &Question) -> Option<impl Fn(&Answer) -> f64 + '_> {
    let scale = question.scale.as_ref().filter(|scale| scale.has_positive() && question.kind.gives_one_response())?;
    Some(|answer: &Answer| share(chose(answer, |at| scale.responses[at].valence == Valence::Positive)))
}

/// The number of an answer, for questions with a mean, with the words for the mean.
pub(super) fn number(question: &Question) -> Option<(&'static str, impl Fn(&Answer) -> f64 + '_)> {
    let label = match question.kind {
        QuestionKind::Rating => "Mean rating",
        kind if kind.is_number() => "Mean",
        QuestionKind::Calculate if question.written.numeric => "Mean",
        QuestionKind::Time => "Mean time, in hours after midnight",
        _ => return None,
    };
    let number = |answer: &Answer| match (answer, &question.scale) {
        (Answer::Response(at), Some(scale)) => scale.responses[*at].score.unwrap_or(f64::NAN),
        (Answer::Number(number), _) => *number,
        (Answer::Time(time), _) => f64::from(time.num_seconds_from_midnight()) / 3_600.0,
        _ => f64::NAN,
    };
    Some((label, number))
}

pub(super) fn chose(answer: &Answer, is: impl Fn(usize) -> bool) -> bool {
    match answer {
        Answer::Response(at) => is(*at),
        Answer::Responses(chosen) => chosen.iter().any(|&at| is(at)),
        Answer::Order(order) => order.first().is_some_and(|&at| is(at)),
        _ => false,
    }
}

/// How many more returns would bring a share within the rule, all else alike.
///
/// With se^2 = S^2 (1/n - 1/N), N being those to whom the question applies, the answers needed are
/// n = 1 / (wanted^2 / S^2 + 1/N) with wanted = rule / critical; returns are as many more as there are returns to an answer.
fn more_returns(positive: &Estimate, returns: usize, choices: &Choices) -> Option<usize> {
    let has_error = positive.se > 0.0;
    if !has_error || positive.holds_within(choices.rule) {
        return None;
    }
    let (n, population) = (positive.n as f64, positive.sum_weights);
    let spread = positive.se * positive.se / (1.0 / n - 1.0 / population);
    let wanted = choices.rule / (positive.moe / positive.se);
    let needed = 1.0 / (wanted * wanted / spread + 1.0 / population);
    let more = ((needed - n) * returns as f64 / n).ceil();
    (more >= 1.0).then_some(more as usize)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::estimate::{Basis, Flag};
    use crate::instrument::{self, HighIs, Net};
    use crate::statistics::{Critical, Method};
    use crate::weights::SingleAnswer;

    /// England's choices: per-question weights, the plain interval, z = 1.96.
    fn england() -> Choices {
        Choices {
            basis: Basis::PerQuestion,
            single: SingleAnswer::Collapse,
            interval: Method::Wald,
            level: 0.95,
            critical: Critical::Fixed(1.96),
            rule: 0.10,
            suppress_below: 1,
            suppress_cells_below: 0,
        }
    }

    fn three_responses() -> Question {
        let text = r#"
            [instrument]
            id = "i"
            version = "1"
            title = "t"
            kind = "survey"
            [scales.three]
            responses = [
                { code = 1, label = "one", valence = "positive" },
                { code = 2, label = "two" },
                { code = 3, label = "three", valence = "negative" },
            ]
            [[section]]
            id = "s"
            title = "s"
            [[section.question]]
            id = "q"
            text = "q"
            kind = "single"
            scale = "three"
        "#;
        let mut instrument = instrument::parse(Path::new("test.toml"), text).expect("a sound instrument");
        instrument.questions.remove(0)
    }

    /// `counts[stratum]` lists how many gave each response.
    fn answered(populations: &[usize], counts: &[&[usize]]) -> (Vec<Answer>, Respondents) {
        let mut answers = Vec::new();
        let mut respondents = Respondents {
            strata: (0..populations.len()).map(|at| at.to_string()).collect(),
            populations: populations.to_vec(),
            ..Respondents::default()
        };
        for (stratum, counts) in counts.iter().enumerate() {
            for (response, &count) in counts.iter().enumerate() {
                for _ in 0..count {
                    answers.push(Answer::Response(response));
                    respondents.stratum_of.push(stratum);
                }
            }
        }
        (answers, respondents)
    }

    fn estimated(answers: &[Answer], respondents: &Respondents, choices: &Choices) -> QuestionResult {
        question(&three_responses(), &answers.iter().collect::<Vec<_>>(), respondents, choices).expect("a sound design")
    }

    /// The worked numbers of England's Adult Social Care Survey method: shares and margins in per cent.
    #[test]
    fn englands_estimator_gives_its_published_margins() {
        type Case<'a> = (&'a [usize], &'a [&'a [usize]], &'a [(f64, f64)]);
        let cases: [Case<'_>; 3] = [
            (
                &[100, 100],
                &[&[2, 2, 6], &[3, 1, 1]],
                &[(40.0, 26.47814192876834), (20.0, 22.77314207569961), (40.0, 24.401803212057917)],
            ),
            (&[1000, 3000], &[&[0, 3, 0], &[2, 2, 0]], &[(37.5, 42.40694518590086), (62.5, 42.40694518590086)]),
            (&[100, 100], &[&[1, 4, 0], &[0, 3, 0]], &[(10.0, 19.10371691582557), (90.0, 19.10371691582557)]),
        ];
        for (populations, counts, expected) in cases {
            let (answers, respondents) = answered(populations, counts);
            let result = estimated(&answers, &respondents, &england());
            for (share, (per_cent, margin)) in result.overall.shares.iter().zip(expected) {
                assert!((100.0 * share.estimate - per_cent).abs() < 1e-12, "{} {per_cent}", share.estimate);
                assert!((100.0 * share.moe - margin).abs() < 1e-12, "{} {margin}", share.moe);
            }
        }
    }

    /// A question left out changes the weights per question, and is a domain per unit.
    #[test]
    fn the_two_weightings_differ_where_answers_are_missing() {
        let (mut answers, respondents) = answered(&[100, 300], &[&[4, 0, 4], &[2, 0, 6]]);
        answers[0] = Answer::Missing(Missing::NotAnswered);
        let per_question = estimated(&answers, &respondents, &england());
        let positive = per_question.overall.positive.expect("a positive share");
        assert!((positive.estimate - (100.0 * 3.0 / 7.0 + 300.0 * 0.25) / 400.0).abs() < 1e-15);
        assert!((positive.sum_weights - 400.0).abs() < 1e-9);
        let per_unit = estimated(&answers, &respondents, &Choices { basis: Basis::PerUnit, ..england() });
        let positive = per_unit.overall.positive.expect("a positive share");
        assert!((positive.estimate - (12.5 * 3.0 + 37.5 * 2.0) / (12.5 * 7.0 + 300.0)).abs() < 1e-15);
        assert_eq!(per_unit.missing, [("Not answered".to_owned(), 1)]);
    }

    /// R survey 4.1-1 by tests/reference/ineligible.R: a subset of the design keeps the units outside of it.
    #[test]
    fn units_that_do_not_belong_make_the_population_smaller_and_add_to_the_error() {
        let (mut answers, mut respondents) = answered(&[100, 300], &[&[5, 0, 3], &[4, 0, 6]]);
        answers[17] = Answer::Missing(Missing::NotAnswered);
        respondents.ineligible = vec![2, 5];
        for (basis, share, se, df) in [
            (Basis::PerUnit, 0.5, 0.127_521_068_817_635_92, 23.0),
            (Basis::PerQuestion, 0.496_031_746_031_746, 0.129_813_230_373_041_1, 22.0),
        ] {
            let result = estimated(&answers, &respondents, &Choices { basis, ..england() });
            let positive = result.overall.positive.expect("a positive share");
            assert!((positive.estimate - share).abs() < 1e-12, "{basis:?}: {}", positive.estimate);
            assert!((positive.se - se).abs() < 1e-12, "{basis:?}: {}", positive.se);
            assert_eq!(positive.df, df);
            let weights = if basis == Basis::PerUnit { 260.0 } else { 280.0 };
            assert!((positive.sum_weights - weights).abs() < 1e-9, "{basis:?}: {}", positive.sum_weights);
        }
        respondents.ineligible = vec![0, 0];
        let kept = estimated(&answers, &respondents, &Choices { basis: Basis::PerUnit, ..england() });
        respondents.ineligible = Vec::new();
        let none = estimated(&answers, &respondents, &Choices { basis: Basis::PerUnit, ..england() });
        assert_eq!(kept.overall.positive, none.overall.positive);
    }

    #[test]
    fn a_small_group_is_hidden_and_so_is_the_one_that_would_give_it_away() {
        let (answers, mut respondents) = answered(&[500], &[&[20, 0, 10]]);
        let groups = ["large", "middling", "small"].map(str::to_owned).to_vec();
        respondents.groupings = vec![Grouping { by: "area".into(), label: "Area".into(), groups }];
        respondents.group_of =
            vec![(0..30).map(|unit| Some(if unit < 20 { 0 } else { 1 + usize::from(unit >= 27) })).collect()];
        let result = estimated(&answers, &respondents, &Choices { suppress_below: 5, ..england() });
        let hidden: Vec<(usize, bool)> = result.groups.iter().map(|group| (group.n, group.suppressed)).collect();
        assert_eq!(hidden, [(20, false), (7, true), (3, true)]);
        assert!(result.groups[2].shares.iter().all(Estimate::is_suppressed));
    }

    #[test]
    fn a_net_is_hidden_where_a_response_is() {
        let mut asked = three_responses();
        let (id, label) = ("n".to_owned(), "two or three".to_owned());
        asked.nets.push(Net { id, label, responses: vec![1, 2], high_is: HighIs::Bad });
        let (answers, respondents) = answered(&[500], &[&[40, 30, 2]]);
        let of = |suppress_cells_below| {
            let choices = Choices { suppress_cells_below, ..england() };
            question(&asked, &answers.iter().collect::<Vec<_>>(), &respondents, &choices)
                .expect("a sound design")
                .overall
        };
        let (open, guarded) = (of(0), of(3));
        assert!((open.nets[0].estimate - 32.0 / 72.0).abs() < 1e-12 && !open.nets[0].is_suppressed());
        assert!(!guarded.suppressed && guarded.shares[2].is_suppressed() && guarded.nets[0].is_suppressed());
    }

    /// 90 of 500 give 9.4 points at 50%, so nothing more is needed; 60 give 11.97, and 82 would give 9.98.
    #[test]
    fn the_returns_still_needed_bring_the_margin_within_the_rule() {
        let (answers, respondents) = answered(&[500], &[&[45, 0, 45]]);
        assert_eq!(estimated(&answers, &respondents, &england()).more_returns, None);
        let (answers, respondents) = answered(&[500], &[&[30, 0, 30]]);
        let more = estimated(&answers, &respondents, &england()).more_returns.expect("too few answers");
        let n = 60 + more;
        let margin = |n: usize| 1.96 * ((1.0 - n as f64 / 500.0) * 0.25 / 59.0 * 60.0 / n as f64).sqrt();
        assert!(margin(n) <= 0.10 && margin(n - 1) > 0.10, "{more}");
    }

    #[test]
    fn answers_all_the_same_have_an_exact_interval_and_nobody_has_none() {
        let (answers, respondents) = answered(&[200], &[&[30]]);
        let positive = estimated(&answers, &respondents, &england()).overall.positive.expect("a positive share");
        assert!(positive.flags.contains(&Flag::AllSame));
        assert!(positive.ci_low > 0.85 && positive.ci_low < 0.95 && (positive.ci_high - 1.0).abs() < 1e-15);
        assert!((positive.moe - (1.0 - positive.ci_low)).abs() < 1e-15);
        let (answers, respondents) = answered(&[200], &[&[]]);
        let positive = estimated(&answers, &respondents, &england()).overall.positive.expect("a positive share");
        assert_eq!((positive.n, positive.flags.clone()), (0, vec![Flag::Empty]));
        assert!(positive.estimate.is_nan());
    }

    #[test]
    fn a_census_has_no_error() {
        let (answers, respondents) = answered(&[4], &[&[3, 0, 1]]);
        let positive = estimated(&answers, &respondents, &england()).overall.positive.expect("a positive share");
        assert_eq!((positive.estimate, positive.se, positive.moe), (0.75, 0.0, 0.0));
        assert_eq!(positive.flags, [Flag::Census]);
    }
}
