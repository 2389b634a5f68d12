//! Charts of scores, of figures over the waves, and of groups within the limits of chance.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartDataLabelPosition, ChartFormat, ChartLine, ChartLineDashType, ChartMarker,
    ChartMarkerType, ChartType, Color,
};

use super::{
    ChartSheet, GRID, INK, Names, PUBLISHED, STUDY, Table, WIDTH, about, base, cut, fill, letters, margins, range, rows,
};
use crate::estimate::Statistic;
use crate::results::Results;
use crate::workbook::tables::label;

/// A score for everyone and every group.
pub(super) fn score(table: &Table, names: &mut Names) -> ChartSheet {
    const GROUP: u16 = 1;
    const ESTIMATE: u16 = 4;
    const MARGIN: u16 = 7;
    let what =
        format!("Bar chart of the mean score of everyone and {} groups, with margins of error.", table.rows.len() - 1);
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_name("Mean score, with its margin of error")
        .set_categories(&range(table, GROUP))
        .set_values(&range(table, ESTIMATE))
        .set_format(&mut fill(STUDY))
        .set_gap(60)
        .set_x_error_bars(&margins(&range(table, MARGIN)));
    let height = base(&mut chart, table.rows.len(), 28, &what);
    chart.x_axis().set_name("Mean score").set_num_format("0.0");
    ChartSheet {
        sheet: names.sheet(&format!("Chart_{}", table.sheet)),
        title: format!("{}, by group", table.title),
        about: about(what, table),
        data: table.sheet.clone(),
        charts: vec![(chart, height)],
    }
}

/// The height of a chart among several on a sheet, in pixels.
const HEIGHT: u32 = 380;

fn line(color: Color, width: f64, dashed: bool) -> ChartFormat {
    let mut stroke = ChartLine::new();
    stroke.set_color(color).set_width(width);
    if dashed {
        stroke.set_dash_type(ChartLineDashType::Dash);
    }
    let mut format = ChartFormat::new();
    format.set_line(&stroke);
    format
}

fn marker(shape: ChartMarkerType, size: u8, color: Color) -> ChartMarker {
    let mut marker = ChartMarker::new();
    marker.set_type(shape).set_size(size).set_format(&mut fill(color));
    marker
}

fn no_marker() -> ChartMarker {
    let mut marker = ChartMarker::new();
    marker.set_none();
    marker
}

/// Upright axes with their names.
fn standing(chart: &mut Chart, title: &str, alternative: &str, across: &str, up: &str) {
    let font = letters();
    chart.set_width(WIDTH).set_height(HEIGHT).set_alt_text(cut(alternative, 250));
    let mut bold = letters();
    bold.set_bold().set_size(12);
    chart.title().set_name(cut(title, 200).as_str()).set_font(&bold);
    chart.x_axis().set_font(&font).set_name(across).set_name_font(&font).set_major_gridlines(false);
    chart
        .y_axis()
        .set_font(&font)
        .set_name(up)
        .set_name_font(&font)
        .set_num_format("0.#")
        .set_major_gridlines_line(ChartLine::new().set_color(GRID).set_width(0.75));
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom).set_font(&font);
}

/// Every figure over the waves since its last break, with its interval; none if no figure has two such waves.
pub(super) fn trends(results: &Results, table: &Table, names: &mut Names) -> Option<ChartSheet> {
    const WAVE: u16 = 4;
    const ESTIMATE: u16 = 6;
    const LOW: u16 = 7;
    const HIGH: u16 = 8;
    let waves = results.waves.as_ref()?;
    let mut charts = Vec::new();
    let mut row = 0;
    // As the table has them.
    for trend in waves.trends.iter().filter(|trend| trend.points.len() > 2) {
        let from = trend.comparable_from();
        let (first, count) = (row + from, trend.points.len() - from);
        row += trend.points.len();
        if count < 2 {
            continue;
        }
        let of = |column: u16| rows(table, column, first, count);
        let mut chart = Chart::new(ChartType::Line);
        chart
            .add_series()
            .set_name("Estimate")
            .set_categories(&of(WAVE))
            .set_values(&of(ESTIMATE))
            .set_format(&mut line(STUDY, 2.25, false))
            .set_marker(&marker(ChartMarkerType::Circle, 8, STUDY));
        for (name, column) in [("Lower limit", LOW), ("Upper limit", HIGH)] {
            chart
                .add_series()
                .set_name(name)
                .set_categories(&of(WAVE))
                .set_values(&of(column))
                .set_format(&mut line(INK, 1.0, true))
                .set_marker(&no_marker());
        }
        let title = format!("{}: {}", label(results, &trend.question), trend.label);
        let since = if from > 0 { "since the last break in the series" } else { "over all waves" };
        let is_mean = trend.statistic == Statistic::Mean;
        let alternative = format!("Line chart of {title}, {since}, with its interval.");
        standing(&mut chart, &title, &alternative, "Wave", if is_mean { "Mean" } else { "Per cent" });
        charts.push((chart, HEIGHT));
    }
    if charts.is_empty() {
        return None;
    }
    let what = format!("Line charts of {} figures over the waves since the last break in their series.", charts.len());
    Some(ChartSheet {
        sheet: names.sheet(&format!("Chart_{}", table.sheet)),
        title: table.title.clone(),
        about: about(what, table),
        data: table.sheet.clone(),
        charts,
    })
}

/// Every funnel: groups as points, the limits as lines; groups outside the limits carry their names.
pub(super) fn funnels(results: &Results, table: &Table, names: &mut Names) -> ChartSheet {
    const GROUP: u16 = 3;
    const EFFECTIVE: u16 = 5;
    const SHARE: u16 = 6;
    const BASELINE: u16 = 7;
    let mut charts = Vec::new();
    let mut row = 0;
    for funnel in &results.funnels {
        let (first, count) = (row, funnel.points.len());
        row += count;
        let of = |column: u16| rows(table, column, first, count);
        let mut chart = Chart::new(ChartType::ScatterStraight);
        for (name, column, mut format) in [
            ("Everyone", BASELINE, line(INK, 1.5, false)),
            ("95% limits", 8, line(PUBLISHED, 1.5, true)),
            ("95% upper limit", 9, line(PUBLISHED, 1.5, true)),
            ("99.8% limits", 10, line(INK, 1.0, true)),
            ("99.8% upper limit", 11, line(INK, 1.0, true)),
        ] {
            chart
                .add_series()
                .set_name(name)
                .set_categories(&of(EFFECTIVE))
                .set_values(&of(column))
                .set_format(&mut format)
                .set_marker(&no_marker());
        }
        let labels: Vec<ChartDataLabel> = (funnel.points.iter().enumerate())
            .map(|(place, point)| {
                let mut label = ChartDataLabel::new();
                if point.beyond() > 0 {
                    label.set_value(&rows(table, GROUP, first + place, 1));
                } else {
                    label.set_hidden();
                }
                label
            })
            .collect();
        let mut shown = ChartDataLabel::new();
        shown.show_y_value().set_position(ChartDataLabelPosition::Right).set_font(&letters());
        let mut none = ChartFormat::new();
        none.set_no_line();
        chart
            .add_series()
            .set_name(funnel.heading.as_str())
            .set_categories(&of(EFFECTIVE))
            .set_values(&of(SHARE))
            .set_format(&mut none)
            .set_marker(&marker(ChartMarkerType::Diamond, 8, STUDY))
            .set_data_label(&shown)
            .set_custom_data_labels(&labels);
        let title = format!("{}: {}, by {}", label(results, &funnel.question), funnel.label, funnel.heading);
        let outside = funnel.points.iter().filter(|point| point.beyond() > 0).count();
        let alternative = format!("Funnel plot of {title}: {outside} of {count} groups outside the 95% limits.");
        standing(&mut chart, &title, &alternative, "Answers over design effect", "Per cent");
        // One entry stands for both limits of a pair.
        chart.legend().delete_entries(&[2, 4]);
        charts.push((chart, HEIGHT));
    }
    let what = format!("Funnel plots of {} questions and groupings.", charts.len());
    ChartSheet {
        sheet: names.sheet(&format!("Chart_{}", table.sheet)),
        title: table.title.clone(),
        about: about(what, table),
        data: table.sheet.clone(),
        charts,
    }
}
