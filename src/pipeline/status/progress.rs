//! How fieldwork goes over the days, and where it is likely to end.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use super::super::{Definition, Sampling};
use crate::draw::Selected;
use crate::error::Result;
use crate::returns::Returned;
use crate::terms::StudyKind;

/// Earlier days are those that programs write into workbooks in place of one, our own among them.
const FIRST_YEAR: i32 = 2001;

/// The course of fieldwork.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// The day as at which it is told: the one that was asked for, else the last day on which something came.
    pub as_at: Option<NaiveDate>,
    /// The day on which forms go out.
    pub opens: Option<NaiveDate>,
    /// The day on which returns close.
    pub closes: Option<NaiveDate>,
    /// Returns that say no day; they count on every day.
    pub undated: usize,
    /// Everybody.
    pub all: Course,
    /// Stratum by stratum, by name, in their order.
    pub strata: Vec<(String, Course)>,
}

/// The course of a part of the sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Course {
    /// Units issued.
    pub issued: usize,
    /// The returns that are expected at the close; none where no response was said to be expected.
    pub expected: Option<f64>,
    /// Units returned up to each day on which something came, oldest first.
    pub returned: Vec<(NaiveDate, usize)>,
}

impl Course {
    /// Units returned up to the last day.
    pub fn came(&self) -> usize {
        self.returned.last().map_or(0, |(_, count)| *count)
    }

    /// What should have come by a day if returns come evenly from the first day to the last.
    pub fn planned(&self, opens: Option<NaiveDate>, closes: Option<NaiveDate>, day: NaiveDate) -> Option<f64> {
        let (opens, closes, expected) = (opens?, closes?, self.expected?);
        let length = (closes - opens).num_days() as f64;
        let gone = (day - opens).num_days() as f64;
        Some(expected * (gone / length).clamp(0.0, 1.0))
    }
}

/// When each unit's first return came: as the register says, else when its workbook was last saved; none where neither says
/// a day, or one before forms went out.
pub(super) fn receipts(
    definition: &Definition,
    sampling: &Sampling,
    returned: &Returned,
) -> Result<BTreeMap<String, Option<NaiveDate>>> {
    let opens = definition.opens()?;
    let saved: BTreeMap<&str, Option<NaiveDate>> =
        returned.workbooks.iter().map(|workbook| (workbook.file.as_str(), workbook.saved)).collect();
    let mut receipts = BTreeMap::new();
    for response in &returned.responses {
        let registered = sampling.register.of(&response.serial).filter(|entry| entry.disposition.has_answers());
        let day = match registered.and_then(|entry| entry.date) {
            Some(day) => Some(day),
            None => saved.get(response.origin.workbook.as_str()).copied().flatten(),
        };
        let day = day.filter(|day| day.year() >= FIRST_YEAR && opens.is_none_or(|opens| *day >= opens));
        let known = receipts.entry(response.serial.clone()).or_insert(day);
        *known = match (*known, day) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (known, day) => known.or(day),
        };
    }
    Ok(receipts)
}

/// Leaves out what came after a day.
pub(super) fn as_at(returned: &mut Returned, receipts: &BTreeMap<String, Option<NaiveDate>>, day: NaiveDate) {
    let came = |serial: &str| receipts.get(serial).copied().flatten().is_none_or(|date| date <= day);
    returned.responses.retain(|response| came(&response.serial));
}

/// The share of a stratum's units from whom a return is expected.
pub(super) fn response(definition: &Definition, kind: StudyKind, stratum: &str) -> Option<f64> {
    let said = definition.pilot.response.get(stratum).copied().or(definition.pilot.response_rate);
    // Files do not refuse: all of them are expected to be read.
    said.or((kind == StudyKind::FileAudit).then_some(1.0))
}

/// The course of fieldwork from the days on which returns came.
pub(super) fn progress(
    definition: &Definition,
    sampling: &Sampling,
    kind: StudyKind,
    returned: &Returned,
    receipts: &BTreeMap<String, Option<NaiveDate>>,
    asked: Option<NaiveDate>,
) -> Result<Progress> {
    let in_use = sampling.in_use();
    let came: BTreeMap<&str, Option<NaiveDate>> = returned
        .responses
        .iter()
        .map(|response| (response.serial.as_str(), receipts.get(&response.serial).copied().flatten()))
        .collect();
    let opens = definition.opens()?;
    let as_at = asked.or_else(|| came.values().copied().flatten().max());
    // Returns of no known day stand before all others; where no day is known at all, they stand on none.
    let first = came.values().copied().flatten().min();
    let start = opens.or(first.map(|first| first.checked_sub_days(Days::new(1)).unwrap_or(first)));
    let strata = sampling.sample.strata.iter().map(|stratum| {
        let units: Vec<&Selected> = in_use.iter().copied().filter(|unit| unit.stratum == stratum.stratum).collect();
        let share = response(definition, kind, &stratum.stratum);
        let course = course(&units, &came, share.map(|share| share * units.len() as f64), start);
        (stratum.stratum.clone(), course)
    });
    let strata: Vec<(String, Course)> = strata.collect();
    let expected = strata.iter().map(|(_, course)| course.expected).sum::<Option<f64>>();
    Ok(Progress {
        as_at,
        opens,
        closes: definition.closes()?,
        undated: came.values().filter(|day| day.is_none()).count(),
        all: course(&in_use, &came, expected, start),
        strata,
    })
}

fn course(
    units: &[&Selected],
    came: &BTreeMap<&str, Option<NaiveDate>>,
    expected: Option<f64>,
    start: Option<NaiveDate>,
) -> Course {
    let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    let mut sum = 0;
    for unit in units {
        match came.get(unit.serial.as_str()) {
            Some(Some(day)) => *days.entry(*day).or_default() += 1,
            Some(None) => sum += 1,
            None => {}
        }
    }
    let mut returned = Vec::with_capacity(days.len() + 1);
    if let (Some(start), true) = (start, sum > 0) {
        returned.push((start, sum));
    }
    for (day, count) in days {
        sum += count;
        returned.push((day, sum));
    }
    Course { issued: units.len(), expected, returned }
}
