//! People, and readers, who answer by chance: with the shares that were assumed, and with a typical portion of mistakes.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};

use super::shares::{Share, Shares};
use crate::draw::number::labelled;
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Repeat, Row};
use crate::issue::RepeatFill;
use crate::terms::Missing;

/// The recipe of the pilot's random numbers; see `DRAW.md`.
const RECIPE: &str = "quorate-pilot-1";

/// One answer in this many is written down wrongly.
const MISTAKE: f64 = 1.0 / 60.0;

/// One question in this many is left out.
const LEFT_OUT: f64 = 1.0 / 25.0;

/// One question in this many is answered although the form leads past it.
const UNASKED: f64 = 1.0 / 100.0;

/// How often an answer is thought of anew where the form would not take it; then the question is left out.
const ATTEMPTS: u32 = 40;

/// The most rows of a repeat where the form does not say how many there are.
const MOST_ROWS: f64 = 4.0;

/// No more rows of a repeat than this, whatever another answer says.
const LIMIT: f64 = 50.0;

/// How often two readers of one file see the same.
const AGREE: f64 = 0.8;

/// A random number from 0 to 1 that follows from the seed and the matter alone.
pub(super) fn number(seed: &str, matter: &str) -> f64 {
    labelled(RECIPE, seed, matter).fraction()
}

/// People who answer by chance.
pub(super) struct People<'a> {
    pub instrument: &'a Instrument,
    pub shares: &'a Shares,
    pub seed: &'a str,
}

/// What a person writes: into the form, and into the rows of its repeats.
pub(super) type Written = (BTreeMap<String, String>, RepeatFill);

/// Whose answers are made up, and where: the words before the question's id in what the numbers follow from.
struct Whose<'a> {
    serial: &'a str,
    reading: u8,
    /// Empty in the form itself; the repeat and the number of the row in a repeat.
    row: String,
}

impl People<'_> {
    /// A number from 0 to 1 that depends on the seed, the unit and the matter only.
    pub(super) fn chance(&self, serial: &str, matter: &str) -> f64 {
        number(self.seed, &format!("{serial} {matter}"))
    }

    /// What one person, or one reader of a file, writes into a form.
    pub(super) fn answers(&self, serial: &str, reading: u8) -> Written {
        let form = self.instrument;
        let mut answers = vec![Answer::Missing(Missing::NotAnswered); form.questions.len()];
        let mut rows: Vec<Vec<Vec<Answer>>> = Vec::new();
        let (mut written, mut repeated) = Written::default();
        let own = Whose { serial, reading, row: String::new() };
        for place in 0..=form.questions.len() {
            // What is asked of each of several, where it stands: conditions after it may look at it.
            while let Some(repeat) = form.repeats.get(rows.len()).filter(|repeat| repeat.after <= place) {
                let (given, texts) = self.rows(repeat, &self.shares.repeats[rows.len()], &own, &answers, &rows);
                rows.push(given);
                repeated.insert(repeat.id.clone(), texts);
            }
            let Some(question) = form.questions.get(place) else { break };
            let row = Row::of(form, &answers, &rows);
            let (answer, text) = self.one(question, &self.shares.questions[place], &own, &row);
            answers[place] = answer;
            written.extend(Some((question.id.clone(), text)).filter(|(_, text)| !text.is_empty()));
        }
        (written, repeated)
    }

    /// The rows of a repeat: none where it is not asked, as many as the form says, or a few.
    fn rows(
        &self,
        repeat: &Repeat,
        shares: &[Share],
        of: &Whose<'_>,
        answers: &[Answer],
        before: &[Vec<Vec<Answer>>],
    ) -> (Vec<Vec<Answer>>, Vec<BTreeMap<String, String>>) {
        let outer = Row::of(self.instrument, answers, before);
        if repeat.relevant.as_ref().is_some_and(|formula| !outer.holds(formula)) {
            return Default::default();
        }
        let several = (self.chance(of.serial, &format!("{} rows", repeat.id)) * (MOST_ROWS + 1.0)).floor();
        let count = match &repeat.count {
            Some(count) => outer.value(count).number(),
            None => several,
        };
        let one = |number: u32| {
            let whose = Whose { row: format!("{} {number} ", repeat.id), ..*of };
            let mut given = vec![Answer::Missing(Missing::NotAnswered); repeat.form.questions.len()];
            let mut written = BTreeMap::new();
            for (place, question) in repeat.form.questions.iter().enumerate() {
                let row = Row { form: &repeat.form, answers: &given, repeats: &[], outer: Some(&outer), number };
                let (answer, text) = self.one(question, &shares[place], &whose, &row);
                given[place] = answer;
                written.extend(Some((question.id.clone(), text)).filter(|(_, text)| !text.is_empty()));
            }
            (given, written)
        };
        // A number that is not known yet is no row.
        (1..=count.clamp(0.0, LIMIT) as u32).map(one).unzip()
    }

    /// One answer, and what is written down of it: nothing where the form leads past the question, but for now and then.
    fn one(&self, question: &Question, share: &Share, whose: &Whose<'_>, row: &Row<'_>) -> (Answer, String) {
        let Whose { serial, reading, row: before } = whose;
        let own = |what: &str| self.chance(serial, &format!("{reading} {before}{} {what}", question.id));
        let none = Answer::Missing(Missing::NotAnswered);
        let asked = row.is_asked(question);
        if question.kind == QuestionKind::Calculate {
            return (if asked { row.works_out(question) } else { none }, String::new());
        }
        if (!asked && own("unasked") >= UNASKED) || own("left out") < LEFT_OUT {
            return (none, String::new());
        }
        // What is on file is the same for all its readers; now and then one of them sees it otherwise.
        let sees_the_same = own("agrees") < AGREE;
        let chance = |what: &str| match sees_the_same {
            true => self.chance(serial, &format!("{before}{} {what}", question.id)),
            false => own(what),
        };
        let offered = |at: &usize| row.offers(question, *at);
        let thought = |attempt: u32| answer(question, share, &offered, &chance, attempt);
        let Some(answer) = (0..ATTEMPTS).filter_map(thought).find(|answer| row.allows(question, answer)) else {
            return (none, String::new());
        };
        let text = match (&answer, &question.scale) {
            (Answer::Response(at), Some(scale)) => scale.responses[*at].label.clone(),
            (Answer::DateTime(_), _) => question.code(&answer).replace('T', " "),
            _ => question.code(&answer),
        };
        let text = if own("mistake") < MISTAKE { mistaken(question, &text, own("which")) } else { text };
        (answer, text)
    }
}

/// An answer; none where nothing is chosen. Each further attempt is another one.
fn answer(
    question: &Question,
    share: &Share,
    offered: &dyn Fn(&usize) -> bool,
    chance: &dyn Fn(&str) -> f64,
    attempt: u32,
) -> Option<Answer> {
    let again = if attempt == 0 { String::new() } else { format!(" {attempt}") };
    let Some(scale) = &question.scale else {
        return number_or_words(question, share.mean, chance(&format!("answer{again}")), attempt);
    };
    let mut places: Vec<usize> = (0..scale.responses.len()).filter(offered).collect();
    if question.kind == QuestionKind::Rank {
        let number = |at: usize| chance(&format!("answer {at}{again}"));
        places.sort_by(|a, b| number(*a).total_cmp(&number(*b)));
        return Some(places).filter(|places| !places.is_empty()).map(Answer::Order);
    }
    if question.kind == QuestionKind::Multiple {
        places.retain(|at| chance(&format!("answer {at}{again}")) < share.responses[*at]);
        // A response that excludes the others stands alone.
        if let Some(&alone) = places.iter().find(|&&at| scale.responses[at].exclusive) {
            places = vec![alone];
        }
        // Nothing ticked is an answer that people give.
        let none = Answer::Missing(Missing::NotAnswered);
        return Some(if places.is_empty() { none } else { Answer::Responses(places) });
    }
    let all: f64 = places.iter().map(|&at| share.responses[at]).sum();
    let chance = chance(&format!("answer{again}")) * all;
    let mut sum = 0.0;
    let within = |at: &&usize| {
        sum += share.responses[**at];
        chance < sum
    };
    places.iter().find(within).or(places.last()).map(|&at| Answer::Response(at))
}

fn number_or_words(question: &Question, mean: Option<f64>, chance: f64, attempt: u32) -> Option<Answer> {
    let (mut low, mut high) = (question.minimum.unwrap_or(0.0), question.maximum.unwrap_or(100.0));
    if let Some(mean) = mean.filter(|mean| (low..=high).contains(mean)) {
        let reach = (mean - low).min(high - mean);
        (low, high) = (mean - reach, mean + reach);
    }
    // What was not taken was perhaps too high, or too low: further attempts draw near to one end and the other.
    let power = 1 + i32::try_from(attempt / 2).unwrap_or(1);
    let along = match attempt {
        0 => chance,
        attempt if attempt % 2 == 0 => 1.0 - (1.0 - chance).powi(power),
        _ => chance.powi(power),
    };
    let value = low + along * (high - low);
    match question.kind {
        QuestionKind::Integer => format!("{value:.0}").parse().ok().map(Answer::Number),
        QuestionKind::Decimal => format!("{value:.1}").parse().ok().map(Answer::Number),
        QuestionKind::Range => {
            let step = question.step.unwrap_or(1.0);
            Some(Answer::Number(low + ((value - low) / step).round() * step))
        }
        QuestionKind::Time => {
            NaiveTime::from_hms_opt(8 + (chance * 10.0) as u32, (chance * 600.0) as u32 % 60, 0).map(Answer::Time)
        }
        QuestionKind::DateTime => {
            let day = NaiveDate::from_ymd_opt(2026, 1, 1 + (chance * 28.0) as u32)?;
            day.and_hms_opt(8 + (chance * 10.0) as u32, 30, 0).map(Answer::DateTime)
        }
        QuestionKind::Text => Some(Answer::Text("Made-up answer".to_owned())),
        QuestionKind::Date => day(question, along).map(Answer::Date),
        _ => None,
    }
}

/// A day between the earliest and the latest; within a year of the one that is known; in 2026 where none is.
fn day(question: &Question, along: f64) -> Option<NaiveDate> {
    const YEAR: i64 = 365;
    let span = match (question.earliest, question.latest) {
        (Some(earliest), Some(latest)) => latest.signed_duration_since(earliest).num_days(),
        _ => YEAR,
    };
    let days = Days::new(u64::try_from((along * span as f64).floor() as i64).ok()?);
    match (question.earliest, question.latest) {
        (Some(earliest), _) => earliest.checked_add_days(days),
        (None, Some(latest)) => latest.checked_sub_days(days),
        (None, None) => NaiveDate::from_ymd_opt(2026, 1, 1)?.checked_add_days(days),
    }
}

/// An answer as people write it down wrongly: stray blanks and marks, other capitals, words instead, a number out of range.
fn mistaken(question: &Question, text: &str, which: f64) -> String {
    if text.is_empty() || question.kind == QuestionKind::Text {
        return text.to_owned();
    }
    match (question.kind, (which * 5.0) as usize) {
        (_, 0) => format!(" {text} "),
        (QuestionKind::Integer | QuestionKind::Decimal, 1 | 2) => format!("about {text}"),
        (QuestionKind::Integer | QuestionKind::Decimal, _) => "99999".to_owned(),
        (QuestionKind::Date, _) => "31/02/2026".to_owned(),
        (_, 1) => text.to_uppercase(),
        (_, 2 | 3) => format!("{text} ?"),
        _ => "see note".to_owned(),
    }
}
