//! Agreement between readers of the same units: coefficients with standard errors and intervals.
//!
//! Notation: n units, r raters, q categories with positions c_1 < ... < c_q; r_ik raters put unit i into category k and
//! r_i = sum_k r_ik; w_kl is the weight of a pair of ratings k and l, 1 for equal ones.
//!
//! Missing ratings are kept as missing. A unit with one rating says nothing about observed agreement, but counts in the
//! chance agreement of Conger, Fleiss and Gwet, as in Gwet, *Handbook of Inter-Rater Reliability* (4th ed., 2014),
//! whose variances (by linearisation, over units) are used for them and for Krippendorff's alpha.

mod alpha;
mod chance;
mod correlation;
mod drift;
mod observed;
mod ratings;
mod sampling;

pub use drift::{Beside, Drift, drift, drift_in_design, drift_over_units};
pub use ratings::{Ratings, RatingsError};

use super::Design;
use sampling::Sampling;

/// What the categories are to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Names without order.
    Nominal,
    /// Points in order.
    Ordinal,
    /// Numbers whose distances mean something.
    Interval,
}

/// How much two different ratings still agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// Not at all.
    Unweighted,
    /// 1 - |c_k - c_l| / (c_q - c_1).
    Linear,
    /// 1 - (c_k - c_l)^2 / (c_q - c_1)^2.
    Quadratic,
}

/// A measure of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coefficient {
    /// The share of pairs of ratings of a unit that are equal.
    PercentExact,
    /// The share of pairs of ratings of a unit that are at most one point apart.
    PercentWithinOne,
    /// Cohen's kappa (1960, 1968) of two raters, over the units that both rated.
    CohenKappa,
    /// Conger's kappa (1980): Cohen's for any number of raters.
    CongerKappa,
    /// Fleiss' kappa (1971).
    FleissKappa,
    /// Gwet's AC1 (2008), or AC2 with weights.
    GwetAc,
    /// Krippendorff's alpha with the metric of the scale.
    KrippendorffAlpha,
    /// ICC(1,1): one-way, absolute agreement of single ratings.
    Icc11,
    /// ICC(2,1), or ICC(A,1): two-way, absolute agreement of single ratings.
    Icc21,
    /// ICC(3,1), or ICC(C,1): two-way, consistency of single ratings.
    Icc31,
}

/// What was asked for besides the scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The weights of the kappas and of Gwet's coefficient.
    pub weighting: Weighting,
    /// The level of the intervals, between 0 and 1.
    pub level: f64,
    /// The number of units from which these were drawn, for the finite population correction 1 - n/N with n the units with a rating.
    pub population: Option<f64>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { weighting: Weighting::Unweighted, level: 0.95, population: None }
    }
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Which one.
    pub coefficient: Coefficient,
    /// The weights, where the coefficient takes any.
    pub weighting: Option<Weighting>,
    /// The units that count in it.
    pub units: usize,
    /// The raters.
    pub raters: usize,
    /// Its value, or why it has none.
    pub outcome: Result<Figures, Undefined>,
}

/// A coefficient's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// The value.
    pub estimate: f64,
    /// Its standard error; none where there is one unit only, and for intraclass correlations without a design.
    pub se: Option<f64>,
    /// Its confidence interval; none where nothing varies between units, for then the formulas give a point.
    pub interval: Option<(f64, f64)>,
}

/// Why a coefficient has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// All ratings are the same, so that agreement by chance is certain and nothing is left to measure.
    OneAnswer,
    /// No unit has ratings by two raters.
    NoPairs,
    /// Fewer than two units have ratings by all raters.
    TooFewUnits,
    /// A rater rated nothing, so that no chance agreement follows for them.
    IdleRater,
    /// There are more categories than a table of pairs is made for.
    TooManyCategories,
    /// The categories have no numbers.
    NotNumbers,
    /// Units do not differ, nor do ratings of a unit.
    NoVariation,
}

/// The most categories for coefficients that compare each with each.
pub const MOST_CATEGORIES: usize = 2_000;

impl Coefficient {
    /// All coefficients in the order in which they are reported.
    pub const ALL: [Coefficient; 10] = [
        Coefficient::PercentExact,
        Coefficient::PercentWithinOne,
        Coefficient::CohenKappa,
        Coefficient::CongerKappa,
        Coefficient::FleissKappa,
        Coefficient::GwetAc,
        Coefficient::KrippendorffAlpha,
        Coefficient::Icc11,
        Coefficient::Icc21,
        Coefficient::Icc31,
    ];

    /// Its name in results. Gwet's has two, one for each kind of weights.
    pub fn name(self, weighting: Weighting) -> &'static str {
        match self {
            Coefficient::PercentExact => "percent-exact",
            Coefficient::PercentWithinOne => "percent-within-1",
            Coefficient::CohenKappa => "cohen-kappa",
            Coefficient::CongerKappa => "conger-kappa",
            Coefficient::FleissKappa => "fleiss-kappa",
            Coefficient::GwetAc if weighting == Weighting::Unweighted => "gwet-ac1",
            Coefficient::GwetAc => "gwet-ac2",
            Coefficient::KrippendorffAlpha => "krippendorff-alpha",
            Coefficient::Icc11 => "icc-1-1",
            Coefficient::Icc21 => "icc-2-1",
            Coefficient::Icc31 => "icc-3-1",
        }
    }

    /// What people call it who know it by its authors.
    pub fn title(self, weighting: Weighting) -> &'static str {
        match self {
            Coefficient::PercentExact => "the same answer, per cent",
            Coefficient::PercentWithinOne => "within a point, per cent",
            Coefficient::CohenKappa => "Cohen's kappa",
            Coefficient::CongerKappa => "Conger's kappa",
            Coefficient::FleissKappa => "Fleiss's kappa",
            Coefficient::GwetAc if weighting == Weighting::Unweighted => "Gwet's AC1",
            Coefficient::GwetAc => "Gwet's AC2",
            Coefficient::KrippendorffAlpha => "Krippendorff's alpha",
            Coefficient::Icc11 => "intraclass correlation (1,1)",
            Coefficient::Icc21 => "intraclass correlation (2,1)",
            Coefficient::Icc31 => "intraclass correlation (3,1)",
        }
    }

    fn takes_weights(self) -> bool {
        matches!(
            self,
            Coefficient::CohenKappa | Coefficient::CongerKappa | Coefficient::FleissKappa | Coefficient::GwetAc
        )
    }

    /// Whether it has a meaning on a scale and for so many raters.
    fn applies(self, scale: Scale, raters: usize) -> bool {
        match self {
            Coefficient::CohenKappa => raters == 2,
            Coefficient::PercentWithinOne | Coefficient::Icc11 | Coefficient::Icc21 | Coefficient::Icc31 => {
                scale != Scale::Nominal
            }
            _ => true,
        }
    }
}

/// Every coefficient that has a meaning for these ratings, in the order of [`Coefficient::ALL`].
///
/// ```
/// use quorate::statistics::agreement::{Coefficient, Ratings, Scale, Settings, measure};
/// // Two readers, four files, answers no (0) and yes (1): they differ on the last file.
/// let ratings = Ratings::from_values(2, &[Some(0.0), Some(0.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(0.0), Some(1.0)])?;
/// let kappa = &measure(&ratings, Scale::Nominal, &Settings::default())[1];
/// assert_eq!(kappa.coefficient, Coefficient::CohenKappa);
/// // Observed 3/4, expected 1/2 x 1/4 + 1/2 x 3/4 = 1/2.
/// assert_eq!(kappa.outcome.map(|figures| figures.estimate), Ok(0.5));
/// # Ok::<(), quorate::statistics::agreement::RatingsError>(())
/// ```
pub fn measure(ratings: &Ratings, scale: Scale, settings: &Settings) -> Vec<Agreement> {
    measure_all(ratings, scale, settings.weighting, &Sampling::at_random(ratings.units(), settings))
}

/// As [`measure`] where the units have known probabilities of having been rated: estimates of what the coefficients
/// would be for the population, with the design's variance. The design has one unit for each unit with a rating, in their
/// order; its correction stands in the place of [`Settings::population`].
///
/// # Errors
/// When the design has not as many units as the ratings.
pub fn measure_in_design(
    ratings: &Ratings,
    design: &Design,
    scale: Scale,
    settings: &Settings,
) -> Result<Vec<Agreement>, RatingsError> {
    let sampling = Sampling::by_design(ratings.units(), design, settings.level)?;
    Ok(measure_all(ratings, scale, settings.weighting, &sampling))
}

fn measure_all(ratings: &Ratings, scale: Scale, weighting: Weighting, sampling: &Sampling<'_>) -> Vec<Agreement> {
    Coefficient::ALL
        .into_iter()
        .filter(|coefficient| coefficient.applies(scale, ratings.raters()))
        .map(|coefficient| measure_one(ratings, coefficient, scale, weighting, sampling))
        .collect()
}

fn measure_one(
    ratings: &Ratings,
    coefficient: Coefficient,
    scale: Scale,
    weighting: Weighting,
    sampling: &Sampling<'_>,
) -> Agreement {
    let weights = ratings.weights(weighting);
    let few = ratings.categories() <= MOST_CATEGORIES;
    let guarded = |result: &dyn Fn() -> (usize, Result<Figures, Undefined>)| {
        if few { result() } else { (ratings.paired_units(), Err(Undefined::TooManyCategories)) }
    };
    let (units, outcome) = match coefficient {
        Coefficient::PercentExact => observed::percent(ratings, 0.0, sampling),
        Coefficient::PercentWithinOne => observed::percent(ratings, 1.0, sampling),
        Coefficient::CohenKappa => guarded(&|| chance::cohen(ratings, &weights, sampling)),
        Coefficient::CongerKappa => guarded(&|| chance::conger(ratings, &weights, sampling)),
        Coefficient::FleissKappa => guarded(&|| chance::fleiss(ratings, &weights, sampling)),
        Coefficient::GwetAc => guarded(&|| chance::gwet(ratings, &weights, sampling)),
        Coefficient::KrippendorffAlpha => guarded(&|| alpha::krippendorff(ratings, scale, sampling)),
        Coefficient::Icc11 | Coefficient::Icc21 | Coefficient::Icc31 => {
            correlation::intraclass(ratings, coefficient, sampling)
        }
    };
    let weighting = coefficient.takes_weights().then_some(weighting);
    Agreement { coefficient, weighting, units, raters: ratings.raters(), outcome }
}

/// Weights of pairs of categories.
struct Weights {
    kind: Weighting,
    positions: Vec<f64>,
}

impl Weights {
    fn of(&self, k: usize, l: usize) -> f64 {
        if k == l {
            return 1.0;
        }
        let span = self.positions.last().unwrap_or(&0.0) - self.positions.first().unwrap_or(&0.0);
        let distance = (self.positions[k] - self.positions[l]).abs() / span;
        match self.kind {
            Weighting::Unweighted => 0.0,
            Weighting::Linear => 1.0 - distance,
            Weighting::Quadratic => 1.0 - distance * distance,
        }
    }

    /// sum_l w_kl x_l for every k.
    fn apply(&self, x: &[f64]) -> Vec<f64> {
        if self.kind == Weighting::Unweighted {
            return x.to_vec();
        }
        (0..x.len()).map(|k| x.iter().enumerate().map(|(l, x)| self.of(k, l) * x).sum()).collect()
    }

    /// The sum of all weights.
    fn total(&self) -> f64 {
        self.apply(&vec![1.0; self.positions.len()]).iter().sum()
    }
}
