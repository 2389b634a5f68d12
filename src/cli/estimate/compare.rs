//! Differences between the groups of a column, and of each group from all, with tests.

use super::data::Columns;
use super::domain::Domain;
use super::figure::Named;
use super::label;
use super::rows::{Maker, both};
use super::tested::{Line, Tested};
use super::writer::Footing;
use crate::statistics::Estimate;
use crate::statistics::compare::Test;
use crate::statistics::linearised::Linearised;

/// A difference to test.
struct Pair {
    group: String,
    one: usize,
    other: usize,
}

/// The lines of all differences of some figures.
pub(super) fn lines(
    maker: &Maker<'_>,
    figures: &[Named<'_>],
    columns: &Columns<'_>,
    domains: &[Domain],
    compared: usize,
) -> Vec<Line> {
    let groups = columns.values(compared);
    let mut lines = Vec::new();
    for domain in domains {
        // The groups that the domain meets, and last the whole domain.
        let mut labels: Vec<&str> = Vec::new();
        let mut members: Vec<Vec<bool>> = Vec::new();
        for (code, level) in groups.levels().iter().enumerate() {
            let inside: Vec<bool> =
                domain.members.iter().zip(groups.codes()).map(|(&is, &c)| is && c as usize == code).collect();
            if inside.contains(&true) {
                labels.push(level);
                members.push(inside);
            }
        }
        let met = labels.len();
        members.push(domain.members.clone());
        let mut pairs = Vec::new();
        for (one, label) in labels.iter().enumerate() {
            // Each with every later group; with all at the end.
            for (other, against) in labels.iter().enumerate().skip(one + 1) {
                pairs.push(Pair { group: label::difference(label, against), one, other });
            }
        }
        for (one, label) in labels.iter().enumerate() {
            pairs.push(Pair { group: label::difference(label, "(all)"), one, other: met });
        }
        let by = label::with(&domain.by, columns.name(compared));
        let footing = maker.footing(&domain.members);
        for Named { variable, response, words, figure } in figures {
            let estimates: Vec<Linearised> =
                members.iter().map(|inside| figure.of(maker.sample(), inside)).collect();
            for pair in &pairs {
                let (one, other) = (&estimates[pair.one], &estimates[pair.other]);
                let test = tested(maker, &one.minus(other), footing);
                let sides = [one, other].map(|side| maker.sample().estimate(side, footing.df));
                let mut flags = concerns(&sides, figure.is_share(), footing);
                if figure.statistic() == "quantile" && sides.iter().any(|side| side.se.is_nan() && side.base.n > 1) {
                    flags.push("open-interval");
                }
                let what = format!("t-test of {}s", figure.statistic());
                lines.push(Line::Tested(Box::new(Tested {
                    statistic: "difference",
                    variable: variable.clone(),
                    response: response.clone(),
                    by: by.clone(),
                    // The parts of a difference are escaped already.
                    group: if domain.group.is_empty() {
                        pair.group.clone()
                    } else {
                        format!("{}|{}", domain.group, pair.group)
                    },
                    base: both(one, other, pair.other == met),
                    test,
                    how: words.iter().cloned().chain([what]).collect(),
                    flags,
                    family: format!("{}|{variable}|{response}|{by}|{}", figure.statistic(), domain.group),
                })));
            }
        }
    }
    lines
}

/// The test of a contrast; what is not known has no interval.
pub(super) fn tested(maker: &Maker<'_>, contrast: &Linearised, footing: Footing) -> Test {
    let se = maker.sample().estimate(contrast, footing.df).se;
    let mut test = Test::of(contrast.value, se, footing.df, maker.writer.choices.critical);
    if test.se == 0.0 && !footing.census {
        // All answers are the same on every side: a difference without a known error.
        (test.se, test.ci_low, test.ci_high) = (f64::NAN, f64::NAN, f64::NAN);
    }
    test
}

/// What to beware of in a comparison of these estimates.
pub(super) fn concerns(sides: &[Estimate], shares: bool, footing: Footing) -> Vec<&'static str> {
    let mut flags = Vec::new();
    let mut add = |flag, is: bool| {
        if is && !flags.contains(&flag) {
            flags.push(flag);
        }
    };
    for side in sides {
        add("empty", side.base.n == 0);
        if footing.census {
            add("census", side.base.n > 0);
            continue;
        }
        add("zero-cell", shares && side.value <= 0.0);
        add("all-same", side.base.n > 1 && if shares { side.value >= 1.0 } else { side.se == 0.0 });
        add("one-unit", side.base.n == 1);
    }
    flags
}
