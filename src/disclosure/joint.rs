//! One question by all its groupings at once: what everything that is published of it tells together.
//!
//! Unknown are the people of each kind (what one stands for, and a group of every grouping) who gave each response. The bases, the weighted
//! bases and the figures to the digits that are published bound sums of them; a linear programme gives the lowest and
//! highest count of a hidden response. More is hidden until all such ranges are as wide as the threshold. The programme takes parts of people
//! for whole ones, knows the people of every kind of weight, and which groups these have: an attacker who knows as much and
//! counts in whole people may bound a count a little better.

use std::collections::BTreeSet;

use super::is_small;
use super::simplex::{Simplex, System};

/// Somebody who answered.
#[derive(Debug, Clone)]
pub struct Person {
    /// The people of one weight in one stratum, by their place.
    pub class: usize,
    /// The group in each grouping; none where it is not known.
    pub groups: Vec<Option<usize>>,
}

/// Everyone, or a group.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Grouping and group; none for everyone.
    pub group: Option<(usize, usize)>,
    /// How many answered, if it is shown, and what they stand for.
    pub base: Option<(u64, f64)>,
    /// How many gave each response.
    pub counts: Vec<u64>,
    /// What is published.
    pub figures: Vec<Figure>,
}

/// A share or a mean.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What each response adds; none where it does not count in the base either.
    pub adds: Vec<Option<f64>>,
    /// Between what it lies when it is read.
    pub within: (f64, f64),
    /// Whether it is shown.
    pub shown: bool,
    /// The response whose share it is.
    pub share_of: Option<usize>,
    /// Whether it goes where a share goes.
    pub is_mean: bool,
}

/// Everything that is published of one question.
#[derive(Debug, Clone)]
pub struct Joint {
    weights: Vec<f64>,
    /// People by class.
    people: Vec<u64>,
    /// Class and groups of those who may have answered.
    kinds: Vec<Person>,
    /// Whether everybody gives one response.
    exclusive: bool,
    responses: usize,
    threshold: u64,
    domains: Vec<Domain>,
}

/// The largest table of a programme that is solved; a question with a larger one is left as it is.
const LARGEST: usize = 400_000;
/// How many numbers the programmes that are tried for one question may have together, before whole groupings are hidden.
const WORK: usize = 16_000_000;

impl Joint {
    /// A question of which counts from 1 to below `threshold` are hidden. `weights` are by class. None if it is too large to look at
    /// all at once.
    pub fn new(
        weights: Vec<f64>,
        all: &[Person],
        domains: Vec<Domain>,
        exclusive: bool,
        threshold: u64,
    ) -> Option<Self> {
        let mut people = vec![0; weights.len()];
        all.iter().for_each(|person| people[person.class] += 1);
        let kinds = kinds(all, weights.len())?;
        let responses = domains.first().map_or(0, |domain| domain.counts.len());
        let joint = Joint { weights, people, kinds, exclusive, responses, threshold, domains };
        (joint.variables() <= LARGEST / 100 && joint.system().size() <= LARGEST).then_some(joint)
    }

    /// Hides more until nothing is told too well. Gives what is shown: nothing else has changed.
    pub fn protect(mut self) -> Vec<Domain> {
        let safe_at_best = self.best();
        let mut tries = WORK / self.system().size().max(1);
        while let Some(secret) = self.exposed(&safe_at_best) {
            match self.cheapest(secret, &mut tries) {
                Some(hidden) => self.domains = hidden,
                None if !self.hide_grouping(secret.0) => break,
                None => {}
            }
        }
        self.domains
    }

    /// Whether each count that is to be hidden can be: not where so few belong to the group whatever is shown.
    fn best(&self) -> Vec<bool> {
        let most = |domain: &Domain| -> u64 {
            let classes: BTreeSet<usize> =
                self.kinds.iter().filter(|kind| domain.holds(kind)).map(|kind| kind.class).collect();
            classes.into_iter().map(|class| self.people[class]).sum()
        };
        self.domains.iter().map(|domain| most(domain) >= self.threshold).collect()
    }

    /// A domain and a response of it whose count is told too well.
    fn exposed(&self, can_be: &[bool]) -> Option<(usize, usize)> {
        let secrets: Vec<(usize, usize)> = (0..self.domains.len())
            .filter(|&at| can_be[at])
            .flat_map(|at| (0..self.responses).map(move |response| (at, response)))
            .filter(|&(at, response)| is_small(self.domains[at].counts[response], self.threshold))
            .collect();
        let mut simplex = if secrets.is_empty() { None } else { self.system().solve() };
        secrets.into_iter().find(|&secret| !self.is_safe(simplex.as_mut(), secret))
    }

    /// Whether a count lies in a wide range; what cannot be solved is not safe.
    fn is_safe(&self, simplex: Option<&mut Simplex>, (at, response): (usize, usize)) -> bool {
        let domain = &self.domains[at];
        let is = |kind: &Person, of: usize| f64::from(u8::from(of == response && domain.holds(kind)));
        let range = simplex.and_then(|simplex| simplex.range(&self.row(is)));
        range.is_some_and(|(low, high)| high - low >= self.threshold as f64 - 1e-6)
    }

    /// The fewest people's figures that have to go too, so that a count is safe: a figure, a circle of shares, or a row of them.
    fn cheapest(&self, secret: (usize, usize), tries: &mut usize) -> Option<Vec<Domain>> {
        let mut ways: Vec<Vec<(usize, usize)>> = Vec::new();
        for (at, domain) in self.domains.iter().enumerate() {
            let shown = || (0..domain.figures.len()).filter(|&figure| domain.figures[figure].shown);
            ways.extend(shown().map(|figure| vec![(at, figure)]));
            let shares: Vec<usize> = shown().filter(|&figure| domain.figures[figure].share_of.is_some()).collect();
            for (place, &first) in shares.iter().enumerate() {
                let nets = || shown().filter(|&figure| domain.figures[figure].share_of.is_none());
                ways.push(nets().chain([first]).map(|figure| (at, figure)).collect());
                for &second in &shares[place + 1..] {
                    ways.push(vec![(at, first), (at, second)]);
                    // The same pair wherever the grouping shows it.
                    let twins = self.domains.iter().enumerate().filter(|(_, other)| other.is_beside(domain));
                    ways.push(
                        twins
                            .flat_map(|(at, other)| [(at, first), (at, second)].map(|cell| (cell, other)))
                            .filter(|((_, figure), other)| {
                                other.figures.get(*figure).is_some_and(|figure| figure.shown)
                            })
                            .map(|(cell, _)| cell)
                            .collect(),
                    );
                }
            }
            ways.push(shown().map(|figure| (at, figure)).collect());
        }
        ways.retain(|way| !way.is_empty());
        ways.iter_mut().for_each(|way| way.sort_unstable());
        let cost = |way: &[(usize, usize)]| -> (u64, usize) {
            (way.iter().map(|&(at, figure)| self.domains[at].behind(figure)).sum(), way.len())
        };
        ways.sort_by_cached_key(|way| (cost(way), way.clone()));
        ways.dedup();
        for way in ways {
            *tries = tries.checked_sub(1)?;
            let mut other = self.clone();
            other.domains.iter_mut().enumerate().for_each(|(at, domain)| domain.hide(at, &way));
            if other.is_safe(other.system().solve().as_mut(), secret) {
                return Some(other.domains);
            }
        }
        None
    }

    /// Hides the grouping of a domain whole; or if that is hidden, or the domain is everyone, the next one, and at last everyone's
    /// figures. False if nothing is shown any more.
    fn hide_grouping(&mut self, of: usize) -> bool {
        let grouping = |domain: &Domain| domain.group.map(|(grouping, _)| grouping);
        let is_shown = |domain: &Domain| domain.figures.iter().any(|figure| figure.shown);
        let own = grouping(&self.domains[of]);
        let shown: Vec<Option<usize>> = self.domains.iter().filter(|domain| is_shown(domain)).map(grouping).collect();
        let next = match own {
            Some(_) if shown.contains(&own) => own,
            _ => match shown.iter().flatten().next_back() {
                Some(last) => Some(*last),
                None if shown.is_empty() => return false,
                None => None,
            },
        };
        for domain in self.domains.iter_mut().filter(|domain| grouping(domain) == next) {
            domain.figures.iter_mut().for_each(|figure| figure.shown = false);
            if next.is_some() {
                domain.base = None;
            }
        }
        true
    }

    /// Unknowns: people by kind and response, and where they may tick several the people themselves.
    fn variables(&self) -> usize {
        self.kinds.len() * self.columns()
    }

    fn columns(&self) -> usize {
        self.responses + usize::from(!self.exclusive)
    }

    fn row(&self, of: impl Fn(&Person, usize) -> f64) -> Vec<f64> {
        let of = &of;
        self.kinds.iter().flat_map(|kind| (0..self.columns()).map(move |column| of(kind, column))).collect()
    }

    /// All that is known.
    fn system(&self) -> System {
        let is_person = |column: usize| self.exclusive || column == self.responses;
        let mut rows = Vec::new();
        for (class, &people) in self.people.iter().enumerate() {
            let row = self.row(|kind, column| f64::from(u8::from(kind.class == class && is_person(column))));
            rows.push((row, people as f64, people as f64));
        }
        for domain in &self.domains {
            if let Some((base, people)) = domain.base {
                let person =
                    |kind: &Person, column: usize| f64::from(u8::from(domain.holds(kind) && is_person(column)));
                rows.push((self.row(person), base as f64, base as f64));
                let weighted = self.row(|kind, column| person(kind, column) * self.weights[kind.class]);
                rows.push((weighted, people.round() - 0.5, people.round() + 0.5));
            }
            for figure in domain.figures.iter().filter(|figure| figure.shown) {
                // What the answers add, less the figure times the people: a figure is the ratio of the two.
                let over = |kind: &Person, column: usize, at: f64| {
                    let adds = match figure.adds.get(column) {
                        Some(None) => return 0.0,
                        Some(Some(adds)) => *adds,
                        None => 0.0,
                    };
                    let inside = f64::from(u8::from(domain.holds(kind)));
                    let base = if is_person(column) { at } else { 0.0 };
                    inside * self.weights[kind.class] * (adds - base)
                };
                let (low, high) = figure.within;
                rows.push((self.row(|kind, column| over(kind, column, low)), 0.0, f64::INFINITY));
                rows.push((self.row(|kind, column| over(kind, column, high)), f64::NEG_INFINITY, 0.0));
            }
        }
        for (at, response) in (0..self.kinds.len()).flat_map(|at| (0..self.responses).map(move |r| (at, r))) {
            if !self.exclusive {
                // A person ticks a box once.
                let mut row = vec![0.0; self.variables()];
                row[at * self.columns() + response] = 1.0;
                row[at * self.columns() + self.responses] = -1.0;
                rows.push((row, f64::NEG_INFINITY, 0.0));
            }
        }
        System { variables: self.variables(), rows }
    }
}

impl Domain {
    fn holds(&self, person: &Person) -> bool {
        self.group.is_none_or(|(grouping, group)| person.groups[grouping] == Some(group))
    }

    /// Whether it is a group of the same grouping.
    fn is_beside(&self, other: &Domain) -> bool {
        self.group.map(|(grouping, _)| grouping) == other.group.map(|(grouping, _)| grouping)
    }

    /// How many people are behind a figure.
    fn behind(&self, figure: usize) -> u64 {
        let counts = self.figures[figure].adds.iter().zip(&self.counts);
        counts.filter(|(adds, _)| adds.is_some_and(|adds| adds != 0.0)).map(|(_, count)| count).sum()
    }

    /// Hides figures; the mean goes where a share goes.
    fn hide(&mut self, at: usize, way: &[(usize, usize)]) {
        for &(_, figure) in way.iter().filter(|(domain, _)| *domain == at) {
            self.figures[figure].shown = false;
            if self.figures[figure].share_of.is_some() {
                self.figures.iter_mut().filter(|figure| figure.is_mean).for_each(|mean| mean.shown = false);
            }
        }
    }
}

/// Who may have answered: in each class any of its groups of one grouping with any of another; or those who did,
/// where that would be too many. None if these are too many too.
fn kinds(all: &[Person], classes: usize) -> Option<Vec<Person>> {
    let groupings = all.first().map_or(0, |person| person.groups.len());
    let mut kinds: BTreeSet<(usize, Vec<Option<usize>>)> = BTreeSet::new();
    for class in 0..classes {
        let mut mixed: Vec<Vec<Option<usize>>> = vec![Vec::new()];
        for grouping in 0..groupings {
            let inside = all.iter().filter(|person| person.class == class);
            let groups: BTreeSet<Option<usize>> = inside.map(|person| person.groups[grouping]).collect();
            mixed =
                mixed.iter().flat_map(|known| groups.iter().map(|group| [&known[..], &[*group]].concat())).collect();
            if kinds.len() + mixed.len() > MOST_KINDS {
                break;
            }
        }
        kinds.extend(mixed.into_iter().map(|groups| (class, groups)));
        if kinds.len() > MOST_KINDS {
            kinds = all.iter().map(|person| (person.class, person.groups.clone())).collect();
            break;
        }
    }
    (kinds.len() <= MOST_KINDS).then(|| kinds.into_iter().map(|(class, groups)| Person { class, groups }).collect())
}

/// The most kinds of people that a programme looks at.
const MOST_KINDS: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    /// Two strata, which are the groups of one grouping, and the people of each by response. What is rare is hidden in them,
    /// and everyone's figures are told to a hundredth of a point.
    fn two(weights: [f64; 2], counts: [[u64; 3]; 2], exclusive: bool) -> Joint {
        let people: Vec<Person> = (0..2)
            .flat_map(|class| (0..counts[class].iter().sum()).map(move |_| Person { class, groups: vec![Some(class)] }))
            .collect();
        let domain = |group: Option<usize>| {
            let inside: Vec<usize> = (0..2).filter(|&at| group.is_none_or(|group| group == at)).collect();
            let sum = |of: &dyn Fn(usize) -> f64| inside.iter().map(|&at| of(at)).sum::<f64>();
            let all = |at: usize| counts[at].iter().sum::<u64>() as f64;
            let figure = |response: usize| {
                let share = sum(&|at| weights[at] * counts[at][response] as f64) / sum(&|at| weights[at] * all(at));
                Figure {
                    adds: (0..3).map(|at| Some(f64::from(u8::from(at == response)))).collect(),
                    within: (share - 0.00005, share + 0.00005),
                    shown: group.is_none_or(|group| !is_small(counts[group][response], 3)),
                    share_of: Some(response),
                    is_mean: false,
                }
            };
            Domain {
                group: group.map(|group| (0, group)),
                base: Some((sum(&all) as u64, sum(&|at| weights[at] * all(at)))),
                counts: (0..3).map(|response| inside.iter().map(|&at| counts[at][response]).sum()).collect(),
                figures: (0..3).map(figure).collect(),
            }
        };
        let domains = [None, Some(0), Some(1)].map(domain).to_vec();
        Joint::new(weights.to_vec(), &people, domains, exclusive, 3).expect("it is small")
    }

    fn shown(domains: &[Domain]) -> usize {
        domains.iter().flat_map(|domain| &domain.figures).filter(|figure| figure.shown).count()
    }

    #[test]
    fn more_is_hidden_until_nothing_is_told() {
        for exclusive in [true, false] {
            // A total of known weights leaves the one in the first stratum little room.
            let joint = two([9.3, 2.1], [[1, 20, 12], [2, 15, 14]], exclusive);
            assert!(joint.exposed(&joint.best()).is_some());
            let before = shown(&joint.domains);
            let safe = Joint { domains: joint.clone().protect(), ..joint };
            assert_eq!(safe.exposed(&safe.best()), None);
            assert!((1..before).contains(&shown(&safe.domains)), "{before} {}", shown(&safe.domains));
            assert_eq!(shown(&safe.clone().protect()), shown(&safe.domains), "what is safe stays");
        }
    }

    #[test]
    fn nothing_rare_hides_nothing() {
        let joint = two([9.3, 2.1], [[4, 20, 12], [5, 15, 14]], true);
        assert_eq!(shown(&joint.domains), 9);
        assert_eq!(shown(&joint.protect()), 9);
    }

    #[test]
    fn without_work_left_whole_groupings_go_and_then_everyone() {
        let mut joint = two([9.3, 2.1], [[1, 20, 12], [2, 15, 14]], true);
        assert_eq!(joint.cheapest((1, 0), &mut 0).map(|domains| shown(&domains)), None);
        assert!(joint.hide_grouping(1));
        assert_eq!(joint.domains.iter().map(|domain| domain.base.is_some()).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(shown(&joint.domains), 3);
        assert!(joint.hide_grouping(1));
        assert_eq!(shown(&joint.domains), 0);
        assert!(!joint.hide_grouping(1));
    }

    #[test]
    fn the_few_of_a_stratum_are_no_reason_to_hide_everything() {
        let joint = two([9.3, 2.1], [[1, 1, 0], [20, 15, 14]], true);
        assert_eq!(joint.best(), [true, false, true]);
    }

    #[test]
    fn many_kinds_of_people_are_those_there_are() {
        let person = |at: usize| Person { class: at % 5, groups: vec![Some(at % 7), Some(at % 11), None] };
        let all: Vec<Person> = (0..100).map(person).collect();
        assert_eq!(kinds(&all, 5).map(|kinds| kinds.len()), Some(100));
        let all: Vec<Person> = (0..50).map(person).map(|person| Person { class: 0, ..person }).collect();
        assert_eq!(kinds(&all, 1).map(|kinds| kinds.len()), Some(77));
        let all: Vec<Person> = (0..200).map(person).collect();
        assert!(kinds(&all, 5).is_none());
    }
}
