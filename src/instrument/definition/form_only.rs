//! What forms can say and a study cannot use yet: whether it is said right, and where it stands.
//!
//! A study that would pass such a thing over would ask something else than its instrument says. So it is refused at the
//! place where it is written, while `convert` and `check` understand it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{QuestionText, Resolver, SectionText};
use crate::error::Result;
use crate::instrument::{ItemKind, Question, Rule, Scale};

impl Resolver<'_> {
    /// Notes what a study cannot do with a question, and refuses what does not fit its kind.
    pub(super) fn form_only(
        &mut self,
        question: &QuestionText,
        kind: ItemKind,
        scales: &BTreeMap<String, Scale>,
    ) -> Result<()> {
        let id = question.id.get_ref();
        self.fits(question, kind, scales)?;
        if kind.in_a_study().is_none() && !kind.is_metadata() {
            let what = format!("question \"{id}\" is of a kind that a study cannot ask yet");
            self.beyond(question.kind.span(), what, format!("the kind {}", kind.name()));
        }
        let condition = |rule: &Rule| matches!(rule, Rule::If(_));
        for (span, what) in [
            (question.relevant.as_ref().map(|text| text.span()), "a written-out condition"),
            (question.constraint.as_ref().map(|text| text.span()), "a written-out constraint"),
            (question.calculation.as_ref().map(|text| text.span()), "a calculation"),
            (question.choice_filter.as_ref().map(|text| text.span()), "a filter of its responses"),
            (question.or_other.as_ref().filter(|yes| *yes.get_ref()).map(|yes| yes.span()), "a response in words"),
            (
                question.required.as_ref().filter(|rule| condition(rule.get_ref())).map(|rule| rule.span()),
                "a condition",
            ),
            (question.read_only.as_ref().filter(|rule| *rule.get_ref() != Rule::No).map(|r| r.span()), "read_only"),
        ] {
            if let (Some(span), true) = (span, kind.in_a_study().is_some()) {
                self.beyond(span, format!("question \"{id}\" has {what}, which a study cannot follow yet"), what);
            }
        }
        Ok(())
    }

    /// Notes what a study cannot do with a section, and refuses what does not hold.
    pub(super) fn section(&mut self, section: &SectionText, before: &[Question]) -> Result<()> {
        let id = section.id.get_ref();
        if let Some(group) = section.group.as_ref().filter(|group| !group.get_ref()) {
            let says = !section.title.is_empty()
                || !section.guidance.is_empty()
                || !section.appearance.is_empty()
                || !section.translations.is_empty()
                || !section.carried.is_empty()
                || section.relevant.is_some()
                || section.ask_if.is_some();
            if says {
                return Err(self
                    .fault(
                        group.span(),
                        format!("section \"{id}\" is no group, but says what a group says"),
                        "no group",
                    )
                    .expected("title = \"\" and nothing but questions where group = false")
                    .hint("take group = false away"));
            }
            if let Some(inner) = section.questions.iter().find(|inner| *inner.kind.get_ref() == ItemKind::Group) {
                let found = inner.kind.span();
                return Err(self
                    .fault(found, format!("section \"{id}\" is no group, but holds one"), "this group")
                    .expected("questions and repeats where group = false")
                    .hint("make the group a section of its own"));
            }
        }
        let what = format!("section \"{id}\"");
        let routed = [section.relevant.as_ref().map(|text| text.span()), section.ask_if.as_ref().map(|c| c.span())];
        for span in routed.into_iter().flatten() {
            self.beyond(span, format!("{what} has a condition, which a study cannot follow yet"), "this condition");
        }
        if let Some(condition) = &section.ask_if {
            let broken = self.broken.contains(condition.get_ref().question.get_ref());
            if !broken {
                self.condition(condition.clone(), &what, "", before)?;
            }
        }
        Ok(())
    }

    /// What belongs to one kind only stands nowhere else.
    fn fits(&self, question: &QuestionText, kind: ItemKind, scales: &BTreeMap<String, Scale>) -> Result<()> {
        let id = question.id.get_ref();
        let several = matches!(kind, ItemKind::Single | ItemKind::Multiple);
        for (span, name, fits, kinds) in [
            (question.foreign.as_ref().map(|t| t.span()), "type", kind == ItemKind::Other, "a question of kind other"),
            (question.repeat_count.as_ref().map(|t| t.span()), "repeat_count", kind == ItemKind::Repeat, "a repeat"),
            (question.or_other.as_ref().map(|t| t.span()), "or_other", several, "a single or multiple question"),
            (
                question.choice_filter.as_ref().map(|t| t.span()),
                "choice_filter",
                kind.has_scale() || kind == ItemKind::Other,
                "a question with a scale",
            ),
        ] {
            if let (Some(span), false) = (span, fits) {
                return Err(self
                    .fault(span, format!("question \"{id}\" cannot have {name}"), name)
                    .expected(format!("{name} in {kinds} only")));
            }
        }
        if let (Some(filter), Some(true)) =
            (&question.choice_filter, question.or_other.as_ref().map(|yes| *yes.get_ref()))
        {
            return Err(self
                .fault(filter.span(), format!("question \"{id}\" has choice_filter beside or_other"), "this filter")
                .expected("one of the two, because no filter can let the response in words through")
                .hint("add a response \"Other\" to the scale instead of or_other"));
        }
        if kind == ItemKind::Other && question.foreign.is_none() {
            return Err(self
                .fault(question.kind.span(), format!("question \"{id}\" does not say what it is"), "kind other")
                .expected("type = \"...\", the name that its own format gives it"));
        }
        if kind == ItemKind::Calculate && question.calculation.is_none() {
            return Err(self
                .fault(question.kind.span(), format!("question \"{id}\" has nothing to calculate"), "kind calculate")
                .expected("calculation = \"...\""));
        }
        if let Some(easy) = &question.easy_read
            && let Some(scale) = &easy.get_ref().scale
        {
            let known = scales.get(scale.get_ref());
            let standard = question.scale.as_ref().map(|scale| scale.get_ref().as_str());
            if known.is_none_or(|known| known.variant_of.as_deref() != standard || standard.is_none()) {
                return Err(self
                    .fault(scale.span(), format!("question \"{id}\" is put with an unfitting scale"), "this scale")
                    .expected(format!("a scale with variant_of = \"{}\"", standard.unwrap_or("..."))));
            }
        }
        Ok(())
    }

    fn beyond(&mut self, span: Range<usize>, what: impl Into<String>, label: impl Into<String>) {
        let error = self
            .fault(span, what, label)
            .expected("single, multiple, rating, yes-no, integer, decimal, date and text, routed by ask_if")
            .hint("quorate convert and quorate check understand it; change it, or take it out, to run the study");
        self.beyond.push(error);
    }
}
