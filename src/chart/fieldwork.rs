//! Returned against planned over the days: one plane for everybody, then a small one for each stratum.

use chrono::NaiveDate;

use super::figure::{count, number, percent};
use super::palette::{Fill, Ink, Step};
use super::plane::dashes;
use super::sheet::{Anchor, Face, SIZE, Sheet, width_of, wrap};
use super::width::Width;
use super::{Caption, Chart, ChartData, ChartPlace, Imprint};
use crate::error::Result;
use crate::pipeline::{Course, Progress, Status};

/// The room for the labels of what goes up, and from one small plane to the next.
const LEFT: i32 = 44;
const GAP: i32 = 56;

/// The chart; none where no day is known to draw it over.
pub(crate) fn over_days(status: &Status) -> Result<Option<Chart>> {
    let progress = &status.progress;
    let days = || progress.all.returned.iter().map(|(day, _)| *day);
    let first = progress.opens.into_iter().chain(days()).min();
    let last = progress.closes.into_iter().chain(progress.as_at).chain(days()).max();
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    if first >= last {
        return Ok(None);
    }
    let window = Window { first, last, progress };
    let all = &progress.all;
    let as_at = progress.as_at.unwrap_or(last);
    let planned = all.planned(progress.opens, progress.closes, as_at);
    let title = match planned {
        Some(planned) => format!(
            "{} of {} returned by {}, where {} were planned",
            count(all.came()),
            count(all.issued),
            long(as_at),
            number(planned, 0)
        ),
        None => format!("{} of {} returned by {}", count(all.came()), count(all.issued), long(as_at)),
    };
    let mut description = String::from("Lines of units returned up to each day, for everybody and for each stratum. ");
    for (name, course) in progress.strata.iter().take(super::DESCRIBED) {
        let rate = course.came() as f64 / course.issued as f64;
        description.push_str(&format!("{name}: {} of {}, {}. ", course.came(), course.issued, percent(rate)));
    }
    super::and_more(&mut description, progress.strata.len());
    let mut note = String::from("Solid line: units returned up to each day.");
    if planned.is_some() {
        note.push_str(" Dashed line: what was planned, evenly from the day on which forms go out to the close.");
    }
    if progress.undated > 0 {
        note.push_str(&format!(
            " {} returns say no day; they count from the start, whatever the day asked for.",
            count(progress.undated)
        ));
    }
    let caption = Caption { name: "fieldwork".to_owned(), place: ChartPlace::Fieldwork, title, description, note };
    let study = &status.study;
    let source = format!("{}, {}.", study.organisation, study.title);
    let imprint = Imprint { run: source, notice: study.notice.as_deref().unwrap_or_default() };
    caption.frame(imprint, |width| draw(width, &window), data(progress)).map(Some)
}

fn draw(width: Width, window: &Window<'_>) -> Sheet {
    let progress = window.progress;
    // Small planes in a row.
    let abreast = width.pick(3, 1);
    let mut sheet = Sheet::new(width.pixels());
    legend(&mut sheet, &progress.all);
    let mut y = 34;
    let wide = sheet.width - LEFT - 10;
    window.panel(&mut sheet, Panel { left: LEFT, top: y, width: wide, height: 210 }, &progress.all, 5);
    y += 210 + 40;
    if progress.strata.len() > 1 {
        let wide = (wide - (abreast - 1) * GAP) / abreast;
        for row in progress.strata.chunks(abreast as usize) {
            for (place, (name, course)) in (0..).zip(row) {
                let left = LEFT + place * (wide + GAP);
                let of = format!("{} of {}", count(course.came()), count(course.issued));
                let room = wide - width_of(&of, Face::Regular, SIZE) - 10;
                let label = wrap(name, Face::Bold, SIZE, room, 1).concat();
                sheet.text((left, y + 8), Anchor::Left, Face::Bold, Ink::Text, label);
                sheet.text((left + wide, y + 8), Anchor::Right, Face::Regular, Ink::Quiet, of);
                window.panel(&mut sheet, Panel { left, top: y + 26, width: wide, height: 96 }, course, 2);
            }
            y += 26 + 96 + 44;
        }
    }
    sheet.height = y - 8;
    sheet
}

fn legend(sheet: &mut Sheet, all: &Course) {
    let ink = Fill::Positive(Step::Middle).ink();
    sheet.line((44, 10), (70, 10), 3, ink);
    sheet.text((78, 10), Anchor::Left, Face::Regular, Ink::Text, "Returned");
    if all.expected.is_some() {
        for dash in 0..3 {
            sheet.line((160 + dash * 10, 10), (165 + dash * 10, 10), 2, Ink::Benchmark);
        }
        sheet.text((196, 10), Anchor::Left, Face::Regular, Ink::Text, "Planned");
    }
}

/// The days that all panels run over.
struct Window<'a> {
    first: NaiveDate,
    last: NaiveDate,
    progress: &'a Progress,
}

/// Where a panel lies on the sheet.
#[derive(Clone, Copy)]
struct Panel {
    left: i32,
    top: i32,
    width: i32,
    height: i32,
}

impl Window<'_> {
    fn panel(&self, sheet: &mut Sheet, panel: Panel, course: &Course, ticks: usize) {
        let most = course.expected.unwrap_or(0.0).max(course.came() as f64).max(1.0);
        let step = round_step(most / ticks as f64);
        let top = (most / step).ceil() * step;
        let bottom = panel.top + panel.height;
        let x = |day: NaiveDate| {
            let share = (day - self.first).num_days() as f64 / (self.last - self.first).num_days() as f64;
            panel.left + (share.clamp(0.0, 1.0) * f64::from(panel.width)).round() as i32
        };
        let y = |value: f64| bottom - (value / top * f64::from(panel.height)).round() as i32;
        for tick in 0..=(top / step).round() as i32 {
            let value = f64::from(tick) * step;
            sheet.line((panel.left, y(value)), (panel.left + panel.width, y(value)), 1, Ink::Grid);
            sheet.text((panel.left - 6, y(value)), Anchor::Right, Face::Regular, Ink::Quiet, number(value, 0));
        }
        for (day, anchor) in [(self.first, Anchor::Left), (self.last, Anchor::Right)] {
            let words = day.format("%-d %b").to_string();
            sheet.text((x(day), bottom + 16), anchor, Face::Regular, Ink::Quiet, words);
        }
        let (opens, closes) = (self.progress.opens, self.progress.closes);
        if let (Some(opens), Some(closes), Some(expected)) = (opens, closes, course.expected) {
            dashes(sheet, (x(opens), y(0.0)), (x(closes), y(expected)), Ink::Benchmark);
        }
        let ink = Fill::Positive(Step::Middle).ink();
        let mut at = (x(self.progress.opens.unwrap_or(self.first)), y(0.0));
        for &(day, sum) in &course.returned {
            // Steps: nothing came between two days.
            let to = (x(day), y(sum as f64));
            sheet.line(at, (to.0, at.1), 3, ink);
            sheet.line((to.0, at.1), to, 3, ink);
            at = to;
        }
        if let Some(day) = self.progress.as_at {
            sheet.line(at, (x(day), at.1), 3, ink);
            sheet.circle((x(day), at.1), 5, true, ink);
        }
    }
}

/// A step of 1, 2 or 5 times a power of ten that is not below a size, and not below one.
fn round_step(size: f64) -> f64 {
    let power = 10f64.powf(size.max(1.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= size).unwrap_or(power)
}

fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn data(progress: &Progress) -> ChartData {
    let mut rows = Vec::new();
    let named = std::iter::once((String::new(), &progress.all));
    for (name, course) in named.chain(progress.strata.iter().map(|(name, course)| (name.clone(), course))) {
        for &(day, sum) in &course.returned {
            let planned = course.planned(progress.opens, progress.closes, day);
            rows.push(vec![
                name.clone(),
                day.to_string(),
                sum.to_string(),
                planned.map_or(String::new(), |planned| number(planned, 1)),
            ]);
        }
    }
    ChartData { columns: vec!["stratum", "day", "returned", "planned"], rows }
}

#[cfg(test)]
mod tests {
    use super::round_step;

    #[test]
    fn steps_are_round() {
        for (size, step) in [(0.2, 1.0), (1.0, 1.0), (1.1, 2.0), (18.0, 20.0), (21.0, 50.0), (60.0, 100.0)] {
            assert_eq!(round_step(size), step, "{size}");
        }
    }
}
