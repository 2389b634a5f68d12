//! A plan in sentences.

use super::{Plan, Wish};
use crate::statistics::size::{Method, margin, z_of_level};

/// A number with at most one decimal.
pub(crate) fn number(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// The plan as it is read on a terminal: what is needed, what it gives, and what the rule of 90 to 100 means here.
pub fn words(wish: &Wish, plan: &Plan) -> String {
    let mut lines = Vec::new();
    let of = plan.population.map_or_else(|| "without a limit".to_owned(), |all| format!("of {all}"));
    if wishes_nothing(wish) {
        return given(wish, plan);
    }
    lines.push(format!("{} needed, {} to issue", plan.returns_needed, plan.to_issue));
    let mut rows: Vec<(&str, String)> = Vec::new();
    rows.push(("population", plan.population.map_or_else(|| "without limit".to_owned(), |all| all.to_string())));
    if let Some(points) = plan.margin_points {
        rows.push(("margin wanted", format!("+/-{} points at the {} level", number(points), percent(plan.level))));
    }
    rows.push(("expected", format!("{} say yes; 50% needs most", percent(wish.proportion))));
    rows.push(("method", method(wish.method, plan.population.is_some())));
    if wish.design_effect != 1.0 {
        rows.push(("design effect", format!("{}, by which the returns are multiplied", wish.design_effect)));
    }
    rows.push(("returns needed", format!("{} {of}", plan.returns_needed)));
    rows.push((
        "to issue",
        match wish.response_rate {
            Some(rate) => format!("{}, if {} answer", plan.to_issue, percent(rate)),
            None => format!("{}; no response rate was given, so everything issued counts as returned", plan.to_issue),
        },
    ));
    rows.push(("margin if met", format!("+/-{} points", decimals(plan.margin_points_if_met))));
    if let Some(points) = plan.margin_points_reported {
        rows.push(("as reported", format!("+/-{} points, by Student's t as a run has it", decimals(points))));
    }
    if let Some(interval) = plan.interval {
        rows.push(("interval", format!("one in {}", decimals(interval))));
    }
    let wide = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    lines.extend(rows.into_iter().map(|(name, value)| format!("  {name:<wide$}  {value}")));
    if let Some(short) = &plan.shortfall {
        let margin =
            short.margin_points.map_or_else(|| "no result".to_owned(), |p| format!("+/-{} points", decimals(p)));
        lines.push(format!(
            "\nNot enough: {} can be issued, about {} will come back, and these give {margin}.",
            short.issued, short.returns_expected
        ));
    }
    if !plan.groups.is_empty() {
        lines.push(String::new());
        lines.push(groups(wish, plan));
    }
    lines.extend(extras(wish, plan));
    lines.push(String::new());
    lines.push(rule(plan));
    lines.join("\n") + "\n"
}

/// Whether nothing is to be reached: then the question is only what so many issued give.
fn wishes_nothing(wish: &Wish) -> bool {
    let number = wish.minimum.is_some() || wish.equal;
    wish.margin_points.is_none() && wish.detect.is_none() && wish.discover.is_none() && !number
}

/// What so many issued give, where nothing is to be reached.
fn given(wish: &Wish, plan: &Plan) -> String {
    let all = plan.population.map_or_else(|| "without limit".to_owned(), |all| all.to_string());
    let issued = extras(wish, plan).concat();
    format!(
        "{}\n  population  {all}\n  expected    {} say yes; 50% needs most\n  method      {}\n\n{}\n",
        issued.trim_start(),
        percent(wish.proportion),
        method(wish.method, plan.population.is_some()),
        rule(plan)
    )
}

fn method(method: Method, finite: bool) -> String {
    match (method, finite) {
        (Method::Infinite, _) => "infinite: n0 = z\u{b2} p (1 - p) / e\u{b2}, no correction for the population",
        (_, false) => "n0 = z\u{b2} p (1 - p) / e\u{b2}: without --population there is nothing to correct for",
        (Method::Ascs, _) => "ascs: n = n0 N / (n0 + N)",
        (Method::Cochran, _) => "cochran: n = n0 / (1 + (n0 - 1) / N)",
    }
    .to_owned()
}

fn groups(wish: &Wish, plan: &Plan) -> String {
    let wide = plan.groups.iter().map(|g| g.group.chars().count()).max().unwrap_or(0).max("all groups".len());
    let line = |name: &str, cells: [String; 4]| {
        let pad = " ".repeat(wide.saturating_sub(name.chars().count()));
        let [all, needed, issue, margin] = cells;
        format!("  {name}{pad}  {all:>10}  {needed:>7}  {issue:>8}  {margin:>9}")
    };
    let mut lines = vec![match wish.minimum {
        _ if wish.equal => {
            "Every group has the same number, or all it has; the margin is that of the whole:".to_owned()
        }
        Some(minimum) => format!("Every group has its share of the whole, or {minimum} where that is more:"),
        None => "Every group can be reported by itself:".to_owned(),
    }];
    lines.push(line("group", ["population", "needed", "to issue", "+/-points"].map(str::to_owned)));
    for g in &plan.groups {
        let cells = [g.population, g.returns_needed, g.to_issue].map(|n| n.to_string());
        let [all, needed, issue] = cells;
        lines.push(line(&g.group, [all, needed, issue, decimals(g.margin_points_if_met)]));
    }
    let all = plan.population.unwrap_or(0).to_string();
    let cells = [all, plan.returns_needed.to_string(), plan.to_issue.to_string(), decimals(plan.margin_points_if_met)];
    lines.push(line("all groups", cells));
    if let Some(effect) = plan.design_effect {
        lines.push(format!(
            "The overall margin is that of the weighted result; unequal weights have a design effect of {effect:.2}."
        ));
    }
    lines.join("\n")
}

fn extras(wish: &Wish, plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(d) = &plan.detect {
        let (points, power) = (number(d.difference_points), percent(d.power));
        lines.push(format!("\nTo tell a difference of {points} points, {power} of the time that it is there:"));
        lines.push(format!("  {} returns, from a fixed figure such as a national percentage", d.against_figure));
        lines.push(format!("  {} returns in each of two groups", d.between_groups_each));
        lines.push(format!("  {} returns in each of two waves of the same population", d.between_waves_each));
    }
    if let Some(d) = &plan.discover {
        lines.push(format!(
            "\nIf {} of the files are poor, reading {} finds at least one with probability {}.",
            percent(d.rate),
            d.files,
            wish.level
        ));
    }
    if let Some(i) = &plan.if_issued {
        let margin = i.margin_points.map_or_else(|| "no result".to_owned(), |p| format!("+/-{} points", decimals(p)));
        lines.push(format!("\n{} issued: {} returned, {margin}.", i.issued, i.returns_expected));
    }
    lines
}

/// The guide's rule, for the user's own population.
fn rule(plan: &Plan) -> String {
    let z = z_of_level(0.95);
    let points = |n: f64, all| decimals(100.0 * margin(Method::Ascs, z, 0.5, n, all));
    let general = "The rule of thumb, 90 to 100 for +/-10 points, is for a large population";
    match plan.population {
        Some(all) if all <= 90 => {
            format!("{general} (90 give +/-{}); in yours of {all}, take all.", points(90.0, None))
        }
        Some(all) => format!(
            "{general} (90 give +/-{}, 100 +/-{}); in yours of {all}, 90 give +/-{} and {} +/-{} (95%, at 50%).",
            points(90.0, None),
            points(100.0, None),
            points(90.0, Some(all)),
            all.min(100),
            points(all.min(100) as f64, Some(all)),
        ),
        None => format!("{general}: 90 give +/-{}, 100 +/-{} (95%, at 50%).", points(90.0, None), points(100.0, None)),
    }
}

/// Two decimals, as margins are written.
fn decimals(x: f64) -> String {
    format!("{x:.2}")
}

fn percent(share: f64) -> String {
    format!("{}%", number(100.0 * share))
}
