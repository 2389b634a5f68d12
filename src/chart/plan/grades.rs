//! How far a plan is, theme by theme: a box for each action with its grade.

use super::{Anchor, Caption, Chart, ChartData, ChartPlace, Face, Fill, Ink, Of, SIZE, Sheet, Step, heading};
use crate::chart::dots::{Sign, sign};
use crate::chart::figure::{count, counted};
use crate::chart::row;
use crate::chart::sheet::width_of;
use crate::chart::width::Width;
use crate::error::Result;
use crate::plan::progress::Grade;
use crate::plan::report::{Counts, Report, Row};
use crate::plan::when::long;

const BOX: i32 = 24;
const STEP: i32 = BOX + 4;
const DOWN: i32 = BOX + 12;

/// What a box shows. The order is that in which boxes stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Graded(Grade),
    /// Said to be achieved, without a grade.
    Complete,
    /// Neither.
    Ungraded,
}

impl State {
    fn of(row: &Row) -> Self {
        match row.grade {
            Some(grade) => State::Graded(grade),
            None if row.complete => State::Complete,
            None => State::Ungraded,
        }
    }

    /// All, in the order of the legend.
    fn all() -> Vec<State> {
        Grade::ALL.into_iter().map(State::Graded).chain([State::Complete, State::Ungraded]).collect()
    }

    fn words(self) -> String {
        match self {
            State::Graded(grade) => grade.in_brief().to_owned(),
            State::Complete => "achieved, not graded".to_owned(),
            State::Ungraded => "no grade".to_owned(),
        }
    }
}

/// The grades of every theme's actions.
pub(super) fn by_theme(of: Of<'_>) -> Result<Chart> {
    let report = of.report;
    let caption = Caption {
        name: "progress-by-theme".to_owned(),
        place: ChartPlace::Progress,
        title: title(&report.counts, &long(report.as_at)),
        description: description(of),
        note: "A box is an action, with the grade that its owner reported. A bar under a box: overdue.".to_owned(),
    };
    caption.frame(of, |width| draw(width, report), data(of))
}

fn draw(width: Width, report: &Report) -> Sheet {
    let (left, right, actions, room) = width.pick((218, 608, 674, 0), (0, 328, 254, 190));
    let mut sheet = Sheet::new(width.pixels());
    let end = sheet.width;
    let mut y = legend(&mut sheet, report.rows().map(State::of).collect(), report.counts.late > 0);
    sheet.text((actions, y + 8), Anchor::Right, Face::Regular, Ink::Quiet, "Actions");
    sheet.text((end, y + 8), Anchor::Right, Face::Bold, Ink::Text, "Overdue");
    y += 28;
    for theme in &report.themes {
        let across = (right - left) / STEP;
        let lines = (theme.actions.len() as i32 + across - 1) / across;
        let row = row::label(&mut sheet, width, heading(theme), room, y);
        // Beside the label the boxes stand in its middle; below it they begin where it ends.
        let (top, bottom) = match width {
            Width::Wide => {
                let height = (row.bottom - y).max(lines * DOWN);
                (y + (height - lines * DOWN) / 2 + 2, y + height)
            }
            Width::Narrow => (row.marks - BOX / 2, row.marks - BOX / 2 + lines * DOWN),
        };
        let mut rows: Vec<&Row> = theme.actions.iter().collect();
        rows.sort_by_key(|row| State::of(row));
        for (place, row) in (0..).zip(rows) {
            let at = (left + place % across * STEP, top + place / across * DOWN);
            action(&mut sheet, State::of(row), row.late, at);
        }
        sheet.text((actions, row.figures), Anchor::Right, Face::Regular, Ink::Quiet, count(theme.counts.actions));
        sheet.text((end, row.figures), Anchor::Right, Face::Bold, Ink::Text, count(theme.counts.late));
        y = bottom + 8;
        sheet.line((0, y - 4), (end, y - 4), 1, Ink::Grid);
    }
    sheet.height = y + 2;
    sheet
}

fn action(sheet: &mut Sheet, state: State, late: bool, (x, y): (i32, i32)) {
    let (end, middle) = ((x + BOX, y + BOX), (x + BOX / 2, y + BOX / 2));
    match state {
        State::Graded(grade) => {
            let fill = match grade {
                Grade::A => Fill::Positive(Step::Strong),
                Grade::B => Fill::Positive(Step::Weak),
                Grade::C => Fill::Negative(Step::Middle),
                Grade::D => Fill::Neutral,
            };
            sheet.rect((x, y), end, fill.ink());
            sheet.text(middle, Anchor::Middle, Face::Bold, Ink::On(fill), grade.letter());
        }
        State::Complete => {
            let fill = Fill::Positive(Step::Strong);
            sheet.rect((x, y), end, fill.ink());
            sign(sheet, Sign::Tick, middle, Ink::On(fill));
        }
        State::Ungraded => {
            sheet.rect((x, y), end, Ink::Quiet);
            sheet.rect((x + 2, y + 2), (end.0 - 2, end.1 - 2), Ink::Paper);
            sheet.text(middle, Anchor::Middle, Face::Bold, Ink::Text, "–");
        }
    }
    if late {
        sheet.rect((x, y + BOX + 2), (x + BOX, y + BOX + 6), Ink::Text);
    }
}

/// What the boxes mean, of those that there are.
fn legend(sheet: &mut Sheet, present: Vec<State>, late: bool) -> i32 {
    let (mut x, mut y) = (0, 0);
    let entries = State::all().into_iter().filter(|state| present.contains(state));
    for (state, words) in
        entries.map(|state| (Some(state), state.words())).chain(late.then(|| (None, "overdue".into())))
    {
        let width = STEP + 4 + width_of(&words, Face::Regular, SIZE);
        if x > 0 && x + width > sheet.width {
            (x, y) = (0, y + DOWN);
        }
        match state {
            Some(state) => action(sheet, state, false, (x, y)),
            None => sheet.rect((x, y + BOX / 2 - 2), (x + BOX, y + BOX / 2 + 2), Ink::Text),
        }
        sheet.text((x + STEP + 4, y + BOX / 2), Anchor::Left, Face::Regular, Ink::Text, words);
        x += width + 20;
    }
    y + DOWN + 8
}

fn title(counts: &Counts, day: &str) -> String {
    let are = |n: usize| if n == 1 { "is" } else { "are" };
    let on_track = counts.grades[Grade::A as usize];
    format!(
        "{on_track} of {} {} graded A; {} {} overdue on {day}, {} without a grade",
        counted(counts.actions, "action", "actions"),
        are(on_track),
        counts.late,
        are(counts.late),
        counts.ungraded,
    )
}

fn description(of: Of<'_>) -> String {
    let mut out = String::from("Boxes with letters, a row a theme and a box an action. ");
    for theme in of.report.themes.iter().take(crate::chart::DESCRIBED) {
        let counts = &theme.counts;
        let grades: Vec<String> = (Grade::ALL.iter().zip(counts.grades))
            .filter(|(_, n)| *n > 0)
            .map(|(grade, n)| format!("{} {n}", grade.letter()))
            .chain((counts.ungraded > 0).then(|| format!("no grade {}", counts.ungraded)))
            .collect();
        let grades = if grades.is_empty() { "achieved".to_owned() } else { grades.join(", ") };
        out.push_str(&format!("{}: {grades}; {} overdue. ", heading(theme), counts.late));
    }
    crate::chart::and_more(&mut out, of.report.themes.len());
    out
}

fn data(of: Of<'_>) -> ChartData {
    let rows = of.report.themes.iter().map(|theme| {
        let Counts { actions, grades, ungraded, late, complete, .. } = &theme.counts;
        let mut row = vec![heading(theme).to_owned(), actions.to_string()];
        row.extend(grades.iter().chain([ungraded, complete, late]).map(ToString::to_string));
        row
    });
    ChartData {
        columns: vec!["theme", "actions", "a", "b", "c", "d", "no_grade", "complete", "overdue"],
        rows: rows.collect(),
    }
}
