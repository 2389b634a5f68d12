//! Differences within a study: between groups, and between questions. Those who stand behind both figures are counted:
//! covariances come from the scores of the units (see [`statistics::compare`](crate::statistics::compare)).

use rayon::prelude::*;

use super::respondents::{Respondents, Weighted};
use super::{Adjust, Choices, Statistic, Verdict};
use crate::error::Result;
use crate::instrument::HighIs;
use crate::statistics::{Linearised, Test, linearised, overlap};

/// What a group is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// Everyone who is not in the group.
    Rest,
    /// Everyone, the group included (part and whole).
    Whole,
}

impl Against {
    /// The words for the other side of the comparison.
    pub fn words(self) -> &'static str {
        match self {
            Against::Rest => "everyone else",
            Against::Whole => "everyone",
        }
    }
}

/// Differences that are tested together.
#[derive(Debug, Clone)]
pub struct Family {
    /// Short name, for ids and files.
    pub name: String,
    /// What is compared with what.
    pub title: String,
    /// The words for the other side ("everyone else", "2024").
    pub against: String,
    /// What was done about many tests at once.
    pub adjust: Adjust,
    /// Which tests count together ("the groups in each question").
    pub together: String,
    /// How the differences were tested.
    pub method: String,
    /// The differences.
    pub contrasts: Vec<Contrast>,
}

impl Family {
    /// Whether questions are compared, not groups or waves.
    pub fn is_items(&self) -> bool {
        self.contrasts.iter().any(|contrast| !contrast.other_question.is_empty())
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// The question or score.
    pub question: String,
    /// What is compared.
    pub statistic: Statistic,
    /// The words for it.
    pub label: String,
    /// The group column; empty for everyone.
    pub by: String,
    /// The group; empty for everyone.
    pub group: String,
    /// The other side: a question's id where items are compared; else empty.
    pub other_question: String,
    /// Answers behind the figure.
    pub n: usize,
    /// The figure.
    pub estimate: f64,
    /// The figure on the other side.
    pub other: f64,
    /// The difference with its test.
    pub test: Test,
    /// The p-value adjusted for the family.
    pub adjusted: f64,
    /// In words, by the adjusted p-value.
    pub verdict: Verdict,
    /// Whether a high figure is good.
    pub high_is: HighIs,
    /// Nothing of it may be shown.
    pub suppressed: bool,
    /// Why the two figures do not compare, if they do not: the verdict is then withheld.
    pub broken: Option<String>,
}

/// A question or score as one number for each respondent.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The question or score.
    pub question: String,
    /// A positive share or a mean.
    pub statistic: Statistic,
    /// The words for it.
    pub label: String,
    /// Whether a high figure is good.
    pub high_is: HighIs,
    /// For every respondent the number, 0 or 1 for shares; NaN without a valid answer.
    pub values: Vec<f64>,
}

/// A measure with its design, ready to be estimated for any part of the respondents.
#[derive(Debug)]
pub struct Scored {
    weighted: Weighted,
    values: Vec<f64>,
}

impl Measured {
    /// Weighs the measure.
    ///
    /// # Errors
    /// As [`question`](super::question()).
    pub fn weigh(&self, respondents: &Respondents, choices: &Choices) -> Result<Scored> {
        let valid: Vec<bool> = self.values.iter().map(|value| !value.is_nan()).collect();
        let weighted = respondents.weighted(&self.question, &valid, choices)?;
        let values = weighted.values(|unit| self.values[unit]);
        Ok(Scored { weighted, values })
    }
}

impl Scored {
    /// The mean over the respondents of whom `member` holds; none without any.
    pub fn mean(&self, member: impl Fn(usize) -> bool) -> Option<Linearised> {
        let design = self.weighted.design.as_ref()?;
        let domain = self.weighted.domain(member);
        Some(linearised::mean(design, &domain, &self.values)).filter(|mean| mean.base.n > 0)
    }

    /// Degrees of freedom, and whether the variance can be seen at all.
    fn certainty(&self) -> (f64, bool) {
        let df = self.weighted.design.as_ref().map_or(f64::NAN, |design| design.degrees_of_freedom());
        (df, !self.weighted.unseen && df >= 1.0)
    }

    /// The standard error and degrees of freedom of an estimate.
    pub fn error(&self, mean: &Linearised) -> (f64, f64) {
        let (df, seen) = self.certainty();
        let variance = self.weighted.design.as_ref().map_or(f64::NAN, |design| design.variance(&mean.scores));
        (if seen { variance.max(0.0).sqrt() } else { f64::NAN }, df)
    }

    /// The respondents behind the scores of an estimate, by their place.
    pub fn units(&self) -> &[usize] {
        &self.weighted.units
    }

    /// For every unit of the design the first stratum of its class, and the class's population.
    pub fn strata(&self, respondents: &Respondents) -> (Vec<u32>, Vec<f64>) {
        let class = |unit: &usize| {
            let class = self.weighted.weights.class_of[respondents.stratum_of[*unit]]?;
            Some(&self.weighted.weights.classes[class])
        };
        let code = |unit| class(unit).and_then(|class| class.strata.first()).map_or(u32::MAX, |&first| first as u32);
        let population = |unit| class(unit).map_or(f64::INFINITY, |class| class.population as f64);
        (self.units().iter().map(code).collect(), self.units().iter().map(population).collect())
    }
}

/// Each group of every grouping against the rest or the whole, a family for each grouping. The p-values are adjusted within
/// each question, or over all questions.
///
/// # Errors
/// As [`question`](super::question()).
pub fn between_groups(
    measured: &[Measured],
    respondents: &Respondents,
    choices: &Choices,
    against: Against,
    adjust: Adjust,
    over_questions: bool,
    may_show: impl Fn(&str, &str, &str) -> bool + Sync,
) -> Result<Vec<Family>> {
    let mut families: Vec<Family> = respondents
        .groupings
        .iter()
        .map(|grouping| Family {
            name: grouping.by.clone(),
            title: format!("{}: each group against {}", grouping.label, against.words()),
            against: against.words().to_owned(),
            adjust,
            together: if over_questions { "all rows of this table" } else { "the groups within each question" }
                .to_owned(),
            method: format!("{}; t test of the difference, covariance counted", choices.basis.name()),
            contrasts: Vec::new(),
        })
        .collect();
    let of_measure = |measure: &Measured| -> Result<Vec<Vec<Contrast>>> {
        let scored = measure.weigh(respondents, choices)?;
        let mut of_groupings = Vec::new();
        for (grouping, group_of) in respondents.groupings.iter().zip(&respondents.group_of) {
            let mut found = Vec::new();
            for (place, name) in grouping.groups.iter().enumerate() {
                let member = |unit: usize| group_of[unit] == Some(place);
                let other = |unit: usize| against == Against::Whole || !member(unit);
                let (Some(part), Some(other)) = (scored.mean(member), scored.mean(other)) else { continue };
                let contrast = part.minus(&other);
                let (se, df) = scored.error(&contrast);
                let rest = scored.units().len() - part.base.n;
                let shown = may_show(&measure.question, &grouping.by, name)
                    && other.base.n >= choices.suppress_below
                    && (rest == 0 || rest >= choices.suppress_below);
                found.push(Contrast {
                    by: grouping.by.clone(),
                    group: name.clone(),
                    n: part.base.n,
                    suppressed: !shown,
                    ..measure.contrast(part.value, other.value, Test::of(contrast.value, se, df, choices.critical))
                });
            }
            if !over_questions {
                judge(&mut found, adjust, choices);
            }
            of_groupings.push(found);
        }
        Ok(of_groupings)
    };
    // Each measure for itself, put together in their order.
    for found in measured.par_iter().map(of_measure).collect::<Result<Vec<_>>>()? {
        families.iter_mut().zip(found).for_each(|(family, found)| family.contrasts.extend(found));
    }
    if over_questions {
        families.iter_mut().for_each(|family| judge(&mut family.contrasts, adjust, choices));
    }
    families.retain(|family| !family.contrasts.is_empty());
    Ok(families)
}

/// Every pair of some measures of one statistic, for everyone.
///
/// With [`Basis::PerUnit`](super::Basis::PerUnit) all questions share a design; else those who answered both questions are
/// found in the two designs ([`overlap`]).
///
/// # Errors
/// As [`question`](super::question()).
pub fn between_items(
    title: &str,
    measured: &[&Measured],
    respondents: &Respondents,
    choices: &Choices,
    adjust: Adjust,
    may_show: impl Fn(&str) -> bool,
) -> Result<Family> {
    let scored: Vec<Scored> =
        measured.iter().map(|measure| measure.weigh(respondents, choices)).collect::<Result<_>>()?;
    let means: Vec<Option<Linearised>> = scored.iter().map(|scored| scored.mean(|_| true)).collect();
    let mut contrasts = Vec::new();
    for (a, one) in scored.iter().enumerate() {
        for (b, other) in scored.iter().enumerate().skip(a + 1) {
            let (Some(first), Some(second)) = (&means[a], &means[b]) else { continue };
            let (se, df) = paired_error((one, first), (other, second), respondents);
            let test = Test::of(first.value - second.value, se, df, choices.critical);
            contrasts.push(Contrast {
                other_question: measured[b].question.clone(),
                n: first.base.n,
                suppressed: !(may_show(&measured[a].question) && may_show(&measured[b].question)),
                ..measured[a].contrast(first.value, second.value, test)
            });
        }
    }
    judge(&mut contrasts, adjust, choices);
    Ok(Family {
        name: "items".to_owned(),
        title: title.to_owned(),
        against: "the other question".to_owned(),
        adjust,
        together: "all rows of this table".to_owned(),
        method: format!("{}; t test of the difference, covariance counted", choices.basis.name()),
        contrasts,
    })
}

/// The standard error of a difference of two questions, those who answered both counted.
fn paired_error(
    (one, first): (&Scored, &Linearised),
    (other, second): (&Scored, &Linearised),
    respondents: &Respondents,
) -> (f64, f64) {
    let ((se1, df1), (se2, df2)) = (one.error(first), other.error(second));
    if let (Some(design), true) = (&one.weighted.design, one.units() == other.units()) {
        let (se, df) = one.error(&first.minus(second));
        debug_assert_eq!(design.len(), second.scores.len());
        return (if se1.is_nan() || se2.is_nan() { f64::NAN } else { se }, df);
    }
    let ((strata1, populations1), (strata2, populations2)) = (one.strata(respondents), other.strata(respondents));
    let mut pairs = Vec::new();
    let mut at = 0;
    for (place, unit) in other.units().iter().enumerate() {
        while one.units().get(at).is_some_and(|known| known < unit) {
            at += 1;
        }
        if one.units().get(at) == Some(unit) {
            pairs.push((at, place));
        }
    }
    let covariance = overlap::covariance(
        &overlap::Side { strata: &strata1, populations: &populations1, scores: &first.scores },
        &overlap::Side { strata: &strata2, populations: &populations2, scores: &second.scores },
        &pairs,
    );
    ((se1 * se1 + se2 * se2 - 2.0 * covariance).max(0.0).sqrt(), df1.min(df2))
}

impl Measured {
    /// A difference of this measure, for everyone and not judged yet.
    pub fn contrast(&self, estimate: f64, other: f64, test: Test) -> Contrast {
        Contrast {
            question: self.question.clone(),
            statistic: self.statistic,
            label: self.label.clone(),
            by: String::new(),
            group: String::new(),
            other_question: String::new(),
            n: 0,
            estimate,
            other,
            test,
            adjusted: f64::NAN,
            verdict: Verdict::TooFewToSay,
            high_is: self.high_is,
            suppressed: false,
            broken: None,
        }
    }
}

/// Adjusts the p-values of a family and says what each difference comes to. Those that may not be shown count too: they were
/// tested; those across a break in the series do not.
pub fn judge(family: &mut [Contrast], adjust: Adjust, choices: &Choices) {
    let p_values: Vec<f64> =
        family.iter().map(|c| if c.broken.is_some() { f64::NAN } else { c.test.p_value }).collect();
    for (contrast, adjusted) in family.iter_mut().zip(adjust.adjust(&p_values)) {
        contrast.adjusted = adjusted;
        let reach = (contrast.test.ci_high - contrast.test.ci_low) / 2.0;
        let wide = contrast.statistic != Statistic::Mean && reach > 2.0 * choices.rule;
        contrast.verdict = if contrast.broken.is_some() || !contrast.test.difference.is_finite() {
            Verdict::TooFewToSay
        } else if contrast.test.se == 0.0 && contrast.test.difference == 0.0 {
            Verdict::NoRealDifference
        } else if adjusted.is_nan() {
            Verdict::TooFewToSay
        } else if adjusted < 1.0 - choices.level {
            if contrast.test.difference > 0.0 { Verdict::Higher } else { Verdict::Lower }
        } else if wide {
            Verdict::TooFewToSay
        } else {
            Verdict::NoRealDifference
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Basis;
    use crate::results::Grouping;
    use crate::statistics::{Critical, Method};
    use crate::weights::SingleAnswer;

    fn choices(basis: Basis) -> Choices {
        Choices {
            basis,
            single: SingleAnswer::Collapse,
            interval: Method::Wilson,
            level: 0.95,
            critical: Critical::T(0.95),
            rule: 0.10,
            suppress_below: 1,
            suppress_cells_below: 0,
        }
    }

    /// The data of tests/reference/contrasts.R: two strata of 100 and 60, groups a, b, c, two questions with gaps.
    fn study() -> (Respondents, Vec<Measured>) {
        let groups = ["a", "b", "c"].map(str::to_owned).to_vec();
        let respondents = Respondents {
            strata: vec!["h".into(), "k".into()],
            populations: vec![100, 60],
            stratum_of: (0..20).map(|unit| usize::from(unit >= 12)).collect(),
            groupings: vec![Grouping { by: "g".into(), label: "Group".into(), groups }],
            group_of: vec![(0..20).map(|unit| Some(unit % 3)).collect()],
            adjusted: None,
            ..Respondents::default()
        };
        let measure = |question: &str, values: [u8; 20]| Measured {
            question: question.to_owned(),
            statistic: Statistic::Positive,
            label: "Positive".to_owned(),
            high_is: HighIs::Good,
            values: values.iter().map(|&v| if v == 9 { f64::NAN } else { f64::from(v) }).collect(),
        };
        let x = measure("x", [1, 0, 1, 1, 0, 1, 1, 9, 1, 0, 1, 0, 0, 1, 0, 0, 9, 1, 0, 0]);
        let y = measure("y", [1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 9, 0, 1, 0, 0, 0, 1, 0, 1, 9]);
        (respondents, vec![x, y])
    }

    // Difference, standard error, p-value.
    const REST_A: (f64, f64, f64) = (-0.099_408_617_290_904, 0.225_785_301_628_303, 0.664_976_247_438_156);
    const WHOLE_A: (f64, f64) = (-0.060_909_326_201_363_1, 0.139_221_192_671_115);
    const ITEMS: (f64, f64) = (0.063_583_815_028_901_7, 0.158_306_643_210_321);

    fn near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }

    /// R survey: svycontrast of svyby with covmat over everyone (see tests/reference/contrasts.R).
    #[test]
    fn groups_against_the_rest_and_the_whole_are_as_in_r() {
        let (respondents, measured) = study();
        let of = |against| {
            let choices = choices(Basis::PerUnit);
            let show = |_: &str, _: &str, _: &str| true;
            let found = between_groups(&measured[..1], &respondents, &choices, against, Adjust::Holm, false, show);
            found.expect("a sound design").remove(0).contrasts
        };
        let rest = of(Against::Rest);
        near(rest[0].test.difference, REST_A.0);
        near(rest[0].test.se, REST_A.1);
        near(rest[0].test.p_value, REST_A.2);
        assert!(rest.iter().all(|c| c.adjusted >= c.test.p_value && c.test.df == 18.0));
        let whole = of(Against::Whole);
        near(whole[0].test.difference, WHOLE_A.0);
        near(whole[0].test.se, WHOLE_A.1);
        // A part that is lower than the rest is nearer to the whole.
        assert!(whole[0].test.difference.abs() < rest[0].test.difference.abs());
    }

    #[test]
    fn questions_are_compared_on_those_who_answered_both() {
        let (respondents, measured) = study();
        let both: Vec<&Measured> = measured.iter().collect();
        let of = |basis| {
            between_items("t", &both, &respondents, &choices(basis), Adjust::None, |_| true)
                .expect("sound")
                .contrasts
                .remove(0)
        };
        let unit = of(Basis::PerUnit);
        near(unit.test.difference, ITEMS.0);
        near(unit.test.se, ITEMS.1);
        // Weighted by question the designs differ a little, and so does the error.
        let question = of(Basis::PerQuestion);
        assert!((question.test.se / unit.test.se - 1.0).abs() < 0.1, "{} {}", question.test.se, unit.test.se);
    }

    #[test]
    fn a_break_in_the_series_is_not_judged() {
        let (_, measured) = study();
        let test = Test::of(0.3, 0.01, 30.0, Critical::T(0.95));
        let mut family = vec![measured[0].contrast(0.8, 0.5, test), measured[0].contrast(0.8, 0.5, test)];
        family[0].broken = Some("the wording changed".to_owned());
        judge(&mut family, Adjust::Holm, &choices(Basis::PerUnit));
        assert_eq!((family[0].verdict, family[1].verdict), (Verdict::TooFewToSay, Verdict::Higher));
        assert_eq!(family[1].adjusted, family[1].test.p_value);
    }
}
