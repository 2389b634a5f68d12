//! The sheets of repeats: one row for each of the several, under the serial of the unit and a number.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DataValidation, Formula, Worksheet, XlsxError};

use super::answers::{FIRST, Grid, Line, grid};
use super::columns::{Holds, Plan, plan_repeat};
use super::rules::{Lists, absolute};
use super::{ANSWERS_SHEET, Batch, GUIDANCE_SHEET, IDENTITY_SHEET, LISTS_SHEET, mend, spreadsheet};
use crate::instrument::{Instrument, Repeat};

/// Rows that stand ready for each unit, where neither the form nor the pipeline says how many.
const READY: u32 = 5;

/// Rows that stand ready below for whoever needs more.
const SPARE: usize = 20;

/// The sheet of a repeat.
pub(super) struct Sheet<'a> {
    pub repeat: &'a Repeat,
    pub name: String,
    pub plan: Plan,
}

/// The sheets of all repeats.
pub(super) fn plans<'a>(instrument: &'a Instrument, main: &Plan) -> Vec<Sheet<'a>> {
    let mut names: Vec<String> = [ANSWERS_SHEET, GUIDANCE_SHEET, IDENTITY_SHEET, LISTS_SHEET, mend::FINDINGS_SHEET]
        .map(str::to_lowercase)
        .into();
    let one = |repeat: &'a Repeat| {
        let brought = spreadsheet::Sheet::looks_at(&repeat.form, instrument, main);
        let name = sheet_name(repeat, &mut names);
        Sheet { repeat, name, plan: plan_repeat(repeat, main, &brought) }
    };
    instrument.repeats.iter().map(one).collect()
}

/// A name that spreadsheets take, and that no other sheet has.
fn sheet_name(repeat: &Repeat, taken: &mut Vec<String>) -> String {
    let plain = |text: &str| -> String {
        let text: String = text.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(28).collect()
    };
    let wanted = Some(plain(&repeat.label)).filter(|name| !name.is_empty()).unwrap_or_else(|| plain(&repeat.id));
    let numbered = (2..).map(|number| format!("{wanted} {number}"));
    let free = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(&name.to_lowercase()));
    let name = free.unwrap_or(wanted);
    taken.push(name.to_lowercase());
    name
}

impl Sheet<'_> {
    /// Rows that stand ready for each unit, and below for all.
    fn rows(&self, batch: &Batch) -> (u32, usize) {
        match self.repeat.fixed() {
            Some(number) => (number, 0),
            None => (if batch.repeat_rows == 0 { READY } else { batch.repeat_rows }, SPARE),
        }
    }

    /// The lines, in the order of the units.
    fn lines<'b>(&self, batch: &'b Batch) -> Vec<Line<'b>> {
        let (ready, spare) = self.rows(batch);
        let mut lines = Vec::new();
        for row in &batch.rows {
            let of_unit = batch.repeated.get(&(row.serial.clone(), row.reading));
            let typed: &[BTreeMap<String, String>] =
                of_unit.and_then(|repeats| repeats.get(&self.repeat.id)).map_or(&[], Vec::as_slice);
            let count = ready.max(u32::try_from(typed.len()).unwrap_or(ready));
            let line = |number: u32| Line {
                row: Some(row),
                number: Some(number),
                typed: typed.get(number as usize - 1).filter(|answers| !answers.is_empty()),
            };
            lines.extend((1..=count).map(line));
        }
        lines.extend((0..spare).map(|_| Line { row: None, number: None, typed: None }));
        lines
    }

    /// The last row of answers.
    pub fn last_row(&self, batch: &Batch) -> u32 {
        FIRST + u32::try_from(self.lines(batch).len()).unwrap_or(u32::MAX - FIRST) - 1
    }

    /// The row of the several with a number, of a row of the batch.
    pub fn row_of(&self, batch: &Batch, serial: &str, reading: u8, number: u32) -> Option<u32> {
        let is_it = |line: &Line<'_>| {
            line.number == Some(number) && line.row.is_some_and(|row| row.serial == serial && row.reading == reading)
        };
        let at = self.lines(batch).iter().position(is_it)?;
        Some(FIRST + u32::try_from(at).ok()?)
    }
}

/// Writes the sheet of a repeat.
pub(super) fn write(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    batch: &Batch,
    (main, repeat): (&Plan, &Sheet<'_>),
    lists: &Lists,
) -> Result<(), XlsxError> {
    sheet.set_name(&repeat.name)?;
    let lines = repeat.lines(batch);
    let (ready, spare) = (lines.iter().filter(|line| line.row.is_some()).count(), repeat.rows(batch).1);
    let last = FIRST + u32::try_from(batch.rows.len()).unwrap_or(0) - 1;
    let form = &repeat.repeat.form;
    let whole = Grid {
        form,
        batch,
        plan: &repeat.plan,
        lists,
        lines,
        main: Some((instrument, main, last)),
        repeats: Vec::new(),
    };
    mend::mark(sheet, &whole, Some(&repeat.repeat.id), |to_mend, number| {
        repeat.row_of(batch, &to_mend.serial, to_mend.reading, number)
    })?;
    grid(sheet, &whole)?;
    if spare == 0 {
        return Ok(());
    }
    // Whoever needs one more row chooses for whom, and numbers it.
    let first = FIRST + u32::try_from(ready).unwrap_or(0);
    let (Some(serial), Some(of_main)) = (repeat.plan.column(Holds::Serial), main.column(Holds::Serial)) else {
        return Ok(());
    };
    let column = u32::try_from(of_main).unwrap_or(0);
    let serials = Formula::new(format!("={ANSWERS_SHEET}!{}:{}", absolute(FIRST, column), absolute(last, column)));
    let validation = DataValidation::new()
        .allow_list_formula(serials)
        .set_input_title("One more row")?
        .set_input_message("Choose the serial, and write the next number beside it.")?
        .set_error_title("This serial is not known")?
        .set_error_message("Choose the serial from the list.")?;
    let column = u16::try_from(serial).unwrap_or(0);
    sheet.add_data_validation(first, column, whole.last_row(), column, &validation)?;
    Ok(())
}
