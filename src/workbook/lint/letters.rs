//! The letters below figures in analysts' tables, which name the columns that a figure is higher than.

use super::facts::{CellValue, SheetFacts};
use crate::finding::{Finding, Place, cell_name};

/// Letters that nothing on the sheet explains.
pub(super) fn check(sheet: &SheetFacts, file: &str) -> Option<Finding> {
    let texts = || {
        sheet.cells.iter().filter_map(|(cell, facts)| match &facts.value {
            CellValue::Text(text) => Some((*cell, text.trim())),
            _ => None,
        })
    };
    // Below a number, and nothing but letters of columns.
    let below_number = |(row, column): (u32, u32)| {
        let above = row.checked_sub(1).and_then(|row| sheet.cells.get(&(row, column)));
        above.is_some_and(|cell| matches!(cell.value, CellValue::Number(_)))
    };
    let (first, _) = texts().find(|(cell, text)| are_letters(text) && below_number(*cell))?;
    let explained = texts().any(|((_, _), text)| text.to_lowercase().contains("letter"));
    let mut place = Place::file(file).sheet(&sheet.name);
    place.cell = cell_name(first.0, first.1);
    (!explained).then(|| Finding::new("X034", place))
}

fn are_letters(text: &str) -> bool {
    !text.is_empty()
        && text.split(' ').all(|one| (1..=3).contains(&one.len()) && one.chars().all(|c| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::super::facts::CellFacts;
    use super::*;

    #[test]
    fn letters_want_words_that_explain_them() {
        let mut sheet = SheetFacts { name: "q1".into(), ..SheetFacts::default() };
        let cell = |value| CellFacts { value, heading: false, formula: false };
        sheet.cells.insert((5, 1), cell(CellValue::Number(41.0)));
        sheet.cells.insert((6, 1), cell(CellValue::Text("B C".into())));
        assert_eq!(check(&sheet, "f").map(|finding| finding.place.cell), Some("B7".to_owned()));
        sheet.cells.insert((2, 0), cell(CellValue::Text("Letters name lower columns.".into())));
        assert!(check(&sheet, "f").is_none());
        assert!(are_letters("AA") && !are_letters("a b") && !are_letters("") && !are_letters("ABCD"));
    }
}
