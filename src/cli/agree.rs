//! `quorate agree`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Cell, Common, Outcome, Rows, Talk, write_rows};
use crate::agreement::{Inclusion, Rating, Table, design, scale_name, tabulate, weighting_name, words};
use crate::error::{Error, Result};
use crate::frame::{TextTable, read_table};
use crate::instrument::nearest;
use crate::statistics::agreement::{
    Agreement, Drift, Scale, Settings, Weighting, drift, drift_in_design, measure, measure_in_design,
};
use crate::statistics::{Design, SinglePsu};

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
    /// The column with the design weight of the unit, times the share of units read twice if only some were
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// The column with the stratum that the unit was drawn from
    #[arg(long, value_name = "COL")]
    strata: Option<String>,
    /// The column with the number of units in the stratum, or the share of them that was rated
    #[arg(long, value_name = "COL")]
    fpc: Option<String>,
    /// What to do with a stratum of one unit: fail, certainty, centre or average
    #[arg(long, value_name = "POLICY", default_value = "fail")]
    single_psu: SinglePsu,
    /// Each reader beside the others in place of the coefficients: who reads higher or lower
    #[arg(long)]
    drift: bool,
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

/// The columns of the result with `--drift`.
const DRIFT_COLUMNS: [&str; 11] = [
    "reader", "scale", "units", "difference", "se", "df", "ci_low", "ci_high", "p_value", "p_adjusted", "same_answer",
];

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
    let (rows, inclusions) = ratings(&args)?;
    let categories: Option<Vec<String>> =
        args.categories.as_ref().map(|names| names.iter().map(|name| name.trim().to_owned()).collect());
    let table = tabulate(&rows, scale, categories.as_deref()).map_err(|error| place(error, &args))?;
    if let Some(population) = args.population.filter(|&population| population < table.ratings.units() as f64) {
        return Err(Error::usage("the population is smaller than the number of units rated")
            .found(format!("--population {population}, {} units", table.ratings.units())));
    }
    let settings = Settings { weighting, level: args.level, population: args.population };
    let design = inclusions
        .map(|rows| design(&table.units, &rows, args.single_psu))
        .transpose()
        .map_err(|error| place(error, &args))?;
    let fault = |error: crate::statistics::agreement::RatingsError| place(Error::data(error.to_string()), &args);
    let drifts = match &design {
        Some(design) => drift_in_design(&table.ratings, design, args.level).map_err(fault)?,
        None => drift(&table.ratings, &settings),
    };
    if args.drift {
        write_rows(&drift_rows(&drifts, &table, scale), common)?;
    }
    let measured = match &design {
        Some(design) => measure_in_design(&table.ratings, design, scale, &settings).map_err(fault)?,
        None => measure(&table.ratings, scale, &settings),
    };
    if !args.drift {
        write_rows(&coefficient_rows(&measured, scale, weighting), common)?;
        for one in &measured {
            if let Err(reason) = one.outcome {
                talk.say(format!("{}: {}", one.coefficient.name(weighting), words::undefined(reason)));
            }
        }
        let shares = table.ratings.shares(design.as_ref().map(Design::weights));
        for sentence in words::summary(&shares, &measured, weighting) {
            talk.say(sentence);
        }
    }
    if let Some(design) = &design {
        talk.say(design_words(design));
        // The first coefficient is the share of the same answers, of the units that were rated twice.
        if let Some(units) = measured.first().map(|one| one.units).filter(|units| *units < FEW_UNITS && !args.drift) {
            talk.say(format!(
                "Only {units} units were rated twice or more: with fewer than {FEW_UNITS} these weighted intervals are too narrow \
                 by some points (STATISTICS.md); rate more units twice, or read the ends with care."
            ));
        }
    }
    if scale != Scale::Nominal {
        let unlike = |drift: &&Drift| drift.p_adjusted.is_some_and(|p| p < 1.0 - args.level);
        for found in drifts.iter().filter(|drift| args.drift || unlike(drift)) {
            talk.say(format!("{}: {}", table.raters[found.rater], words::drift(found, args.level)));
        }
    }
    Ok(Outcome::Done)
}

fn coefficient_rows(measured: &[Agreement], scale: Scale, weighting: Weighting) -> Rows {
    let mut result = Rows::new(&COLUMNS);
    for one in measured {
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
    result
}

/// Names have no distances: of them only the share of the same answers is told.
fn drift_rows(drifts: &[Drift], table: &Table, scale: Scale) -> Rows {
    let mut result = Rows::new(&DRIFT_COLUMNS);
    for found in drifts {
        let number = |number: Option<f64>| number.filter(|_| scale != Scale::Nominal);
        result.rows.push(vec![
            table.raters[found.rater].clone().into(),
            scale_name(scale).into(),
            found.units.into(),
            number(Some(found.mean_difference)).into(),
            number(found.se).into(),
            number(found.df).into(),
            number(found.interval.map(|(low, _)| low)).into(),
            number(found.interval.map(|(_, high)| high)).into(),
            number(found.p_value).into(),
            number(found.p_adjusted).into(),
            found.agreement.into(),
        ]);
    }
    result
}

/// Below so many units rated twice, weighted intervals held the truth less often than they say (`weighted-coverage.csv`).
const FEW_UNITS: usize = 60;

fn design_words(design: &Design) -> String {
    let correction = if design.has_correction() { "with" } else { "without" };
    let single = match design.has_single_psu() {
        true => format!(", strata of one unit: {}", design.single_psu().name()),
        false => String::new(),
    };
    format!(
        "Weighted to the population: {} units in {} strata, {} degrees of freedom, {correction} finite population correction{single}.",
        design.len(),
        design.strata_count(),
        design.degrees_of_freedom()
    )
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
    if args.population.is_some() && (args.weight.is_some() || args.strata.is_some() || args.fpc.is_some()) {
        return Err(Error::usage("--population is for units drawn at random from one population")
            .found("--population beside --weight, --strata or --fpc")
            .hint("give the number of units of each stratum in a column, with --fpc"));
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

/// The ratings, and where a column says how units were drawn, what each row says about that.
fn ratings(args: &Args) -> Result<(Vec<Rating>, Option<Vec<Inclusion>>)> {
    let drawn = [&args.weight, &args.strata, &args.fpc];
    let mut wanted = vec![args.unit.as_str(), args.rater.as_str(), args.value.as_str()];
    wanted.extend(drawn.into_iter().flatten().map(String::as_str));
    let table = read_table(&args.data, args.sheet.as_deref(), &wanted)?;
    let place = |name: &str| column(&table, name, args);
    let (unit, rater, value) = (place(&args.unit)?, place(&args.rater)?, place(&args.value)?);
    let optional = |name: &Option<String>| name.as_deref().map(place).transpose();
    let (weight, strata, fpc) = (optional(&args.weight)?, optional(&args.strata)?, optional(&args.fpc)?);
    let missing = |text: &str| text.is_empty() || args.missing.iter().any(|missing| missing.trim() == text);
    let mut inclusions = drawn.iter().any(|name| name.is_some()).then(Vec::new);
    let mut rows = Vec::with_capacity(table.rows.len());
    for (row, texts) in &table.rows {
        let text = |column: usize| texts.get(column).map_or("", |text| text.trim());
        let row = u64::from(*row) + 1;
        rows.push(Rating {
            row,
            unit: text(unit).to_owned(),
            rater: text(rater).to_owned(),
            value: Some(text(value)).filter(|text| !missing(text)).map(str::to_owned),
        });
        if let Some(inclusions) = &mut inclusions {
            let said = |column: Option<usize>| column.map(|column| text(column).to_owned());
            inclusions.push(Inclusion {
                row,
                unit: text(unit).to_owned(),
                weight: said(weight),
                stratum: said(strata),
                population: said(fpc),
            });
        }
    }
    Ok((rows, inclusions))
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
