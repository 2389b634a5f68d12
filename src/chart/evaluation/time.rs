//! Levels over time: a line of levels for each area or indicator, from one stored evaluation to the next.

use chrono::NaiveDate;

use super::glance::way;
use super::{Anchor, Caption, Chart, ChartData, ChartPlace, Face, Ink, Sheet, areas, counted, fill, stem, titled};
use crate::chart::plane::dashes;
use crate::chart::sheet::{SIZE, width_of, wrap};
use crate::chart::width::Width;
use crate::error::Result;
use crate::evaluation::Evaluation;
use crate::evaluation::cycle::Direction;
use crate::evaluation::tables::in_order;
use crate::evidence::framework::Area;

/// Pixels from one level to the next, and half the height of a level's mark.
const RISE: i32 = 7;
const RADIUS: i32 = 10;
const LINE: i32 = 18;

/// The levels of one area or indicator, one for each evaluation.
struct Series<'a> {
    subject: &'a str,
    levels: Vec<Option<u8>>,
}

/// The areas' levels; nothing without an earlier evaluation.
pub(super) fn of_all_areas(evaluation: &Evaluation) -> Result<Option<Chart>> {
    let subjects = areas(evaluation).map(|area| area.number.as_str());
    let of = "area".to_owned();
    draw(evaluation, subjects, ("levels-over-time".to_owned(), ChartPlace::Time, of))
}

/// The levels of an area's indicators, with the area's own first; nothing unless one of them was judged twice.
pub(super) fn of_area(evaluation: &Evaluation, area: &Area) -> Result<Option<Chart>> {
    let number = area.number.as_str();
    let own = |subject: &str| subject == number || area.indicators.iter().any(|indicator| indicator.number == subject);
    let subjects = in_order(evaluation).into_iter().map(|(subject, _)| subject).filter(|subject| own(subject));
    let named =
        (format!("levels-area-{}", stem(number)), ChartPlace::Area(number.to_owned()), format!("area {number}"));
    draw(evaluation, subjects, named)
}

fn draw<'a>(
    evaluation: &'a Evaluation,
    subjects: impl Iterator<Item = &'a str>,
    (name, place, of): (String, ChartPlace, String),
) -> Result<Option<Chart>> {
    let rows: Vec<Series<'_>> = subjects.map(|subject| series(evaluation, subject)).collect();
    let twice = |row: &Series<'_>| row.levels.iter().flatten().count() > 1;
    if evaluation.earlier.is_empty() || !rows.iter().any(twice) {
        return Ok(None);
    }
    let dates = dates(evaluation);
    let draw = |width: Width| {
        let places = places(&dates, across(width));
        let mut sheet = Sheet::new(width.pixels());
        axis(&mut sheet, &dates, &places);
        let mut y = 26;
        for row in &rows {
            y = line(&mut sheet, width, evaluation, &places, row, y);
        }
        sheet.height = y + 2;
        sheet
    };
    let caption = Caption {
        name,
        place,
        title: title(evaluation, &rows, &of),
        description: description(evaluation, &dates, &rows),
        note: "A circle holds the level that stood, and stands the higher the better the level is; blue leans to strengths, \
               grey to neither, orange to weaknesses. A line joins two evaluations in a row, dashes those with one between \
               that gave no level."
            .to_owned(),
    };
    caption.frame(evaluation, draw, data(evaluation, &dates, &rows)).map(Some)
}

fn series<'a>(evaluation: &Evaluation, subject: &'a str) -> Series<'a> {
    let mut levels: Vec<Option<u8>> = evaluation.earlier.iter().map(|past| past.level(subject)).collect();
    levels.push(evaluation.standing(subject).level());
    Series { subject, levels }
}

/// The days of all evaluations, in the order in which the definition names them.
fn dates(evaluation: &Evaluation) -> Vec<NaiveDate> {
    evaluation.earlier.iter().map(|past| past.date).chain([evaluation.definition.evaluation.date]).collect()
}

/// Where the first evaluation stands and the last.
fn across(width: Width) -> (i32, i32) {
    width.pick((272, 606), (30, 298))
}

/// Where each evaluation stands: by its day, where the days are in order and far enough apart; else evenly.
fn places(dates: &[NaiveDate], (left, right): (i32, i32)) -> Vec<i32> {
    let (first, last) = (dates[0], dates[dates.len() - 1]);
    let span = f64::from(right - left);
    let days = (last - first).num_days().max(1) as f64;
    let by_day: Vec<i32> =
        dates.iter().map(|day| left + ((*day - first).num_days() as f64 / days * span).round() as i32).collect();
    if by_day.windows(2).all(|pair| pair[1] - pair[0] >= 2 * RADIUS + 4) {
        return by_day;
    }
    let gaps = dates.len().saturating_sub(1).max(1) as f64;
    (0..dates.len()).map(|place| left + (place as f64 / gaps * span).round() as i32).collect()
}

/// The evaluations' months above the rows, as many as stand apart, the latest always.
fn axis(sheet: &mut Sheet, dates: &[NaiveDate], places: &[i32]) {
    let mut free = i32::MAX;
    for (day, x) in dates.iter().zip(places).rev() {
        let words = day.format("%b %Y").to_string();
        let half = width_of(&words, Face::Regular, SIZE) / 2;
        if x + half < free {
            sheet.text((*x, 10), Anchor::Middle, Face::Regular, Ink::Quiet, words);
            free = x - half - 8;
        }
    }
}

fn line(sheet: &mut Sheet, width: Width, evaluation: &Evaluation, places: &[i32], row: &Series<'_>, y: i32) -> i32 {
    let is_area = evaluation.framework.area(row.subject).is_some();
    let face = if is_area { Face::Bold } else { Face::Regular };
    let mut scale: Vec<u8> = evaluation.framework.levels.iter().map(|level| level.number).collect();
    scale.sort_unstable();
    let room = (scale.len() as i32 - 1).max(0) * RISE;
    let lines = titled(evaluation, row.subject, face, width.pick(236, sheet.width - 118));
    let (tall, levels) = (LINE * lines.len() as i32, room + 2 * RADIUS);
    // Beside the levels the label and the direction stand in their middle, above them on lines of their own.
    let (top, said, centre, bottom) = match width {
        Width::Wide => {
            let height = levels.max(tall) + 8;
            let centre = y + height / 2;
            (centre - (tall - LINE) / 2, centre, centre, y + height)
        }
        Width::Narrow => {
            let first = y + 6 + LINE / 2;
            let centre = y + 6 + tall + 6 + levels / 2;
            (first, first, centre, centre + levels / 2 + 6)
        }
    };
    for (place, words) in (0..).zip(&lines) {
        sheet.text((0, top + place * LINE), Anchor::Left, face, Ink::Text, words.as_str());
    }
    let rank = |level: u8| scale.iter().position(|known| *known == level).unwrap_or(0) as i32;
    let up = |level: u8| centre + room / 2 - rank(level) * RISE;
    let points: Vec<(usize, u8)> =
        row.levels.iter().enumerate().filter_map(|(place, level)| level.map(|level| (place, level))).collect();
    if points.is_empty() {
        let at = (width.pick(across(width).0, 0), centre);
        sheet.text(at, Anchor::Left, Face::Regular, Ink::Quiet, "no level yet");
    }
    for pair in points.windows(2) {
        let [(before, low), (after, high)] = [pair[0], pair[1]];
        let (from, to) = ((places[before], up(low)), (places[after], up(high)));
        if after == before + 1 {
            sheet.line(from, to, 2, Ink::Quiet);
        } else {
            dashes(sheet, from, to, Ink::Quiet);
        }
    }
    for (place, level) in points {
        let at = (places[place], up(level));
        let fill = fill(evaluation, level);
        sheet.circle(at, RADIUS as u32 + 2, true, Ink::Paper);
        sheet.circle(at, RADIUS as u32, true, fill.ink());
        sheet.sized(at, Anchor::Middle, Face::Bold, 13.0, Ink::On(fill), level.to_string());
    }
    let start = width.pick(640, sheet.width - 106);
    match evaluation.direction(row.subject) {
        None => {
            let lines = wrap(&evaluation.shown(row.subject).words, Face::Regular, SIZE, sheet.width - start, 3);
            let top = width.pick(said - (lines.len() as i32 - 1) * LINE / 2, said);
            for (place, words) in (0..).zip(lines) {
                sheet.text((start, top + place * LINE), Anchor::Left, Face::Regular, Ink::Quiet, words);
            }
        }
        direction => way(sheet, direction, (start, said), face),
    }
    sheet.line((0, bottom), (sheet.width, bottom), 1, Ink::Grid);
    bottom + 1
}

fn title(evaluation: &Evaluation, rows: &[Series<'_>], of: &str) -> String {
    let mut went = [0; 3];
    for row in rows {
        match evaluation.direction(row.subject) {
            Some(Direction::Up(_)) => went[0] += 1,
            Some(Direction::Down(_)) => went[1] += 1,
            Some(Direction::Same) => went[2] += 1,
            Some(Direction::New) | None => {}
        }
    }
    let [up, down, same] = went;
    let what = if of == "area" { String::new() } else { format!("Levels in {of}: ") };
    let who = if of == "area" { counted(up, "area", "areas") } else { up.to_string() };
    format!("{what}{who} up since last time, {down} down, {same} the same")
}

fn description(evaluation: &Evaluation, dates: &[NaiveDate], rows: &[Series<'_>]) -> String {
    let mut out = String::from("A row for each, with a circle for the level at each evaluation, joined by lines. ");
    for row in rows.iter().take(crate::chart::DESCRIBED) {
        let said: Vec<String> = (row.levels.iter().zip(dates))
            .filter_map(|(level, day)| Some(format!("{} in {}", (*level)?, day.format("%B %Y"))))
            .collect();
        let said = if said.is_empty() { "no level yet".to_owned() } else { said.join(", ") };
        out.push_str(&format!("{} {}: {said}. ", row.subject, evaluation.framework.title(row.subject).unwrap_or("")));
    }
    crate::chart::and_more(&mut out, rows.len());
    out
}

fn data(evaluation: &Evaluation, dates: &[NaiveDate], rows: &[Series<'_>]) -> ChartData {
    let head = &evaluation.definition.evaluation;
    let titles: Vec<&str> =
        evaluation.earlier.iter().map(|past| past.title.as_str()).chain([head.title.as_str()]).collect();
    let mut out = Vec::new();
    for row in rows {
        for (place, level) in row.levels.iter().enumerate() {
            out.push(vec![
                row.subject.to_owned(),
                evaluation.framework.title(row.subject).unwrap_or_default().to_owned(),
                titles[place].to_owned(),
                dates[place].to_string(),
                level.map_or_else(String::new, |level| level.to_string()),
            ]);
        }
    }
    ChartData { columns: vec!["subject", "title", "evaluation", "date", "level"], rows: out }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: (i32, i32) = (272, 606);

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn evaluations_stand_by_their_days_unless_they_would_touch() {
        let apart = places(&[day("2020-06-30"), day("2023-06-30"), day("2026-06-30")], ENDS);
        assert_eq!(apart, [272, 439, 606]);
        let early = places(&[day("2020-06-30"), day("2021-06-30"), day("2026-06-30")], ENDS);
        assert!(early[1] < 439);
        let crowded = places(&[day("2020-06-30"), day("2020-07-01"), day("2026-06-30")], ENDS);
        assert_eq!(crowded, [272, 439, 606]);
        // Not in order, all on a day, or one alone: nothing is drawn outside.
        for dates in [vec!["2026-06-30", "2020-06-30", "2023-01-01"], vec!["2026-06-30"; 3], vec!["2026-06-30"]] {
            let found = places(&dates.iter().map(|text| day(text)).collect::<Vec<_>>(), ENDS);
            assert!(found.iter().all(|x| (272..=606).contains(x)), "{found:?}");
        }
    }
}
