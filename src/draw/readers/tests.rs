use std::collections::BTreeSet;

use super::*;

const TEAMS: [&str; 4] = ["East", "West", "North", "South"];

fn files(count: usize) -> Vec<CaseFile> {
    (0..count)
        .map(|i| CaseFile {
            serial: format!("S-{i:04}"),
            stratum: ["adults", "children", "justice"][i % 3].to_owned(),
            team: TEAMS[i / 3 % 4].to_owned(),
        })
        .collect()
}

fn readers(teams: &[&str]) -> Vec<Reader> {
    let reader = |(i, team): (usize, &&str)| Reader { code: format!("R{i}"), team: (*team).to_owned(), capacity: None };
    teams.iter().enumerate().map(reader).collect()
}

/// Holds for every sharing out: all files read as often as asked, nobody twice, nobody their own team's, within capacity.
fn check_rules(files: &[CaseFile], readers: &[Reader], twice: usize, shared: &[Assignment]) {
    assert_eq!(shared.len(), files.len() + twice);
    assert_eq!(shared.iter().filter(|a| a.reading == 2).count(), twice);
    let pairs: BTreeSet<(&str, &str)> = shared.iter().map(|a| (a.serial.as_str(), a.reader.as_str())).collect();
    assert_eq!(pairs.len(), shared.len(), "nobody reads a file twice");
    let firsts: BTreeSet<&str> = shared.iter().filter(|a| a.reading == 1).map(|a| a.serial.as_str()).collect();
    assert_eq!(firsts.len(), files.len(), "every file is read");
    for assignment in shared {
        let file = files.iter().find(|f| f.serial == assignment.serial).expect("a file");
        let reader = readers.iter().find(|r| r.code == assignment.reader).expect("a reader");
        assert!(file.team.is_empty() || file.team != reader.team, "{assignment:?}");
    }
    for reader in readers {
        let load = shared.iter().filter(|a| a.reader == reader.code).count();
        assert!(reader.capacity.is_none_or(|capacity| load <= capacity), "{} has {load}", reader.code);
    }
}

fn spread(counts: impl Iterator<Item = usize>) -> usize {
    let counts: Vec<usize> = counts.collect();
    counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0)
}

#[test]
fn loads_strata_and_pairs_are_even() {
    let (files, readers) = (files(120), readers(&["East", "West", "North", "South", "", ""]));
    let shared = share_files(&files, &readers, 0.25, "audit").expect("a plan");
    check_rules(&files, &readers, 30, &shared);
    let load = |r: &Reader| shared.iter().filter(|a| a.reader == r.code).count();
    assert_eq!(spread(readers.iter().map(load)), 0, "150 readings over 6 readers");
    for stratum in ["adults", "children", "justice"] {
        let of = |a: &Assignment| files.iter().any(|f| f.serial == a.serial && f.stratum == stratum);
        let counts = readers.iter().map(|r| shared.iter().filter(|a| a.reader == r.code && of(a)).count());
        assert!(spread(counts) <= 1, "{stratum}");
        assert_eq!(shared.iter().filter(|a| a.reading == 2 && of(a)).count(), 10, "a quarter of every stratum twice");
    }
    let mut pairs: BTreeMap<BTreeSet<&str>, usize> = BTreeMap::new();
    for second in shared.iter().filter(|a| a.reading == 2) {
        let first = shared.iter().find(|a| a.serial == second.serial && a.reading == 1).expect("a first reading");
        *pairs.entry([first.reader.as_str(), second.reader.as_str()].into()).or_default() += 1;
    }
    assert_eq!(pairs.len(), 15, "all pairs of six readers occur");
    assert!(pairs.values().all(|count| (1..=3).contains(count)), "{pairs:?}");
    for reader in &readers {
        let of = |reading| {
            shared
                .iter()
                .filter(|a| a.reader == reader.code && a.reading == reading && pairs_file(&shared, &a.serial))
                .count()
        };
        assert!(of(1).abs_diff(of(2)) <= 2, "{} reads {} first and {} second", reader.code, of(1), of(2));
    }
}

fn pairs_file(shared: &[Assignment], serial: &str) -> bool {
    shared.iter().filter(|a| a.serial == serial).count() == 2
}

#[test]
fn neither_order_matters_and_the_seed_does() {
    let (files, readers) = (files(50), readers(&["East", "West", "", "South"]));
    let shared = share_files(&files, &readers, 0.2, "audit").expect("a plan");
    let (mut turned_files, mut turned_readers) = (files.clone(), readers.clone());
    turned_files.reverse();
    turned_readers.rotate_left(3);
    assert_eq!(share_files(&turned_files, &turned_readers, 0.2, "audit").expect("a plan"), shared);
    assert_ne!(share_files(&files, &readers, 0.2, "other").expect("a plan"), shared);
}

#[test]
fn capacities_are_kept_even_where_only_one_way_is_left() {
    // 12 files of East and 4 of West; East's reader may only have West's, so the others must take exactly East's.
    let file = |i: usize| CaseFile {
        serial: format!("S{i:02}"),
        stratum: "all".to_owned(),
        team: if i < 12 { "East" } else { "West" }.to_owned(),
    };
    let files: Vec<CaseFile> = (0..16).map(file).collect();
    let mut readers = readers(&["East", "", ""]);
    for (reader, capacity) in readers.iter_mut().zip([4, 5, 7]) {
        reader.capacity = Some(capacity);
    }
    let shared = share_files(&files, &readers, 0.0, "audit").expect("a plan");
    check_rules(&files, &readers, 0, &shared);
    assert_eq!(shared.iter().filter(|a| a.reader == "R0").count(), 4);
}

#[test]
fn what_is_impossible_is_said() {
    let problem = |files: &[CaseFile], readers: &[Reader], share| {
        share_files(files, readers, share, "audit").expect_err("an error").to_string()
    };
    let expect = |text: String, part: &str| assert!(text.contains(part), "{text:?} does not say {part:?}");
    let files = files(24);
    expect(problem(&files, &readers(&["East"]), 0.0), "of the team \"East\" need a reader; 0 of 1");
    expect(problem(&files, &readers(&["East", "West"]), 1.0), "need two readers");
    expect(problem(&files, &readers(&[""]), 0.1), "need two readers");
    expect(problem(&files, &[], 0.0), "no readers");
    expect(problem(&files, &readers(&["", ""]), 1.5), "between 0 and 1");
    expect(problem(&files, &readers(&["", ""]), f64::NAN), "between 0 and 1");
    let mut few = readers(&["", ""]);
    few.iter_mut().for_each(|r| r.capacity = Some(11));
    expect(problem(&files, &few, 0.0), "24 readings are needed, and the readers can do 22");
    // Two readers of East with room for plenty, but East's six files have room for only five.
    let mut tight = readers(&["East", ""]);
    tight[1].capacity = Some(5);
    expect(problem(&files, &tight, 0.0), "of the team \"East\" have no room");
    let mut twice = readers(&["", ""]);
    twice[1].code = "R0".to_owned();
    expect(problem(&files, &twice, 0.0), "code stands more than once");
    twice[1].code = " ".to_owned();
    expect(problem(&files, &twice, 0.0), "code is blank");
    assert_eq!(share_files(&[], &readers(&[""]), 0.5, "audit").expect("a plan"), []);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_plan_keeps_the_rules(
        count in 1_usize..60, teams in proptest::collection::vec(0_usize..5, 1..8),
        slack in proptest::collection::vec(0_usize..20, 8), share in 0.0_f64..1.0,
    ) {
        let files = files(count);
        let names: Vec<&str> = teams.iter().map(|&t| TEAMS.get(t).copied().unwrap_or("")).collect();
        let mut readers = readers(&names);
        let fair = count / readers.len() + 1;
        readers.iter_mut().zip(&slack).for_each(|(r, s)| r.capacity = Some(fair + s));
        let twice = (share * count as f64).round() as usize;
        if let Ok(shared) = share_files(&files, &readers, share, "any") {
            check_rules(&files, &readers, twice, &shared);
        }
    }
}
