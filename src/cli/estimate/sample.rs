//! From columns to the design of the sample.

use super::args::Args;
use super::data::Columns;
use super::weights::{History, Made};
use super::{replicates, weights};
use crate::cli::{Common, Talk};
use crate::error::{Error, Result};
use crate::statistics::{self, Design, DesignError, SinglePsu};
use crate::table::MISSING;

/// The sample with the words for how its errors are made.
#[derive(Debug)]
pub(super) struct Sample {
    /// Design, weights and replicates.
    pub(super) sample: statistics::Sample,
    /// The first words of the `method` column.
    pub(super) method: Vec<String>,
    /// What to beware of in every row.
    pub(super) flags: Vec<&'static str>,
    /// The weights from step to step.
    pub(super) weights: History,
}

/// What the design is made from, besides weights.
struct Described {
    strata: Option<Vec<u32>>,
    clusters: Vec<Vec<u32>>,
    populations: Vec<Vec<f64>>,
}

impl Described {
    fn read(args: &Args, columns: &Columns<'_>) -> Result<Self> {
        let strata = (!args.strata.is_empty()).then(|| crossed(&args.strata, columns)).transpose()?;
        let clusters = args.cluster.iter().map(|name| codes(name, columns)).collect::<Result<Vec<_>>>()?;
        let of_stage = |name: &String| {
            let numbers = columns.numbers(columns.names.column(name)?)?;
            match numbers.iter().position(|number| number.is_nan()) {
                Some(row) => Err(missing(columns, row, name, "the population count of a row")),
                None => Ok(numbers),
            }
        };
        let populations = args.fpc.iter().map(of_stage).collect::<Result<Vec<_>>>()?;
        if populations.len() > clusters.len().max(1) {
            return Err(Error::usage("there are more population counts than stages")
                .found(format!("--fpc {}, --cluster {}", args.fpc.join(","), args.cluster.join(",")))
                .expected("one --fpc column for each stage, in the order of --cluster"));
        }
        Ok(Described { strata, clusters, populations })
    }

    fn build(&self, args: &Args, columns: &Columns<'_>, weights: &[f64], policy: SinglePsu) -> Result<Design> {
        let mut builder = Design::of(weights).nested(args.nest).single_psu(policy);
        if let Some(strata) = &self.strata {
            builder = builder.strata(strata);
        }
        for codes in &self.clusters {
            builder = builder.clusters(codes);
        }
        for population in &self.populations {
            builder = builder.population(population);
        }
        builder.build().map_err(|error| explained(error, args, columns))
    }

    /// The same for the rows that responded: population counts stay those of the strata that were sampled.
    fn kept(&self, rows: &[usize], issued: &Design) -> Self {
        let of = |codes: &Vec<u32>| rows.iter().map(|&row| codes[row]).collect();
        let counts = (0..self.populations.len()).map_while(|stage| issued.populations(stage));
        Described {
            strata: self.strata.as_ref().map(of),
            clusters: self.clusters.iter().map(of).collect(),
            populations: counts.map(|counts| rows.iter().map(|&row| counts[row]).collect()).collect(),
        }
    }
}

/// Builds the design that the arguments describe, and makes its weights; without those who did not respond, when the
/// weights are adjusted for them.
pub(super) fn read<'a>(
    args: &Args,
    common: &Common,
    columns: Columns<'a>,
    talk: &Talk,
) -> Result<(Columns<'a>, Sample)> {
    let mut described = Described::read(args, &columns)?;
    let given = args.weight.as_ref().map(|name| columns.numbers(columns.names.column(name)?)).transpose()?;
    let ones = vec![1.0; columns.rows()];
    let weights = given.as_deref().unwrap_or(&ones);
    // Whoever did not respond is still there: strata are judged by those who did.
    let policy = if args.nonresponse.is_some() { SinglePsu::Certainty } else { args.single_psu };
    let mut design = described.build(args, &columns, weights, policy)?;
    if given.is_none() && !args.fpc.is_empty() {
        design = design.reweighted(design.weights_from_population())?;
    }
    let mut history = History::default();
    let origin = |columns: &Columns<'_>| (0..columns.rows()).map(|row| columns.origin(row)).collect();
    let weights = design.weights().to_vec();
    history.steps.push(Made { name: "base".into(), weights, origin: origin(&columns), rounds: None, worst: None });
    let mut columns = columns;
    let mut steps = Vec::new();
    if let Some((rows, raised, name)) = weights::raised(args, &columns, design.weights(), talk)? {
        if args.replicate_weights.is_some() {
            return Err(Error::usage("replicate weights in columns cannot be adjusted for non-response here")
                .hint("leave out --nonresponse: such columns come adjusted; or make replicates with --replicate"));
        }
        described = described.kept(&rows, &design);
        columns = columns.kept(&rows);
        let weights: Vec<f64> = rows.iter().map(|&row| raised.weights[row]).collect();
        design = described.build(args, &columns, &weights, args.single_psu)?;
        history.steps.push(Made {
            name: name.clone(),
            weights,
            origin: origin(&columns),
            rounds: None,
            worst: None,
        });
        steps.push(name);
    }
    let order = || order(args, &columns, &described);
    let mut replicates = replicates::read(args, common, &columns, &design, order)?;
    let mut method = vec![replicates.as_ref().map_or("taylor", |(_, name)| name).to_owned()];
    if design.has_single_psu() || !design.collapsed().is_empty() {
        method.push(format!("single-psu={}", design.single_psu().name()));
    }
    method.append(&mut steps);
    for joined in design.collapsed() {
        let names: Vec<String> = joined.iter().map(|&row| labels(&args.strata, &columns, row)).collect();
        talk.say(format!("strata joined: {}", names.join(" with ")));
    }
    for step in weights::steps(args, &columns)? {
        let step = step.fixed(design.weights());
        let adjusted = step.apply(design.weights())?;
        history.steps.push(step.made(&adjusted, &columns));
        design = design.adjusted(&adjusted)?;
        if let Some((made, name)) = replicates {
            let made = made.adjusted(|weights| step.apply(weights).map(|adjusted| adjusted.weights))?;
            replicates = Some((made, name));
        }
        method.push(step.name.clone());
    }
    history.tell(talk);
    let mut flags = Vec::new();
    if design.has_single_psu() {
        flags.push("single-psu");
    }
    if !design.collapsed().is_empty() {
        flags.push("collapsed-strata");
    }
    if design.weights().iter().any(|w| *w < 0.0) {
        flags.push("negative-weights");
        talk.say("some calibrated weights are below zero: --calibrate-method raking or logit keeps them above");
    }
    let sample = statistics::Sample { design, replicates: replicates.map(|(made, _)| made) };
    Ok((columns, Sample { sample, method, flags, weights: history }))
}

/// The rows in an order that follows from what they are: by stratum and cluster, and where units are not in clusters by
/// all their values, column by column in the order of the columns' names. Rows that are alike in everything may be
/// exchanged.
fn order(args: &Args, columns: &Columns<'_>, described: &Described) -> Vec<usize> {
    let mut by_name: Vec<(&str, &[u32])> = if args.cluster.is_empty() { columns.all_of_file() } else { Vec::new() };
    by_name.sort_unstable_by_key(|(name, _)| *name);
    let clusters = described.clusters.first();
    let keys: Vec<&[u32]> = described
        .strata
        .iter()
        .chain(clusters)
        .map(Vec::as_slice)
        .chain(by_name.into_iter().map(|(_, codes)| codes))
        .collect();
    let mut order: Vec<usize> = (0..columns.rows()).collect();
    order.sort_by(|&a, &b| {
        let compared = keys.iter().map(|codes| codes[a].cmp(&codes[b]));
        compared.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    order
}

fn missing(columns: &Columns<'_>, row: usize, name: &str, what: &str) -> Error {
    Error::data(format!("{what} is missing"))
        .at(columns.place(row, name))
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

/// One code for every combination of several columns' values, in the order of these.
fn crossed(names: &[String], columns: &Columns<'_>) -> Result<Vec<u32>> {
    let parts = names.iter().map(|name| codes(name, columns)).collect::<Result<Vec<_>>>()?;
    let cell = |row: usize| parts.iter().map(|codes| codes[row]).collect::<Vec<u32>>();
    let mut known = std::collections::BTreeMap::new();
    (0..columns.rows()).for_each(|row| {
        known.insert(cell(row), 0);
    });
    known.values_mut().zip(0..).for_each(|(number, next)| *number = next);
    Ok((0..columns.rows()).map(|row| known[&cell(row)]).collect())
}

/// What the columns hold in a row, for messages.
fn labels(names: &[String], columns: &Columns<'_>, row: usize) -> String {
    let labels: Vec<&str> =
        names.iter().filter_map(|name| columns.named(name).ok().and_then(|values| values.label_at(row))).collect();
    labels.join(" | ")
}

/// A fault of the design in the words of the file: the row, the column, the stratum.
fn explained(error: DesignError, args: &Args, columns: &Columns<'_>) -> Error {
    let row = error.row().unwrap_or(0);
    let label = |names: &[String]| labels(names, columns, row);
    let (column, words) = match &error {
        DesignError::Weight { weight, .. } => {
            let column = args.weight.clone().unwrap_or_default();
            let found = if weight.is_nan() { "nothing".to_owned() } else { weight.to_string() };
            return Error::data("a weight is not a number above zero")
                .at(columns.place(row, &column))
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
                .at(columns.place(row, &column))
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
            .at(columns.place(row, names.first().map_or("", String::as_str)))
            .found(found)
            .expected("at least two sampling units, or a population of one")
            .hint(if *stage == 1 && !names.is_empty() {
                "choose --single-psu certainty, centre, average or collapse, or merge strata"
            } else {
                "choose --single-psu certainty, centre or average"
            });
        }
        DesignError::Empty | DesignError::Length { .. } => return error.into(),
    };
    let stratum = if words.is_empty() { "the sample".to_owned() } else { format!("stratum {words}") };
    let hint = match &error {
        DesignError::PopulationTooSmall { .. } => format!("mend the count of {stratum}, or take out rows that are not of it"),
        DesignError::PopulationVaries { .. } => format!("give every row of {stratum} the same count"),
        DesignError::PopulationMixed { .. } => "give either counts or fractions in the whole column".to_owned(),
        _ => format!("fill in the population count of {stratum}, or leave out --fpc"),
    };
    Error::from(error).at(columns.place(row, &column)).hint(hint)
}
