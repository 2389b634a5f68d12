use std::collections::BTreeSet;

use super::*;

const TEAMS: [&str; 4] = ["East", "West", "North", "South"];

fn files(count: usize) -> Vec<CaseFile> {
    (0..count)
        .map(|i| CaseFile {
            serial: format!("S-{i:04}"),
            stratum: ["adults", "children", "justice"][i % 3].to_owned(),
            team: TEAMS[i / 3 % 4].to_owned(),
            training: false,
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
        training: false,
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

/// Files of which `training` are read by all: of no team, and some of every stratum.
fn with_training(count: usize, training: usize) -> Vec<CaseFile> {
    let mut files = files(count);
    for file in files.iter_mut().take(training) {
        (file.training, file.team) = (true, String::new());
    }
    files
}

#[test]
fn a_training_batch_is_read_by_all_and_leaves_the_rest_even() {
    let (files, mut readers) = (with_training(96, 6), readers(&["East", "West", "North", "South", "", ""]));
    let shared = share_files(&files, &readers, 0.2, "audit").expect("a plan");
    let of = |file: &CaseFile| shared.iter().filter(|a| a.serial == file.serial).collect::<Vec<_>>();
    for file in &files[..6] {
        let readings: Vec<u8> = of(file).iter().map(|a| a.reading).collect();
        assert_eq!(readings, [1, 2, 3, 4, 5, 6]);
        assert_eq!(of(file).iter().map(|a| a.reader.as_str()).collect::<BTreeSet<_>>().len(), 6);
    }
    // What is not for training keeps all its rules: 90 files, a fifth of them twice.
    let rest: Vec<CaseFile> = files[6..].to_vec();
    let own: Vec<Assignment> = shared.iter().filter(|a| rest.iter().any(|f| f.serial == a.serial)).cloned().collect();
    check_rules(&rest, &readers, 18, &own);
    let load = |r: &Reader| shared.iter().filter(|a| a.reader == r.code).count();
    assert_eq!(spread(readers.iter().map(load)), 0, "36 + 108 readings over 6 readers");
    for stratum in ["adults", "children", "justice"] {
        let count = |r: &Reader| {
            let here = |a: &&Assignment| files.iter().any(|f| f.serial == a.serial && f.stratum == stratum);
            shared.iter().filter(|a| a.reader == r.code).filter(here).count()
        };
        assert!(spread(readers.iter().map(count)) <= 1, "{stratum}");
    }
    // The reading that estimates use is everybody's in turn.
    let firsts = readers.iter().map(|r| {
        let is_first = |a: &&Assignment| a.reader == r.code && a.reading == 1;
        shared.iter().filter(is_first).filter(|a| files[..6].iter().any(|f| f.serial == a.serial)).count()
    });
    assert!(spread(firsts) <= 2);
    // The same capacities hold, and just do.
    readers.iter_mut().for_each(|reader| reader.capacity = Some(24));
    assert_eq!(share_files(&files, &readers, 0.2, "audit").expect("a plan").len(), 144);
    readers[4].capacity = Some(23);
    let error = share_files(&files, &readers, 0.2, "audit").expect_err("one reading too many").to_string();
    assert!(error.contains("144 readings are needed, and the readers can do 143"), "{error}");
}

#[test]
fn a_file_of_a_readers_team_is_nothing_to_train_on() {
    let mut files = files(12);
    files[0].training = true;
    let error = share_files(&files, &readers(&["East", "West", ""]), 0.0, "audit").expect_err("an error").to_string();
    assert!(error.contains("readable by all readers; 2 of 3 may read it"), "{error}");
}

#[test]
fn reserves_come_to_readers_without_moving_other_files() {
    let (files, mut readers) = (with_training(40, 2), readers(&["East", "West", "", ""]));
    let shared = share_files(&files, &readers, 0.25, "audit").expect("a plan");
    let reserve =
        |serial: &str, team: &str| Some(CaseFile { serial: serial.into(), team: team.into(), ..CaseFile::default() });
    let twice = shared.iter().find(|a| a.reading == 2 && files[2..].iter().any(|f| f.serial == a.serial)).expect("one");
    let readers_of = |serial: &str, shared: &[Assignment]| {
        shared.iter().filter(|a| a.serial == serial).map(|a| a.reader.clone()).collect::<Vec<_>>()
    };
    let change = |struck: &str, reserve| Change { struck_off: Some(struck.to_owned()), reserve };
    let changes = [change(&twice.serial, reserve("X1", "")), change(&files[0].serial, reserve("X2", "East"))];
    let given = share_reserves(&files, &readers, &shared, &changes, "audit").expect("room");
    assert_eq!(readers_of("X1", &given), readers_of(&twice.serial, &shared), "read by the two who had the other");
    let of_training = readers_of("X2", &given);
    assert!(of_training.len() == 1 && of_training[0] != "R0", "once, and never by the own team: {of_training:?}");
    // A later decision leaves the earlier ones alone.
    let more =
        [changes[0].clone(), changes[1].clone(), change("X1", None), change(&files[5].serial, reserve("X3", ""))];
    let later = share_reserves(&files, &readers, &shared, &more, "audit").expect("room");
    assert_eq!(later[..given.len()], given[..]);
    let load = |code: &str| shared.iter().filter(|a| a.reader == code).count();
    let full: Vec<usize> = readers.iter().map(|r| load(&r.code)).collect();
    readers.iter_mut().zip(full).for_each(|(reader, load)| reader.capacity = Some(load));
    let added = [Change { struck_off: None, reserve: reserve("X4", "") }];
    let error = share_reserves(&files, &readers, &shared, &added, "audit").expect_err("all are full").to_string();
    assert!(error.contains("nobody has room"), "{error}");
    assert!(share_reserves(&files, &readers, &shared, &changes, "audit").is_ok(), "a file struck off makes room");
}
