//! The arguments of `quorate estimate`, as typed.

use std::path::PathBuf;

use super::replicates;
use super::weights::{nonresponse, trimming};
use crate::statistics::quantile::Rule;
use crate::statistics::score::Base;
use crate::statistics::weighting::{Distance, Excess};
use crate::statistics::{Method, SinglePsu};

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
    pub(super) data: PathBuf,

    /// The column of weights; without it weights follow from --fpc, else are 1
    #[arg(long, value_name = "COL", help_heading = "Design")]
    pub(super) weight: Option<String>,
    /// The column of strata; several columns are crossed
    #[arg(long, value_name = "COL", value_delimiter = ',', help_heading = "Design")]
    pub(super) strata: Vec<String>,
    /// The columns of clusters, one per stage
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Design")]
    pub(super) cluster: Vec<String>,
    /// Population counts or sampling fractions, one column per stage
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Design")]
    pub(super) fpc: Vec<String>,
    /// Clusters are numbered anew in each stratum
    #[arg(long, help_heading = "Design")]
    pub(super) nest: bool,
    /// What to do with strata of one PSU: fail, certainty, centre, average, or collapse (join with the next stratum)
    #[arg(long, value_name = "POLICY", default_value = "fail", help_heading = "Design")]
    pub(super) single_psu: SinglePsu,

    /// What the names of the columns of replicate weights start with
    #[arg(long, value_name = "PREFIX", help_heading = "Replicates", conflicts_with = "replicate")]
    pub(super) replicate_weights: Option<String>,
    /// The kind of those weights: jk1, jkn, brr, fay (rho 0.5), fay:RHO or bootstrap
    #[arg(long, value_name = "KIND", help_heading = "Replicates", requires = "replicate_weights")]
    pub(super) replicate_type: Option<replicates::Given>,
    /// Replicates to make from the design: jk1, jkn, brr, fay (rho 0.5), fay:RHO or bootstrap:R (with --seed)
    #[arg(long, value_name = "KIND", help_heading = "Replicates")]
    pub(super) replicate: Option<replicates::Made>,

    /// Who responded, of all who were asked: a column of 1 and 0, yes and no, or true and false
    #[arg(long, value_name = "COL", help_heading = "Weights", requires = "nonresponse")]
    pub(super) responded: Option<String>,
    /// Raise the weights of those who responded, within classes:COL,...[:minimum=M][:largest=F] or
    /// propensity:COL,...[:groups=5][:minimum=M][:largest=F]
    #[arg(long, value_name = "WAY", help_heading = "Weights", requires = "responded")]
    pub(super) nonresponse: Option<nonresponse::Way>,
    /// Scale the weights of each cell to its population: a file with the columns and population
    #[arg(long, value_name = "COL,...=TARGETS", help_heading = "Weights")]
    pub(super) poststratify: Option<String>,
    /// Rake the weights to margins: a file with variable, level, population
    #[arg(long, value_name = "TARGETS", help_heading = "Weights")]
    pub(super) rake: Option<PathBuf>,
    /// Calibrate the weights to totals: a file with term, total; terms are (intercept), a numeric column, or column=level
    #[arg(long, value_name = "TARGETS", help_heading = "Weights")]
    pub(super) calibrate: Option<PathBuf>,
    /// How calibration moves the weights
    #[arg(long, value_name = "METHOD", default_value = "linear", help_heading = "Weights", requires = "calibrate")]
    pub(super) calibrate_method: CalibrateMethod,
    /// Bounds of new weight over old weight
    #[arg(long, value_name = "LOW,HIGH", help_heading = "Weights", requires = "calibrate")]
    pub(super) calibrate_bounds: Option<String>,
    /// Put weights outside these bounds on them; mean+3sd is an upper bound of three standard deviations above the mean
    #[arg(long, value_name = "LOW,HIGH|mean+Ksd", help_heading = "Weights")]
    pub(super) trim: Option<trimming::Bounds>,
    /// Where the weight goes that trimming takes away: to the untrimmed (even, or proportional to weight), or nowhere
    #[arg(long, value_name = "WHERE", default_value = "even", help_heading = "Weights", requires = "trim")]
    pub(super) trim_excess: TrimExcess,
    /// Trim again until no weight is outside the bounds
    #[arg(long, help_heading = "Weights", requires = "trim")]
    pub(super) trim_strict: bool,
    /// Write each row's weight after every step to this csv file
    #[arg(long, value_name = "FILE", help_heading = "Weights")]
    pub(super) weights_out: Option<PathBuf>,
    /// Write how the weights are spread after every step to this csv or JSON file
    #[arg(long, value_name = "FILE", help_heading = "Weights")]
    pub(super) weights_report: Option<PathBuf>,

    /// The share of every level
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    pub(super) proportion: Vec<String>,
    /// The mean
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    pub(super) mean: Vec<String>,
    /// The population total
    #[arg(long, value_name = "COL", help_heading = "Statistics")]
    pub(super) total: Vec<String>,
    /// The ratio of two totals
    #[arg(long, value_name = "NUM/DEN", help_heading = "Statistics")]
    pub(super) ratio: Vec<String>,
    /// The mean of a sum of items, or of mean(ITEM+...); with a minimum also of those who answered so many of them
    #[arg(long, value_name = "NAME=ITEM+ITEM[:MINIMUM]", help_heading = "Statistics")]
    pub(super) score: Vec<String>,
    /// The share of several levels together
    #[arg(long, value_name = "NAME=COL:LEVEL,...", help_heading = "Statistics")]
    pub(super) net: Vec<String>,
    /// The share of each option of a question that takes several answers, one column (ticked or not) for each
    #[arg(long, value_name = "NAME=COL,...", help_heading = "Statistics")]
    pub(super) multiple: Vec<String>,
    /// The base of such a question: whoever answered any of its columns, or ticked any
    #[arg(long, value_name = "BASE", default_value = "answered", help_heading = "Statistics")]
    pub(super) multiple_base: MultipleBase,
    /// Quantiles; without shares the median
    #[arg(long, value_name = "COL@0.25,0.5", help_heading = "Statistics")]
    pub(super) quantile: Vec<String>,
    /// The rule for quantiles: math, school, hf4, hf5, hf6, hf7, hf8 or hf9
    #[arg(long, value_name = "RULE", default_value = "math", help_heading = "Statistics")]
    pub(super) quantile_rule: Rule,
    /// The interval of the share below a quantile, from which its own follows: wald is Woodruff's
    #[arg(long, value_name = "METHOD", default_value = "wald", help_heading = "Statistics")]
    pub(super) quantile_interval: Method,
    /// The shares of a table's cells, and the Rao-Scott test of no association
    #[arg(long, value_name = "ROW,COL", help_heading = "Statistics")]
    pub(super) crosstab: Vec<String>,
    /// Differences between the groups of this column, and of each from all, with tests
    #[arg(long, value_name = "COL", help_heading = "Comparisons")]
    pub(super) compare: Option<String>,
    /// Any sum of numbers times mean(COL), share(COL=LEVEL), total(COL) or ratio(NUM/DEN), each within [CONDITION] if wanted
    #[arg(long, value_name = "SUM", help_heading = "Comparisons", allow_hyphen_values = true)]
    pub(super) contrast: Vec<String>,
    /// Each part of a contrast on its own answers, or all on the people who answered all of its columns
    #[arg(long, value_name = "BASE", default_value = "each", help_heading = "Comparisons")]
    pub(super) contrast_base: ContrastBase,
    /// Compare with published figures: a file with statistic, variable, estimate, and if wanted response, by, group, se
    #[arg(long, value_name = "FILE", help_heading = "Comparisons")]
    pub(super) benchmark: Option<PathBuf>,
    /// The tests that p-values are adjusted over: those of the same number, or all of the run
    #[arg(long, value_name = "TESTS", default_value = "number", help_heading = "Comparisons")]
    pub(super) family: Family,

    /// A group for every combination of these columns' values
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Domains")]
    pub(super) by: Vec<String>,
    /// Only the units for which this holds: age >= 65 and area in ('North', 'West')
    #[arg(long = "where", value_name = "EXPR", help_heading = "Domains")]
    pub(super) condition: Option<String>,

    /// The interval of proportions: wald, logit, wilson, korn-graubard, beta, clopper-pearson, jeffreys, agresti-coull,
    /// arcsine or likelihood
    #[arg(long, value_name = "METHOD", default_value = Method::DEFAULT.name(), help_heading = "Uncertainty")]
    pub(super) interval: Method,
    /// The confidence level
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, help_heading = "Uncertainty")]
    pub(super) level: f64,
    /// The design effect's reference: simple random sampling without or with replacement
    #[arg(long, value_name = "REFERENCE", default_value = "without", help_heading = "Uncertainty")]
    pub(super) deff: Reference,
    /// Degrees of freedom of a group: the design's, or those of the strata and PSUs that it meets
    #[arg(long, value_name = "KIND", default_value = "design", help_heading = "Uncertainty")]
    pub(super) domain_df: DomainDf,
}

/// What a design effect is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Reference {
    /// Simple random sampling without replacement.
    Without,
    /// Simple random sampling with replacement.
    With,
}

impl Reference {
    pub(super) fn name(self) -> &'static str {
        match self {
            Reference::Without => "without",
            Reference::With => "with",
        }
    }
}

/// Whose degrees of freedom a domain has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DomainDf {
    /// Those of the whole design.
    Design,
    /// Those of the strata and PSUs that the domain meets.
    Domain,
}

impl DomainDf {
    pub(super) fn name(self) -> &'static str {
        match self {
            DomainDf::Design => "design",
            DomainDf::Domain => "domain",
        }
    }
}

/// How calibration moves the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CalibrateMethod {
    /// The generalised regression estimator.
    Linear,
    /// Weights stay above zero.
    Raking,
    /// Weights stay within the bounds.
    Logit,
}

impl CalibrateMethod {
    pub(super) fn name(self) -> &'static str {
        match self {
            CalibrateMethod::Linear => "linear",
            CalibrateMethod::Raking => "raking",
            CalibrateMethod::Logit => "logit",
        }
    }

    pub(super) fn distance(self) -> Distance {
        match self {
            CalibrateMethod::Linear => Distance::Linear,
            CalibrateMethod::Raking => Distance::Raking,
            CalibrateMethod::Logit => Distance::Logit,
        }
    }
}

/// Where the weight goes that trimming takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum TrimExcess {
    /// To the untrimmed, the same for each.
    Even,
    /// To the untrimmed, in proportion to their weights.
    Proportional,
    /// Nowhere: the sum of the weights changes.
    None,
}

impl TrimExcess {
    pub(super) fn meant(self) -> Excess {
        match self {
            TrimExcess::Even => Excess::Even,
            TrimExcess::Proportional => Excess::Proportional,
            TrimExcess::None => Excess::Dropped,
        }
    }
}

/// Who is in the base of a question that takes several answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum MultipleBase {
    /// Whoever answered any of its columns.
    Answered,
    /// Whoever ticked any option.
    Ticked,
}

impl MultipleBase {
    pub(super) fn meant(self) -> Base {
        match self {
            MultipleBase::Answered => Base::Answered,
            MultipleBase::Ticked => Base::Ticked,
        }
    }
}

/// On whose answers the parts of a contrast rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ContrastBase {
    /// Each part on its own answers.
    Each,
    /// All parts on the people who answered all columns of the contrast.
    Common,
}

impl ContrastBase {
    pub(super) fn name(self) -> &'static str {
        match self {
            ContrastBase::Each => "each",
            ContrastBase::Common => "common",
        }
    }
}

/// The tests that p-values are adjusted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Family {
    /// Comparisons of the same number.
    Number,
    /// All tests of the run.
    Run,
}

impl Family {
    pub(super) fn name(self) -> &'static str {
        match self {
            Family::Number => "number",
            Family::Run => "run",
        }
    }
}
