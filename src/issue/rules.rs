//! What guards the cells: drop-downs from the sheet `Lists`, ranges, input messages, and the colours of routing.

use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationRule, ExcelDateTime, Formula, Worksheet, XlsxError,
};

use super::answers::Grid;
use super::columns::Plan;
use super::{LISTS_SHEET, choices, routing_in_words, spoken, spreadsheet};
use crate::finding::cell_name;
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Row as InstrumentRow};
use crate::terms::Missing;

/// What a ticked cell holds.
pub(super) const TICK: &str = "Yes";

/// The drop-down lists of a workbook: one column each, the first for ticks.
pub(super) struct Lists {
    columns: Vec<(String, Vec<String>)>,
    dependent: Vec<Dependent>,
}

/// A list that depends on the answer to another question.
struct Dependent {
    question: String,
    /// The place of the question that it depends on.
    gate: usize,
    /// The column with the names of that question's responses; those after it hold what is offered for each.
    first: usize,
}

impl Dependent {
    /// The question that a filter asks about, and what is offered for each of its responses, where it is one question with
    /// one response.
    fn of(form: &Instrument, question: &Question) -> Option<(usize, Vec<Vec<String>>)> {
        let filter = question.written.filter.as_ref()?;
        let names: std::collections::BTreeSet<&str> = filter.formula.references().into_iter().map(|(n, _)| n).collect();
        let only = names.iter().next().filter(|_| names.len() == 1)?;
        let place = form.position(only)?;
        let gate = &form.questions[place];
        let scale = gate.scale.as_ref().filter(|_| gate.kind.gives_one_response())?;
        let all = texts(question);
        let valid = question.scale.as_ref()?.responses.len();
        let mut answers = vec![Answer::Missing(Missing::NotAnswered); form.questions.len()];
        let offered = (0..choices(gate).len()).map(|response| {
            answers[place] = match response < scale.responses.len() {
                true => Answer::Response(response),
                false => Answer::Missing(Missing::NotAnswered),
            };
            let row = InstrumentRow::of(form, &answers, &[]);
            let offered = |at: &usize| *at >= valid || row.offers(question, *at);
            let list: Vec<String> = (0..all.len()).filter(offered).map(|at| all[at].clone()).collect();
            // A drop-down without anything cannot be made.
            if list.is_empty() { vec![String::from("-")] } else { list }
        });
        Some((place, offered.collect()))
    }
}

impl Lists {
    /// The lists that an instrument needs, each once.
    pub fn of(instrument: &Instrument) -> Lists {
        let mut columns = vec![("tick".to_owned(), vec![TICK.to_owned()])];
        let mut dependent = Vec::new();
        for form in std::iter::once(instrument).chain(instrument.repeats.iter().map(|repeat| &*repeat.form)) {
            let ticked = |q: &&Question| matches!(q.kind, QuestionKind::Multiple | QuestionKind::Acknowledge);
            for question in form.questions.iter().filter(|q| !ticked(q)) {
                let (Some(scale), texts) = (&question.scale, texts(question)) else { continue };
                if !columns.iter().any(|(_, known)| *known == texts) {
                    columns.push((scale.id.clone(), texts));
                }
            }
        }
        for form in std::iter::once(instrument).chain(instrument.repeats.iter().map(|repeat| &*repeat.form)) {
            for question in &form.questions {
                if let Some((gate, offered)) = Dependent::of(form, question) {
                    let first = columns.len();
                    columns.push((format!("{} by", question.id), texts(&form.questions[gate])));
                    let named = texts(&form.questions[gate]).into_iter().zip(offered);
                    columns.extend(named.map(|(text, offered)| (format!("{}: {text}", question.id), offered)));
                    dependent.push(Dependent { question: question.id.clone(), gate, first });
                }
            }
        }
        Lists { columns, dependent }
    }

    /// The list of a question whose responses depend on the answer to another one: the cells beside that answer's name.
    fn dependent(&self, plan: &Plan, question: &Question, row: u32) -> Option<String> {
        let found = self.dependent.iter().find(|found| found.question == question.id)?;
        let names = u32::try_from(self.columns.get(found.first)?.1.len()).ok()?;
        let column = u32::try_from(found.first).ok()?;
        let gate = in_column(row, plan.of_question(found.gate)?.0);
        let most = self.columns[found.first + 1..][..names as usize].iter().map(|(_, texts)| texts.len()).max()?;
        let names = format!("{LISTS_SHEET}!{}:{}", absolute(1, column), absolute(names, column));
        let start = format!("{LISTS_SHEET}!{}", absolute(1, column + 1));
        let place = format!("MATCH(TRIM({gate}),{names},0)-1");
        Some(format!("OFFSET({start},0,{place},COUNTA(OFFSET({start},0,{place},{most},1)),1)"))
    }

    /// The range of the list with these texts, for a validation.
    fn range(&self, texts: &[String]) -> Option<String> {
        let (column, list) = self.columns.iter().enumerate().find(|(_, (_, list))| list == texts)?;
        let last = u32::try_from(list.1.len()).ok()?;
        let column = u32::try_from(column).ok()?;
        Some(format!("{LISTS_SHEET}!{}:{}", absolute(1, column), absolute(last, column)))
    }

    /// Writes the sheet.
    pub fn write(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(LISTS_SHEET)?.set_hidden(true).protect();
        for (column, (name, texts)) in (0..).zip(&self.columns) {
            sheet.write_string(0, column, name)?;
            for (row, text) in (1..).zip(texts) {
                sheet.write_string(row, column, text)?;
            }
            sheet.set_column_width(column, 24)?;
        }
        Ok(())
    }
}

pub(super) fn texts(question: &Question) -> Vec<String> {
    choices(question).into_iter().map(|(_, text)| text).collect()
}

pub(super) fn absolute(row: u32, column: u32) -> String {
    let name = cell_name(row, column);
    let split = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    format!("${}${}", &name[..split], &name[split..])
}

/// A cell with its column fixed, as formulas over rows need it.
pub(super) fn in_column(row: u32, column: usize) -> String {
    format!("${}", cell_name(row, u32::try_from(column).unwrap_or(u32::MAX)))
}

/// The validation of a question's cells.
pub(super) fn validation(
    grid: &Grid<'_>,
    spelled: &spreadsheet::Sheet<'_>,
    (place, question): (usize, &Question),
) -> Result<DataValidation, XlsxError> {
    let (form, lists) = (grid.form, grid.lists);
    let whole = |x: Option<f64>, otherwise: i32| x.map_or(otherwise, |x| x as i32);
    let base = DataValidation::new();
    let day = |date: Option<chrono::NaiveDate>, otherwise: (u16, u8, u8)| {
        use chrono::Datelike;
        let (year, month, day) =
            date.map_or(otherwise, |d| (d.year().clamp(1900, 9999) as u16, d.month() as u8, d.day() as u8));
        ExcelDateTime::from_ymd(year, month, day)
    };
    let (rule, expected) = match question.kind {
        QuestionKind::Multiple => {
            (list(base, lists, &[TICK.to_owned()]), format!("Choose {TICK} where it applies; leave the others empty."))
        }
        QuestionKind::Acknowledge => {
            (list(base, lists, &[TICK.to_owned()]), format!("Choose {TICK} to confirm; leave it empty otherwise."))
        }
        QuestionKind::Rank => {
            let words = "Choose what comes at this place; each once, from the first place on.".to_owned();
            (list(base, lists, &texts(question)), words)
        }
        QuestionKind::Single | QuestionKind::Rating | QuestionKind::YesNo => {
            match lists.dependent(grid.plan, question, spelled.row) {
                Some(range) => {
                    let gate = question.written.filter.as_ref().and_then(|f| f.formula.references().first().copied());
                    let gate = gate.and_then(|(id, _)| form.question(id)).map_or("", |gate| gate.label.as_str());
                    let words = format!("Choose from the list, which depends on \"{gate}\".");
                    (base.allow_list_formula(Formula::new(format!("={range}"))), words)
                }
                None => (list(base, lists, &texts(question)), "Choose from the list.".to_owned()),
            }
        }
        QuestionKind::Integer => {
            let (low, high) = (whole(question.minimum, i32::MIN), whole(question.maximum, i32::MAX));
            let words = format!("A whole number{}.", range_in_words(question));
            (base.allow_whole_number(DataValidationRule::Between(low, high)), words)
        }
        QuestionKind::Decimal | QuestionKind::Range => {
            let (low, high) = (question.minimum.unwrap_or(-1e15), question.maximum.unwrap_or(1e15));
            (
                base.allow_decimal_number(DataValidationRule::Between(low, high)),
                format!("A number{}.", range_in_words(question)),
            )
        }
        QuestionKind::Date => {
            let (low, high) = (day(question.earliest, (1900, 1, 1))?, day(question.latest, (9999, 12, 31))?);
            (
                base.allow_date(DataValidationRule::Between(low, high)),
                format!("A date{}, such as 31 Mar 2026.", period_in_words(question)),
            )
        }
        QuestionKind::DateTime => {
            let (low, high) = (day(None, (1900, 1, 1))?, day(None, (9999, 12, 31))?);
            let words = "A date and a time, such as 31 Mar 2026 14:30.".to_owned();
            (base.allow_date(DataValidationRule::Between(low, high)), words)
        }
        QuestionKind::Time => {
            let (low, high) = (ExcelDateTime::from_hms(0, 0, 0.0)?, ExcelDateTime::from_hms(23, 59, 59.0)?);
            let words = "A time of day on the 24-hour clock, such as 14:30.".to_owned();
            (base.allow_time(DataValidationRule::Between(low, high)), words)
        }
        QuestionKind::Text | QuestionKind::Calculate => {
            (base.allow_any_value(), "In a few words; no names of people.".to_owned())
        }
    };
    let mut message = String::new();
    for note in form.notes.iter().filter(|note| note.before == place && note.section == question.section) {
        message.push_str(spoken(form, &note.text).trim());
        message.push('\n');
    }
    if let Some(routing) = routing_in_words(form, question) {
        message.push_str(&routing);
        message.push_str(". ");
    }
    let guidance = question.guidance.split_whitespace().collect::<Vec<_>>().join(" ");
    message.push_str(if guidance.is_empty() { &expected } else { &guidance });
    rule.set_input_title(clip(&question.label, 32))?
        .set_input_message(clip(&message, 255))?
        .set_error_title("This cannot be read")?
        .set_error_message(clip(&format!("{expected} If none fits, leave the cell empty and say so."), 255))
        .map(|rule| rule.ignore_blank(true))
}

fn list(base: DataValidation, lists: &Lists, texts: &[String]) -> DataValidation {
    match lists.range(texts) {
        Some(range) => base.allow_list_formula(Formula::new(format!("={range}"))),
        None => base.allow_any_value(),
    }
}

/// The range of a number in words: " from 0 to 120", or nothing.
pub(super) fn range_in_words(question: &Question) -> String {
    let mut words = between(question.minimum.map(|x| x.to_string()), question.maximum.map(|x| x.to_string()));
    if let Some(step) = question.step {
        words.push_str(&format!(", in steps of {step}"));
    }
    words
}

/// The range of a date in words.
pub(super) fn period_in_words(question: &Question) -> String {
    let day = |date: chrono::NaiveDate| date.format("%-d %b %Y").to_string();
    between(question.earliest.map(day), question.latest.map(day))
}

fn between(low: Option<String>, high: Option<String>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!(" from {low} to {high}"),
        (Some(low), None) => format!(" from {low}"),
        (None, Some(high)) => format!(" up to {high}"),
        (None, None) => String::new(),
    }
}

/// Cuts a text at a word, counting as spreadsheets do (UTF-16), with an ellipsis where something is left out.
fn clip(text: &str, limit: usize) -> String {
    let length = |text: &str| text.encode_utf16().count();
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut units = 0;
    for c in text.chars() {
        units += c.len_utf16();
        if units > limit.saturating_sub(3) {
            break;
        }
        kept.push(c);
    }
    let end = kept.rfind(' ').filter(|&end| end > kept.len() / 2).unwrap_or(kept.len());
    format!("{}...", kept[..end].trim_end_matches([' ', ',', ';', '.']))
}

/// A formula that is true where the question is asked, given the answers in `row`; none if it is always asked.
pub(super) fn asked(instrument: &Instrument, plan: &Plan, question: &Question, row: u32) -> Option<String> {
    let condition = question.ask_if.as_ref()?;
    let gate = instrument.questions.get(condition.question)?;
    let (first, _) = plan.of_question(condition.question)?;
    let mut parts = Vec::new();
    for (choice, (code, text)) in
        choices(gate).iter().enumerate().filter(|(_, (c, _))| condition.codes.iter().any(|x| x == c))
    {
        if gate.kind == QuestionKind::Multiple {
            parts.push(format!("{}<>\"\"", in_column(row, first + choice)));
        } else {
            parts.extend(spellings(gate, code, text).iter().map(|text| equals(&in_column(row, first), text)));
        }
    }
    Some(format!("OR({})", parts.join(",")))
}

/// A formula that is true where somebody has answered anything in a row.
pub(super) fn begun(form: &Instrument, plan: &Plan, row: u32) -> Option<String> {
    let run = |(first, last): (usize, usize)| format!("COUNTA({}:{})", in_column(row, first), in_column(row, last));
    let runs: Vec<String> = plan.filled_in(form).into_iter().map(run).collect();
    (!runs.is_empty()).then(|| format!("{}>0", runs.join("+")))
}

/// A formula that is true in a rank's cell where the same stands in another rank.
pub(super) fn given_twice(question: &Question, (first, last): (usize, usize), row: u32) -> Option<String> {
    let cell = cell_name(row, u32::try_from(first).ok()?);
    let all = format!("{}:{}", in_column(row, first), in_column(row, last));
    (question.kind == QuestionKind::Rank).then(|| format!("AND({cell}<>\"\",COUNTIF({all},{cell})>1)"))
}

/// A formula that is true where nothing stands in the cells of a question.
pub(super) fn blank(plan: &Plan, question: usize, row: u32) -> Option<String> {
    let (first, last) = plan.of_question(question)?;
    Some(if first == last {
        format!("{}=\"\"", in_column(row, first))
    } else {
        format!("COUNTA({}:{})=0", in_column(row, first), in_column(row, last))
    })
}

/// A formula that is true where the cell says that somebody must act at once.
pub(super) fn alarming(plan: &Plan, place: usize, question: &Question, row: u32) -> Option<String> {
    let (first, _) = plan.of_question(place)?;
    let parts: Vec<String> = choices(question)
        .iter()
        .filter(|(code, _)| question.kind.gives_one_response() && question.concern.iter().any(|c| c == code))
        .flat_map(|(code, text)| spellings(question, code, text))
        .map(|text| equals(&in_column(row, first), &text))
        .collect();
    (!parts.is_empty()).then(|| format!("OR({})", parts.join(",")))
}

/// The ways in which a response may stand in a cell: as offered, as its label, as its code. Spreadsheets compare without
/// regard to case.
pub(super) fn spellings(question: &Question, code: &str, offered: &str) -> Vec<String> {
    let label = question.scale.as_ref().and_then(|s| s.responses.iter().find(|r| r.code == code)).map(|r| &r.label);
    let mut all: Vec<String> = vec![offered.to_owned()];
    for text in label.map(String::as_str).into_iter().chain([code]) {
        if !all.iter().any(|known| known.to_lowercase() == text.to_lowercase()) {
            all.push(text.to_owned());
        }
    }
    all
}

/// A formula that compares a cell with a text, blanks around it left out; numbers count as texts. Texts in formulas hold at
/// most 255 characters.
pub(super) fn equals(cell: &str, text: &str) -> String {
    let quote = |text: &str| text.replace('"', "\"\"");
    if text.encode_utf16().count() <= 250 {
        return format!("TRIM({cell})=\"{}\"", quote(text.trim()));
    }
    let start: String = text.chars().take(120).collect();
    format!("LEFT({cell},{})=\"{}\"", start.encode_utf16().count(), quote(&start))
}

/// A conditional format by formula.
pub(super) fn colour(formula: &str, format: rust_xlsxwriter::Format) -> ConditionalFormatFormula {
    ConditionalFormatFormula::new().set_rule(format!("={formula}").as_str()).set_format(format).set_stop_if_true(true)
}

#[cfg(test)]
mod tests {
    use super::clip;

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(clip("short", 32), "short");
        assert_eq!(clip("one two three four five six seven", 20), "one two three...");
        assert!(clip(&"\u{1F600}".repeat(200), 255).encode_utf16().count() <= 255);
    }
}
