//! Cluster samples: clusters are drawn within strata, then all their units, or a simple random sample of them.

use std::collections::BTreeMap;

use super::design::Clusters;
use super::number::{CLUSTER_RECIPE, RandomNumber, labelled};
use super::sample::{Chosen, Strata, share_out};
use super::stage::{Element, SortOrder, check_measures, even_chance, select};
use super::{DrawDesign, Role, StratumDrawn, Unit};
use crate::error::{Error, Result};
use crate::statistics::allocation::allocate_within;

/// The clusters of one stratum: their names and units.
type Members<'a> = BTreeMap<&'a str, Vec<usize>>;

/// Draws clusters, then units.
///
/// The size counts clusters. A cluster's random number is that of its name under `quorate-cluster-1`; units within a
/// cluster go by their own. A cluster's measure of size is the sum of its units' measures, or their number where the units
/// have none. The reserve counts clusters where they are taken whole, and units of the drawn clusters otherwise.
pub(super) fn draw_clusters(
    units: &[Unit],
    numbers: &[RandomNumber],
    strata: &Strata<'_>,
    design: &DrawDesign,
    clusters: Clusters,
) -> Result<(Vec<Chosen>, Vec<StratumDrawn>)> {
    let grouped = grouped(units, strata)?;
    if design.method.by_size()
        && let Some(unit) = units.iter().find(|unit| unit.measure.is_some_and(|x| x < 0.0))
    {
        return Err(Error::data("a unit has a negative measure of size").found(unit.id.clone()));
    }
    let order = SortOrder::of(units.iter().map(|unit| unit.sort.as_slice()));
    let counts: Vec<usize> = grouped.iter().map(Members::len).collect();
    let whole = clusters.per_cluster.is_none();
    let first = DrawDesign { reserve: if whole { design.reserve } else { 0 }, ..design.clone() };
    let (sizes, reserves) = share_out(units, strata, &counts, &counts, &first, "clusters")?;

    let (mut chosen, mut drawn, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for (h, (stratum, members)) in strata.iter().enumerate() {
        let groups: Vec<(&str, Vec<usize>)> = grouped[h]
            .iter()
            .map(|(name, members)| {
                let mut members = members.clone();
                members.sort_unstable_by_key(|&i| (numbers[i], units[i].id.as_str()));
                (*name, members)
            })
            .collect();
        let elements: Vec<Element<'_>> =
            groups.iter().map(|(name, members)| element(name, members, units, &order, design)).collect();
        if design.method.by_size() {
            check_measures(&elements, "a measure of size")?;
        }
        let stage = select(&elements, sizes[h], design, stratum, &order)?;
        let before = chosen.len();
        for &c in &stage.main {
            let members = &groups[c].1;
            let taken = clusters.per_cluster.map_or(members.len(), |k| k.min(members.len()));
            let mut stages = vec![stage.stages[c]];
            stages.extend((!whole).then(|| even_chance(taken, members.len())));
            let with = |role, i: usize| Chosen { unit: i, role, stages: stages.clone() };
            chosen.extend(members[..taken].iter().map(|&i| with(Role::Main, i)));
            if !whole {
                let spare: Vec<Chosen> = members[taken..].iter().map(|&i| with(Role::Reserve, i)).collect();
                left.push((h, taken, spare));
            }
        }
        let sample = chosen.len() - before;
        for &c in stage.rest.iter().take(reserves[h]) {
            let stages = vec![stage.stages[c]];
            chosen.extend(groups[c].1.iter().map(|&unit| Chosen { unit, role: Role::Reserve, stages: stages.clone() }));
        }
        drawn.push(StratumDrawn {
            stratum: (*stratum).to_owned(),
            population: members.len(),
            sample,
            reserve: chosen.len() - before - sample,
            clusters: Some(groups.len()),
            clusters_drawn: Some(sizes[h]),
            start: stage.start,
            classes: Vec::new(),
        });
    }
    if !whole && design.reserve > 0 {
        hold_reserve(design.reserve, left, &mut chosen, &mut drawn)?;
    }
    Ok((chosen, drawn))
}

/// Shares the reserve of a two-stage sample out over the drawn clusters.
fn hold_reserve(
    reserve: usize,
    left: Vec<(usize, usize, Vec<Chosen>)>,
    chosen: &mut Vec<Chosen>,
    drawn: &mut [StratumDrawn],
) -> Result<()> {
    let taken: Vec<usize> = left.iter().map(|(_, taken, _)| *taken).collect();
    let spare: Vec<usize> = left.iter().map(|(_, _, spare)| spare.len()).collect();
    let shares = allocate_within(&taken, &spare, reserve).map_err(|_| {
        let spare: usize = spare.iter().sum();
        Error::data(format!("the reserve of {reserve} is more than the {spare} units left in the drawn clusters"))
            .hint("ask for a smaller reserve")
    })?;
    for ((h, _, spare), share) in left.into_iter().zip(shares) {
        chosen.extend(spare.into_iter().take(share));
        drawn[h].reserve += share;
    }
    Ok(())
}

fn element<'a>(
    name: &'a str,
    members: &[usize],
    units: &'a [Unit],
    order: &SortOrder,
    design: &DrawDesign,
) -> Element<'a> {
    let measures: Option<Vec<f64>> = members.iter().map(|&i| units[i].measure).collect();
    // Members stand in the order of their random numbers, so that the sum does not depend on the order of the frame.
    let measure = match measures {
        Some(measures) => Some(measures.iter().sum()),
        None if members.iter().all(|&i| units[i].measure.is_none()) => Some(members.len() as f64),
        None => None,
    };
    let sort = members.iter().map(|&i| units[i].sort.as_slice()).min_by(|a, b| order.compare(a, b)).unwrap_or_default();
    let number = labelled(CLUSTER_RECIPE, &design.seed, name).seen_from(design.origin());
    Element { number, name, measure, sort }
}

fn grouped<'a>(units: &'a [Unit], strata: &Strata<'a>) -> Result<Vec<Members<'a>>> {
    let mut home: BTreeMap<&str, &str> = BTreeMap::new();
    let mut grouped = Vec::new();
    for (stratum, members) in strata {
        let mut groups = Members::new();
        for &i in members {
            let cluster = units[i].cluster.as_deref().unwrap_or("");
            if cluster.trim().is_empty() {
                return Err(Error::data("a unit has no cluster")
                    .found(units[i].id.clone())
                    .hint("mend the frame, or leave such rows out with --exclude"));
            }
            if *home.entry(cluster).or_insert(stratum) != *stratum {
                return Err(Error::data(format!("the cluster \"{cluster}\" lies in more than one stratum"))
                    .found(format!("\"{}\" and \"{stratum}\"", home[cluster]))
                    .expected("every cluster within one stratum")
                    .hint(
                        "stratify by a property of the clusters, or join stratum and cluster in a column of their own",
                    ));
            }
            groups.entry(cluster).or_default().push(i);
        }
        grouped.push(groups);
    }
    Ok(grouped)
}
