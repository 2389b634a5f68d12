//! `[returns.variant]`: how it is told which form somebody filled in, the standard or the easy-read one.

use serde::Deserialize;
use toml::Spanned;

use super::Definition;
use super::definition::ReturnChoices;
use crate::error::Result;
use crate::instrument::{Instrument, Variant, nearest};
use crate::returns::{Headed, VariantRule};

/// `[returns.variant]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantChoice {
    /// The question of the instrument that tells it.
    pub question: Option<Spanned<String>>,
    /// The heading of a column of the returns that tells it, or the several that it has had.
    pub column: Option<Spanned<Headed>>,
    /// The column of the frame that says who gets which form: it decides where the return does not say it.
    pub frame: Option<Spanned<String>>,
    /// What stands there for the easy-read form.
    pub easy_read: Spanned<Vec<String>>,
    /// What stands there for the standard form; anything but the easy-read form's if not said.
    #[serde(default)]
    pub standard: Vec<String>,
}

impl VariantChoice {
    fn rule(&self) -> VariantRule {
        VariantRule {
            question: self.question.as_ref().map(|question| question.get_ref().clone()),
            headings: self.column.iter().flat_map(|column| column.get_ref().all()).cloned().collect(),
            easy_read: self.easy_read.get_ref().clone(),
            standard: self.standard.clone(),
        }
    }
}

impl ReturnChoices {
    /// How a return says which form it is.
    pub fn variant(&self) -> Option<VariantRule> {
        self.variant.as_ref().map(|choice| choice.get_ref().rule())
    }

    /// The frame column that says who gets which form.
    pub fn variant_column(&self) -> Option<&String> {
        self.variant.as_ref()?.get_ref().frame.as_ref().map(Spanned::get_ref)
    }

    /// The form that the frame says somebody gets; `value` gives what a column says of them.
    pub fn variant_in_frame<'v>(&self, value: impl Fn(&str) -> &'v str) -> Option<Variant> {
        let column = self.variant_column()?;
        self.variant()?.told(value(column))
    }
}

/// Refuses what does not hold: several places that tell the form, a question that is not asked, an instrument with one form.
///
/// # Errors
/// The first fault, underlined.
pub(super) fn examine(definition: &Definition, instrument: &Instrument) -> Result<()> {
    let Some(choice) = &definition.returns.variant else { return Ok(()) };
    let (span, choice) = (choice.span(), choice.get_ref());
    let (question, column) = (choice.question.is_some(), choice.column.is_some());
    if (question && column) || !(question || column || choice.frame.is_some()) {
        return Err(definition
            .fault(span, "the pipeline does not say how a form is told", "under [returns.variant]")
            .expected(
                "question = \"...\" or column = \"...\" of the returns, or frame = \"...\", or one of the two with it",
            ));
    }
    if !instrument.has_variants() {
        return Err(definition
            .fault(span, "the instrument has one form only", "nothing to tell apart")
            .expected("questions with easy_read = { ... } in the instrument")
            .hint("take [returns.variant] out"));
    }
    if let Some(question) =
        choice.question.as_ref().filter(|question| instrument.question(question.get_ref()).is_none())
    {
        let known = instrument.questions.iter().map(|question| question.id.as_str());
        let error = definition.fault(
            question.span(),
            "the pipeline names a question that the instrument does not ask",
            "no such question",
        );
        return Err(match nearest(question.get_ref(), known) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error.hint("name a question of the instrument, or a column = \"...\" of the returns"),
        });
    }
    Ok(())
}
