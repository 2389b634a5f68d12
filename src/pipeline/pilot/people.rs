//! People, and readers, who answer by chance: with the shares that were assumed, and with a typical portion of mistakes.

use std::collections::BTreeMap;

use super::shares::Share;
use crate::draw::number::labelled;
use crate::instrument::{Instrument, Question, QuestionKind};

/// The recipe of the pilot's random numbers; see `DRAW.md`.
const RECIPE: &str = "quorate-pilot-1";

/// One answer in this many is written down wrongly.
const MISTAKE: f64 = 1.0 / 60.0;

/// One question in this many is left out.
const LEFT_OUT: f64 = 1.0 / 25.0;

/// One question in this many is answered although the form leads past it.
const UNASKED: f64 = 1.0 / 100.0;

/// How often two readers of one file see the same.
const AGREE: f64 = 0.8;

/// A random number from 0 to 1 that follows from the seed and the matter alone.
pub(super) fn number(seed: &str, matter: &str) -> f64 {
    labelled(RECIPE, seed, matter).fraction()
}

/// People who answer by chance.
pub(super) struct People<'a> {
    pub instrument: &'a Instrument,
    /// One for each question.
    pub shares: &'a [Share],
    pub seed: &'a str,
}

impl People<'_> {
    /// A number from 0 to 1 that depends on the seed, the unit and the matter only.
    pub(super) fn chance(&self, serial: &str, matter: &str) -> f64 {
        number(self.seed, &format!("{serial} {matter}"))
    }

    /// What one person, or one reader of a file, writes into a form.
    pub(super) fn answers(&self, serial: &str, reading: u8) -> BTreeMap<String, String> {
        let mut chosen: Vec<Vec<usize>> = Vec::new();
        let mut written = BTreeMap::new();
        for (question, share) in self.instrument.questions.iter().zip(self.shares) {
            let own = |what: &str| self.chance(serial, &format!("{reading} {} {what}", question.id));
            let asked = self.is_asked(question, &chosen);
            if (!asked && own("unasked") >= UNASKED) || own("left out") < LEFT_OUT {
                chosen.push(Vec::new());
                continue;
            }
            // What is on file is the same for all its readers; now and then one of them sees it otherwise.
            let sees_the_same = own("agrees") < AGREE;
            let chance = |what: &str| match sees_the_same {
                true => self.chance(serial, &format!("{} {what}", question.id)),
                false => own(what),
            };
            let (responses, text) = answer(question, share, &chance);
            chosen.push(responses);
            let text = if own("mistake") < MISTAKE { mistaken(question, &text, own("which")) } else { text };
            if !text.is_empty() {
                written.insert(question.id.clone(), text);
            }
        }
        written
    }

    fn is_asked(&self, question: &Question, chosen: &[Vec<usize>]) -> bool {
        question.ask_if.as_ref().is_none_or(|condition| {
            let Some(scale) = &self.instrument.questions[condition.question].scale else { return false };
            let given = &chosen[condition.question];
            given.iter().any(|&at| condition.codes.contains(&scale.responses[at].code))
        })
    }
}

/// The responses, by their place, and the text that stands in the cell.
fn answer(question: &Question, share: &Share, chance: &dyn Fn(&str) -> f64) -> (Vec<usize>, String) {
    let Some(scale) = &question.scale else {
        return (Vec::new(), number_or_words(question, share.mean, chance("answer")));
    };
    if question.kind == QuestionKind::Rank {
        let mut order: Vec<usize> = (0..scale.responses.len()).collect();
        order.sort_by(|a, b| chance(&format!("answer {a}")).total_cmp(&chance(&format!("answer {b}"))));
        let codes: Vec<&str> = order.iter().map(|&at| scale.responses[at].code.as_str()).collect();
        let text = codes.join(";");
        return (order, text);
    }
    if question.kind == QuestionKind::Multiple {
        let taken = |at: &usize| chance(&format!("answer {at}")) < share.responses[*at];
        let mut chosen: Vec<usize> = (0..scale.responses.len()).filter(taken).collect();
        // A response that excludes the others stands alone.
        if let Some(&alone) = chosen.iter().find(|&&at| scale.responses[at].exclusive) {
            chosen = vec![alone];
        }
        let codes: Vec<&str> = chosen.iter().map(|&at| scale.responses[at].code.as_str()).collect();
        let text = codes.join(";");
        return (chosen, text);
    }
    let chance = chance("answer") * share.responses.iter().sum::<f64>();
    let mut sum = 0.0;
    let within = |share: &f64| {
        sum += share;
        chance < sum
    };
    let at = share.responses.iter().position(within).unwrap_or(scale.responses.len() - 1);
    (vec![at], scale.responses[at].label.clone())
}

fn number_or_words(question: &Question, mean: Option<f64>, chance: f64) -> String {
    let (mut low, mut high) = (question.minimum.unwrap_or(0.0), question.maximum.unwrap_or(100.0));
    if let Some(mean) = mean.filter(|mean| (low..=high).contains(mean)) {
        let reach = (mean - low).min(high - mean);
        (low, high) = (mean - reach, mean + reach);
    }
    let value = low + chance * (high - low);
    match question.kind {
        QuestionKind::Integer => format!("{value:.0}"),
        QuestionKind::Decimal => format!("{value:.1}"),
        QuestionKind::Range => {
            let step = question.step.unwrap_or(1.0);
            (low + ((value - low) / step).round() * step).to_string()
        }
        QuestionKind::Time => format!("{:02}:{:02}", 8 + (chance * 10.0) as u32, (chance * 600.0) as u32 % 60),
        QuestionKind::DateTime => {
            format!("2026-01-{:02} {:02}:30", 1 + (chance * 28.0) as u32, 8 + (chance * 10.0) as u32)
        }
        QuestionKind::Text => "Made-up answer".to_owned(),
        QuestionKind::Date => question.earliest.or(question.latest).map_or(String::new(), |date| date.to_string()),
        _ => String::new(),
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
