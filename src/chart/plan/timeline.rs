//! Actions over time: from when they begin to what is due, against the day of the report.

use chrono::{Datelike, Months, NaiveDate};

use super::{
    Anchor, Caption, Chart, ChartData, ChartPlace, Face, Fill, Ink, Of, SIZE, Sheet, Step, first_line, heading, wrap,
};
use crate::chart::figure::counted;
use crate::chart::plane::dashes;
use crate::chart::row;
use crate::chart::sheet::width_of;
use crate::chart::width::Width;
use crate::error::Result;
use crate::plan::progress::Grade;
use crate::plan::report::{Counts, Row, Theme};
use crate::plan::when::{Milestone, When, long};

/// Where the words on the standing begin, beside the bars.
const WORDS: i32 = 604;
const LINE: i32 = 18;
const BAR: i32 = 10;
/// With more actions than this, every theme has a chart of its own.
const TOGETHER: usize = 24;
/// Dates this many years from the day of the report are taken for slips of the pen, and stand at the edge.
const YEARS: u32 = 25;

/// The timeline of all actions: one chart, or one for each theme of a large plan.
pub(super) fn of_actions(of: Of<'_>) -> Result<Vec<Chart>> {
    let report = of.report;
    let axis = Axis::over(report.rows(), report.as_at);
    let named = report.themes.iter().any(|theme| !theme.title.is_empty());
    if report.counts.actions <= TOGETHER || report.themes.len() < 2 {
        let themes: Vec<&Theme> = report.themes.iter().collect();
        let parts = ("timeline".to_owned(), ChartPlace::Timeline, String::new());
        return Ok(vec![draw(of, &axis, &themes, named && themes.len() > 1, &report.counts, parts)?]);
    }
    let parts = (0..).zip(&report.themes);
    parts
        .map(|(place, theme): (usize, &Theme)| {
            let parts = (format!("timeline-{}", place + 1), ChartPlace::Theme(place), format!("{}: ", heading(theme)));
            draw(of, &axis, &[theme], false, &theme.counts, parts)
        })
        .collect()
}

fn draw(
    of: Of<'_>,
    axis: &Axis,
    themes: &[&Theme],
    headed: bool,
    counts: &Counts,
    (name, place, before): (String, ChartPlace, String),
) -> Result<Chart> {
    let rows = || themes.iter().flat_map(|theme| &theme.actions);
    let ongoing = rows().filter(|row| is_ongoing(row)).count();
    let are = |n: usize| if n == 1 { "is" } else { "are" };
    let goes = if ongoing == 1 { "goes" } else { "go" };
    let caption = Caption {
        name,
        place,
        title: format!(
            "{before}{} of {} {} overdue on {}; {ongoing} {goes} on without an end",
            counts.late,
            counted(counts.actions, "action", "actions"),
            are(counts.late),
            long(of.report.as_at)
        ),
        description: description(rows()),
        note: "Bar: from when the action begins to when it is due. Diamond: a date by which something is due; a month counts to its \
               last day. Orange with dashes up to the day of the report: overdue. Arrow: goes on without an end. Grey: no \
               longer intended."
            .to_owned(),
    };
    caption.frame(of, |width| lay_out(width, axis, themes, headed), data(themes))
}

fn lay_out(width: Width, axis: &Axis, themes: &[&Theme], headed: bool) -> Sheet {
    let axis = &Axis { across: across(width), ..*axis };
    let mut drawn = Sheet::new(width.pixels());
    let mut y = 48;
    for theme in themes {
        if headed {
            let end = width_of(heading(theme), Face::Bold, SIZE) + 8;
            drawn.rect((0, y), (end.min(drawn.width), y + 27), Ink::Paper);
            y = row::heading(&mut drawn, heading(theme), y) - 11;
        }
        for row in &theme.actions {
            y = action(&mut drawn, width, axis, row, y);
        }
    }
    let mut sheet = Sheet::new(width.pixels());
    axis.draw(&mut sheet, y);
    sheet.place(&drawn, (0, 0));
    sheet.height = y + 4;
    sheet
}

/// Where the axis begins and ends.
fn across(width: Width) -> (i32, i32) {
    width.pick((222, 584), (30, 290))
}

/// The time from the first date to the last, and where they stand.
struct Axis {
    across: (i32, i32),
    first: NaiveDate,
    last: NaiveDate,
    as_at: NaiveDate,
}

impl Axis {
    fn over<'a>(rows: impl Iterator<Item = &'a Row>, as_at: NaiveDate) -> Self {
        let near = |day: &NaiveDate| {
            let years = Months::new(12 * YEARS);
            as_at.checked_sub_months(years).is_none_or(|early| *day >= early)
                && as_at.checked_add_months(years).is_none_or(|late| *day <= late)
        };
        let dates = rows.flat_map(|row| {
            let spans = row.milestones.iter().filter_map(dated).flat_map(|(first, last)| [first, last]);
            row.begins.into_iter().chain(spans).collect::<Vec<_>>()
        });
        let (mut first, mut last) = (as_at, as_at);
        for day in dates.filter(near) {
            first = first.min(day);
            last = last.max(day);
        }
        let month = Months::new(1);
        let first = first.with_day(1).unwrap_or(first);
        let last = last.checked_add_months(month).and_then(|day| day.with_day(1)).unwrap_or(last);
        Axis { across: across(Width::Wide), first, last, as_at }
    }

    fn x(&self, day: NaiveDate) -> i32 {
        let days = (self.last - self.first).num_days().max(1) as f64;
        let share = ((day - self.first).num_days() as f64 / days).clamp(0.0, 1.0);
        let (left, right) = self.across;
        left + (share * f64::from(right - left)).round() as i32
    }

    /// The first days of the months, quarters or years that are labelled: no more than five or so.
    fn ticks(&self) -> Vec<NaiveDate> {
        let months = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
        let (first, last) = (months(self.first), months(self.last));
        let step = [1, 2, 3, 6, 12, 24, 60, 120].into_iter().find(|step| (last - first) / step <= 4).unwrap_or(240);
        (first..=last)
            .filter(|month| month % step == 0)
            .filter_map(|month| NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1))
            .collect()
    }

    /// Lines and months above the rows, and the day of the report.
    fn draw(&self, sheet: &mut Sheet, bottom: i32) {
        for tick in self.ticks() {
            let x = self.x(tick);
            sheet.line((x, 18), (x, bottom), 1, Ink::Grid);
            sheet.text((x, 10), Anchor::Middle, Face::Regular, Ink::Quiet, tick.format("%b %Y").to_string());
        }
        let x = self.x(self.as_at);
        sheet.rect((x - 1, 40), (x + 1, bottom), Ink::Benchmark);
        let words = format!("As at {}", long(self.as_at));
        let half = width_of(&words, Face::Bold, SIZE) / 2;
        let (left, right) = self.across;
        let at = x.clamp(left + half, (right + 38 - half).max(left + half));
        sheet.rect((at - half - 4, 20), (at + half + 4, 40), Ink::Paper);
        sheet.text((at, 30), Anchor::Middle, Face::Bold, Ink::Text, words);
    }
}

fn dated(milestone: &Milestone) -> Option<(NaiveDate, NaiveDate)> {
    match milestone.when {
        When::Dated(span) => Some((span.first, span.last)),
        _ => None,
    }
}

fn is_ongoing(row: &Row) -> bool {
    row.milestones.iter().any(|milestone| milestone.when == When::Ongoing)
}

fn action(sheet: &mut Sheet, width: Width, axis: &Axis, row: &Row, y: i32) -> i32 {
    let end = sheet.width;
    let named = format!("{} {}", row.id, first_line(&row.action));
    let label = wrap(&named, Face::Regular, SIZE, width.pick(206, end), 2);
    let stands_out = row.late || row.ungraded;
    let face = if stands_out { Face::Bold } else { Face::Regular };
    let ink = if stands_out { Ink::Text } else { Ink::Quiet };
    let words = wrap(&row.standing, face, SIZE, width.pick(end - WORDS, end), 3);
    let tall = |lines: &[String]| lines.len() as i32 * LINE;
    let mut block = |at: (i32, i32), lines: &[String], face: Face, ink: Ink| {
        for (place, line) in (0..).zip(lines) {
            sheet.text((at.0, at.1 + LINE / 2 + place * LINE), Anchor::Left, face, ink, line.as_str());
        }
    };
    let (centre, bottom) = match width {
        Width::Wide => {
            let height = tall(&label).max(tall(&words)) + 10;
            let centre = y + height / 2;
            block((0, centre - tall(&label) / 2), &label, Face::Regular, Ink::Text);
            block((WORDS, centre - tall(&words) / 2), &words, face, ink);
            (centre, y + height)
        }
        Width::Narrow => {
            let centre = y + 8 + tall(&label) + 14;
            block((0, y + 8), &label, Face::Regular, Ink::Text);
            block((0, centre + 14), &words, face, ink);
            let bottom = centre + 14 + tall(&words) + 6;
            // Words stand clear of the lines of the axis.
            sheet.behind((0, centre + 14), (end, bottom), Ink::Paper);
            sheet.behind((0, y), (end, centre - 12), Ink::Paper);
            (centre, bottom)
        }
    };
    marks(sheet, axis, row, centre);
    sheet.line((0, bottom), (end, bottom), 1, Ink::Grid);
    bottom + 1
}

fn marks(sheet: &mut Sheet, axis: &Axis, row: &Row, centre: i32) {
    let ink = match row.grade {
        _ if row.late => Ink::Negative(Step::Middle),
        Some(Grade::D) => Fill::Neutral.ink(),
        _ => Ink::Positive(Step::Middle),
    };
    let spans: Vec<(NaiveDate, NaiveDate)> = row.milestones.iter().filter_map(dated).collect();
    let first = spans.iter().map(|(first, _)| *first).min();
    let last = spans.iter().map(|(_, last)| *last).max();
    let (left, right) = axis.across;
    let (top, bottom) = (centre - BAR / 2, centre + BAR / 2);
    let ongoing = is_ongoing(row);
    let from = row.begins.into_iter().chain(first).min();
    if ongoing {
        let from = from.map_or(left, |day| axis.x(day));
        sheet.rect((from, top), (right - 8, bottom), ink);
        sheet.polygon(vec![(right - 9, centre - 9), (right + 4, centre), (right - 9, centre + 9)], ink);
    } else if let (Some(from), Some(last)) = (from, last) {
        sheet.rect((axis.x(from), top), (axis.x(last), bottom), ink);
    } else if let Some(begins) = row.begins {
        sheet.rect((axis.x(begins), top), (axis.x(begins) + 3, bottom), ink);
    }
    if let Some(since) = row.late_since {
        dashes(sheet, (axis.x(since), centre), (axis.x(axis.as_at), centre), ink);
    }
    for (_, last) in &spans {
        let x = axis.x(*last);
        sheet.polygon(vec![(x - 8, centre), (x, centre - 8), (x + 8, centre), (x, centre + 8)], Ink::Paper);
        sheet.polygon(vec![(x - 6, centre), (x, centre - 6), (x + 6, centre), (x, centre + 6)], ink);
    }
    if spans.is_empty() && !ongoing {
        let achieved = row.milestones.iter().any(|milestone| milestone.when == When::Achieved);
        let words = match (achieved, row.timescale.is_empty()) {
            (true, _) => "achieved, no date",
            (false, true) => "no date",
            (false, false) => "no date that can be read",
        };
        let x = row.begins.map_or(left, |day| axis.x(day) + 8);
        sheet.rect((x - 2, centre - 9), (x + width_of(words, Face::Regular, SIZE) + 4, centre + 9), Ink::Paper);
        sheet.text((x, centre), Anchor::Left, Face::Regular, Ink::Quiet, words);
    }
}

fn description<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let mut out = String::from("Bars and diamonds over time, a row an action. ");
    let rows: Vec<&Row> = rows.collect();
    for row in rows.iter().take(crate::chart::DESCRIBED) {
        let when = row.timescale.replace('\n', ", ");
        let when = if when.is_empty() { "no date".to_owned() } else { when };
        out.push_str(&format!("{}: {when}; {}. ", row.id, crate::chart::figure::lower_first(&row.standing)));
    }
    crate::chart::and_more(&mut out, rows.len());
    out
}

/// A row for each milestone, and one for an action without.
fn data(themes: &[&Theme]) -> ChartData {
    let mut rows = Vec::new();
    let date = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    for theme in themes {
        for row in &theme.actions {
            let mut line = |what: &str, kind: &str, span: Option<(NaiveDate, NaiveDate)>| {
                rows.push(vec![
                    row.id.clone(),
                    heading(theme).to_owned(),
                    date(row.begins),
                    what.to_owned(),
                    kind.to_owned(),
                    date(span.map(|(first, _)| first)),
                    date(span.map(|(_, last)| last)),
                    row.standing.clone(),
                    date(row.late_since),
                ]);
            };
            if row.milestones.is_empty() {
                line("", "no date", None);
            }
            for milestone in &row.milestones {
                let kind = match milestone.when {
                    When::Dated(_) => "due",
                    When::Ongoing => "ongoing",
                    When::Achieved => "achieved",
                    When::Unread(_) => "not read",
                };
                line(&milestone.what, kind, dated(milestone));
            }
        }
    }
    ChartData {
        columns: vec![
            "action",
            "theme",
            "begins",
            "milestone",
            "kind",
            "due_first",
            "due_last",
            "standing",
            "overdue_since",
        ],
        rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(first: &str, last: &str) -> Axis {
        let day = |text: &str| text.parse().expect("a day");
        Axis { across: across(Width::Wide), first: day(first), last: day(last), as_at: day(first) }
    }

    #[test]
    fn ticks_are_few_and_at_the_beginning_of_round_months() {
        for (first, last, expected) in [
            ("2026-06-01", "2026-09-01", vec!["2026-06-01", "2026-07-01", "2026-08-01", "2026-09-01"]),
            ("2026-05-01", "2027-06-01", vec!["2026-07-01", "2026-10-01", "2027-01-01", "2027-04-01"]),
            ("2026-08-01", "2027-07-01", vec!["2026-10-01", "2027-01-01", "2027-04-01", "2027-07-01"]),
            ("2024-05-01", "2029-04-01", vec!["2025-01-01", "2026-01-01", "2027-01-01", "2028-01-01", "2029-01-01"]),
        ] {
            let found: Vec<String> = axis(first, last).ticks().iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{first} to {last}");
        }
        assert!(axis("2001-01-01", "2051-01-01").ticks().len() <= 7);
    }

    #[test]
    fn a_slip_of_the_pen_does_not_squeeze_the_others() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let rows = [Row { begins: Some(day("2026-03-05")), ..row() }, Row { begins: Some(day("2206-03-05")), ..row() }];
        let axis = Axis::over(rows.iter(), day("2026-12-31"));
        assert_eq!((axis.first, axis.last), (day("2026-03-01"), day("2027-01-01")));
        assert_eq!(axis.x(day("2206-03-05")), axis.across.1);
    }

    fn row() -> Row {
        Row::default()
    }
}
