//! Charts: from the results to pictures that state a finding, each with its words, its base and its data.
//!
//! Every chart says once what it shows, is drawn with plotters and comes in four forms: an SVG file (text stays text), SVG
//! for the page (colours follow the reader's choice of light or dark), the same laid out for a phone, and a PNG made from
//! the file with the fonts that ship. Figures that are suppressed do not enter a chart in any form. Studies, evaluations and plans are drawn alike.

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::estimate::{self, Estimate};
use crate::results::{Results, Team};

mod agreement;
mod benchmark;
mod beside;
pub(crate) mod change;
mod distribution;
mod dots;
pub mod evaluation;
pub(crate) mod fieldwork;
pub(crate) mod figure;
mod funnel;
mod indexed;
pub mod palette;
mod picture;
pub mod plan;
mod plane;
mod response;
mod row;
mod sheet;
mod stack;
pub(crate) mod trend;
mod weights;
mod width;

use sheet::{Anchor, Face, Sheet};
use width::Width;

/// The fonts that ship with the program.
pub(crate) mod fonts {
    pub(crate) use super::sheet::{BOLD, REGULAR};
}

/// A chart with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The stem of its files (`question-q1`).
    pub name: String,
    /// Where it belongs in a report.
    pub place: ChartPlace,
    /// The finding, in words.
    pub title: String,
    /// What is drawn and what it shows, for those who cannot see it.
    pub description: String,
    /// Base, method and source, as printed below it.
    pub note: String,
    /// The whole picture as an SVG file, light, with title and note.
    pub svg: String,
    /// The figures behind it.
    pub data: ChartData,
    wide: String,
    narrow: String,
}

/// Where a chart belongs in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartPlace {
    /// With the summary.
    Summary,
    /// Before the questions.
    Overview,
    /// With the question of this id.
    Question(String),
    /// With the ratings evidence.
    Evidence,
    /// With the change since earlier waves.
    Waves,
    /// With the weights, under data quality.
    Weights,
    /// On the page that says how fieldwork stands.
    Fieldwork,
    /// With the response, under data quality.
    Response,
    /// With the readers' agreement, under data quality.
    Agreement,
    /// With the picture of all areas of an evaluation.
    Glance,
    /// With the area of this number.
    Area(String),
    /// With the levels of several evaluations.
    Time,
    /// With what stands out in a plan.
    Progress,
    /// Before the actions of a plan.
    Timeline,
    /// With the actions of the theme at this place.
    Theme(usize),
    /// With the targets of a plan.
    Targets,
}

/// The figures behind a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartData {
    /// The columns' names.
    pub columns: Vec<&'static str>,
    /// One row for each mark, as many cells as columns.
    pub rows: Vec<Vec<String>>,
}

impl ChartData {
    /// As CSV, with a line of names.
    ///
    /// # Errors
    /// When a row has more or fewer cells than there are columns.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fault = |error: csv::Error| Error::data("a chart's data cannot be written").found(error.to_string());
        writer.write_record(&self.columns).map_err(fault)?;
        for row in &self.rows {
            writer.write_record(row).map_err(fault)?;
        }
        writer.into_inner().map_err(|e| Error::data("a chart's data cannot be written").found(e.to_string()))
    }
}

/// All charts of a run, in the order in which a report shows them.
///
/// # Errors
/// When a chart cannot be drawn, which no results should bring about.
pub fn all(results: &Results) -> Result<Vec<Chart>> {
    let mut charts = Vec::new();
    charts.extend(benchmark::against_benchmark(results)?);
    charts.extend(distribution::overviews(results)?);
    charts.extend(change::since_last_wave(results)?);
    let of_questions = results.questions.par_iter().map(|question| distribution::question(results, question));
    charts.extend(of_questions.collect::<Result<Vec<_>>>()?.into_iter().flatten());
    charts.extend(trend::over_waves(results)?);
    charts.extend(funnel::all(results)?);
    charts.extend(response::by_stratum(results)?);
    charts.extend(weights::before_and_after(results)?);
    charts.extend(agreement::between_readers(results)?);
    Ok(charts)
}

/// The files of charts, by their names in a folder of outputs: picture, picture for slides, data.
///
/// # Errors
/// When a picture cannot be made.
pub fn files(charts: &[Chart]) -> Result<Vec<(String, Vec<u8>)>> {
    let of = |chart: &Chart| -> Result<[(String, Vec<u8>); 3]> {
        let name = |ending: &str| format!("charts/{}.{ending}", chart.name);
        Ok([
            (name("svg"), chart.svg.clone().into_bytes()),
            (name("png"), chart.png()?),
            (name("csv"), chart.data.csv()?),
        ])
    };
    Ok(charts.par_iter().map(of).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The charts of one team's results, in the order in which its report shows them.
///
/// # Errors
/// As [`all`].
pub fn of_team(results: &Results, team: &Team) -> Result<Vec<Chart>> {
    let mut charts = Vec::new();
    charts.extend(beside::others(results, team)?);
    charts.extend(beside::published(results, team)?);
    for question in results.questions.iter().filter(|question| question.own_share().is_some()) {
        charts.extend(distribution::question(results, question)?);
    }
    charts.extend(funnel::all(results)?);
    Ok(charts)
}

/// The width of what is drawn into files.
const WIDTH: i32 = Width::Wide.pixels();
const MARGIN: i32 = 20;
const HEADING: f64 = 19.0;

/// What a chart says, before it is framed.
struct Caption {
    name: String,
    place: ChartPlace,
    title: String,
    description: String,
    note: String,
}

/// Whose picture it is, as printed below it.
struct Imprint<'a> {
    /// Organisation, time and run.
    run: String,
    /// What to know before anything else; may be empty.
    notice: &'a str,
}

impl<'a> From<&'a Results> for Imprint<'a> {
    fn from(results: &'a Results) -> Self {
        Imprint {
            run: format!("{}, {}. Run {}.", results.organisation, results.period, results.run_id),
            notice: results.notice.as_deref().unwrap_or_default(),
        }
    }
}

impl Caption {
    /// Frames what is drawn at each width: in the file with the title above, note and the run's identifier below.
    fn frame<'a>(self, of: impl Into<Imprint<'a>>, draw: impl Fn(Width) -> Sheet, data: ChartData) -> Result<Chart> {
        let body = draw(Width::Wide);
        let imprint = of.into();
        let mut file = Sheet::new(WIDTH + 2 * MARGIN);
        let mut y = MARGIN;
        let mut lines = Sheet::new(file.width);
        for line in sheet::wrap(&self.title, Face::Bold, HEADING, WIDTH, 4) {
            lines.sized((MARGIN, y + 13), Anchor::Left, Face::Bold, HEADING, palette::Ink::Text, line);
            y += 26;
        }
        y += 10;
        let top = y;
        y += body.height + 10;
        for paragraph in [self.note.as_str(), &imprint.run, imprint.notice] {
            for line in sheet::wrap(paragraph, Face::Regular, sheet::SIZE, WIDTH, 6) {
                lines.text((MARGIN, y + 10), Anchor::Left, Face::Regular, palette::Ink::Quiet, line);
                y += 20;
            }
        }
        file.height = y + MARGIN - 6;
        file.rect((0, 0), (file.width, file.height), palette::Ink::Paper);
        file.place(&lines, (0, 0));
        file.place(&body, (MARGIN, top));

        let svg = picture::file(&file, &self.title, &self.description)?;
        let wide = picture::inline(&body, &self.name, &self.title, &self.description)?;
        let narrow = format!("{}-narrow", self.name);
        let narrow = picture::inline(&draw(Width::Narrow), &narrow, &self.title, &self.description)?;
        let Caption { name, place, title, description, note } = self;
        Ok(Chart { name, place, title, description, note, svg, data, wide, narrow })
    }
}

/// Rows named in a description; the table holds the rest.
const DESCRIBED: usize = 12;

/// Says how many rows a description leaves to the table.
fn and_more(description: &mut String, rows: usize) {
    if rows > DESCRIBED {
        description.push_str(&format!("{} more are in the table.", rows - DESCRIBED));
    }
    description.truncate(description.trim_end().len());
}

/// How the estimates of a chart were made: their methods, each once.
fn method_note<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> String {
    let said = estimate::in_words(estimates.map(|estimate| estimate.method.as_str()));
    if said.is_empty() { said } else { format!("Method: {said}.") }
}

/// The two ends of a printed interval, for columns of their own.
fn ends(interval: String) -> (String, String) {
    match interval.split_once(" to ") {
        Some((low, high)) => (low.to_owned(), high.to_owned()),
        None => (interval.clone(), interval),
    }
}

impl Results {
    /// The few words that stand for a question or a score in charts and tables; its id if it is not in the instrument.
    pub(crate) fn label(&self, question: &str) -> String {
        let score = || self.instrument.scores.iter().find(|score| score.id == question).map(|score| &score.label);
        let known = self.asked(question).map(|question| &question.label).or_else(score);
        known.map_or_else(|| question.to_owned(), Clone::clone)
    }

    /// The heading of a grouping.
    pub(crate) fn grouping_label(&self, by: &str) -> String {
        self.groupings.iter().find(|grouping| grouping.by == by).map_or_else(|| by.to_owned(), |g| g.label.clone())
    }

    /// What stands where nothing may be shown.
    pub(crate) fn hidden_words(&self) -> String {
        format!("{} not shown, to keep answers confidential", figure::CONFIDENTIAL)
    }
}
