//! Attacks on what is published: everything that is shown of a question, by all groupings at once, as a linear programme
//! over the people that nobody sees; and whole numbers tried out against weights that everybody knows.
//!
//! What is promised: a response that fewer people of a group gave than the threshold is known to no better than a range as
//! wide as the threshold.

mod simplex;
mod told;

use std::collections::BTreeMap;
use std::path::Path;

use quorate::disclosure;
use quorate::estimate::{self, Basis, Choices, Estimate, Respondents};
use quorate::instrument::{self, Answer, Question, Valence};
use quorate::results::{GroupResult, Grouping, QuestionResult};
use quorate::statistics::{Critical, Method};
use quorate::weights::SingleAnswer;

use super::Clone;
use told::{Domain, Told};

const THRESHOLD: u64 = 3;

/// Chance that is the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn asked() -> Question {
    let text = r#"
        [instrument]
        id = "i"
        version = "1"
        title = "t"
        kind = "survey"
        [scales.four]
        responses = [
            { code = 1, label = "one", valence = "positive" },
            { code = 2, label = "two", valence = "positive" },
            { code = 3, label = "three", valence = "negative" },
            { code = 4, label = "four", valence = "negative" },
        ]
        [[section]]
        id = "s"
        title = "s"
        [[section.question]]
        id = "q"
        text = "q"
        kind = "single"
        scale = "four"
    "#;
    instrument::parse(Path::new("test.toml"), text).expect("a sound instrument").questions.remove(0)
}

/// A made-up study of one question: three areas, which are the strata, and three ages.
struct Study {
    question: Question,
    respondents: Respondents,
    answers: Vec<Answer>,
}

impl Study {
    fn new(seed: u64, returns: u64) -> Study {
        let mut chance = Chance(seed.wrapping_mul(7919) + 17);
        let named = |by: &str| Grouping {
            by: by.into(),
            label: by.into(),
            groups: ["a", "b", "c"].map(str::to_owned).to_vec(),
        };
        let mut respondents = Respondents {
            strata: ["a", "b", "c"].map(str::to_owned).to_vec(),
            groupings: vec![named("area"), named("age")],
            group_of: vec![Vec::new(), Vec::new()],
            ..Respondents::default()
        };
        let mut answers = Vec::new();
        // Two responses are common and two are rare, which ones is chance.
        let common = chance.below(4);
        for area in 0..3 {
            let n = returns / 2 + chance.below(returns);
            // Weights between 2 and 9, of no simple proportion.
            respondents.populations.push((n * (2 + chance.below(7)) + chance.below(n)) as usize);
            for _ in 0..n {
                let response = match chance.below(10) {
                    0 => chance.below(4),
                    at if at < 6 => common,
                    _ => (common + 1) % 4,
                };
                respondents.stratum_of.push(area);
                respondents.group_of[0].push(Some(area));
                respondents.group_of[1].push(Some(chance.below(3) as usize));
                answers.push(Answer::Response(response as usize));
            }
        }
        Study { question: asked(), respondents, answers }
    }

    fn publish(&self, cells: usize) -> QuestionResult {
        let choices = Choices {
            basis: Basis::PerUnit,
            single: SingleAnswer::Collapse,
            interval: Method::Wilson,
            level: 0.95,
            critical: Critical::T(0.95),
            rule: 0.1,
            suppress_below: 5,
            suppress_cells_below: cells,
        };
        let answers: Vec<&Answer> = self.answers.iter().collect();
        estimate::question(&self.question, &answers, &self.respondents, &choices).expect("a sound design")
    }

    fn count(&self, group: Option<(usize, usize)>, response: usize) -> u64 {
        let inside = |unit: usize| group.is_none_or(|(by, group)| self.respondents.group_of[by][unit] == Some(group));
        let gave = |unit: &usize| inside(*unit) && self.answers[*unit] == Answer::Response(response);
        (0..self.answers.len()).filter(gave).count() as u64
    }

    /// What an attacker reads, to the digits that are published.
    fn told(&self, result: &QuestionResult, coarse: bool) -> Told {
        let scale = self.question.scale.as_ref().expect("a scale");
        let returned = |at: usize| self.respondents.stratum_of.iter().filter(|stratum| **stratum == at).count() as f64;
        let strata = (0..3).map(|at| (self.respondents.populations[at] as f64 / returned(at), returned(at))).collect();
        let positive = |response: usize| scale.responses[response].valence == Valence::Positive;
        let everyone = [0.01, 0.02, 0.05].into_iter().find(|step| step * self.answers.len() as f64 >= THRESHOLD as f64);
        let everyone = everyone.unwrap_or(0.1);
        let domain = |group: &GroupResult| {
            let place = |by: &str| self.respondents.groupings.iter().position(|grouping| grouping.by == by);
            let at = place(&group.by).map(|by| {
                let groups = &self.respondents.groupings[by].groups;
                (by, groups.iter().position(|name| *name == group.group).expect("a group"))
            });
            let mut domain = Domain { group: at, ..Domain::default() };
            if group.suppressed {
                return domain;
            }
            let half = match (coarse, at) {
                (false, _) => 1e-4,
                (true, None) => everyone / 2.0,
                (true, Some(_)) => 0.005,
            };
            let mut figure = |estimate: &Estimate, of: &dyn Fn(usize) -> bool| {
                if !estimate.is_suppressed() && estimate.estimate.is_finite() {
                    let adds = (0..4).map(|response| f64::from(u8::from(of(response)))).collect();
                    domain.figures.push((adds, estimate.estimate - half, estimate.estimate + half));
                }
            };
            for (response, share) in group.shares.iter().enumerate() {
                figure(share, &|at| at == response);
            }
            group.positive.iter().for_each(|estimate| figure(estimate, &positive));
            let people = group.shares.first().map_or(0.0, |share| share.sum_weights);
            let slack = if coarse { 0.5 } else { 0.01 };
            domain.people = Some((people - slack, people + slack));
            domain.base = Some((group.n as f64, group.n as f64));
            domain
        };
        Told {
            responses: 4,
            exclusive: true,
            strata,
            groupings: vec![3, 3],
            of_strata: Some(0),
            domains: std::iter::once(&result.overall).chain(&result.groups).map(domain).collect(),
        }
    }
}

/// The rare responses of shown groups that a linear programme over everything published bounds too well.
fn recovered(study: &Study, told: &Told) -> Vec<String> {
    let cells = told.cells();
    let mut simplex = told.system(&cells).solve().expect("the truth fits what is published");
    let mut found = Vec::new();
    let places = (0..2).flat_map(|by| (0..3).map(move |group| Some((by, group)))).chain([None]);
    for group in places {
        for response in 0..4 {
            let count = study.count(group, response);
            if count == 0 || count >= THRESHOLD {
                continue;
            }
            let (low, high) = simplex.range(&told.count(&cells, group, response));
            assert!(low <= count as f64 + 1e-3 && high >= count as f64 - 1e-3, "{low} {count} {high}");
            if high - low < THRESHOLD as f64 - 1e-3 {
                found.push(format!("{group:?} response {response}: {count} is within {low} and {high}"));
            }
        }
    }
    found
}

/// At the precision that is published: in full precision no question is published of which a response may be hidden
/// (`suppress_cells_below` makes all of them coarse).
#[test]
fn all_groupings_together_give_no_rare_response_away() {
    let (mut attacked, mut shown, mut all) = (0, 0, 0);
    let mut leaks = Vec::new();
    for seed in 0..240 {
        let study = Study::new(seed, 20 + seed % 30);
        let mut result = study.publish(THRESHOLD as usize);
        disclosure::coarsen(&mut result, THRESHOLD as usize);
        let found = recovered(&study, &study.told(&result, true));
        if !found.is_empty() {
            leaks.push(format!("seed {seed}: {found:#?}"));
        }
        attacked += usize::from(disclosure::hides(&result));
        let estimates = || std::iter::once(&result.overall).chain(&result.groups).flat_map(GroupResult::estimates);
        all += estimates().count();
        shown += estimates().filter(|estimate| !estimate.is_suppressed()).count();
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(attacked > 120, "{attacked} studies had something to hide");
    assert!(3 * shown > all, "{shown} of {all} figures are shown");
}

/// The attack is worth something: it finds what is shown, and what is the rest of a total.
#[test]
fn the_attack_finds_what_nothing_protects() {
    let mut recovered_cells = 0;
    for seed in 0..20 {
        let study = Study::new(seed, 25);
        let mut result = study.publish(0);
        // Primary suppression alone.
        for group in std::iter::once(&mut result.overall).chain(&mut result.groups) {
            for (response, share) in group.shares.iter_mut().enumerate() {
                let place = match group.by.as_str() {
                    "" => None,
                    by => Some((
                        usize::from(by == "age"),
                        ["a", "b", "c"].iter().position(|g| *g == group.group).expect("it"),
                    )),
                };
                if (1..THRESHOLD).contains(&study.count(place, response)) {
                    share.flags.push(estimate::Flag::Suppressed);
                }
            }
        }
        recovered_cells += recovered(&study, &study.told(&result, false)).len();
    }
    assert!(recovered_cells > 20, "{recovered_cells}");
}

/// Whole numbers against known weights: for figures in full precision this takes hidden counts apart, for what is
/// published it does not.
#[test]
fn whole_numbers_do_not_take_weighted_totals_apart() {
    let (mut tried, mut apart) = (0, 0);
    for seed in 0..60 {
        let study = Study::new(seed, 20 + seed % 12);
        let mut result = study.publish(THRESHOLD as usize);
        let count = |told: &Told| -> Option<(usize, Vec<String>)> {
            let ranges = told.whole_numbers()?;
            let mut cells = 0;
            let mut found = Vec::new();
            for (area, ranges) in ranges.iter().enumerate() {
                for (response, range) in ranges.iter().enumerate() {
                    let count = study.count(Some((0, area)), response);
                    if count == 0 || count >= THRESHOLD {
                        continue;
                    }
                    let (low, high) = range.expect("the truth fits");
                    assert!(low <= count && count <= high);
                    cells += 1;
                    if high - low < THRESHOLD {
                        found.push(format!("area {area} response {response}: {count} is within {low} and {high}"));
                    }
                }
            }
            Some((cells, found))
        };
        let Some((cells, exact)) = count(&study.told(&result, false)) else { continue };
        apart += exact.len();
        disclosure::coarsen(&mut result, THRESHOLD as usize);
        let Some((_, found)) = count(&study.told(&result, true)) else { continue };
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
        tried += cells;
    }
    assert!(tried > 20 && apart > 8, "{tried} cells were tried, {apart} of them follow from full precision");
}

const CARERS: &str = "pipelines/carers-survey.toml";

type Row = BTreeMap<String, String>;

fn rows(clone: &Clone, name: &str) -> Vec<Row> {
    let bytes = clone.read(name);
    csv::Reader::from_reader(bytes.as_slice()).deserialize().map(|row| row.expect("a row")).collect()
}

/// A grouping and a group by their names and by their places.
type Named = (String, String, Option<(usize, usize)>);

/// What estimates.csv and the chart of returns tell of a question.
fn read(estimates: &[Row], strata: &[Row], question: &str, responses: &[String], positive: &[bool]) -> Told {
    let names = |by: &str| -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in estimates.iter().filter(|row| row["by"] == by && row["statistic"] == "proportion") {
            if !names.contains(&row["group"].as_str()) {
                names.push(&row["group"]);
            }
        }
        names
    };
    let (areas, ages) = (names("area"), names("age_band"));
    // Strata in the order of the areas; the one of people whose area is not known comes last.
    let mut strata: Vec<&Row> = strata.iter().collect();
    strata.sort_by_key(|row| areas.iter().position(|area| *area == row["stratum"]).unwrap_or(areas.len()));
    let number = |row: &Row, column: &str| row[column].parse::<f64>().ok();
    let strata: Vec<(f64, f64)> = strata
        .iter()
        .map(|row| {
            let (population, returned) = (number(row, "population").expect("N"), number(row, "returned").expect("n"));
            (population / returned, returned)
        })
        .collect();
    let mut domains = Vec::new();
    let of = |by: &str, at: usize, groups: &[&str]| -> Vec<Named> {
        groups
            .iter()
            .enumerate()
            .map(|(place, group)| (by.to_owned(), (*group).to_owned(), Some((at, place))))
            .collect()
    };
    let everyone = (String::new(), String::new(), None);
    let all = [vec![everyone], of("area", 0, &areas), of("age_band", 1, &ages)].concat();
    for (by, group, place) in all {
        let mut domain = Domain { group: place, ..Domain::default() };
        for row in
            estimates.iter().filter(|row| row["variable"] == question && row["by"] == by && row["group"] == group)
        {
            let adds: Vec<f64> = match row["statistic"].as_str() {
                "proportion" => responses.iter().map(|code| f64::from(u8::from(*code == row["response"]))).collect(),
                "positive" => positive.iter().map(|positive| f64::from(u8::from(*positive))).collect(),
                _ => continue,
            };
            let Some(figure) = number(row, "estimate") else { continue };
            // Everyone's figures are told in multiples of two or five points where few answered.
            let n = number(row, "n").expect("a base");
            let everyone = [0.01, 0.02, 0.05].into_iter().find(|step| step * n >= THRESHOLD as f64).unwrap_or(0.1);
            let half = if place.is_none() { everyone } else { 0.01 } / 2.0;
            domain.figures.push((adds, figure - half, figure + half));
            domain.base = number(row, "n").map(|n| (n, n));
            domain.people = number(row, "sum_weights").map(|sum| (sum - 0.5, sum + 0.5));
        }
        domains.push(domain);
    }
    Told {
        responses: responses.len(),
        exclusive: true,
        strata,
        groupings: vec![areas.len(), ages.len()],
        of_strata: Some(0),
        domains,
    }
}

/// The sample survey with rare responses hidden, read from its files as anybody can.
#[test]
fn the_files_of_a_run_give_no_rare_response_away() {
    let clone = Clone::new();
    clone.edit(CARERS, "suppress_below = 5", "suppress_below = 5\nsuppress_cells_below = 3");
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let estimates = rows(&clone, "output/carers/estimates.csv");
    let strata = rows(&clone, "output/carers/charts/response.csv");
    let strata: Vec<Row> = strata.into_iter().filter(|row| row["returned"] != "0").collect();
    let instrument = instrument::read(&clone.path("instruments/carers-survey.toml")).expect("it reads");
    let people =
        quorate::frame::read_table(&clone.path("output/carers/responses.parquet"), None, &[]).expect("it reads");
    let column = |name: &str| people.columns.iter().position(|column| column == name).expect("the column");
    let (mut attacked, mut tried) = (0, 0);
    for question in &instrument.questions {
        let Some(scale) = question.scale.as_ref().filter(|_| question.kind != instrument::QuestionKind::Multiple)
        else {
            continue;
        };
        let codes: Vec<String> = scale.responses.iter().map(|response| response.code.clone()).collect();
        let positive: Vec<bool> = scale.responses.iter().map(|r| r.valence == Valence::Positive).collect();
        let told = read(&estimates, &strata, &question.id, &codes, &positive);
        let cells = told.cells();
        let mut simplex = told.system(&cells).solve().expect("the truth fits what is published");
        for (at, by) in ["area", "age_band"].into_iter().enumerate() {
            let mut groups: Vec<&str> = Vec::new();
            for row in estimates.iter().filter(|row| row["by"] == by && row["statistic"] == "proportion") {
                if !groups.contains(&row["group"].as_str()) {
                    groups.push(&row["group"]);
                }
            }
            for (place, group) in groups.iter().enumerate() {
                let inside: Vec<&Vec<String>> =
                    people.rows.iter().map(|(_, row)| row).filter(|row| row[column(by)] == *group).collect();
                let answered = inside.iter().filter(|row| codes.contains(&row[column(&question.id)])).count();
                for (response, code) in codes.iter().enumerate() {
                    let count = inside.iter().filter(|row| row[column(&question.id)] == *code).count() as f64;
                    // Of a group with few answers the returns of its stratum tell how few they are: no more can be promised.
                    if count == 0.0 || count >= THRESHOLD as f64 || answered < 5 {
                        continue;
                    }
                    let (low, high) = simplex.range(&told.count(&cells, Some((at, place)), response));
                    let what = format!("{} {code} {by}={group}: {count} is within {low} and {high}", question.id);
                    assert!(low <= count + 1e-6 && count <= high + 1e-6, "{what}");
                    assert!(high - low >= THRESHOLD as f64 - 1e-6, "{what}");
                    tried += 1;
                }
            }
        }
        attacked += 1;
    }
    assert!(attacked > 8 && tried > 40, "{attacked} questions with {tried} rare responses were attacked");
}
