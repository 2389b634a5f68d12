//! What coefficients of agreement mean, in plain words.

use crate::results::QuestionAgreement;
use crate::statistics::agreement::{Agreement, Coefficient, Drift, Figures, Undefined, Weighting};

/// The bands of Landis and Koch (1977): a convention, named wherever it is used.
const BANDS: [(f64, &str); 5] =
    [(0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight")];

/// The band in which a chance-corrected coefficient lies.
pub fn band(coefficient: f64) -> &'static str {
    BANDS.iter().find(|(least, _)| coefficient > *least).map_or("poor", |(_, name)| *name)
}

/// A coefficient in a sentence, with its interval's lower end counting for as much as its value.
pub fn sentence(figures: &Figures) -> String {
    let Figures { estimate, interval, .. } = *figures;
    let value = band(estimate);
    match interval {
        Some((low, high)) if band(low) == value => {
            format!("{estimate:.2}: {value} agreement, also at the lower end of its interval ({low:.2} to {high:.2}).")
        }
        Some((low, high)) => {
            format!(
                "{estimate:.2}: {value} agreement by its value, but its interval ({low:.2} to {high:.2}) reaches down to {}.",
                band(low)
            )
        }
        None => {
            format!("{estimate:.2}: {value} agreement by its value; there is too little variation for an interval.")
        }
    }
}

/// Why a coefficient has no value, in a sentence.
pub fn undefined(reason: Undefined) -> &'static str {
    match reason {
        Undefined::OneAnswer => {
            "not defined, because all ratings are the same: agreement by chance is then certain. Read percent-exact."
        }
        Undefined::NoPairs => "not defined, because no unit has ratings by two readers.",
        Undefined::TooFewUnits => "not defined, because fewer than two units have ratings by all readers.",
        Undefined::IdleRater => "not defined, because a reader rated nothing.",
        Undefined::TooManyCategories => {
            "not computed, because there are more different ratings than a comparison by category is made for. Read the \
             intraclass correlations."
        }
        Undefined::NotNumbers => "not defined, because the ratings are not numbers.",
        Undefined::NoVariation => "not defined, because neither units nor readers differ.",
    }
}

/// The share of the commonest category from which kappa is looked at for the paradox of prevalence.
const COMMON: f64 = 0.8;

/// A warning where one answer is so common that kappa falls although readers agree (Feinstein and Cicchetti, 1990).
/// `shares` are those of all ratings in each category.
pub fn prevalence(shares: &[f64], measured: &[Agreement], weighting: Weighting) -> Option<String> {
    let value = |wanted: Coefficient| {
        measured.iter().find(|m| m.coefficient == wanted).and_then(|m| m.outcome.ok()).map(|figures| figures.estimate)
    };
    let common = shares.iter().copied().fold(0.0, f64::max);
    let exact = value(Coefficient::PercentExact)?;
    let kappa = value(Coefficient::CongerKappa);
    let gwet = value(Coefficient::GwetAc)?;
    let misleading = common >= COMMON && exact >= COMMON && kappa.is_none_or(|kappa| gwet - kappa > 0.2);
    misleading.then(|| {
        let kappa = kappa.map_or("is not defined".to_owned(), |kappa| format!("is only {kappa:.2}"));
        format!(
            "{:.0}% of all ratings are one and the same answer, so kappa {kappa} although readers agree on {:.0}% of \
             pairs: read {} ({gwet:.2}) and the plain share of the same answers instead.",
            100.0 * common,
            100.0 * exact,
            Coefficient::GwetAc.title(weighting),
        )
    })
}

/// The sentences to print under a table of coefficients: Gwet's in words, the scale of words named, and the warning
/// where prevalence makes kappa misleading.
pub fn summary(shares: &[f64], measured: &[Agreement], weighting: Weighting) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(gwet) = measured.iter().find(|measured| measured.coefficient == Coefficient::GwetAc) {
        let name = gwet.coefficient.title(weighting);
        match &gwet.outcome {
            Ok(figures) => sentences.push(format!("{name} {} Words as in Landis and Koch (1977).", sentence(figures))),
            Err(reason) => sentences.push(format!("{name} is {}", undefined(*reason))),
        }
    }
    sentences.extend(prevalence(shares, measured, weighting));
    sentences
}

/// Files read twice from which on 95% intervals held the coefficient in simulations nearly as often as they say.
const ENOUGH_FILES: usize = 60;

/// A warning where intervals are given from so few files read twice that they are too narrow.
pub fn few_files(questions: &[QuestionAgreement]) -> Option<String> {
    let with_interval = |question: &&QuestionAgreement| {
        question.coefficient.as_ref().is_some_and(|found| found.ci_low.is_finite() && found.ci_high.is_finite())
    };
    let fewest = questions.iter().filter(with_interval).map(|question| question.units).min()?;
    (fewest < ENOUGH_FILES).then(|| {
        format!(
            "Intervals from fewer than {ENOUGH_FILES} files read twice are too narrow by some points of confidence (here as \
             few as {fewest} files): read them as a rough guide, or have more files read twice."
        )
    })
}

/// A reader's drift in a sentence: whether it is more than chance, all readers looked at together.
pub fn drift(found: &Drift, level: f64) -> String {
    let Drift { mean_difference: mean, interval, p_adjusted, .. } = *found;
    let way = if mean > 0.0 { "higher" } else { "lower" };
    let size = format!("{:.2} points {way} than the others", mean.abs());
    match (interval, p_adjusted) {
        (Some((low, high)), Some(p)) if p < 1.0 - level => {
            format!("Reads {size} ({low:+.2} to {high:+.2}), more than chance brings.")
        }
        (Some((low, high)), Some(_)) if low > 0.0 || high < 0.0 => {
            format!(
                "{mean:+.2} points ({low:+.2} to {high:+.2}): no more than chance brings where several readers are looked at."
            )
        }
        (Some((low, high)), Some(_)) => {
            format!("No more than chance: {mean:+.2} points ({low:+.2} to {high:+.2}).")
        }
        _ if mean == 0.0 => "No difference in any unit.".to_owned(),
        _ => format!("Reads {size}; there is too little variation for an interval."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::agreement::{Ratings, Scale, Settings, measure};

    #[test]
    fn bands_are_those_of_landis_and_koch() {
        for (value, name) in
            [(-0.1, "poor"), (0.0, "poor"), (0.2, "slight"), (0.21, "fair"), (0.6, "moderate"), (0.9, "almost perfect")]
        {
            assert_eq!(band(value), name);
        }
    }

    #[test]
    fn prevalence_is_warned_of_where_kappa_misleads_and_only_there() {
        let table = |cells: &[(f64, f64, usize)]| {
            let cells: Vec<Option<f64>> =
                cells.iter().flat_map(|&(a, b, times)| [Some(a), Some(b)].repeat(times)).collect();
            let ratings = Ratings::from_values(2, &cells).expect("a table");
            let measured = measure(&ratings, Scale::Nominal, &Settings::default());
            prevalence(&ratings.shares(None), &measured, Weighting::Unweighted)
        };
        let warned = table(&[(1.0, 1.0, 45), (1.0, 0.0, 3), (0.0, 1.0, 1), (0.0, 0.0, 1)]).expect("a warning");
        assert!(warned.starts_with("94% of all ratings") && warned.contains("92% of pairs"), "{warned}");
        assert!(table(&[(1.0, 1.0, 25), (1.0, 0.0, 2), (0.0, 1.0, 2), (0.0, 0.0, 21)]).is_none());
    }
}
