//! The texts of a definition in other languages, gathered from wherever they stand.

use std::collections::BTreeMap;

use super::{File, QuestionText};
use crate::instrument::{QuestionTexts, SectionTexts, Translation};

pub(super) fn gather(file: &File) -> BTreeMap<String, Translation> {
    let mut all: BTreeMap<String, Translation> = BTreeMap::new();
    for (language, texts) in &file.instrument.translations {
        let translation = all.entry(language.clone()).or_default();
        translation.title.clone_from(&texts.title);
        translation.introduction.clone_from(&texts.introduction);
    }
    for (id, scale) in &file.scales {
        let scale = scale.get_ref();
        let valid = scale.responses.iter().map(|r| (r.get_ref().code.text(), &r.get_ref().translations));
        let missing = scale.missing.iter().map(|r| (r.get_ref().code.text(), &r.get_ref().translations));
        for (code, texts) in valid.chain(missing) {
            for (language, text) in texts {
                let labels = all.entry(language.clone()).or_default().labels.entry(id.clone()).or_default();
                labels.insert(code.clone(), text.label.clone());
            }
        }
    }
    for section in &file.sections {
        for (language, texts) in &section.translations {
            let texts = SectionTexts { title: texts.title.clone(), guidance: texts.guidance.clone() };
            all.entry(language.clone()).or_default().sections.insert(section.id.get_ref().clone(), texts);
        }
        of_questions(&section.questions, &mut all);
    }
    all
}

fn of_questions(items: &[QuestionText], all: &mut BTreeMap<String, Translation>) {
    for item in items {
        for (language, texts) in &item.translations {
            let texts = QuestionTexts {
                text: texts.text.clone(),
                label: texts.label.clone(),
                guidance: texts.guidance.clone(),
                constraint_message: texts.constraint_message.clone(),
            };
            all.entry(language.clone()).or_default().questions.insert(item.id.get_ref().clone(), texts);
        }
        of_questions(&item.questions, all);
    }
}
