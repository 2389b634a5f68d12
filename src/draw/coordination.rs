//! Coordination: drawing with earlier waves in view, so that the same people are not asked again, or are.
//!
//! **Classes.** The units of a stratum are told apart by their history: for every earlier wave that is given, the cell they
//! stood in (its stratum, or class, there), or that they were not in its frame. Within a class nothing but random numbers tells
//! units apart. Earlier draws were simple random samples within their cells, so whatever is decided here from counts alone
//! (how many of the class were drawn before, how many are drawn now) leaves every unit of a class with the same probability,
//! and the drawn of a class are a simple random sample of it.
//!
//! **Exact probabilities.** A class c of N_c of the stratum's N_h units gets n_c places such that E n_c = n_h N_c / N_h. So every
//! unit has n_h / N_h, as seen from before the first wave: newcomers, stayers, and those who changed their stratum. The shares
//! s_c = E(n_c | earlier draws) are rounded at random with the recipe `quorate-class-1`.
//!
//! **Shares.** Let b_c be those of a class who are barred (drawn in a wave to be avoided).
//! Where a class has room for its share whoever was drawn before, s_c does not depend on b_c. Where it might not, its share is
//! s_c = (N_c - b_c) π / (1 - f_c), with π = n_h / N_h and f_c the probability of having been barred: nobody barred is ever drawn,
//! and the expectation over the earlier waves is π N_c. The classes with room share the rest in proportion to N_c.
//! Where that cannot be, or f_c is not known, nothing is drawn.
//!
//! All this is done for main sample and reserve together, n_h + r_h places; of the n_c + r_c that a class gets, the main sample gets
//! its part rounded at random again (`quorate-class-main-1`), so that E n_c = n_h N_c / N_h holds for it by itself.
//!
//! Within its class, a panel that is kept gives as many as were asked for, those with the largest random numbers. The other places
//! go to those who are neither barred nor of the panel, by random number: upwards from the largest of the panel, then on from 0.
//! So under one seed a panel that is renewed in part goes along the numbers: who came first leaves first, and comes back last.
//! Sources: Ohlsson (1995), Coordination of samples using permanent random numbers, in *Business Survey Methods*; Nedyalkova,
//! Qualité and Tillé (2009), General framework for the rotation of units in repeated survey sampling.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::earlier::{Cell, Earlier, Purpose};
use super::number::labelled;
use super::stage::{Element, Stage, even_chance};
use super::{DrawDesign, Method, Past, Role};
use crate::error::{Error, Result};
use crate::statistics::allocation::allocate_within;
use crate::statistics::selection::rounded_at_random;

/// The name of the recipe by which the shares of classes are rounded at random; the text is the stratum and, each after a line
/// feed, the SHA-256 of the earlier sample files.
pub const CLASS_RECIPE: &str = "quorate-class-1";

/// The name of the recipe by which the main sample's part of every class's places is rounded at random; the text is the same.
pub const CLASS_MAIN_RECIPE: &str = "quorate-class-main-1";

/// Units of a stratum with the same history, and what was drawn of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassDrawn {
    /// For every earlier wave, the cell that they stood in; empty where they were not in its frame.
    pub history: Vec<String>,
    /// The units, N_c.
    #[serde(rename = "N_c")]
    pub population: usize,
    /// How many of them were drawn in waves that are avoided.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub barred: usize,
    /// How many of them were in the panel that is kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub panel: usize,
    /// The fewest and the most that could be drawn or held in reserve, whoever was drawn before.
    pub possible: [usize; 2],
    /// The units in the main sample, n_c.
    #[serde(rename = "n_c")]
    pub sample: usize,
    /// How many of these are of the panel.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub kept: usize,
    /// The units in reserve.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reserve: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a unit is to this draw by its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Fresh,
    Panel,
    Barred,
}

fn standing(past: &[Past], earlier: &[Earlier]) -> Standing {
    let is = |purpose: Purpose, counts: &dyn Fn(Role) -> bool| {
        past.iter().zip(earlier).any(|(past, wave)| wave.purpose == purpose && past.role.is_some_and(counts))
    };
    if is(Purpose::Keep, &|role| role == Role::Main) {
        Standing::Panel
    } else if is(Purpose::Avoid, &|_| true) {
        Standing::Barred
    } else {
        Standing::Fresh
    }
}

/// How many of these units can never be drawn or held in reserve, because a wave they were drawn in is avoided.
pub(super) fn barred<'a>(pasts: impl Iterator<Item = &'a [Past]>, earlier: &[Earlier]) -> usize {
    pasts.filter(|past| standing(past, earlier) == Standing::Barred).count()
}

/// Refuses designs whose probabilities would not be known.
pub(super) fn check(design: &DrawDesign) -> Result<()> {
    let earlier = &design.earlier;
    if earlier.is_empty() {
        return Ok(());
    }
    if design.method != Method::Simple || design.clusters.is_some() {
        return Err(Error::usage("earlier waves can be avoided or kept in simple random sampling of units only")
            .found(if design.clusters.is_some() { "clusters" } else { design.method.name() })
            .hint("use --method simple without --clusters; the probabilities of other methods would not be known"));
    }
    if earlier.iter().filter(|wave| wave.purpose == Purpose::Keep).count() > 1 {
        return Err(Error::usage("only one earlier sample can be kept").hint("name the latest wave of the panel"));
    }
    let twin = earlier.iter().enumerate().find(|(i, a)| earlier[..*i].iter().any(|b| a.sample_hash == b.sample_hash));
    if let Some((_, twin)) = twin {
        return Err(Error::usage("an earlier sample is named twice").found(twin.file.clone()));
    }
    match earlier.iter().find(|wave| !(0.0..=1.0).contains(&wave.share)) {
        Some(wave) => Err(Error::usage("the share of a panel that is kept must lie from 0 to 1")
            .found(wave.share.to_string())
            .hint("0.75 keeps three quarters")),
        None => Ok(()),
    }
}

struct Class {
    history: Vec<String>,
    /// By random number.
    fresh: Vec<usize>,
    panel: Vec<usize>,
    barred: usize,
    /// What is known of `barred` without knowing who was drawn.
    known: Known,
}

/// What is known of how many of a class are barred without knowing who was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Known {
    /// The fewest.
    least: usize,
    /// The most.
    most: usize,
    /// The probability of every unit, where it is known.
    chance: Option<f64>,
}

impl Class {
    fn population(&self) -> usize {
        self.free() + self.barred
    }

    fn free(&self) -> usize {
        self.fresh.len() + self.panel.len()
    }
}

/// Selects `size` of the elements of one stratum with their past in view.
pub(super) fn select(
    elements: &[Element<'_>],
    pasts: &[&[Past]],
    size: usize,
    reserve: usize,
    design: &DrawDesign,
    stratum: &str,
) -> Result<(Stage, Vec<ClassDrawn>)> {
    let earlier = &design.earlier;
    let mut by_number: Vec<usize> = (0..elements.len()).collect();
    by_number.sort_unstable_by_key(|&i| (elements[i].number, elements[i].name));
    let classes = classes(elements, &by_number, pasts, earlier);
    let all = size + reserve;
    let refuse = |why| refused(why, stratum, all, &classes);
    let Shares { expected, possible } = shares(&classes, all).map_err(refuse)?;
    if classes.iter().zip(&expected).any(|(class, share)| (share - 1e-9).ceil() as usize > class.free()) {
        return Err(refuse("too few are left who were not drawn before"));
    }
    // Places for main sample and reserve together, then those of the main sample among them. With the earlier samples in
    // the text, so that no two waves round alike.
    let text = earlier.iter().fold(stratum.to_owned(), |text, wave| text + "\n" + &wave.sample_hash);
    let start = |recipe| labelled(recipe, &design.seed, &text);
    let places = rounded_at_random(&expected, start(CLASS_RECIPE).k);
    let of_main: Vec<f64> = places.iter().map(|&n| n as f64 * size as f64 / all.max(1) as f64).collect();
    let counts = rounded_at_random(&of_main, start(CLASS_MAIN_RECIPE).k);
    let wanted = panel_wanted(&classes, earlier);
    let (mut is_main, mut is_reserve) = (vec![false; elements.len()], vec![false; elements.len()]);
    let mut drawn = Vec::new();
    for (c, class) in classes.iter().enumerate() {
        let (main, spare) = (counts[c], places[c] - counts[c]);
        let kept = wanted[c].max(main.saturating_sub(class.fresh.len())).min(main).min(class.panel.len());
        let (leaving, staying) = class.panel.split_at(class.panel.len() - kept);
        staying.iter().chain(&class.fresh[..main - kept]).for_each(|&i| is_main[i] = true);
        class.fresh[main - kept..].iter().chain(leaving).take(spare).for_each(|&i| is_reserve[i] = true);
        drawn.push(ClassDrawn {
            history: class.history.clone(),
            population: class.population(),
            barred: class.barred,
            panel: class.panel.len(),
            possible: possible[c],
            sample: main,
            kept,
            reserve: spare,
        });
    }
    let those = |which: &[bool]| by_number.iter().copied().filter(|&i| which[i]).collect::<Vec<_>>();
    let (main, rest) = (those(&is_main), those(&is_reserve));
    let start = start(CLASS_RECIPE);
    let start = (classes.len() > 1).then_some(start);
    let stages = vec![even_chance(size, elements.len()); elements.len()];
    Ok((Stage { main, rest, stages, joint: Vec::new(), start }, drawn))
}

fn classes(elements: &[Element<'_>], by_number: &[usize], pasts: &[&[Past]], earlier: &[Earlier]) -> Vec<Class> {
    let mut classes: BTreeMap<Vec<&str>, Class> = BTreeMap::new();
    for &i in by_number {
        let history: Vec<&str> = pasts[i].iter().map(|past| past.cell.as_str()).collect();
        let class = classes.entry(history).or_insert_with_key(|history| Class {
            history: history.iter().map(|&cell| cell.to_owned()).collect(),
            fresh: Vec::new(),
            panel: Vec::new(),
            barred: 0,
            known: Known { least: 0, most: 0, chance: None },
        });
        match standing(pasts[i], earlier) {
            Standing::Fresh => class.fresh.push(i),
            Standing::Panel => class.panel.push(i),
            Standing::Barred => class.barred += 1,
        }
    }
    let mut classes: Vec<Class> = classes.into_values().collect();
    for class in &mut classes {
        let rank = |i: &usize| (elements[*i].number, elements[*i].name);
        if let Some(last) = class.panel.last().map(rank) {
            let below = class.fresh.iter().filter(|i| rank(i) < last).count();
            class.fresh.rotate_left(below);
        }
    }
    classes.iter_mut().for_each(|class| class.known = known(&class.history, class.population(), earlier));
    classes
}

/// What is known of how many of a class with this history are barred, without knowing who was drawn.
///
/// The probability is known of one wave, of several that avoided each other, and of several that were drawn under different
/// seeds without regard to each other.
fn known(history: &[String], population: usize, earlier: &[Earlier]) -> Known {
    let stood = |purpose: Purpose| {
        let waves = history.iter().zip(earlier).filter(move |(_, wave)| wave.purpose == purpose);
        waves.filter_map(|(cell, wave)| Some((wave, wave.cells.get(cell)?))).collect::<Vec<_>>()
    };
    let avoided = stood(Purpose::Avoid);
    let most = avoided.iter().map(|(_, cell)| cell.possible[1]).sum::<usize>().min(population);
    // The panel is not barred, whatever else it was drawn in.
    if most == 0 || !stood(Purpose::Keep).is_empty() {
        return Known { least: 0, most, chance: (most == 0).then_some(0.0) };
    }
    let least = |cell: &Cell| (cell.possible[0] + population).saturating_sub(cell.population);
    let chances = || avoided.iter().map(|(_, cell)| cell.chance[0] as f64 / cell.chance[1] as f64);
    let pairs = || (0..avoided.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let wave = |i: usize| avoided[i].0;
    let apart = |(a, b): (usize, usize)| {
        wave(a).avoided.contains(&wave(b).sample_hash) || wave(b).avoided.contains(&wave(a).sample_hash)
    };
    let independent =
        |(a, b): (usize, usize)| wave(a).seed != wave(b).seed && !wave(a).coordinated && !wave(b).coordinated;
    let chance = if pairs().all(apart) {
        Some(chances().sum())
    } else if pairs().all(independent) {
        Some(1.0 - chances().map(|p| 1.0 - p).product::<f64>())
    } else {
        None
    };
    Known { least: avoided.iter().map(|(_, cell)| least(cell)).max().unwrap_or(0), most, chance }
}

const UNKNOWN: &str = "how likely it was to be drawn before is not known for all";

/// The places that the classes of a stratum can expect.
struct Shares {
    /// The expected number of every class, given who was drawn before.
    expected: Vec<f64>,
    /// The fewest and the most that every class could get, whoever was drawn before.
    possible: Vec<[usize; 2]>,
}

/// Shares `size` places out over the classes; see the head of this file.
fn shares(classes: &[Class], size: usize) -> Result<Shares, &'static str> {
    const SAME: f64 = 1e-9;
    let population: usize = classes.iter().map(Class::population).sum();
    let rate = size as f64 / population as f64;
    let whole = |low: f64, high: f64| [(low + SAME).floor().max(0.0) as usize, (high - SAME).ceil().max(0.0) as usize];
    // With one class, its number of places is the stratum's, whatever was drawn before.
    if let [_] = classes {
        return Ok(Shares { expected: vec![size as f64], possible: vec![[size; 2]] });
    }
    let roomy = |class: &Class| {
        let share = (rate * class.population() as f64).floor() as usize;
        class.known.most == 0 || share + 2 <= class.population() - class.known.most
    };
    let is_roomy: Vec<bool> = classes.iter().map(roomy).collect();
    let mut shares = Shares { expected: vec![0.0; classes.len()], possible: vec![[0; 2]; classes.len()] };
    // What the others leave to the classes with room: as it is, and its bounds whoever was drawn before.
    let (mut left, mut least, mut most) = (size as f64, size as f64, size as f64);
    for (i, class) in classes.iter().enumerate().filter(|(i, _)| !is_roomy[*i]) {
        let chance = class.known.chance.ok_or(UNKNOWN)?;
        if rate > 1.0 - chance + 1e-12 {
            return Err("too many were drawn before");
        }
        let factor = (rate / (1.0 - chance)).min(1.0);
        let of = |barred: usize| (class.population() - barred) as f64 * factor;
        shares.expected[i] = of(class.barred);
        shares.possible[i] = whole(of(class.known.most), of(class.known.least));
        left -= of(class.barred);
        least -= of(class.known.least);
        most -= of(class.known.most);
    }
    let room: usize = classes.iter().zip(&is_roomy).filter(|(_, roomy)| **roomy).map(|(c, _)| c.population()).sum();
    if least < -SAME || (room == 0 && size > 0) {
        return Err("too many were drawn before");
    }
    for (i, class) in classes.iter().enumerate().filter(|(i, _)| is_roomy[*i]) {
        // In this order, shares that are whole numbers come out whole.
        let of = |places: f64| places * class.population() as f64 / room as f64;
        shares.expected[i] = of(left);
        shares.possible[i] = whole(of(least), of(most));
        if shares.possible[i][1] > class.population() - class.known.most {
            return Err("too many were drawn before");
        }
    }
    Ok(shares)
}

/// How many of every class's panel are wanted: the share of the stratum's panel, over the classes in proportion.
fn panel_wanted(classes: &[Class], earlier: &[Earlier]) -> Vec<usize> {
    let panels: Vec<usize> = classes.iter().map(|class| class.panel.len()).collect();
    let share = earlier.iter().find(|wave| wave.purpose == Purpose::Keep).map_or(0.0, |wave| wave.share);
    let wanted = (share * panels.iter().sum::<usize>() as f64 + 0.5).floor() as usize;
    allocate_within(&panels, &panels, wanted.min(panels.iter().sum())).unwrap_or(panels)
}

fn refused(why: &str, stratum: &str, size: usize, classes: &[Class]) -> Error {
    let population: usize = classes.iter().map(Class::population).sum();
    let barred: usize = classes.iter().map(|class| class.barred).sum();
    Error::data(format!("the earlier waves cannot be avoided in the stratum \"{stratum}\" with known probabilities: {why}"))
        .found(format!("{size} to draw of {population}, of whom {barred} were drawn in the waves to be avoided"))
        .expected(format!("at most the {} who are left, or fewer where people joined or moved", population - barred))
        .hint(if size >= population {
            "the stratum is taken whole, so that everybody in it is drawn: join it with another, or leave its rows out by rule \
             before the draw"
        } else if why == UNKNOWN {
            "avoid waves that avoided each other, or that have seeds of their own; beside a panel that is kept none need be: under \
             one seed, who left it comes back last"
        } else {
            "draw fewer there, avoid fewer waves, or join small strata together"
        })
}

#[cfg(test)]
mod tests;
