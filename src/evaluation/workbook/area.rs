//! The sheet of one area: its indicators, each with the evidence beside the scale, and then the area as a whole.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, ProtectionOptions, Worksheet, XlsxError,
};

use super::issue::{For, level_choices, present, present_confidence};
use super::{ENTRY, EVIDENCE, KEY, PRIORITY, PROMPT_CHOICES, RELY, RELY_CHOICE};
use crate::evaluation::evidence::Item;
use crate::evaluation::judgement::{CONFIDENCE, Judgement, Priority};
use crate::evaluation::{Evaluation, standing, words};
use crate::evidence::framework::{Area, Indicator};
use crate::issue::{Lists, style};
use crate::workbook::fit::{height, lines};

/// Columns: hidden key, words, entry, priority, hidden evidence key, evidence, what it says, weight, rely.
const WIDTHS: [f64; 9] = [4.0, 21.0, 62.0, 11.0, 4.0, 36.0, 40.0, 17.0, 9.0];
const LAST: u16 = 8;
/// Empty rows for areas for improvement beyond those that are there.
const SPARE: usize = 3;

/// What stands on the left of a row.
enum Left {
    /// Words to read: a label and a text.
    Read(String, String),
    /// A place to fill in.
    Fill { key: String, label: String, value: String, choices: Vec<String>, lines: u32, hint: String },
    /// An area for improvement: with a priority.
    Improve { key: String, label: String, value: String, priority: Option<Priority> },
}

pub(super) fn write(
    sheet: &mut Worksheet,
    (evaluation, lists): (&Evaluation, &Lists),
    whose: For<'_>,
    area: &Area,
    place: usize,
) -> Result<(), XlsxError> {
    sheet.set_name(format!("Area {}", area.number))?.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_column_hidden(0)?.set_column_hidden(4)?;
    for (column, header) in [(0, KEY), (2, ENTRY), (3, PRIORITY), (4, EVIDENCE), (8, RELY)] {
        sheet.write_string_with_format(0, column, header, &style::machine())?;
    }
    sheet.set_row_height(0, 9)?;
    sheet.write_string_with_format(1, 1, format!("{} {}", area.number, area.title), &style::title())?;
    sheet.set_row_height(1, 28)?;
    let scale: Vec<String> =
        evaluation.framework.levels.iter().map(|l| format!("{} {}: {}", l.number, l.name, l.meaning)).collect();
    sheet.write_string(2, 1, &area.about)?;
    sheet.write_string_with_format(3, 1, scale.join("   |   "), &Format::new().set_font_size(9).set_italic())?;
    for (column, text) in [
        (1, ""),
        (2, "Your judgement"),
        (3, "Priority"),
        (5, "Evidence"),
        (6, "What it says"),
        (7, "Weight"),
        (8, "Rely on it?"),
    ] {
        sheet.write_string_with_format(4, column, text, &style::fixed_heading())?;
    }
    let mut page = Page { sheet, evaluation, lists, row: 5, section: place };
    for indicator in &area.indicators {
        if evaluation.definition.in_scope(&evaluation.framework, &indicator.number) {
            page.indicator(whose, indicator)?;
        }
    }
    page.whole(whose, area)?;
    let last = page.row;
    // The machine's row, the first, is not printed.
    sheet.set_print_area(1, 0, last, 8)?;
    sheet.set_freeze_panes(5, 0)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::new()
    });
    sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_repeat_rows(4, 4)?;
    let title = format!("{} {}", area.number, area.title).replace('&', "&&");
    sheet.set_footer(format!("&L{}&CIn confidence&RPage &P of &N", title.chars().take(90).collect::<String>()));
    Ok(())
}

struct Page<'a> {
    sheet: &'a mut Worksheet,
    evaluation: &'a Evaluation,
    lists: &'a Lists,
    row: u32,
    section: usize,
}

impl Page<'_> {
    fn indicator(&mut self, whose: For<'_>, indicator: &Indicator) -> Result<(), XlsxError> {
        let mut left = Vec::new();
        let bullets = |texts: &[String]| texts.iter().map(|t| format!("• {t}")).collect::<Vec<_>>().join("\n");
        left.push(Left::Read("What it looks at".to_owned(), indicator.about.clone()));
        if !indicator.factors.is_empty() {
            left.push(Left::Read("What belongs to it".to_owned(), bullets(&indicator.factors)));
        }
        if !indicator.questions.is_empty() {
            left.push(Left::Read("Questions to ask".to_owned(), bullets(&indicator.questions)));
        }
        for picture in &indicator.illustrations {
            let name = self.evaluation.framework.level(picture.level).map_or("", |level| level.name.as_str());
            left.push(Left::Read(format!("{name} looks like"), picture.text.clone()));
        }
        let present = present(self.evaluation, whose.code(), &indicator.number);
        left.extend(self.entries(whose, &present));
        let evidence: Vec<&Item> = self.evaluation.bearing_on(&indicator.number).collect();
        self.band(&format!("{}  {}", indicator.number, indicator.title))?;
        self.block(&left, &present, &evidence)
    }

    fn whole(&mut self, whose: For<'_>, area: &Area) -> Result<(), XlsxError> {
        let present = present(self.evaluation, whose.code(), &area.number);
        let mut left = Vec::new();
        for prompt in &area.prompts {
            let most = self.evaluation.level_words(Some(prompt.area_at_most));
            let weak = present.weak_prompts.contains(&prompt.id);
            left.push(Left::Read(format!("Weighs heavily: {}", prompt.id), prompt.text.clone()));
            left.push(Left::Fill {
                key: format!("{}/prompt/{}", area.number, prompt.id),
                label: "Is this weak?".to_owned(),
                value: if weak { PROMPT_CHOICES[1] } else { "" }.to_owned(),
                choices: PROMPT_CHOICES.map(str::to_owned).to_vec(),
                lines: 1,
                hint: format!("If it is, the area is unlikely to be better than {most}."),
            });
        }
        left.extend(self.entries(whose, &present));
        if let Some(asked) = self.evaluation.framework.confidence.as_ref().filter(|c| c.area == area.number) {
            let made = present_confidence(self.evaluation, whose.code());
            for (number, text) in (1..).zip(&asked.components) {
                let stated = made.components.iter().find(|c| c.number == number).cloned().unwrap_or_default();
                left.push(Left::Fill {
                    key: format!("{CONFIDENCE}/{number}/statement"),
                    label: format!("How confident? {text}"),
                    value: stated.statement,
                    choices: asked.statements.clone(),
                    lines: 1,
                    hint: "Improvement that is happening or has happened and can be verified, not intended.".to_owned(),
                });
                left.push(Left::Fill {
                    key: format!("{CONFIDENCE}/{number}/caveats"),
                    label: "Caveats".to_owned(),
                    value: stated.caveats,
                    choices: Vec::new(),
                    lines: 2,
                    hint: "What might stand in the way: vacancies, restructuring, funding.".to_owned(),
                });
            }
        }
        self.band(&format!("{}  The area as a whole", area.number))?;
        self.block(&left, &present, &[])
    }

    /// The rows to fill in for a subject, with what stands there already.
    fn entries(&self, whose: For<'_>, present: &Judgement) -> Vec<Left> {
        let subject = &present.subject;
        let fill = |name: &str, label: &str, value: String, lines: u32, hint: &str| Left::Fill {
            key: format!("{subject}/{name}"),
            label: label.to_owned(),
            value,
            choices: Vec::new(),
            lines,
            hint: hint.to_owned(),
        };
        let mut left = Vec::new();
        if matches!(whose, For::Agreed) {
            for separate in standing::separate(&self.evaluation.judgements.list, subject) {
                let role = self.evaluation.definition.evaluator(&separate.evaluator);
                let role = role.map_or(separate.evaluator.as_str(), |evaluator| evaluator.role.as_str());
                let text = format!("{}. {}", self.evaluation.level_words(separate.level), separate.rationale);
                left.push(Left::Read(format!("{role} ({})", separate.evaluator), text));
            }
        }
        left.push(Left::Fill {
            key: format!("{subject}/level"),
            label: "Level".to_owned(),
            value: present.level.map_or(String::new(), |level| self.evaluation.level_words(Some(level))),
            choices: level_choices(self.evaluation),
            lines: 1,
            hint: "By judgement on the evidence. Nothing computes it.".to_owned(),
        });
        left.push(fill(
            "rationale",
            "Why",
            present.rationale.clone(),
            4,
            "Why this level, and not the one above or below.",
        ));
        left.push(fill("strengths", "Strengths", present.strengths.join("\n"), 3, "One a line (Alt and Enter)."));
        let taken = |id: &str| present.improvements.iter().any(|improvement| improvement.id == id);
        let free = (1..).map(|number| format!("{subject}-a{number}")).filter(|id| !taken(id));
        let there = present.improvements.iter().map(|i| (i.id.clone(), i.text.clone(), i.priority));
        for (id, value, priority) in there.chain(free.take(SPARE).map(|id| (id, String::new(), None))) {
            let label = format!("To improve: {id}");
            left.push(Left::Improve { key: format!("{subject}/improvement/{id}"), label, value, priority });
        }
        let listed = |id: &&String| self.evaluation.item(id).is_some_and(|item| item.bears_on(subject));
        let other: Vec<&str> = present.evidence.iter().filter(|id| !listed(id)).map(String::as_str).collect();
        left.push(fill(
            "evidence",
            "Other evidence",
            other.join("; "),
            1,
            "Ids of other evidence relied on, divided by ;",
        ));
        let overrides: Vec<String> = present.overrides.iter().map(|o| format!("{}: {}", o.check, o.reason)).collect();
        left.push(fill("overrides", "Checks overridden", overrides.join("\n"), 1, "E004: the reason. One a line."));
        if matches!(whose, For::Agreed) {
            let hint = "How separate judgements were brought together.";
            left.push(fill("reconciliation", "How it was settled", present.reconciliation.clone(), 3, hint));
        }
        left
    }

    fn band(&mut self, text: &str) -> Result<(), XlsxError> {
        let format = style::band(self.section);
        for column in 1..=LAST {
            self.sheet.write_blank(self.row, column, &format)?;
        }
        self.sheet.write_string_with_format(self.row, 1, text, &format)?;
        self.sheet.set_row_height(self.row, 22)?;
        self.row += 1;
        Ok(())
    }

    fn block(&mut self, left: &[Left], present: &Judgement, evidence: &[&Item]) -> Result<(), XlsxError> {
        for place in 0..left.len().max(evidence.len()) {
            let mut high: f64 = 0.0;
            if let Some(left) = left.get(place) {
                high = high.max(self.left(left)?);
            }
            if let Some(item) = evidence.get(place) {
                high = high.max(self.evidence(present, item)?);
            }
            self.sheet.set_row_height(self.row, high.max(18.0))?;
            self.row += 1;
        }
        Ok(())
    }

    /// Writes the left of a row; gives its height.
    fn left(&mut self, left: &Left) -> Result<f64, XlsxError> {
        let row = self.row;
        let room = |label: &str, value: &str, at_least: u32| {
            height([(label, WIDTHS[1] - 1.0), (value, WIDTHS[2] - 1.0)].into_iter())
                .max(f64::from(at_least) * 16.0 + 3.0)
        };
        match left {
            Left::Read(label, text) => {
                self.sheet.write_string_with_format(row, 1, label, &style::entry(false))?;
                let quiet = style::entry(false).set_font_color(Color::RGB(0x44_50_5A));
                self.sheet.write_string_with_format(row, 2, text, &quiet)?;
                self.sheet.write_blank(row, 3, &quiet)?;
                Ok(room(label, text, 1))
            }
            Left::Fill { key, label, value, choices, lines: at_least, hint } => {
                self.sheet.write_string_with_format(row, 0, key, &style::machine())?;
                self.sheet.write_string_with_format(row, 1, label, &style::entry(true))?;
                self.entry(row, 2, value)?;
                self.guard(row, 2, label, choices, hint)?;
                Ok(room(label, value, *at_least))
            }
            Left::Improve { key, label, value, priority } => {
                self.sheet.write_string_with_format(row, 0, key, &style::machine())?;
                self.sheet.write_string_with_format(row, 1, label, &style::entry(true))?;
                self.entry(row, 2, value)?;
                self.entry(row, 3, priority.map_or("", Priority::word))?;
                self.guard(row, 2, label, &[], "What should be better. Actions refer to it by the id on the left.")?;
                let words = Priority::ALL.map(|priority| priority.word().to_owned());
                self.guard(row, 3, "Priority", &words, "How much it matters.")?;
                Ok(room(label, value, 1))
            }
        }
    }

    fn entry(&mut self, row: u32, column: u16, value: &str) -> Result<(), XlsxError> {
        let format = style::answer("@").set_background_color(Color::RGB(0xFF_FD_F2));
        if value.is_empty() {
            self.sheet.write_blank(row, column, &format)?;
        } else {
            self.sheet.write_string_with_format(row, column, value, &format)?;
        }
        Ok(())
    }

    fn guard(&mut self, row: u32, column: u16, title: &str, choices: &[String], hint: &str) -> Result<(), XlsxError> {
        let base = DataValidation::new();
        let rule = self.lists.offer(base, choices);
        let rule = rule
            .set_input_title(title.chars().take(31).collect::<String>())?
            .set_input_message(hint.chars().take(250).collect::<String>())?
            .set_error_title("This cannot be read")?
            .set_error_message("Choose from the list, or leave the cell empty.")?
            .set_error_style(DataValidationErrorStyle::Stop)
            .ignore_blank(true);
        self.sheet.add_data_validation(row, column, row, column, &rule)?;
        Ok(())
    }

    /// Writes a piece of evidence on the right of a row; gives its height.
    fn evidence(&mut self, present: &Judgement, item: &Item) -> Result<f64, XlsxError> {
        let row = self.row;
        let stale = if self.evaluation.is_stale(item) { "\nSTALE" } else { "" };
        let date = item.date.map_or_else(|| "no date".to_owned(), |date| date.format("%b %Y").to_string());
        let what = format!("{}\n{} · {}", item.title, item.kind.name(), item.id);
        let says = words::says(item);
        let weight = format!("{}\n{date}{stale}", item.weight());
        self.sheet.write_string_with_format(row, 4, format!("{}|{}", present.subject, item.id), &style::machine())?;
        for (column, text) in [(5, &what), (6, &says), (7, &weight)] {
            self.sheet.write_string_with_format(row, column, text, &style::fixed())?;
        }
        self.entry(row, 8, if present.evidence.contains(&item.id) { RELY_CHOICE } else { "" })?;
        self.guard(row, 8, "Rely on it?", &[RELY_CHOICE.to_owned()], "Choose yes if the judgement rests on it.")?;
        let most = [(&what, WIDTHS[5]), (&says, WIDTHS[6]), (&weight, WIDTHS[7])];
        Ok(most.into_iter().map(|(text, width)| lines(text, width - 1.0)).max().unwrap_or(1) as f64 * 15.0 + 4.0)
    }
}
