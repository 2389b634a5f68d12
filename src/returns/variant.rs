//! Which form a row is: as the row says, else the workbook, else the frame, else as its answers fit one form only.

use super::answer::Readers;
use super::recognise::Table;
use super::rows::Which;
use super::spelling::{fold, quoted};
use crate::finding::{Finding, Place};
use crate::instrument::{Instrument, Variant};
use crate::sheet::Cell;

/// What the pipeline file says about how a return tells its form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VariantRule {
    /// The question of the instrument that tells it.
    pub question: Option<String>,
    /// The headings of a column that tells it.
    pub headings: Vec<String>,
    /// What stands there for the easy-read form.
    pub easy_read: Vec<String>,
    /// What stands there for the standard form; anything but the easy-read form's if empty.
    pub standard: Vec<String>,
}

impl VariantRule {
    /// The form that a text names, if it names one.
    pub fn told(&self, text: &str) -> Option<Variant> {
        let names = |list: &[String]| list.iter().any(|name| fold(name) == fold(text));
        if fold(text).is_empty() {
            None
        } else if names(&self.easy_read) {
            Some(Variant::EasyRead)
        } else {
            (self.standard.is_empty() || names(&self.standard)).then_some(Variant::Standard)
        }
    }

    fn expected(&self) -> String {
        let list = |texts: &[String]| texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join(" or ");
        match self.standard.as_slice() {
            [] => format!("{}, or something else", list(&self.easy_read)),
            standard => {
                format!("{} for the standard form, {} for the easy-read form", list(standard), list(&self.easy_read))
            }
        }
    }
}

/// The form that a row is, and what is to be said where that is in doubt. `workbook` is the form that the workbook says it
/// is, `frame` the one that the frame says the person was sent.
pub(super) fn of_row(
    which: &Which<'_>,
    table: &Table,
    cells: &[Cell],
    workbook: Option<Variant>,
    frame: Option<Variant>,
    place: &dyn Fn(Option<u32>) -> Place,
) -> (Option<Variant>, Option<Finding>) {
    let Which { instrument, readers, rule } = which;
    if !instrument.has_variants() {
        return (None, None);
    }
    let cell = |column: u32| cells.iter().find(|cell| cell.column == column && !cell.value.is_blank());
    let column = rule.as_ref().and_then(|rule| match &rule.question {
        Some(question) => instrument.position(question).and_then(|place| table.columns[place].first()),
        None => table.variant,
    });
    let said = column.and_then(cell);
    let told = said.and_then(|said| rule.as_ref().and_then(|rule| rule.told(&said.text())));
    if let Some(known) = told.or(workbook).or(frame) {
        return (Some(known), None);
    }
    match fits(instrument, readers, table, &cell) {
        Fit::One(variant) => (Some(variant), None),
        Fit::Both => (None, None),
        fit @ (Fit::Either | Fit::Neither) => {
            let found = match (said, fit) {
                (Some(said), _) => quoted(&said.text()),
                (None, Fit::Either) => "answers that either form could give".to_owned(),
                (None, _) => "answers of both forms".to_owned(),
            };
            let expected = rule
                .as_ref()
                .map_or_else(|| "the workbook that was issued, or a column".to_owned(), |rule| rule.expected());
            (None, Some(Finding::new("R060", place(column)).found(found).expected(expected)))
        }
    }
}

/// What the answers of a row say about its form.
enum Fit {
    /// They are read alike in both forms, or there are none.
    Both,
    /// They fit one form only.
    One(Variant),
    /// They fit each of the forms, and mean something else in each.
    Either,
    /// Some fit the one form only and some the other.
    Neither,
}

fn fits<'c>(
    instrument: &Instrument,
    readers: &Readers<'_>,
    table: &Table,
    cell: &dyn Fn(u32) -> Option<&'c Cell>,
) -> Fit {
    let mut only = [false; 2];
    let mut differs = false;
    for (number, question) in instrument.questions.iter().enumerate() {
        let columns = &table.columns[number];
        if let Some(variant) = question.only_in {
            only[variant as usize] |= columns.first().and_then(cell).is_some();
        }
        if question.variants.is_none() {
            continue;
        }
        let [standard, easy] = Variant::ALL.map(|variant| readers.read(number, columns, cell, variant));
        if standard.blank && easy.blank {
            continue;
        }
        match (standard.is_readable(), easy.is_readable()) {
            (true, false) => only[0] = true,
            (false, true) => only[1] = true,
            _ => differs |= standard.answer != easy.answer,
        }
    }
    match only {
        [true, true] => Fit::Neither,
        [true, false] => Fit::One(Variant::Standard),
        [false, true] => Fit::One(Variant::EasyRead),
        [false, false] if differs => Fit::Either,
        [false, false] => Fit::Both,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_form_by_what_the_pipeline_lists() {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let rule = VariantRule { easy_read: list(&["3"]), standard: list(&["1", "2"]), ..VariantRule::default() };
        let told = ["3", " 3 ", "1", "4", ""].map(|text| rule.told(text));
        assert_eq!(told, [Some(Variant::EasyRead), Some(Variant::EasyRead), Some(Variant::Standard), None, None]);
        let open = VariantRule { easy_read: list(&["Easy read"]), ..VariantRule::default() };
        assert_eq!(
            ["easy READ", "large print"].map(|text| open.told(text)),
            [Some(Variant::EasyRead), Some(Variant::Standard)]
        );
    }
}
