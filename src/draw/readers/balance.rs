//! Making an allocation of files to readers even, step by step; every step makes a sum of squares smaller, so it ends.

use std::collections::BTreeMap;

use super::Table;

impl Table {
    /// Evens out the loads, then the strata within the loads, then the pairs within the strata.
    pub(super) fn balance(&mut self) {
        self.balance_loads();
        self.balance_strata();
        self.balance_pairs();
    }

    /// Moves files, along chains where need be, from readers with more to readers with at least two less.
    fn balance_loads(&mut self) {
        loop {
            let mut readers: Vec<usize> = (0..self.load.len()).collect();
            readers.sort_by_key(|&r| std::cmp::Reverse(self.load[r]));
            let chain = readers.into_iter().find_map(|start| {
                let room = |r: usize| self.load[r] + 2 <= self.load[start] && self.load[r] < self.capacity[r];
                (0..self.load.len()).any(room).then(|| self.chain(start, room)).flatten()
            });
            let Some(chain) = chain else { return };
            chain.iter().for_each(|&(file, from, to)| self.move_file(file, from, to));
        }
    }

    /// Exchanges files of different strata between two readers where that evens out their strata.
    fn balance_strata(&mut self) {
        while let Some((a, b, of_a, of_b)) = self.exchange() {
            self.move_file(of_a, a, b);
            self.move_file(of_b, b, a);
        }
    }

    /// Two readers and a file of each that they had better exchange.
    fn exchange(&self) -> Option<(usize, usize, usize, usize)> {
        let readers = self.load.len();
        let strata = self.stratum_load.first().map_or(0, Vec::len);
        for a in 0..readers {
            for b in (0..readers).filter(|&b| b != a) {
                let more = |s: usize| self.stratum_load[a][s] as i64 - self.stratum_load[b][s] as i64;
                // The sum of squares falls by 2 (more(s) - more(t)) - 4.
                let mut by_more: Vec<usize> = (0..strata).collect();
                by_more.sort_by_key(|&s| more(s));
                for &s in by_more.iter().rev() {
                    if by_more.first().is_none_or(|&t| more(s) - more(t) <= 2) {
                        break;
                    }
                    let Some(of_a) = self.movable(a, b, s) else { continue };
                    let found =
                        by_more.iter().take_while(|&&t| more(s) - more(t) > 2).find_map(|&t| self.movable(b, a, t));
                    if let Some(of_b) = found {
                        return Some((a, b, of_a, of_b));
                    }
                }
            }
        }
        None
    }

    /// A file of the stratum that one reader has and another could take over.
    fn movable(&self, from: usize, to: usize, stratum: usize) -> Option<usize> {
        (0..self.readers.len()).find(|&f| {
            self.stratum[f] == stratum
                && self.allowed[f][to]
                && self.readers[f].contains(&from)
                && !self.readers[f].contains(&to)
        })
    }

    /// Exchanges readers between two files of one stratum that are read twice, where that evens out who is paired with whom.
    fn balance_pairs(&mut self) {
        let doubles: Vec<usize> = (0..self.readers.len()).filter(|&f| self.readers[f].len() == 2).collect();
        let mut pairs: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for &f in &doubles {
            *pairs.entry(pair(self.readers[f][0], self.readers[f][1])).or_default() += 1;
        }
        let mut again = true;
        while again {
            again = false;
            for (i, &f) in doubles.iter().enumerate() {
                for &g in &doubles[i + 1..] {
                    if self.stratum[g] != self.stratum[f] {
                        break;
                    }
                    for (x, y) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                        again |= self.exchange_partners(&mut pairs, (f, x), (g, y));
                    }
                }
            }
        }
    }

    /// Exchanges the reader in one place of a file with that in one place of another, if the pairs become more even.
    fn exchange_partners(
        &mut self,
        pairs: &mut BTreeMap<(usize, usize), i64>,
        (f, x): (usize, usize),
        (g, y): (usize, usize),
    ) -> bool {
        let (leaves_f, leaves_g) = (self.readers[f][x], self.readers[g][y]);
        let (stays_f, stays_g) = (self.readers[f][1 - x], self.readers[g][1 - y]);
        let possible = self.allowed[f][leaves_g]
            && self.allowed[g][leaves_f]
            && leaves_f != leaves_g
            && leaves_g != stays_f
            && leaves_f != stays_g;
        if !possible {
            return false;
        }
        let before = [pair(stays_f, leaves_f), pair(stays_g, leaves_g)];
        let after = [pair(stays_f, leaves_g), pair(stays_g, leaves_f)];
        let squares = |pairs: &BTreeMap<(usize, usize), i64>| {
            let mut keys = [before, after].concat();
            keys.sort_unstable();
            keys.dedup();
            keys.iter().map(|key| pairs.get(key).map_or(0, |count| count * count)).sum::<i64>()
        };
        let old = squares(pairs);
        before.iter().for_each(|key| *pairs.entry(*key).or_default() -= 1);
        after.iter().for_each(|key| *pairs.entry(*key).or_default() += 1);
        if squares(pairs) < old {
            self.readers[f][x] = leaves_g;
            self.readers[g][y] = leaves_f;
            return true;
        }
        before.iter().for_each(|key| *pairs.entry(*key).or_default() += 1);
        after.iter().for_each(|key| *pairs.entry(*key).or_default() -= 1);
        false
    }
}

fn pair(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}
