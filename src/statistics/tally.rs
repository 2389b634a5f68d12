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

    /// The sum of the weights.
    fn weight(self, shift: f64) -> f64 {
        self.n as f64 * shift + self.sum
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

    /// Whether all of its units were sampled.
    pub fn is_whole(&self) -> bool {
        self.size().is_whole()
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
        let met = self.gather(question, groups, levels);
        let base = met.base;
        (0..levels.len())
            .map(|level| {
                let answers: u64 = (0..met.strata.len()).map(|at| met.cell(at, level).n).sum();
                // All is exact, whatever the weights.
                let all = answers as usize == base.n && base.n > 0;
                let p = if all { 1.0 } else { self.weight_of(&met, level) / base.sum_weights };
                let (a, b) = ((1.0 - p) / base.sum_weights, -p / base.sum_weights);
                let variance = self.variance(&met, |at, kinds| {
                    let yes = met.cell(at, level);
                    kinds.push((yes, a));
                    kinds.push((met.all[at].less(yes), b));
                });
                Estimate::new(p, variance, df, base, p * (1.0 - p) / (base.n as f64 - 1.0))
            })
            .collect()
    }

    /// The mean and the total of numbers, one for each level shown; otherwise as [`shares`](Frame::shares).
    ///
    /// The score of a unit at level l is w (y_l - m) / W for the mean and w y_l for the total.
    pub fn mean_and_total(
        &self,
        question: &Question,
        groups: &[usize],
        levels: &[Vec<usize>],
        numbers: &[f64],
        df: f64,
    ) -> (Estimate, Estimate) {
        let met = self.gather(question, groups, levels);
        let base = met.base;
        let weights: Vec<f64> = (0..levels.len()).map(|level| self.weight_of(&met, level)).collect();
        let total: f64 = weights.iter().zip(numbers).map(|(w, y)| w * y).sum();
        let mean = total / base.sum_weights;
        let spread: f64 = weights.iter().zip(numbers).map(|(w, y)| w * (y - mean).powi(2)).sum();
        let srs = spread / base.sum_weights / (base.n as f64 - 1.0);
        let of = |score: &dyn Fn(f64) -> f64| {
            self.variance(&met, |at, kinds| {
                kinds.extend(numbers.iter().enumerate().map(|(level, &y)| (met.cell(at, level), score(y))));
            })
        };
        let of_mean = of(&|y| (y - mean) / base.sum_weights);
        let of_total = of(&|y| y);
        let squared = base.sum_weights * base.sum_weights;
        (Estimate::new(mean, of_mean, df, base, srs), Estimate::new(total, of_total, df, base, srs * squared))
    }

    /// Adds up the cells of some groups by stratum and level shown.
    fn gather(&self, question: &Question, groups: &[usize], levels: &[Vec<usize>]) -> Met {
        let mut strata: Vec<usize> = groups.iter().map(|&group| self.stratum_of[group] as usize).collect();
        strata.sort_unstable();
        strata.dedup();
        let mut place = vec![usize::MAX; self.strata.len()];
        for (at, &stratum) in strata.iter().enumerate() {
            place[stratum] = at;
        }
        let width = levels.len();
        let mut all = vec![Cell::default(); strata.len()];
        let mut by_level = vec![Cell::default(); strata.len() * width];
        for &group in groups {
            let at = place[self.stratum_of[group] as usize];
            for (shown, parts) in levels.iter().enumerate() {
                for &level in parts {
                    let cell = question.cell(group, level);
                    all[at].add(cell);
                    by_level[at * width + shown].add(cell);
                }
            }
        }
        let mut base = Base::default();
        for (cell, &stratum) in all.iter().zip(&strata) {
            let shift = self.strata[stratum].first_weight;
            base.n += cell.n as usize;
            base.sum_weights += cell.weight(shift);
            base.sum_squares += cell.squares + 2.0 * shift * cell.sum + cell.n as f64 * shift * shift;
        }
        Met { strata, place, all, by_level, width, base }
    }

    /// The sum of weights of a level.
    fn weight_of(&self, met: &Met, level: usize) -> f64 {
        let strata = met.strata.iter().enumerate();
        strata.map(|(at, &stratum)| met.cell(at, level).weight(self.strata[stratum].first_weight)).sum()
    }

    /// The variance of an estimate whose scores are, within each stratum met, some factor times the weight for each of
    /// several kinds of units, and zero for all others.
    fn variance(&self, met: &Met, kinds_at: impl Fn(usize, &mut Vec<(Cell, f64)>)) -> f64 {
        let mut kinds = Vec::new();
        let mut squares = |stratum: usize, size: &Stratum| {
            let Some(at) = Some(met.place[stratum]).filter(|&at| at != usize::MAX) else { return 0.0 };
            kinds.clear();
            kinds_at(at, &mut kinds);
            let n = f64::from(size.sampled);
            let moments = |cell: &Cell| cell.moments(size.first_weight);
            let centre = if size.is_single() && self.single_psu == SinglePsu::Centre {
                0.0
            } else {
                kinds.iter().map(|(cell, factor)| factor * cell.n as f64 * moments(cell).0).sum::<f64>() / n
            };
            let (mut sum, mut others) = (0.0, n);
            for (cell, factor) in &kinds {
                let (mean, spread) = moments(cell);
                let count = cell.n as f64;
                sum += factor * factor * spread + count * (factor * mean - centre).powi(2);
                others -= count;
            }
            sum + others * centre * centre
        };
        let strata = self.strata.iter().enumerate();
        let parts: Vec<(StratumFactor, [f64; 1])> =
            strata.map(|(stratum, size)| (StratumFactor::of(&size.size()), [squares(stratum, size)])).collect();
        let mut variance = Matrix::zeros(1);
        combine_strata(parts.iter().map(|(factor, s)| (*factor, s.as_slice())), self.single_psu, &mut variance);
        variance.at(0, 0)
    }
}

/// The strata that a domain meets, with its cells added up.
struct Met {
    strata: Vec<usize>,
    /// For each stratum its place among those met.
    place: Vec<usize>,
    all: Vec<Cell>,
    by_level: Vec<Cell>,
    width: usize,
    base: Base,
}

impl Met {
    fn cell(&self, at: usize, level: usize) -> Cell {
        self.by_level[at * self.width + level]
    }
}

#[cfg(test)]
mod tests {
    use super::super::linearised::{mean, proportions, total};
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
            // The parts of the data in another order: counts are the same, sums to the last digits.
            let mut turned = Question::default();
            turned.add(&group[350..], &codes[350..], &shifted[350..], 15, 5);
            turned.add(&group[..100], &codes[..100], &shifted[..100], 15, 4);
            turned.add(&group[100..350], &codes[100..350], &shifted[100..350], 15, 5);
            for (one, other) in
                (0..15).flat_map(|g| (0..5).map(move |l| (g, l))).map(|(g, l)| (question.cell(g, l), turned.cell(g, l)))
            {
                assert_eq!(one.n, other.n);
                assert!((one.sum - other.sum).abs() < 1e-12 && (one.squares - other.squares).abs() < 1e-11);
            }
            let levels: Vec<Vec<usize>> = (0..5).map(|l| vec![l]).collect();
            for domain in 0..4u32 {
                // The last is everyone.
                let groups: Vec<usize> = (0..15).filter(|g| domain == 3 || g % 3 == domain as usize).collect();
                let members: Vec<bool> = domains.iter().map(|&d| domain == 3 || d == domain).collect();
                let fast = frame.shares(&question, &groups, &levels, frame.degrees_of_freedom());
                let mut slow = proportions(&design, &members, &codes, 5);
                let scores: [f64; 5] = [1.0, 2.5, 4.0, -3.0, 0.0];
                let score = |&c: &u32| if c == MISSING { f64::NAN } else { scores[c as usize] };
                let values: Vec<f64> = codes.iter().map(score).collect();
                slow.push(mean(&design, &members, &values));
                slow.push(total(&design, &members, &values));
                let (of_mean, of_total) =
                    frame.mean_and_total(&question, &groups, &levels, &scores, frame.degrees_of_freedom());
                for (fast, slow) in fast.iter().chain([&of_mean, &of_total]).zip(&slow) {
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
