//! The reports of a plan as files, and the record by which they can be made again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::report::{Report, report};
use super::store::Plan;
use super::study::{self, Study};
use crate::error::{Error, Result};
use crate::files::{Delivery, sha256_hex};
use crate::record::{self, Record, StageRecord, Subject};
use crate::{chart, page, workbook};

/// The dates of a report, which the user gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// The date at which the plan stands so.
    pub as_at: NaiveDate,
    /// The date of the report before, to say what has changed since.
    pub since: Option<NaiveDate>,
}

impl Dates {
    /// Both dates, if they are in order.
    ///
    /// # Errors
    /// When the earlier date is not before the later one.
    pub fn new(as_at: NaiveDate, since: Option<NaiveDate>) -> Result<Dates> {
        match since {
            Some(since) if since >= as_at => Err(Error::usage("the earlier date is not before the later one")
                .found(format!("--since {since} --as-at {as_at}"))),
            _ => Ok(Dates { as_at, since }),
        }
    }

    /// The dates that a record names.
    ///
    /// # Errors
    /// When they are no dates.
    pub fn of_record(record: &Record) -> Result<Dates> {
        let day = |name: &str| match record.choices.get(name).map(String::as_str) {
            None | Some("") => Ok(None),
            Some(text) => text.parse::<NaiveDate>().map(Some).map_err(|_| {
                Error::usage(format!("the record's {name} is not a date")).found(text).expected("such as 2026-12-31")
            }),
        };
        let as_at =
            day("as_at")?.ok_or_else(|| Error::usage("the record does not say at which date the plan stood"))?;
        Dates::new(as_at, day("since")?)
    }
}

/// Writes the action plan with its progress and charts, "you said, we did", the workbook and the record; gives the paths. What lies
/// there already is replaced only if it is the same, or if `replace` says so.
///
/// # Errors
/// When the plan has no actions, another report lies there, or a file cannot be read or written.
pub fn publish(plan: &Plan, studies: &[Study], dates: Dates, folder: &Path, replace: bool) -> Result<Vec<PathBuf>> {
    if plan.actions.is_empty() {
        return Err(Error::file(plan.folder.join("actions"), "the plan has no actions")
            .hint("quorate plan draft or quorate plan import makes them"));
    }
    let report = report(plan, studies, dates.as_at, dates.since);
    let inputs = inputs(plan)?;
    let run_id = record::run_id(&report.version, &inputs);
    let charts = chart::plan::all(&report, &run_id)?;
    let mut files = vec![
        ("plan.html".to_owned(), page::plan::render(&report, &charts).into_bytes()),
        ("you-said-we-did.html".to_owned(), page::plan::you_said(&report).into_bytes()),
        ("plan.xlsx".to_owned(), workbook::plan(&report)?),
    ];
    files.extend(chart::files(&charts)?);
    let outputs = files.iter().map(|(name, bytes)| (name.clone(), sha256_hex(bytes))).collect();
    let record = record_of(plan, &report, dates, folder, (run_id, inputs, outputs));
    files.push(("run.json".to_owned(), record.json().into_bytes()));
    // A report made again from the same plan is the same report: only another one is worth asking about.
    for (name, bytes) in files.iter().filter(|_| !replace) {
        let path = folder.join(name);
        if std::fs::read(&path).is_ok_and(|before| before != *bytes) {
            return Err(
                Error::file(&path, "another report is there already").hint("choose another folder, or add --force")
            );
        }
    }
    let mut delivery = Delivery::into(folder)?;
    for (name, bytes) in &files {
        delivery.put(name, bytes)?;
    }
    delivery.deliver()?;
    Ok(files.iter().map(|(name, _)| folder.join(name)).collect())
}

/// Whether the report in a folder is one of this plan as at this date, so that a new one may take its place.
pub fn is_of(folder: &Path, plan: &Plan, dates: Dates) -> bool {
    Record::read(&folder.join("run.json")).is_ok_and(|record| {
        record.subject == Subject::Plan
            && record.study == plan.id
            && record.choices.get("as_at") == Some(&dates.as_at.to_string())
    })
}

type Hashes = BTreeMap<String, String>;

/// The hashes of all files that a report is made from.
fn inputs(plan: &Plan) -> Result<Hashes> {
    let mut files = vec![plan.head.0.clone()];
    files.extend(plan.actions.iter().map(|action| action.path.clone()));
    for survey in &plan.surveys {
        files.extend(study::files(survey));
    }
    let mut inputs = BTreeMap::new();
    for file in files {
        record::add(&mut inputs, &plan.folder, &file)?;
    }
    Ok(inputs)
}

fn record_of(
    plan: &Plan,
    report: &Report,
    dates: Dates,
    folder: &Path,
    (run_id, inputs, outputs): (String, Hashes, Hashes),
) -> Record {
    let mut choices = BTreeMap::from([("as_at".to_owned(), dates.as_at.to_string())]);
    choices.extend(dates.since.map(|since| ("since".to_owned(), since.to_string())));
    choices.extend(report.rule.iter().map(|(method, _)| ("targets".to_owned(), method.clone())));
    let counts = &report.counts;
    let counts = [
        ("actions", counts.actions),
        ("ungraded", counts.ungraded),
        ("overdue", counts.late),
        ("complete", counts.complete),
        ("targets", report.targets.len()),
    ];
    let counts = counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    Record {
        subject: Subject::Plan,
        program: "quorate".to_owned(),
        version: report.version.clone(),
        run_id,
        study: plan.id.clone(),
        pipeline: record::relative(folder, &plan.head.0),
        seed: String::new(),
        inputs,
        stages: vec![StageRecord { stage: "publish".to_owned(), counts }],
        choices,
        outputs,
    }
}
