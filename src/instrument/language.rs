//! The instrument in other languages: the same questions and codes, other words.

use std::collections::BTreeMap;

use super::{Instrument, Question};

/// The texts of an instrument in another language. What is not translated stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Translation {
    /// The title.
    pub title: Option<String>,
    /// The introduction.
    pub introduction: Option<String>,
    /// The texts of sections, by id.
    pub sections: BTreeMap<String, SectionTexts>,
    /// The texts of questions, notes and repeats, by id.
    pub questions: BTreeMap<String, QuestionTexts>,
    /// The labels of responses, by the scale's id and the code.
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
}

/// The texts of a section in another language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SectionTexts {
    /// The title.
    pub title: Option<String>,
    /// What to know before answering.
    pub guidance: Option<String>,
}

/// The texts of a question in another language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuestionTexts {
    /// The wording.
    pub text: Option<String>,
    /// The few words that stand for it.
    pub label: Option<String>,
    /// Criteria or help.
    pub guidance: Option<String>,
    /// What to say where an answer does not hold.
    pub constraint_message: Option<String>,
}

impl Instrument {
    /// The instrument in another language; none where it has no texts in it. What quorate itself says stays English.
    pub fn in_language(&self, language: &str) -> Option<Instrument> {
        let texts = self.translations.get(language)?;
        let mut other = self.clone();
        other.language = language.to_owned();
        set(&mut other.title, texts.title.as_ref());
        set(&mut other.introduction, texts.introduction.as_ref());
        for section in &mut other.sections {
            if let Some(texts) = texts.sections.get(&section.id) {
                set(&mut section.title, texts.title.as_ref());
                set(&mut section.guidance, texts.guidance.as_ref());
            }
        }
        texts.put_into(&mut other);
        let sections = other.sections.clone();
        for repeat in &mut other.repeats {
            set(&mut repeat.label, texts.questions.get(&repeat.id).and_then(|texts| texts.text.as_ref()));
            repeat.form.sections.clone_from(&sections);
            texts.put_into(&mut repeat.form);
        }
        Some(other)
    }
}

impl Translation {
    /// Puts the wordings and labels into the questions and notes of a form.
    fn put_into(&self, form: &mut Instrument) {
        for question in &mut form.questions {
            self.translate(question);
        }
        for note in &mut form.notes {
            set(&mut note.text, self.questions.get(&note.id).and_then(|texts| texts.text.as_ref()));
        }
    }

    /// Puts the words of a question into the language.
    pub fn translate(&self, question: &mut Question) {
        if let Some(texts) = self.questions.get(&question.id) {
            // What stands for the wording where nothing else was said follows it.
            let same = question.label == question.text;
            set(&mut question.text, texts.text.as_ref());
            let label = texts.label.as_ref().or(texts.text.as_ref().filter(|_| same));
            set(&mut question.label, label);
            set(&mut question.guidance, texts.guidance.as_ref());
            set(&mut question.written.constraint_message, texts.constraint_message.as_ref());
        }
        let Some(scale) = &mut question.scale else { return };
        let Some(labels) = self.labels.get(&scale.id) else { return };
        let valid = scale.responses.iter_mut().map(|r| (&r.code, &mut r.label));
        for (code, label) in valid.chain(scale.missing.iter_mut().map(|r| (&r.code, &mut r.label))) {
            set(label, labels.get(code));
        }
    }
}

fn set(text: &mut String, other: Option<&String>) {
    if let Some(other) = other.filter(|other| !other.trim().is_empty()) {
        text.clone_from(other);
    }
}
