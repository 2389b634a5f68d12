//! `quorate estimate`: design-based estimates from any data set.
//!
//! Flags come in two layers: [`Args`] as typed, [`asked::Asked`] and [`sample::read`] as meant.

mod asked;
mod data;
mod domain;
mod rows;
mod sample;

use std::path::PathBuf;

use super::{Common, Outcome, Talk, write_rows};
use crate::error::{Error, Result};
use crate::statistics::{Critical, Method, SinglePsu};
use crate::table::Table;

/// The arguments of `quorate estimate`.
///
/// Where a column is to be estimated, a comma list or a pattern (`q*`) names several.
#[derive(Debug, clap::Args)]
#[command(after_help = "Results are proportions from 0 to 1. With --by, the first rows of each variable are of everyone.\n\
                        Example: quorate estimate returns.csv --weight weight --strata area --fpc population \
                        --proportion 'q*' --by team")]
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

    /// A group for every combination of these columns' values
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Domains")]
    by: Vec<String>,
    /// Only the units for which this holds: age >= 65 and area in ('North', 'West')
    #[arg(long = "where", value_name = "EXPR", help_heading = "Domains")]
    condition: Option<String>,

    /// The interval of proportions: wald, logit, wilson, korn-graubard, beta, clopper-pearson, jeffreys, agresti-coull,
    /// arcsine or likelihood
    #[arg(long, value_name = "METHOD", default_value = "wilson", help_heading = "Uncertainty")]
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
        return Err(Error::usage("the level must lie between 0 and 1").found(args.level.to_string()).hint("--level 0.95"));
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
    let columns = data::Columns::read(&table, &data::wanted(&args, &table, &asked, condition.as_ref())?)?;
    let sample = sample::read(&args, &columns)?;
    let domains = domain::domains(&args, &columns, condition.as_ref())?;
    talk.detail(format!(
        "{} units, {} strata, {} sampling units, {} domains",
        sample.design.len(),
        sample.design.strata_count(),
        sample.design.psu_count(),
        domains.len()
    ));
    let rows = rows::rows(&asked, &columns, &sample, &domains, choices)?;
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}
