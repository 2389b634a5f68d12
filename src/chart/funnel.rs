//! Many groups within the limits of chance.

use rayon::prelude::*;

use super::dots::Axis;
use super::figure::{count, number, percent, share};
use super::palette::{Fill, Ink, Step};
use super::plane::Plane;
use super::sheet::{Anchor, Face, Sheet, width_of, wrap};
use super::width::Width;
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::results::{Funnel, Results};

/// A funnel for each question with many groups.
pub(super) fn all(results: &Results) -> Result<Vec<Chart>> {
    results.funnels.par_iter().map(|funnel| one(results, funnel)).collect()
}

fn one(results: &Results, funnel: &Funnel) -> Result<Chart> {
    let caption = Caption {
        name: format!("funnel-{}-{}", funnel.question, funnel.by),
        place: ChartPlace::Question(funnel.question.clone()),
        title: title(results, funnel),
        description: description(funnel),
        note: format!(
            "{} by {}, around the {} of {}. Limits: {}; 1 in 20 and 1 in 500 {} would lie outside by chance alone. A ring \
             marks {} beyond the 99.8% limits.{}{}",
            funnel.label,
            if funnel.noun == "groups" { super::figure::lower_first(&funnel.heading) } else { funnel.noun.to_owned() },
            percent(funnel.baseline),
            funnel.baseline_label,
            match funnel.limits {
                crate::statistics::funnel::Limits::Normal => "normal approximation to the binomial distribution",
                crate::statistics::funnel::Limits::Exact => "exact binomial quantiles, interpolated",
            },
            funnel.noun,
            funnel.noun,
            match &funnel.own {
                Some(own) => format!(" The black point is {own}."),
                None => String::new(),
            },
            match funnel.left_out.as_slice() {
                [] => String::new(),
                some => format!(" Without limits, since neither base nor margin is known: {}.", some.join(", ")),
            }
        ),
    };
    let data = ChartData {
        columns: vec![
            "group",
            "base",
            "effective_base",
            "per_cent",
            "low_95",
            "high_95",
            "low_99_8",
            "high_99_8",
            "place",
        ],
        rows: (funnel.points.iter())
            .map(|point| {
                let n = point.n.map_or_else(|| super::figure::UNAVAILABLE.to_owned(), |n| n.to_string());
                let mut row = vec![point.group.clone(), n, number(point.effective, 1)];
                let limits = [point.inner.0, point.inner.1, point.outer.0, point.outer.1];
                row.extend(std::iter::once(point.estimate).chain(limits).map(share));
                row.push(point.words().to_owned());
                row
            })
            .collect(),
    };
    caption.frame(results, |width| draw(width, funnel), data)
}

fn draw(width: Width, funnel: &Funnel) -> Sheet {
    let mut sheet = Sheet::new(width.pixels());
    let values =
        funnel.points.iter().map(|point| point.estimate).chain(funnel.curve.iter().flat_map(|(_, limits)| *limits));
    let axis = Axis::over(values, 0.1, 0.3, (0.0, 1.0), percent);
    let across = (funnel.curve.first().map_or(0.0, |c| c.0), funnel.curve.last().map_or(1.0, |c| c.0));
    let plane = Plane::new(&mut sheet, across, &axis, 300, width.pick(110, 88));
    let limit = |which: usize| funnel.curve.iter().map(|(n, limits)| (*n, limits[which])).collect::<Vec<_>>();
    for (which, width, words) in
        [(0, 1, "99.8% limit"), (1, 2, "95% limit"), (2, 2, "95% limit"), (3, 1, "99.8% limit")]
    {
        let curve = limit(which);
        plane.path(&mut sheet, &curve, width, Ink::Quiet);
        // The upper and lower labels of one kind say the same; below one another they would touch, so each pair shares one.
        if let Some((_, end)) = curve.last().filter(|_| which % 3 == 0 || spread(&plane, funnel) > 18) {
            sheet.text((plane.right + 6, plane.y(*end)), Anchor::Left, Face::Regular, Ink::Quiet, words);
        }
    }
    let y = plane.y(funnel.baseline);
    sheet.line((plane.left, y), (plane.right, y), 2, Ink::Benchmark);
    sheet.text((plane.right + 6, y), Anchor::Left, Face::Bold, Ink::Text, percent(funnel.baseline));
    for point in &funnel.points {
        let good = crate::estimate::Verdict::is_good(
            if point.estimate > funnel.baseline {
                crate::estimate::Verdict::Higher
            } else {
                crate::estimate::Verdict::Lower
            },
            funnel.high_is,
        );
        let ink = match (point.beyond(), good) {
            (0, _) | (_, None) => Fill::Neutral.ink(),
            (_, Some(true)) => Fill::Positive(Step::Middle).ink(),
            (_, Some(false)) => Fill::Negative(Step::Middle).ink(),
        };
        let centre = (plane.x(point.effective), plane.y(point.estimate));
        sheet.circle(centre, 6, true, Ink::Paper);
        let is_own = funnel.own.as_ref() == Some(&point.group);
        sheet.circle(
            centre,
            if point.beyond() == 0 && !is_own { 4 } else { 5 },
            true,
            if is_own { Ink::Text } else { ink },
        );
        if point.beyond() == 2 {
            sheet.circle(centre, 9, false, Ink::Text);
        }
    }
    for (at, words) in labels(funnel, &plane) {
        let face = if funnel.own.as_ref() == Some(&words) { Face::Bold } else { Face::Regular };
        let (before, after) = (at.0 - 12, plane.right - at.0 - 12);
        let near_edge = width_of(&words, face, 14.0) > after && before > after;
        let words = wrap(&words, face, 14.0, before.max(after), 1).concat();
        let (x, anchor) = if near_edge { (at.0 - 12, Anchor::Right) } else { (at.0 + 12, Anchor::Left) };
        // The words stand clear of the limits that cross them.
        let wide = width_of(&words, face, 14.0);
        let start = if near_edge { x - wide } else { x };
        sheet.rect((start - 2, at.1 - 9), (start + wide + 2, at.1 + 9), Ink::Paper);
        sheet.text((x, at.1), anchor, face, Ink::Text, words);
    }
    let ticks = Axis { low: across.0, high: across.1, label: |value| number(value, 0) }.ticks();
    for tick in ticks {
        let words = number(tick, 0);
        sheet.text((plane.x(tick), plane.bottom + 16), Anchor::Middle, Face::Regular, Ink::Quiet, words);
    }
    let middle = (plane.left + plane.right) / 2;
    let words = capital(&funnel.bases);
    sheet.text((middle, plane.bottom + 36), Anchor::Middle, Face::Regular, Ink::Quiet, words);
    sheet.height = plane.bottom + 50;
    sheet
}

/// How far apart the ends of the two upper limits are, in pixels.
fn spread(plane: &Plane, funnel: &Funnel) -> i32 {
    funnel.curve.last().map_or(0, |(_, limits)| {
        let apart = |a: usize, b: usize| (plane.y(limits[a]) - plane.y(limits[b])).abs();
        apart(0, 1).min(apart(2, 3)).min(apart(1, 2) / 2)
    })
}

/// The names of the groups that stand out, those furthest out first, as long as they do not touch.
fn labels(funnel: &Funnel, plane: &Plane) -> Vec<((i32, i32), String)> {
    let mut out: Vec<&crate::results::FunnelPoint> = funnel.points.iter().filter(|point| point.beyond() > 0).collect();
    let reach = |point: &crate::results::FunnelPoint| {
        (point.estimate - funnel.baseline).abs() / (point.inner.1 - point.inner.0).max(1e-9)
    };
    out.sort_by(|a, b| reach(b).total_cmp(&reach(a)).then_with(|| a.group.cmp(&b.group)));
    // The reader's own group is named wherever it lies, and first.
    if let Some(own) = own(funnel) {
        out.retain(|point| point.group != own.group);
        out.insert(0, own);
    }
    let mut placed: Vec<((i32, i32), String)> = Vec::new();
    for point in out {
        let at = (plane.x(point.effective), plane.y(point.estimate));
        let width = width_of(&point.group, Face::Bold, 14.0);
        let apart = |(other, words): &((i32, i32), String)| {
            let width = width.max(width_of(words, Face::Bold, 14.0));
            (other.1 - at.1).abs() > 18 || (other.0 - at.0).abs() > width + 24
        };
        if placed.iter().all(apart) {
            placed.push((at, point.group.clone()));
        }
        if placed.len() == 12 {
            break;
        }
    }
    placed
}

/// The point of the reader's own group.
fn own(funnel: &Funnel) -> Option<&crate::results::FunnelPoint> {
    funnel.points.iter().find(|point| funnel.own.as_ref() == Some(&point.group))
}

/// Words with a capital first letter.
fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn title(results: &Results, funnel: &Funnel) -> String {
    let n = |beyond: u8| funnel.points.iter().filter(|point| point.beyond() == beyond).count();
    let label = results.label(&funnel.question);
    let of = count(funnel.points.len());
    if let Some(own) = own(funnel) {
        return format!(
            "{label}: {} ({}) lies {} among {of} {}",
            own.group,
            percent(own.estimate),
            own.words(),
            funnel.noun
        );
    }
    match (n(1), n(2)) {
        (0, 0) => format!("{label}: all {of} {} lie within what chance explains", funnel.noun),
        (near, 0) => {
            format!("{label}: {near} of {of} {} beyond the 95% limits, none beyond the 99.8% limits", funnel.noun)
        }
        (_, far) => format!("{label}: {far} of {of} {} beyond the 99.8% limits of chance", funnel.noun),
    }
}

fn description(funnel: &Funnel) -> String {
    let mut out = format!(
        "A point for each of the {}, by the answers behind it, with curved limits that narrow to the right. {} is the share of {}. ",
        funnel.noun,
        percent(funnel.baseline),
        funnel.baseline_label
    );
    if let Some(own) = own(funnel) {
        out.push_str(&format!("{}: {}, {}. ", own.group, percent(own.estimate), own.words()));
    }
    let outside: Vec<&crate::results::FunnelPoint> =
        funnel.points.iter().filter(|p| p.beyond() > 0 && funnel.own.as_ref() != Some(&p.group)).collect();
    for point in outside.iter().take(super::DESCRIBED) {
        out.push_str(&format!("{}: {}, {}. ", point.group, percent(point.estimate), point.words()));
    }
    super::and_more(&mut out, outside.len());
    out
}
