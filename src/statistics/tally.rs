//! Tally, then estimate: shares of many questions over many domains from one pass over the rows.
//!
//! Where each unit is its own PSU, the linearised variance of a share needs the data only as a count, a sum and a sum of
//! squares of the weights per (stratum, domain, level). Weights are taken as differences from the stratum's first
//! weight, so that equal weights leave exact zeros and unequal ones keep their digits.
//!
//! With z = a w for units that gave the answer (a = (1 - p) / W), z = b w for those that gave another (b = -p / W) and
//! z = 0 for all others of the stratum, the sum of squared deviations of z within a stratum is
//!
//! ```text
//! a^2 M_l + n_l (a m_l - z.)^2  +  b^2 M_o + n_o (b m_o - z.)^2  +  (n_h - n_l - n_o) z.^2
//! ```
//!
//! where m are the mean weights and M the sums of squared deviations of the weights of the two kinds.

use super::design::{SinglePsu, Size};
use super::linearised::{Base, Estimate, MISSING};
use super::variance::{Matrix, StratumFactor, combine_strata};

/// Count, sum and sum of squares of weights, as differences from the stratum's first weight.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Cell {
    n: u64,
    sum: f64,
    squares: f64,
}

impl Cell {
    fn add(&mut self, other: Cell) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    fn less(self, other: Cell) -> Cell {
        Cell { n: self.n - other.n, sum: self.sum - other.sum, squares: self.squares - other.squares }
    }

    /// The mean weight and the sum of squared deviations from it.
    fn moments(self, shift: f64) -> (f64, f64) {
        if self.n == 0 {
            return (0.0, 0.0);
        }
        let n = self.n as f64;
        (shift + self.sum / n, (self.squares - self.sum * self.sum / n).max(0.0))
    }
}

/// The answers to one question, tallied by group of rows (one stratum and one domain each) and level.
#[derive(Debug, Clone, Default)]
pub struct Question {
    cells: Vec<Cell>,
    width: usize,
}

impl Question {
    /// Adds rows: for each its group ([`MISSING`]: not in any domain), its level ([`MISSING`]: no answer) and its weight
    /// less the stratum's first. `groups` and `levels` are how many there are so far.
    pub fn add(&mut self, group: &[u32], level: &[u32], weight: &[f64], groups: usize, levels: usize) {
        self.fit(groups, levels);
        let width = self.width;
        for ((&group, &level), &weight) in group.iter().zip(level).zip(weight) {
            if group != MISSING && level != MISSING {
                let cell = &mut self.cells[group as usize * width + level as usize];
                cell.n += 1;
                cell.sum += weight;
                cell.squares += weight * weight;
            }
        }
    }

    /// Makes room, keeping what is there.
    fn fit(&mut self, groups: usize, levels: usize) {
        if levels > self.width {
            let width = levels.next_power_of_two().max(8);
            let mut cells = vec![Cell::default(); self.cells.len() / self.width.max(1) * width];
            for (at, cell) in self.cells.iter().enumerate() {
                cells[at / self.width * width + at % self.width] = *cell;
            }
            (self.cells, self.width) = (cells, width);
        }
        if groups * self.width > self.cells.len() {
            self.cells.resize(groups * self.width, Cell::default());
        }
    }

    fn cell(&self, group: usize, level: usize) -> Cell {
        if level < self.width {
            self.cells.get(group * self.width + level).copied().unwrap_or_default()
        } else {
            Cell::default()
        }
    }
}

/// A stratum as the tally knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Sampled units, all of them.
    pub sampled: u32,
    /// Units in the population; infinite without a correction.
    pub population: f64,
    /// The first weight; with sums of zero everywhere it is the weight of all.
    pub first_weight: f64,
}

impl Stratum {
    /// Whether it has one unit of several, so that its variance cannot be estimated from itself.
    pub fn is_single(&self) -> bool {
        self.size().is_single()
    }

    fn size(&self) -> Size {
        Size { sampled: self.sampled, population: self.population, multiplier: 1.0, row: 0 }
    }
}

/// The strata and groups that questions were tallied by.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The strata.
    pub strata: Vec<Stratum>,
    /// For each group its stratum.
    pub stratum_of: Vec<u32>,
    /// What is done with strata of one unit.
    pub single_psu: SinglePsu,
}

impl Frame {
    /// Degrees of freedom of the design: units less strata.
    pub fn degrees_of_freedom(&self) -> f64 {
        let units: f64 = self.strata.iter().map(|stratum| f64::from(stratum.sampled)).sum();
        units - self.strata.len() as f64
    }

    /// The share of every level in the domain that is made of some groups, with degrees of freedom `df`.
    ///
    /// `levels` gives for each level shown the tallied levels that make it up (`1` and `1.0` are one).
    pub fn shares(&self, question: &Question, groups: &[usize], levels: &[Vec<usize>], df: f64) -> Vec<Estimate> {
        let tallied: Vec<usize> = levels.iter().flatten().copied().collect();
        // Per stratum met: the cells of each level shown, and of all answers.
        let mut met: Vec<usize> = groups.iter().map(|&group| self.stratum_of[group] as usize).collect();
        met.sort_unstable();
        met.dedup();
        let mut place = vec![usize::MAX; self.strata.len()];
        for (at, &stratum) in met.iter().enumerate() {
            place[stratum] = at;
        }
        let mut all = vec![Cell::default(); met.len()];
        let mut by_level = vec![Cell::default(); met.len() * levels.len()];
        for &group in groups {
            let at = place[self.stratum_of[group] as usize];
            for &level in &tallied {
                all[at].add(question.cell(group, level));
            }
            for (shown, parts) in levels.iter().enumerate() {
                for &level in parts {
                    by_level[at * levels.len() + shown].add(question.cell(group, level));
                }
            }
        }
        let weight = |cell: Cell, stratum: usize| cell.n as f64 * self.strata[stratum].first_weight + cell.sum;
        let mut base = Base::default();
        for (cell, &stratum) in all.iter().zip(&met) {
            let shift = self.strata[stratum].first_weight;
            base.n += cell.n as usize;
            base.sum_weights += weight(*cell, stratum);
            base.sum_squares += cell.squares + 2.0 * shift * cell.sum + cell.n as f64 * shift * shift;
        }
        (0..levels.len())
            .map(|level| {
                let of = |at: usize| by_level[at * levels.len() + level];
                let answers: u64 = (0..met.len()).map(|at| of(at).n).sum();
                // None and all are exact, whatever the weights.
                let p = if answers as usize == base.n && base.n > 0 {
                    1.0
                } else {
                    met.iter().enumerate().map(|(at, &stratum)| weight(of(at), stratum)).sum::<f64>() / base.sum_weights
                };
                let (a, b) = ((1.0 - p) / base.sum_weights, -p / base.sum_weights);
                let squares = |stratum: usize| {
                    let Some(at) = Some(place[stratum]).filter(|&at| at != usize::MAX) else { return 0.0 };
                    let size = &self.strata[stratum];
                    let (yes, no) = (of(at), all[at].less(of(at)));
                    let ((mean_yes, square_yes), (mean_no, square_no)) =
                        (yes.moments(size.first_weight), no.moments(size.first_weight));
                    let (n_yes, n_no, n) = (yes.n as f64, no.n as f64, f64::from(size.sampled));
                    let centre = if size.is_single() && self.single_psu == SinglePsu::Centre {
                        0.0
                    } else {
                        (a * n_yes * mean_yes + b * n_no * mean_no) / n
                    };
                    a * a * square_yes
                        + n_yes * (a * mean_yes - centre).powi(2)
                        + b * b * square_no
                        + n_no * (b * mean_no - centre).powi(2)
                        + (n - n_yes - n_no) * centre * centre
                };
                let parts: Vec<(StratumFactor, [f64; 1])> = self
                    .strata
                    .iter()
                    .enumerate()
                    .map(|(stratum, size)| (StratumFactor::of(&size.size()), [squares(stratum)]))
                    .collect();
                let mut variance = Matrix::zeros(1);
                combine_strata(parts.iter().map(|(factor, s)| (*factor, s.as_slice())), self.single_psu, &mut variance);
                let srs = p * (1.0 - p) / (base.n as f64 - 1.0);
                Estimate::new(p, variance.at(0, 0), df, base, srs)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::linearised::proportions;
    use super::super::{Design, SinglePsu};
    use super::*;

    /// A small generator, so that the test needs no data.
    fn numbers(count: usize, below: u32, mut state: u32) -> Vec<u32> {
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 9) % below
            })
            .collect()
    }

    #[test]
    fn the_tally_gives_what_the_scores_give() {
        let n = 500;
        let (mut strata, domains, codes) = (numbers(n, 4, 1), numbers(n, 3, 2), numbers(n, 6, 3));
        strata[17] = 4;
        let codes: Vec<u32> = codes.iter().map(|&c| if c == 5 { MISSING } else { c }).collect();
        let weights: Vec<f64> = numbers(n, 900, 4).iter().map(|&w| 1.0 + f64::from(w) / 100.0).collect();
        let population = |h: u32| if h == 4 { 10.0 } else { 200.0 + 10.0 * f64::from(h) };
        let populations: Vec<f64> = strata.iter().map(|&h| population(h)).collect();
        for policy in [SinglePsu::Certainty, SinglePsu::Centre, SinglePsu::Average] {
            let design = Design::of(&weights).strata(&strata).population(&populations).single_psu(policy).build();
            let design = design.expect("sound");
            let mut frame = Frame { strata: Vec::new(), stratum_of: Vec::new(), single_psu: policy };
            for h in 0..5 {
                let sampled = strata.iter().filter(|&&s| s == h).count() as u32;
                let first = strata.iter().position(|&s| s == h).expect("met");
                frame.strata.push(Stratum { sampled, population: population(h), first_weight: weights[first] });
            }
            let group: Vec<u32> = strata.iter().zip(&domains).map(|(h, d)| h * 3 + d).collect();
            frame.stratum_of = (0..15).map(|g| g / 3).collect();
            let shifted: Vec<f64> =
                weights.iter().zip(&strata).map(|(w, &h)| w - frame.strata[h as usize].first_weight).collect();
            let mut question = Question::default();
            question.add(&group[..200], &codes[..200], &shifted[..200], 15, 3);
            question.add(&group[200..], &codes[200..], &shifted[200..], 15, 5);
            let levels: Vec<Vec<usize>> = (0..5).map(|l| vec![l]).collect();
            for domain in 0..4u32 {
                // The last is everyone.
                let groups: Vec<usize> = (0..15).filter(|g| domain == 3 || g % 3 == domain as usize).collect();
                let members: Vec<bool> = domains.iter().map(|&d| domain == 3 || d == domain).collect();
                let fast = frame.shares(&question, &groups, &levels, frame.degrees_of_freedom());
                let slow = proportions(&design, &members, &codes, 5);
                for (fast, slow) in fast.iter().zip(&slow) {
                    let slow = slow.estimate(&design);
                    for (f, s) in [
                        (fast.value, slow.value),
                        (fast.se, slow.se),
                        (fast.df, slow.df),
                        (fast.base.sum_weights, slow.base.sum_weights),
                        (fast.deff_without, slow.deff_without),
                        (fast.deff_with, slow.deff_with),
                    ] {
                        assert!((f - s).abs() <= 1e-12 * s.abs(), "{policy:?} {domain}: {fast:?} is not {slow:?}");
                    }
                    assert_eq!(fast.base.n, slow.base.n);
                }
            }
        }
    }
}
