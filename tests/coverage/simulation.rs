//! How often the intervals for proportions hold the truth, over the designs that councils have.
//!
//! A population of N people in four strata of uneven size (50, 25, 15, 10 per cent), the smaller ones sampled more
//! heavily (40, 25, 20, 15 of 100); the chance of a yes differs between strata by up to a factor of about two in odds.
//! 100 are drawn without replacement within strata; shares are estimated with weights N_h / n_h and the finite
//! population correction, for everyone and for groups that hold 10 to 40 of the 100.
//!
//! The table of `STATISTICS.md` is made by
//! `cargo test --test reference -- --ignored --nocapture coverage`.

use quorate::statistics::interval::Proportion;
use quorate::statistics::linearised::{everyone, proportion};
use quorate::statistics::{Critical, Design, Method};

/// A named generator of its own (SplitMix64), so that the table is the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A population: for each stratum its people, each with yes or no and in the group or not.
struct Population {
    strata: Vec<Vec<(bool, bool)>>,
}

const SAMPLED: [usize; 4] = [40, 25, 20, 15];
const PARTS: [f64; 4] = [0.50, 0.25, 0.15, 0.10];
/// How the log-odds of a yes differ between strata.
const TILT: [f64; 4] = [0.1, -0.3, 0.3, 0.0];

impl Population {
    /// Exactly round(N_h p_h) yeses in each stratum; the group is spread at random.
    fn new(size: usize, p: f64, group: f64, chance: &mut Chance) -> Self {
        let strata = (0..4)
            .map(|h| {
                let people = (size as f64 * PARTS[h]).round() as usize;
                let odds = (p / (1.0 - p)) * TILT[h].exp();
                let yes = (people as f64 * odds / (1.0 + odds)).round() as usize;
                let mut answers: Vec<bool> = (0..people).map(|i| i < yes).collect();
                shuffle(&mut answers, people, chance);
                answers.into_iter().map(|yes| (yes, chance.share() < group)).collect()
            })
            .collect();
        Population { strata }
    }

    fn truth(&self, of_group: bool) -> f64 {
        let met = self.strata.iter().flatten().filter(|(_, inside)| *inside || !of_group);
        let (yes, all) = met.fold((0.0, 0.0), |(yes, all), (y, _)| (yes + f64::from(u8::from(*y)), all + 1.0));
        yes / all
    }

    /// One sample: its design, answers and group.
    fn sample(&mut self, chance: &mut Chance) -> (Design, Vec<u32>, Vec<bool>) {
        let (mut weights, mut strata, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        let (mut codes, mut inside) = (Vec::new(), Vec::new());
        for (h, people) in self.strata.iter_mut().enumerate() {
            shuffle(people, SAMPLED[h], chance);
            for &(yes, group) in &people[..SAMPLED[h]] {
                weights.push(people.len() as f64 / SAMPLED[h] as f64);
                strata.push(h as u32);
                counts.push(people.len() as f64);
                codes.push(u32::from(yes));
                inside.push(group);
            }
        }
        let design = Design::of(&weights).strata(&strata).population(&counts).build().expect("a sound design");
        (design, codes, inside)
    }
}

/// Puts a random choice of `first` to the front.
fn shuffle<T>(items: &mut [T], first: usize, chance: &mut Chance) {
    for at in 0..first {
        let other = at + chance.below(items.len() - at);
        items.swap(at, other);
    }
}

/// Share of samples whose interval holds the truth, and mean width, for each method.
fn coverage(size: usize, p: f64, group: Option<f64>, repeats: usize, seed: u64) -> Vec<(Method, f64, f64)> {
    let mut chance = Chance(seed);
    let mut population = Population::new(size, p, group.unwrap_or(0.0), &mut chance);
    let truth = population.truth(group.is_some());
    let mut held = [0u32; 10];
    let mut width = [0.0; 10];
    let mut counted = 0u32;
    for _ in 0..repeats {
        let (design, codes, inside) = population.sample(&mut chance);
        let domain = if group.is_some() { inside } else { everyone(&design) };
        if !domain.contains(&true) {
            continue;
        }
        counted += 1;
        let found = proportion(&design, &domain, &codes, |code| code == 1).estimate(&design);
        let share = Proportion { p: found.value, se: found.se, n: found.base.n as f64, df: found.df };
        for (at, method) in Method::ALL.into_iter().enumerate() {
            let interval = share.interval(method, Critical::T(0.95));
            held[at] += u32::from(interval.low <= truth + 1e-12 && truth <= interval.high + 1e-12);
            width[at] += interval.high - interval.low;
        }
    }
    let counted = f64::from(counted);
    Method::ALL.into_iter().enumerate().map(|(at, m)| (m, f64::from(held[at]) / counted, width[at] / counted)).collect()
}

#[test]
fn the_default_interval_holds_what_it_promises() {
    for (p, group) in [(0.1, None), (0.5, None), (0.3, Some(0.2))] {
        for (method, held, _) in coverage(1000, p, group, 400, 11) {
            if method == Method::DEFAULT {
                assert!(held > 0.92, "{method:?} {p} {group:?}: {held}");
            }
        }
    }
}

#[test]
#[ignore = "takes minutes: makes the table of STATISTICS.md"]
fn coverage_table() {
    let names: Vec<&str> = Method::ALL.iter().map(|method| method.name()).collect();
    let mut lines = vec![
        format!("| population | share | base | {} |", names.join(" | ")),
        format!("| --- | --- | --- |{}", " --- |".repeat(names.len())),
    ];
    let mut lowest = [1.0f64; 10];
    let mut sums = [(0.0, 0.0); 10];
    let mut rows = 0.0;
    for (size, group, base) in [
        (500, None, "100"),
        (1000, None, "100"),
        (5000, None, "100"),
        (1000, Some(0.4), "about 40"),
        (1000, Some(0.2), "about 20"),
        (1000, Some(0.1), "about 10"),
    ] {
        for p in [0.02, 0.05, 0.1, 0.3, 0.5, 0.8, 0.95, 0.98] {
            let seed = size as u64 * 1000 + (p * 100.0) as u64 + group.map_or(0, |g| (g * 1e6) as u64);
            let found = coverage(size, p, group, 2000, seed);
            let cells: Vec<String> =
                found.iter().map(|(_, held, width)| format!("{:.1} ({:.0})", 100.0 * held, 100.0 * width)).collect();
            for (at, (_, held, width)) in found.iter().enumerate() {
                lowest[at] = lowest[at].min(*held);
                sums[at] = (sums[at].0 + held, sums[at].1 + width);
            }
            rows += 1.0;
            lines.push(format!("| {size} | {p} | {base} | {} |", cells.join(" | ")));
        }
    }
    let of = |each: &dyn Fn(usize) -> String| (0..10).map(each).collect::<Vec<_>>().join(" | ");
    lines.push(format!("| lowest | | | {} |", of(&|at| format!("{:.1}", 100.0 * lowest[at]))));
    let mean = |at: usize| format!("{:.1} ({:.0})", 100.0 * sums[at].0 / rows, 100.0 * sums[at].1 / rows);
    lines.push(format!("| mean | | | {} |", of(&mean)));
    let text = lines.join("\n") + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/coverage/table.md");
    std::fs::write(path, text).expect("the table can be written");
}
