//! `quorate estimate`: design-based estimates from any data set.
//!
//! Flags come in two layers: [`Args`] as typed; [`asked::Asked`], [`contrast::Contrast`] and [`sample::read`] as meant.

mod args;
mod asked;
mod benchmark;
mod compare;
mod contrast;
mod data;
mod derived;
mod domain;
mod figure;
mod label;
mod replicates;
mod rows;
mod sample;
mod tallied;
mod tested;
mod weights;
mod writer;

pub use args::Args;

use super::{Common, Outcome, Talk, write_rows};
use crate::error::{Error, Result};
use crate::statistics::quantile::How;
use crate::statistics::{Critical, Method};
use crate::table::Table;
use args::{DomainDf, Family, Reference};

/// How results are made and named.
#[derive(Debug, Clone, Copy)]
struct Choices {
    interval: Method,
    critical: Critical,
    deff: Reference,
    domain_df: DomainDf,
    quantile: How,
    family: Family,
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
        quantile: How { rule: args.quantile_rule, interval: args.quantile_interval },
        family: args.family,
    };
    let table = Table::open(&args.data)?;
    let names = derived::Names::read(&args, &table)?;
    let asked = asked::asked(&args, &names)?;
    let contrasts = contrast::contrasts(&args, &names)?;
    let condition = domain::condition(&args, &names)?;
    let benchmarks = args.benchmark.as_deref().map(benchmark::Benchmarks::read).transpose()?;
    if let Some(rows) = tallied::rows(&args, &table, &asked, condition.as_ref(), choices)? {
        write_rows(&rows, common)?;
        return Ok(Outcome::Done);
    }
    let wanted = data::wanted(&args, &names, &asked, &contrasts, condition.as_ref())?;
    let columns = data::Columns::read(&names, &wanted)?;
    let (columns, sample) = sample::read(&args, common, columns, talk)?;
    let domains = domain::domains(&args, &columns, condition.as_ref())?;
    talk.detail(format!(
        "{} units, {} strata, {} sampling units, {} domains",
        columns.rows(),
        sample.sample.design.strata_count(),
        sample.sample.design.psu_count(),
        domains.len()
    ));
    let wishes = rows::Wishes {
        asked: &asked,
        contrasts: &contrasts,
        compared: args.compare.as_ref().map(|name| names.column(name)).transpose()?,
        benchmarks: benchmarks.as_ref(),
    };
    let rows = rows::rows(&wishes, &columns, &sample, &domains, choices, talk)?;
    sample.weights.write(&args, common, &columns)?;
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}
