//! Native charts below a question's tables, drawn from their cells: what is not shown there has no bar.

use rust_xlsxwriter::{Chart, ChartFont, ChartRange, ChartType};

use super::sheet::Places;
use crate::estimate::{Estimate, Statistic};
use crate::instrument::QuestionKind;
use crate::results::{QuestionResult, Results};
use crate::workbook::charts::{INK, STUDY, WIDTH, colors, fill, height, lying, margins, per_cent, stack};
use crate::workbook::fit::cut;
use crate::workbook::notes::percent;
use crate::workbook::tables::label;

/// The charts of a question with their heights in pixels; at least one.
pub(super) fn charts(results: &Results, question: &QuestionResult, sheet: &str, places: &Places) -> Vec<(Chart, u32)> {
    let drawing = Drawing { results, question, sheet, places };
    let asked = results.instrument.question(&question.id);
    let shares = question.overall.shares.len();
    let mut charts = Vec::new();
    if shares > 0 {
        charts.push(match asked {
            Some(asked) if asked.kind != QuestionKind::Multiple => drawing.parts(asked.scale.as_ref()),
            _ => drawing.responses(),
        });
    }
    let found = |wanted: Statistic| question.overall.estimates().position(|e| e.statistic == wanted);
    let headline = found(Statistic::Positive).or(found(Statistic::Mean));
    charts.extend(headline.and_then(|row| Some(drawing.groups(row, question.overall.estimates().nth(row)?))));
    charts
}

struct Drawing<'a> {
    results: &'a Results,
    question: &'a QuestionResult,
    sheet: &'a str,
    places: &'a Places,
}

impl Drawing<'_> {
    /// The cells of the columns in one row.
    fn row(&self, row: u32) -> ChartRange {
        ChartRange::new_from_range(self.sheet, row, 1, row, self.places.last_column)
    }

    /// The names of the columns. Those of their groupings stay in the table: programs differ in how they show names on two levels.
    fn names(&self) -> ChartRange {
        self.row(self.places.headings + 1)
    }

    fn titled(&self, chart: &mut Chart, title: &str, alternative: &str, pixels: u32) {
        let mut font = ChartFont::new();
        font.set_size(12).set_bold().set_color(INK);
        let title = format!("{}: {title}", label(self.results, &self.question.id));
        chart.title().set_name(cut(&title, 200).as_str()).set_font(&font);
        chart.set_width(WIDTH).set_height(pixels).set_alt_text(cut(&format!("{title}. {alternative}"), 250));
    }

    /// Bars that fill up to 100 per cent, one for each column.
    fn parts(&self, scale: Option<&crate::instrument::Scale>) -> (Chart, u32) {
        let mut chart = Chart::new(ChartType::BarStacked);
        let responses = scale.map_or(&[][..], |scale| &scale.responses);
        for ((response, color), &row) in responses.iter().zip(colors(responses)).zip(&self.places.estimates) {
            stack(&mut chart, response, color, &self.names(), &self.row(row));
        }
        lying(&mut chart);
        per_cent(&mut chart, "Per cent of valid answers");
        let pixels = height(usize::from(self.places.last_column), 30);
        let words: Vec<&str> = responses.iter().map(|response| response.label.as_str()).collect();
        let alternative = format!("Stacked bars for everyone and each group, from {}; data above.", words.join(", "));
        chart.y_axis().set_name("Group");
        self.titled(&mut chart, "every response, by group", &alternative, pixels);
        (chart, pixels)
    }

    /// The responses of which people may have ticked several, for everyone.
    fn responses(&self) -> (Chart, u32) {
        let (first, last) = (self.places.everyone[0], self.places.everyone[self.question.overall.shares.len() - 1]);
        let column = |column: u16| ChartRange::new_from_range(self.sheet, first, column, last, column);
        let mut chart = Chart::new(ChartType::Bar);
        chart
            .add_series()
            .set_name(self.with_margin().as_str())
            .set_categories(&column(0))
            .set_values(&column(1))
            .set_format(&mut fill(STUDY))
            .set_gap(60)
            .set_x_error_bars(&margins(&column(4)));
        lying(&mut chart);
        per_cent(&mut chart, "Per cent of those who ticked at least one");
        let pixels = height((last - first + 1) as usize, 30);
        chart.y_axis().set_name("Response");
        self.titled(&mut chart, "every response, everyone", "Bars with margins of error; data above.", pixels);
        (chart, pixels)
    }

    /// One figure for each column, with its margin.
    fn groups(&self, row: usize, estimate: &Estimate) -> (Chart, u32) {
        let mut chart = Chart::new(ChartType::Bar);
        chart
            .add_series()
            .set_name(self.with_margin().as_str())
            .set_categories(&self.names())
            .set_values(&self.row(self.places.estimates[row]))
            .set_format(&mut fill(STUDY))
            .set_gap(60)
            .set_x_error_bars(&margins(&self.row(self.places.margins[row])));
        let is_mean = estimate.statistic == Statistic::Mean;
        lying(&mut chart);
        if is_mean {
            chart.x_axis().set_name("Mean").set_num_format("0.0");
        } else {
            per_cent(&mut chart, "Per cent of valid answers");
        }
        chart.y_axis().set_name("Group");
        let pixels = height(usize::from(self.places.last_column), 28);
        let what = if estimate.label.is_empty() { "positive share" } else { &estimate.label };
        let alternative = "Bars for everyone and each group, with margins of error; data above.";
        self.titled(&mut chart, &format!("{what}, by group"), alternative, pixels);
        (chart, pixels)
    }

    fn with_margin(&self) -> String {
        format!("Estimate, with its margin of error at {}%", percent(self.results.level))
    }
}
