//! Joining strata of one PSU with a neighbour.
//!
//! A stratum with one PSU tells nothing of the spread within it. Joined with another, the difference between the two
//! counts as spread, so the variance errs on the safe side (Cochran 1977, 5A.12). Which strata are joined must not hang on
//! the answers: here it follows from the order of the strata's codes alone.

use super::{Size, Stage};

/// Joins the first-stage strata of one PSU with their neighbours; `strata` are the units' codes.
///
/// Gives for each stratum made of several a row of each of these. What cannot be joined (there is no other stratum that
/// was not sampled whole) is left single.
pub(super) fn collapse(stages: &mut [Stage], strata: &[u32]) -> Vec<Vec<usize>> {
    let Some((first, further)) = stages.split_first_mut() else { return Vec::new() };
    let code = |stratum: usize| strata[first.strata[stratum].row as usize];
    let mut groups: Vec<Vec<usize>> =
        (0..first.strata.len()).filter(|&h| !first.strata[h].is_whole()).map(|h| vec![h]).collect();
    groups.sort_by_key(|group| code(group[0]));
    let sampled = |group: &[usize]| group.iter().map(|&h| first.strata[h].sampled).sum::<u32>();
    while groups.len() > 1
        && let Some(at) = groups.iter().position(|group| sampled(group) == 1)
    {
        // The next one, and for the last the one before.
        let second = if at + 1 < groups.len() { at + 1 } else { at };
        let joined = groups.remove(second);
        groups[second - 1].extend(joined);
    }
    // The new number of each old stratum: that of the first of its group, gaps closed.
    let mut leader: Vec<usize> = (0..first.strata.len()).collect();
    for group in &groups {
        let least = group.iter().copied().min().unwrap_or_default();
        group.iter().for_each(|&h| leader[h] = least);
    }
    let mut number = vec![u32::MAX; first.strata.len()];
    let mut sizes: Vec<Size> = Vec::new();
    for (old, size) in first.strata.iter().enumerate() {
        if leader[old] == old {
            number[old] = sizes.len() as u32;
            sizes.push(*size);
        } else {
            let new = number[leader[old]];
            number[old] = new;
            let into = &mut sizes[new as usize];
            into.sampled += size.sampled;
            into.population += size.population;
        }
    }
    let rows = |group: &Vec<usize>| group.iter().map(|&h| first.strata[h].row as usize).collect();
    let joined = groups.iter().filter(|group| group.len() > 1).map(rows).collect();
    first.stratum.iter_mut().for_each(|stratum| *stratum = number[*stratum as usize]);
    first.strata = sizes;
    // What the stages below are multiplied by hangs on the sampling fractions above them.
    let mut above: &Stage = first;
    for stage in further {
        for (parent, size) in stage.strata.iter_mut().enumerate() {
            let of_parent = &above.strata[above.stratum[parent] as usize];
            size.multiplier = of_parent.multiplier * f64::from(of_parent.sampled) / of_parent.population;
        }
        above = stage;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::super::{Design, DesignError, SinglePsu};

    fn joined(strata: &[u32]) -> Vec<Vec<usize>> {
        let weights = vec![1.0; strata.len()];
        let design = Design::of(&weights).strata(strata).single_psu(SinglePsu::Collapse).build().expect("sound");
        assert!(!design.has_single_psu());
        design.collapsed().to_vec()
    }

    #[test]
    fn a_single_stratum_joins_the_next_in_order() {
        // Codes in any order of rows: 5 has two units, 7 one, 8 two, 9 one.
        assert_eq!(joined(&[8, 5, 7, 8, 5, 9]), [vec![2, 0, 5]]);
        // Two singles side by side make a pair.
        assert_eq!(joined(&[1, 1, 2, 3, 4, 4]), [vec![2, 3]]);
        // The last one joins the one before it.
        assert_eq!(joined(&[1, 1, 2, 2, 3]), [vec![2, 4]]);
    }

    #[test]
    fn populations_add_up_and_a_census_takes_no_part() {
        let strata = [0, 0, 1, 2, 3, 3];
        let population = [20.0, 20.0, 6.0, 1.0, 30.0, 30.0];
        let design = Design::of(&[1.0; 6]).strata(&strata).population(&population).single_psu(SinglePsu::Collapse);
        let design = design.build().expect("sound");
        assert_eq!(design.collapsed(), [vec![2, 4]]);
        assert_eq!(design.stratum_size(design.stratum(4)), (3, 36.0));
        assert_eq!(design.degrees_of_freedom(), 3.0);
        assert_eq!(design.weights_from_population(), [10.0, 10.0, 6.0, 1.0, 15.0, 15.0]);
    }

    #[test]
    fn nothing_to_join_with_is_refused() {
        let alone = Design::of(&[1.0]).strata(&[3]).single_psu(SinglePsu::Collapse).build();
        assert_eq!(alone.map(|_| ()), Err(DesignError::SinglePsu { row: 0, stage: 1 }));
    }

    #[test]
    fn stages_below_follow_the_joined_fractions() {
        // Two strata of one cluster each out of 4 and 6; two units of 5 in each cluster.
        let design = Design::of(&[1.0; 4])
            .strata(&[0, 0, 1, 1])
            .clusters(&[0, 0, 0, 0])
            .clusters(&[0, 1, 0, 1])
            .nested(true)
            .population(&[4.0, 4.0, 6.0, 6.0])
            .population(&[5.0; 4])
            .single_psu(SinglePsu::Collapse)
            .build()
            .expect("sound");
        // First stage: 2 of 10, totals 3 and 7: 0.8 * 2 * 8. Second: 0.2 * 0.6 * 2 * (0.5 + 0.5).
        assert!((design.variance(&[1.0, 2.0, 3.0, 4.0]) - (12.8 + 0.24)).abs() < 1e-12);
    }
}
