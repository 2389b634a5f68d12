//! `[dispositions]`, `[checks]` and `[fieldwork]`: how units are said to have ended, what asks for an explanation, and when
//! fieldwork opens and closes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::Definition;
use crate::error::Result;
use crate::fieldwork::{NotReturned, Thresholds};
use crate::instrument::{Instrument, Variant, nearest};

/// `[dispositions]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DispositionChoices {
    /// The register that the office keeps: serial, disposition, date, and perhaps mode.
    pub register: Option<PathBuf>,
    /// From how many per cent of the questions asked a return is complete.
    pub complete: Spanned<f64>,
    /// From how many per cent it is partial; below it counts as broken off.
    pub partial: Spanned<f64>,
    /// The questions that count; all but the open ones if not said.
    pub questions: Vec<Spanned<String>>,
    /// What somebody counts as of whom nothing was heard.
    pub not_returned: NotReturned,
    /// The share of those of unknown eligibility that is taken to be eligible; that of the others if not said.
    pub eligible: Option<Spanned<f64>>,
}

impl Default for DispositionChoices {
    fn default() -> Self {
        DispositionChoices {
            register: None,
            complete: Spanned::new(0..0, 80.0),
            partial: Spanned::new(0..0, 0.0),
            questions: Vec::new(),
            not_returned: NotReturned::default(),
            eligible: None,
        }
    }
}

/// `[checks]`: thresholds, each beyond which something asks for an explanation. They never stop a run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CheckChoices {
    /// The lowest and the highest response in per cent that raises no question.
    pub response: Spanned<[f64; 2]>,
    /// The lowest item response in per cent.
    pub item_response: Spanned<f64>,
    /// By how many points a stratum's share of the sample may differ from its share of the frame.
    pub stratum_share: Spanned<f64>,
    /// Most units of the main sample, in per cent, that reserves may stand for.
    pub replacements: Spanned<f64>,
    /// The lowest and the highest share of the sample in per cent that a stratum may have; any if not said.
    pub stratum_of_sample: Option<Spanned<[f64; 2]>>,
    /// From how many per cent of the frame on the sample is large, unless it is all of it; never if not said.
    pub sample: Option<Spanned<f64>>,
    /// How many the frame had before, or by another count.
    pub population: Option<Spanned<PopulationCheck>>,
    /// What the returns hold about people, beside the shares that raise no question.
    #[serde(rename = "share")]
    pub shares: Vec<super::shares::ShareChoice>,
    /// Explanations, by check.
    pub explain: BTreeMap<Spanned<String>, String>,
}

impl Default for CheckChoices {
    fn default() -> Self {
        CheckChoices {
            response: Spanned::new(0..0, [30.0, 70.0]),
            item_response: Spanned::new(0..0, 75.0),
            stratum_share: Spanned::new(0..0, 5.0),
            replacements: Spanned::new(0..0, 0.0),
            stratum_of_sample: None,
            sample: None,
            population: None,
            shares: Vec::new(),
            explain: BTreeMap::new(),
        }
    }
}

/// `[checks.population]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationCheck {
    /// The other count.
    pub before: usize,
    /// Where it comes from.
    pub source: String,
    /// By how many per cent of the frame the two may differ.
    pub within: f64,
}

/// `[fieldwork]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldworkChoices {
    /// The day on which forms go out; that of the first wave if not said.
    pub opens: Option<Spanned<String>>,
    /// The day on which returns close.
    pub closes: Option<Spanned<String>>,
}

impl Definition {
    pub(super) fn examine_fieldwork(&self) -> Result<()> {
        let share = |value: &Spanned<f64>, what: &str, most: f64, expected: &str| {
            if (0.0..=most).contains(value.get_ref()) {
                return Ok(());
            }
            Err(self
                .fault(value.span(), format!("{what} is out of range"), "this number")
                .expected(expected.to_owned()))
        };
        let per_cent = "per cent, from 0 to 100";
        let choices = &self.dispositions;
        share(&choices.complete, "complete under [dispositions]", 100.0, per_cent)?;
        share(&choices.partial, "partial under [dispositions]", 100.0, per_cent)?;
        if choices.partial.get_ref() > choices.complete.get_ref() {
            let place = choices.partial.span();
            return Err(self
                .fault(place, "a partial return needs more answers than a complete one", "more than complete")
                .expected(format!("at most complete = {}", choices.complete.get_ref())));
        }
        if let Some(eligible) = &choices.eligible {
            share(eligible, "eligible under [dispositions]", 1.0, "a share, from 0 to 1")?;
        }
        let checks = &self.checks;
        share(&checks.item_response, "item_response under [checks]", 100.0, per_cent)?;
        share(&checks.stratum_share, "stratum_share under [checks]", 100.0, "points, from 0 to 100")?;
        share(&checks.replacements, "replacements under [checks]", 100.0, per_cent)?;
        let ranges = [("response", Some(&checks.response)), ("stratum_of_sample", checks.stratum_of_sample.as_ref())];
        for (name, range) in ranges.into_iter().filter_map(|(name, range)| Some((name, range?))) {
            let [low, high] = *range.get_ref();
            if !(0.0 <= low && low <= high && high <= 100.0) {
                return Err(self
                    .fault(range.span(), format!("{name} under [checks] is no range"), "these numbers")
                    .expected(format!("{name} = [LOWEST, HIGHEST] in per cent, such as [30, 70]")));
            }
        }
        if let Some(sample) = &checks.sample {
            share(sample, "sample under [checks]", 100.0, per_cent)?;
        }
        let out_of_range =
            |choice: &&Spanned<PopulationCheck>| choice.get_ref().within.is_nan() || choice.get_ref().within < 0.0;
        if let Some(population) = checks.population.as_ref().filter(out_of_range) {
            return Err(self
                .fault(population.span(), "within under [checks.population] is out of range", "this check")
                .expected(per_cent));
        }
        let (opens, closes) = (self.opens()?, self.closes()?);
        if let (Some(opens), Some(closes), Some(place)) = (opens, closes, &self.fieldwork.closes)
            && closes <= opens
        {
            return Err(self
                .fault(place.span(), "fieldwork closes before it opens", "this day")
                .expected(format!("a day after {opens}")));
        }
        Ok(())
    }

    fn day(&self, text: &Spanned<String>) -> Result<NaiveDate> {
        NaiveDate::parse_from_str(text.get_ref(), "%Y-%m-%d").map_err(|_| {
            self.fault(text.span(), "this is not a day", "this text").expected("a day such as \"2026-03-02\"")
        })
    }

    /// The day on which forms go out.
    pub(super) fn opens(&self) -> Result<Option<NaiveDate>> {
        match &self.fieldwork.opens {
            Some(opens) => self.day(opens).map(Some),
            None => {
                let dates = self.issue.waves.iter().map(|wave| NaiveDate::parse_from_str(&wave.date, "%Y-%m-%d"));
                Ok(dates.filter_map(|date| date.ok()).min())
            }
        }
    }

    /// The day on which returns close.
    pub(super) fn closes(&self) -> Result<Option<NaiveDate>> {
        self.fieldwork.closes.as_ref().map(|closes| self.day(closes)).transpose()
    }

    /// What is said about a check; nothing where nothing is.
    pub(super) fn explanation(&self, check: &str) -> Option<&String> {
        let explained = self.checks.explain.iter().find(|(id, _)| id.get_ref() == check);
        explained.map(|(_, text)| text).filter(|text| !text.trim().is_empty())
    }

    /// Refuses explanations of checks that there are not. `strata` are those of the frame; none before it was read.
    pub(super) fn examine_explanations(&self, instrument: &Instrument, strata: Option<&[&str]>) -> Result<()> {
        let mut known: Vec<String> = ["response", "replacements", "sample", "population"].map(str::to_owned).into();
        known.extend(instrument.questions.iter().map(|question| item_response(&question.id)));
        for question in instrument.questions.iter().filter(|_| instrument.has_variants()) {
            known.extend(Variant::ALL.map(|form| item_response_by_form(&question.id, form)));
        }
        known.extend(self.checks.shares.iter().map(|share| share.id.get_ref().clone()));
        known.extend(strata.into_iter().flatten().flat_map(|name| [stratum_share(name), sample_share(name)]));
        let later =
            |id: &str| strata.is_none() && (id.starts_with(&stratum_share("")) || id.starts_with(&sample_share("")));
        let unknown = self.checks.explain.keys().find(|id| !known.contains(id.get_ref()) && !later(id.get_ref()));
        let Some(id) = unknown else { return Ok(()) };
        let error = self.fault(id.span(), "the pipeline explains a check that there is not", "no such check");
        Err(match nearest(id.get_ref(), known.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error.expected(
                "response, replacements, sample, population, item-response-QUESTION, stratum-NAME, sample-NAME or the id of a share",
            ),
        })
    }

    /// What makes a return complete or partial.
    pub(super) fn thresholds(&self, instrument: &Instrument) -> Result<Thresholds> {
        let choices = &self.dispositions;
        let mut questions = Vec::new();
        for name in &choices.questions {
            let Some(at) = instrument.position(name.get_ref()) else {
                let error = self.fault(name.span(), "the instrument does not ask this question", "no such question");
                return Err(match nearest(name.get_ref(), instrument.questions.iter().map(|q| q.id.as_str())) {
                    Some(near) => error.hint(format!("did you mean {near:?}?")),
                    None => error.expected("the id of a question"),
                });
            };
            questions.push(at);
        }
        if questions.is_empty() {
            questions = Thresholds::closed_questions(instrument);
        }
        let share = |per_cent: &Spanned<f64>| per_cent.get_ref() / 100.0;
        Ok(Thresholds { questions, complete: share(&choices.complete), partial: share(&choices.partial) })
    }
}

/// The check on the answers to a question.
pub(super) fn item_response(question: &str) -> String {
    format!("item-response-{question}")
}

/// The check on a stratum's share of the sample.
pub(super) fn stratum_share(stratum: &str) -> String {
    format!("stratum-{stratum}")
}

/// The check on the answers to a question in one of the forms.
pub(super) fn item_response_by_form(question: &str, form: Variant) -> String {
    format!("item-response-{question}-{}", form.name())
}

/// The check on how much of the sample a stratum is.
pub(super) fn sample_share(stratum: &str) -> String {
    format!("sample-{stratum}")
}
