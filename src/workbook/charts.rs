//! Native charts, each on a worksheet of its own and drawn from the cells of its table.

use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartDataLabel, ChartDataLabelPosition, ChartErrorBars, ChartErrorBarsType, ChartFont,
    ChartFormat, ChartLegendPosition, ChartLine, ChartPatternFill, ChartPatternFillType, ChartRange, ChartSolidFill,
    ChartType, Color,
};

use super::fit::{Names, cut};
use super::notes::percent;
use super::published::Table;
use super::tables::{FIRST_SHARE, ScaleTable, Tables};
use crate::instrument::{Response, Valence};
use crate::results::Results;

mod more;

/// Charts and what stands around them.
pub(super) struct ChartSheet {
    /// The sheet's name.
    pub sheet: String,
    /// What it shows.
    pub title: String,
    /// What to know before reading it, a sentence or two a row.
    pub about: [String; 2],
    /// The sheet with its data.
    pub data: String,
    /// The charts from top to bottom, each with its height in pixels.
    pub charts: Vec<(Chart, u32)>,
}

pub(super) const INK: Color = Color::RGB(0x26_2D_33);
pub(super) const GRID: Color = Color::RGB(0xD0_D7_DE);
pub(super) const STUDY: Color = Color::RGB(0x20_73_BC);
pub(super) const PUBLISHED: Color = Color::RGB(0xF4_6A_25);
/// From the response next to the middle to the outermost.
const GOOD: [u32; 4] = [0x6B_AC_E6, 0x20_73_BC, 0x12_43_6D, 0x0A_27_40];
const POOR: [u32; 4] = [0xF8_B4_8F, 0xF4_6A_25, 0x80_16_50, 0x4A_0C_2E];
const MIDDLE: [u32; 3] = [0xC9_CE_D3, 0xA9_B0_B7, 0xDF_E3_E7];

/// The charts that the tables call for.
pub(super) fn sheets(results: &Results, tables: &Tables, names: &mut Names) -> Vec<ChartSheet> {
    let mut sheets = Vec::new();
    if let Some(summary) = &tables.summary {
        sheets.push(positive_shares(results, summary, names));
    }
    for scale in &tables.scales {
        sheets.push(distribution(results, scale, names));
    }
    sheets.extend(tables.others[tables.scores.clone()].iter().map(|table| more::score(table, names)));
    sheets.extend(tables.trends.and_then(|at| more::trends(results, &tables.others[at], names)));
    sheets.extend(tables.funnels.map(|at| more::funnels(results, &tables.others[at], names)));
    sheets
}

/// Rows of bars get room enough for their labels.
pub(super) fn height(rows: usize, each: usize) -> u32 {
    (160 + rows * each).clamp(300, 4_000) as u32
}

fn base(chart: &mut Chart, rows: usize, each: usize, alternative: &str) -> u32 {
    let height = height(rows, each);
    chart.set_width(WIDTH).set_height(height).set_alt_text(cut(alternative, 250));
    chart.title().set_hidden();
    lying(chart);
    height
}

/// A chart's width in pixels.
pub(super) const WIDTH: u32 = 1_080;

/// The axes and the legend of bars that lie: the horizontal axis has the values, the first bar stands on top.
pub(super) fn lying(chart: &mut Chart) {
    let font = letters();
    chart
        .y_axis()
        .set_name_font(&font)
        .set_font(&font)
        .set_reverse()
        .set_crossing(ChartAxisCrossing::Max)
        .set_major_gridlines(false);
    chart
        .x_axis()
        .set_font(&font)
        .set_name_font(&font)
        .set_major_gridlines_line(ChartLine::new().set_color(GRID).set_width(0.75));
    chart.legend().set_position(ChartLegendPosition::Top).set_font(&font);
}

/// Values from 0 to 100.
pub(super) fn per_cent(chart: &mut Chart, of: &str) {
    chart.x_axis().set_name(of).set_min(0).set_max(100).set_major_unit(20).set_num_format("0");
}

/// The letters of axes and legends.
pub(super) fn letters() -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(10).set_color(INK);
    font
}

/// Margins as lines from the ends of bars.
pub(super) fn margins(range: &ChartRange) -> ChartErrorBars {
    let mut bars = ChartErrorBars::new();
    bars.set_type(ChartErrorBarsType::Custom(range.clone(), range.clone()));
    let mut stroke = ChartFormat::new();
    stroke.set_line(ChartLine::new().set_color(INK).set_width(1.25));
    bars.set_format(&mut stroke);
    bars
}

fn about(what: String, table: &Table) -> [String; 2] {
    [what, format!("Its data are the table on the worksheet {}; what is not shown there has no bar.", table.sheet)]
}

fn range(table: &Table, column: u16) -> ChartRange {
    rows(table, column, 0, table.rows.len())
}

/// So many cells of a column, from a row of the table on.
fn rows(table: &Table, column: u16, from: usize, count: usize) -> ChartRange {
    let first = table.header_row() + 1 + from as u32;
    ChartRange::new_from_range(&table.sheet, first, column, first + count.max(1) as u32 - 1, column)
}

pub(super) fn fill(color: Color) -> ChartFormat {
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(color));
    format
}

/// Positive shares with their margins beside the published figures.
fn positive_shares(results: &Results, table: &Table, names: &mut Names) -> ChartSheet {
    const STATEMENT: u16 = 1;
    const SHARE: u16 = 3;
    const MARGIN: u16 = 6;
    const FIGURE: u16 = 8;
    let level = percent(results.level);
    let title = format!("Positive shares beside published figures, {}", results.title);
    let compared =
        results.questions.iter().filter_map(|q| q.overall.positive.as_ref()).any(|e| !e.comparisons.is_empty());
    let mut chart = Chart::new(ChartType::Bar);
    chart
        .add_series()
        .set_name("This study, with its margin of error")
        .set_categories(&range(table, STATEMENT))
        .set_values(&range(table, SHARE))
        .set_format(&mut fill(STUDY))
        .set_gap(60)
        .set_overlap(-5)
        .set_x_error_bars(&margins(&range(table, MARGIN)));
    if compared {
        chart
            .add_series()
            .set_name("Published figure")
            .set_categories(&range(table, STATEMENT))
            .set_values(&range(table, FIGURE))
            .set_format(&mut fill(PUBLISHED));
    }
    let what = format!(
        "Bar chart of the positive share of {} questions{}, with {level}% margins of error.",
        table.rows.len(),
        if compared { " beside the published figure" } else { "" }
    );
    let height = base(&mut chart, table.rows.len(), if compared { 40 } else { 28 }, &what);
    per_cent(&mut chart, "Per cent of valid answers");
    ChartSheet {
        sheet: names.sheet("Chart_positive_shares"),
        title,
        about: about(what, table),
        data: table.sheet.clone(),
        charts: vec![(chart, height)],
    }
}

/// The answers to questions on one scale as bars that fill up to 100 per cent.
fn distribution(results: &Results, scale: &ScaleTable, names: &mut Names) -> ChartSheet {
    const STATEMENT: u16 = 1;
    let table = &scale.table;
    let mut chart = Chart::new(ChartType::BarStacked);
    for ((column, response), color) in (FIRST_SHARE..).zip(&scale.responses).zip(colors(&scale.responses)) {
        stack(&mut chart, response, color, &range(table, STATEMENT), &range(table, column));
    }
    let words: Vec<&str> = scale.responses.iter().map(|r| r.label.as_str()).collect();
    let what =
        format!("Stacked bar chart of the answers to {} questions, from {}.", table.rows.len(), words.join(", "));
    let height = base(&mut chart, table.rows.len(), 34, &what);
    per_cent(&mut chart, "Per cent of valid answers");
    ChartSheet {
        sheet: names.sheet(&format!("Chart_{}", table.sheet)),
        title: format!("{}, {}", table.title, results.title),
        about: about(what, table),
        data: table.sheet.clone(),
        charts: vec![(chart, height)],
    }
}

/// Adds a response as a part of bars that fill up to 100 per cent. Parts are told apart by their order, by lightness, by the
/// number in them, and those of poor answers by stripes: not by colour alone.
pub(super) fn stack(chart: &mut Chart, response: &Response, color: u32, categories: &ChartRange, values: &ChartRange) {
    let striped = response.valence == Valence::Negative;
    let mut font = ChartFont::new();
    font.set_size(9).set_color(if is_dark(color) && !striped { Color::White } else { INK });
    let mut label = ChartDataLabel::new();
    label
        .show_value()
        .set_position(ChartDataLabelPosition::Center)
        // Narrow parts have no room for their number.
        .set_num_format("[>=5]0;;")
        .set_font(&font);
    let mut part = if striped { stripes(Color::RGB(color)) } else { fill(Color::RGB(color)) };
    part.set_border(ChartLine::new().set_color(Color::White).set_width(0.75));
    if striped {
        label.set_format(&mut fill(Color::White));
    }
    chart
        .add_series()
        .set_name(response.label.as_str())
        .set_categories(categories)
        .set_values(values)
        .set_format(&mut part)
        .set_data_label(&label)
        .set_gap(50)
        .set_overlap(100);
}

/// White lines across a colour.
fn stripes(color: Color) -> ChartFormat {
    let mut pattern = ChartPatternFill::new();
    pattern
        .set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
        .set_foreground_color(Color::White)
        .set_background_color(color);
    let mut format = ChartFormat::new();
    format.set_pattern_fill(&pattern);
    format
}

/// A colour for each response: blue for good, orange to purple for poor, grey between, darker towards the ends.
pub(super) fn colors(responses: &[Response]) -> Vec<u32> {
    let places = |valence: Valence| -> Vec<usize> {
        let mut places: Vec<usize> = (0..responses.len()).filter(|&i| responses[i].valence == valence).collect();
        // The best and the worst of a scale get the strongest colours: by score, else by their distance from the middle.
        let strength = |i: usize| match (responses[i].score, valence) {
            (Some(score), Valence::Negative) => -score,
            (Some(score), _) => score,
            (None, _) => (i as f64 - (responses.len() as f64 - 1.0) / 2.0).abs(),
        };
        places.sort_by(|&a, &b| strength(a).total_cmp(&strength(b)));
        places
    };
    let mut colors = vec![MIDDLE[0]; responses.len()];
    for (valence, palette) in
        [(Valence::Positive, &GOOD[..]), (Valence::Neutral, &MIDDLE[..]), (Valence::Negative, &POOR[..])]
    {
        let places = places(valence);
        // A single good or poor response takes a colour that stands out from the grey.
        let start = usize::from(places.len() == 1 && valence != Valence::Neutral);
        for (step, place) in places.into_iter().enumerate() {
            colors[place] = palette[(step + start).min(palette.len() - 1)];
        }
    }
    colors
}

/// Whether white letters read better than black ones on a colour: relative luminance as WCAG 2.2 defines it.
pub(super) fn is_dark(color: u32) -> bool {
    let part = |shift: u32| {
        let value = f64::from((color >> shift) & 0xFF) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0);
    luminance < 0.18
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(code: &str, valence: Valence, score: f64) -> Response {
        Response { code: code.into(), label: code.into(), valence, score: Some(score), ..Response::default() }
    }

    #[test]
    fn the_ends_of_a_scale_are_the_strongest_colours() {
        let scale: Vec<Response> = (1..=6)
            .map(|i| {
                let valence = if i < 4 { Valence::Negative } else { Valence::Positive };
                response(&i.to_string(), valence, f64::from(i))
            })
            .collect();
        let colors = colors(&scale);
        assert_eq!(colors, [POOR[2], POOR[1], POOR[0], GOOD[0], GOOD[1], GOOD[2]]);
    }

    #[test]
    fn letters_stand_out_from_their_ground() {
        assert!(is_dark(0x12_43_6D));
        assert!(!is_dark(0xF4_6A_25));
        assert!(is_dark(0x00_00_00) && !is_dark(0xFF_FF_FF));
    }
}
