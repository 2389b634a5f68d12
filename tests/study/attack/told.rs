//! What an attacker reads of one question, and the programme that follows from it.

use super::simplex::System;

/// The lowest and the highest number that fits; none where nothing does.
pub type Range = Option<(u64, u64)>;

/// Everything that is published of one question.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Responses of the scale.
    pub responses: usize,
    /// Whether everybody gives one response.
    pub exclusive: bool,
    /// What each return of a stratum stands for, and how many returned.
    pub strata: Vec<(f64, f64)>,
    /// Groups of every grouping.
    pub groupings: Vec<usize>,
    /// The grouping whose groups are the strata, if there is one.
    pub of_strata: Option<usize>,
    pub domains: Vec<Domain>,
}

/// What is published of everyone or of a group.
#[derive(Debug, Clone, Default)]
pub struct Domain {
    /// Grouping and group; none for everyone.
    pub group: Option<(usize, usize)>,
    /// The base, if shown, from and to.
    pub base: Option<(f64, f64)>,
    /// The weighted base, if shown, from and to.
    pub people: Option<(f64, f64)>,
    /// What each response adds to a figure, and between what the figure lies.
    pub figures: Vec<(Vec<f64>, f64, f64)>,
}

/// People of a stratum in a group of every grouping (none: the frame has no value) who gave a response; `responses` counts
/// the people themselves where they may tick several.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub stratum: usize,
    pub groups: Vec<Option<usize>>,
    pub response: usize,
}

impl Told {
    /// The unknown numbers.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for stratum in 0..self.strata.len() {
            let mut all: Vec<Vec<Option<usize>>> = vec![Vec::new()];
            for (at, &groups) in self.groupings.iter().enumerate() {
                let may: Vec<Option<usize>> = match self.of_strata == Some(at) {
                    true => vec![Some(stratum).filter(|&stratum| stratum < groups)],
                    false => (0..groups).map(Some).collect(),
                };
                all = all
                    .iter()
                    .flat_map(|known| may.iter().map(|group| [known.as_slice(), &[*group]].concat()))
                    .collect();
            }
            let kinds = self.responses + usize::from(!self.exclusive);
            cells.extend(
                all.iter().flat_map(|groups| {
                    (0..kinds).map(move |response| Cell { stratum, groups: groups.clone(), response })
                }),
            );
        }
        cells
    }

    fn is_person(&self, cell: &Cell) -> bool {
        self.exclusive || cell.response == self.responses
    }

    fn inside(cell: &Cell, group: Option<(usize, usize)>) -> bool {
        group.is_none_or(|(grouping, group)| cell.groups[grouping] == Some(group))
    }

    /// The people who gave a response, as a sum over the cells.
    pub fn count(&self, cells: &[Cell], group: Option<(usize, usize)>, response: usize) -> Vec<f64> {
        let is = |cell: &Cell| Self::inside(cell, group) && cell.response == response;
        cells.iter().map(|cell| f64::from(u8::from(is(cell)))).collect()
    }

    /// All that is known of the cells.
    pub fn system(&self, cells: &[Cell]) -> System {
        let mut rows = Vec::new();
        let row = |of: &dyn Fn(&Cell) -> f64| cells.iter().map(of).collect::<Vec<f64>>();
        for (at, (_, returned)) in self.strata.iter().enumerate() {
            let person = |cell: &Cell| f64::from(u8::from(cell.stratum == at && self.is_person(cell)));
            rows.push((row(&person), f64::NEG_INFINITY, *returned));
        }
        for domain in &self.domains {
            let person = |cell: &Cell| self.is_person(cell) && Self::inside(cell, domain.group);
            let weight = |cell: &Cell| self.strata[cell.stratum].0;
            if let Some((low, high)) = domain.base {
                rows.push((row(&|cell| f64::from(u8::from(person(cell)))), low - 1e-6, high + 1e-6));
            }
            if let Some((low, high)) = domain.people {
                rows.push((row(&|cell| if person(cell) { weight(cell) } else { 0.0 }), low, high));
            }
            for (adds, low, high) in &domain.figures {
                // The figure is a ratio: what the answers add, over the people.
                let over = |cell: &Cell, figure: f64| {
                    let adds = if Self::inside(cell, domain.group) { adds.get(cell.response) } else { None };
                    let base = if person(cell) { figure } else { 0.0 };
                    weight(cell) * (adds.copied().unwrap_or(0.0) - base)
                };
                rows.push((row(&|cell| over(cell, *low)), 0.0, f64::INFINITY));
                rows.push((row(&|cell| over(cell, *high)), f64::NEG_INFINITY, 0.0));
            }
        }
        if !self.exclusive {
            for person in cells.iter().filter(|cell| cell.response == self.responses) {
                for response in 0..self.responses {
                    let tick = Cell { response, ..person.clone() };
                    let of = |cell: &Cell| f64::from(u8::from(*cell == tick)) - f64::from(u8::from(cell == person));
                    rows.push((row(&of), f64::NEG_INFINITY, 0.0));
                }
            }
        }
        System { variables: cells.len(), rows }
    }

    /// Whole numbers for the hidden cells of the strata's own table, by trying all: for every hidden response of a stratum the
    /// lowest and highest number that fits. Nothing where there are too many to try.
    ///
    /// Shown cells of a stratum are counts; everyone's figures are sums of weights that the attacker knows.
    pub fn whole_numbers(&self) -> Option<Vec<Vec<Range>>> {
        let grouping = self.of_strata?;
        let one = |response: usize| -> Vec<f64> {
            (0..self.responses).map(|at| f64::from(u8::from(at == response))).collect()
        };
        let share = |domain: &Domain, response: usize| {
            domain.figures.iter().find(|(adds, _, _)| *adds == one(response)).map(|(_, low, high)| (*low, *high))
        };
        let everyone = self.domains.iter().find(|domain| domain.group.is_none())?;
        // Every way in which each stratum may have answered.
        let mut ways: Vec<Vec<Vec<u64>>> = Vec::new();
        let mut all = 1_usize;
        for stratum in 0..self.strata.len() {
            let domain = self.domains.iter().find(|domain| domain.group == Some((grouping, stratum)))?;
            let (base, _) = domain.base?;
            let bounds: Vec<(u64, u64)> = (0..self.responses)
                .map(|response| match share(domain, response) {
                    Some((low, high)) => {
                        ((low * base - 1e-6).ceil().max(0.0) as u64, (high * base + 1e-6).floor() as u64)
                    }
                    None => (0, base as u64),
                })
                .collect();
            let mut found = vec![Vec::new()];
            for (at, &(low, high)) in bounds.iter().enumerate() {
                let last = at + 1 == self.responses;
                found = found
                    .into_iter()
                    .flat_map(|known: Vec<u64>| {
                        let left = (base as u64).saturating_sub(known.iter().sum());
                        let (low, high) = if last { (low.max(left), high.min(left)) } else { (low, high.min(left)) };
                        (low..=high).map(move |count| [known.as_slice(), &[count]].concat()).collect::<Vec<_>>()
                    })
                    .collect();
            }
            all = all.saturating_mul(found.len().max(1));
            ways.push(found);
        }
        if all > 3_000_000 {
            return None;
        }
        let weights: f64 =
            ways.iter().zip(&self.strata).map(|(ways, (w, _))| w * ways[0].iter().sum::<u64>() as f64).sum();
        let totals: Vec<Option<(f64, f64)>> = (0..self.responses)
            .map(|response| share(everyone, response).map(|(low, high)| (low * weights - 1e-6, high * weights + 1e-6)))
            .collect();
        let mut ranges: Vec<Vec<Range>> = vec![vec![None; self.responses]; self.strata.len()];
        let mut chosen = vec![0; ways.len()];
        loop {
            let sum = |response: usize| -> f64 {
                (0..ways.len()).map(|at| self.strata[at].0 * ways[at][chosen[at]][response] as f64).sum()
            };
            let fits = (0..self.responses)
                .all(|response| totals[response].is_none_or(|(low, high)| (low..=high).contains(&sum(response))));
            if fits {
                for (stratum, ranges) in ranges.iter_mut().enumerate() {
                    for (range, &count) in ranges.iter_mut().zip(&ways[stratum][chosen[stratum]]) {
                        *range = Some(range.map_or((count, count), |(low, high)| (low.min(count), high.max(count))));
                    }
                }
            }
            let mut at = 0;
            loop {
                if at == ways.len() {
                    return Some(ranges);
                }
                chosen[at] += 1;
                if chosen[at] < ways[at].len() {
                    break;
                }
                chosen[at] = 0;
                at += 1;
            }
        }
    }
}
