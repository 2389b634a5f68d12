use proptest::prelude::*;

use super::*;

const CELLS: Thresholds = Thresholds { base: 0, cell: 3 };

fn table(counts: &[&[u64]], net: &[bool]) -> Table {
    let counts: Vec<Vec<u64>> = counts.iter().map(|row| row.to_vec()).collect();
    let bases = counts.iter().map(|row| row.iter().sum()).collect();
    Table::alike(counts, bases, true, net.to_vec())
}

/// Every table that a reader cannot tell from the true one, by trying all: the lowest and highest count of each cell.
fn attack(table: &Table, hidden: &Hidden) -> Vec<Vec<(u64, u64)>> {
    let (groups, responses) = (table.counts.len(), table.responses());
    let total: u64 = table.everyone().iter().sum();
    let places: Vec<(usize, usize)> =
        (0..groups).flat_map(|g| (0..responses).map(move |r| (g, r))).filter(|&(g, r)| hidden.cells[g][r]).collect();
    let mut ranges: Vec<Vec<(u64, u64)>> = (0..groups).map(|_| vec![(u64::MAX, 0); responses]).collect();
    let everyone = table.everyone();
    let fits = |guess: &Vec<Vec<u64>>| {
        let sum_of =
            |row: &[u64], net: bool| -> u64 { (0..responses).filter(|&r| table.net[r] == net).map(|r| row[r]).sum() };
        let rows = (0..groups).all(|g| {
            let base = hidden.bases[g] || guess[g].iter().sum::<u64>() == table.bases[g];
            let net = hidden.nets[g] || sum_of(&guess[g], true) == sum_of(&table.counts[g], true);
            base && net
        });
        let columns: Vec<u64> = (0..responses).map(|r| guess.iter().map(|row| row[r]).sum()).collect();
        let all = columns.iter().sum::<u64>() == total
            && (hidden.nets[groups] || sum_of(&columns, true) == sum_of(&everyone, true));
        rows && all && (0..responses).all(|r| hidden.cells[groups][r] || columns[r] == everyone[r])
    };
    let mut guess = table.counts.clone();
    for &(g, r) in &places {
        guess[g][r] = 0;
    }
    loop {
        if fits(&guess) {
            for (row, ranges) in guess.iter().zip(&mut ranges) {
                for (&count, range) in row.iter().zip(ranges) {
                    *range = (range.0.min(count), range.1.max(count));
                }
            }
        }
        // The next guess, as an odometer counts.
        let mut at = 0;
        loop {
            let Some(&(g, r)) = places.get(at) else { return ranges };
            guess[g][r] += 1;
            if guess[g][r] <= total {
                break;
            }
            guess[g][r] = 0;
            at += 1;
        }
    }
}

#[test]
fn one_small_cell_takes_three_others_with_it() {
    let table = table(&[&[1, 9, 10], &[8, 7, 12], &[20, 11, 9]], &[false, false, false]);
    let hidden = protect(&table, &[false; 3], CELLS);
    assert_eq!(hidden.cells[0], [true, true, false]);
    assert_eq!(hidden.cells[1], [true, true, false]);
    assert_eq!(hidden.cells[2], [false; 3]);
    assert_eq!(hidden.means, [true, true, false, false]);
    assert_eq!(Network::new(&table, &hidden).cell(0, 0), Some((0, 9)), "8 of the second group, or 9 less of the other");
    assert_eq!(exposed(&table, &hidden, CELLS), None);
}

#[test]
fn a_net_that_would_name_the_hidden_cell_goes_with_it() {
    let yes_no = table(&[&[1, 30], &[9, 20], &[25, 8]], &[true, false]);
    let hidden = protect(&yes_no, &[false; 2], CELLS);
    assert!(hidden.cells[0].iter().all(|cell| *cell) && hidden.nets[0], "{hidden:?}");
    assert_eq!(exposed(&yes_no, &hidden, CELLS), None);
}

#[test]
fn a_small_group_takes_the_smallest_other_with_it() {
    let table = table(&[&[2, 1], &[10, 10], &[7, 4]], &[true, false]);
    let thresholds = Thresholds { base: 5, cell: 0 };
    let hidden = protect(&table, &[false; 2], thresholds);
    assert_eq!(hidden.bases, [true, false, true]);
    assert_eq!(Network::new(&table, &hidden).base(0), Some((0, 14)));
}

#[test]
fn nothing_is_hidden_without_a_reason() {
    let table = table(&[&[3, 9, 0], &[8, 7, 12]], &[true, false, false]);
    let hidden = protect(&table, &[false; 3], Thresholds { base: 5, cell: 3 });
    assert!(hidden.cells.iter().flatten().all(|cell| !cell) && hidden.bases.iter().all(|base| !base));
    let empty = Table::alike(Vec::new(), Vec::new(), true, vec![false; 2]);
    assert_eq!(exposed(&empty, &protect(&empty, &[false; 2], CELLS), CELLS), None);
}

#[test]
fn boxes_of_which_several_may_be_ticked_are_protected_by_column() {
    let mut table = table(&[&[1, 20], &[9, 25], &[5, 30]], &[false, false]);
    (table.exclusive, table.bases) = (false, vec![20, 25, 30]);
    table.weighted_bases = table.bases.clone();
    let hidden = protect(&table, &[false; 2], CELLS);
    assert_eq!(hidden.cells[..3], [[true, false], [false, false], [true, false]]);
    assert_eq!(Network::new(&table, &hidden).cell(0, 0), Some((0, 6)));
}

#[test]
fn a_rare_answer_is_hidden_for_everyone_with_the_next_rarest() {
    let everyone_of = everyone;
    let everyone = |counts: &[u64], net: &[bool], exclusive: bool, thresholds| {
        let bases = vec![counts.iter().sum()];
        everyone_of(&Table::alike(vec![counts.to_vec()], bases, exclusive, net.to_vec()), thresholds)
    };
    assert_eq!(everyone(&[2, 40, 30, 8], &[false; 4], true, CELLS), [true, false, false, true]);
    assert_eq!(everyone(&[2, 40, 30, 8], &[true, true, false, false], true, CELLS), [true, true, false, false]);
    assert_eq!(everyone(&[2, 40], &[true, false], true, CELLS), [true, true]);
    assert_eq!(everyone(&[3, 40], &[true, false], true, CELLS), [false, false]);
}

/// The second of two hidden areas counts half of the first: what is missing from a total moves the first by half as much.
#[test]
fn weights_narrow_what_a_reader_can_say() {
    let mut table = table(&[&[1, 9, 10], &[2, 7, 12], &[20, 11, 9]], &[false, false, false]);
    let times = [4, 2, 4];
    for (row, times) in table.weighted.iter_mut().zip(times) {
        row.iter_mut().for_each(|count| *count *= times);
    }
    table.weighted_bases.iter_mut().zip(times).for_each(|(base, times)| *base *= times);
    table.most = times.to_vec();
    let mut hidden = nothing(&table);
    for group in 0..2 {
        hidden.cells[group][..2].fill(true);
    }
    assert_eq!(Network::new(&table, &hidden).cell(0, 0), Some((0, 8)), "one of four and two of two");
    assert_eq!(exposed(&table, &hidden, CELLS), Some((0, Some(0))), "8 is two people of the first group");
    assert_eq!(exposed(&table, &protect(&table, &[false; 3], CELLS), CELLS), None);
}

fn tables() -> impl Strategy<Value = Table> {
    (2..4_usize, 2..4_usize).prop_flat_map(|(groups, responses)| {
        let counts = prop::collection::vec(prop::collection::vec(0..3_u64, responses), groups);
        let net = prop::collection::vec(any::<bool>(), responses);
        (counts, net).prop_map(|(counts, net)| {
            let bases = counts.iter().map(|row| row.iter().sum()).collect();
            Table::alike(counts, bases, true, net)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The flows give exactly the ranges that trying all tables gives.
    #[test]
    fn flows_equal_an_exhaustive_attack(table in tables(), mask in any::<u32>(), nets in any::<u8>()) {
        let groups = table.counts.len();
        let mut hidden = nothing(&table);
        let mut open = 0;
        for (at, cell) in hidden.cells.iter_mut().flatten().enumerate() {
            *cell = mask >> at & 1 == 1 && open < 4;
            open += usize::from(*cell && at < groups * table.responses());
        }
        for (at, net) in hidden.nets.iter_mut().enumerate() {
            *net |= nets >> at & 1 == 1;
        }
        let network = Network::new(&table, &hidden);
        let ranges = attack(&table, &hidden);
        for (g, row) in ranges.iter().enumerate() {
            for (r, range) in row.iter().enumerate() {
                prop_assert_eq!(network.cell(g, r).unwrap_or((table.counts[g][r], table.counts[g][r])), *range);
            }
        }
    }

    /// After protection an attack on the table tells nothing of a small cell or a small group.
    #[test]
    fn nothing_small_can_be_recovered(table in tables(), base in 0..6_u64) {
        let thresholds = Thresholds { base, cell: 3 };
        let all = table.everyone();
        let one = Table::alike(vec![all.clone()], vec![all.iter().sum()], true, table.net.clone());
        let exclusive = everyone(&one, thresholds);
        let hidden = protect(&table, &exclusive, thresholds);
        let found = exposed(&table, &hidden, thresholds);
        // Only when nothing at all is shown can the total of everyone still bound a group.
        prop_assert!(found.is_none() || hidden.bases.iter().all(|base| *base), "{:?}", hidden);
    }
}
