//! Earlier waves of a study, from the folders that their runs left.
//!
//! Figures and errors come from `estimates.csv`. Where the last wave's folder has its answers and its links, people in both
//! waves are found by the link, which tells nothing of who they are; the key of neither wave is opened.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::analysis::{Analysis, Units};
use super::beside::{group, headline, measured};
use super::pilot::MADE_UP;
use super::{Definition, EarlierWave};
use crate::error::{Error, Result};
use crate::estimate::{self, Family, Measured};
use crate::files::read_file;
use crate::instrument::{Answer, Instrument, QuestionKind};
use crate::key::Links;
use crate::results::{QuestionResult, Trend, TrendPoint, Waves};
use crate::statistics::control::Control;
use crate::statistics::{Test, overlap};
use crate::table::Table;
use crate::terms::Missing;

/// A wave that was run before.
pub(super) struct Earlier {
    label: String,
    breaks: BTreeMap<String, String>,
    figures: HashMap<Key, Published>,
    people: Option<People>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

/// Question, statistic, column, group.
type Key = (String, String, String, String);

/// A figure as it was published.
#[derive(Debug, Clone, Copy)]
struct Published {
    n: usize,
    estimate: f64,
    se: f64,
    df: f64,
    ci_low: f64,
    ci_high: f64,
}

/// Who answered an earlier wave.
struct People {
    /// The series that their links are of.
    series: String,
    /// Their links; empty where there is none.
    links: Vec<String>,
    strata: Vec<String>,
    weights: Vec<f64>,
    /// The groups of each, by column.
    groups: BTreeMap<String, Vec<String>>,
    measured: Vec<Measured>,
}

/// Reads the waves that the pipeline names.
pub(super) fn read(definition: &Definition, instrument: &Instrument) -> Result<Vec<Earlier>> {
    let waves = &definition.compare.waves;
    let mut found = Vec::new();
    for (place, wave) in waves.iter().enumerate() {
        if waves[..place].iter().any(|other| other.label == wave.label) {
            return Err(definition.fault_at(&wave.label, "two waves have one label", "again"));
        }
        for question in wave.breaks.keys() {
            let known = instrument.question(question).is_some() || instrument.scores.iter().any(|s| s.id == *question);
            if !known {
                return Err(definition
                    .fault_at_key(
                        question,
                        "a wave names a question that the instrument does not ask",
                        "no such question",
                    )
                    .hint("name a question or a score of this study's instrument under breaks"));
            }
        }
        let is_last = place + 1 == waves.len();
        found.push(wave_of(definition, instrument, wave, is_last)?);
    }
    Ok(found)
}

fn wave_of(definition: &Definition, instrument: &Instrument, wave: &EarlierWave, is_last: bool) -> Result<Earlier> {
    let folder = definition.resolve(wave.folder.get_ref());
    let estimates = folder.join("estimates.csv");
    if !estimates.is_file() {
        let error = definition
            .fault(wave.folder.span(), "there is no earlier wave in this folder", "no estimates.csv here")
            .found(folder.display().to_string())
            .expected("the output folder of the earlier run");
        return Err(if folder.join(format!("{MADE_UP}estimates.csv")).is_file() {
            error.hint("this is the folder of a pilot, whose answers are made up")
        } else {
            error
        });
    }
    let figures = published(&estimates)?;
    let mut files = vec![estimates];
    let (responses, links) = (folder.join("responses.parquet"), folder.join("link.csv"));
    let people = if is_last && responses.is_file() && links.is_file() {
        let people = people(instrument, &responses, Links::read(&links)?)?;
        files.extend([responses, links]);
        Some(people)
    } else {
        None
    };
    Ok(Earlier { label: wave.label.clone(), breaks: wave.breaks.clone(), figures, people, files })
}

/// The figures of an `estimates.csv`; those that were suppressed are not in it.
fn published(path: &Path) -> Result<HashMap<Key, Published>> {
    let bytes = read_file(path)?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let broken = |error: csv::Error| {
        Error::file(path, "the estimates of the earlier wave cannot be read").found(error.to_string())
    };
    let header = reader.headers().map_err(broken)?.clone();
    let column = |name: &str| {
        header.iter().position(|known| known == name).ok_or_else(|| {
            Error::file(path, format!("the estimates of the earlier wave have no column {name:?}"))
                .hint("give the folder of a run of this program")
        })
    };
    let [statistic, variable, by, name] = [column("statistic")?, column("variable")?, column("by")?, column("group")?];
    let numbers =
        [column("n")?, column("estimate")?, column("se")?, column("df")?, column("ci_low")?, column("ci_high")?];
    let mut figures = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(broken)?;
        let text = |at: usize| row.get(at).unwrap_or("").to_owned();
        let [n, estimate, se, df, ci_low, ci_high] =
            numbers.map(|at| row.get(at).unwrap_or("").parse::<f64>().unwrap_or(f64::NAN));
        let is_headline = ["positive", "mean"].contains(&row.get(statistic).unwrap_or(""));
        if !is_headline || !estimate.is_finite() || !n.is_finite() {
            continue;
        }
        let key = (text(variable), text(statistic), text(by), text(name));
        figures.insert(key, Published { n: n as usize, estimate, se, df, ci_low, ci_high });
    }
    Ok(figures)
}

/// Those who answered, with the links of their serials.
fn people(instrument: &Instrument, responses: &Path, links: Links) -> Result<People> {
    let table = Table::open(responses)?;
    let texts = |name: &str| -> Result<Vec<String>> {
        let values = table.read(&[table.column(name)?])?.remove(0);
        Ok((0..values.len()).map(|row| values.label_at(row).unwrap_or("").to_owned()).collect())
    };
    let (serials, strata) = (texts("serial")?, texts("stratum")?);
    let weights: Vec<f64> = texts("weight")?.iter().map(|text| text.parse().unwrap_or(f64::NAN)).collect();
    // Second readings have no weight: they were not counted.
    let kept: Vec<usize> = (0..serials.len()).filter(|&row| weights[row] > 0.0).collect();
    let take = |all: &[String]| kept.iter().map(|&row| all[row].clone()).collect::<Vec<String>>();
    let mut answers: Vec<Vec<Answer>> = Vec::new();
    for question in &instrument.questions {
        let has_column = table.names().contains(&question.id) && question.kind != QuestionKind::Multiple;
        let none = Answer::Missing(Missing::NotAsked);
        answers.push(if has_column {
            let read = |code: &str| match (&question.scale, question.kind) {
                (Some(scale), _) => scale.responses.iter().position(|r| r.code == code).map(Answer::Response),
                (None, QuestionKind::Integer | QuestionKind::Decimal) => code.parse().ok().map(Answer::Number),
                _ => None,
            };
            take(&texts(&question.id)?).iter().map(|code| read(code).unwrap_or_else(|| none.clone())).collect()
        } else {
            vec![none; kept.len()]
        });
    }
    let mut groups = BTreeMap::new();
    for name in table.names() {
        if instrument.question(name).is_none() && !["serial", "stratum", "weight"].contains(&name.as_str()) {
            groups.insert(name.clone(), take(&texts(name)?));
        }
    }
    Ok(People {
        links: take(&serials).iter().map(|serial| links.of.get(serial).cloned().unwrap_or_default()).collect(),
        series: links.series,
        strata: take(&strata),
        weights: kept.iter().map(|&row| weights[row]).collect(),
        groups,
        measured: measured(instrument, kept.len(), |person, question| &answers[question][person]),
    })
}

impl People {
    /// The scores of an earlier figure, if they give the figure that was published: one weight for each return, or weights
    /// by question.
    fn scores(&self, measure: &Measured, by: &str, name: &str, published: f64) -> Option<Vec<f64>> {
        let values =
            &self.measured.iter().find(|m| m.question == measure.question && m.statistic == measure.statistic)?.values;
        let groups = if by.is_empty() { None } else { Some(self.groups.get(by)?) };
        let inside = |row: usize| !values[row].is_nan() && groups.is_none_or(|groups| groups[row] == name);
        let mut population: HashMap<&str, (f64, f64)> = HashMap::new();
        for (row, stratum) in self.strata.iter().enumerate() {
            let known = population.entry(stratum).or_default();
            known.0 += self.weights[row];
            known.1 += f64::from(u8::from(!values[row].is_nan()));
        }
        let by_question =
            |row: usize| population[self.strata[row].as_str()].0 / population[self.strata[row].as_str()].1;
        let ways: [&dyn Fn(usize) -> f64; 2] = [&|row| self.weights[row], &by_question];
        ways.into_iter().find_map(|weight| {
            let rows = || (0..values.len()).filter(|&row| inside(row));
            let sum: f64 = rows().map(weight).sum();
            let mean = rows().map(|row| weight(row) * values[row]).sum::<f64>() / sum;
            let same = (mean - published).abs() <= 1e-9 * published.abs().max(1.0);
            same.then(|| {
                (0..values.len())
                    .map(|row| if inside(row) { weight(row) * (values[row] - mean) / sum } else { 0.0 })
                    .collect()
            })
        })
    }
}

impl Analysis<'_> {
    /// This wave beside the earlier ones; none if the pipeline names none.
    pub(super) fn waves(
        &self,
        links: Option<&Links>,
        units: &Units<'_>,
        measured: &[Measured],
        results: &[&QuestionResult],
    ) -> Result<Option<Waves>> {
        let Some(last) = self.waves.last() else { return Ok(None) };
        let pairs = match (links, &last.people) {
            (Some(links), Some(people)) => Some(self.in_both(links, units, people, last)?),
            _ => None,
        };
        let mut change = Family {
            name: "waves".to_owned(),
            title: format!("Change since {}", last.label),
            against: last.label.clone(),
            adjust: self.definition.compare.adjust,
            together: "all questions, for everyone and for each group apart".to_owned(),
            method: match &pairs {
                Some(_) => "t test of the difference (Welch); covariance of people in both waves counted".to_owned(),
                None => "t test of the difference (Welch); waves taken as separate samples, as they are not linked"
                    .to_owned(),
            },
            contrasts: Vec::new(),
        };
        for measure in measured {
            let Some(result) = results.iter().find(|result| result.id == measure.question) else { continue };
            let scored = measure.weigh(&units.respondents, &self.choices)?;
            for now in std::iter::once(&result.overall).chain(&result.groups) {
                let key =
                    (measure.question.clone(), measure.statistic.name().to_owned(), now.by.clone(), now.group.clone());
                let (Some(figure), Some(before)) = (headline(now, measure.statistic), last.figures.get(&key)) else {
                    continue;
                };
                let member = member(units, &now.by, &now.group);
                let Some(mean) = scored.mean(|unit| member[unit]) else { continue };
                let (se, df) = scored.error(&mean);
                let covariance = match (&last.people, &pairs) {
                    (Some(people), Some(pairs)) => self.covariance(
                        units,
                        &scored,
                        &mean.scores,
                        people,
                        pairs,
                        measure,
                        &now.by,
                        &now.group,
                        before.estimate,
                    ),
                    _ => 0.0,
                };
                let variance = se * se + before.se * before.se - 2.0 * covariance;
                let df = overlap::degrees_of_freedom((se, df), (before.se, before.df));
                let test =
                    Test::of(figure.estimate - before.estimate, variance.max(0.0).sqrt(), df, self.choices.critical);
                change.contrasts.push(estimate::Contrast {
                    by: now.by.clone(),
                    group: now.group.clone(),
                    n: figure.n,
                    suppressed: now.suppressed || figure.is_suppressed() || result.overall.suppressed,
                    broken: last.breaks.get(&measure.question).cloned(),
                    ..measure.contrast(figure.estimate, before.estimate, test)
                });
            }
        }
        // One family for everyone, and one for each group.
        change.contrasts.sort_by_key(|contrast| self.place_of_group(units, &contrast.by, &contrast.group));
        for family in change.contrasts.chunk_by_mut(|a, b| a.by == b.by && a.group == b.group) {
            estimate::judge(family, change.adjust, &self.choices);
        }
        let labels: Vec<String> = (self.waves.iter().map(|wave| wave.label.clone()))
            .chain(std::iter::once(match self.definition.study.period.trim() {
                "" => "this time".to_owned(),
                period => period.to_owned(),
            }))
            .collect();
        let trends = measured.iter().filter_map(|measure| self.trend(measure, results)).collect();
        Ok(Some(Waves { labels, in_both: pairs.map(|pairs| pairs.len()), change, trends }))
    }

    /// The places of everyone who answered both waves: among the respondents, and among the earlier people.
    fn in_both(
        &self,
        links: &Links,
        units: &Units<'_>,
        people: &People,
        last: &Earlier,
    ) -> Result<Vec<(usize, usize)>> {
        if links.series != people.series {
            let what = format!("the wave {} is of another series than this study", last.label);
            return Err(self
                .definition
                .fault_at(&last.label, what, "linked with another secret")
                .found(format!("series {} there, {} here", people.series, links.series))
                .expected("one file under series of [key] in both")
                .hint("take link.csv out of one folder and run that study again with the secret of the other"));
        }
        let linked = people.links.iter().enumerate().filter(|(_, link)| !link.is_empty());
        let earlier: HashMap<&str, usize> = linked.map(|(at, link)| (link.as_str(), at)).collect();
        let find = |serial: &str| earlier.get(links.of.get(serial)?.as_str()).copied();
        let found = units.responses.iter().enumerate();
        Ok(found.filter_map(|(at, response)| Some((at, find(&response.serial)?))).collect())
    }

    #[allow(clippy::too_many_arguments)]
    fn covariance(
        &self,
        units: &Units<'_>,
        scored: &estimate::Scored,
        scores: &[f64],
        people: &People,
        pairs: &[(usize, usize)],
        measure: &Measured,
        by: &str,
        name: &str,
        before: f64,
    ) -> f64 {
        let Some(earlier) = people.scores(measure, by, name, before) else { return 0.0 };
        let (strata, populations) = scored.strata(&units.respondents);
        let known = &units.respondents.strata;
        let code = |stratum: &String| known.iter().position(|other| other == stratum).map_or(u32::MAX, |at| at as u32);
        let codes: Vec<u32> = people.strata.iter().map(code).collect();
        let mut sums: HashMap<u32, f64> = HashMap::new();
        for (code, weight) in codes.iter().zip(&people.weights) {
            *sums.entry(*code).or_default() += weight;
        }
        let earlier_populations: Vec<f64> = codes.iter().map(|code| sums[code]).collect();
        let place: HashMap<usize, usize> = scored.units().iter().enumerate().map(|(at, &unit)| (unit, at)).collect();
        let pairs: Vec<(usize, usize)> =
            pairs.iter().filter_map(|(now, then)| Some((*place.get(now)?, *then))).collect();
        overlap::covariance(
            &overlap::Side { strata: &strata, populations: &populations, scores },
            &overlap::Side { strata: &codes, populations: &earlier_populations, scores: &earlier },
            &pairs,
        )
    }

    /// Everyone first, then the groups in the order of their groupings.
    fn place_of_group(&self, units: &Units<'_>, by: &str, name: &str) -> (usize, usize) {
        let groupings = &units.respondents.groupings;
        match groupings.iter().position(|grouping| grouping.by == by) {
            None => (0, 0),
            Some(at) => (at + 1, groupings[at].groups.iter().position(|group| group == name).unwrap_or(0)),
        }
    }

    fn trend(&self, measure: &Measured, results: &[&QuestionResult]) -> Option<Trend> {
        let key = (measure.question.clone(), measure.statistic.name().to_owned(), String::new(), String::new());
        let mut points: Vec<TrendPoint> = Vec::new();
        let mut broken: Option<String> = None;
        for (wave, earlier) in self.waves.iter().enumerate() {
            if let Some(figure) = earlier.figures.get(&key) {
                points.push(TrendPoint {
                    wave,
                    n: figure.n,
                    estimate: figure.estimate,
                    ci_low: figure.ci_low,
                    ci_high: figure.ci_high,
                    break_before: broken.take(),
                });
            }
            broken = earlier.breaks.get(&measure.question).cloned().or(broken);
        }
        let result = results.iter().find(|result| result.id == measure.question)?;
        let figure = headline(group(result, "", "")?, measure.statistic)?;
        if result.overall.suppressed || figure.is_suppressed() || !figure.estimate.is_finite() || points.is_empty() {
            return None;
        }
        points.push(TrendPoint {
            wave: self.waves.len(),
            n: figure.n,
            estimate: figure.estimate,
            ci_low: figure.ci_low,
            ci_high: figure.ci_high,
            break_before: broken,
        });
        let mut trend = Trend {
            question: measure.question.clone(),
            statistic: measure.statistic,
            label: measure.label.clone(),
            high_is: measure.high_is,
            points,
            control: None,
        };
        let series: Vec<f64> = trend.points[trend.comparable_from()..].iter().map(|point| point.estimate).collect();
        trend.control = Control::of(&series);
        Some(trend)
    }
}

/// Whether each respondent is in a group.
fn member(units: &Units<'_>, by: &str, name: &str) -> Vec<bool> {
    let respondents = &units.respondents;
    let Some(grouping) = respondents.groupings.iter().position(|grouping| grouping.by == by) else {
        return vec![by.is_empty(); respondents.len()];
    };
    let wanted = respondents.groupings[grouping].groups.iter().position(|group| group == name);
    respondents.group_of[grouping].iter().map(|group| *group == wanted && wanted.is_some()).collect()
}
