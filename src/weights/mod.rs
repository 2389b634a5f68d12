//! Weights that add up to the population, and the account of how they came about.
//!
//! Within each stratum those who answered stand for everybody: the design weight N_h / n_h, times the adjustment for
//! non-response n_h / r_h, is N_h / r_h. A stratum in which nobody answered, or a single one of several, cannot stand for
//! itself: it is joined with another, or reported.

/// What becomes of a stratum with a single answer, whose variance cannot be seen, or with none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SingleAnswer {
    /// It is joined, for weight and variance, with the stratum that has the fewest answers of the others, so that the
    /// weights add up to the population.
    #[default]
    Collapse,
    /// It stays on its own: with one answer the estimates are made and have no margin; with none they are about the other
    /// strata.
    Report,
}

/// A stratum, or several joined, as the weights see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// The strata in it, by their place.
    pub strata: Vec<usize>,
    /// Units of the population.
    pub population: usize,
    /// Units that answered.
    pub answers: usize,
}

impl Class {
    /// How many units of the population each answer stands for.
    pub fn weight(&self) -> f64 {
        self.population as f64 / self.answers as f64
    }
}

/// Weights of those who answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// The classes in the order of their first stratum; every class has answers.
    pub classes: Vec<Class>,
    /// The class of every stratum; none for those without answers, and for those without a population.
    pub class_of: Vec<Option<usize>>,
    /// Strata without answers, by their place.
    pub unrepresented: Vec<usize>,
}

impl Weights {
    /// Whether any strata had to be joined.
    pub fn is_collapsed(&self) -> bool {
        self.classes.iter().any(|class| class.strata.len() > 1)
    }

    /// Units of the population that the weights stand for.
    pub fn represented(&self) -> usize {
        self.classes.iter().map(|class| class.population).sum()
    }
}

/// Weights from each stratum's population and its number of answers.
///
/// A stratum without a population is in no class and is not missed. With [`SingleAnswer::Collapse`] a stratum without answers, or with a single answer out of a larger population, is joined
/// with the other stratum that has the fewest answers above none (the earlier of two alike), again and again until none is
/// left; a stratum whose only unit answered is a census and stays.
///
/// ```
/// use quorate::weights::{SingleAnswer, weigh};
/// let weights = weigh(&[100, 40, 60], &[10, 1, 6], SingleAnswer::Collapse);
/// assert_eq!(weights.classes.len(), 2);
/// assert_eq!(weights.classes[1].weight(), 100.0 / 7.0);
/// ```
pub fn weigh(populations: &[usize], answers: &[usize], single: SingleAnswer) -> Weights {
    let mut classes: Vec<Class> = Vec::new();
    let mut unrepresented = Vec::new();
    for (stratum, (&population, &answers)) in populations.iter().zip(answers).enumerate() {
        if population == 0 && answers == 0 {
            // Nobody of whom anything could be said.
            continue;
        }
        if answers == 0 && single == SingleAnswer::Report {
            unrepresented.push(stratum);
        } else {
            classes.push(Class { strata: vec![stratum], population, answers });
        }
    }
    if single == SingleAnswer::Collapse {
        let is_empty = |class: &Class| class.answers == 0;
        let is_single = |class: &Class| class.answers == 1 && class.population > 1;
        while let Some(lone) = classes.iter().position(is_empty).or_else(|| classes.iter().position(is_single)) {
            let lone = classes.remove(lone);
            let Some(host) = classes.iter_mut().filter(|class| class.answers > 0).min_by_key(|class| class.answers)
            else {
                classes.push(lone);
                break;
            };
            host.strata.extend(lone.strata);
            host.strata.sort_unstable();
            host.population += lone.population;
            host.answers += lone.answers;
        }
        // Nobody answered at all: there is nothing to join.
        for class in classes.extract_if(.., |class| is_empty(class)) {
            unrepresented.extend(class.strata);
        }
        unrepresented.sort_unstable();
        classes.sort_by_key(|class| class.strata.first().copied());
    }
    let mut class_of = vec![None; populations.len()];
    for (place, class) in classes.iter().enumerate() {
        for &stratum in &class.strata {
            class_of[stratum] = Some(place);
        }
    }
    Weights { classes, class_of, unrepresented }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_the_population() {
        let weights = weigh(&[100, 50, 30], &[10, 0, 3], SingleAnswer::Collapse);
        assert_eq!(weights.represented(), 180);
        assert_eq!(weights.class_of, [Some(0), Some(1), Some(1)]);
        let sum: f64 = weights.classes.iter().map(|class| class.weight() * class.answers as f64).sum();
        assert!((sum - 180.0).abs() < 1e-9);
        let reported = weigh(&[100, 50, 30], &[10, 0, 3], SingleAnswer::Report);
        assert_eq!((reported.represented(), reported.unrepresented), (130, vec![1]));
    }

    #[test]
    fn a_stratum_without_a_population_is_not_missed() {
        for single in [SingleAnswer::Collapse, SingleAnswer::Report] {
            let weights = weigh(&[0, 50, 30], &[0, 5, 3], single);
            assert_eq!((weights.classes.len(), weights.represented()), (2, 80));
            assert!(weights.unrepresented.is_empty() && !weights.is_collapsed());
        }
    }

    #[test]
    fn without_any_answer_there_is_nothing_to_weigh() {
        let weights = weigh(&[100, 50], &[0, 0], SingleAnswer::Collapse);
        assert!(weights.classes.is_empty());
        assert_eq!(weights.unrepresented, [0, 1]);
    }

    #[test]
    fn single_answers_are_joined_until_none_is_left() {
        let weights = weigh(&[100, 50, 30, 7], &[1, 1, 8, 1], SingleAnswer::Collapse);
        assert_eq!(weights.classes.len(), 2);
        assert_eq!(weights.classes[0], Class { strata: vec![0, 1, 3], population: 157, answers: 3 });
        assert_eq!(weights.classes[1], Class { strata: vec![2], population: 30, answers: 8 });
        assert!(!weigh(&[100, 50], &[1, 3], SingleAnswer::Report).is_collapsed());
    }

    #[test]
    fn a_stratum_of_one_that_answered_is_a_census() {
        assert!(!weigh(&[1, 50], &[1, 5], SingleAnswer::Collapse).is_collapsed());
    }

    #[test]
    fn one_answer_in_all_stands_for_everybody() {
        let weights = weigh(&[100, 50], &[1, 0], SingleAnswer::Collapse);
        assert_eq!(weights.classes, [Class { strata: vec![0, 1], population: 150, answers: 1 }]);
    }
}
