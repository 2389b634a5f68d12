//! Replicate weights, from columns or made.

use std::str::FromStr;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::args::Args;
use super::data::Columns;
use crate::cli::Common;
use crate::error::{Error, Result};
use crate::statistics::replicate::{Kind, ReplicateError};
use crate::statistics::{Design, Replicates};
use crate::table::Table;

/// `jk1`, `jkn`, `brr`, `fay`, `fay:RHO` or `bootstrap`: the kind of replicate weights in columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Given(Kind);

impl FromStr for Given {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let kind = match text.split_once(':') {
            None if text == "jk1" => Some(Kind::Jk1),
            None if text == "jkn" => Some(Kind::Jkn),
            None if text == "brr" => Some(Kind::Brr),
            None if text == "fay" => Some(Kind::Fay(0.5)),
            None if text == "bootstrap" => Some(Kind::Bootstrap),
            Some(("fay", rho)) => rho.parse().ok().filter(|rho| (0.0..1.0).contains(rho)).map(Kind::Fay),
            _ => None,
        };
        kind.map(Given).ok_or_else(|| {
            Error::usage("this is no kind of replicate weights")
                .found(text)
                .expected("jk1, jkn, brr, fay (rho 0.5), fay:RHO or bootstrap")
        })
    }
}

/// `jk1`, `jkn`, `brr`, `fay`, `fay:RHO` or `bootstrap:R`: replicates to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Made {
    /// Jackknife without strata.
    Jk1,
    /// Jackknife within strata.
    Jkn,
    /// Balanced half samples; with a rho above zero Fay's.
    Balanced(f64),
    /// Bootstrap with so many replicates.
    Bootstrap(usize),
}

impl FromStr for Made {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == "jk1" => Ok(Made::Jk1),
            None if text == "jkn" => Ok(Made::Jkn),
            None if text == "brr" => Ok(Made::Balanced(0.0)),
            None if text == "fay" => Ok(Made::Balanced(0.5)),
            Some(("fay", rho)) if rho.parse::<f64>().is_ok_and(|rho| rho > 0.0 && rho < 1.0) => {
                Ok(Made::Balanced(rho.parse().unwrap_or(0.5)))
            }
            Some(("bootstrap", count)) if count.parse::<usize>().is_ok_and(|count| count >= 2) => {
                Ok(Made::Bootstrap(count.parse().unwrap_or(2)))
            }
            _ => Err(Error::usage("these replicates cannot be made")
                .found(text)
                .expected("jk1, jkn, brr, fay, fay:RHO with a rho between 0 and 1, or bootstrap:R such as bootstrap:500")),
        }
    }
}

/// Whether replicates are made that hang on the order in which units are taken.
pub(super) fn needs_order(args: &Args) -> bool {
    matches!(args.replicate, Some(Made::Balanced(_) | Made::Bootstrap(_)))
}

/// The columns of replicate weights.
pub(super) fn wanted(args: &Args, table: &Table) -> Result<Vec<usize>> {
    let Some(prefix) = &args.replicate_weights else { return Ok(Vec::new()) };
    let found: Vec<usize> = (0..table.names().len())
        .filter(|&i| table.names()[i].starts_with(prefix.as_str()) && Some(&table.names()[i]) != args.weight.as_ref())
        .collect();
    if found.len() < 2 {
        return Err(Error::file(table.path(), format!("there are not two columns whose names start with {prefix:?}"))
            .found(format!("columns: {}", table.names().join(", ")))
            .hint("give the part that the names of all replicate weights start with"));
    }
    Ok(found)
}

/// The replicates that the arguments describe, with their name in the `method` column.
pub(super) fn read(
    args: &Args,
    common: &Common,
    columns: &Columns<'_>,
    design: &Design,
    order: impl FnOnce() -> Vec<usize>,
) -> Result<Option<(Replicates, String)>> {
    if args.replicate_weights.is_some() {
        let Some(Given(kind)) = args.replicate_type else {
            return Err(Error::usage("the kind of the replicate weights is not named")
                .expected("--replicate-type jk1, jkn, brr, fay or bootstrap"));
        };
        if args.weight.is_none() {
            return Err(Error::usage("replicate weights need the weights that they replicate").hint("add --weight COL"));
        }
        let places = wanted(args, columns.names.table)?;
        let weights = places.iter().map(|&place| columns.numbers(place)).collect::<Result<Vec<_>>>()?;
        let count = weights.len();
        let replicates = Replicates::given(kind, design.weights(), weights).map_err(|error| match error {
            ReplicateError::Weight { replicate, row } => {
                let name = columns.name(places[replicate]);
                let found = columns.values(places[replicate]).label_at(row).unwrap_or("nothing").to_owned();
                Error::from(error).at(columns.place(row, name)).found(found)
            }
            _ => error.into(),
        })?;
        let name = match kind {
            Kind::Fay(rho) => format!("fay replicates, rho {rho}"),
            _ => format!("{} replicates", kind.name()),
        };
        return Ok(Some((replicates, format!("{name} ({count})"))));
    }
    let Some(made) = args.replicate else { return Ok(None) };
    let (replicates, name) = match made {
        Made::Jk1 if design.has_strata() => return Err(ReplicateError::Strata.into()),
        Made::Jk1 => (Replicates::jackknife(design)?, "jk1".to_owned()),
        Made::Jkn => (Replicates::jackknife(design)?, "jkn".to_owned()),
        Made::Balanced(rho) => {
            let made = Replicates::balanced(design, &order(), rho).map_err(|error| match error {
                ReplicateError::NotPairs { row, psus } => {
                    let name = args.strata.first().map_or("", String::as_str);
                    let label = columns.named(name).ok().and_then(|values| values.label_at(row)).unwrap_or("all");
                    let found = format!("{psus} in stratum {label}");
                    Error::from(error).at(columns.place(row, name)).found(found)
                }
                other => other.into(),
            })?;
            let name = if rho > 0.0 { format!("fay, rho {rho}") } else { "brr".to_owned() };
            let dropped = if design.has_correction() { ", no population correction" } else { "" };
            (made, format!("{name}{dropped}"))
        }
        Made::Bootstrap(count) => {
            let seed = common.seed.as_ref().ok_or_else(|| {
                Error::usage("a bootstrap needs a seed").hint("add --seed TEXT; the same text gives the same numbers")
            })?;
            let mut generator = ChaCha20Rng::from_seed(Sha256::digest(format!("quorate bootstrap\n{seed}")).into());
            let below = |n: u32| {
                // Reject the top of the range that would favour small numbers.
                let n = u64::from(n);
                let fair = u64::MAX - u64::MAX % n;
                loop {
                    let number = generator.next_u64();
                    if number < fair {
                        return (number % n) as u32;
                    }
                }
            };
            (Replicates::bootstrap(design, &order(), count, below)?, "bootstrap".to_owned())
        }
    };
    let count = replicates.len();
    Ok(Some((replicates, format!("{name} ({count})"))))
}
