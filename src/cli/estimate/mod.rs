//! `quorate estimate`: design-based estimates from any data set.
//!
//! Flags come in two layers: [`Args`] as typed, [`asked::Asked`] and [`sample::read`] as meant.

mod asked;
mod compare;
mod data;
mod domain;
mod replicates;
mod rows;
mod sample;
mod tallied;
mod weights;

use std::path::PathBuf;

use super::{Common, Outcome, Talk, write_rows};
use crate::error::{Error, Result};
use crate::statistics::weighting::Distance;
use crate::statistics::{Critical, Method, SinglePsu};
use crate::table::Table;

/// The arguments of `quorate estimate`.
///
/// Where a column is to be estimated, a comma list or a pattern (`q*`) names several.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Results are proportions from 0 to 1. With --by, the first rows of each variable are of everyone.\n\
                        Example: quorate estimate returns.csv --weight weight --strata area --fpc population \
                        --proportion 'q*' --by team"
)]
pub struct Args {
    /// csv, parquet, xlsx, xls, xlsb or ods; the first row holds the column names
    #[arg(value_name = "DATA")]
    data: PathBuf,

    /// The column of weights; without it weights follow from --fpc, else are 1
    #[arg(long, value_name = "COL", help_heading = "Design")]
    weight: Option<String>,
    /// The column of strata; several columns are crossed
    #[arg(long, value_name = "COL", value_delimiter = ',', help_heading = "Design")]
    strata: Vec<String>,
    /// The columns of clusters, one per stage
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Design")]
    cluster: Vec<String>,
    /// Population counts or sampling fractions, one column per stage
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Design")]
    fpc: Vec<String>,
    /// Clusters are numbered anew in each stratum
    #[arg(long, help_heading = "Design")]
    nest: bool,
    /// What to do with strata of one PSU: fail, certainty, centre or average
    #[arg(long, value_name = "POLICY", default_value = "fail", help_heading = "Design")]
    single_psu: SinglePsu,

    /// What the names of the columns of replicate weights start with
    #[arg(long, value_name = "PREFIX", help_heading = "Replicates", conflicts_with = "replicate")]
    replicate_weights: Option<String>,
    /// The kind of those weights: jk1, jkn, brr, fay (rho 0.5), fay:RHO or bootstrap
    #[arg(long, value_name = "KIND", help_heading = "Replicates", requires = "replicate_weights")]
    replicate_type: Option<replicates::Given>,
    /// Replicates to make from the design: jk1, jkn or bootstrap:R (with --seed)
    #[arg(long, value_name = "KIND", help_heading = "Replicates")]
    replicate: Option<replicates::Made>,

    /// Scale the weights of each cell to its population: a file with the columns and population
    #[arg(long, value_name = "COL,...=TARGETS", help_heading = "Weights")]
    poststratify: Option<String>,
    /// Rake the weights to margins: a file with variable, level, population
    #[arg(long, value_name = "TARGETS", help_heading = "Weights")]
    rake: Option<PathBuf>,
    /// Calibrate the weights to totals: a file with term, total; terms are (intercept), a numeric column, or column=level
    #[arg(long, value_name = "TARGETS", help_heading = "Weights")]
    calibrate: Option<PathBuf>,
    /// How calibration moves the weights
    #[arg(long, value_name = "METHOD", default_value = "linear", help_heading = "Weights", requires = "calibrate")]
    calibrate_method: CalibrateMethod,
    /// Bounds of new weight over old weight
    #[arg(long, value_name = "LOW,HIGH", help_heading = "Weights", requires = "calibrate")]
    calibrate_bounds: Option<String>,
    /// Put weights outside these bounds on them, and spread the excess over the others
    #[arg(long, value_name = "LOW,HIGH", help_heading = "Weights")]
    trim: Option<String>,

    /// The share of every level
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    proportion: Vec<String>,
    /// The mean
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    mean: Vec<String>,
    /// The population total
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    total: Vec<String>,
    /// The ratio of two totals
    #[arg(long, value_name = "NUM/DEN", help_heading = "Statistics")]
    ratio: Vec<String>,
    /// Quantiles; without shares the median
    #[arg(long, value_name = "COL@0.25,0.5", help_heading = "Statistics")]
    quantile: Vec<String>,
    /// The shares of a table's cells, and the Rao-Scott test of no association
    #[arg(long, value_name = "ROW,COL", help_heading = "Statistics")]
    crosstab: Vec<String>,
    /// Differences between the groups of this column, and of each from all, with tests
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    compare: Option<String>,

    /// A group for every combination of these columns' values
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Domains")]
    by: Vec<String>,
    /// Only the units for which this holds: age >= 65 and area in ('North', 'West')
    #[arg(long = "where", value_name = "EXPR", help_heading = "Domains")]
    condition: Option<String>,

    /// The interval of proportions: wald, logit, wilson, korn-graubard, beta, clopper-pearson, jeffreys, agresti-coull,
    /// arcsine or likelihood
    #[arg(long, value_name = "METHOD", default_value = Method::DEFAULT.name(), help_heading = "Uncertainty")]
    interval: Method,
    /// The confidence level
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, help_heading = "Uncertainty")]
    level: f64,
    /// The design effect's reference: simple random sampling without or with replacement
    #[arg(long, value_name = "REFERENCE", default_value = "without", help_heading = "Uncertainty")]
    deff: Reference,
    /// Degrees of freedom of a group: the design's, or those of the strata and PSUs that it meets
    #[arg(long, value_name = "KIND", default_value = "design", help_heading = "Uncertainty")]
    domain_df: DomainDf,
}

/// What a design effect is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Reference {
    /// Simple random sampling without replacement.
    Without,
    /// Simple random sampling with replacement.
    With,
}

impl Reference {
    fn name(self) -> &'static str {
        match self {
            Reference::Without => "without",
            Reference::With => "with",
        }
    }
}

/// Whose degrees of freedom a domain has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DomainDf {
    /// Those of the whole design.
    Design,
    /// Those of the strata and PSUs that the domain meets.
    Domain,
}

impl DomainDf {
    fn name(self) -> &'static str {
        match self {
            DomainDf::Design => "design",
            DomainDf::Domain => "domain",
        }
    }
}

/// How calibration moves the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CalibrateMethod {
    /// The generalised regression estimator.
    Linear,
    /// Weights stay above zero.
    Raking,
    /// Weights stay within the bounds.
    Logit,
}

impl CalibrateMethod {
    fn name(self) -> &'static str {
        match self {
            CalibrateMethod::Linear => "linear",
            CalibrateMethod::Raking => "raking",
            CalibrateMethod::Logit => "logit",
        }
    }

    fn distance(self) -> Distance {
        match self {
            CalibrateMethod::Linear => Distance::Linear,
            CalibrateMethod::Raking => Distance::Raking,
            CalibrateMethod::Logit => Distance::Logit,
        }
    }
}

/// How results are made and named.
#[derive(Debug, Clone, Copy)]
struct Choices {
    interval: Method,
    critical: Critical,
    deff: Reference,
    domain_df: DomainDf,
}

/// Runs `quorate estimate`.
///
/// # Errors
/// When the data cannot be read, a column is missing, or the design does not hold.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    if !(args.level > 0.0 && args.level < 1.0) {
        return Err(Error::usage("the level must lie between 0 and 1")
            .found(args.level.to_string())
            .hint("--level 0.95"));
    }
    let choices = Choices {
        interval: args.interval,
        critical: Critical::T(args.level),
        deff: args.deff,
        domain_df: args.domain_df,
    };
    let table = Table::open(&args.data)?;
    let asked = asked::asked(&args, &table)?;
    let condition = domain::condition(&args, &table)?;
    if let Some(rows) = tallied::rows(&args, &table, &asked, condition.as_ref(), choices)? {
        write_rows(&rows, common)?;
        return Ok(Outcome::Done);
    }
    let columns = data::Columns::read(&table, &data::wanted(&args, &table, &asked, condition.as_ref())?)?;
    let sample = sample::read(&args, common, &columns, talk)?;
    let domains = domain::domains(&args, &columns, condition.as_ref())?;
    talk.detail(format!(
        "{} units, {} strata, {} sampling units, {} domains",
        columns.rows(),
        sample.sample.design.strata_count(),
        sample.sample.design.psu_count(),
        domains.len()
    ));
    let compared = args.compare.as_ref().map(|name| table.column(name)).transpose()?;
    let rows = rows::rows(&asked, &columns, &sample, &domains, compared, choices)?;
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}
