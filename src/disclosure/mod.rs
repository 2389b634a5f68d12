//! Disclosure control: which figures may not be shown, so that nobody can be singled out by reading the tables.
//!
//! *Primary*: a group with fewer answers than the threshold is hidden whole; a response that fewer people gave than the
//! threshold for cells is hidden in that group. *Secondary*: what is hidden must not be recoverable from totals, nets and
//! means. A hidden count is safe when a reader who knows every figure shown can only say that it lies in a range as wide as
//! the threshold; [`Network`] computes that range exactly, and more cells are hidden, the smallest first, until all are safe.
//! What is shown are shares of weighted people, so it is weighted people that the network moves.
//!
//! The attacker is assumed to know what the missing answers were, and the shares shown count as if they were counts. Weights
//! that differ would tell more, were figures published in full precision: so they are not (see [`coarsen`]). Tables of one
//! question by several groupings, with the weights and the weighted bases, may tell together more than each alone: so a question that
//! hides a response is looked at with all of them by linear programmes ([`Joint`]), as long as these are not too large.

mod coarse;
mod joint;
mod micro;
mod network;
mod parts;
mod rounding;
mod simplex;

pub use coarse::{coarsen, coarsen_family, hides, told};
pub use joint::{Domain, Figure, Joint, Person};
pub use micro::withheld;
pub use network::Network;
pub use parts::{parts, small_bases};
pub use rounding::{nearest, nearest_share, round, round_returns};

/// The answers to one question by the groups of one grouping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// People by group and response.
    pub counts: Vec<Vec<u64>>,
    /// People by group.
    pub bases: Vec<u64>,
    /// What the people of each cell stand for, by group and response: the shares that are shown are shares of this.
    pub weighted: Vec<Vec<u64>>,
    /// What the people of each group stand for.
    pub weighted_bases: Vec<u64>,
    /// The most that one person of each group stands for.
    pub most: Vec<u64>,
    /// Whether everybody gives one response, so that a group's counts add up to its base.
    pub exclusive: bool,
    /// Which responses the net (the positive share) adds up; none if there is no net.
    pub net: Vec<bool>,
}

impl Table {
    /// How many responses there are.
    pub fn responses(&self) -> usize {
        self.net.len()
    }

    /// A table of people who all count alike.
    pub fn alike(counts: Vec<Vec<u64>>, bases: Vec<u64>, exclusive: bool, net: Vec<bool>) -> Self {
        let (weighted, weighted_bases, most) = (counts.clone(), bases.clone(), vec![1; bases.len()]);
        Table { counts, bases, weighted, weighted_bases, most, exclusive, net }
    }

    /// People by response in all groups together.
    pub fn everyone(&self) -> Vec<u64> {
        self.sums(&self.counts)
    }

    /// What the people stand for, by response in all groups together.
    fn everyone_weighted(&self) -> Vec<u64> {
        self.sums(&self.weighted)
    }

    fn sums(&self, rows: &[Vec<u64>]) -> Vec<u64> {
        (0..self.responses()).map(|response| rows.iter().map(|row| row[response]).sum()).collect()
    }

    /// The counts of a row: a group, or everyone behind the last group.
    fn row(&self, row: usize) -> Vec<u64> {
        self.counts.get(row).cloned().unwrap_or_else(|| self.everyone())
    }

    fn has_net(&self) -> bool {
        self.net.iter().any(|inside| *inside)
    }
}

/// What of a table is not shown. Rows are the groups, and behind them everyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The responses, by row.
    pub cells: Vec<Vec<bool>>,
    /// The net, by row; also where there is none.
    pub nets: Vec<bool>,
    /// The mean, by row: with the counts that are shown it would give a hidden one away.
    pub means: Vec<bool>,
    /// The base, by group: then nothing of the group is shown.
    pub bases: Vec<bool>,
}

/// From how few people on a figure is hidden; 0 and 1 hide nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Fewest answers in a group.
    pub base: u64,
    /// Fewest people behind a response in a group.
    pub cell: u64,
}

/// What everyone's row hides, whatever the grouping: it is the same row in all of them. `table` has everyone as its one group.
pub fn everyone(table: &Table, thresholds: Thresholds) -> Vec<bool> {
    let (counts, net) = (&table.counts[0], &table.net);
    let mut hidden = nothing(table);
    // A table of one group, of which nothing is shown but this row.
    hidden.bases[0] = true;
    hidden.cells[0].fill(true);
    hidden.nets[0] = true;
    // So few who count little, where others count much, bound each other: their total is as much as few who count most.
    let rare = |response: usize, count: u64| {
        let little = thresholds.cell > 1 && is_small(table.weighted[0][response], thresholds.cell * table.most[0]);
        is_small(count, thresholds.cell) || little
    };
    for (response, count) in counts.iter().enumerate() {
        hidden.cells[1][response] = rare(response, *count);
    }
    loop {
        settle(table, &mut hidden, 1);
        let network = Network::new(table, &hidden);
        let exposed = (0..counts.len()).find(|&response| {
            rare(response, counts[response])
                && network.cell(1, response).is_none_or(|range| !is_safe(range, thresholds.cell * table.most[0]))
        });
        let next = exposed.and_then(|exposed| {
            let shown = (0..counts.len()).filter(|&response| !hidden.cells[1][response]);
            shown.min_by_key(|&response| (net[response] != net[exposed], counts[response] == 0, counts[response]))
        });
        match next {
            Some(next) => hidden.cells[1][next] = true,
            None => return hidden.cells.swap_remove(1),
        }
    }
}

/// Chooses what of a table is hidden, given what is hidden in everyone's row.
pub fn protect(table: &Table, everyone: &[bool], thresholds: Thresholds) -> Hidden {
    let groups = table.counts.len();
    let mut hidden = nothing(table);
    hidden.cells[groups] = everyone.to_vec();
    settle(table, &mut hidden, groups);
    // What everyone's row hides because so few count so little must not add up again from the groups of another grouping.
    let most = thresholds.cell * table.most.iter().copied().max().unwrap_or(1);
    let all = table.everyone_weighted();
    let few: Vec<bool> =
        (0..table.responses()).map(|r| thresholds.cell > 1 && everyone[r] && is_small(all[r], most)).collect();
    for group in 0..groups {
        if is_small(table.bases[group], thresholds.base) {
            hide_group(&mut hidden, group);
        }
        for (response, &few) in few.iter().enumerate() {
            let count = table.counts[group][response];
            hidden.cells[group][response] |= is_small(count, thresholds.cell) || (count > 0 && few);
        }
        settle(table, &mut hidden, group);
    }
    // Every round hides something more, so this ends; at the latest when nothing is shown.
    while let Some((group, response)) = exposed(table, &hidden, thresholds) {
        let by_cell = response.is_some_and(|response| hide_circle(table, &mut hidden, group, response, thresholds));
        if !by_cell {
            let shown = (0..groups).filter(|&other| !hidden.bases[other]);
            let next = if hidden.bases[group] {
                shown.min_by_key(|&other| (table.bases[other] == 0, table.bases[other]))
            } else {
                Some(group)
            };
            match next {
                Some(next) => hide_group(&mut hidden, next),
                // Everything is hidden already, and everyone's row still tells: there is one group only.
                None => break,
            }
        }
        for group in 0..groups {
            settle(table, &mut hidden, group);
        }
    }
    hidden
}

/// A group, and a response of it or its base, whose count a reader can tell too well.
pub fn exposed(table: &Table, hidden: &Hidden, thresholds: Thresholds) -> Option<(usize, Option<usize>)> {
    let network = Network::new(table, hidden);
    for group in 0..table.counts.len() {
        // As wide as so many people who count the most.
        let told = |range: Option<(u64, u64)>, threshold| {
            range.is_none_or(|range| !is_safe(range, threshold * table.most[group]))
        };
        if is_small(table.bases[group], thresholds.base) && told(network.base(group), thresholds.base) {
            return Some((group, None));
        }
        let response = (0..table.responses()).find(|&response| {
            is_small(table.counts[group][response], thresholds.cell)
                && told(network.cell(group, response), thresholds.cell)
        });
        if response.is_some() {
            return Some((group, response));
        }
    }
    None
}

/// Whether so few people stand behind a figure that it is hidden. Nobody is nobody's secret.
fn is_small(count: u64, threshold: u64) -> bool {
    count > 0 && count < threshold
}

/// A range that tells no more than that few or none, or not so few, stand behind the figure.
fn is_safe((low, high): (u64, u64), threshold: u64) -> bool {
    high - low >= threshold
}

fn nothing(table: &Table) -> Hidden {
    let rows = table.counts.len() + 1;
    Hidden {
        cells: vec![vec![false; table.responses()]; rows],
        nets: vec![!table.has_net(); rows],
        means: vec![false; rows],
        bases: vec![false; rows - 1],
    }
}

fn hide_group(hidden: &mut Hidden, group: usize) {
    hidden.bases[group] = true;
    hidden.cells[group].fill(true);
    (hidden.nets[group], hidden.means[group]) = (true, true);
}

/// What follows from hidden cells in a row: no mean; and no net where it would be a hidden cell under another name.
fn settle(table: &Table, hidden: &mut Hidden, row: usize) {
    let cells = &hidden.cells[row];
    if cells.iter().any(|cell| *cell) {
        hidden.means[row] = true;
    }
    let counts = table.row(row);
    for side in [true, false] {
        let inside: Vec<usize> = (0..cells.len()).filter(|&response| table.net[response] == side).collect();
        let few = inside.iter().filter(|&&response| counts[response] > 0).count() < 2;
        if few && inside.iter().any(|&response| cells[response]) {
            hidden.nets[row] = true;
        }
    }
}

/// What hiding a circle of cells would take.
struct Circle {
    /// Whether a cell is itself too small to move the exposed one far.
    weak: bool,
    /// The people behind the cells.
    cost: u64,
    /// Those that are shown so far.
    new: Vec<(usize, usize)>,
}

/// Hides the cheapest circle of cells through an exposed one, along which its count can move; false if there is none that
/// was not hidden before.
fn hide_circle(table: &Table, hidden: &mut Hidden, group: usize, response: usize, thresholds: Thresholds) -> bool {
    let groups = table.counts.len();
    let others = (0..groups).filter(|&other| other != group && !hidden.bases[other]);
    // In a table of groups and responses the shortest circles have four cells: another response, another group. Where
    // everyone's row hides the response too, or people may tick several boxes, two are enough.
    let mut best: Option<Circle> = None;
    let mut consider = |cells: Vec<(usize, usize)>| {
        let new: Vec<(usize, usize)> = cells.into_iter().filter(|&(g, r)| !hidden.cells[g][r]).collect();
        if new.is_empty() {
            return;
        }
        let weak = new.iter().any(|&(g, r)| table.counts[g][r] < thresholds.cell);
        let cost = new.iter().map(|&(g, r)| table.counts[g][r]).sum();
        if best.as_ref().is_none_or(|best| (weak, cost, new.len()) < (best.weak, best.cost, best.new.len())) {
            best = Some(Circle { weak, cost, new });
        }
    };
    for other in others {
        if !table.exclusive {
            consider(vec![(other, response)]);
            continue;
        }
        for second in (0..table.responses()).filter(|&second| second != response) {
            let joined = |row: usize| hidden.nets[row] || table.net[second] == table.net[response];
            if joined(group) && joined(other) {
                consider(vec![(group, second), (other, response), (other, second)]);
            }
        }
    }
    for second in (0..table.responses()).filter(|&second| second != response && table.exclusive) {
        if hidden.cells[groups][response] && hidden.cells[groups][second] {
            consider(vec![(group, second)]);
        }
    }
    let Some(circle) = best else { return false };
    for (group, response) in circle.new {
        hidden.cells[group][response] = true;
    }
    true
}

#[cfg(test)]
mod tests;
