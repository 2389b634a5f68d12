//! Areas for improvement, and the actions drafted from them.

use std::collections::BTreeSet;
use std::path::Path;

use super::action::Action;
use crate::error::{Error, Result};
use crate::evaluation::improvement::{self, AreaForImprovement};
use crate::sheet::{self, Limits, Sheet};

/// An area for improvement, as an evaluation records it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area {
    /// Its id: `5.2-a1`.
    pub id: String,
    /// What could be better.
    pub text: String,
    /// How urgent it is, in the evaluation's words.
    pub priority: String,
    /// The quality indicator under which it was found: `5.2`.
    pub indicator: String,
    /// The survey or audit questions that it came from: `carers:q08`.
    pub questions: Vec<String>,
}

/// Reads the areas of an evaluation (its `evaluation.toml`), or a list of them from a spreadsheet or csv with the columns `id`, `text`, and perhaps `priority`, `indicator` and
/// `questions` (several divided by semicolons or `|`).
///
/// # Errors
/// When the file cannot be read, lacks a column, or has an area without id or text, or an id twice.
pub fn read(path: &Path) -> Result<Vec<Area>> {
    if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) {
        return Ok(improvement::read(path)?.into_iter().map(of_evaluation).collect());
    }
    let book = sheet::read(path, &Limits::default())?;
    let missing = || {
        Error::file(path, "this is no list of areas for improvement")
            .expected("a sheet with the columns id and text in its first row")
    };
    let sheet = book.sheets.first().ok_or_else(missing)?;
    let column = |names: &[&str]| {
        let is = |heading: &str| names.contains(&heading.trim().to_lowercase().as_str());
        (0..sheet.width()).find(|&column| is(&sheet.text(0, column)))
    };
    let (id, text) =
        (column(&["id"]).ok_or_else(missing)?, column(&["text", "area for improvement"]).ok_or_else(missing)?);
    let optional = [column(&["priority"]), column(&["indicator"]), column(&["questions", "origin"])];
    let mut seen = BTreeSet::new();
    let mut areas = Vec::new();
    for (row, _) in sheet.rows().filter(|(row, _)| *row > 0) {
        let area = area(sheet, row, (id, text), optional);
        if area == Area::default() {
            continue;
        }
        let fault = |problem: &str| {
            let place = crate::finding::Place::file(path.display().to_string()).sheet(&sheet.name).row(row);
            Error::file(path, problem).at(place.to_string()).found(format!("{:?}, {:?}", area.id, area.text))
        };
        if area.id.is_empty() || area.text.is_empty() {
            return Err(fault("an area for improvement has no id or no text"));
        }
        if !seen.insert(area.id.clone()) {
            return Err(fault("an area for improvement stands twice in the list"));
        }
        areas.push(area);
    }
    Ok(areas)
}

/// An area as an evaluation records it; which questions it came from stands in the judgement's evidence.
fn of_evaluation(area: AreaForImprovement) -> Area {
    Area {
        id: area.id,
        text: area.text,
        priority: area.priority.map_or_else(String::new, |priority| priority.word().to_owned()),
        indicator: area.subject,
        questions: Vec::new(),
    }
}

fn area(sheet: &Sheet, row: u32, (id, text): (u32, u32), [priority, indicator, questions]: [Option<u32>; 3]) -> Area {
    let cell = |column: Option<u32>| column.map_or_else(String::new, |column| sheet.text(row, column));
    let questions = cell(questions);
    Area {
        id: cell(Some(id)),
        text: cell(Some(text)),
        priority: cell(priority),
        indicator: cell(indicator),
        questions: questions.split([';', '|']).map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()).collect(),
    }
}

/// An action to be written out: what is known from the area stands in it, and what is to be said is empty.
pub fn draft(id: &str, area: &Area) -> Action {
    Action {
        id: id.to_owned(),
        area: area.text.clone(),
        from: area.id.clone(),
        priority: area.priority.clone(),
        origin: area.questions.clone(),
        indicators: if area.indicator.is_empty() { Vec::new() } else { vec![area.indicator.clone()] },
        ..Action::default()
    }
}

/// The file of a drafted action: the empty elements stand in it, each with what it asks for.
pub fn draft_toml(action: &Action) -> String {
    let mut text = action.toml();
    text.push_str(
        "\n# What is to be done, in one sentence (specific).\naction = \"\"\n\
         # What will be better, and for whom (realistic).\noutcome = \"\"\n\
         # The one role that answers for it; others under with.\nresponsible = \"\"\nwith = []\n\
         # A month, a range, or milestones: \"Draft September 2026; In print March 2027\" (time-limited).\n\
         start = \"\"\ndue = \"\"\n\
         # An amount, \"within existing resources\" or \"to be determined\" (achievable).\nresources = \"\"\n\
         # How one will see that it worked (measurable): \"study:question positive >= 65% by 2027-06\", or words.\n\
         criteria = []\n\
         # For the public, once something was done: what people said, and what was done about it.\nsaid = \"\"\ndid = \"\"\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_a_draft_reads_back_with_what_it_lacks() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = folder.path().join("areas.csv");
        std::fs::write(
            &list,
            "id,text,priority,indicator,questions\n2.1-a1,Hard to get information,high,2.1,carers:q08; carers:q11\n",
        )
        .expect("written");
        let areas = read(&list).expect("a list");
        assert_eq!(areas.len(), 1);
        assert_eq!(areas[0].questions, ["carers:q08", "carers:q11"]);
        let path = folder.path().join("A-001.toml");
        std::fs::write(&path, draft_toml(&draft("A-001", &areas[0]))).expect("written");
        let action = super::super::action::read(&path).expect("a draft is an action's file");
        assert_eq!((action.from.as_str(), action.indicators.as_slice()), ("2.1-a1", &["2.1".to_owned()][..]));
        std::fs::write(&list, "id,text\n2.1-a1,One\n2.1-a1,Two\n").expect("written");
        assert!(read(&list).expect_err("twice").to_string().contains("twice"));
    }
}
