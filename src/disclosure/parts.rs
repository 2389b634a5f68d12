//! Counts that are published beside the answers: how many returned in each group, and into what parts they fall.

use super::{Table, Thresholds, protect};

/// Which groups' numbers are hidden, given that everyone's number is known: those from 1 to below the threshold, and others as
/// far as they would give these away.
pub fn small_bases(bases: &[u64], threshold: u64) -> Vec<bool> {
    let table = Table::alike(vec![Vec::new(); bases.len()], bases.to_vec(), false, Vec::new());
    protect(&table, &[], Thresholds { base: threshold, cell: 0 }).bases
}

/// Which parts of each group's number are hidden, given that all these numbers and everyone's parts are known: those from 1 to below
/// the threshold, and others as far as they would give these away. `rows` are groups, each with its parts.
///
/// A group's number cannot be hidden here, so where that alone would help, nothing is told of any group.
pub fn parts(rows: &[Vec<u64>], threshold: u64) -> Vec<Vec<bool>> {
    let width = rows.first().map_or(0, Vec::len);
    let bases = rows.iter().map(|row| row.iter().sum()).collect();
    let table = Table::alike(rows.to_vec(), bases, true, vec![false; width]);
    let mut hidden = protect(&table, &vec![false; width], Thresholds { base: 0, cell: threshold });
    hidden.cells.truncate(rows.len());
    if hidden.bases.contains(&true) {
        hidden.cells.iter_mut().for_each(|row| row.fill(true));
    }
    hidden.cells
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_group_is_hidden_with_the_one_that_would_give_it_away() {
        assert_eq!(small_bases(&[20, 3, 9, 30], 5), [false, true, true, false]);
        assert_eq!(small_bases(&[20, 0, 9], 5), [false, false, false]);
        assert_eq!(small_bases(&[20, 3, 4, 30], 5), [false, true, true, false]);
    }

    /// All tables with the same numbers and totals that agree with what is shown: the lowest and highest count of each cell of
    /// two columns.
    fn ranges(rows: &[Vec<u64>], hidden: &[Vec<bool>]) -> Vec<(u64, u64)> {
        let open: Vec<usize> = (0..rows.len()).filter(|&row| hidden[row][0]).collect();
        let total: u64 = open.iter().map(|&row| rows[row][0]).sum();
        let most = |row: usize| rows[row].iter().sum::<u64>();
        open.iter()
            .map(|&row| {
                let others: u64 = open.iter().filter(|&&other| other != row).map(|&other| most(other)).sum();
                (total.saturating_sub(others), total.min(most(row)))
            })
            .collect()
    }

    proptest! {
        #[test]
        fn no_part_can_be_had_by_subtraction(
            rows in prop::collection::vec((0_u64..12, 0_u64..12), 1..7),
            threshold in 2_u64..6,
        ) {
            let rows: Vec<Vec<u64>> = rows.into_iter().map(|(a, b)| vec![a, b]).collect();
            let hidden = parts(&rows, threshold);
            for (row, hidden) in rows.iter().zip(&hidden) {
                prop_assert_eq!(hidden[0], hidden[1], "one of two parts is the rest of the number");
                let small = row.iter().any(|&count| count > 0 && count < threshold);
                prop_assert!(!small || hidden[0], "{:?}", row);
            }
            let all = hidden.iter().all(|row| row[0]);
            let open: Vec<&Vec<u64>> = rows.iter().zip(&hidden).filter(|(_, hidden)| hidden[0]).map(|(row, _)| row).collect();
            for (row, (low, high)) in open.iter().zip(ranges(&rows, &hidden)) {
                let small = row.iter().any(|&count| count > 0 && count < threshold);
                // Where even hiding everything does not help, everything is hidden.
                prop_assert!(!small || all || high - low >= threshold, "{:?} {} {}", row, low, high);
            }
        }
    }
}
