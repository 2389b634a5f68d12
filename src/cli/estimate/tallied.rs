//! The quick way: shares, means and totals of many questions from one pass over the rows, where each row is a sampling
//! unit.
//!
//! It gives up, and leaves the work to the general way, whenever something is out of the ordinary: other statistics,
//! clusters, adjusted weights, a fault in the data. The general way then makes the numbers, or says what is wrong and
//! where. Both give the same numbers to the last digits; which one is taken depends on the request alone.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::asked::Asked;
use super::data::Columns;
use super::args::{Args, DomainDf};
use super::derived::Names;
use super::writer::{Footing, Subject, Writer};
use super::{Choices, domain, label};
use crate::cli::{Cell, Rows};
use crate::error::Result;
use crate::expression::Expression;
use crate::statistics::SinglePsu;
use crate::statistics::tally::{Frame, Question, Stratum};
use crate::table::{Arrangement, As, Batch, MISSING, Passed, Table};

/// More cells than this for one question are left to the general way.
const MOST_CELLS: usize = 4_000_000;

/// The rows of the result, if the request is one for the quick way.
pub(super) fn rows(
    args: &Args,
    table: &Table,
    asked: &[Asked],
    condition: Option<&Expression>,
    choices: Choices,
) -> Result<Option<Rows>> {
    let column_of = |one: &Asked| match *one {
        Asked::Proportion(column) | Asked::Mean(column) | Asked::Total(column) => Some(column),
        _ => None,
    };
    let questions: Option<Vec<usize>> = asked.iter().map(column_of).collect();
    let plain = args.cluster.is_empty()
        && args.fpc.len() < 2
        && args.compare.is_none()
        && args.contrast.is_empty()
        && args.benchmark.is_none()
        && args.score.is_empty()
        && args.net.is_empty()
        && args.nonresponse.is_none()
        && args.weights_out.is_none()
        && args.weights_report.is_none()
        && args.replicate.is_none()
        && args.replicate_weights.is_none()
        && args.poststratify.is_none()
        && args.rake.is_none()
        && args.calibrate.is_none()
        && args.trim.is_none();
    let nameless = condition.is_some_and(|condition| condition.names().is_empty());
    let Some(questions) = questions.filter(|_| plain && !nameless) else { return Ok(None) };
    let taken = match condition {
        None => None,
        Some(condition) => {
            let names = condition.names().iter().map(|name| table.column(&name.name)).collect::<Result<Vec<_>>>()?;
            let known = Names { table, derived: Vec::new(), sets: Vec::new() };
            Some(domain::taken(condition, &Columns::read(&known, &names)?)?)
        }
    };
    let mut wanted: Vec<(usize, As)> = Vec::new();
    for name in args.strata.iter().chain(&args.by) {
        wanted.push((table.column(name)?, As::Codes));
    }
    for name in args.weight.iter().chain(&args.fpc) {
        wanted.push((table.column(name)?, As::Numbers));
    }
    let first_question = wanted.len();
    wanted.extend(questions.iter().map(|&column| (column, As::Codes)));
    let mut tally = Tally {
        strata_columns: args.strata.len(),
        by_columns: args.by.len(),
        has_weight: args.weight.is_some(),
        has_fpc: !args.fpc.is_empty(),
        first_question,
        taken,
        single_psu: args.single_psu,
        questions: vec![Question::default(); questions.len()],
        ..Tally::default()
    };
    let Passed::Whole(levels) = table.stream(&wanted, |batch| tally.add(&batch))? else { return Ok(None) };
    let Some(frame) = tally.frame() else { return Ok(None) };
    let domains = tally.domains(args, &levels[args.strata.len()..]);
    let single_psu = if frame.strata.iter().any(Stratum::is_single) { vec!["single-psu"] } else { Vec::new() };
    let writer = Writer::new(tally.method(&frame), single_psu, choices);
    let of_one = |(number, one): (usize, &Asked)| -> Option<Vec<Vec<Cell>>> {
        let (variable, arrangement) = (&table.names()[questions[number]], &levels[first_question + number]);
        let mut parts = vec![Vec::new(); arrangement.shown.len()];
        for (level, &place) in arrangement.place.iter().enumerate() {
            parts[place as usize].push(level);
        }
        let mut rows = Vec::new();
        for domain in &domains {
            let df = match choices.domain_df {
                DomainDf::Design => frame.degrees_of_freedom(),
                DomainDf::Domain => tally.domain_df(&domain.groups, &frame),
            };
            let (question, groups) = (&tally.questions[number], &domain.groups);
            let census = groups.iter().all(|&group| frame.strata[frame.stratum_of[group] as usize].is_whole());
            let footing = Footing { df, census };
            let subject =
                |statistic, response| Subject { statistic, variable, response, by: &domain.by, group: &domain.group };
            if let Asked::Proportion(_) = one {
                let shares = frame.shares(question, groups, &parts, df);
                for (share, response) in shares.iter().zip(&arrangement.shown) {
                    rows.push(writer.share_row(subject("proportion", response), share, footing, &[]));
                }
                continue;
            }
            let (mean, total) = frame.mean_and_total(question, groups, &parts, arrangement.numbers()?, df);
            rows.push(match one {
                Asked::Total(_) => writer.number_row(subject("total", ""), &total, footing, &[]),
                _ => writer.number_row(subject("mean", ""), &mean, footing, &[]),
            });
        }
        Some(rows)
    };
    let made: Option<Vec<Vec<Vec<Cell>>>> = asked.par_iter().enumerate().map(of_one).collect();
    // Texts where a mean was asked: the general way says where.
    let Some(made) = made else { return Ok(None) };
    if made.iter().any(|rows| rows.is_empty()) {
        return Ok(None);
    }
    Ok(Some(Rows { columns: crate::estimate::COLUMNS.to_vec(), rows: made.into_iter().flatten().collect() }))
}

/// A domain as the groups of rows that make it up.
struct Domain {
    by: String,
    group: String,
    groups: Vec<usize>,
}

/// Everything that the pass collects.
#[derive(Default)]
struct Tally {
    strata_columns: usize,
    by_columns: usize,
    has_weight: bool,
    has_fpc: bool,
    first_question: usize,
    taken: Option<Vec<bool>>,
    single_psu: SinglePsu,
    questions: Vec<Question>,
    strata: Crossed,
    domains: Crossed,
    /// Units, first weight and population figure of each stratum.
    sampled: Vec<u32>,
    first_weight: Vec<f64>,
    figure: Vec<f64>,
    /// For each domain (0 for rows without a group) and stratum the group's number.
    group_at: Vec<Vec<u32>>,
    /// For each group its stratum, its domain and its rows.
    groups: Vec<(u32, u32, u64)>,
}

/// Numbers for the combinations of several columns' codes, in order of first appearance.
#[derive(Default)]
struct Crossed {
    known: HashMap<Vec<u32>, u32>,
    /// The codes of each combination.
    codes: Vec<Vec<u32>>,
    last: Vec<u32>,
    last_number: u32,
    /// With one column: the number of each code, or [`MISSING`].
    of_code: Vec<u32>,
}

impl Crossed {
    /// The number of a row's combination; none when a code is missing.
    fn number(&mut self, columns: &[&[u32]], row: usize) -> Option<u32> {
        if let [codes] = columns {
            let code = codes[row];
            if code == MISSING {
                return None;
            }
            if code as usize >= self.of_code.len() {
                self.of_code.resize(code as usize + 1, MISSING);
            }
            let number = &mut self.of_code[code as usize];
            if *number == MISSING {
                *number = self.codes.len() as u32;
                self.codes.push(vec![code]);
            }
            return Some(*number);
        }
        if !self.codes.is_empty() && columns.iter().zip(&self.last).all(|(codes, &last)| codes[row] == last) {
            return Some(self.last_number);
        }
        if columns.iter().any(|codes| codes[row] == MISSING) {
            return None;
        }
        self.last.clear();
        self.last.extend(columns.iter().map(|codes| codes[row]));
        self.last_number = match self.known.get(&self.last) {
            Some(&number) => number,
            None => {
                let number = self.codes.len() as u32;
                self.known.insert(self.last.clone(), number);
                self.codes.push(self.last.clone());
                number
            }
        };
        Some(self.last_number)
    }
}

impl Tally {
    /// Adds a batch; false when something is out of the ordinary.
    fn add(&mut self, batch: &Batch) -> bool {
        let pieces = |from: usize, count: usize| -> Vec<&[u32]> {
            batch.columns[from..from + count].iter().map(|piece| piece.codes()).collect()
        };
        let strata = pieces(0, self.strata_columns);
        let by = pieces(self.strata_columns, self.by_columns);
        let numbers = self.strata_columns + self.by_columns;
        let weights = self.has_weight.then(|| batch.columns[numbers].numbers());
        let figures = self.has_fpc.then(|| batch.columns[numbers + usize::from(self.has_weight)].numbers());
        let mut group = vec![MISSING; batch.rows];
        let mut shifted = vec![0.0; batch.rows];
        for row in 0..batch.rows {
            let Some(stratum) = self.strata.number(&strata, row) else { return false };
            let weight = weights.map_or(1.0, |weights| weights[row]);
            let figure = figures.map_or(f64::INFINITY, |figures| figures[row]);
            if !(weight.is_finite() && weight > 0.0 && figure > 0.0) {
                return false;
            }
            let at = stratum as usize;
            if at == self.sampled.len() {
                self.sampled.push(0);
                self.first_weight.push(weight);
                self.figure.push(figure);
            }
            if self.figure[at] != figure {
                return false;
            }
            self.sampled[at] += 1;
            shifted[row] = weight - self.first_weight[at];
            if self.taken.as_ref().is_some_and(|taken| !taken[batch.first_row + row]) {
                continue;
            }
            let domain = match by.is_empty() {
                true => 0,
                false => self.domains.number(&by, row).map_or(0, |number| number + 1),
            };
            group[row] = self.group(domain, stratum);
        }
        let groups = self.groups.len();
        let first = self.first_question;
        if (first..batch.levels.len()).any(|question| groups.saturating_mul(batch.levels[question]) > MOST_CELLS) {
            return false;
        }
        self.questions.par_iter_mut().enumerate().for_each(|(number, question)| {
            let codes = batch.columns[first + number].codes();
            question.add(&group, codes, &shifted, groups, batch.levels[first + number]);
        });
        true
    }

    fn group(&mut self, domain: u32, stratum: u32) -> u32 {
        let (domain_at, stratum_at) = (domain as usize, stratum as usize);
        if domain_at >= self.group_at.len() {
            self.group_at.resize(domain_at + 1, Vec::new());
        }
        let of_domain = &mut self.group_at[domain_at];
        if stratum_at >= of_domain.len() {
            of_domain.resize(stratum_at + 1, MISSING);
        }
        if of_domain[stratum_at] == MISSING {
            of_domain[stratum_at] = self.groups.len() as u32;
            self.groups.push((stratum, domain, 0));
        }
        let group = of_domain[stratum_at];
        self.groups[group as usize].2 += 1;
        group
    }

    /// The strata with their populations; none when the design is out of the ordinary.
    fn frame(&self) -> Option<Frame> {
        let fractions = self.has_fpc && self.figure.iter().all(|&figure| figure <= 1.0);
        let mut strata = Vec::with_capacity(self.sampled.len());
        for ((&sampled, &first_weight), &figure) in self.sampled.iter().zip(&self.first_weight).zip(&self.figure) {
            let n = f64::from(sampled);
            let population = if fractions { n / figure } else { figure };
            if population < n * (1.0 - 1e-12) || (self.has_fpc && !fractions && figure < 1.0) {
                return None;
            }
            let first_weight = if self.has_weight || !self.has_fpc { first_weight } else { population / n };
            let stratum = Stratum { sampled, population, first_weight };
            let refused = matches!(self.single_psu, SinglePsu::Fail | SinglePsu::Collapse) && stratum.is_single();
            if !first_weight.is_finite() || refused {
                return None;
            }
            strata.push(stratum);
        }
        let stratum_of = self.groups.iter().map(|(stratum, ..)| *stratum).collect();
        (!self.groups.is_empty()).then_some(Frame { strata, stratum_of, single_psu: self.single_psu })
    }

    /// Everyone first, then the groups in the order of their values.
    fn domains(&self, args: &Args, levels: &[Arrangement]) -> Vec<Domain> {
        let everyone = Domain { by: String::new(), group: String::new(), groups: (0..self.groups.len()).collect() };
        let mut met: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
        for (number, &(_, domain, _)) in self.groups.iter().enumerate().filter(|(_, (_, domain, _))| *domain > 0) {
            let codes = &self.domains.codes[domain as usize - 1];
            let places = codes.iter().zip(levels).map(|(&code, level)| level.place[code as usize]).collect();
            met.entry(places).or_default().push(number);
        }
        let by = label::joined(args.by.iter().map(String::as_str));
        let named = met.into_iter().map(|(places, groups)| {
            let labels: Vec<&str> =
                places.iter().zip(levels).map(|(&place, level)| level.shown[place as usize].as_str()).collect();
            Domain { by: by.clone(), group: label::joined(labels), groups }
        });
        std::iter::once(everyone).chain(named).collect()
    }

    /// The rows of a domain less the strata that it meets.
    fn domain_df(&self, groups: &[usize], frame: &Frame) -> f64 {
        let mut met = vec![false; frame.strata.len()];
        let mut rows = 0;
        for &group in groups {
            met[self.groups[group].0 as usize] = true;
            rows += self.groups[group].2;
        }
        rows as f64 - met.iter().filter(|met| **met).count() as f64
    }

    fn method(&self, frame: &Frame) -> Vec<String> {
        let mut method = vec!["taylor".to_owned()];
        if frame.strata.iter().any(Stratum::is_single) {
            method.push(format!("single-psu={}", self.single_psu.name()));
        }
        method
    }
}
