//! From columns to the design of the sample.

use super::Args;
use super::data::Columns;
use super::{replicates, weights};
use crate::cli::{Common, Talk};
use crate::error::{Error, Result};
use crate::statistics::{self, Design, DesignError};
use crate::table::MISSING;

/// The sample with the words for how its errors are made.
#[derive(Debug)]
pub(super) struct Sample {
    /// Design, weights and replicates.
    pub(super) sample: statistics::Sample,
    /// The first words of the `method` column.
    pub(super) method: Vec<String>,
}

/// Builds the design that the arguments describe.
pub(super) fn read(args: &Args, common: &Common, columns: &Columns<'_>, talk: &Talk) -> Result<Sample> {
    let strata = (!args.strata.is_empty()).then(|| crossed(&args.strata, columns)).transpose()?;
    let clusters = args.cluster.iter().map(|name| codes(name, columns)).collect::<Result<Vec<_>>>()?;
    let populations = args
        .fpc
        .iter()
        .map(|name| {
            let place = columns.table.column(name)?;
            let numbers = columns.numbers(place)?;
            match numbers.iter().position(|number| number.is_nan()) {
                Some(row) => Err(missing(columns, row, name, "the population count of a row")),
                None => Ok(numbers),
            }
        })
        .collect::<Result<Vec<_>>>()?;
    if populations.len() > clusters.len().max(1) {
        return Err(Error::usage("there are more population counts than stages")
            .found(format!("--fpc {}, --cluster {}", args.fpc.join(","), args.cluster.join(",")))
            .expected("one --fpc column for each stage, in the order of --cluster"));
    }
    let given = args.weight.as_ref().map(|name| columns.numbers(columns.table.column(name)?)).transpose()?;
    let ones = vec![1.0; columns.rows()];
    let mut builder = Design::of(given.as_deref().unwrap_or(&ones)).nested(args.nest).single_psu(args.single_psu);
    if let Some(strata) = &strata {
        builder = builder.strata(strata);
    }
    for codes in &clusters {
        builder = builder.clusters(codes);
    }
    for population in &populations {
        builder = builder.population(population);
    }
    let mut design = builder.build().map_err(|error| explained(error, args, columns))?;
    if given.is_none() && !populations.is_empty() {
        let weights = design.weights_from_population();
        design = design.reweighted(weights)?;
    }
    let mut replicates = replicates::read(args, common, columns, &design)?;
    let mut method = vec![replicates.as_ref().map_or("taylor", |(_, name)| name).to_owned()];
    if design.has_single_psu() {
        method.push(format!("single-psu={}", design.single_psu().name()));
    }
    for step in weights::steps(args, columns)? {
        let adjusted = step.apply(design.weights())?;
        talk.detail(format!("weights {}: before {}", step.name, spread(design.weights())));
        talk.detail(format!("  after {} rounds: {}", adjusted.iterations, spread(&adjusted.weights)));
        design = design.adjusted(&adjusted)?;
        if let Some((made, name)) = replicates {
            let made = made.adjusted(|weights| step.apply(weights).map(|adjusted| adjusted.weights))?;
            replicates = Some((made, name));
        }
        method.push(step.name.clone());
    }
    if design.weights().iter().any(|w| *w < 0.0) {
        talk.say("some calibrated weights are below zero: --calibrate-method raking or logit keeps them above");
    }
    Ok(Sample { sample: statistics::Sample { design, replicates: replicates.map(|(made, _)| made) }, method })
}

/// How weights are spread, for people.
fn spread(weights: &[f64]) -> String {
    let mut sorted = weights.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    let effective = sum * sum / squares;
    format!(
        "sum {sum:.2}, min {:.3}, quartiles {:.3} {:.3} {:.3}, max {:.3}, effective size {effective:.1} of {}",
        at(0.0),
        at(0.25),
        at(0.5),
        at(0.75),
        at(1.0),
        weights.len()
    )
}

fn missing(columns: &Columns<'_>, row: usize, name: &str, what: &str) -> Error {
    Error::data(format!("{what} is missing"))
        .at(columns.table.place(row, name))
        .found("nothing")
        .hint("fill in the value, or delete the row")
}

/// The codes of a column that every row must have.
fn codes(name: &str, columns: &Columns<'_>) -> Result<Vec<u32>> {
    let codes = columns.named(name)?.codes();
    match codes.iter().position(|&code| code == MISSING) {
        Some(row) => Err(missing(columns, row, name, "the stratum or cluster of a row")),
        None => Ok(codes.to_vec()),
    }
}

/// One code for every combination of several columns' values.
fn crossed(names: &[String], columns: &Columns<'_>) -> Result<Vec<u32>> {
    let mut crossed: Vec<u32> = Vec::new();
    for name in names {
        let codes = codes(name, columns)?;
        if crossed.is_empty() {
            crossed = codes;
            continue;
        }
        let mut known = std::collections::BTreeMap::new();
        for (code, next) in crossed.iter_mut().zip(codes) {
            let new = known.len() as u32;
            *code = *known.entry((*code, next)).or_insert(new);
        }
    }
    Ok(crossed)
}

/// A fault of the design in the words of the file: the row, the column, the stratum.
fn explained(error: DesignError, args: &Args, columns: &Columns<'_>) -> Error {
    let row = error.row().unwrap_or(0);
    let label = |names: &[String]| {
        let labels: Vec<&str> =
            names.iter().filter_map(|name| columns.named(name).ok().and_then(|values| values.label_at(row))).collect();
        labels.join(" | ")
    };
    let (column, words) = match &error {
        DesignError::Weight { weight, .. } => {
            let column = args.weight.clone().unwrap_or_default();
            let found = if weight.is_nan() { "nothing".to_owned() } else { weight.to_string() };
            return Error::data("a weight is not a number above zero")
                .at(columns.table.place(row, &column))
                .found(found)
                .expected("a finite number above zero")
                .hint("mend the weight, or delete the row if the unit is not in the sample");
        }
        DesignError::Population { stage, .. }
        | DesignError::PopulationMixed { stage, .. }
        | DesignError::PopulationVaries { stage, .. }
        | DesignError::PopulationTooSmall { stage, .. } => {
            (args.fpc.get(stage - 1).cloned().unwrap_or_default(), label(&args.strata))
        }
        DesignError::ClusterInSeveralStrata { .. } => {
            let column = args.cluster.first().cloned().unwrap_or_default();
            return Error::data("a cluster stands in more than one stratum")
                .at(columns.table.place(row, &column))
                .found(format!("cluster {} in stratum {}", label(&args.cluster[..1]), label(&args.strata)))
                .hint("if clusters are numbered anew in each stratum, add --nest");
        }
        DesignError::SinglePsu { stage, .. } => {
            let (what, names) = if *stage == 1 {
                ("stratum", args.strata.as_slice())
            } else {
                ("cluster", &args.cluster[..(*stage - 1).min(args.cluster.len())])
            };
            let found =
                if names.is_empty() { "a sample of one unit".into() } else { format!("{what} {}", label(names)) };
            return Error::data(format!(
                "a {what} has only one sampling unit, so that its variance cannot be estimated"
            ))
            .at(columns.table.place(row, names.first().map_or("", String::as_str)))
            .found(found)
            .expected("at least two sampling units, or a population of one")
            .hint("choose --single-psu certainty, centre or average, or merge strata");
        }
        DesignError::Empty | DesignError::Length { .. } => return error.into(),
    };
    let error = Error::from(error).at(columns.table.place(row, &column));
    if words.is_empty() { error } else { error.hint(format!("look at stratum {words}")) }
}
