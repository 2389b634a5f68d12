//! Agreement between readers of the same files: from a table of ratings to coefficients with intervals, in words.
//!
//! [`tabulate`] makes a table of units by readers from rows as they stand in a file;
//! [`measure`](crate::statistics::agreement::measure) computes the coefficients; [`words`] says what they mean. [`Reread`]
//! does the same for the files of a study that were read more than once.

use crate::error::{Error, Result};
use crate::instrument::{Question, QuestionKind, Scale as ResponseScale};
use crate::results::QuestionAgreement;
use crate::statistics::Design;
use crate::statistics::agreement::{self as statistics, Coefficient, Ratings, Scale, Settings, Weighting};

mod design;
mod reread;
mod table;
pub mod words;

pub use design::{Inclusion, design};
pub use reread::Reread;
pub use table::{Rating, Table, tabulate};

/// One coefficient of agreement with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The coefficient's name in the contract (`gwet-ac2`).
    pub coefficient: String,
    /// `nominal`, `ordinal` or `interval`.
    pub scale: String,
    /// `unweighted`, `linear` or `quadratic`; empty where the coefficient takes no weights.
    pub weights: String,
    /// Units that count in it.
    pub units: usize,
    /// Readers.
    pub raters: usize,
    /// The coefficient; NaN when it is not defined (everybody gave the same answer).
    pub estimate: f64,
    /// Its standard error; NaN where there is none.
    pub se: f64,
    /// Lower end of its interval; NaN where there is none.
    pub ci_low: f64,
    /// Upper end of its interval; NaN where there is none.
    pub ci_high: f64,
}

impl Agreement {
    /// What the coefficient is called by people; a name that is not known stays as it is.
    pub fn title(&self) -> &str {
        let weightings = [Weighting::Unweighted, Weighting::Linear];
        let named = |coefficient: Coefficient| {
            weightings.into_iter().find(|w| coefficient.name(*w) == self.coefficient).map(|w| coefficient.title(w))
        };
        Coefficient::ALL.into_iter().find_map(named).unwrap_or(&self.coefficient)
    }

    /// A measured coefficient under its name in the contract.
    pub fn of(measured: &statistics::Agreement, scale: Scale, weighting: Weighting) -> Self {
        let figures = measured.outcome.ok();
        let interval = figures.and_then(|figures| figures.interval);
        Agreement {
            coefficient: measured.coefficient.name(weighting).to_owned(),
            scale: scale_name(scale).to_owned(),
            weights: measured.weighting.map_or("", weighting_name).to_owned(),
            units: measured.units,
            raters: measured.raters,
            estimate: figures.map_or(f64::NAN, |figures| figures.estimate),
            se: figures.and_then(|figures| figures.se).unwrap_or(f64::NAN),
            ci_low: interval.map_or(f64::NAN, |interval| interval.0),
            ci_high: interval.map_or(f64::NAN, |interval| interval.1),
        }
    }
}

/// A scale's name in the contract.
pub fn scale_name(scale: Scale) -> &'static str {
    match scale {
        Scale::Nominal => "nominal",
        Scale::Ordinal => "ordinal",
        Scale::Interval => "interval",
    }
}

/// The name of weights in the contract.
pub fn weighting_name(weighting: Weighting) -> &'static str {
    match weighting {
        Weighting::Unweighted => "unweighted",
        Weighting::Linear => "linear",
        Weighting::Quadratic => "quadratic",
    }
}

/// How well the readers of the same files agree on one question. `cells` are file by file, reader by reader, the positions
/// of the answers in the scale's responses; `design` says how the files were drawn, one unit a file, if by chance. None
/// when no file has two answers.
///
/// A question whose responses all have a score of their own is ordinal (Gwet's AC2 with linear weights, which count a
/// difference of one point on a six-point scale as four fifths of agreement); any other is nominal (AC1).
///
/// # Errors
/// When a cell names a response that the scale does not have, or the design is of other files.
pub fn of_question(
    question: &Question,
    scale: &ResponseScale,
    readers: usize,
    cells: &[Option<usize>],
    design: Option<&Design>,
    level: f64,
) -> Result<Option<QuestionAgreement>> {
    if cells.chunks(readers.max(1)).all(|row| row.iter().flatten().count() < 2) {
        return Ok(None);
    }
    let (kind, weighting, places, positions) = match ordered(question.kind, scale) {
        Some(scores) => {
            let mut positions = scores.clone();
            positions.sort_by(f64::total_cmp);
            let place = |score: &f64| positions.partition_point(|position| position < score);
            (Scale::Ordinal, Weighting::Linear, scores.iter().map(place).collect::<Vec<_>>(), positions)
        }
        None => {
            let places: Vec<usize> = (0..scale.responses.len()).collect();
            (Scale::Nominal, Weighting::Unweighted, places.clone(), places.iter().map(|&place| place as f64).collect())
        }
    };
    let fault = |problem: String| Error::data(problem).at(format!("question {}", question.id));
    let on_scale = |at: &usize| places.get(*at).copied();
    if cells.iter().flatten().any(|at| on_scale(at).is_none()) {
        return Err(fault("a reading's answer is not one of the question's responses".to_owned()));
    }
    let cells: Vec<Option<usize>> = cells.iter().map(|cell| cell.as_ref().and_then(on_scale)).collect();
    let ratings = Ratings::from_categories(readers, &cells, positions).map_err(|error| fault(error.to_string()))?;
    let settings = Settings { weighting, level, population: None };
    let measured = match design {
        Some(design) => statistics::measure_in_design(&ratings, design, kind, &settings)
            .map_err(|error| fault(error.to_string()))?,
        None => statistics::measure(&ratings, kind, &settings),
    };
    let of = |wanted: Coefficient| measured.iter().find(|measured| measured.coefficient == wanted);
    let share = |wanted: Coefficient| of(wanted).and_then(|m| m.outcome.ok()).map(|figures| figures.estimate);
    let shares = ratings.shares(design.map(Design::weights));
    Ok(Some(QuestionAgreement {
        question: question.id.clone(),
        units: ratings.paired_units(),
        exact: share(Coefficient::PercentExact).unwrap_or(f64::NAN),
        within_one: share(Coefficient::PercentWithinOne),
        coefficient: of(Coefficient::GwetAc).map(|measured| Agreement::of(measured, kind, weighting)),
        words: words::summary(&shares, &measured, weighting).join(" "),
    }))
}

/// The scores of the responses, if each has one of its own and the question has points.
fn ordered(kind: QuestionKind, scale: &ResponseScale) -> Option<Vec<f64>> {
    if !matches!(kind, QuestionKind::Rating | QuestionKind::Single) {
        return None;
    }
    let scores: Option<Vec<f64>> = scale.responses.iter().map(|response| response.score).collect();
    scores.filter(|scores| {
        let mut sorted = scores.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.iter().all(|score| score.is_finite()) && sorted.windows(2).all(|pair| pair[0] < pair[1])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::{Response, Valence};

    fn scale(responses: &[(&str, Option<f64>)]) -> ResponseScale {
        let response = |&(code, score): &(&str, Option<f64>)| Response {
            code: code.to_owned(),
            label: code.to_owned(),
            valence: Valence::Neutral,
            score,
            ..Response::default()
        };
        ResponseScale {
            id: "s".to_owned(),
            responses: responses.iter().map(response).collect(),
            ..ResponseScale::default()
        }
    }

    fn cells(pairs: &[(usize, usize)]) -> Vec<Option<usize>> {
        pairs.iter().flat_map(|&(first, second)| [Some(first), Some(second)]).collect()
    }

    fn question(kind: QuestionKind) -> Question {
        Question::plain("q1".to_owned(), 0, String::new(), kind)
    }

    #[test]
    fn a_rating_listed_best_first_is_compared_by_its_scores() {
        let four = scale(&[("4", Some(4.0)), ("3", Some(3.0)), ("2", Some(2.0)), ("1", Some(1.0))]);
        // Equal, one point apart, equal, three points apart.
        let pairs = [(0, 0), (1, 2), (3, 3), (0, 3)];
        let found =
            of_question(&question(QuestionKind::Rating), &four, 2, &cells(&pairs), None, 0.95).expect("on the scale");
        let found = found.expect("pairs");
        assert_eq!((found.units, found.exact, found.within_one), (4, 0.5, Some(0.75)));
        let coefficient = found.coefficient.expect("measured");
        assert_eq!((coefficient.coefficient.as_str(), coefficient.weights.as_str()), ("gwet-ac2", "linear"));
        // By hand: observed (1 + 2/3 + 1 + 0) / 4 = 2/3; of eight ratings three are 4, one 3, one 2, three 1; the weights
        // of all pairs sum to 4 + 2 (3 x 2/3 + 2 x 1/3) = 28/3, which is divided by q (q - 1) = 12.
        let shares: [f64; 4] = [3.0 / 8.0, 1.0 / 8.0, 1.0 / 8.0, 3.0 / 8.0];
        let spread: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
        let chance = 28.0 / 3.0 / 12.0 * spread;
        assert!((coefficient.estimate - (2.0 / 3.0 - chance) / (1.0 - chance)).abs() < 1e-12);
        assert!(found.words.contains("Landis and Koch"), "{}", found.words);
    }

    #[test]
    fn yes_and_no_are_names_and_no_pairs_are_nothing() {
        let two = scale(&[("yes", Some(1.0)), ("no", Some(0.0))]);
        let asked = question(QuestionKind::YesNo);
        let found = of_question(&asked, &two, 2, &cells(&[(0, 0), (1, 1), (0, 1)]), None, 0.95)
            .expect("on the scale")
            .expect("pairs");
        assert_eq!(found.within_one, None);
        assert_eq!(found.coefficient.map(|coefficient| coefficient.coefficient).as_deref(), Some("gwet-ac1"));
        assert!(of_question(&asked, &two, 2, &[], None, 0.95).expect("nothing to read").is_none());
        assert!(of_question(&asked, &two, 2, &cells(&[(0, 7)]), None, 0.95).is_err());
    }
}
