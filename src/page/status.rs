//! How fieldwork stands, as a page: no answers, no names, no serials.

use maud::{Markup, html};

use super::grid::{Row, Table, figures, words as text};
use super::shell::Shell;
use crate::chart::figure::{UNAVAILABLE, count, counted, number, share};
use crate::error::Result;
use crate::frame;
use crate::pipeline::{Status, StatusRow};

/// The page.
///
/// # Errors
/// When the chart cannot be drawn.
pub fn render(status: &Status) -> Result<String> {
    let chart = crate::chart::fieldwork::over_days(status)?;
    let unit = status.study.kind.unit();
    let sections = html! {
        section id="standing" aria-labelledby="standing-heading" tabindex="-1" {
            h2 id="standing-heading" { "How fieldwork stands" }
            (tiles(status))
            @match &chart {
                Some(chart) => { (super::figure(chart)) }
                None => { p { "No return says its day, so there is no chart over days." } }
            }
            (table(status, "stratum", "Stratum", "Returns by stratum"))
        }
        nav.contents aria-labelledby="contents-heading" {
            h2 id="contents-heading" { "Contents" }
            ol {
                li { a href="#standing" { "How fieldwork stands" } }
                li { a href="#to-do" { "What to do next" } }
                li { a href="#parts" { "Returns in parts" } }
            }
        }
        section id="to-do" aria-labelledby="to-do-heading" tabindex="-1" {
            h2 id="to-do-heading" { "What to do next" }
            (reminders(status))
            (reserves(status, unit.1))
            @for finding in &status.findings { p { strong { (finding.code) } " " (finding.problem) } }
        }
        section id="parts" aria-labelledby="parts-heading" tabindex="-1" {
            h2 id="parts-heading" { "Returns in parts" }
            (table(status, "wave", "Wave", "Returns by wave of mailing"))
            (table(status, "reader", "Reader", "Readings by reader"))
            (table(status, "batch", "Batch", "Returns by batch"))
            (table(status, "mode", "How it came", "Returns by the way in which they came"))
            (table(status, "day", "Day", "Returns by day"))
        }
    };
    let study = &status.study;
    let as_at = status.progress.as_at.map_or("on an unknown day".to_owned(), |day| day.format("%-d %B %Y").to_string());
    let version = env!("CARGO_PKG_VERSION");
    let mut imprint = vec![("As at", as_at.clone())];
    imprint.extend(status.progress.closes.map(|day| ("Closes", day.format("%-d %B %Y").to_string())));
    imprint.push(("Program", format!("quorate {version}")));
    let shell = Shell {
        title: &format!("{}: fieldwork", study.title),
        organisation: &study.organisation,
        edition: study.period.clone(),
        imprint,
        notice: study.notice.as_deref(),
        skip: ("standing", "Skip to how it stands"),
        class: None,
        sheet: "",
        version,
        foot: format!(
            "{}. {}, {}. As at {as_at}, made with quorate {version}.",
            study.title, study.organisation, study.period
        ),
    };
    Ok(shell.around(&sections))
}

fn all(status: &Status) -> Option<&StatusRow> {
    status.rows.iter().find(|row| row.part == "all")
}

fn points(margin: Option<f64>) -> String {
    margin.map_or(UNAVAILABLE.to_owned(), |margin| format!("±{}", number(margin, 1)))
}

fn tiles(status: &Status) -> Markup {
    let Some(all) = all(status) else { return html! {} };
    let issued = all.issued.unwrap_or(0);
    let tile = |value: String, of: String, words: &str| {
        html! { div { dt { (words) } dd { (value) @if !of.is_empty() { span.of { (of) } } } } }
    };
    html! {
        dl.tiles {
            (tile(count(all.returned), format!("of {}", count(issued)), "returned"))
            (tile(format!("{}%", share(all.returned as f64 / issued as f64)), String::new(), "response so far"))
            @if let Some(planned) = all.planned { (tile(number(planned, 0), String::new(), "planned by now")) }
            (tile(points(all.margin_points), "points".to_owned(), &format!("margin reached; the rule asks ±{}", number(status.study.rule, 0))))
            @if let Some(expected) = all.expected {
                (tile(points(all.expected_margin_points), "points".to_owned(), &format!("margin to expect at the close, with {} returns", number(expected, 0))))
            }
        }
    }
}

fn reminders(status: &Status) -> Markup {
    let open = status.outstanding.len();
    html! {
        h3 { "Reminders" }
        @if open == 0 { p { "Nobody is left to be reminded." } } @else {
            p { strong { (count(open)) } " have not replied and are not struck off. Their serials are in key/reminder-list.csv, or come with "
                code { "quorate status --remind" } "." }
        }
    }
}

fn reserves(status: &Status, units: &str) -> Markup {
    let of = |state: &str| status.reserves.iter().filter(|reserve| reserve.state == state).count();
    if status.reserves.is_empty() {
        return html! {};
    }
    let mut strata: Vec<&str> = Vec::new();
    for reserve in &status.reserves {
        if !strata.contains(&reserve.stratum.as_str()) {
            strata.push(&reserve.stratum);
        }
    }
    strata.sort_by_key(|name| frame::is_blank(name));
    let row = |stratum: &&str| {
        let those = |state: &str| {
            let is = |reserve: &&crate::pipeline::ReserveRow| reserve.stratum == *stratum && reserve.state == state;
            status.reserves.iter().filter(is).count()
        };
        let left = those("next") + those("waiting");
        Row::new(vec![
            html! { (stratum) },
            html! { (count(those("released"))) },
            html! { (count(those("due"))) },
            html! { (count(left)) },
        ])
    };
    html! {
        h3 { "Reserves" }
        p {
            @match of("due") {
                0 => { "No reserve is due. " }
                due => { strong { (counted(due, "reserve is due", "reserves are due")) } ", for " (units) " that were lost and have no reserve yet. " }
            }
            "Which ones they are is told by " code { "quorate status --reserves" } "; release them in the release log, in their order."
        }
        (Table {
            id: "reserves",
            caption: html! { "Reserves by stratum" },
            columns: vec![text("Stratum"), figures("Released"), figures("Due"), figures("Left")],
            rows: strata.iter().map(row).collect(),
            note: html! {},
            sorts: false,
        }.render())
    }
}

/// The rows of one part; columns that none of them fills are left out.
fn table(status: &Status, part: &str, heading: &str, caption: &str) -> Markup {
    let mut rows: Vec<&StatusRow> = status.rows.iter().filter(|row| row.part == part).collect();
    if rows.is_empty() {
        return html! {};
    }
    let summed = part == "stratum" && rows.len() > 1;
    if let (true, Some(all)) = (summed, all(status)) {
        rows.push(all);
    }
    let has = |value: fn(&StatusRow) -> bool| rows.iter().any(|row| value(row));
    let (issued, planned) = (has(|row| row.issued.is_some()), has(|row| row.planned.is_some()));
    let (margin, expected) = (has(|row| row.margin_points.is_some()), has(|row| row.expected.is_some()));
    let closed = has(|row| row.struck_off > 0);
    let mut columns = vec![text(heading)];
    let mut column = |is: bool, heading: &str| {
        if is {
            columns.push(figures(heading));
        }
    };
    column(issued, "Issued");
    column(true, "Returned");
    column(planned, "Planned by now");
    column(issued, "Per cent");
    column(closed, "Closed without a return");
    column(margin, "Margin now");
    column(expected, "Expected at the close");
    column(expected, "Margin then");
    let cells = |row: &StatusRow| {
        let name = match (row.part, row.date.is_empty()) {
            ("all", _) => "All".to_owned(),
            ("day", _) => row.date.clone(),
            (_, false) => format!("{}, {}", row.name, row.date),
            _ => row.name.clone(),
        };
        let decimal = |value: Option<f64>| value.map_or(UNAVAILABLE.to_owned(), |value| number(value, 0));
        let mut cells = vec![html! { (name) }];
        let mut cell = |is: bool, words: String| {
            if is {
                cells.push(html! { (words) });
            }
        };
        let rate = row.issued.map_or(f64::NAN, |issued| row.returned as f64 / issued as f64);
        cell(issued, row.issued.map_or(UNAVAILABLE.to_owned(), count));
        cell(true, count(row.returned));
        cell(planned, decimal(row.planned));
        cell(issued, share(rate));
        cell(closed, count(row.struck_off));
        cell(margin, points(row.margin_points));
        cell(expected, decimal(row.expected));
        cell(expected, points(row.expected_margin_points));
        cells
    };
    let rendered = rows.iter().map(|row| if row.part == "all" { Row::total(cells(row)) } else { Row::new(cells(row)) });
    Table {
        id: &format!("by-{part}"),
        caption: html! { (caption) },
        columns,
        rows: rendered.collect(),
        note: html! {
            @if margin { p { "Margins in points: of a share of one half, at 95%, with the finite population correction." } }
        },
        sorts: part != "stratum",
    }
    .render()
}
