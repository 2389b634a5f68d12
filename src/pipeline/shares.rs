//! `[[checks.share]]`: what the returns hold about everybody in the sample, or about those who responded, beside the shares
//! that raise no question. No share is told of so few people that one of them could be meant.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Definition, Sampling};
use crate::disclosure;
use crate::error::Result;
use crate::instrument::{Answer, Code, Instrument, Question, nearest};
use crate::returns::{Given, Returned};

/// `[[checks.share]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareChoice {
    /// Under which it is explained.
    pub id: Spanned<String>,
    /// The question.
    pub question: Spanned<String>,
    /// Whose answers are looked at.
    #[serde(default)]
    pub among: Among,
    /// Whether everybody must be in one of the groups.
    #[serde(default)]
    pub complete: bool,
    /// The lowest share in per cent of a group that says nothing else.
    pub lowest: Option<f64>,
    /// The highest.
    pub highest: Option<f64>,
    /// The groups; shares are of those who are in one of them.
    pub groups: Vec<Spanned<ShareGroup>>,
}

/// Whose answers a share is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Among {
    /// Everybody in the sample.
    #[default]
    Sample,
    /// Those whose return counts.
    Returned,
}

/// A group of answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareGroup {
    /// The words for it.
    pub label: String,
    /// The codes of its answers, those that stand for missing among them.
    #[serde(default)]
    pub codes: Vec<Code>,
    /// Of a number the lowest.
    pub from: Option<f64>,
    /// Of a number the highest.
    pub to: Option<f64>,
    /// Its lowest share in per cent.
    pub lowest: Option<f64>,
    /// Its highest share in per cent.
    pub highest: Option<f64>,
}

impl ShareGroup {
    fn holds(&self, question: &Question, given: &Given) -> bool {
        if let (Answer::Number(number), true) = (&given.answer, self.from.is_some() || self.to.is_some()) {
            return self.from.is_none_or(|from| *number >= from) && self.to.is_none_or(|to| *number <= to);
        }
        code_of(question, given).is_some_and(|code| self.codes.iter().any(|known| known.text() == code))
    }
}

/// The code of an answer, also of one that stands for missing; none where nothing stands there that could be read.
fn code_of(question: &Question, given: &Given) -> Option<String> {
    let Answer::Missing(kind) = &given.answer else { return Some(question.code(&given.answer)) };
    let missing = &question.scale.as_ref()?.missing;
    let raw = given.raw.trim();
    let said = missing.iter().find(|m| m.code == raw || m.label.eq_ignore_ascii_case(raw));
    let mut of_kind = missing.iter().filter(|m| m.kind == *kind && !raw.is_empty());
    said.or_else(|| of_kind.next().filter(|_| of_kind.next().is_none())).map(|missing| missing.code.clone())
}

/// What one of the checks came to.
pub(super) struct Looked {
    pub id: String,
    pub beyond: bool,
    pub found: String,
    pub expected: String,
}

/// Checks what the pipeline file says against the instrument.
pub(super) fn examine(definition: &Definition, instrument: &Instrument) -> Result<()> {
    let mut ids: Vec<&str> = Vec::new();
    for choice in &definition.checks.shares {
        let id = choice.id.get_ref();
        if ids.contains(&id.as_str()) {
            return Err(definition.fault(choice.id.span(), "two checks have one id", "the second one"));
        }
        ids.push(id);
        let Some(question) = instrument.question(choice.question.get_ref()) else {
            let known = instrument.questions.iter().map(|question| question.id.as_str());
            let problem = "the pipeline checks a question that the instrument does not ask";
            let error = definition.fault(choice.question.span(), problem, "no such question");
            return Err(match nearest(choice.question.get_ref(), known) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("name a question of the instrument"),
            });
        };
        if choice.groups.is_empty() {
            return Err(definition
                .fault(choice.id.span(), "this check has no groups", "nothing to count")
                .expected("groups = [{ label = \"...\", codes = [1, 2] }, ...]"));
        }
        for group in &choice.groups {
            let of = group.get_ref();
            let codes = question.scale.iter().flat_map(|scale| {
                scale.responses.iter().map(|r| r.code.as_str()).chain(scale.missing.iter().map(|m| m.code.as_str()))
            });
            let codes: Vec<&str> = codes.collect();
            let unknown = of.codes.iter().any(|code| !codes.iter().any(|known| code.text() == *known));
            let bounds = of.from.is_some() || of.to.is_some();
            if unknown || bounds != question.kind.is_number() || (of.codes.is_empty() && !bounds) {
                return Err(definition
                    .fault(group.span(), format!("nobody can be in the group {:?}", of.label), "this group")
                    .expected(match question.kind.is_number() {
                        true => "from = NUMBER and to = NUMBER, or one of the two".to_owned(),
                        false => format!("codes among {}", codes.join(", ")),
                    }));
            }
            let limits = [of.lowest, of.highest, choice.lowest, choice.highest];
            if limits.iter().flatten().any(|limit| !(0.0..=100.0).contains(limit)) {
                return Err(definition
                    .fault(group.span(), format!("a limit of {:?} is out of range", of.label), "this group")
                    .expected("per cent, from 0 to 100"));
            }
        }
    }
    Ok(())
}

/// Looks at the shares that the pipeline names.
pub(super) fn look(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    returned: &Returned,
) -> Vec<Looked> {
    let recorded = recorded(returned);
    let in_use = sampling.in_use();
    definition
        .checks
        .shares
        .iter()
        .filter_map(|choice| {
            let place = instrument.position(choice.question.get_ref())?;
            let given: Vec<Option<&Given>> = in_use
                .iter()
                .filter_map(|unit| {
                    let row = recorded.get(unit.serial.as_str());
                    match choice.among {
                        Among::Sample => Some(row.and_then(|row| row.of(place))),
                        Among::Returned => row.filter(|row| row.returned).map(|row| row.of(place)),
                    }
                })
                .collect();
            Some(one(choice, &instrument.questions[place], &given, definition))
        })
        .collect()
}

fn one(choice: &ShareChoice, question: &Question, given: &[Option<&Given>], definition: &Definition) -> Looked {
    let publish = &definition.publish;
    let mut counts = vec![0usize; choice.groups.len()];
    for given in given.iter().flatten() {
        if let Some(at) = choice.groups.iter().position(|group| group.get_ref().holds(question, given)) {
            counts[at] += 1;
        }
    }
    let base: usize = counts.iter().sum();
    let mut found = Vec::new();
    let mut expected = Vec::new();
    for (group, &count) in choice.groups.iter().map(Spanned::get_ref).zip(&counts) {
        let (low, high) = (group.lowest.or(choice.lowest), group.highest.or(choice.highest));
        let share = 100.0 * count as f64 / base as f64;
        if base == 0 || !(low.is_some_and(|low| share < low) || high.is_some_and(|high| share > high)) {
            continue;
        }
        let few = |n: usize| n > 0 && n < publish.suppress_below;
        let rounded = 100.0 * disclosure::nearest_share(share / 100.0, base, publish.round_bases);
        found.push(match (few(count), few(base - count)) {
            (false, false) => format!("{}: {rounded:.1}%", group.label),
            (true, _) => format!("{}: fewer than {} people", group.label, publish.suppress_below),
            (_, true) => format!("{}: all but fewer than {}", group.label, publish.suppress_below),
        });
        let range = match (low, high) {
            (Some(low), Some(high)) => format!("{low}% to {high}%"),
            (Some(low), None) => format!("at least {low}%"),
            (None, high) => format!("at most {}%", high.unwrap_or(100.0)),
        };
        if !expected.contains(&range) {
            expected.push(range);
        }
    }
    if choice.complete && base < given.len() {
        let without = given.len() - base;
        found.push(match without < publish.suppress_below {
            true => format!("fewer than {} without a code", publish.suppress_below),
            false => format!("{} without a code", disclosure::nearest(without, publish.round_bases)),
        });
        expected.push("a code for everybody".to_owned());
    }
    let about = match choice.among {
        Among::Sample => "of the sample",
        Among::Returned => "of those who responded",
    };
    Looked {
        id: choice.id.get_ref().clone(),
        beyond: !found.is_empty(),
        found: format!("\u{201c}{}\u{201d} {about}: {}", question.label, found.join(", ")),
        expected: expected.join("; "),
    }
}

/// What stands in the row of a unit.
struct Recorded<'a> {
    returned: bool,
    answers: BTreeMap<usize, &'a Given>,
}

impl Recorded<'_> {
    fn of(&self, place: usize) -> Option<&Given> {
        self.answers.get(&place).copied()
    }
}

/// The rows of all units by serial, those that came back blank among them; of several the first reading that counts.
fn recorded(returned: &Returned) -> BTreeMap<&str, Recorded<'_>> {
    let mut rows: BTreeMap<&str, Recorded<'_>> = BTreeMap::new();
    for response in &returned.responses {
        let answers = response.answers.iter().enumerate().collect();
        rows.entry(&response.serial).or_insert(Recorded { returned: true, answers });
    }
    let blank = returned.blank.iter().map(|row| (row.serial.as_str(), &row.record));
    let aside = returned.set_aside.iter().map(|row| (row.serial.as_str(), &row.record));
    for (serial, record) in aside.chain(blank).filter(|(_, record)| !record.is_empty()) {
        let answers = record.iter().map(|(place, given)| (*place, given)).collect();
        rows.entry(serial).or_insert(Recorded { returned: false, answers });
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::terms::Missing;

    fn survey() -> (Definition, Instrument) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/adult-social-care-survey.toml");
        let definition = crate::pipeline::read(&path).expect("it ships");
        let instrument = definition.instrument().expect("it ships");
        (definition, instrument)
    }

    /// An answer that a group holds.
    fn given(question: &Question, group: &ShareGroup) -> Given {
        let of = |answer, raw: String| Given { answer, raw: raw.into(), original: None, column: None };
        if let Some(number) = group.from.or(group.to) {
            return of(Answer::Number(number), number.to_string());
        }
        let code = group.codes[0].text();
        let scale = question.scale.as_ref().expect("codes are those of a scale");
        let answer = match scale.responses.iter().position(|response| response.code == code) {
            Some(at) => Answer::Response(at),
            None => {
                Answer::Missing(scale.missing.iter().find(|m| m.code == code).map_or(Missing::Unreadable, |m| m.kind))
            }
        };
        of(answer, code)
    }

    /// The check with `count` of 1,000 in one group and the others in another, as the survey's thresholds have it.
    fn with(choice: &ShareChoice, question: &Question, at: usize, count: usize, definition: &Definition) -> Looked {
        let other = (0..choice.groups.len()).find(|other| *other != at).unwrap_or(at);
        let [inside, outside] = [at, other].map(|at| given(question, choice.groups[at].get_ref()));
        let all: Vec<Option<&Given>> = (0..1000).map(|n| Some(if n < count { &inside } else { &outside })).collect();
        one(choice, question, &all, definition)
    }

    /// Whether the check speaks of a group by a share.
    fn speaks_of(looked: &Looked, group: &ShareGroup) -> bool {
        looked.found.contains(&format!("{}: ", group.label))
    }

    #[test]
    fn each_threshold_of_the_survey_holds_to_the_person() {
        let (definition, instrument) = survey();
        let mut limits = 0;
        for choice in &definition.checks.shares {
            let question = instrument.question(choice.question.get_ref()).expect("it is there");
            for (at, group) in choice.groups.iter().map(Spanned::get_ref).enumerate() {
                let (low, high) = (group.lowest.or(choice.lowest), group.highest.or(choice.highest));
                if let Some(low) = low {
                    let least = (low * 10.0) as usize;
                    assert!(
                        !speaks_of(&with(choice, question, at, least, &definition), group),
                        "{}: {low}%",
                        group.label
                    );
                    assert!(
                        speaks_of(&with(choice, question, at, least - 1, &definition), group),
                        "{}: {low}%",
                        group.label
                    );
                    limits += 1;
                }
                if let Some(high) = high {
                    let most = (high * 10.0) as usize;
                    assert!(
                        !speaks_of(&with(choice, question, at, most, &definition), group),
                        "{}: {high}%",
                        group.label
                    );
                    assert!(
                        speaks_of(&with(choice, question, at, most + 1, &definition), group),
                        "{}: {high}%",
                        group.label
                    );
                    limits += 1;
                }
            }
        }
        assert!(limits > 50, "{limits} thresholds were tried");
    }

    #[test]
    fn whoever_has_no_code_is_missed_where_everybody_needs_one() {
        let (definition, instrument) = survey();
        let nobody =
            Given { answer: Answer::Missing(Missing::NotAnswered), raw: "-9".into(), original: None, column: None };
        for choice in &definition.checks.shares {
            let question = instrument.question(choice.question.get_ref()).expect("it is there");
            let somebody: Vec<Given> = choice.groups.iter().map(|group| given(question, group.get_ref())).collect();
            let all: Vec<Option<&Given>> = somebody.iter().cycle().take(600).map(Some).collect();
            let said =
                |all: &[Option<&Given>]| one(choice, question, all, &definition).found.contains("without a code");
            assert!(!said(&all), "{}", choice.id.get_ref());
            // A row that is not there, and one with -9 where that is no code of a group.
            let gap = [all.clone(), vec![None]].concat();
            assert_eq!(said(&gap), choice.complete, "{}", choice.id.get_ref());
            let counts = choice.groups.iter().any(|group| group.get_ref().holds(question, &nobody));
            let held = [all, vec![Some(&nobody)]].concat();
            assert_eq!(said(&held), choice.complete && !counts, "{}", choice.id.get_ref());
        }
    }

    #[test]
    fn few_people_are_not_told_by_a_share() {
        let (definition, instrument) = survey();
        let choice = &definition
            .checks
            .shares
            .iter()
            .find(|choice| choice.id.get_ref() == "support-reason")
            .expect("it is there");
        let question = instrument.question("reason").expect("it is there");
        let looked = with(choice, question, 2, 3, &definition);
        assert!(
            looked.beyond && looked.found.contains("Memory and cognition: fewer than 5 people"),
            "{}",
            looked.found
        );
    }
}
