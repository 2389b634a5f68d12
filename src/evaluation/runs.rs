//! Evidence that flows in by itself: the results of surveys and audits, read from what a run left behind, and published
//! figures from benchmark packs.
//!
//! Every question that bears on an indicator brings its share (or mean), margin, base, comparison, trend and the agreement
//! of readers. What a run does not show is not shown here either.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::definition::{Definition, FigureSource, RunSource};
use super::evidence::{Compared, Consultation, Figure, Item, Kind, Says, Trend, reading};
use crate::error::{Error, Result};
use crate::estimate::Verdict;
use crate::evidence::{Framework, framework};
use crate::files::read_file;
use crate::finding::Place;
use crate::instrument::{self, HighIs};
use crate::record::{self, Record};
use crate::results::Strength;
use crate::statistics::{Critical, compare as test};
use crate::terms::StudyKind;
use crate::{benchmark, pipeline};

/// The confidence level of the difference from the run before.
const LEVEL: f64 = 0.95;

/// What a run gives.
pub(super) struct FromRun {
    pub items: Vec<Item>,
    pub consultation: Option<Consultation>,
    /// Every file that was read for them.
    pub files: Vec<PathBuf>,
}

/// One row of `estimates.csv`.
#[derive(Debug, Clone, Default)]
struct Row {
    variable: String,
    statistic: String,
    label: String,
    wording: String,
    indicators: Vec<String>,
    n: Option<usize>,
    estimate: Option<f64>,
    se: Option<f64>,
    df: Option<f64>,
    interval: Option<(f64, f64)>,
    moe: Option<f64>,
    benchmark: Option<f64>,
    benchmark_source: String,
    difference: Option<f64>,
    verdict: Option<Verdict>,
}

/// Reads a run's evidence.
///
/// # Errors
/// When the folder holds no run, or its files are not what a run writes.
pub(super) fn read(definition: &Definition, framework: &Framework, source: &RunSource) -> Result<FromRun> {
    let folder = definition.resolve(source.folder.get_ref());
    let path = folder.join("run.json");
    if !path.exists() {
        return Err(definition
            .fault(source.folder.span(), "there is no run in this folder", "no run.json here")
            .expected(format!("{}", path.display()))
            .hint("run the study first: quorate run PIPELINE"));
    }
    let record = Record::read(&path)?;
    let rows = estimates(&folder.join("estimates.csv"))?;
    let earlier = match &source.earlier {
        Some(folder) => estimates(&definition.resolve(folder).join("estimates.csv"))?,
        None => Vec::new(),
    };
    let agreement = agreement(&folder.join("agreement.csv"))?;
    let study = Study::of(&folder, &record, framework);
    if let Some(stranger) = source.indicators.keys().find(|id| !rows.iter().any(|row| row.variable == **id)) {
        return Err(definition
            .fault(source.folder.span(), format!("the run has no question {stranger:?}"), "in this run")
            .hint("mend its name under indicators"));
    }
    let mut files = vec![path.clone(), folder.join("estimates.csv")];
    files.extend(Some(folder.join("agreement.csv")).filter(|file| file.exists()));
    files.extend(source.earlier.iter().map(|folder| definition.resolve(folder).join("estimates.csv")));
    files.extend(study.files.iter().cloned());
    let mut items = Vec::new();
    for row in headline(&rows) {
        let indicators: Vec<String> = match source.indicators.get(&row.variable) {
            Some(named) => named.iter().map(|name| name.get_ref().clone()).collect(),
            None if study.same_framework => row.indicators.clone(),
            None => Vec::new(),
        };
        if indicators.is_empty() {
            continue;
        }
        let before = earlier.iter().find(|e| e.variable == row.variable && e.statistic == row.statistic);
        items.push(Item {
            id: format!("{}/{}", record.study, row.variable),
            title: study.labels.get(&row.variable).cloned().unwrap_or_else(|| row.wording.clone()),
            kind: match study.kind {
                Some(StudyKind::FileAudit) => Kind::FileAudit,
                _ => Kind::Survey,
            },
            indicators,
            source: format!("{}, run {}", study.title, record.run_id),
            owner: source.owner.clone(),
            date: Some(source.date),
            says: if row.statistic == "positive" && !study.concerns.contains(&row.variable) {
                let high_is = study.high_is.get(&row.variable).copied().unwrap_or(HighIs::Good);
                reading(row.interval, row.verdict, high_is, definition.evidence.bounds())
            } else {
                Says::Unclear
            },
            strength: String::new(),
            weakness: String::new(),
            figure: Some(figure(row, before, agreement.get(&row.variable), definition.evidence.rule / 100.0)),
            place: Place::file(record::relative(
                definition.path.parent().unwrap_or(Path::new("")),
                &folder.join("estimates.csv"),
            ))
            .question(&row.variable),
        });
    }
    let returned = record.stages.iter().find_map(|stage| stage.counts.get("returned").copied());
    let consultation = (study.kind != Some(StudyKind::FileAudit)).then(|| {
        let mut indicators: Vec<String> = items.iter().flat_map(|item| item.indicators.iter().cloned()).collect();
        indicators.sort_by_cached_key(|number| crate::evidence::order(number));
        indicators.dedup();
        Consultation {
            id: record.study.clone(),
            title: study.title.clone(),
            method: "survey".to_owned(),
            audience: study.instrument.clone(),
            people: returned,
            date: Some(source.date),
            owner: source.owner.clone(),
            indicators,
            changed: source.changed.clone(),
            quality: "drawn at random, weighted, with margins".to_owned(),
        }
    });
    Ok(FromRun { items, consultation, files })
}

/// What is known of a run's study beyond its record.
struct Study {
    title: String,
    instrument: String,
    kind: Option<StudyKind>,
    labels: BTreeMap<String, String>,
    /// The questions that look for concerns: a high share of files without one is not a strength.
    concerns: Vec<String>,
    /// Whether a high share is good, by question.
    high_is: BTreeMap<String, HighIs>,
    /// Whether the instrument's indicators are those of this framework.
    same_framework: bool,
    /// The definitions that say all this.
    files: Vec<PathBuf>,
}

impl Study {
    /// From the pipeline file that the record names; where it is gone, from the record alone.
    fn of(folder: &Path, record: &Record, framework: &Framework) -> Study {
        let bare = Study {
            title: record.study.clone(),
            instrument: String::new(),
            kind: None,
            labels: BTreeMap::new(),
            concerns: Vec::new(),
            high_is: BTreeMap::new(),
            same_framework: true,
            files: Vec::new(),
        };
        let pipeline = record::resolve(folder, &record.pipeline);
        let Ok(definition) = pipeline::read(&pipeline) else { return bare };
        let Ok(instrument) = definition.instrument() else { return bare };
        let own = definition.evidence.as_ref().map(|choices| definition.resolve(&choices.framework));
        let mut files = vec![pipeline, definition.resolve(definition.study.instrument.get_ref())];
        files.extend(own.iter().filter(|path| path.exists()).cloned());
        let same = own.and_then(|path| framework::read(&path).ok()).is_none_or(|own| own.id == framework.id);
        Study {
            title: definition.study.title.clone(),
            instrument: instrument.title.clone(),
            kind: Some(instrument.kind),
            labels: instrument.questions.iter().map(|q| (q.id.clone(), q.label.clone())).collect(),
            concerns: instrument.questions.iter().filter(|q| !q.concern.is_empty()).map(|q| q.id.clone()).collect(),
            high_is: instrument.questions.iter().map(|q| (q.id.clone(), q.high_is)).collect(),
            same_framework: same,
            files,
        }
    }
}

/// The row that speaks for each question: its positive share, or else its mean, for everyone.
fn headline(rows: &[Row]) -> Vec<&Row> {
    let mut chosen: Vec<&Row> = Vec::new();
    for row in rows.iter().filter(|row| row.statistic == "positive" || row.statistic == "mean") {
        match chosen.iter().position(|known| known.variable == row.variable) {
            Some(place) if row.statistic == "positive" => chosen[place] = row,
            Some(_) => {}
            None => chosen.push(row),
        }
    }
    chosen
}

fn figure(row: &Row, before: Option<&Row>, agreement: Option<&String>, rule: f64) -> Figure {
    let share = row.statistic == "positive";
    let strength = match (row.estimate, row.moe) {
        (None, _) | (_, None) => Strength::TooFew,
        (Some(_), Some(moe)) if share && moe <= rule => Strength::Firm,
        (Some(_), Some(moe)) if share && moe > 2.0 * rule => Strength::TooFew,
        _ => Strength::Indicative,
    };
    Figure {
        label: row.label.clone(),
        share,
        value: row.estimate,
        margin: row.moe,
        interval: row.interval,
        base: row.n,
        comparison: row.estimate.and(row.benchmark).map(|value| Compared {
            value,
            source: row.benchmark_source.clone(),
            difference: row.difference.unwrap_or(f64::NAN),
            tested: row.verdict,
            verdict: row.verdict.map_or(String::new(), |verdict| verdict.words().to_owned()),
        }),
        trend: before.and_then(|before| trend(row, before)),
        agreement: agreement.cloned(),
        strength: Some(strength),
    }
}

/// The difference between two runs, drawn apart from each other: the variances add, and the degrees of freedom are the
/// smaller of the two.
fn trend(now: &Row, before: &Row) -> Option<Trend> {
    let (value, earlier) = (now.estimate?, before.estimate?);
    let difference = value - earlier;
    let errors = now.se.zip(before.se).filter(|(one, other)| one.hypot(*other) > 0.0);
    let Some((se, earlier_se)) = errors else {
        return Some(Trend { before: earlier, difference, interval: None, verdict: "cannot be said" });
    };
    let df = now.df.unwrap_or(f64::INFINITY).min(before.df.unwrap_or(f64::INFINITY));
    let found = test::against_estimated(value, se, df, earlier, earlier_se, Critical::T(LEVEL));
    let verdict = match (found.p_value < 1.0 - LEVEL, difference > 0.0) {
        (true, true) => "risen",
        (true, false) => "fallen",
        (false, _) => "no real change",
    };
    Some(Trend { before: earlier, difference, interval: Some((found.ci_low, found.ci_high)), verdict })
}

/// The rows of `estimates.csv` for everyone.
fn estimates(path: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    each(path, &["statistic", "variable", "by", "estimate", "moe", "indicator", "verdict"], |cell| {
        if !cell("by").is_empty() {
            return;
        }
        let number = |name: &str| cell(name).parse::<f64>().ok();
        let text = |name: &str| cell(name).to_owned();
        rows.push(Row {
            variable: text("variable"),
            statistic: text("statistic"),
            label: instrument::alone(cell("label").as_str()).to_owned(),
            wording: text("question"),
            indicators: cell("indicator").split('|').filter(|i| !i.is_empty()).map(str::to_owned).collect(),
            n: cell("n").parse().ok(),
            estimate: number("estimate"),
            se: number("se"),
            df: number("df"),
            interval: number("ci_low").zip(number("ci_high")),
            moe: number("moe"),
            benchmark: number("benchmark"),
            benchmark_source: text("benchmark_source"),
            difference: number("difference"),
            verdict: [Verdict::Higher, Verdict::Lower, Verdict::NoRealDifference, Verdict::TooFewToSay]
                .into_iter()
                .find(|verdict| verdict.words() == cell("verdict")),
        });
    })?;
    Ok(rows)
}

/// How readers agreed, in words, by question; empty where nothing was read twice.
fn agreement(path: &Path) -> Result<BTreeMap<String, String>> {
    let mut words = BTreeMap::new();
    if path.exists() {
        each(path, &["question", "exact", "words"], |cell| {
            let exact = cell("exact").parse::<f64>().map_or(String::new(), |x| format!("{:.0}% the same. ", 100.0 * x));
            words.insert(cell("question").to_owned(), format!("{exact}{}", cell("words")));
        })?;
    }
    Ok(words)
}

/// Calls `take` with every row of a csv file that a run wrote, as a look-up of cells by heading.
fn each(path: &Path, wanted: &[&str], mut take: impl FnMut(&dyn Fn(&str) -> String)) -> Result<()> {
    let bytes = read_file(path)?;
    let broken = |error: csv::Error| Error::file(path, "the file cannot be read as csv").found(error.to_string());
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let headings = reader.headers().map_err(broken)?.clone();
    if let Some(missing) = wanted.iter().find(|name| !headings.iter().any(|heading| heading == **name)) {
        return Err(
            Error::file(path, "the file is not one that a run writes").expected(format!("a column {missing:?}"))
        );
    }
    for record in reader.records() {
        let record = record.map_err(broken)?;
        take(&|name| {
            let place = headings.iter().position(|heading| heading == name);
            place.and_then(|place| record.get(place)).unwrap_or_default().to_owned()
        });
    }
    Ok(())
}

/// Published figures as evidence. Without bases nothing can be said about chance, and nothing is.
///
/// # Errors
/// When a pack cannot be read, or has no such figure.
pub(super) fn figures(definition: &Definition, source: &FigureSource) -> Result<Vec<Item>> {
    let pack_path = definition.resolve(&source.pack);
    let pack = benchmark::read(&pack_path)?;
    let other = source.against.as_ref().map(|path| benchmark::read(&definition.resolve(path))).transpose()?;
    let find = |pack: &benchmark::Pack, id: &toml::Spanned<String>| {
        pack.figures.iter().find(|figure| figure.id == *id.get_ref()).cloned().ok_or_else(|| {
            definition.fault(id.span(), format!("{} has no figure {:?}", pack.id, id.get_ref()), "no such figure")
        })
    };
    let mut items = Vec::new();
    for used in &source.figures {
        let figure = find(&pack, &used.id)?;
        let comparison = match (&used.against, &other) {
            (None, _) => None,
            (Some(id), None) => {
                return Err(definition
                    .fault(id.span(), "there is no pack to compare with", "here")
                    .expected("against = \"PACK\" above the figures"));
            }
            (Some(id), Some(other)) => {
                let compared = find(other, id)?;
                let known = figure.se().is_some() && compared.se().is_some();
                Some(Compared {
                    value: compared.value,
                    source: other.title.clone(),
                    difference: figure.value - compared.value,
                    tested: None,
                    verdict: if known { String::new() } else { "no bases published: cannot be said".to_owned() },
                })
            }
        };
        let group = if figure.group.is_empty() { String::new() } else { format!(" ({})", figure.group) };
        let from =
            if figure.source.is_empty() { pack.source.clone() } else { format!("{}: {}", pack.title, figure.source) };
        items.push(Item {
            id: format!("{}/{}", pack.id, figure.id),
            title: format!("{}{group}", figure.label),
            kind: Kind::PublishedFigure,
            indicators: used.indicators.iter().map(|name| name.get_ref().clone()).collect(),
            source: from,
            owner: source.owner.clone(),
            date: Some(source.date),
            says: used.says,
            strength: String::new(),
            weakness: figure.note.clone(),
            figure: Some(Figure {
                label: figure.label.clone(),
                share: true,
                value: Some(figure.value),
                margin: figure.margin,
                interval: figure.margin.map(|margin| (figure.value - margin, figure.value + margin)),
                base: figure.base.map(|base| base as usize),
                comparison,
                trend: None,
                agreement: None,
                strength: figure.margin.map(|margin| {
                    if margin <= definition.evidence.rule / 100.0 { Strength::Firm } else { Strength::Indicative }
                }),
            }),
            place: Place::file(record::relative(definition.path.parent().unwrap_or(Path::new("")), &pack_path)),
        });
    }
    Ok(items)
}
