//! What forms can say and a study cannot use: whether it is said right, and where it stands.
//!
//! A study that would pass such a thing over would ask something else than its instrument says. So it is refused at the
//! place where it is written, while `convert` and `check` understand it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::asked::{Asked, Routing, Uses, Within, of_group};
use super::{QuestionText, Resolver, SectionText};
use crate::error::Result;
use crate::formula::Formula;
use crate::instrument::{ItemKind, Rule, Scale};

/// The kinds that a study can ask.
const KINDS: &str = "single, multiple, rating, yes-no, rank, integer, decimal, range, date, time, date-time, text, acknowledge, \
                     note, calculate, group or repeat";

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
        if kind == ItemKind::Other {
            let what = format!("question \"{id}\" is of a kind that a study cannot ask");
            self.beyond(question.kind.span(), what, format!("the kind {}", kind.name()), KINDS);
        }
        let answered = kind.is_asked();
        let fixed = question.read_only.as_ref().filter(|rule| answered && *rule.get_ref() != Rule::No);
        match (fixed, &question.calculation) {
            (Some(rule), None) => {
                let what = format!("question \"{id}\" is read_only, so nobody could answer it in a study");
                self.beyond(rule.span(), what, "read_only", "a note, or a calculation");
            }
            (None, Some(calculation)) if answered => {
                let what = format!("question \"{id}\" is worked out and answered as well, which a study cannot follow");
                self.beyond(calculation.span(), what, "a calculation", "read_only = true beside it, or kind calculate");
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes what a study cannot do with a section, and refuses what does not hold.
    ///
    /// Gives the condition under which it is asked.
    pub(super) fn section(&mut self, section: &SectionText, asked: &Asked) -> Result<Option<Formula>> {
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
        let within = Within { section: 0, relevant: None, repeat: None };
        let routing = self.routing(section.ask_if.clone(), &what, "", &within, asked)?;
        let relevant = section.relevant.as_ref().and_then(|text| {
            let formula = self.formula(text, &what, Uses::Condition, &within, asked)?;
            self.comparisons(text, &formula, None, &within, asked);
            Some(formula)
        });
        let leads = match &routing {
            Some(Routing::Here(condition)) => Some(condition),
            _ => None,
        };
        Ok(of_group(leads, relevant, asked))
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

    pub(super) fn beyond(
        &mut self,
        span: Range<usize>,
        what: impl Into<String>,
        label: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let error = self
            .fault(span, what, label)
            .expected(expected)
            .hint("quorate convert and quorate check understand it; change it, or take it out, to run the study");
        self.beyond.push(error);
    }
}
