//! The easy-read form beside the standard one: how each puts a question, and the variable that answers to both make.
//!
//! Five easy responses that stand for seven standard ones are coarser, so what both forms have in common are five: every
//! answer, of either form, falls into one of them. Where each easy response stands for one standard response, the two have
//! the standard scale in common, even where the easy form leaves some of it out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Condition, Instrument, Question, QuestionKind, Response, Scale};

/// Which form of an instrument somebody filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The form as most people get it.
    Standard,
    /// The form in easier words.
    EasyRead,
}

impl Variant {
    /// Both, the standard form first.
    pub const ALL: [Variant; 2] = [Variant::Standard, Variant::EasyRead];

    /// The name in definitions and data files.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Standard => "standard",
            Variant::EasyRead => "easy-read",
        }
    }

    /// The words for it in reports.
    pub fn label(self) -> &'static str {
        match self {
            Variant::Standard => "Standard form",
            Variant::EasyRead => "Easy-read form",
        }
    }

    /// The form with this name.
    pub fn named(name: &str) -> Option<Variant> {
        Variant::ALL.into_iter().find(|variant| variant.name() == name)
    }
}

/// How both forms put a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Variants {
    /// In the standard form.
    pub standard: Put,
    /// In the easy-read form.
    pub easy_read: Put,
}

impl Variants {
    /// How one of the forms puts it.
    pub fn put(&self, variant: Variant) -> &Put {
        match variant {
            Variant::Standard => &self.standard,
            Variant::EasyRead => &self.easy_read,
        }
    }
}

/// How one form puts a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The wording.
    pub text: String,
    /// Help for the respondent.
    pub guidance: String,
    /// The responses that it offers; none for numbers, dates and words.
    pub scale: Option<Scale>,
    /// The place of each of them among the responses of [`Question::scale`].
    pub combined: Vec<usize>,
}

/// The scale that a standard scale and its easy-read variant have in common.
pub(super) struct Combined {
    pub(super) scale: Scale,
    /// Where the responses of the standard scale fall.
    pub(super) standard: Vec<usize>,
    /// Where those of the variant fall.
    pub(super) easy_read: Vec<usize>,
    /// Whether it has fewer responses than the standard scale.
    pub(super) coarser: bool,
}

/// Combines the two. A variant that leaves out no code but those it says is expected, as definitions are checked for.
pub(super) fn combine(standard: &Scale, easy: &Scale) -> Combined {
    let coarser = easy.responses.iter().any(|response| response.stands_for.len() > 1);
    let mut scale = Scale { responses: Vec::new(), ..standard.clone() };
    let mut places = Vec::new();
    let mut easy_places = vec![0; easy.responses.len()];
    let mut placed: BTreeSet<usize> = BTreeSet::new();
    for response in &standard.responses {
        let by = easy.stands_for(&response.code);
        if let Some(at) = by.filter(|at| placed.contains(at)) {
            places.push(easy_places[at]);
            continue;
        }
        let place = scale.responses.len();
        places.push(place);
        scale.responses.push(match by {
            Some(at) if coarser => together(&easy.responses[at], response, standard),
            _ => response.clone(),
        });
        if let Some(at) = by {
            easy_places[at] = place;
            placed.insert(at);
        }
    }
    let known: BTreeSet<&str> = standard.missing.iter().map(|missing| missing.code.as_str()).collect();
    scale.missing.extend(easy.missing.iter().filter(|missing| !known.contains(missing.code.as_str())).cloned());
    if coarser {
        scale.positive_label.clone_from(&easy.positive_label);
    }
    Combined { scale, standard: places, easy_read: easy_places, coarser }
}

/// One response of the variant and all of the standard scale that it stands for: the variant's code, direction and score.
fn together(easy: &Response, first: &Response, standard: &Scale) -> Response {
    let label = match (easy.combined.as_str(), easy.stands_for.as_slice()) {
        ("", [_]) => first.label.clone(),
        ("", codes) => {
            let of = standard.responses.iter().filter(|response| codes.contains(&response.code));
            of.map(|response| response.label.as_str()).collect::<Vec<_>>().join(" / ")
        }
        (said, _) => said.to_owned(),
    };
    Response { label, stands_for: Vec::new(), combined: String::new(), ..easy.clone() }
}

impl Question {
    /// How a form puts the question, where the two forms put it differently.
    pub fn put(&self, variant: Variant) -> Option<&Put> {
        self.variants.as_ref().map(|variants| variants.put(variant))
    }

    /// Whether a form asks it.
    pub fn is_in(&self, variant: Variant) -> bool {
        self.only_in.is_none_or(|only| only == variant)
    }
}

impl Instrument {
    /// Whether there is an easy-read form beside the standard one.
    pub fn has_variants(&self) -> bool {
        self.questions.iter().any(|question| question.variants.is_some() || question.only_in.is_some())
    }

    /// The instrument as one form asks it: its wordings and responses, without the questions of the other form, and without
    /// what is made of the answers.
    pub fn in_variant(&self, variant: Variant) -> Instrument {
        let mut places = Vec::new();
        let mut questions: Vec<Question> = Vec::new();
        for question in &self.questions {
            places.push(questions.len());
            if question.is_in(variant) {
                questions.push(self.as_put(question, variant, &places));
            }
        }
        Instrument { questions, scores: Vec::new(), edits: Vec::new(), ..self.clone() }
    }

    fn as_put(&self, question: &Question, variant: Variant, places: &[usize]) -> Question {
        let mut asked = Question { nets: Vec::new(), variants: None, only_in: None, ..question.clone() };
        asked.ask_if = question.ask_if.as_ref().map(|condition| Condition {
            question: places[condition.question],
            codes: self.questions[condition.question].codes_in(variant, &condition.codes),
        });
        asked.concern = question.codes_in(variant, &question.concern);
        if let Some(put) = question.put(variant) {
            asked.text.clone_from(&put.text);
            asked.guidance.clone_from(&put.guidance);
            asked.scale.clone_from(&put.scale);
            // Columns of ticks are named by code, so both forms give them one name.
            if let (QuestionKind::Multiple, Some(scale), Some(common)) =
                (question.kind, &mut asked.scale, &question.scale)
            {
                for (response, &place) in scale.responses.iter_mut().zip(&put.combined) {
                    response.code.clone_from(&common.responses[place].code);
                }
            }
        }
        asked
    }
}

impl Question {
    /// Codes of the common scale as the codes that a form has for them.
    fn codes_in(&self, variant: Variant, codes: &[String]) -> Vec<String> {
        let (Some(put), Some(common)) = (self.put(variant), &self.scale) else { return codes.to_vec() };
        let Some(scale) = &put.scale else { return codes.to_vec() };
        let meant = |place: &usize| codes.contains(&common.responses[*place].code);
        let own = scale.responses.iter().zip(&put.combined).filter(|(_, place)| meant(place));
        own.map(|(response, _)| response.code.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::instrument::{Valence, parse};

    /// Seven responses in five, three of which the first is not offered, and a question that only the easy form asks.
    pub(crate) fn instrument(more: &str) -> crate::Result<Instrument> {
        let text = format!(
            r#"
            [instrument]
            id = "t"
            version = "1"
            title = "T"
            kind = "survey"
            [scales.seven]
            responses = [
                {{ code = 1, label = "Extremely good" }}, {{ code = 2, label = "Very good" }},
                {{ code = 3, label = "Quite good" }}, {{ code = 4, label = "Neither" }},
                {{ code = 5, label = "Quite bad" }}, {{ code = 6, label = "Very bad" }},
                {{ code = 7, label = "Extremely bad" }},
            ]
            missing = [{{ code = -9, label = "No response", kind = "not-answered" }}]
            [scales.five]
            variant_of = "seven"
            positive_label = "Very good or better"
            responses = [
                {{ code = 1, label = "Really happy", stands_for = [1, 2], combined = "Very good or better", valence = "positive" }},
                {{ code = 2, label = "Happy", stands_for = [3] }},
                {{ code = 3, label = "OK", stands_for = [4] }},
                {{ code = 4, label = "Not so happy", stands_for = [5] }},
                {{ code = 5, label = "Unhappy", stands_for = [6, 7] }},
            ]
            [scales.helps]
            responses = [{{ code = 1, label = "No need" }}, {{ code = 2, label = "Yes" }}, {{ code = 3, label = "No" }}]
            [scales.helps_easy]
            variant_of = "helps"
            without = [1]
            responses = [
                {{ code = "y", label = "It does", stands_for = [2] }}, {{ code = "n", label = "It does not", stands_for = [3] }},
            ]
            [[section]]
            id = "s"
            title = "S"
            [[section.question]]
            id = "q1"
            text = "How satisfied are you?"
            kind = "single"
            scale = "seven"
            concern = [5]
            easy_read = {{ text = "How happy are you?", scale = "five" }}
            [[section.question]]
            id = "q2"
            text = "Does it help?"
            kind = "single"
            scale = "helps"
            ask_if = {{ question = "q1", is = [1, 2] }}
            easy_read = {{ scale = "helps_easy" }}
            [[section.question]]
            id = "q3"
            text = "Did somebody read this to you?"
            kind = "yes-no"
            only_in = "easy-read"
            {more}
            "#
        );
        parse(Path::new("t.toml"), &text)
    }

    #[test]
    fn seven_and_five_have_five_in_common_and_three_and_two_have_three() {
        let instrument = instrument("").expect("sound");
        let labels = |at: usize| -> Vec<String> {
            let scale = instrument.questions[at].scale.as_ref().expect("a scale");
            scale.responses.iter().map(|r| format!("{} {}", r.code, r.label)).collect()
        };
        assert_eq!(
            labels(0),
            ["1 Very good or better", "2 Quite good", "3 Neither", "4 Quite bad", "5 Very bad / Extremely bad"]
        );
        assert_eq!(labels(1), ["1 No need", "2 Yes", "3 No"]);
        let places = |at: usize, variant| instrument.questions[at].put(variant).expect("two forms").combined.clone();
        assert_eq!(places(0, Variant::Standard), [0, 0, 1, 2, 3, 4, 4]);
        assert_eq!(places(0, Variant::EasyRead), [0, 1, 2, 3, 4]);
        assert_eq!(places(1, Variant::Standard), [0, 1, 2]);
        assert_eq!(places(1, Variant::EasyRead), [1, 2]);
        let scale = instrument.questions[0].scale.as_ref().expect("a scale");
        assert_eq!(
            (scale.positive_label.as_str(), scale.responses[0].valence),
            ("Very good or better", Valence::Positive)
        );
        assert_eq!(scale.missing.len(), 1);
        assert!(instrument.has_variants());
    }

    #[test]
    fn each_form_asks_in_its_own_words_and_codes() {
        let instrument = instrument("").expect("sound");
        let standard = instrument.in_variant(Variant::Standard);
        let ids = |form: &Instrument| form.questions.iter().map(|q| q.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&standard), ["q1", "q2"]);
        let scale = standard.questions[0].scale.as_ref().expect("a scale");
        assert_eq!(scale.responses.len(), 7);
        assert_eq!(standard.questions[0].concern, ["6", "7"]);
        assert_eq!(standard.questions[1].ask_if.as_ref().expect("routed").codes, ["1", "2", "3"]);
        let easy = instrument.in_variant(Variant::EasyRead);
        assert_eq!(ids(&easy), ["q1", "q2", "q3"]);
        assert_eq!(easy.questions[0].text, "How happy are you?");
        assert_eq!(easy.questions[0].concern, ["5"]);
        assert_eq!(easy.questions[1].ask_if.as_ref().expect("routed").codes, ["1", "2"]);
        assert_eq!(easy.questions[1].scale.as_ref().expect("a scale").responses.len(), 2);
    }

    #[test]
    fn what_only_one_form_asks_leads_to_no_question_of_both() {
        let routed =
            "[[section.question]]\nid = 'q4'\ntext = 'Who?'\nkind = 'text'\nask_if = { question = 'q3', is = ['yes'] }";
        let error = instrument(routed).expect_err("q4 is asked in both forms");
        assert!(error.to_string().contains("only one form"), "{error}");
        instrument(&format!("{routed}\nonly_in = 'easy-read'")).expect("both in the easy-read form");
    }
}
