//! `quorate agree`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Cell, Common, Outcome, Rows, Talk, write_rows};
use crate::agreement::{Rating, scale_name, tabulate, weighting_name, words};
use crate::error::{Error, Result};
use crate::frame::{TextTable, read_table};
use crate::instrument::nearest;
use crate::statistics::agreement::{Scale, Settings, Weighting, drift, measure};

/// The arguments of `quorate agree`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A row for each rating: csv, xlsx, xls, xlsb, ods or Parquet
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// The column that says which unit was rated
    #[arg(long, value_name = "COL")]
    unit: String,
    /// The column that says who rated it
    #[arg(long, value_name = "COL")]
    rater: String,
    /// The column with the rating
    #[arg(long, value_name = "COL")]
    value: String,
    /// What the ratings are: names, points in order, or numbers
    #[arg(long, value_name = "SCALE")]
    scale: ScaleName,
    /// How much two different ratings still agree, in the kappas and Gwet's coefficient
    #[arg(long, value_name = "WEIGHTS", default_value = "unweighted")]
    weights: WeightsName,
    /// The level of the confidence intervals
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95)]
    level: f64,
    /// The scale's categories in order, where ratings are words or some are not used
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    categories: Option<Vec<String>>,
    /// What stands for a missing rating, besides an empty cell
    #[arg(long, value_name = "TEXT,...", value_delimiter = ',')]
    missing: Vec<String>,
    /// The number of units from which these were drawn, for the finite population correction
    #[arg(long, value_name = "N")]
    population: Option<f64>,
    /// The sheet of a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScaleName {
    Nominal,
    Ordinal,
    Interval,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WeightsName {
    Unweighted,
    Linear,
    Quadratic,
}

/// The columns of the result.
const COLUMNS: [&str; 9] =
    ["coefficient", "scale", "weights", "units", "raters", "estimate", "se", "ci_low", "ci_high"];

/// Runs `quorate agree`.
///
/// # Errors
/// When the data cannot be read, a column is not there, a flag is out of range, or the ratings make no table.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let scale = match args.scale {
        ScaleName::Nominal => Scale::Nominal,
        ScaleName::Ordinal => Scale::Ordinal,
        ScaleName::Interval => Scale::Interval,
    };
    let weighting = match args.weights {
        WeightsName::Unweighted => Weighting::Unweighted,
        WeightsName::Linear => Weighting::Linear,
        WeightsName::Quadratic => Weighting::Quadratic,
    };
    check(&args, scale, weighting)?;
    let rows = ratings(&args)?;
    let categories: Option<Vec<String>> =
        args.categories.as_ref().map(|names| names.iter().map(|name| name.trim().to_owned()).collect());
    let table = tabulate(&rows, scale, categories.as_deref()).map_err(|error| place(error, &args))?;
    if let Some(population) = args.population.filter(|&population| population < table.ratings.units() as f64) {
        return Err(Error::usage("the population is smaller than the number of units rated")
            .found(format!("--population {population}, {} units", table.ratings.units())));
    }
    let settings = Settings { weighting, level: args.level, population: args.population };
    let measured = measure(&table.ratings, scale, &settings);
    let mut result = Rows::new(&COLUMNS);
    for one in &measured {
        let figures = one.outcome.ok();
        let interval = figures.and_then(|figures| figures.interval);
        result.rows.push(vec![
            one.coefficient.name(weighting).into(),
            scale_name(scale).into(),
            one.weighting.map_or(Cell::Empty, |weighting| weighting_name(weighting).into()),
            one.units.into(),
            one.raters.into(),
            figures.map(|figures| figures.estimate).into(),
            figures.and_then(|figures| figures.se).into(),
            interval.map(|interval| interval.0).into(),
            interval.map(|interval| interval.1).into(),
        ]);
    }
    write_rows(&result, common)?;
    for one in &measured {
        if let Err(reason) = one.outcome {
            talk.say(format!("{}: {}", one.coefficient.name(weighting), words::undefined(reason)));
        }
    }
    for sentence in words::summary(&table.ratings, &measured, weighting) {
        talk.say(sentence);
    }
    if scale != Scale::Nominal {
        for reader in drift(&table.ratings) {
            let se = reader.se.map_or(String::new(), |se| format!(" (standard error {se:.2})"));
            talk.detail(format!(
                "reader {} of {}: {:+.2} points from the others{se}, same rating {:.0}%, {} shared units",
                reader.rater + 1,
                table.raters.len(),
                reader.mean_difference,
                100.0 * reader.agreement,
                reader.units
            ));
        }
    }
    Ok(Outcome::Done)
}

fn check(args: &Args, scale: Scale, weighting: Weighting) -> Result<()> {
    if !(args.level > 0.0 && args.level < 1.0) {
        return Err(Error::usage("the level of confidence must lie between 0 and 1")
            .found(args.level.to_string())
            .expected("0.95, for example"));
    }
    if scale == Scale::Nominal && weighting != Weighting::Unweighted {
        return Err(Error::usage("weights need points in order: names are equal or not")
            .found(format!("--scale nominal --weights {}", weighting_name(weighting)))
            .hint("use --scale ordinal or interval, or leave the weights out"));
    }
    if args.population.is_some_and(|population| !(population.is_finite() && population > 0.0)) {
        return Err(Error::usage("the population must be a positive number"));
    }
    Ok(())
}

/// Puts the file before the row at which an error stands.
fn place(error: Error, args: &Args) -> Error {
    let file = args.data.display();
    let place = match &error.place {
        Some(row) => format!("{file} > {row}"),
        None => file.to_string(),
    };
    error.at(place)
}

fn ratings(args: &Args) -> Result<Vec<Rating>> {
    let wanted = [args.unit.as_str(), args.rater.as_str(), args.value.as_str()];
    let table = read_table(&args.data, args.sheet.as_deref(), &wanted)?;
    let [unit, rater, value] = [column(&table, wanted[0], args)?, column(&table, wanted[1], args)?, column(&table, wanted[2], args)?];
    let missing = |text: &str| text.is_empty() || args.missing.iter().any(|missing| missing.trim() == text);
    let rows = table.rows.iter().map(|(row, texts)| {
        let text = |column: usize| texts.get(column).map_or("", |text| text.trim());
        Rating {
            row: u64::from(*row) + 1,
            unit: text(unit).to_owned(),
            rater: text(rater).to_owned(),
            value: Some(text(value)).filter(|text| !missing(text)).map(str::to_owned),
        }
    });
    Ok(rows.collect())
}

fn column(table: &TextTable, name: &str, args: &Args) -> Result<usize> {
    let mut places = table.columns.iter().enumerate().filter(|(_, column)| column.trim() == name).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(Error::file(&args.data, format!("two columns are named {name:?}"))
            .hint("give each column a name of its own")),
        (None, _) => {
            let names = table.columns.iter().map(String::as_str).filter(|column| !column.is_empty());
            let error = Error::file(&args.data, format!("there is no column {name:?}"))
                .found(format!("columns {}", names.clone().collect::<Vec<_>>().join(", ")));
            Err(match nearest(name, names) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error,
            })
        }
    }
}
