//! One of a scale's responses: by label or by code, in tiers from the letter to the sense.

use std::collections::HashMap;

use super::{Fault, Reading};
use crate::editing::Conflict;
use crate::instrument::{Answer, QuestionKind, Scale, nearest};
use crate::issue::offered;
use crate::returns::spelling::{fold, is_empty, quoted, tidy};
use crate::sheet::{Cell, Value};
use crate::terms::Missing;

/// The responses of a question, ready for looking up.
pub(in crate::returns) struct Choices {
    /// Codes and labels, the valid responses first.
    pub responses: Vec<(String, String)>,
    /// How many of them are valid.
    pub valid: usize,
    missing: Vec<Missing>,
    exclusive: Vec<bool>,
    exact: HashMap<String, Option<usize>>,
    tidied: HashMap<String, Option<usize>>,
    folded: HashMap<String, Option<usize>>,
    /// The labels as findings list them.
    pub expected: String,
}

/// How a text agreed with a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// To the letter: the label, the text of the drop-down, or the code.
    Exactly,
    /// In another spelling that can mean nothing else.
    Loosely,
}

impl Choices {
    /// The choices that a scale offers to a question of this kind. `others` are the same scale in other languages.
    pub fn of(kind: QuestionKind, scale: &Scale, others: &[Scale]) -> Choices {
        let valid = scale.responses.iter().map(|r| (r.code.clone(), r.label.clone()));
        let missing = scale.missing.iter().map(|r| (r.code.clone(), r.label.clone()));
        let responses: Vec<(String, String)> = valid.chain(missing).collect();
        let offers: Vec<String> = responses.iter().map(|(code, label)| offered(kind, code, label)).collect();
        let labels: Vec<&str> = responses.iter().map(|(_, label)| label.as_str()).collect();
        let mut choices = Choices {
            valid: scale.responses.len(),
            missing: scale.missing.iter().map(|r| r.kind).collect(),
            exclusive: scale.responses.iter().map(|r| r.exclusive).collect(),
            exact: HashMap::new(),
            tidied: HashMap::new(),
            folded: HashMap::new(),
            expected: labels.join(" | "),
            responses: Vec::new(),
        };
        // Labels before codes: where the code of one response is the label of another, people mean what they read.
        let all = |texts: &dyn Fn(usize) -> Vec<String>| (0..responses.len()).map(texts).collect::<Vec<_>>();
        let labels = all(&|i| vec![responses[i].1.clone(), offers[i].clone()]);
        let codes = all(&|i| vec![responses[i].0.clone()]);
        let both = all(&|i| {
            let (code, label) = &responses[i];
            [" ", " - ", "- ", ": ", ". ", ") ", " = ", "="]
                .iter()
                .map(|between| format!("{code}{between}{label}"))
                .chain([format!("{label} ({code})"), format!("{label} - {code}")])
                .collect()
        });
        for texts in [&labels, &codes] {
            enter(&mut choices.exact, texts, str::to_owned);
            enter(&mut choices.tidied, texts, tidy);
        }
        for texts in [&labels, &codes, &both] {
            enter(&mut choices.folded, texts, fold);
        }
        for scale in others {
            let valid = scale.responses.iter().map(|r| (r.code.as_str(), r.label.as_str()));
            let both = valid.chain(scale.missing.iter().map(|r| (r.code.as_str(), r.label.as_str())));
            let texts: Vec<Vec<String>> =
                both.map(|(code, label)| vec![label.to_owned(), offered(kind, code, label)]).collect();
            enter(&mut choices.exact, &texts, str::to_owned);
            enter(&mut choices.tidied, &texts, tidy);
            enter(&mut choices.folded, &texts, fold);
        }
        choices.responses = responses;
        choices
    }

    /// The response that a text stands for.
    pub(super) fn find(&self, text: &str) -> Option<(usize, How)> {
        if let Some(found) = self.exact.get(text) {
            return found.map(|response| (response, How::Exactly));
        }
        let tidied = tidy(text);
        for (map, key) in [(&self.exact, &tidied), (&self.tidied, &tidied), (&self.folded, &tidied.to_lowercase())] {
            if let Some(Some(response)) = map.get(key.as_str()) {
                return Some((*response, How::Loosely));
            }
        }
        // Quotation marks around the whole answer.
        let within = |mark: char| tidied.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)).map(str::trim);
        if let Some(within) = within('\'').or_else(|| within('"')).filter(|within| !within.is_empty()) {
            return self.folded.get(&within.to_lowercase()).copied().flatten().map(|response| (response, How::Loosely));
        }
        // "4.0" and "04" for the code 4.
        let number: f64 = tidied.parse().ok().filter(|_| tidied.bytes().all(|b| b.is_ascii_digit() || b == b'.'))?;
        let response =
            self.responses.iter().position(|(code, _)| code.parse::<f64>().is_ok_and(|code| code == number))?;
        Some((response, How::Loosely))
    }

    /// The answer that one response stands for.
    pub(super) fn answer(&self, response: usize) -> Answer {
        match response.checked_sub(self.valid) {
            None => Answer::Response(response),
            Some(missing) => Answer::Missing(self.missing.get(missing).copied().unwrap_or(Missing::NotAnswered)),
        }
    }

    /// Whether a response cannot stand together with others.
    pub(super) fn excludes(&self, response: usize) -> bool {
        self.exclusive.get(response).copied().unwrap_or(true)
    }

    /// The label of a response.
    pub(super) fn label(&self, response: usize) -> &str {
        self.responses.get(response).map_or("", |(_, label)| label)
    }

    /// What to say about a text that is none of the responses.
    pub(super) fn unknown(&self, text: &str, raw: &str) -> Fault {
        let fault = Fault::new("R012", quoted(raw), self.expected.clone());
        let near = nearest(&tidy(text), self.responses.iter().map(|(_, label)| label.as_str()));
        match near.or_else(|| self.abbreviated(text)) {
            Some(near) => fault.hint(format!("if {near:?} is meant, choose it from the list")),
            None => fault,
        }
    }

    /// The response that an everyday abbreviation may stand for: a suggestion, because it may stand for others too.
    fn abbreviated(&self, text: &str) -> Option<&str> {
        let kind = match fold(text).as_str() {
            "n/a" | "na" | "n.a." | "n.a" | "not appl." | "not relevant" => Missing::NotApplicable,
            "dk" | "d/k" | "?" | "unknown" | "not known" | "not sure" | "unsure" => Missing::DontKnow,
            "pnts" | "prefer not to say" | "no comment" | "declined" => Missing::Refused,
            _ => return None,
        };
        let place = self.missing.iter().position(|missing| *missing == kind)?;
        Some(self.label(self.valid + place))
    }

    /// Reads a cell that holds one response.
    pub fn read(&self, kind: QuestionKind, cell: &Cell, raw: &str) -> Reading {
        match &cell.value {
            Value::Date(_) | Value::Time(_) => {
                return Err(Fault::new("R012", quoted(raw), self.expected.clone())
                    .hint("the spreadsheet has made a date of what was typed: choose from the list"));
            }
            Value::Bool(truth) if kind == QuestionKind::YesNo => {
                let word = if *truth { "yes" } else { "no" };
                if let Some((response, _)) = self.find(word) {
                    return Ok((self.answer(response), Some(self.note(raw, response))));
                }
            }
            _ => {}
        }
        match self.find(raw) {
            Some((response, How::Exactly)) => Ok((self.answer(response), None)),
            Some((response, How::Loosely)) => Ok((self.answer(response), Some(self.note(raw, response)))),
            None if is_empty(raw) => Ok((Answer::Missing(Missing::NotAnswered), None)),
            None => match self.more_than_one(raw) {
                Some(chosen) => {
                    let labels: Vec<String> = chosen.iter().map(|&r| format!("{:?}", self.label(r))).collect();
                    let fault = Fault::new("R014", quoted(raw), "one response");
                    let fault = fault.hint(format!("leave one of {}", labels.join(" and ")));
                    Err(fault.given(self.all_of(&chosen), Conflict::Several(chosen)))
                }
                None => Err(self.unknown(raw, raw)),
            },
        }
    }

    pub(super) fn note(&self, raw: &str, response: usize) -> Fault {
        Fault::new("R013", quoted(raw), format!("read as {:?}", self.label(response)))
    }

    /// Several responses as they are kept beside the answers: their codes.
    pub(super) fn all_of(&self, chosen: &[usize]) -> Answer {
        let codes: Vec<&str> = chosen.iter().filter_map(|&r| self.responses.get(r)).map(|(code, _)| &**code).collect();
        Answer::Text(codes.join(";"))
    }

    /// The responses, each once, if the text names several.
    fn more_than_one(&self, raw: &str) -> Option<Vec<usize>> {
        [&[';', '\n', '|'][..], &['/'], &[','], &['&', '+'], &['-', '\u{2013}']].into_iter().find_map(|marks| {
            let parts: Vec<&str> = raw.split(marks).map(str::trim).filter(|part| !part.is_empty()).collect();
            let found: Vec<usize> = parts.iter().filter_map(|part| self.find(part)).map(|(r, _)| r).collect();
            let several = found.len() == parts.len() && found.len() > 1 && found.iter().any(|r| *r != found[0]);
            several.then(|| {
                let mut each: Vec<usize> = Vec::new();
                found.into_iter().for_each(|r| {
                    if !each.contains(&r) {
                        each.push(r)
                    }
                });
                each
            })
        })
    }
}

/// Enters the texts of each response; one that would stand for two responses stands for none, and one that is taken by an
/// earlier kind of text stays with it.
fn enter(map: &mut HashMap<String, Option<usize>>, texts: &[Vec<String>], spell: impl Fn(&str) -> String) {
    let mut fresh: HashMap<String, Option<usize>> = HashMap::new();
    for (response, texts) in texts.iter().enumerate() {
        for text in texts {
            let entry = fresh.entry(spell(text)).or_insert(Some(response));
            if *entry != Some(response) {
                *entry = None;
            }
        }
    }
    for (text, response) in fresh {
        map.entry(text).or_insert(response);
    }
}
