//! Weights of respondents raised to stand for those who did not respond.
//!
//! Within a class everybody is taken to be as likely to respond: a respondent's weight is multiplied by the sum of all
//! weights in the class over the sum of the respondents' (Oh and Scheuren 1983). A class with too few respondents, or
//! whose factor would be too large, is merged with the neighbour (in the order of the codes) whose response rate is
//! nearest, until none is left. Classes can be cells of what is known of everyone, or groups of equal size by an estimated
//! propensity to respond ([`propensity_groups`]; Little 1986).

use std::fmt;

/// Weights adjusted for non-response, class by class.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    /// For every unit its new weight; zero for those who did not respond.
    pub weights: Vec<f64>,
    /// For every unit the class in which it was adjusted: the smallest code of those merged.
    pub classes: Vec<u32>,
    /// The classes that are left, in order: code, respondents, units, factor.
    pub factors: Vec<Factor>,
}

/// What was done in one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor {
    /// The smallest code of those merged.
    pub class: u32,
    /// Respondents.
    pub respondents: usize,
    /// Units that were asked.
    pub units: usize,
    /// What the respondents' weights were multiplied by.
    pub factor: f64,
}

/// Why weights cannot be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonresponseError {
    /// The slices are not of one length.
    Length,
    /// Nobody responded, or not enough in all classes together.
    TooFew {
        /// Respondents in all.
        respondents: usize,
    },
}

impl fmt::Display for NonresponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NonresponseError::Length => f.write_str("weights, responses and classes are not as many as each other"),
            NonresponseError::TooFew { respondents } => {
                write!(f, "{respondents} responses are too few to stand for the others")
            }
        }
    }
}

impl std::error::Error for NonresponseError {}

impl From<NonresponseError> for crate::Error {
    fn from(error: NonresponseError) -> Self {
        crate::Error::data(error.to_string()).hint("lower the smallest class, or use fewer classes")
    }
}

#[derive(Debug, Clone, Copy)]
struct Class {
    code: u32,
    respondents: usize,
    units: usize,
    all: f64,
    responding: f64,
}

impl Class {
    fn factor(&self) -> f64 {
        self.all / self.responding
    }

    fn rate(&self) -> f64 {
        self.responding / self.all
    }

    fn merged(self, other: Class) -> Class {
        Class {
            code: self.code.min(other.code),
            respondents: self.respondents + other.respondents,
            units: self.units + other.units,
            all: self.all + other.all,
            responding: self.responding + other.responding,
        }
    }
}

/// Raises the weights of those who responded within classes, merging classes with fewer than `smallest` respondents or a
/// factor above `largest` (infinite: no limit).
///
/// # Errors
/// When the slices differ in length, or all classes together have fewer than `smallest` respondents (or none).
pub fn raise(
    weights: &[f64],
    responded: &[bool],
    classes: &[u32],
    smallest: usize,
    largest: f64,
) -> Result<Raised, NonresponseError> {
    if responded.len() != weights.len() || classes.len() != weights.len() {
        return Err(NonresponseError::Length);
    }
    let respondents = responded.iter().filter(|responded| **responded).count();
    if respondents < smallest.max(1) {
        return Err(NonresponseError::TooFew { respondents });
    }
    let mut known: std::collections::BTreeMap<u32, Class> = std::collections::BTreeMap::new();
    for ((&w, &responded), &code) in weights.iter().zip(responded).zip(classes) {
        let class = known.entry(code).or_insert(Class { code, respondents: 0, units: 0, all: 0.0, responding: 0.0 });
        class.units += 1;
        class.all += w;
        if responded {
            class.respondents += 1;
            class.responding += w;
        }
    }
    // For every code the place of its class among those left.
    let mut home: std::collections::BTreeMap<u32, usize> = known.keys().copied().zip(0..).collect();
    let mut left: Vec<Class> = known.into_values().collect();
    let unfit = |class: &Class| class.respondents < smallest.max(1) || class.factor() > largest;
    while left.len() > 1
        && let Some(at) = (0..left.len()).filter(|&at| unfit(&left[at])).min_by_key(|&at| left[at].respondents)
    {
        let distance = |other: usize| (left[other].rate() - left[at].rate()).abs();
        let neighbours = [at.checked_sub(1), Some(at + 1).filter(|&next| next < left.len())];
        let Some(nearest) = neighbours.into_iter().flatten().min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
        else {
            break;
        };
        let (first, second) = (at.min(nearest), at.max(nearest));
        left[first] = left[first].merged(left[second]);
        left.remove(second);
        for place in home.values_mut().filter(|place| **place >= second) {
            *place -= 1;
        }
    }
    let class_of = |code: &u32| &left[home[code]];
    Ok(Raised {
        weights: weights
            .iter()
            .zip(responded)
            .zip(classes)
            .map(|((w, &responded), code)| if responded { w * class_of(code).factor() } else { 0.0 })
            .collect(),
        classes: classes.iter().map(|code| class_of(code).code).collect(),
        factors: left
            .iter()
            .map(|class| Factor {
                class: class.code,
                respondents: class.respondents,
                units: class.units,
                factor: class.factor(),
            })
            .collect(),
    })
}

/// Classes of equal size by an estimated propensity to respond, from 0 (the least likely) to `groups` - 1; units with the
/// same propensity are in the same class.
pub fn propensity_groups(propensities: &[f64], groups: usize) -> Vec<u32> {
    let mut order: Vec<usize> = (0..propensities.len()).collect();
    order.sort_by(|&a, &b| propensities[a].total_cmp(&propensities[b]));
    let mut classes = vec![0; propensities.len()];
    let mut last = (f64::NAN, 0);
    for (rank, &unit) in order.iter().enumerate() {
        let class = if propensities[unit] == last.0 { last.1 } else { (rank * groups.max(1) / order.len()) as u32 };
        classes[unit] = class;
        last = (propensities[unit], class);
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn respondents_stand_for_their_class() {
        let found = raise(&[2.0, 2.0, 3.0, 3.0, 3.0], &[true, false, true, true, false], &[0, 0, 1, 1, 1], 1, 9.0)
            .expect("enough");
        assert_eq!(found.weights, [4.0, 0.0, 4.5, 4.5, 0.0]);
        assert_eq!(found.factors[1], Factor { class: 1, respondents: 2, units: 3, factor: 1.5 });
    }

    #[test]
    fn small_classes_join_the_neighbour_with_the_nearest_rate() {
        // Rates 1/2, 0/1, 1/4 in classes 3, 5, 8: the middle one has nobody and joins the last.
        let classes = [3, 3, 5, 8, 8, 8, 8];
        let responded = [true, false, false, true, false, false, false];
        let found = raise(&[1.0; 7], &responded, &classes, 1, f64::INFINITY).expect("enough");
        assert_eq!(found.classes, [3, 3, 5, 5, 5, 5, 5]);
        assert_eq!(found.weights, [2.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0]);
        // With a factor of at most 4 all become one.
        let found = raise(&[1.0; 7], &responded, &classes, 1, 4.0).expect("enough");
        assert_eq!(found.factors, [Factor { class: 3, respondents: 2, units: 7, factor: 3.5 }]);
        assert_eq!(found.weights.iter().sum::<f64>(), 7.0);
    }

    #[test]
    fn nobody_is_refused() {
        assert_eq!(raise(&[1.0], &[false], &[0], 1, 9.0), Err(NonresponseError::TooFew { respondents: 0 }));
        assert_eq!(raise(&[1.0], &[], &[0], 1, 9.0), Err(NonresponseError::Length));
    }

    #[test]
    fn propensities_make_groups_of_equal_size() {
        assert_eq!(propensity_groups(&[0.9, 0.1, 0.5, 0.5, 0.2, 0.8], 3), [2, 0, 1, 1, 0, 2]);
        assert_eq!(propensity_groups(&[0.5; 4], 2), [0; 4]);
    }
}
