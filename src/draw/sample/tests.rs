use std::collections::BTreeSet;

use super::*;
use crate::draw::{Allocation, Carried, Clusters, DrawRecord, Method, Source, read_sample, why, write_sample};

/// A frame of `sizes` units in strata A, B, C, ..., in clusters of about five, with measures 1 to 9.
fn frame(sizes: &[usize]) -> Vec<Unit> {
    let mut units = Vec::new();
    for (h, size) in sizes.iter().enumerate() {
        let stratum = char::from(b'A' + h as u8).to_string();
        units.extend((0..*size).map(|i| Unit {
            id: format!("{stratum}{i:04}"),
            cluster: Some(format!("{stratum}-{}", i / 5)),
            measure: Some((i % 9 + 1) as f64),
            sort: vec![(i % 4).to_string()],
            stratum: stratum.clone(),
            past: Vec::new(),
        }));
    }
    units
}

fn design(size: usize) -> DrawDesign {
    DrawDesign::new("test", size)
}

fn all_designs() -> Vec<DrawDesign> {
    let mut designs = Vec::new();
    for method in [Method::Simple, Method::Systematic, Method::Pps, Method::PpsPoisson] {
        for clusters in [None, Some(Clusters { per_cluster: None }), Some(Clusters { per_cluster: Some(2) })] {
            designs.push(DrawDesign { method, clusters, reserve: 3, shift: 0.6, ..design(9) });
        }
    }
    designs
}

#[test]
fn the_smallest_numbers_are_drawn_and_the_next_are_the_reserve() {
    let units = frame(&[30]);
    let sample = draw(&units, &DrawDesign { reserve: 4, ..design(10) }).expect("a sample");
    let mut by_number: Vec<&str> = units.iter().map(|u| u.id.as_str()).collect();
    by_number.sort_by_key(|id| permanent("test", id));
    assert_eq!(sample.units.iter().map(|u| u.id.as_str()).collect::<Vec<_>>(), by_number[..14]);
    assert!(sample.units[..10].iter().all(|u| u.role == Role::Main));
    assert!(sample.units[10..].iter().all(|u| u.role == Role::Reserve));
    assert_eq!(sample.units.iter().map(|u| u.order).collect::<Vec<_>>(), (1..=14).collect::<Vec<_>>());
    assert!(sample.units.iter().all(|u| u.population == 30 && u.design_weight == 3.0));
}

#[test]
fn the_order_of_the_frame_does_not_matter() {
    let units = frame(&[37, 53, 11]);
    let mut turned = units.clone();
    turned.reverse();
    turned.rotate_left(17);
    for design in all_designs() {
        let (a, b) = (draw(&units, &design).expect("a sample"), draw(&turned, &design).expect("a sample"));
        let file = |sample: &Sample| write_sample(sample, "id", &[]).expect("a file");
        assert_eq!(file(&a), file(&b), "{design:?}");
        assert_eq!(a.frame_hash, b.frame_hash);
        assert_eq!(a.strata, b.strata);
    }
}

#[test]
fn a_unit_that_joins_changes_others_only_at_the_margin() {
    let units = frame(&[200]);
    let before = draw(&units, &design(50)).expect("a sample");
    let mut more = units.clone();
    more.push(Unit { id: "late".to_owned(), ..units[0].clone() });
    let after = draw(&more, &design(50)).expect("a sample");
    let ids = |sample: &Sample| sample.main().map(|u| u.id.clone()).collect::<BTreeSet<_>>();
    let (before, after) = (ids(&before), ids(&after));
    let left: Vec<_> = before.difference(&after).collect();
    assert_eq!(left.len(), usize::from(after.contains("late")));
}

#[test]
fn waves_under_one_seed_keep_or_avoid_each_other() {
    let units = frame(&[300, 200]);
    let wave = |shift: f64| {
        let sample = draw(&units, &DrawDesign { shift, reserve: 30, ..design(100) }).expect("a sample");
        let stages: Vec<f64> = sample.units.iter().map(|u| u.probability).collect();
        assert!(stages.iter().all(|p| *p == 0.2));
        sample.units.iter().map(|u| u.id.clone()).collect::<BTreeSet<_>>()
    };
    let waves = [0.0, 0.5].map(wave);
    assert!(waves[0].is_disjoint(&waves[1]));
    assert_eq!(wave(0.0), waves[0]);
    let near = wave(0.02);
    assert!(near.intersection(&waves[0]).count() > 100, "a small step changes few");
    let past = design(5);
    assert!(draw(&units, &DrawDesign { shift: 1.0, ..past }).is_err());
}

#[test]
fn weights_add_up_to_the_population() {
    let units = frame(&[40, 60, 25]);
    for allocation in [Allocation::Proportional, Allocation::Equal, Allocation::Neyman, Allocation::Power] {
        let design = DrawDesign { allocation, minimum: 4, ..design(31) };
        let sample = draw(&units, &design).expect("a sample");
        for stratum in &sample.strata {
            let weights: f64 = sample.main().filter(|u| u.stratum == stratum.stratum).map(|u| u.design_weight).sum();
            assert!((weights - stratum.population as f64).abs() < 1e-9, "{allocation:?} {stratum:?}");
        }
        assert_eq!(sample.main().count(), 31);
    }
}

/// Every pair of a small frame, over many seeds: Σ (O - E)² / E over pairs, far inside its bound.
#[test]
fn joint_frequencies_agree_with_the_joint_probabilities() {
    const SEEDS: usize = 3000;
    let units = frame(&[9]);
    let mut counts: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
    for seed in 0..SEEDS {
        let design = DrawDesign { method: Method::PpsPoisson, ..DrawDesign::new(format!("seed {seed}"), 3) };
        let sample = draw(&units, &design).expect("a sample");
        assert_eq!(sample.joint.len(), 3, "three pairs of three");
        for (a, b, p) in sample.joint {
            let (a, b) = (sample.units[a].unit, sample.units[b].unit);
            let entry = counts.entry((a.min(b), a.max(b))).or_default();
            *entry = (entry.0 + 1.0, p);
        }
    }
    assert_eq!(counts.len(), 36, "every pair occurs");
    let total: f64 = counts.values().map(|(_, p)| p).sum();
    assert!((total - 3.0).abs() < 1e-9, "{total}");
    let chi_square: f64 =
        counts.values().map(|(count, p)| (count - SEEDS as f64 * p).powi(2) / (SEEDS as f64 * p)).sum();
    assert!(chi_square < 36.0 + 5.0 * 72.0_f64.sqrt(), "{chi_square} over about 36 degrees of freedom");
}

#[test]
fn two_stages_multiply() {
    let sample =
        draw(&frame(&[50, 52]), &DrawDesign { clusters: Some(Clusters { per_cluster: Some(2) }), ..design(6) });
    let sample = sample.expect("a sample");
    assert_eq!(
        sample.strata.iter().map(|s| (s.clusters, s.clusters_drawn)).collect::<Vec<_>>(),
        [(Some(10), Some(3)), (Some(11), Some(3))]
    );
    for unit in &sample.units {
        assert_eq!(unit.stage_probabilities.len(), 2);
        let product: f64 = unit.stage_probabilities.iter().product();
        assert_eq!(unit.probability, product);
    }
    let first: Vec<_> = sample.units.iter().filter(|u| u.stratum == "A").collect();
    assert_eq!(first.len(), 6);
    assert!(first.iter().all(|u| u.stage_probabilities == [0.3, 0.4]));
}

#[test]
fn clusters_in_proportion_to_size_with_equal_takes_are_self_weighting() {
    let mut units = frame(&[50, 30]);
    units.iter_mut().for_each(|u| {
        u.measure = None;
        u.stratum = "all".to_owned();
    });
    let clusters = Some(Clusters { per_cluster: Some(3) });
    let sample = draw(&units, &DrawDesign { method: Method::Pps, clusters, ..design(4) }).expect("a sample");
    assert_eq!(sample.units.len(), 12);
    assert!(sample.units.iter().all(|u| (u.probability - 12.0 / 80.0).abs() < 1e-15));
}

/// Chi-square of inclusion counts against their probabilities over many seeds.
///
/// For every stratum, Σ (O - E)² / (E (1 - π)) has about as many degrees of freedom as units less one for every stratum;
/// the bound lies far out (five standard deviations), and the seeds are fixed, so the test never fails by chance.
#[test]
fn inclusion_frequencies_agree_with_the_probabilities() {
    const SEEDS: usize = 2000;
    let units = frame(&[22, 18]);
    all_designs().into_par_iter().for_each(|base| {
        let mut counts = vec![0_usize; units.len()];
        let mut probabilities = vec![0.0; units.len()];
        for seed in 0..SEEDS {
            let design = DrawDesign { seed: format!("seed {seed}"), size: 5, reserve: 0, ..base.clone() };
            let (chosen, _, _) = choose(&units, &design).expect("a sample");
            for selected in chosen {
                counts[selected.unit] += 1;
                probabilities[selected.unit] = selected.stages.iter().map(|(p, _)| p).product();
            }
        }
        // Clusters of five go in and out together, which multiplies the spread of the statistic.
        let together = if base.clusters.is_some() { 5.0 } else { 1.0 };
        for stratum in ["A", "B"] {
            let of = (0..units.len()).filter(|&i| units[i].stratum == stratum);
            let terms = of.map(|i| {
                let (count, p) = (counts[i] as f64, probabilities[i]);
                let expected = SEEDS as f64 * p;
                (count - expected).powi(2) / (expected * (1.0 - p).max(1e-9))
            });
            let terms: Vec<f64> = terms.collect();
            let df = (terms.len() - 1) as f64;
            let (chi_square, bound) = (terms.iter().sum::<f64>(), df + 5.0 * (2.0 * df * together).sqrt());
            assert!(chi_square < bound, "{base:?}, {stratum}: {chi_square} over {df} degrees of freedom");
        }
    });
}

/// A reserve that is released enlarges the sample: main sample and reserve together have the chance (n + r) / N. That is exact
/// beside a simple sample, and beside a systematic one of a list that is sorted by identifier or by what nobody shares.
#[test]
fn with_its_reserve_a_sample_is_a_larger_random_sample() {
    const SEEDS: usize = 2000;
    let mut units = frame(&[30]);
    units.iter_mut().enumerate().for_each(|(i, unit)| unit.sort = vec![(i * 7 % 30).to_string()]);
    for method in [Method::Simple, Method::Systematic] {
        let mut counts = vec![0.0; units.len()];
        for seed in 0..SEEDS {
            let design = DrawDesign { method, reserve: 4, ..DrawDesign::new(format!("seed {seed}"), 8) };
            let (chosen, _, _) = choose(&units, &design).expect("a sample");
            chosen.iter().for_each(|selected| counts[selected.unit] += 1.0);
        }
        let (expected, p) = (SEEDS as f64 * 0.4, 0.4);
        let chi_square: f64 = counts.iter().map(|count| (count - expected).powi(2) / (expected * (1.0 - p))).sum();
        assert!(chi_square < 29.0 + 5.0 * 58.0_f64.sqrt(), "{method:?}: {chi_square} over 29 degrees of freedom");
    }
}

#[test]
fn what_the_frame_cannot_give_is_said() {
    let units = frame(&[10, 4]);
    let problem = |units: &[Unit], design: &DrawDesign| draw(units, design).expect_err("an error").to_string();
    let expect = |text: String, part: &str| assert!(text.contains(part), "{text:?} does not say {part:?}");
    expect(problem(&units, &design(15)), "the size 15 is more than the 14 units");
    expect(problem(&units, &design(0)), "at least 1");
    expect(problem(&units, &DrawDesign { seed: " ".to_owned(), ..design(3) }), "needs a seed");
    expect(problem(&units, &DrawDesign { seed: "a\nb".to_owned(), ..design(3) }), "one line");
    expect(problem(&units, &DrawDesign { minimum: 5, ..design(8) }), "the minimums need 9 units together");
    expect(problem(&units, &design(1)), "the minimums need 2 units together");
    expect(problem(&units, &DrawDesign { reserve: 9, ..design(6) }), "the reserve of 9 is more than the 8");
    expect(problem(&[], &design(6)), "no units");
    let mut bad = units.clone();
    bad[3].id = bad[2].id.clone();
    expect(problem(&bad, &design(6)), "1 identifiers stand in the frame more than once");
    bad[3].id = String::new();
    expect(problem(&bad, &design(6)), "1 of 14 units have no identifier");
    let mut bad = units.clone();
    bad[13].stratum = String::new();
    expect(problem(&bad, &design(6)), "1 of 14 units have no stratum");
    let pps = DrawDesign { method: Method::Pps, ..design(6) };
    for (measure, part) in [(None, "1 of 14 have no measure"), (Some(-1.0), "negative"), (Some(0.0), "of zero")] {
        let mut bad = units.clone();
        bad[5].measure = measure;
        expect(problem(&bad, &pps), part);
        expect(problem(&bad, &pps), "A0005");
    }
    let neyman = DrawDesign { allocation: Allocation::Neyman, ..design(6) };
    let plain: Vec<Unit> = units.iter().map(|u| Unit { measure: None, ..u.clone() }).collect();
    expect(problem(&plain, &neyman), "Neyman");
    let unknown = DrawDesign { deviations: [("Z".to_owned(), 1.0)].into(), ..neyman };
    expect(problem(&units, &unknown), "a stratum that the frame does not have");
    let mut split = units.clone();
    split.iter_mut().for_each(|u| u.cluster = Some("one".to_owned()));
    expect(
        problem(&split, &DrawDesign { clusters: Some(Clusters { per_cluster: None }), ..design(2) }),
        "more than one stratum",
    );
}

#[test]
fn a_sample_is_written_and_read_back() {
    let units = frame(&[10, 14]);
    for design in all_designs() {
        let design = DrawDesign { size: 4, reserve: 1, ..design };
        let sample = draw(&units, &design).expect("a sample");
        let teams: Vec<String> = units.iter().map(|u| format!("team, {}", u.sort[0])).collect();
        let carried = [
            Carried { name: "stratum".to_owned(), values: units.iter().map(|u| u.stratum.clone()).collect() },
            Carried { name: "team".to_owned(), values: teams.clone() },
        ];
        let text = write_sample(&sample, "carer", &carried).expect("a file");
        let (read, id, columns) = read_sample(&text, "test").expect("a sample");
        assert_eq!(id, "carer");
        assert_eq!(columns.len(), 1, "the stratum is not carried twice");
        let expected: Vec<&String> = sample.units.iter().map(|u| &teams[u.unit]).collect();
        assert_eq!(columns[0].values.iter().collect::<Vec<_>>(), expected);
        for (row, (read, drawn)) in read.iter().zip(&sample.units).enumerate() {
            assert_eq!(*read, Selected { unit: row, ..drawn.clone() });
        }
        assert_eq!(read.len(), sample.units.len());
    }
    assert!(read_sample("order,serial\n", "test").is_err());
    let head = "order,serial,id,stratum,stage_1_probability,probability,design_weight,population,role\n";
    for row in ["1,S,a,A,0.5,0.5,2,4,spare\n", "x,S,a,A,0.5,0.5,2,4,main\n", "1,S,a,A,0.5,,2,4,main\n", "1,S\n"] {
        assert!(read_sample(&format!("{head}{row}"), "test").is_err(), "{row}");
    }
}

#[test]
fn a_record_tells_what_changed() {
    let units = frame(&[10, 14]);
    let design = design(6);
    let sample = draw(&units, &design).expect("a sample");
    let record = DrawRecord::new(Source::default(), &design, &sample, "");
    let read = DrawRecord::from_json(&record.to_json()).expect("a record");
    assert_eq!(read, record);
    assert!(record.to_json().contains("\"N_h\": 10"), "{}", record.to_json());
    let populations = [("A".to_owned(), 10), ("B".to_owned(), 14)];
    assert_eq!(record.changes(&design, &sample.frame_hash, &populations), Vec::<String>::new());
    let other = DrawDesign { size: 7, seed: "other".to_owned(), ..design.clone() };
    let changes = record.changes(&other, "other", &[("A".to_owned(), 11)]);
    assert_eq!(
        changes,
        [
            "seed: \"test\" when drawn, \"other\" now",
            "size: 6 when drawn, 7 now",
            "the frame: A 10 when drawn, 11 now; B is gone",
        ]
    );
    let capped = DrawDesign { maximum: Some(9), ..design };
    assert_eq!(record.changes(&capped, &sample.frame_hash, &populations).len(), 1);
}

#[test]
fn why_agrees_with_the_sample() {
    let units = frame(&[20, 14]);
    let design = DrawDesign { reserve: 3, shift: 0.5, ..design(10) };
    let sample = draw(&units, &design).expect("a sample");
    for unit in &units {
        let why = why(&units, &design, &sample, &unit.id).expect("an answer");
        let stratum = sample.strata.iter().find(|s| s.stratum == unit.stratum).expect("its stratum");
        let by_place = match why.place {
            place if place <= stratum.sample => Some(Role::Main),
            place if place <= stratum.sample + stratum.reserve => Some(Role::Reserve),
            _ => None,
        };
        assert_eq!(why.role, by_place, "{why}");
    }
    let error = why(&units, &design, &sample, "A001").expect_err("an error").to_string();
    assert!(error.contains("did you mean \"A000"), "{error}");
}
