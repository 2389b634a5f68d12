//! What a reader of a table can work out about the cells that are not shown, in what their people stand for.
//!
//! Rows are groups, columns are responses; everyone together is the row of column totals. A reader who knows every figure
//! that is shown knows the hidden counts only up to what can be moved along circles of hidden cells without changing a
//! total. So the lowest and the highest count that a hidden cell can have are maximum flows (Gusfield, "A graph theoretic
//! approach to statistical data security", SIAM Journal on Computing 17, 1988). Counts are whole numbers, and so are the
//! flows: the range is exact.

use std::collections::VecDeque;

use super::{Hidden, Table};

/// More than any count.
const FREE: u64 = u64::MAX / 4;

/// A hidden count as an edge: the total of `from` falls and that of `to` rises with it.
#[derive(Debug, Clone, Copy)]
struct Edge {
    from: usize,
    to: usize,
    count: u64,
}

/// The hidden counts of a table, between the totals that tie them together.
#[derive(Debug)]
pub struct Network {
    edges: Vec<Edge>,
    nodes: usize,
    /// The edge of every cell, by row and column; rows are the groups and then everyone.
    cells: Vec<Vec<Option<usize>>>,
    /// The edge of every group's base.
    bases: Vec<Option<usize>>,
}

impl Network {
    /// The network of what `hidden` leaves open in `table`.
    pub fn new(table: &Table, hidden: &Hidden) -> Self {
        let (groups, responses) = (table.counts.len(), table.responses());
        // Two nodes for every row: responses inside the net and outside it. A net that is not shown joins them.
        let row = |row: usize, response: usize| {
            2 * row
                + usize::from(!hidden.nets[row] && !hidden.bases.get(row).is_some_and(|b| *b) && table.net[response])
        };
        let column = |response: usize| 2 * (groups + 1) + response;
        let hub = column(responses);
        let people = hub + 1;
        let mut network = Network {
            edges: Vec::new(),
            nodes: people + 1,
            cells: vec![vec![None; responses]; groups + 1],
            bases: vec![None; groups],
        };
        let everyone = table.everyone_weighted();
        for group in 0..=groups {
            for (response, &all) in everyone.iter().enumerate().filter(|(response, _)| hidden.cells[group][*response]) {
                let edge = match table.weighted.get(group) {
                    Some(counts) => Edge { from: row(group, response), to: column(response), count: counts[response] },
                    None => Edge { from: column(response), to: row(group, response), count: all },
                };
                network.cells[group][response] = Some(network.edges.len());
                network.edges.push(edge);
            }
        }
        for group in (0..groups).filter(|&group| hidden.bases[group]) {
            // The people of a hidden group are the sum of its cells, unless they may tick several boxes.
            let to = if table.exclusive { 2 * group } else { people };
            network.bases[group] = Some(network.edges.len());
            network.edges.push(Edge { from: hub, to, count: table.weighted_bases[group] });
        }
        if !table.exclusive {
            let rows = 0..2 * (groups + 1);
            network.edges.extend(rows.map(|node| Edge { from: hub, to: node, count: FREE }));
        }
        network
    }

    /// The lowest and the highest count that a cell can have; `None` where it is shown. Row `groups` is everyone.
    pub fn cell(&self, row: usize, response: usize) -> Option<(u64, u64)> {
        self.cells[row][response].map(|edge| self.range(edge))
    }

    /// The lowest and the highest base that a group can have; `None` where it is shown.
    pub fn base(&self, group: usize) -> Option<(u64, u64)> {
        self.bases[group].map(|edge| self.range(edge))
    }

    fn range(&self, edge: usize) -> (u64, u64) {
        let Edge { from, to, count } = self.edges[edge];
        let less = self.flow(from, to, edge, count);
        let more = self.flow(to, from, edge, FREE);
        (count - less, count.saturating_add(more))
    }

    /// The largest change, up to `most`, that can go from one node to another without the edge `without` (Edmonds-Karp).
    fn flow(&self, source: usize, sink: usize, without: usize, most: u64) -> u64 {
        let mut counts: Vec<u64> = self.edges.iter().map(|edge| edge.count).collect();
        let mut beside: Vec<Vec<usize>> = vec![Vec::new(); self.nodes];
        for (at, edge) in self.edges.iter().enumerate().filter(|(at, _)| *at != without) {
            beside[edge.from].push(at);
            beside[edge.to].push(at);
        }
        let mut moved = 0;
        while moved < most {
            // Forward along an edge its count rises without bound; backward it falls, down to nothing.
            let mut by: Vec<Option<usize>> = vec![None; self.nodes];
            let mut seen = vec![false; self.nodes];
            let mut queue = VecDeque::from([source]);
            seen[source] = true;
            while let Some(node) = queue.pop_front() {
                for &at in &beside[node] {
                    let edge = self.edges[at];
                    let next = if edge.from == node { edge.to } else { edge.from };
                    let room = edge.from == node || counts[at] > 0;
                    if room && !seen[next] {
                        (seen[next], by[next]) = (true, Some(at));
                        queue.push_back(next);
                    }
                }
            }
            if !seen[sink] {
                break;
            }
            let (mut node, mut step, mut path) = (sink, most - moved, Vec::new());
            while let Some(at) = by[node] {
                let edge = self.edges[at];
                let forward = edge.to == node;
                if !forward {
                    step = step.min(counts[at]);
                }
                path.push((at, forward));
                node = if forward { edge.from } else { edge.to };
            }
            for (at, forward) in path {
                counts[at] = if forward { counts[at].saturating_add(step) } else { counts[at] - step };
            }
            moved += step;
        }
        moved
    }
}
