//! A data dictionary for people: a workbook with the variables and their codes.

use rust_xlsxwriter::Workbook;

use super::flat::{of_the_whole, one_language};
use super::form::Form;
use super::variables::{Storage, missing_word, variables};
use super::{Losses, Written, grid};
use crate::error::Result;

const VARIABLES: [&str; 12] = [
    "Variable",
    "Label",
    "Section",
    "Question",
    "Wording",
    "Response",
    "Kind",
    "Storage",
    "Lowest",
    "Highest",
    "Required",
    "Asked where",
];
const CODES: [&str; 5] = ["Variable", "Code", "Label", "Missing", "Score"];

/// The workbook, and what it does not say.
///
/// # Errors
/// When a text is longer than a cell can be.
pub fn write(form: &Form) -> Result<Written> {
    let mut losses = Losses::default();
    one_language(form, &mut losses);
    of_the_whole(form, &mut losses);
    let all = variables(form, &mut losses);
    for item in form.items() {
        losses.beyond(item, &["label"]);
    }
    let mut rows = vec![VARIABLES.map(str::to_owned).to_vec()];
    let mut codes = vec![CODES.map(str::to_owned).to_vec()];
    for variable in &all {
        let item = variable.item;
        let bounds = &item.bounds;
        let low = bounds.minimum.map(|low| low.to_string()).or(bounds.earliest.map(|first| first.to_string()));
        let high = bounds.maximum.map(|high| high.to_string()).or(bounds.latest.map(|last| last.to_string()));
        rows.push(vec![
            variable.name.clone(),
            variable.label.clone(),
            variable.section.text.plain.clone(),
            item.id.clone(),
            item.text.plain.clone(),
            variable.response.as_ref().map(|(_, said)| said.clone()).unwrap_or_default(),
            item.kind.name().to_owned(),
            stored(variable.storage).to_owned(),
            low.unwrap_or_default(),
            high.unwrap_or_default(),
            if variable.required { "yes" } else { "" }.to_owned(),
            variable.asked_if.clone(),
        ]);
        for (code, label, _) in &variable.codes {
            let choice = form.choices(item).iter().find(|choice| choice.code == *code);
            let score = choice.and_then(|choice| choice.score()).map(|score| score.to_string());
            codes.push(vec![
                variable.name.clone(),
                code.clone(),
                label.clone(),
                missing_word(form, item, code).to_owned(),
                score.unwrap_or_default(),
            ]);
        }
    }
    let about = [
        vec![form.title.plain.clone()],
        vec![format!("Data dictionary of {}, version {}.", form.id, form.version)],
        vec!["The sheet Variables has one row for each variable, the sheet Codes one for each code.".to_owned()],
    ];
    let mut workbook = Workbook::new();
    grid::properties(&mut workbook, &form.title.plain)?;
    grid::cover(workbook.add_worksheet(), "About", &about)?;
    grid::headed(workbook.add_worksheet(), "Variables", &rows)?;
    grid::headed(workbook.add_worksheet(), "Codes", &codes)?;
    Ok(Written { bytes: grid::save(&mut workbook)?, losses: losses.0 })
}

fn stored(storage: Storage) -> &'static str {
    match storage {
        Storage::Whole => "whole number",
        Storage::Number => "number",
        Storage::Code => "code",
        Storage::Tick => "1 or 0",
        Storage::Date => "date",
        Storage::Time => "time",
        Storage::DateTime => "date and time",
        Storage::Words => "text",
    }
}
