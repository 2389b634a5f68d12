//! New answers from old ones: composite scores, nets, and the options of a question that takes several answers.
//!
//! Everything here goes from answers to answers, unit by unit; what comes out is estimated as any other answer is (a
//! score by its mean, a net and an option by its share), so that variances, domains and tests are those of the design.
//! A missing answer is NaN in numbers and [`MISSING`] in codes, in and out.
//!
//! | | value of a unit | missing when |
//! | --- | --- | --- |
//! | score, [`Combine::Mean`] | the mean of the items answered | fewer than the minimum were answered |
//! | score, [`Combine::Sum`] | that mean times the number of items: the sum where all were answered | the same |
//! | net | 1 when the answer is one of several, else 0 | the answer is missing |
//! | option | 1 when it was ticked, else 0 | the unit is not in the base: see [`Options`] |
//!
//! A sum over fewer items than all would be smaller for want of answers, not of what they measure; raising it to the
//! number of items puts the person's own mean for what is missing (the half rule of the scales' manuals when the minimum
//! is half of the items: Fairclough and Cella 1996).

use super::linearised::MISSING;

/// How the items of a score become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Combine {
    /// The sum; with items missing, the mean of the others times the number of items.
    Sum,
    /// The mean of the items answered.
    Mean,
}

impl Combine {
    /// The name on the command line and in the `method` column.
    pub fn name(self) -> &'static str {
        match self {
            Combine::Sum => "sum",
            Combine::Mean => "mean",
        }
    }
}

/// The score of every unit from its items (a slice for each item, all of one length), for units that answered at least
/// `minimum` of them (all of them when `minimum` is the number of items; at least one in any case).
///
/// ```
/// use quorate::statistics::score::{Combine, score};
/// let items: [&[f64]; 3] = [&[1.0, 2.0], &[2.0, f64::NAN], &[6.0, 4.0]];
/// assert_eq!(score(&items, Combine::Sum, 2), [9.0, 9.0]);
/// assert!(score(&items, Combine::Sum, 3)[1].is_nan());
/// ```
pub fn score(items: &[&[f64]], combine: Combine, minimum: usize) -> Vec<f64> {
    let units = items.first().map_or(0, |item| item.len());
    (0..units)
        .map(|unit| {
            let (mut answered, mut sum) = (0usize, 0.0);
            for value in items.iter().map(|item| item[unit]).filter(|value| !value.is_nan()) {
                answered += 1;
                sum += value;
            }
            match combine {
                _ if answered < minimum.max(1) => f64::NAN,
                Combine::Sum if answered == items.len() => sum,
                Combine::Sum => sum / answered as f64 * items.len() as f64,
                Combine::Mean => sum / answered as f64,
            }
        })
        .collect()
}

/// A net: 1 for units whose answer `counts`, 0 for those with another.
pub fn net(codes: &[u32], counts: impl Fn(u32) -> bool) -> Vec<f64> {
    codes.iter().map(|&code| if code == MISSING { f64::NAN } else { f64::from(u8::from(counts(code))) }).collect()
}

/// Who is in the base of a question that takes several answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// Whoever has an answer, ticked or not, to at least one option.
    Answered,
    /// Whoever ticked at least one option.
    Ticked,
}

impl Base {
    /// The name on the command line and in the `method` column.
    pub fn name(self) -> &'static str {
        match self {
            Base::Answered => "answered",
            Base::Ticked => "ticked",
        }
    }
}

/// The options of a question that takes several answers, as 1, 0 and NaN outside the base.
///
/// Of a unit in the base an option without an answer counts as not ticked, so every option has the same base, and shares
/// may add up to more than one.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    ticked: Vec<Vec<f64>>,
}

impl Options {
    /// From a slice for each option, all of one length: zero is not ticked, any other number ticked, NaN no answer.
    pub fn new(options: &[&[f64]], base: Base) -> Self {
        let units = options.first().map_or(0, |option| option.len());
        let is_in = |unit: usize| {
            options.iter().map(|option| option[unit]).any(|value| match base {
                Base::Answered => !value.is_nan(),
                Base::Ticked => is_ticked(value),
            })
        };
        let inside: Vec<bool> = (0..units).map(is_in).collect();
        let shown = |(value, inside): (&f64, &bool)| {
            if *inside { f64::from(u8::from(is_ticked(*value))) } else { f64::NAN }
        };
        Options { ticked: options.iter().map(|option| option.iter().zip(&inside).map(shown).collect()).collect() }
    }

    /// For each option, in the order given, for every unit whether it ticked it.
    pub fn shares(&self) -> &[Vec<f64>] {
        &self.ticked
    }

    /// The net of several options, given by their places: 1 for units that ticked any of them.
    pub fn any(&self, options: &[usize]) -> Vec<f64> {
        self.over_units(|unit| options.iter().map(|&option| self.ticked[option][unit]).fold(0.0, f64::max))
    }

    /// How many options each unit ticked.
    pub fn count(&self) -> Vec<f64> {
        self.over_units(|unit| self.ticked.iter().map(|option| option[unit]).sum())
    }

    fn over_units(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        let units = self.ticked.first().map_or(0, Vec::len);
        (0..units).map(|unit| if self.ticked[0][unit].is_nan() { f64::NAN } else { of(unit) }).collect()
    }
}

fn is_ticked(value: f64) -> bool {
    !value.is_nan() && value != 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    fn same(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (f, e) in found.iter().zip(expected) {
            assert!(f == e || (f.is_nan() && e.is_nan()), "{found:?} is not {expected:?}");
        }
    }

    #[test]
    fn a_score_needs_its_minimum() {
        let items: [&[f64]; 4] = [&[1.0, 1.0, NAN], &[2.0, NAN, NAN], &[3.0, 3.0, 5.0], &[4.0, NAN, NAN]];
        same(&score(&items, Combine::Sum, 4), &[10.0, NAN, NAN]);
        same(&score(&items, Combine::Sum, 2), &[10.0, 8.0, NAN]);
        same(&score(&items, Combine::Mean, 1), &[2.5, 2.0, 5.0]);
        // Nobody has a score of no answers.
        same(&score(&[&[NAN]], Combine::Sum, 0), &[NAN]);
        assert!(score(&[], Combine::Sum, 1).is_empty());
    }

    #[test]
    fn a_net_counts_several_answers_as_one() {
        same(&net(&[0, 1, 2, MISSING], |code| code > 0), &[0.0, 1.0, 1.0, NAN]);
    }

    #[test]
    fn options_share_one_base() {
        // Ticked both; ticked one and left the other; refused both; answered nothing.
        let (one, other): (&[f64], &[f64]) = (&[1.0, 1.0, 0.0, NAN], &[1.0, NAN, 0.0, NAN]);
        let answered = Options::new(&[one, other], Base::Answered);
        same(&answered.shares()[1], &[1.0, 0.0, 0.0, NAN]);
        same(&answered.any(&[0, 1]), &[1.0, 1.0, 0.0, NAN]);
        same(&answered.count(), &[2.0, 1.0, 0.0, NAN]);
        let ticked = Options::new(&[one, other], Base::Ticked);
        same(&ticked.shares()[0], &[1.0, 1.0, NAN, NAN]);
        same(&ticked.any(&[1]), &[1.0, 0.0, NAN, NAN]);
    }
}
