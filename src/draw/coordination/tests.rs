use rayon::prelude::*;

use super::*;
use crate::draw::{DrawRecord, Sample, Source, Unit, Wave, draw, why, write_sample};

fn people(strata: &[(&str, std::ops::Range<usize>)]) -> Vec<Unit> {
    let unit =
        |stratum: &str, i: usize| Unit { id: format!("P{i:03}"), stratum: stratum.to_owned(), ..Unit::default() };
    strata.iter().flat_map(|(stratum, range)| range.clone().map(move |i| unit(stratum, i))).collect()
}

/// Three waves' frames: some die, some are born, some move (one alone, so that she has a history of her own).
fn frames() -> [Vec<Unit>; 3] {
    let first = people(&[("North", 0..30), ("South", 30..52), ("West", 52..64)]);
    // Five of the North and two of the South are gone; 3 move to the South, 1 to the North; 5 are new.
    let second = people(&[
        ("North", 5..27),
        ("South", 27..30),
        ("North", 30..31),
        ("South", 31..50),
        ("West", 52..64),
        ("North", 64..68),
        ("South", 68..69),
    ]);
    let third = people(&[
        ("North", 7..27),
        ("South", 27..29),
        ("West", 29..30),
        ("North", 30..31),
        ("South", 31..50),
        ("West", 52..63),
        ("North", 64..67),
        ("South", 67..73),
    ]);
    [first, second, third]
}

/// A sample, and what its files are made from.
struct Drawn {
    sample: Sample,
    design: DrawDesign,
    units: Vec<Unit>,
}

impl Drawn {
    /// The sample file and its record, as a later wave reads them.
    fn files(&self) -> Result<[String; 2]> {
        let text = write_sample(&self.sample, "id", &[])?;
        let record = DrawRecord::new(Source::default(), &self.design, &self.sample, &text).to_json();
        Ok([text, record])
    }
}

type Past<'a> = [(&'a Drawn, Purpose, f64)];

fn try_wave(units: &[Unit], mut design: DrawDesign, past: &Past<'_>) -> Result<Drawn> {
    let mut units = units.to_vec();
    for (i, (wave, purpose, share)) in past.iter().enumerate() {
        let [text, record] = wave.files()?;
        let wave = Wave::new(&format!("wave-{i}.csv"), *purpose, *share, &text, &record)?;
        design.earlier.push(wave.place(&mut units, None)?);
    }
    let sample = draw(&units, &design)?;
    Ok(Drawn { sample, design, units })
}

fn wave(units: &[Unit], design: DrawDesign, past: &Past<'_>) -> Drawn {
    try_wave(units, design, past).expect("a sample")
}

fn design(seed: impl Into<String>, size: usize, reserve: usize) -> DrawDesign {
    DrawDesign { reserve, minimum: 3, ..DrawDesign::new(seed, size) }
}

fn shared(a: &Drawn, b: &Drawn) -> usize {
    a.sample.units.iter().filter(|unit| b.sample.units.iter().any(|other| other.id == unit.id)).count()
}

/// Draws the last of some waves under many seeds, and compares how often every unit is in it with the probability stated:
/// Σ (O - E)² / (E (1 - π)) has about as many degrees of freedom as there are units; the bound lies five standard deviations out,
/// and the seeds are fixed, so that the test does not fail by chance.
fn frequencies(what: &str, units: &[Unit], seeds: usize, last: impl Fn(usize) -> Drawn + Sync + Send) {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    let mut stated: BTreeMap<String, f64> = BTreeMap::new();
    let waves: Vec<Drawn> = (0..seeds).into_par_iter().map(last).collect();
    for drawn in &waves {
        for unit in drawn.sample.main() {
            *counts.entry(unit.id.clone()).or_default() += 1.0;
        }
        for stratum in &drawn.sample.strata {
            let of = drawn.units.iter().filter(|unit| unit.stratum == stratum.stratum);
            let probability = stratum.sample as f64 / stratum.population as f64;
            stated.extend(of.map(|unit| (unit.id.clone(), probability)));
        }
        let main = drawn.sample.main().count();
        assert_eq!(main, drawn.design.size, "{what}: the size is kept");
        assert!(drawn.sample.main().all(|unit| unit.probability == stated[&unit.id]), "{what}");
    }
    assert_eq!(stated.len(), units.len());
    let term = |(id, p): (&String, &f64)| {
        let expected = seeds as f64 * p;
        (counts.get(id).unwrap_or(&0.0) - expected).powi(2) / (expected * (1.0 - p))
    };
    let chi_square: f64 = stated.iter().map(term).sum();
    let df = units.len() as f64;
    assert!(chi_square < df + 5.0 * (2.0 * df).sqrt(), "{what}: {chi_square} over {df} degrees of freedom");
    let worst = stated.iter().map(term).fold(0.0, f64::max);
    assert!(worst < 20.0, "{what}: one unit is {} standard deviations off", worst.sqrt());
}

const SEEDS: usize = 2000;

#[test]
fn whoever_is_avoided_is_not_drawn_and_all_keep_their_probabilities() {
    let frames = frames();
    for (what, again, reserve) in [("one seed", "", 0), ("two seeds", " again", 0), ("with a reserve", " again", 4)] {
        frequencies(what, &frames[1], SEEDS, |seed| {
            let first = wave(&frames[0], design(format!("{seed}"), 16, reserve), &[]);
            let second = wave(&frames[1], design(format!("{seed}{again}"), 15, 3), &[(&first, Purpose::Avoid, 1.0)]);
            assert_eq!(shared(&first, &second), 0, "{what}");
            second
        });
    }
}

#[test]
fn a_panel_stays_and_all_keep_their_probabilities() {
    let frames = frames();
    for share in [1.0, 0.5] {
        frequencies(&format!("keep {share}"), &frames[1], SEEDS, |seed| {
            let first = wave(&frames[0], design(format!("{seed}"), 16, 2), &[]);
            let second = wave(&frames[1], design(format!("{seed}"), 16, 0), &[(&first, Purpose::Keep, share)]);
            let left = first.sample.main().filter(|u| second.units.iter().any(|now| now.id == u.id)).count();
            let kept = first.sample.main().filter(|u| second.sample.main().any(|now| now.id == u.id)).count();
            let wanted = (share * left as f64).round() as usize;
            // Rounding may cost one in each of the strata; history of few people a little more.
            assert!(kept + 4 >= wanted && kept <= left, "{kept} of {left}");
            second
        });
    }
}

#[test]
fn a_third_wave_avoids_or_rotates_with_known_probabilities() {
    let frames = frames();
    let two = |seed: usize, purpose: Purpose, share: f64| {
        let first = wave(&frames[0], design(format!("{seed}"), 13, 0), &[]);
        let second = wave(&frames[1], design(format!("{seed} b"), 13, 0), &[(&first, purpose, share)]);
        (first, second)
    };
    frequencies("avoid the second, which avoided the first", &frames[2], SEEDS, |seed| {
        let (_, second) = two(seed, Purpose::Avoid, 1.0);
        let third = wave(&frames[2], design(format!("{seed}"), 13, 2), &[(&second, Purpose::Avoid, 1.0)]);
        assert_eq!(shared(&second, &third), 0);
        third
    });
    frequencies("avoid both", &frames[2], SEEDS, |seed| {
        let (first, second) = two(seed, Purpose::Avoid, 1.0);
        let past = [(&first, Purpose::Avoid, 1.0), (&second, Purpose::Avoid, 1.0)];
        let third = wave(&frames[2], design(format!("{seed}"), 13, 2), &past);
        assert_eq!(shared(&first, &third) + shared(&second, &third), 0);
        third
    });
    frequencies("rotate", &frames[2], SEEDS, |seed| {
        let (_, second) = two(seed, Purpose::Keep, 0.6);
        wave(&frames[2], design(format!("{seed}"), 13, 2), &[(&second, Purpose::Keep, 0.6)])
    });
}

/// With an unchanged frame and one seed, waves go along the random numbers as one would by hand.
#[test]
fn an_unchanged_frame_is_gone_through_in_order() {
    let units = people(&[("North", 0..30), ("South", 30..52)]);
    let whole = wave(&units, design("s", 52, 0), &[]);
    let order = |stratum: &str| -> Vec<String> {
        whole.sample.main().filter(|u| u.stratum == stratum).map(|u| u.id.clone()).collect()
    };
    let of = |drawn: &Drawn, stratum: &str| -> Vec<String> {
        drawn.sample.main().filter(|u| u.stratum == stratum).map(|u| u.id.clone()).collect()
    };
    let first = wave(&units, design("s", 13, 0), &[]);
    let again = wave(&units, design("s", 13, 0), &[(&first, Purpose::Keep, 1.0)]);
    let next = wave(&units, design("s", 13, 0), &[(&first, Purpose::Avoid, 1.0)]);
    let rotated = wave(&units, design("s", 13, 0), &[(&first, Purpose::Keep, 0.5)]);
    let further = wave(&units, design("s", 13, 0), &[(&rotated, Purpose::Keep, 0.5)]);
    for stratum in ["North", "South"] {
        let (all, n) = (order(stratum), of(&first, stratum).len());
        assert_eq!(of(&first, stratum), all[..n]);
        assert_eq!(of(&again, stratum), all[..n]);
        assert_eq!(of(&next, stratum), all[n..2 * n]);
        // Who was first in is first out, and comes back last.
        let kept = n.div_ceil(2);
        assert_eq!(of(&rotated, stratum), all[n - kept..2 * n - kept]);
        assert_eq!(of(&further, stratum)[..kept], all[2 * (n - kept)..2 * n - kept]);
    }
}

#[test]
fn why_names_the_earlier_wave() {
    let frames = frames();
    let first = wave(&frames[0], design("s", 16, 2), &[]);
    let say =
        |drawn: &Drawn, id: &str| why(&drawn.units, &drawn.design, &drawn.sample, id).expect("an answer").to_string();
    let second = wave(&frames[1], design("s", 15, 0), &[(&first, Purpose::Avoid, 1.0)]);
    let drawn = first.sample.main().find(|u| second.units.iter().any(|now| now.id == u.id)).expect("a stayer");
    let text = say(&second, &drawn.id);
    assert!(text.contains("drawn in the earlier wave wave-0.csv, so it is not drawn again"), "{text}");
    assert!(text.contains("was not drawn"), "{text}");
    assert!(say(&second, "P064").contains("not in the frame of the earlier wave"));
    let panel = wave(&frames[1], design("s", 15, 0), &[(&first, Purpose::Keep, 1.0)]);
    let kept = panel.sample.main().find(|u| first.sample.main().any(|then| then.id == u.id)).expect("one is kept");
    assert!(say(&panel, &kept.id).contains("so it is drawn again"));
}

#[test]
fn what_has_no_known_probabilities_is_refused() {
    let frames = frames();
    let first = wave(&frames[0], design("s", 16, 0), &[]);
    let says = |result: Result<Drawn>, part: &str| {
        let text = result.map(|_| ()).expect_err("an error").to_string();
        assert!(text.contains(part), "{text:?} does not say {part:?}");
    };
    let avoid = [(&first, Purpose::Avoid, 1.0)];
    says(try_wave(&frames[1], design("s", 60, 0), &avoid), "too many were drawn before");
    says(try_wave(&frames[0], design("s", 60, 0), &avoid), "too few are left");
    says(try_wave(&frames[1], design("s", 15, 60), &avoid), "the reserve of 60");
    says(try_wave(&frames[1], design("s", 15, 0), &[(&first, Purpose::Keep, 1.5)]), "from 0 to 1");
    says(try_wave(&frames[1], design("s", 15, 0), &[avoid[0], avoid[0]]), "named twice");
    let both = [(&first, Purpose::Keep, 1.0), (&wave(&frames[0], design("t", 16, 0), &[]), Purpose::Keep, 1.0)];
    says(try_wave(&frames[1], design("s", 15, 0), &both), "only one earlier sample");
    let sorted = DrawDesign { method: Method::Systematic, ..design("s", 15, 0) };
    says(try_wave(&frames[1], sorted.clone(), &avoid), "simple random sampling of units only");
    let systematic = wave(&frames[0], sorted, &[]);
    says(try_wave(&frames[1], design("s", 15, 0), &[(&systematic, Purpose::Avoid, 1.0)]), "cannot be avoided or kept");
    let [text, record] = first.files().expect("files");
    let touched = Wave::new("wave.csv", Purpose::Avoid, 1.0, &text.replacen("main", "reserve", 1), &record);
    let refused = touched.map(|_| ()).expect_err("an error").to_string();
    assert!(refused.contains("not as its record has it"), "{refused}");
    // Two earlier waves under one seed, neither avoiding the other: how many either took is not known of small classes.
    let shifted = wave(&frames[0], DrawDesign { shift: 0.3, ..design("s", 16, 0) }, &[]);
    let unknown = [(&first, Purpose::Avoid, 1.0), (&shifted, Purpose::Avoid, 1.0)];
    says(try_wave(&frames[1], design("s", 9, 0), &unknown), "not known for all");
}

#[test]
fn the_order_of_the_frame_does_not_matter_for_later_waves_either() {
    let frames = frames();
    let first = wave(&frames[0], design("s", 16, 2), &[]);
    let turned: Vec<Unit> = frames[1].iter().rev().cloned().collect();
    let past = [(&first, Purpose::Avoid, 1.0)];
    let (a, b) = (wave(&frames[1], design("s", 15, 3), &past), wave(&turned, design("s", 15, 3), &past));
    assert_eq!(a.files().expect("files"), b.files().expect("files"));
}
