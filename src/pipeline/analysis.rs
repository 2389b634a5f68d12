//! From returns to results: weigh, estimate, compare, and lay the evidence out.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    Definition, Ineligible, Sampling, comparators, fieldwork, methods, packs, parts, plan, quality, repeats, shares,
    waves, weighting, words,
};
use crate::agreement::Reread;
use crate::benchmark::{self, Figure, Judged, Pack};
use crate::disclosure;
use crate::editing::Edit;
use crate::error::Result;
use crate::estimate::{self, Choices, Respondents};
use crate::evidence::{self, Framework};
use crate::finding::Finding;
use crate::frame;
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Variant, nearest};
use crate::key::Links;
use crate::results::{
    Counts, Funnel, FunnelPoint, Grouping, KINDS_NOT_TOLD, Method, QuestionResult, Results, StratumResult, WeightStep,
};
use crate::returns::{Given, Response, Returned};
use crate::statistics::interval;

/// The definitions that the analysis follows, read and checked before anything is done.
pub(super) struct Analysis<'a> {
    pub definition: &'a Definition,
    pub instrument: &'a Instrument,
    pub packs: Vec<Pack>,
    pub framework: Option<Framework>,
    pub choices: Choices,
    /// For every question the figures it compares with.
    pub figures: Vec<Vec<Figure>>,
    /// Organisations that the study is laid beside.
    pub comparators: Option<comparators::Chosen>,
    /// Earlier waves, the oldest first.
    pub waves: Vec<waves::Earlier>,
}

/// The units that answered.
pub(super) struct Units<'a> {
    /// First readings, in the order of the sample: of each unit the reading with the lowest number that came back.
    pub responses: Vec<&'a Response>,
    /// All readings, those of files read more than once included.
    pub readings: usize,
    /// Strata and groups of the units.
    pub respondents: Respondents,
    /// The weight of each unit when every return counts.
    pub weights: Vec<f64>,
    /// Units in use in every stratum.
    pub drawn: Vec<usize>,
    /// How the weights came about.
    pub weighting: Vec<WeightStep>,
    /// What was done to them beyond the strata.
    pub weighting_methods: Vec<Method>,
}

impl Units<'_> {
    pub(super) fn line(&self) -> String {
        let sum: f64 = self.weights.iter().sum();
        format!("{} units weighted up to a population of {:.0}", self.responses.len(), sum)
    }
}

impl<'a> Analysis<'a> {
    /// Reads the packs and the framework, and checks that the pipeline names only what there is.
    pub(super) fn prepare(definition: &'a Definition, instrument: &'a Instrument) -> Result<Self> {
        let packs = definition
            .compare
            .benchmarks
            .iter()
            .map(|path| benchmark::read(&definition.resolve(path)))
            .collect::<Result<Vec<Pack>>>()?;
        let framework = match &definition.evidence {
            Some(choices) => Some(evidence::framework::read(&definition.resolve(&choices.framework))?),
            None => None,
        };
        let choice = &definition.estimate;
        let choices = Choices {
            basis: definition.weigh.basis,
            single: definition.weigh.single,
            interval: choice.interval.parse::<interval::Method>().map_err(|error| {
                definition
                    .fault_at(&choice.interval, "there is no such interval", "this name")
                    .expected(error.expected.clone().unwrap_or_default())
            })?,
            level: choice.level,
            critical: choice.critical.at(choice.level),
            rule: definition.publish.rule / 100.0,
            suppress_below: definition.publish.suppress_below,
            suppress_cells_below: definition.publish.suppress_cells_below,
        };
        if let Some(key) = definition.returns.mapping().unknown(instrument) {
            let known = instrument.questions.iter().map(|question| question.id.as_str());
            let error = definition
                .fault_at_key(key, "the pipeline maps a column that the instrument does not have", "no such question")
                .expected("a question's id, id/code for one response of several, serial, id or reader");
            return Err(match nearest(key, known) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("name a question of the instrument under [returns.columns]"),
            });
        }
        weighting::examine(definition)?;
        parts::examine(definition, instrument)?;
        shares::examine(definition, instrument)?;
        definition.examine_explanations(instrument, None)?;
        definition.thresholds(instrument)?;
        super::variant_choices::examine(definition, instrument)?;
        super::version_choices::examine(definition, instrument)?;
        let waves = waves::read(definition, instrument)?;
        let mut analysis = Analysis {
            definition,
            instrument,
            packs,
            framework,
            choices,
            figures: Vec::new(),
            waves,
            comparators: None,
        };
        analysis.comparators = comparators::choose(definition, &analysis.packs)?;
        analysis.figures = analysis.match_figures()?;
        analysis.examine_items()?;
        analysis.examine_funnels()?;
        Ok(analysis)
    }

    /// The figures that each question compares with: those that the pipeline names for it, else those of the instrument
    /// that are in one of the packs.
    fn match_figures(&self) -> Result<Vec<Vec<Figure>>> {
        for (question, figures) in &self.definition.compare.figures {
            let known = self.instrument.questions.iter().map(|q| q.id.as_str());
            if self.instrument.question(question).is_none() {
                let error = self.definition.fault_at_key(
                    question,
                    "the pipeline names a question that the instrument does not ask",
                    "no such question",
                );
                return Err(match nearest(question, known) {
                    Some(near) => error.hint(format!("did you mean {near:?}?")),
                    None => error.hint("name a question of the instrument"),
                });
            }
            for figure in figures {
                if self.figures_named(figure).is_empty() {
                    let error = self.definition.fault_at(
                        figure,
                        "the pipeline names a benchmark figure that no file has",
                        "no such figure",
                    );
                    let known = self.packs.iter().flat_map(|pack| pack.figures.iter().map(|f| f.id.as_str()));
                    return Err(match nearest(figure, known) {
                        Some(near) => error.hint(format!("did you mean {near:?}?")),
                        None => error.hint("add the benchmark file under [compare], or mend the name"),
                    });
                }
            }
        }
        Ok(self
            .instrument
            .questions
            .iter()
            .map(|question| {
                let named = self.definition.compare.figures.get(&question.id).unwrap_or(&question.benchmarks);
                let published = named.iter().flat_map(|id| self.figures_named(id));
                let means = self.comparators.iter().flat_map(|chosen| chosen.figures(&self.packs, named));
                published.chain(means).collect()
            })
            .collect())
    }

    /// The figures of an id in all packs, each told where it comes from.
    fn figures_named(&self, id: &str) -> Vec<Figure> {
        let mut found = Vec::new();
        for pack in &self.packs {
            for figure in pack.figures.iter().filter(|figure| figure.id == id && figure.organisation.is_empty()) {
                let mut figure = figure.clone();
                figure.label = pack.title.clone();
                if figure.source.is_empty() {
                    figure.source = pack.source.clone();
                }
                found.push(figure);
            }
        }
        found
    }

    /// The positive share that the first figure of a question leads to expect.
    pub(super) fn expected_share(&self, question: usize) -> Option<f64> {
        self.figures[question].first().map(|figure| figure.value)
    }

    /// Lines the first readings up with their strata and groups.
    pub(super) fn weigh<'r>(&self, sampling: &Sampling, returned: &'r Returned) -> Result<Units<'r>> {
        let in_use = sampling.in_use();
        let by_serial: BTreeMap<&str, usize> =
            in_use.iter().enumerate().map(|(at, unit)| (unit.serial.as_str(), at)).collect();
        let mut first: BTreeMap<usize, &Response> = BTreeMap::new();
        for response in &returned.responses {
            if let Some(&at) = by_serial.get(response.serial.as_str()) {
                let kept = first.entry(at).or_insert(response);
                if response.reading < kept.reading {
                    *kept = response;
                }
            }
        }
        let strata: Vec<String> = sampling.sample.strata.iter().map(|stratum| stratum.stratum.clone()).collect();
        let place = |name: &str| strata.iter().position(|stratum| stratum == name).unwrap_or(0);
        let mut drawn = vec![0; strata.len()];
        for unit in &in_use {
            drawn[place(&unit.stratum)] += 1;
        }
        let stratum_of = first.keys().map(|&at| place(&in_use[at].stratum)).collect();
        let frame = &sampling.frame;
        let mut groupings = Vec::new();
        let mut group_of = Vec::new();
        for by in &self.definition.frame.groups {
            let Some(column) = frame.position(by) else { continue };
            let groups: Vec<String> = match self.definition.frame.levels.get(by) {
                Some(levels) => levels.clone(),
                None => frame.groups(column).into_iter().map(str::to_owned).collect(),
            };
            group_of.push(
                first
                    .keys()
                    .map(|&at| {
                        let value = &sampling.unit(in_use[at]).values[column];
                        groups.iter().position(|group| group == value)
                    })
                    .collect(),
            );
            let label = self.definition.frame.label(by);
            groupings.push(Grouping { by: by.clone(), label, groups });
        }
        let mut ineligible = vec![0; strata.len()];
        if self.definition.weigh.ineligible == Ineligible::Estimate {
            let found = |at: &usize| !first.contains_key(at) && sampling.is_ineligible(&in_use[*at].serial);
            for at in (0..in_use.len()).filter(found) {
                ineligible[place(&in_use[at].stratum)] += 1;
            }
        }
        let populations = sampling.sample.strata.iter().map(|stratum| stratum.population).collect();
        let mut respondents =
            Respondents { strata, populations, stratum_of, ineligible, groupings, group_of, ..Respondents::default() };
        let answered: Vec<usize> = first.keys().copied().collect();
        respondents.parts = parts::of(self.definition, sampling, &in_use, &answered)?;
        let single = self.choices.single;
        let weighed = weighting::weigh(self.definition, sampling, &in_use, &answered, &respondents, single)?;
        let weights = match &weighed.adjusted {
            Some(adjusted) => adjusted.weights.clone(),
            None => {
                let weights = respondents.weights(single);
                let weight = |stratum: &usize| {
                    weights.class_of[*stratum].map_or(f64::NAN, |class| weights.classes[class].weight())
                };
                respondents.stratum_of.iter().map(weight).collect()
            }
        };
        respondents.adjusted = weighed.adjusted;
        Ok(Units {
            responses: first.into_values().collect(),
            readings: returned.responses.len(),
            respondents,
            weights,
            drawn,
            weighting: weighed.steps,
            weighting_methods: weighed.methods,
        })
    }

    /// Estimates every question that has shares or a mean.
    pub(super) fn estimate(&self, units: &Units<'_>) -> Result<Vec<QuestionResult>> {
        let estimate = |(place, question): (usize, &Question)| {
            let answers: Vec<&Answer> =
                units.responses.iter().map(|response| &response.answers[place].answer).collect();
            estimate::question(question, &answers, &units.respondents, &self.choices)
        };
        self.instrument.questions.par_iter().enumerate().map(estimate).collect()
    }

    /// Compares the positive share of everyone and of every group with the question's figures.
    pub(super) fn compare(&self, questions: &mut [QuestionResult]) {
        for ((question, figures), asked) in questions.iter_mut().zip(&self.figures).zip(&self.instrument.questions) {
            for group in std::iter::once(&mut question.overall).chain(&mut question.groups) {
                let Some(positive) = group.positive.as_mut().filter(|positive| !positive.is_suppressed()) else {
                    continue;
                };
                let judged = Judged {
                    estimate: positive.estimate,
                    se: positive.se,
                    df: positive.df,
                    interval: (positive.ci_low, positive.ci_high),
                    high_is: asked.high_is,
                };
                let wide = !positive.holds_within(self.choices.rule);
                positive.comparisons = figures
                    .iter()
                    .map(|figure| benchmark::compare(judged, figure, self.choices.critical, self.choices.level, wide))
                    .collect();
            }
        }
    }

    pub(super) fn compare_line(&self, questions: &[QuestionResult]) -> String {
        let compared =
            questions.iter().filter(|q| q.overall.positive.as_ref().is_some_and(|p| !p.comparisons.is_empty())).count();
        format!("{compared} questions with {} published figures", self.figures.iter().map(Vec::len).sum::<usize>())
    }

    /// Puts everything together for those who show it.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn results(
        &self,
        sampling: &Sampling,
        links: Option<&Links>,
        returned: &Returned,
        units: &Units<'_>,
        mut questions: Vec<QuestionResult>,
        findings: Vec<Finding>,
        run_id: String,
    ) -> Result<Results> {
        let screen = words::Screen::new(sampling, &self.definition.issue.mailing);
        for (place, result) in questions.iter_mut().enumerate() {
            if self.instrument.questions[place].kind == QuestionKind::Text {
                let said = units.responses.iter().filter_map(|response| match &response.answers[place].answer {
                    Answer::Text(text) => Some(text.as_str()),
                    _ => None,
                });
                result.words = screen.words(said);
            }
        }
        let fieldwork = quality::fieldwork(self, sampling, returned, units, &questions)?;
        let mut scores = self.scores(units, &questions)?;
        for question in questions.iter_mut().filter(|question| !fieldwork.untold.tells_kinds(&question.id)) {
            let missing: usize = question.missing.iter().map(|(_, n)| n).sum();
            question.missing = vec![(KINDS_NOT_TOLD.to_owned(), missing)];
        }
        let mut banners = self.banners(units, &questions, &scores)?;
        let measured = self.measured(units);
        let all: Vec<&QuestionResult> = questions.iter().chain(&scores).collect();
        let mut contrasts = self.contrasts(units, &measured, &all)?;
        // What is hidden must not follow from digits that nobody reads.
        let coarse = self.coarse(&all);
        let fewest = self.choices.fewest_told();
        (questions.iter_mut().chain(&mut scores))
            .filter(|result| coarse.contains_key(&result.id))
            .for_each(|result| disclosure::coarsen(result, fewest));
        (banners.iter_mut().filter(|banner| coarse.contains_key(&banner.question)).flat_map(|banner| &mut banner.rows))
            .for_each(|row| row.deviations.fill(f64::NAN));
        let all: Vec<&QuestionResult> = questions.iter().chain(&scores).collect();
        let mut waves = self.waves(links, units, &measured, &all)?;
        let families = contrasts.iter_mut().chain(waves.iter_mut().map(|waves| &mut waves.change));
        families
            .for_each(|family| disclosure::coarsen_family(family, fewest, |question| coarse.get(question).copied()));
        let mut detectable = self.detectable(&measured, &all, &contrasts);
        let mut funnels = self.funnels(units, &questions);
        let publish = &self.definition.publish;
        (questions.iter_mut().chain(&mut scores))
            .for_each(|question| disclosure::round(question, publish.round_bases, publish.round_people));
        let round = |n: &mut usize| *n = disclosure::nearest(*n, publish.round_bases);
        let families = contrasts.iter_mut().chain(waves.iter_mut().map(|waves| &mut waves.change));
        families.flat_map(|family| &mut family.contrasts).for_each(|contrast| round(&mut contrast.n));
        detectable.iter_mut().for_each(|found| round(&mut found.n));
        waves
            .iter_mut()
            .flat_map(|waves| &mut waves.trends)
            .flat_map(|trend| &mut trend.points)
            .for_each(|p| round(&mut p.n));
        waves.iter_mut().filter_map(|waves| waves.in_both.as_mut()).for_each(round);
        for Funnel { noun, own, points, .. } in &mut funnels {
            // What others published stays as they published it.
            let ours = |point: &&mut FunnelPoint| *noun == FunnelPoint::GROUPS || own.as_ref() == Some(&point.group);
            points.iter_mut().filter(ours).filter_map(|point| point.n.as_mut()).for_each(round);
        }
        let strata_of: BTreeMap<&str, usize> = units
            .responses
            .iter()
            .zip(&units.respondents.stratum_of)
            .map(|(response, &stratum)| (response.serial.as_str(), stratum))
            .collect();
        let training = plan::training_serials(self.definition, sampling)?;
        let reread = Reread::of(
            &returned.responses,
            |serial| strata_of.get(serial).copied().filter(|_| !training.contains(serial)),
            Some(&units.respondents.populations),
            self.choices.level,
        );
        let all_read =
            Reread::of(&returned.responses, |serial| training.contains(serial).then_some(0), None, self.choices.level);
        let mut agreement = reread.questions(self.instrument)?;
        let mut readers = reread.drift(self.instrument)?;
        let mut training = all_read.drift(self.instrument)?;
        agreement.iter_mut().for_each(|question| round(&mut question.units));
        readers.iter_mut().chain(&mut training).for_each(|reader| round(&mut reader.files));
        let evidence =
            evidence::lay_out(self.framework.as_ref(), self.instrument, &questions, &agreement, &self.choices);
        let mut counts = counts(self.instrument, sampling, returned, units);
        // What the office entered about everybody is for the checks: no results are made of it.
        let is_record = |id: &str| self.instrument.question(id).is_some_and(|q| self.instrument.is_record(q));
        questions.retain(|question| !is_record(&question.id));
        let repeats = self.repeats(units)?;
        let mut strata = self.strata(units);
        let mut weighting = units.weighting.clone();
        disclosure::round_returns(&mut counts, &mut strata, &mut weighting, publish.round_bases);
        strata.sort_by_key(|stratum| frame::is_blank(&stratum.name));
        Ok(Results {
            title: self.definition.study.title.clone(),
            organisation: self.definition.study.organisation.clone(),
            period: self.definition.study.period.clone(),
            notice: self.definition.study.notice.clone(),
            run_id,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instrument: self.instrument.clone(),
            counts,
            strata,
            methods: methods::choices(self, sampling, units)
                .into_iter()
                .chain((!agreement.is_empty()).then(methods::agreement))
                .chain((!training.is_empty()).then(methods::training))
                .chain(parts::method(self.definition, &units.respondents.parts))
                .chain(packs::method(self.definition))
                .chain((!repeats.is_empty()).then(|| repeats::method(self.instrument.kind.unit().1)))
                .collect(),
            rule: self.choices.rule,
            level: self.choices.level,
            suppress_below: self.choices.suppress_below,
            suppress_cells_below: self.choices.suppress_cells_below,
            groupings: units.respondents.groupings.clone(),
            funnels,
            weighting,
            contrasts,
            banners,
            comparing: self.definition.compare.banner,
            detectable,
            waves,
            scores,
            repeats,
            questions,
            evidence,
            agreement,
            readers,
            training,
            findings,
            fieldwork,
            sources: methods::sources(self),
        })
    }

    /// The questions and scores whose figures are published in whole points, with the number of answers: where something is
    /// hidden, of them or of one of their items; all of them where rare responses are.
    fn coarse(&self, results: &[&QuestionResult]) -> BTreeMap<String, usize> {
        let hides = |id: &str| results.iter().any(|result| result.id == id && disclosure::hides(result));
        let of_items = |id: &str| {
            let score = self.instrument.scores.iter().find(|score| score.id == id);
            score
                .is_some_and(|score| score.items.iter().any(|item| hides(&self.instrument.questions[item.question].id)))
        };
        let guards_cells = self.choices.suppress_cells_below > 1;
        let is_coarse = |result: &&&QuestionResult| guards_cells || hides(&result.id) || of_items(&result.id);
        results.iter().filter(is_coarse).map(|result| (result.id.clone(), result.overall.n)).collect()
    }

    /// Responses with what people wrote made safe to show, for the data files.
    pub(super) fn screened<'r>(
        &self,
        sampling: &Sampling,
        responses: impl Iterator<Item = &'r Response>,
    ) -> Vec<Response> {
        let screen = words::Screen::new(sampling, &self.definition.issue.mailing);
        let mut responses: Vec<Response> = responses.cloned().collect();
        for response in &mut responses {
            let (mut given, mut edits): (Vec<&mut Given>, Vec<&mut Edit>) =
                (response.answers.iter_mut().collect(), response.edits.iter_mut().collect());
            for row in response.repeats.iter_mut().flatten() {
                given.extend(&mut row.answers);
                edits.extend(&mut row.edits);
            }
            let edited = edits.into_iter().flat_map(|edit| [&mut edit.before, &mut edit.after]);
            for answer in given.into_iter().map(|given| &mut given.answer).chain(edited) {
                if let Answer::Text(text) = answer {
                    *text = screen.screened(text);
                }
            }
        }
        responses
    }

    fn strata(&self, units: &Units<'_>) -> Vec<StratumResult> {
        let respondents = &units.respondents;
        (0..respondents.strata.len())
            .map(|at| {
                let those = || respondents.stratum_of.iter().zip(&units.weights).filter(|(stratum, _)| **stratum == at);
                let returned = those().count();
                // Where weights were adjusted they differ within the stratum: then this is their mean.
                let first = those().next().map_or(f64::NAN, |(_, weight)| *weight);
                let alike = those().all(|(_, weight)| *weight == first);
                let sum: f64 = those().map(|(_, weight)| weight).sum();
                StratumResult {
                    name: respondents.strata[at].clone(),
                    population: respondents.populations[at],
                    drawn: units.drawn[at],
                    returned,
                    weight: if alike { first } else { sum / returned as f64 },
                }
            })
            .collect()
    }
}

/// Estimates made, in a line.
pub(super) fn estimate_line(instrument: &Instrument, questions: &[QuestionResult]) -> String {
    let asked = |result: &&QuestionResult| instrument.question(&result.id).is_none_or(|q| !instrument.is_record(q));
    let questions: Vec<&QuestionResult> = questions.iter().filter(asked).collect();
    let groups = questions.iter().flat_map(|question| std::iter::once(&question.overall).chain(&question.groups));
    let made: usize = groups.map(|group| group.estimates().count()).sum();
    format!("{made} estimates for {} questions", questions.len())
}

fn counts(instrument: &Instrument, sampling: &Sampling, returned: &Returned, units: &Units<'_>) -> Counts {
    let drawn = units.drawn.iter().sum();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &returned.set_aside {
        *reasons.entry(&row.reason).or_default() += 1;
    }
    Counts {
        frame_rows: sampling.frame.rows,
        excluded: sampling.frame.excluded_by_reason(),
        population: sampling.sample.population,
        drawn,
        returned: units.responses.len(),
        not_returned: drawn - units.responses.len(),
        releases: sampling.releases.tally(&fieldwork::replied(returned)),
        workbooks: returned.workbooks.len(),
        rows_read: returned.responses.len() + returned.set_aside.len(),
        accepted: returned.responses.len(),
        set_aside: returned.set_aside.len(),
        forms: forms(instrument, units),
        set_aside_reasons: reasons.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect(),
    }
}

/// How many returns are of each form, where the instrument has two.
fn forms(instrument: &Instrument, units: &Units<'_>) -> Vec<(String, usize)> {
    if !instrument.has_variants() {
        return Vec::new();
    }
    let of = |variant: Option<Variant>| units.responses.iter().filter(|response| response.variant == variant).count();
    let told = Variant::ALL.map(|variant| (variant.label().to_owned(), of(Some(variant))));
    let untold =
        Some(("Form not told, read as the standard form".to_owned(), of(None))).filter(|(_, count)| *count > 0);
    told.into_iter().chain(untold).collect()
}
