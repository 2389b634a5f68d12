//! What surveys and audits say about an area, each figure against the published one it is compared with.

use super::{Caption, Chart, ChartData, ChartPlace, counted, stem};
use crate::chart::dots::{Axis, Column, Dot, Row, Said, Sign, dots};
use crate::chart::figure::{CONFIDENTIAL, UNAVAILABLE, count, number, percent, signed};
use crate::error::Result;
use crate::estimate::Verdict;
use crate::evaluation::Evaluation;
use crate::evaluation::evidence::{Compared, Figure, Item, Says};
use crate::evaluation::tables::items_on;
use crate::evidence::framework::Area;

/// The shares that bear on an area; nothing where none may be shown.
pub(super) fn beside_published(evaluation: &Evaluation, area: &Area) -> Result<Option<Chart>> {
    let all: Vec<(&Item, &Figure)> = items_on(evaluation, &area.number)
        .filter_map(|item| item.figure.as_ref().map(|figure| (item, figure)))
        .filter(|(_, figure)| figure.share)
        .collect();
    let shown: Vec<(&Item, &Figure, f64)> =
        all.iter().filter_map(|(item, figure)| Some((*item, *figure, figure.value?))).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let values = shown.iter().flat_map(|(_, figure, value)| {
        let (low, high) = figure.interval.unwrap_or((*value, *value));
        [*value, low, high, figure.comparison.as_ref().map_or(*value, |compared| compared.value)]
    });
    let axis = Axis::over(values, 0.1, 0.4, (0.0, 1.0), percent);
    let columns = [
        Column { heading: "Share", width: 66, strong: true, marked: false },
        Column { heading: "Published", width: 82, strong: false, marked: false },
        Column { heading: "", width: 16, strong: false, marked: false },
        Column { heading: "Difference in points", width: 150, strong: false, marked: true },
        Column { heading: "Base", width: 46, strong: false, marked: false },
    ];
    let mut rows = Vec::new();
    let mut source = "";
    for (item, figure) in &all {
        if item.source != source {
            source = &item.source;
            rows.push(Row::Heading(source.to_owned()));
        }
        rows.push(row(evaluation, area, item, figure));
    }
    let number = &area.number;
    let caption = Caption {
        name: format!("evidence-area-{}", stem(number)),
        place: ChartPlace::Area(number.clone()),
        title: title(number, &shown),
        description: description(&shown),
        note: "Dot: the share that this evidence shows. Line through it: its interval, where its study gives one. Upright line: \
               the published figure it is compared with. A mark and words say what the comparison says; grey dots say nothing \
               either way. Means and what is not a figure are in the tables. In brackets: indicators."
            .to_owned(),
    };
    let data = ChartData {
        columns: vec![
            "evidence",
            "title",
            "indicators",
            "source",
            "date",
            "per_cent",
            "ci_low",
            "ci_high",
            "base",
            "weight",
            "published",
            "published_source",
            "difference",
            "verdict",
        ],
        rows: all.iter().map(|(item, figure)| data_row(item, figure)).collect(),
    };
    caption.frame(evaluation, |width| dots(width, &axis, &columns, &rows), data).map(Some)
}

fn row(evaluation: &Evaluation, area: &Area, item: &Item, figure: &Figure) -> Row {
    let bears: Vec<&str> =
        area.indicators.iter().map(|i| i.number.as_str()).filter(|number| item.bears_on(number)).collect();
    let stale = if evaluation.is_stale(item) { ", stale" } else { "" };
    let counted = if figure.label.is_empty() { String::new() } else { format!(": {}", figure.label) };
    let label = format!("{}{counted} ({}{stale})", item.title, bears.join(", "));
    let Some(value) = figure.value else {
        return Row::Words { label, words: format!("{CONFIDENTIAL} not shown, to keep answers confidential") };
    };
    let (low, high) = figure.interval.unwrap_or((f64::NAN, f64::NAN));
    let compared = figure.comparison.as_ref();
    Row::Dot(Dot {
        label,
        point: value,
        low,
        high,
        benchmark: compared.map(|compared| compared.value),
        verdict: said(item, compared),
        cells: vec![
            percent(value),
            compared.map_or_else(|| "–".to_owned(), |compared| percent(compared.value)),
            String::new(),
            compared.map_or_else(String::new, verdict_cell),
            figure.base.map_or_else(|| "–".to_owned(), count),
        ],
    })
}

/// What a comparison says. A higher share counts as good news only where the evidence is read as a strength, since some
/// questions ask about what should be rare.
fn said(item: &Item, compared: Option<&Compared>) -> Option<Said> {
    let compared = compared?;
    let good = match (compared.tested, item.says) {
        (Some(Verdict::Higher), Says::Strength | Says::Mixed) => Some(true),
        (Some(Verdict::Lower), Says::Weakness | Says::Mixed) => Some(false),
        _ => None,
    };
    Some(compared.tested.map_or(Said { sign: Sign::Unknown, good }, |verdict| Said::of(verdict, good)))
}

fn verdict_cell(compared: &Compared) -> String {
    match compared.tested {
        Some(verdict @ (Verdict::Higher | Verdict::Lower)) => {
            format!("{} ({})", verdict.words(), signed(compared.difference * 100.0, 0))
        }
        Some(verdict) => verdict.words().to_owned(),
        None => "cannot be said".to_owned(),
    }
}

fn title(area: &str, shown: &[(&Item, &Figure, f64)]) -> String {
    let compared: Vec<&Compared> = shown.iter().filter_map(|(_, figure, _)| figure.comparison.as_ref()).collect();
    let count = |verdict| compared.iter().filter(|c| c.tested == Some(verdict)).count();
    let (higher, lower) = (count(Verdict::Higher), count(Verdict::Lower));
    let of = compared.len();
    let are = |n: usize| if n == 1 { "is" } else { "are" };
    match (of, higher, lower) {
        (0, ..) => {
            let ends = shown.iter().fold((f64::INFINITY, 0.0f64), |(l, h), (.., v)| (l.min(*v), h.max(*v)));
            let (low, high) = (percent(ends.0), percent(ends.1));
            let results = counted(shown.len(), "share bears", "shares bear");
            let range = if low == high { low } else { format!("from {low} to {high}") };
            format!("{results} on area {area}, {range}; no published figure to compare")
        }
        (1, h, l) => {
            let place = ["cannot be told apart from", "is above", "is below"][h + 2 * l];
            format!("Area {area}: the one result compared {place} the published figure")
        }
        (_, 0, 0) => format!("Area {area}: none of {of} results compared can be told apart from the published figures"),
        (_, h, 0) => {
            format!("Area {area}: of {of} results compared {h} {} above the published figure, none below", are(h))
        }
        (_, 0, l) => {
            format!("Area {area}: of {of} results compared {l} {} below the published figure, none above", are(l))
        }
        (_, h, l) => {
            format!("Area {area}: of {of} results compared {h} {} above the published figure, {l} below", are(h))
        }
    }
}

fn description(shown: &[(&Item, &Figure, f64)]) -> String {
    let mut out =
        String::from("Dots with intervals, a row a piece of evidence, against upright lines for published figures. ");
    for (item, figure, value) in shown.iter().take(crate::chart::DESCRIBED) {
        out.push_str(&format!("{}: {}", item.title, percent(*value)));
        match &figure.comparison {
            Some(c) => out.push_str(&format!(" against {}, {}. ", percent(c.value), verdict_cell(c))),
            None => out.push_str(", nothing to compare. "),
        }
    }
    crate::chart::and_more(&mut out, shown.len());
    out
}

fn data_row(item: &Item, figure: &Figure) -> Vec<String> {
    let share = |value: f64| number(value * 100.0, 1);
    let mut row = vec![
        item.id.clone(),
        item.title.clone(),
        item.indicators.join(" "),
        item.source.clone(),
        item.date.map_or_else(String::new, |date| date.to_string()),
    ];
    let Some(value) = figure.value else {
        row.extend(std::iter::repeat_n(CONFIDENTIAL.to_owned(), 4));
        row.push(item.weight().to_owned());
        row.extend(std::iter::repeat_n(CONFIDENTIAL.to_owned(), 4));
        return row;
    };
    row.push(share(value));
    match figure.interval {
        Some((low, high)) => row.extend([share(low), share(high)]),
        None => row.extend([UNAVAILABLE.to_owned(), UNAVAILABLE.to_owned()]),
    }
    row.push(figure.base.map_or_else(|| UNAVAILABLE.to_owned(), |base| base.to_string()));
    row.push(item.weight().to_owned());
    match &figure.comparison {
        Some(c) => row.extend([
            share(c.value),
            c.source.clone(),
            signed(c.difference * 100.0, 1),
            c.tested.map_or("cannot be said", Verdict::words).to_owned(),
        ]),
        None => row.extend(std::iter::repeat_n(String::new(), 4)),
    }
    row
}
