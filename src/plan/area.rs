//! Areas for improvement, and the actions drafted from them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::action::{self, Action};
use super::study::Study;
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
    /// The survey or audit questions that it came from: `carers:q08`. Those of an evaluation name the study as its pipeline
    /// does until [`Area::as_the_plan_calls_them`].
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

/// An area as an evaluation records it, with the questions that its judgement relies on: evidence of a run is called
/// `study/question`, other evidence has no stroke in its id.
fn of_evaluation(area: AreaForImprovement) -> Area {
    Area {
        id: area.id,
        text: area.text,
        priority: area.priority.map_or_else(String::new, |priority| priority.word().to_owned()),
        indicator: area.subject,
        questions: area.evidence.iter().filter(|id| id.contains('/')).map(|id| id.replacen('/', ":", 1)).collect(),
    }
}

impl Area {
    /// The area with its questions named as the plan names its studies. A question that none of them asked keeps its name
    /// if it stood in a list, where somebody wrote it; what an evaluation relies on may as well be a published figure, and
    /// goes.
    #[must_use]
    pub fn as_the_plan_calls_them(mut self, studies: &[Study], from_evaluation: bool) -> Area {
        let asks = |study: &Study, question: &str| study.wording(question).is_some();
        self.questions = self
            .questions
            .into_iter()
            .filter_map(|link| {
                let (name, question) = link.split_once(':').unwrap_or(("", &link));
                let own = studies.iter().any(|study| study.survey.id == name && asks(study, question));
                let known = studies.iter().find(|study| study.study == name && asks(study, question));
                match known {
                    _ if own => Some(link),
                    Some(study) => Some(format!("{}:{question}", study.survey.id)),
                    None if from_evaluation => None,
                    None => Some(link),
                }
            })
            .collect();
        self.questions.dedup();
        self
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

/// An action to be written out: what is known from the area stands in it, and what is to be said is empty. Every question
/// that the area came from becomes a success criterion whose target is left open, which is a finding until somebody has
/// set it or struck it out.
pub fn draft(id: &str, area: &Area, studies: &[Study]) -> Action {
    let criterion = |link: &String| {
        let (survey, question) = link.split_once(':')?;
        let study = studies.iter().find(|study| study.survey.id == survey)?;
        let (measure, target) = study.headline(question)?;
        Some(format!("{link} {measure} >= {target}"))
    };
    Action {
        criteria: area.questions.iter().filter_map(criterion).collect(),
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
    let mut criteria = String::new();
    action::list(&mut criteria, "criteria", &action.criteria);
    let criteria = if criteria.is_empty() { "criteria = []\n" } else { &criteria };
    let mut text = Action { criteria: Vec::new(), ..action.clone() }.toml();
    let _ = write!(
        text,
        "\n# What is to be done, in one sentence (specific).\naction = \"\"\n\
         # What will be better, and for whom (realistic).\noutcome = \"\"\n\
         # The one role that answers for it; others under with.\nresponsible = \"\"\nwith = []\n\
         # A month, a range, or milestones: \"Draft September 2026; In print March 2027\" (time-limited).\n\
         start = \"\"\ndue = \"\"\n\
         # An amount, \"within existing resources\" or \"to be determined\" (achievable).\nresources = \"\"\n\
         # How one will see that it worked (measurable): \"study:question positive >= 65% by 2027-06\", or words.\n\
         # Put a figure in place of each ?, or strike out the line.\n\
         {criteria}\
         # For the public, once something was done: what people said, and what was done about it.\nsaid = \"\"\ndid = \"\"\n"
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
        std::fs::write(&path, draft_toml(&draft("A-001", &areas[0], &[]))).expect("written");
        let action = action::read(&path).expect("a draft is an action's file");
        assert_eq!((action.from.as_str(), action.indicators.as_slice()), ("2.1-a1", &["2.1".to_owned()][..]));
        std::fs::write(&list, "id,text\n2.1-a1,One\n2.1-a1,Two\n").expect("written");
        assert!(read(&list).expect_err("twice").to_string().contains("twice"));
    }
}
