//! The teams of a run: how many were drawn and returned, and how good their data are, as far as it may be told.

use std::collections::BTreeMap;

use super::super::plan;
use super::super::publish::Finished;
use super::slug::slugs;
use crate::agreement::Reread;
use crate::disclosure;
use crate::error::Result;
use crate::finding::{Finding, Severity};
use crate::results::{FindingCount, GroupResult, Quality, Rereading, Team, TeamItem, TeamWeights};
use crate::terms::Missing;

/// The teams of the run in the grouping's order; none where no packs are asked for.
pub(in crate::pipeline) fn teams(run: &Finished<'_>) -> Result<Vec<Team>> {
    let Some(fieldwork) = Fieldwork::of(run) else { return Ok(Vec::new()) };
    let hidden = disclosure::small_bases(&counted(&fieldwork.returned), run.results.suppress_below as u64);
    let items = fieldwork.items();
    let struck_off = fieldwork.struck_off();
    let findings = fieldwork.findings();
    let rereading = fieldwork.rereading()?;
    let slugs = slugs(fieldwork.groups);
    let round = run.analysis.definition.publish.round_bases;
    let teams = (0..fieldwork.groups.len()).map(|place| {
        let group = &fieldwork.groups[place];
        let items: Vec<TeamItem> = items.iter().map(|question| question[place].clone()).collect();
        let withheld = fieldwork.withheld(place, hidden[place], &items);
        let returned = (!hidden[place]).then(|| disclosure::nearest(fieldwork.returned[place], round));
        let quality = match withheld {
            Some(_) => Quality::default(),
            None => Quality {
                struck_off: struck_off[place].clone(),
                items,
                findings: findings[place].clone(),
                weights: fieldwork.weights(place),
                rereading: rereading[place],
            },
        };
        Team {
            by: fieldwork.by.to_owned(),
            group: group.clone(),
            slug: slugs[place].clone(),
            population: fieldwork.population[place],
            drawn: fieldwork.drawn[place],
            returned,
            withheld,
            quality,
        }
    });
    Ok(teams.collect())
}

/// Who belongs to which team.
struct Fieldwork<'r> {
    run: &'r Finished<'r>,
    by: &'r str,
    groups: &'r [String],
    /// The team of each unit that returned.
    team_of: &'r [Option<usize>],
    population: Vec<usize>,
    drawn: Vec<usize>,
    returned: Vec<usize>,
    /// The team of a unit in use, by its serial and its identifier.
    known: BTreeMap<&'r str, usize>,
}

fn counted(counts: &[usize]) -> Vec<u64> {
    counts.iter().map(|&count| count as u64).collect()
}

impl<'r> Fieldwork<'r> {
    fn of(run: &'r Finished<'r>) -> Option<Self> {
        let by = run.analysis.definition.packs.as_ref()?.by.get_ref();
        let respondents = &run.units.respondents;
        let at = respondents.groupings.iter().position(|grouping| grouping.by == *by)?;
        let column = run.sampling.frame.position(by)?;
        let groups = &respondents.groupings[at].groups;
        let places: BTreeMap<&str, usize> =
            groups.iter().enumerate().map(|(place, group)| (group.as_str(), place)).collect();
        let mut population = vec![0; groups.len()];
        for unit in &run.sampling.frame.units {
            if let Some(&place) = places.get(unit.values[column].as_str()) {
                population[place] += 1;
            }
        }
        let (mut drawn, mut known) = (vec![0; groups.len()], BTreeMap::new());
        for selected in run.sampling.in_use() {
            if let Some(&place) = places.get(run.sampling.unit(selected).values[column].as_str()) {
                drawn[place] += 1;
                known.insert(selected.serial.as_str(), place);
                known.insert(selected.id.as_str(), place);
            }
        }
        let team_of = &respondents.group_of[at];
        let mut returned = vec![0; groups.len()];
        team_of.iter().flatten().for_each(|&place| returned[place] += 1);
        Some(Fieldwork { run, by, groups, team_of, population, drawn, returned, known })
    }

    /// Why there is no pack. The words are the same whether the team is small itself or would give a small one away.
    fn withheld(&self, place: usize, hidden: bool, items: &[TeamItem]) -> Option<String> {
        let (group, least) = (&self.groups[place], self.run.results.suppress_below);
        if self.returned[place] == 0 {
            return Some(format!("Nothing that can be used came back from {group}."));
        }
        let nothing = items.iter().all(|item| item.answered.is_none());
        (hidden || nothing).then(|| {
            format!(
                "Fewer than {least} returns stand behind the figures of {group}, or they would show, taken from those of everyone, \
                 figures that fewer than {least} returns stand behind. So that nobody can be told who said what, they are not shown \
                 in any form."
            )
        })
    }

    /// For every question with figures how many of each team answered it, as far as may be told.
    ///
    /// The number that answered is the base of the team's figures. The rest are told apart into those who were asked and those
    /// who were not: being led past a question is an answer to another, so these numbers are protected like answers.
    fn items(&self) -> Vec<Vec<TeamItem>> {
        let results = self.run.results;
        let round = self.run.analysis.definition.publish.round_bases;
        let least = results.suppress_cells_below as u64;
        let estimated = results.questions.iter().enumerate().filter(|(_, q)| q.overall.estimates().next().is_some());
        let of = |(at, question): (usize, &crate::results::QuestionResult)| {
            let mut counts = vec![vec![0_u64; 2]; self.groups.len()];
            for (response, team) in self.run.units.responses.iter().zip(self.team_of) {
                if let (Some(team), Some(missing)) = (team, response.answers[at].answer.missing()) {
                    counts[*team][usize::from(matches!(missing, Missing::NotAsked | Missing::NotApplicable))] += 1;
                }
            }
            let tells_kinds = results.fieldwork.untold.tells_kinds(&question.id);
            let groups: Vec<&GroupResult> = question.groups.iter().filter(|group| group.by == self.by).collect();
            let shown: Vec<bool> = groups.iter().map(|group| shows_base(group)).collect();
            // Those that are not shown are known together, from everyone's numbers less the others'.
            let mut rows: Vec<Vec<u64>> =
                counts.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(row, _)| row.clone()).collect();
            let others = counts.iter().zip(&shown).filter(|(_, shown)| !**shown);
            rows.push(others.fold(vec![0, 0], |sum, (row, _)| vec![sum[0] + row[0], sum[1] + row[1]]));
            let mut protected = disclosure::parts(&rows, least).into_iter();
            let items = counts.iter().zip(&groups).zip(&shown).map(|((counts, group), shown)| {
                let hidden = if *shown { protected.next() } else { None };
                let part = |place: usize| {
                    let told = tells_kinds && hidden.as_ref().is_some_and(|hidden| !hidden[place]);
                    told.then(|| disclosure::nearest(counts[place] as usize, round))
                };
                TeamItem {
                    question: question.id.clone(),
                    answered: shown.then_some(group.n),
                    unanswered: part(0),
                    not_asked: part(1),
                }
            });
            items.collect()
        };
        estimated.map(of).collect()
    }

    /// Units that could not be used, by team and reason; numbers of few people are not told.
    fn struck_off(&self) -> Vec<Vec<(String, Option<usize>)>> {
        let releases = &self.run.sampling.releases;
        let mut reasons: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for selected in self.run.sampling.in_use() {
            let Some(&team) = self.known.get(selected.serial.as_str()) else { continue };
            if let Some(decision) = releases.struck_off(&selected.serial) {
                let why = decision.reason.map_or("a reason not stated", |reason| reason.words());
                reasons.entry(why).or_insert_with(|| vec![0; self.groups.len()])[team] += 1;
            }
        }
        let rows: Vec<Vec<u64>> = (0..self.groups.len())
            .map(|team| {
                let struck: Vec<u64> = reasons.values().map(|counts| counts[team]).collect();
                let rest = (self.drawn[team] as u64).saturating_sub(struck.iter().sum());
                struck.into_iter().chain([rest]).collect()
            })
            .collect();
        let hidden = disclosure::parts(&rows, self.run.results.suppress_below as u64);
        let told = |team: usize| {
            let counts = reasons.keys().zip(&rows[team]).zip(&hidden[team]);
            counts
                .filter(|((_, count), hidden)| **hidden || **count > 0)
                .map(|((why, count), hidden)| ((*why).to_owned(), (!hidden).then_some(*count as usize)))
                .collect()
        };
        (0..self.groups.len()).map(told).collect()
    }

    /// Findings about the units of each team, by code. A concern about one person of a small team is nobody's to read here.
    fn findings(&self) -> Vec<Vec<FindingCount>> {
        let mut found: Vec<BTreeMap<(std::cmp::Reverse<Severity>, &str), usize>> =
            vec![BTreeMap::new(); self.groups.len()];
        let those = |finding: &&Finding| finding.severity != Severity::Concern && !finding.place.unit.is_empty();
        for finding in self.run.results.counted_findings().filter(those) {
            if let Some(&team) = self.known.get(finding.place.unit.as_str()) {
                *found[team].entry((std::cmp::Reverse(finding.severity), &finding.code)).or_default() += 1;
            }
        }
        let count = |((severity, code), count): ((std::cmp::Reverse<Severity>, &str), usize)| FindingCount {
            code: code.to_owned(),
            severity: severity.0,
            count,
        };
        found.into_iter().map(|codes| codes.into_iter().map(count).collect()).collect()
    }

    fn weights(&self, place: usize) -> Option<TeamWeights> {
        let publish = &self.run.analysis.definition.publish;
        let those = self.run.units.weights.iter().zip(self.team_of).filter(|(_, team)| **team == Some(place));
        let weights: Vec<f64> = those.map(|(weight, _)| *weight).filter(|weight| weight.is_finite()).collect();
        let sum: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        let to = |value: f64, multiple: usize| match multiple {
            1 => value,
            multiple => (value / multiple as f64).round() * multiple as f64,
        };
        (squares > 0.0).then(|| TeamWeights {
            lowest: weights.iter().copied().fold(f64::INFINITY, f64::min),
            highest: weights.iter().copied().fold(0.0, f64::max),
            sum: to(sum, publish.round_people),
            // With equal weights it is the number of returns, which may be rounded.
            effective: to(sum * sum / squares, publish.round_bases),
        })
    }

    /// How far readers agree on the files of each team; where none was read twice in the study, nothing.
    fn rereading(&self) -> Result<Vec<Option<Rereading>>> {
        let (analysis, results) = (self.run.analysis, self.run.results);
        if results.agreement.is_empty() {
            return Ok(vec![None; self.groups.len()]);
        }
        let training = plan::training_serials(analysis.definition, self.run.sampling)?;
        let of = |place: usize| {
            let mine =
                |serial: &str| (self.known.get(serial) == Some(&place) && !training.contains(serial)).then_some(0);
            let reread = Reread::of(&self.run.returned.responses, mine, None, results.level);
            let questions = reread.questions(analysis.instrument)?;
            let pairs: usize = questions.iter().map(|question| question.units).sum();
            let same: f64 = questions.iter().map(|question| question.exact * question.units as f64).sum();
            let files = questions.iter().map(|question| question.units).max().unwrap_or(0);
            let enough = pairs > 0 && files >= results.suppress_below;
            Ok(Some(Rereading { files, same: enough.then(|| same / pairs as f64) }))
        };
        (0..self.groups.len()).map(of).collect()
    }
}

/// Whether the base of a group is shown: not where all its figures are hidden.
fn shows_base(group: &GroupResult) -> bool {
    !group.suppressed && group.n > 0 && group.estimates().any(|estimate| !estimate.is_suppressed())
}
