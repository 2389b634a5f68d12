//! Targets on questions: the latest figure with its interval, against the target.

use super::{Caption, Chart, ChartData, ChartPlace, Of};
use crate::chart::dots::{Axis, Column, Dot, Row, Said, Sign, dots};
use crate::chart::figure::{CONFIDENTIAL, count, counted, number, percent};
use crate::error::Result;
use crate::estimate::in_words;
use crate::plan::judged::{Figure, TargetRow};
use crate::plan::target::Verdict;

/// The targets on shares, and those on means, which have another axis.
pub(super) fn against_figures(of: Of<'_>) -> Result<Vec<Chart>> {
    let mut charts = Vec::new();
    for (share, name) in [(true, "targets"), (false, "targets-means")] {
        let targets: Vec<&TargetRow> = of.report.targets.iter().filter(|target| target.share == share).collect();
        if !targets.is_empty() {
            charts.push(draw(of, &targets, share, name)?);
        }
    }
    Ok(charts)
}

fn draw(of: Of<'_>, targets: &[&TargetRow], share: bool, name: &str) -> Result<Chart> {
    let values = targets.iter().flat_map(|target| {
        let figures = [&target.latest, &target.start].into_iter().flatten();
        figures.flat_map(|figure| [figure.value, figure.low, figure.high]).chain([target.value]).collect::<Vec<_>>()
    });
    let axis = match share {
        true => Axis::over(values, 0.1, 0.4, (0.0, 1.0), percent),
        false => Axis::over(values, 0.5, 2.0, (f64::MIN, f64::MAX), |value| number(value, 1)),
    };
    let columns = [
        Column { heading: "At the start", width: 50, strong: false, marked: false },
        Column { heading: "Latest", width: 56, strong: true, marked: false },
        Column { heading: "Target", width: 62, strong: false, marked: false },
        Column { heading: "", width: 16, strong: false, marked: false },
        Column { heading: "Verdict", width: 116, strong: true, marked: true },
        Column { heading: "Base", width: 44, strong: false, marked: false },
    ];
    let rows: Vec<Row> = targets.iter().map(|target| row(target, share)).collect();
    let method =
        of.report.rule.as_ref().map_or_else(String::new, |(method, _)| {
            format!(" Method: {}.", in_words(std::iter::once(method.as_str())))
        });
    let caption = Caption {
        name: name.to_owned(),
        place: ChartPlace::Targets,
        title: title(targets),
        description: description(targets, share),
        note: format!(
            "Dot: the latest figure since the plan was agreed, or where there is none the one at the start, hollow. Line through it: the \
             interval that the target is held against. Upright line: the target. Met or not met is said only where the whole \
             interval lies on one side.{method}"
        ),
    };
    let data = ChartData {
        columns: vec![
            "action",
            "question",
            "measure",
            "target",
            "start",
            "start_when",
            "latest",
            "ci_low",
            "ci_high",
            "base",
            "when",
            "verdict",
            "in_words",
        ],
        rows: targets.iter().map(|target| data_row(target, share)).collect(),
    };
    caption.frame(of, |width| dots(width, &axis, &columns, &rows), data)
}

fn words(value: f64, share: bool) -> String {
    if share { percent(value) } else { number(value, 2) }
}

fn row(target: &TargetRow, share: bool) -> Row {
    let asked = if target.question.1.is_empty() { &target.question.0 } else { &target.question.1 };
    let of = if target.group.is_empty() { String::new() } else { format!(" ({})", target.group) };
    let label = format!("{} {asked}{of}", target.action);
    let said = match target.verdict {
        Verdict::Met => Said { sign: Sign::Tick, good: Some(true) },
        Verdict::NotMet => Said { sign: Sign::Cross, good: Some(false) },
        Verdict::CannotBeSaid => Said { sign: Sign::Unknown, good: None },
    };
    let figure = |figure: &Option<Figure>| figure.as_ref().map_or_else(|| "–".to_owned(), |f| words(f.value, share));
    let drawn = target.latest.as_ref().or(target.start.as_ref());
    let ends = drawn.map_or([f64::NAN; 3], |figure| [figure.value, figure.low, figure.high]);
    Row::Dot(Dot {
        label,
        point: ends[0],
        low: ends[1],
        high: ends[2],
        benchmark: Some(target.value),
        verdict: Some(said),
        cells: vec![
            figure(&target.start),
            figure(&target.latest),
            words(target.value, share),
            String::new(),
            target.verdict.words().to_owned(),
            target.latest.as_ref().map_or_else(|| "–".to_owned(), |figure| count(figure.n)),
        ],
    })
}

fn title(targets: &[&TargetRow]) -> String {
    let n = |verdict| targets.iter().filter(|target| target.verdict == verdict).count();
    let of = counted(targets.len(), "target", "targets");
    let (met, not, open) = (n(Verdict::Met), n(Verdict::NotMet), n(Verdict::CannotBeSaid));
    if met + not == 0 {
        let are = if targets.len() == 1 { "is" } else { "are" };
        return format!("Whether {of} {are} met cannot be said yet");
    }
    let rest = if open == 0 { String::new() } else { format!("; of {open} neither can be said") };
    format!("{met} of {of} met, {not} not met{rest}")
}

fn description(targets: &[&TargetRow], share: bool) -> String {
    let mut out = String::from("Dots with intervals against upright lines for the targets, a row a target. ");
    for target in targets.iter().take(crate::chart::DESCRIBED) {
        let latest = target.latest.as_ref().map_or_else(|| "not measured".to_owned(), |f| words(f.value, share));
        let (action, question) = (&target.action, &target.question.0);
        out.push_str(&format!("{action}, {question}: {latest}, target {}. {} ", target.goal, target.words));
    }
    crate::chart::and_more(&mut out, targets.len());
    out
}

fn data_row(target: &TargetRow, share: bool) -> Vec<String> {
    let value = |value: f64| if share { number(value * 100.0, 1) } else { number(value, 3) };
    let mut row = vec![target.action.clone(), target.question.0.clone(), target.measure.clone(), target.goal.clone()];
    match &target.start {
        Some(figure) => row.extend([value(figure.value), figure.when.clone()]),
        None => row.extend([String::new(), String::new()]),
    }
    match &target.latest {
        Some(figure) => {
            row.extend([figure.value, figure.low, figure.high].map(value));
            row.extend([figure.n.to_string(), figure.when.clone()]);
        }
        None if target.suppressed => {
            row.extend(std::iter::repeat_n(CONFIDENTIAL.to_owned(), 4));
            row.push(String::new());
        }
        None => row.extend(std::iter::repeat_n(String::new(), 5)),
    }
    row.extend([target.verdict.words().to_owned(), target.words.clone()]);
    row
}
