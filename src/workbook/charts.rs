//! Native charts, each on a worksheet of its own and drawn from the cells of its table.

use rust_xlsxwriter::{
    Chart, ChartAxisCrossing, ChartDataLabel, ChartDataLabelPosition, ChartErrorBars, ChartErrorBarsType, ChartFont,
    ChartFormat, ChartLegendPosition, ChartLine, ChartRange, ChartSolidFill, ChartType, Color,
};

use super::fit::{Names, cut};
use super::notes::percent;
use super::published::Table;
use super::tables::{FIRST_SHARE, ScaleTable, Tables};
use crate::instrument::{Response, Valence};
use crate::results::Results;

/// A chart and what stands around it.
pub(super) struct ChartSheet {
    /// The sheet's name.
    pub sheet: String,
    /// What it shows.
    pub title: String,
    /// What to know before reading it, a sentence or two a row.
    pub about: [String; 2],
    /// The sheet with its data.
    pub data: String,
    /// The chart.
    pub chart: Chart,
    /// Its height in pixels.
    pub height: u32,
}

const INK: Color = Color::RGB(0x26_2D_33);
const GRID: Color = Color::RGB(0xD0_D7_DE);
const STUDY: Color = Color::RGB(0x20_73_BC);
const PUBLISHED: Color = Color::RGB(0xF4_6A_25);
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
    sheets
}

/// Rows of bars get room enough for their labels.
fn height(rows: usize, each: usize) -> u32 {
    (160 + rows * each).clamp(300, 4_000) as u32
}

fn base(chart: &mut Chart, rows: usize, each: usize, alternative: &str) -> u32 {
    let height = height(rows, each);
    let mut font = ChartFont::new();
    font.set_size(10).set_color(INK);
    chart.set_width(1_080).set_height(height).set_alt_text(cut(alternative, 250));
    chart.title().set_hidden();
    // Of bars that lie, the horizontal axis has the values; the first question stands on top.
    chart.y_axis().set_font(&font).set_reverse().set_crossing(ChartAxisCrossing::Max).set_major_gridlines(false);
    chart
        .x_axis()
        .set_font(&font)
        .set_min(0)
        .set_max(100)
        .set_major_unit(20)
        .set_num_format("0")
        .set_name("Per cent of valid answers")
        .set_name_font(&font)
        .set_major_gridlines_line(ChartLine::new().set_color(GRID).set_width(0.75));
    chart.legend().set_position(ChartLegendPosition::Top).set_font(&font);
    height
}

fn about(what: String, table: &Table) -> [String; 2] {
    [what, format!("Its data are the table on the worksheet {}; what is not shown there has no bar.", table.sheet)]
}

fn range(table: &Table, column: u16) -> ChartRange {
    let first = table.header_row() + 1;
    ChartRange::new_from_range(&table.sheet, first, column, first + table.rows.len() as u32 - 1, column)
}

fn fill(color: Color) -> ChartFormat {
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
    let mut line = ChartErrorBars::new();
    line.set_type(ChartErrorBarsType::Custom(range(table, MARGIN), range(table, MARGIN)));
    let mut stroke = ChartFormat::new();
    stroke.set_line(ChartLine::new().set_color(INK).set_width(1.25));
    line.set_format(&mut stroke);
    chart
        .add_series()
        .set_name("This study, with its margin of error")
        .set_categories(&range(table, STATEMENT))
        .set_values(&range(table, SHARE))
        .set_format(&mut fill(STUDY))
        .set_gap(60)
        .set_overlap(-5)
        .set_x_error_bars(&line);
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
    ChartSheet {
        sheet: names.sheet("Chart_positive_shares"),
        title,
        about: about(what, table),
        data: table.sheet.clone(),
        chart,
        height,
    }
}

/// The answers to questions on one scale as bars that fill up to 100 per cent.
fn distribution(results: &Results, scale: &ScaleTable, names: &mut Names) -> ChartSheet {
    const STATEMENT: u16 = 1;
    let table = &scale.table;
    let mut chart = Chart::new(ChartType::BarStacked);
    for ((column, response), color) in (FIRST_SHARE..).zip(&scale.responses).zip(colors(&scale.responses)) {
        let mut font = ChartFont::new();
        font.set_size(9).set_color(if is_dark(color) { Color::White } else { INK });
        let mut label = ChartDataLabel::new();
        label
            .show_value()
            .set_position(ChartDataLabelPosition::Center)
            // Narrow parts have no room for their number.
            .set_num_format("[>=5]0;;")
            .set_font(&font);
        let mut part = fill(Color::RGB(color));
        part.set_border(ChartLine::new().set_color(Color::White).set_width(0.75));
        chart
            .add_series()
            .set_name(response.label.as_str())
            .set_categories(&range(table, STATEMENT))
            .set_values(&range(table, column))
            .set_format(&mut part)
            .set_data_label(&label)
            .set_gap(50)
            .set_overlap(100);
    }
    let words: Vec<&str> = scale.responses.iter().map(|r| r.label.as_str()).collect();
    let what =
        format!("Stacked bar chart of the answers to {} questions, from {}.", table.rows.len(), words.join(", "));
    let height = base(&mut chart, table.rows.len(), 34, &what);
    ChartSheet {
        sheet: names.sheet(&format!("Chart_{}", table.sheet)),
        title: format!("{}, {}", table.title, results.title),
        about: about(what, table),
        data: table.sheet.clone(),
        chart,
        height,
    }
}

/// A colour for each response: blue for good, orange to purple for poor, grey between, darker towards the ends.
fn colors(responses: &[Response]) -> Vec<u32> {
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
fn is_dark(color: u32) -> bool {
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
