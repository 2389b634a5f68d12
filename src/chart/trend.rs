//! A figure over three and more waves; from ten points on with the limits of a control chart.

use super::dots::Axis;
use super::figure::{brief, in_units, number, percent};
use super::palette::{Fill, Ink, Step};
use super::plane::{Plane, dashes};
use super::sheet::{Anchor, Face, Sheet, wrap};
use super::width::Width;
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::estimate::Statistic;
use crate::results::{Results, Trend, Waves};
use crate::statistics::control::Signal;

/// The room that a figure over a point takes.
const FIGURE: i32 = 30;
/// Fewest waves that make a trend.
const LEAST: usize = 3;

/// A chart for every trend of shares.
pub(super) fn over_waves(results: &Results) -> Result<Vec<Chart>> {
    let Some(waves) = &results.waves else { return Ok(Vec::new()) };
    let long = waves.trends.iter().filter(|trend| trend.points.len() >= LEAST && trend.statistic != Statistic::Mean);
    long.map(|trend| one(results, waves, trend)).collect()
}

fn one(results: &Results, waves: &Waves, trend: &Trend) -> Result<Chart> {
    let caption = Caption {
        name: format!("trend-{}", trend.question),
        place: ChartPlace::Question(trend.question.clone()),
        title: title(results, waves, trend),
        description: description(waves, trend),
        note: note(results, trend),
    };
    let data = ChartData {
        columns: vec!["wave", "per_cent", "ci_low", "ci_high", "base", "break_before", "signal"],
        rows: (trend.points.iter().enumerate())
            .map(|(place, point)| {
                let mut row = vec![waves.labels[point.wave].clone()];
                row.extend([point.estimate, point.ci_low, point.ci_high].map(|v| in_units(trend.statistic, v)));
                row.push(point.n.to_string());
                row.push(point.break_before.clone().unwrap_or_default());
                row.push(signal(trend, place).map_or(String::new(), |signal| signal_words(signal).to_owned()));
                row
            })
            .collect(),
    };
    caption.frame(results, |width| draw(width, waves, trend), data)
}

fn draw(width: Width, waves: &Waves, trend: &Trend) -> Sheet {
    let mut sheet = Sheet::new(width.pixels());
    let limits = trend.control.iter().flat_map(|control| [control.low, control.high]);
    let values = trend.points.iter().flat_map(|point| [point.ci_low, point.ci_high, point.estimate]).chain(limits);
    let axis = Axis::over(values, 0.1, 0.3, (0.0, 1.0), percent);
    let last = waves.labels.len() as f64 - 1.0;
    let beside = if trend.control.is_some() { width.pick(92, 50) } else { 12 };
    let plane = Plane::new(&mut sheet, (-0.4, last + 0.4), &axis, 240, beside);
    let room = (plane.right - plane.left) / waves.labels.len() as i32 - 6;
    let ink = Fill::Positive(Step::Middle).ink();
    if let Some(control) = &trend.control {
        let start = plane.x(trend.points[trend.comparable_from()].wave as f64 - 0.4);
        let words = width.pick(["Upper limit", "Mean", "Lower limit"], ["Upper", "Mean", "Lower"]);
        for (value, words) in [control.high, control.centre, control.low].into_iter().zip(words) {
            let y = plane.y(value);
            dashes(&mut sheet, (start, y), (plane.right, y), Ink::Quiet);
            sheet.text((plane.right + 6, y), Anchor::Left, Face::Regular, Ink::Quiet, words);
        }
    }
    for pair in trend.points.windows(2) {
        let at = |place: usize| (plane.x(pair[place].wave as f64), plane.y(pair[place].estimate));
        if pair[1].break_before.is_some() {
            let x = (at(0).0 + at(1).0) / 2;
            dashes(&mut sheet, (x, plane.top), (x, plane.bottom), Ink::Benchmark);
            sheet.text((x + 6, plane.bottom - 10), Anchor::Left, Face::Regular, Ink::Text, "break");
        } else {
            sheet.line(at(0), at(1), 2, ink);
        }
    }
    for (place, point) in trend.points.iter().enumerate() {
        let (x, y) = (plane.x(point.wave as f64), plane.y(point.estimate));
        if point.ci_low.is_finite() && point.ci_high.is_finite() {
            sheet.line((x, plane.y(point.ci_low)), (x, plane.y(point.ci_high)), 2, ink);
        }
        sheet.circle((x, y), 7, true, Ink::Paper);
        sheet.circle((x, y), 6, true, ink);
        let signal = signal(trend, place);
        if signal.is_some() {
            sheet.circle((x, y), 10, false, Ink::Text);
        }
        let apart = trend.points.len() <= 12 && room >= FIGURE;
        let words = if apart || signal.is_some() || place + 1 == trend.points.len() {
            brief(trend.statistic, point.estimate)
        } else {
            String::new()
        };
        let above = plane.y(point.ci_high.max(point.estimate)) - 12;
        sheet.text((x, above), Anchor::Middle, Face::Bold, Ink::Text, words);
    }
    let every = (60 / room.max(1) + 1) as usize;
    let mut deepest = 0;
    for (wave, label) in waves.labels.iter().enumerate().filter(|(wave, _)| wave % every == 0) {
        for (line, words) in wrap(label, Face::Regular, 14.0, room * every as i32, 3).into_iter().enumerate() {
            let y = plane.bottom + 16 + 18 * line as i32;
            sheet.text((plane.x(wave as f64), y), Anchor::Middle, Face::Regular, Ink::Quiet, words);
            deepest = deepest.max(y);
        }
    }
    sheet.height = deepest + 14;
    sheet
}

/// What the control chart says of a point.
pub(crate) fn signal(trend: &Trend, place: usize) -> Option<Signal> {
    let control = trend.control.as_ref()?;
    control.signals.get(place.checked_sub(trend.comparable_from())?).copied().flatten()
}

/// A signal in words.
pub(crate) fn signal_words(signal: Signal) -> &'static str {
    match signal {
        Signal::Outside => "outside the limits",
        Signal::Shift => "part of a shift",
    }
}

fn title(results: &Results, waves: &Waves, trend: &Trend) -> String {
    let label = results.label(&trend.question);
    let comparable = &trend.points[trend.comparable_from()..];
    let (Some(first), Some(last)) = (comparable.first(), comparable.last()) else { return label };
    if let Some(control) = &trend.control {
        let stand_out = control.signals.iter().flatten().count();
        return match stand_out {
            0 => format!("{label}: nothing over {} waves but their usual variation", comparable.len()),
            n => format!("{label}: {n} of {} waves stand out from their usual variation", comparable.len()),
        };
    }
    if comparable.len() == 1 {
        return format!("{label}: earlier waves do not compare with this one");
    }
    let figure = |value| brief(trend.statistic, value);
    format!("{label}: {} now, {} in {}", figure(last.estimate), figure(first.estimate), waves.labels[first.wave])
}

fn description(waves: &Waves, trend: &Trend) -> String {
    let mut out = String::from("Points with intervals over the waves, joined by a line. ");
    for point in &trend.points {
        if let Some(reason) = &point.break_before {
            out.push_str(&format!("Break in the series: {reason}. "));
        }
        out.push_str(&format!("{}: {}. ", waves.labels[point.wave], brief(trend.statistic, point.estimate)));
    }
    out.truncate(out.trim_end().len());
    out
}

fn note(results: &Results, trend: &Trend) -> String {
    let mut note = format!("{}, for everyone. Upright lines: {} intervals.", trend.label, percent(results.level));
    for reason in trend.points.iter().filter_map(|point| point.break_before.as_ref()) {
        note.push_str(&format!(" Break in the series: {reason}."));
    }
    if let Some(control) = &trend.control {
        note.push_str(&format!(
            " Dashed: mean {} and limits {} to {} (control chart of individual values: mean ± 2.66 times the mean moving range; \
             a ring marks points outside them, or eight in a row on one side).",
            brief(trend.statistic, control.centre),
            number(control.low * 100.0, 0),
            brief(trend.statistic, control.high)
        ));
    }
    note
}
