//! The data file of answers: what it tells of a person must fit several people.
//!
//! Stratum and groups together may single somebody out (the one man over 85 in a small area). Such values are withheld, as few
//! of them as will do, until at least as many people share what is left as the threshold says: k-anonymity by local
//! suppression (Sweeney, "Achieving k-anonymity privacy protection using generalization and suppression", 2002). The
//! stratum stays, because the weight tells it anyway.

use std::collections::BTreeMap;

/// Which values of each person to withhold: the smallest set of groups, the last ones first, without which at least `fewest`
/// people share the stratum and the groups that are left; all groups where even the stratum has fewer people.
///
/// `strata` and `groups` have one entry a person, `groups` one value a grouping in each.
pub fn withheld(strata: &[&str], groups: &[Vec<&str>], fewest: usize) -> Vec<Vec<bool>> {
    let groupings = groups.first().map_or(0, Vec::len);
    let mut choices: Vec<u32> = (0..1_u32 << groupings.min(16)).collect();
    // Fewer values first; among as many those of the later groupings.
    choices.sort_by_key(|choice| (choice.count_ones(), std::cmp::Reverse(*choice)));
    /// The stratum and the groups that are left.
    type Told<'a> = (&'a str, Vec<Option<&'a str>>);
    let told = |person: usize, choice: u32| -> Told<'_> {
        let left = (0..groupings).map(|at| (choice >> at & 1 == 0).then(|| groups[person][at]));
        (strata[person], left.collect())
    };
    let people = 0..groups.len();
    let sizes: Vec<BTreeMap<Told<'_>, usize>> = choices
        .iter()
        .map(|&choice| {
            people.clone().map(|person| told(person, choice)).fold(BTreeMap::new(), |mut sizes, told| {
                *sizes.entry(told).or_default() += 1;
                sizes
            })
        })
        .collect();
    people
        .map(|person| {
            let enough = |(at, choice): &(usize, &u32)| sizes[*at][&told(person, **choice)] >= fewest;
            let choice = choices.iter().enumerate().find(enough).map_or(u32::MAX, |(_, choice)| *choice);
            (0..groupings).map(|at| choice >> at.min(31) & 1 == 1).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::withheld;

    #[test]
    fn the_last_group_that_singles_somebody_out_is_withheld() {
        let strata = ["north"; 7];
        let groups: Vec<Vec<&str>> =
            [("w", "65+"), ("w", "65+"), ("w", "65+"), ("m", "65+"), ("m", "85+"), ("m", "85+"), ("m", "85+")]
                .map(|(sex, age)| vec![sex, age])
                .to_vec();
        let found = withheld(&strata, &groups, 3);
        let mut expected = vec![vec![false, false]; 7];
        // The one man of 65 and over: four men share his sex, four people his age; the later grouping goes.
        expected[3] = vec![false, true];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_person_alone_in_a_stratum_keeps_nothing_else() {
        let found = withheld(&["a", "a", "b"], &[vec!["x"], vec!["x"], vec!["x"]], 2);
        assert_eq!(found, [[false], [false], [true]]);
    }

    #[test]
    fn nothing_is_withheld_where_everyone_is_like_others() {
        assert_eq!(withheld(&["a", "a"], &[vec![], vec![]], 2), vec![Vec::<bool>::new(); 2]);
        assert!(withheld(&[], &[], 3).is_empty());
        assert_eq!(withheld(&["a", "b"], &[vec!["x"], vec!["y"]], 1), [[false], [false]]);
    }
}
