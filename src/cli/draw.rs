//! `quorate draw`

use std::path::{Path, PathBuf};

use self::listing::{Faults, Listing, read_listing};
use super::{Common, Format, Outcome, Talk, write_text};
use crate::draw::{
    Allocation, Clusters, Columns, DrawDesign, DrawRecord, Method, Minimum, MinimumBy, Purpose, Sample, Source,
    StratumDrawn, WhyNot, draw, own_name, why, write_joint, write_sample,
};
use crate::error::{Error, Result};
use crate::files::Delivery;
use crate::frame::ExclusionRule;

mod deviations;
mod earlier;
mod listing;
mod replay;

pub(super) use replay::{is_draw_record, replay};

/// The arguments of `quorate draw`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Beside SAMPLE.csv comes SAMPLE.draw.json, the record of the draw. The same rows in any order, on any\n\
    machine, give the same sample; DRAW.md says how to recompute it without this program.\n\n\
    Examples:\n  \
    quorate draw carers.xlsx --id carer_id --strata area --size 200 --minimum 20 --reserve 40 \\\n      \
    --seed carers-2026 --out sample.csv\n  \
    quorate draw files.csv --id file --clusters team --per-cluster 10 --size 6 --seed audit-2026 --out sample.csv\n  \
    quorate draw files.csv --id file --strata group,team --minimum-by group=10 --minimum-by team=8 --size 120 \\\n      \
    --seed audit-2026 --out sample.csv\n  \
    quorate draw carers-2027.csv --id carer_id --strata area --size 200 --avoid sample.csv \\\n      \
    --seed carers-2027 --out sample-2027.csv\n  \
    quorate draw files.csv --id file --size 90 --seed audit-2026 --why C-0192"
)]
pub struct Args {
    /// The list to draw from: csv, xlsx, xls, xlsb, ods or parquet
    frame: PathBuf,
    /// The sheet, where the frame is a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The column with the identifiers
    #[arg(long, value_name = "COL")]
    id: String,
    /// The columns whose values together make the strata
    #[arg(long, value_name = "COL,...", value_delimiter = ',')]
    strata: Vec<String>,
    /// How many to draw: units, or clusters with --clusters
    #[arg(long, value_name = "N")]
    size: usize,
    /// How the size is shared out over strata
    #[arg(long, value_enum, default_value = "proportional", help_heading = "Allocation")]
    allocation: AllocationName,
    /// At least so many in every stratum
    #[arg(long, value_name = "M", default_value = "1", help_heading = "Allocation")]
    minimum: usize,
    /// At most so many in any stratum
    #[arg(long, value_name = "M", help_heading = "Allocation")]
    maximum: Option<usize>,
    /// At least so many for every level of a strata column, or for one level of it; may be given more than once
    #[arg(long, value_name = "COL[:LEVEL]=M", value_parser = named::<usize>, help_heading = "Allocation")]
    minimum_by: Vec<(String, usize)>,
    /// Strata of at most so many are taken whole
    #[arg(long, value_name = "M", default_value = "0", help_heading = "Allocation")]
    take_all: usize,
    /// Strata that are taken whole, whatever their size
    #[arg(long, value_name = "STRATUM,...", value_delimiter = ',', help_heading = "Allocation")]
    certainty: Vec<String>,
    /// The exponent of the power allocation: 0 is equal, 1 is proportional
    #[arg(long, value_name = "Q", default_value = "0.5", help_heading = "Allocation")]
    exponent: f64,
    /// The standard deviations for the Neyman allocation; else those of --deviations-from, else those of --measure
    #[arg(long, value_name = "STRATUM=S,...", value_delimiter = ',', value_parser = named::<f64>, help_heading = "Allocation")]
    deviations: Vec<(String, f64)>,
    /// Take the standard deviations from this column of a previous wave's data, which must have the strata columns
    #[arg(long, value_name = "DATA:COL", conflicts_with = "deviations", help_heading = "Allocation")]
    deviations_from: Option<String>,
    /// The numbers of the fixed allocation
    #[arg(long, value_name = "STRATUM=N,...", value_delimiter = ',', value_parser = named::<usize>, help_heading = "Allocation")]
    fixed: Vec<(String, usize)>,
    /// How units, or clusters, are selected
    #[arg(long, value_enum, default_value = "simple", help_heading = "Selection")]
    method: MethodName,
    /// The column with the measure of size, for pps
    #[arg(long, value_name = "COL", help_heading = "Selection")]
    measure: Option<String>,
    /// The columns by which the list is sorted for systematic and pps; the identifiers if not given
    #[arg(long, value_name = "COL,...", value_delimiter = ',', help_heading = "Selection")]
    sort: Vec<String>,
    /// The column with the clusters, which are drawn instead of units
    #[arg(long, value_name = "COL", help_heading = "Selection")]
    clusters: Option<String>,
    /// How many units to draw in each cluster; all of them if not given
    #[arg(long, value_name = "K", requires = "clusters", help_heading = "Selection")]
    per_cluster: Option<usize>,
    /// Where on the circle of random numbers to begin, from 0 to 1: waves with one seed that begin far enough apart have
    /// nobody in common, waves that begin at the same place the same people
    #[arg(long, value_name = "FRACTION", default_value = "0", help_heading = "Selection")]
    shift: f64,
    /// Draw nobody who stands in this earlier sample (its record must lie beside it); may be given more than once
    #[arg(long, value_name = "SAMPLE", help_heading = "Waves")]
    avoid: Vec<PathBuf>,
    /// Draw the main sample of this earlier wave again, as far as the probabilities allow, or a share of it
    #[arg(long, value_name = "SAMPLE[:SHARE]", help_heading = "Waves")]
    keep: Option<String>,
    /// How many to hold in reserve, over all strata
    #[arg(long, value_name = "R", default_value = "0")]
    reserve: usize,
    /// Rows to leave out before the draw, with the reason in front of a colon; may be given more than once, and the first
    /// that holds counts a row
    #[arg(long, value_name = "[REASON: ]EXPR")]
    exclude: Vec<String>,
    /// Say why this unit is in the sample, in reserve or in neither, and write nothing
    #[arg(long, value_name = "ID")]
    why: Option<String>,
}

/// The allocations by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AllocationName {
    Proportional,
    Equal,
    Neyman,
    Power,
    Fixed,
}

/// The methods by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum MethodName {
    Simple,
    Systematic,
    Pps,
    PpsPoisson,
}

/// `NAME=VALUE`.
fn named<T: std::str::FromStr>(text: &str) -> Result<(String, T), String> {
    text.rsplit_once('=')
        .and_then(|(name, value)| Some((name.trim().to_owned(), value.trim().parse().ok()?)))
        .ok_or_else(|| "write NAME=NUMBER".to_owned())
}

/// The minimums by column: `team=8` for every team, `team:T1=8` for one.
fn minimums(args: &Args) -> Result<Vec<MinimumBy>> {
    let mut minimums: Vec<MinimumBy> = Vec::new();
    let twice = |name: &str| Err(Error::usage("--minimum-by names a column or level twice").found(name.to_owned()));
    for (name, minimum) in &args.minimum_by {
        let (column, level) = match name.split_once(':') {
            Some((column, level)) if !args.strata.contains(name) => (column, Some(level)),
            _ => (name.as_str(), None),
        };
        match (minimums.iter_mut().find(|by| by.column == column).map(|by| &mut by.minimum), level) {
            (None, None) => minimums.push(MinimumBy::new(column, Minimum::Every(*minimum), &args.strata)?),
            (None, Some(level)) => {
                let each = Minimum::Each([(level.to_owned(), *minimum)].into());
                minimums.push(MinimumBy::new(column, each, &args.strata)?);
            }
            (Some(Minimum::Each(each)), Some(level)) if !each.contains_key(level) => {
                each.insert(level.to_owned(), *minimum);
            }
            _ => return twice(name),
        }
    }
    Ok(minimums)
}

/// Runs `quorate draw`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let mut design = design(&args, common)?;
    let outputs = if args.why.is_some() { None } else { Some(outputs(&args, common)?) };
    let columns = Columns {
        sheet: args.sheet.clone(),
        id: args.id.clone(),
        strata: args.strata.clone(),
        measure: args.measure.clone(),
        sort: args.sort.clone(),
        clusters: args.clusters.clone(),
    };
    let rules: Vec<ExclusionRule> = args.exclude.iter().map(|text| ExclusionRule::from_argument(text)).collect();
    let Listing { mut units, carried, excluded, frame } =
        read_listing(&args.frame, &columns, &rules, Faults::Refused, talk)?;
    design.earlier = earlier::asked(&args.avoid, args.keep.as_deref(), &mut units, talk)?;
    let sample = draw(&units, &design).map_err(|error| placed(error, &args.frame))?;
    if let Some(id) = &args.why {
        let left_out = frame.excluded_by(id).map(|rule| WhyNot { id: id.clone(), rule: rule.clone() });
        return match left_out {
            Some(left_out) => tell(&left_out, common),
            None => tell(&why(&units, &design, &sample, id)?, common),
        };
    }
    let Some(Outputs { sample: sample_path, record: record_path, joint: joint_path }) = outputs else {
        return Ok(Outcome::Done);
    };
    let text = write_sample(&sample, &args.id, &carried)?;
    let name = args.frame.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let frame_rows = units.len() + excluded.iter().map(|e| e.rows).sum::<usize>();
    let stages = sample.units.first().map_or(1, |unit| unit.stage_probabilities.len());
    for name in carried.iter().map(|column| &column.name).chain([&columns.id]) {
        let own = own_name(name, stages);
        if own != *name && text.lines().next().is_some_and(|header| header.split(',').any(|heading| heading == own)) {
            talk.say(format!("the frame's column \"{name}\" stands as \"{own}\" in the sample file, which has one of that name"));
        }
    }
    let record = DrawRecord::new(Source { frame: name, frame_rows, excluded, columns }, &design, &sample, &text);
    let folder = sample_path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut delivery = Delivery::into(folder)?;
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !sample.joint.is_empty() {
        delivery.put(&name(&joint_path), write_joint(&sample).as_bytes())?;
    }
    delivery.put(&name(&record_path), record.to_json().as_bytes())?;
    delivery.put(&name(&sample_path), text.as_bytes())?;
    delivery.deliver()?;
    report(&record, &sample, &sample_path, talk);
    if sample.joint.is_empty() && joint_path.exists() {
        talk.say(format!("{} is of an earlier draw, and says nothing about this one", joint_path.display()));
    }
    Ok(Outcome::Done)
}

fn design(args: &Args, common: &Common) -> Result<DrawDesign> {
    let seed = common.seed.clone().ok_or_else(|| {
        Error::usage("a draw needs a seed")
            .expected("any text that is fixed before the draw, such as a date or a lottery number")
            .hint("give --seed TEXT; whoever knows it can recompute the draw")
    })?;
    let given_twice =
        |names: Vec<&String>, what: &str| match names.iter().enumerate().find(|(i, n)| names[..*i].contains(n)) {
            Some((_, name)) => Err(Error::usage(format!("{what} names a stratum twice")).found(name.as_str())),
            None => Ok(()),
        };
    given_twice(args.deviations.iter().map(|d| &d.0).collect(), "--deviations")?;
    given_twice(args.fixed.iter().map(|d| &d.0).collect(), "--fixed")?;
    if matches!(args.method, MethodName::Pps | MethodName::PpsPoisson)
        && args.measure.is_none()
        && args.clusters.is_none()
    {
        return Err(Error::usage("a draw in proportion to size needs a measure of size")
            .hint("give --measure COL, or --clusters COL to go by the number of units"));
    }
    if args.method == MethodName::Simple && !args.sort.is_empty() {
        return Err(Error::usage("the order of the list has no say in a simple random sample")
            .found(format!("--sort {}", args.sort.join(",")))
            .hint("add --method systematic, or take --sort away"));
    }
    if args.allocation == AllocationName::Fixed && args.fixed.is_empty() {
        return Err(Error::usage("the fixed allocation needs its numbers").hint("give --fixed STRATUM=N,..."));
    }
    Ok(DrawDesign {
        allocation: match args.allocation {
            AllocationName::Proportional => Allocation::Proportional,
            AllocationName::Equal => Allocation::Equal,
            AllocationName::Neyman => Allocation::Neyman,
            AllocationName::Power => Allocation::Power,
            AllocationName::Fixed => Allocation::Fixed,
        },
        minimum: args.minimum.max(1),
        maximum: args.maximum,
        take_all: args.take_all,
        certain: args.certainty.clone(),
        exponent: args.exponent,
        deviations: match &args.deviations_from {
            None => args.deviations.iter().cloned().collect(),
            Some(text) => {
                let (data, column) = text
                    .rsplit_once(':')
                    .ok_or_else(|| Error::usage("--deviations-from names no column").found(text.clone()).expected("DATA:COL"))?;
                deviations::of_previous_wave(Path::new(data), column, &args.strata)?
            }
        },
        fixed: args.fixed.iter().cloned().collect(),
        method: match args.method {
            MethodName::Simple => Method::Simple,
            MethodName::Systematic => Method::Systematic,
            MethodName::Pps => Method::Pps,
            MethodName::PpsPoisson => Method::PpsPoisson,
        },
        clusters: args.clusters.as_ref().map(|_| Clusters { per_cluster: args.per_cluster }),
        shift: args.shift,
        reserve: args.reserve,
        minimums: minimums(args)?,
        ..DrawDesign::new(seed, args.size)
    })
}

/// Where the sample, its record and (for methods that know them) its joint probabilities go.
struct Outputs {
    sample: PathBuf,
    record: PathBuf,
    joint: PathBuf,
}

/// The files to write; nothing there is overwritten unasked, the frame never.
fn outputs(args: &Args, common: &Common) -> Result<Outputs> {
    let sample = common.out.clone().ok_or_else(|| {
        Error::usage("a draw needs a file to write").hint("give --out SAMPLE.csv; the record goes beside it")
    })?;
    let (record, joint) = (sample.with_extension("draw.json"), sample.with_extension("joint.csv"));
    let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    let earlier: Vec<PathBuf> =
        args.avoid.iter().cloned().chain(args.keep.as_deref().map(|text| earlier::file_and_share(text).0)).collect();
    let has_joint = args.method == MethodName::PpsPoisson && args.clusters.is_none();
    for path in [&sample, &record].into_iter().chain(has_joint.then_some(&joint)) {
        if earlier.iter().any(|wave| same(path, wave) || same(path, &wave.with_extension("draw.json"))) {
            return Err(Error::file(path, "the sample would overwrite that of the earlier wave")
                .hint("choose another name for --out"));
        }
        if same(path, &args.frame) {
            return Err(Error::file(path, "the sample would overwrite the frame").hint("choose another name for --out"));
        }
        if path.exists() && !common.force {
            return Err(Error::file(path, "the file is there already")
                .hint("choose another name, or add --force: a draw that was made should not be lost"));
        }
    }
    Ok(Outputs { sample, record, joint })
}

/// An error of the draw, placed at the frame unless it has a place of its own.
fn placed(error: Error, frame: &Path) -> Error {
    if error.place.is_none() { error.at(frame.display().to_string()) } else { error }
}

/// Says why a unit is where it is.
pub(super) fn tell(why: &(impl serde::Serialize + std::fmt::Display), common: &Common) -> Result<Outcome> {
    let text = if common.format() == Format::Json {
        serde_json::to_string_pretty(why)
            .map_err(|error| Error::data("the answer cannot be written").found(error.to_string()))?
    } else {
        why.to_string()
    };
    write_text(&(text + "\n"), common)?;
    Ok(Outcome::Done)
}

/// Names for a message, cut short.
fn shown(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let more = names.len().saturating_sub(SHOWN);
    let text = names[..names.len() - more].join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

fn report(record: &DrawRecord, sample: &Sample, path: &Path, talk: &Talk) {
    let (main, reserve) = (sample.main().count(), sample.reserve().count());
    let spare = if reserve > 0 { format!(", and {reserve} in reserve") } else { String::new() };
    let clusters: usize = sample.strata.iter().filter_map(|s| s.clusters_drawn).sum();
    let from = if clusters > 0 { format!(" from {clusters} clusters") } else { String::new() };
    let strata = match sample.strata.len() {
        1 => String::new(),
        count => format!(" in {count} strata, {} allocation", record.design.allocation.name()),
    };
    talk.say(format!(
        "{main} of {} drawn{from}{spare}: {}{strata}; written to {}",
        sample.population,
        record.design.method.name(),
        path.display()
    ));
    for exclusion in &record.excluded {
        let reason = if exclusion.reason.is_empty() { String::new() } else { format!("{}, ", exclusion.reason) };
        talk.say(format!("left out: {reason}{:?}: {} rows", exclusion.rule, exclusion.rows));
    }
    for level in sample.levels.iter().filter(|level| level.is_capped()) {
        talk.say(format!(
            "{} {} has only {}: all are drawn in place of the minimum of {}",
            level.column, level.level, level.population, level.minimum
        ));
    }
    for wave in &record.design.earlier {
        let sum = |of: fn(&crate::draw::ClassDrawn) -> usize| -> usize {
            sample.strata.iter().flat_map(|s| &s.classes).map(of).sum()
        };
        talk.say(match wave.purpose {
            Purpose::Avoid => format!("nobody is drawn who stands in {}", wave.file),
            Purpose::Keep => format!(
                "of {}, {} of the {} who are still in the frame are drawn again",
                wave.file,
                sum(|class| class.kept),
                sum(|class| class.panel)
            ),
        });
    }
    for s in &sample.strata {
        talk.detail(format!("  {}: N_h = {}, n_h = {}, reserve {}", s.stratum, s.population, s.sample, s.reserve));
    }
    let single = |s: &&StratumDrawn| match (s.clusters, s.clusters_drawn) {
        (Some(all), Some(drawn)) => drawn == 1 && all > 1,
        _ => s.sample == 1 && s.population > 1,
    };
    let alone: Vec<&str> = sample.strata.iter().filter(single).map(|s| s.stratum.as_str()).collect();
    if !alone.is_empty() {
        talk.say(format!(
            "warning: only one was drawn in {} of the strata, which gives no standard error there; --minimum 2 would ({})",
            alone.len(),
            shown(&alone)
        ));
    }
}
