//! How answers spread over the responses: each question by group, questions that share a scale together.

use super::dots::{self, Axis, Column, Dot, dots};
use super::figure::{CONFIDENTIAL, interval, lower_first, number, percent, share};
use super::stack::{self, Bar, stack};
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::estimate::{Estimate, Statistic};
use crate::instrument::{Question, QuestionKind, Scale};
use crate::results::{GroupResult, QuestionResult, Results};

/// Whether a question's responses are drawn as one bar: they exclude each other and run from good to poor. A question
/// that raises a concern has no good end, whatever its scale says.
fn stacks(question: &Question) -> Option<&Scale> {
    let scale = question.scale.as_ref()?;
    let directed = question.kind != QuestionKind::Multiple && question.concern.is_empty() && scale.has_positive();
    directed.then_some(scale)
}

/// Whether the scale is a rating from 1 to 6.
pub(crate) fn is_six_point(scale: &Scale) -> bool {
    let mut scores: Vec<f64> = scale.responses.iter().filter_map(|response| response.score).collect();
    scores.sort_by(f64::total_cmp);
    scale.responses.len() == 6 && scores == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
}

/// One chart for each scale that two or more questions share; ratings from 1 to 6 go to the evidence.
pub(super) fn overviews(results: &Results) -> Result<Vec<Chart>> {
    let mut scales: Vec<(&Scale, Vec<&QuestionResult>)> = Vec::new();
    for result in &results.questions {
        let Some(scale) = results.instrument.question(&result.id).and_then(stacks) else { continue };
        match scales.iter_mut().find(|(other, _)| *other == scale) {
            Some((_, questions)) => questions.push(result),
            None => scales.push((scale, vec![result])),
        }
    }
    let mut charts = Vec::new();
    for (scale, questions) in scales {
        let answered = questions.iter().any(|question| question.overall.n > 0);
        if answered && (questions.len() > 1 || is_six_point(scale)) {
            charts.push(overview(results, scale, &questions)?);
        }
    }
    Ok(charts)
}

fn overview(results: &Results, scale: &Scale, questions: &[&QuestionResult]) -> Result<Chart> {
    let rows: Vec<stack::Row> =
        questions.iter().map(|question| row(results, &results.label(&question.id), &question.overall)).collect();
    let mut ranked: Vec<(&str, &Estimate)> =
        questions.iter().filter_map(|q| shown(&q.overall).map(|e| (q.id.as_str(), e))).collect();
    ranked.sort_by(|a, b| b.1.estimate.total_cmp(&a.1.estimate));
    let positive = positive_words(scale);
    let title = match (ranked.first(), ranked.last()) {
        (Some(high), Some(low)) if ranked.len() > 1 => format!(
            "“{}” ranges from {} ({}) to {} ({})",
            scale.positive_label,
            percent(high.1.estimate),
            lower_first(&results.label(high.0)),
            percent(low.1.estimate),
            lower_first(&results.label(low.0))
        ),
        (Some(only), _) => format!("{}: {} {positive}", results.label(only.0), percent(only.1.estimate)),
        _ => "Too few answers to show how they spread".to_owned(),
    };
    let mut description = format!("Stacked bars, a row a question, of the responses {}. ", responses(scale));
    for (id, estimate) in ranked.iter().take(super::DESCRIBED) {
        let words = format!("{}: {} {positive}. ", results.label(id), percent(estimate.estimate));
        description.push_str(&words);
    }
    super::and_more(&mut description, ranked.len());
    let six = is_six_point(scale);
    let caption = Caption {
        name: if six { format!("ratings-{}", scale.id) } else { format!("overview-{}", scale.id) },
        place: if six { ChartPlace::Evidence } else { ChartPlace::Overview },
        title,
        description,
        note: stack_note(scale, ranked.iter().map(|(_, estimate)| *estimate)),
    };
    let data = shares_data(results, scale, questions.iter().map(|q| (q.id.as_str(), &q.overall)));
    caption.frame(results, |width| stack(width, scale, &rows), data)
}

/// The chart of one question: everyone, then each group.
pub(super) fn question(results: &Results, result: &QuestionResult) -> Result<Option<Chart>> {
    let Some(question) = results.instrument.question(&result.id).filter(|_| result.overall.n > 0) else {
        return Ok(None);
    };
    let chart = match (stacks(question), &question.scale) {
        (Some(scale), _) => by_group_stacked(results, question, scale, result)?,
        (None, Some(scale)) => responses_as_dots(results, question, scale, result)?,
        (None, None) if result.overall.mean.is_some() => means_by_group(results, question, result)?,
        (None, None) => return Ok(None),
    };
    Ok(Some(chart))
}

fn by_group_stacked(results: &Results, question: &Question, scale: &Scale, result: &QuestionResult) -> Result<Chart> {
    let mut rows = vec![row(results, "Everyone", &result.overall)];
    each_group(results, result, |group| match group {
        Group::Heading(words) => rows.push(stack::Row::Heading(words)),
        Group::Result(group) => rows.push(row(results, &group.group, group)),
    });
    let positive = positive_words(scale);
    let overall = shown(&result.overall);
    let title = match (overall, result.groups.as_slice()) {
        // One group beside everyone is what the chart is about.
        (Some(estimate), [only]) if shown(only).is_some() => format!(
            "{}: {} {positive} in {}, {} of everyone",
            question.label,
            shown(only).map_or_else(String::new, |own| percent(own.estimate)),
            only.group,
            percent(estimate.estimate)
        ),
        (Some(estimate), _) => format!("{}: {} {positive}", question.label, percent(estimate.estimate)),
        (None, _) => format!("{}: too few answers to show", question.label),
    };
    let mut description = format!("Stacked bars of the responses {}. ", responses(scale));
    if let Some(estimate) = overall {
        description.push_str(&format!("Everyone: {} {positive}, base {}. ", percent(estimate.estimate), estimate.n));
    }
    let groups: Vec<(&GroupResult, &Estimate)> = result.groups.iter().filter_map(|g| Some((g, shown(g)?))).collect();
    for (group, estimate) in groups.iter().take(super::DESCRIBED) {
        description.push_str(&format!("{}: {}. ", group.group, percent(estimate.estimate)));
    }
    super::and_more(&mut description, groups.len());
    let caption = Caption {
        name: format!("question-{}", question.id),
        place: ChartPlace::Question(question.id.clone()),
        title,
        description,
        note: stack_note(scale, overall.into_iter()),
    };
    let all = std::iter::once(&result.overall).chain(&result.groups).map(|group| (result.id.as_str(), group));
    caption.frame(results, |width| stack(width, scale, &rows), shares_data(results, scale, all))
}

/// Responses that may be given together, or that have no direction: a dot for each.
fn responses_as_dots(results: &Results, question: &Question, scale: &Scale, result: &QuestionResult) -> Result<Chart> {
    let group = &result.overall;
    let axis = Axis::over(
        group.shares.iter().filter(|e| !group.suppressed && !e.is_suppressed()).flat_map(|e| [0.0, e.ci_high]),
        0.1,
        0.4,
        (0.0, 1.0),
        percent,
    );
    let columns = [
        Column { heading: "Share", width: 70, strong: true, marked: false },
        Column { heading: "Base", width: 70, strong: false, marked: false },
    ];
    let rows: Vec<dots::Row> = group
        .shares
        .iter()
        .map(|estimate| {
            if group.suppressed || estimate.is_suppressed() {
                return dots::Row::Words { label: estimate.label.clone(), words: results.hidden_words() };
            }
            let cells = vec![percent(estimate.estimate), super::figure::count(estimate.n)];
            dots::Row::Dot(dot(estimate, &estimate.label, cells))
        })
        .collect();
    let visible = group.shares.iter().filter(|e| !group.suppressed && !e.is_suppressed() && e.estimate.is_finite());
    let most = visible.clone().max_by(|a, b| a.estimate.total_cmp(&b.estimate));
    let title = match most {
        Some(most) => {
            let what = format!("“{}” with {}", most.label, percent(most.estimate));
            format!("{}: most often {what}", question.label)
        }
        None => format!("{}: too few answers to show", question.label),
    };
    let mut description = String::from("Dots with intervals, a row a response. ");
    for estimate in visible.take(super::DESCRIBED) {
        description.push_str(&format!("{}: {}. ", estimate.label, percent(estimate.estimate)));
    }
    let several = if question.kind == QuestionKind::Multiple { "Several responses may be given. " } else { "" };
    let caption = Caption {
        name: format!("question-{}", question.id),
        place: ChartPlace::Question(question.id.clone()),
        title,
        description,
        note: format!("{several}{}", dots_note(results, group.shares.first())),
    };
    let data = shares_data(results, scale, std::iter::once((result.id.as_str(), group)));
    caption.frame(results, |width| dots(width, &axis, &columns, &rows), data)
}

/// A number: its mean, everyone and by group.
fn means_by_group(results: &Results, question: &Question, result: &QuestionResult) -> Result<Chart> {
    let mean = |group: &'_ GroupResult| group.mean.clone().filter(|mean| !group.suppressed && !mean.is_suppressed());
    let all: Vec<Estimate> = std::iter::once(&result.overall).chain(&result.groups).filter_map(mean).collect();
    let spread = all.iter().flat_map(|e| [e.ci_low, e.ci_high, e.estimate]).filter(|v| v.is_finite());
    let (low, high) = spread.clone().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    // Never so fine a step that adding it to the figures changes nothing.
    let least = low.abs().max(high.abs()).max(1e-9) * 1e-6;
    let step = if high > low { 10f64.powf((high - low).log10().floor()).max(least) } else { least.max(1.0) };
    let axis = Axis::over(spread, step, step, (f64::MIN, f64::MAX), |v| {
        number(v, if v.abs() >= 10.0 || v == v.round() { 0 } else { 1 })
    });
    let columns = [
        Column { heading: "Mean", width: 80, strong: true, marked: false },
        Column { heading: "Base", width: 70, strong: false, marked: false },
    ];
    let row = |label: &str, group: &GroupResult| match mean(group) {
        Some(e) => dots::Row::Dot(dot(&e, label, vec![number(e.estimate, 2), super::figure::count(e.n)])),
        None => dots::Row::Words { label: label.to_owned(), words: results.hidden_words() },
    };
    let mut rows = vec![row("Everyone", &result.overall)];
    each_group(results, result, |group| match group {
        Group::Heading(words) => rows.push(dots::Row::Heading(words)),
        Group::Result(group) => rows.push(row(&group.group, group)),
    });
    let overall = mean(&result.overall);
    let title = match &overall {
        Some(e) => format!("{}: {} on average", question.label, number(e.estimate, 1)),
        None => format!("{}: too few answers to show", question.label),
    };
    let mut description = String::from("Dots with intervals of the mean, everyone and by group. ");
    for e in all.iter().take(super::DESCRIBED) {
        let who = if e.group.is_empty() { "Everyone" } else { &e.group };
        description.push_str(&format!("{who}: {}. ", number(e.estimate, 2)));
    }
    let caption = Caption {
        name: format!("question-{}", question.id),
        place: ChartPlace::Question(question.id.clone()),
        title,
        description,
        note: dots_note(results, overall.as_ref()),
    };
    let cells = |group: &GroupResult| {
        let mut row = vec![result.id.clone(), results.label(&result.id), group.by.clone(), group.group.clone()];
        match mean(group) {
            Some(e) => {
                let (low, high) = super::ends(interval(&e));
                row.extend([number(e.estimate, 2), low, high, e.n.to_string()]);
            }
            None => row.extend(std::iter::repeat_n(CONFIDENTIAL.to_owned(), 4)),
        }
        row
    };
    let data = ChartData {
        columns: vec!["question", "label", "by", "group", "mean", "ci_low", "ci_high", "base"],
        rows: std::iter::once(&result.overall).chain(&result.groups).map(cells).collect(),
    };
    caption.frame(results, |width| dots(width, &axis, &columns, &rows), data)
}

fn dot(estimate: &Estimate, label: &str, cells: Vec<String>) -> Dot {
    Dot {
        label: label.to_owned(),
        point: estimate.estimate,
        low: estimate.ci_low,
        high: estimate.ci_high,
        benchmark: None,
        verdict: None,
        cells,
    }
}

/// The positive share of a group, if it may be shown and there is one.
fn shown(group: &GroupResult) -> Option<&Estimate> {
    let positive = group.positive.as_ref()?;
    let hidden = group.suppressed || positive.is_suppressed() || group.shares.iter().any(Estimate::is_suppressed);
    (!hidden && positive.estimate.is_finite()).then_some(positive)
}

fn row(results: &Results, label: &str, group: &GroupResult) -> stack::Row {
    let label = label.to_owned();
    // One hidden response would show as the gap that the others leave: then the whole bar is hidden.
    if group.suppressed || group.shares.iter().chain(&group.positive).any(Estimate::is_suppressed) {
        return stack::Row::Words { label, words: results.hidden_words() };
    }
    if group.n == 0 || group.shares.iter().all(|share| !share.estimate.is_finite()) {
        return stack::Row::Words { label, words: "no answers".to_owned() };
    }
    let shares = group.shares.iter().map(|share| share.estimate).collect();
    let positive = group.positive.as_ref().map(|positive| positive.estimate);
    stack::Row::Bar(Bar { label, shares, positive, n: group.n })
}

enum Group<'a> {
    Heading(String),
    Result(&'a GroupResult),
}

/// The groups in order, with the name of each grouping before its first.
fn each_group<'a>(results: &Results, result: &'a QuestionResult, mut take: impl FnMut(Group<'a>)) {
    let mut by = "";
    for group in &result.groups {
        if group.by != by {
            by = &group.by;
            take(Group::Heading(results.grouping_label(by)));
        }
        take(Group::Result(group));
    }
}

/// The positive share after a figure: "76% agree"; in quotation marks where it begins with a figure itself.
fn positive_words(scale: &Scale) -> String {
    let words = lower_first(&scale.positive_label);
    if words.starts_with(|c: char| c.is_ascii_digit()) { format!("“{words}”") } else { words }
}

fn responses(scale: &Scale) -> String {
    scale.responses.iter().map(|response| response.label.as_str()).collect::<Vec<_>>().join(", ")
}

fn stack_note<'a>(scale: &Scale, estimates: impl Iterator<Item = &'a Estimate>) -> String {
    let apart = fills_neutral(scale);
    format!(
        "Figures in the bars are per cent; the smallest have no room and stand in the table. {apart}Base: answers counted. {}",
        super::method_note(estimates)
    )
}

fn fills_neutral(scale: &Scale) -> &'static str {
    let neutral = stack::fills(scale).contains(&super::palette::Fill::Neutral);
    if neutral { "Neutral responses stand apart on the right. " } else { "" }
}

fn dots_note(results: &Results, estimate: Option<&Estimate>) -> String {
    let level = percent(results.level);
    format!("Line: {level} interval. Base: answers counted. {}", super::method_note(estimate.into_iter()))
}

/// One row for each response of each group.
fn shares_data<'a>(
    results: &Results,
    scale: &Scale,
    groups: impl Iterator<Item = (&'a str, &'a GroupResult)>,
) -> ChartData {
    let mut rows = Vec::new();
    for (id, group) in groups {
        let hidden = group.suppressed || group.shares.iter().chain(&group.positive).any(Estimate::is_suppressed);
        for estimate in group.shares.iter().chain(&group.positive) {
            let response = match estimate.statistic {
                Statistic::Positive => scale.positive_together(),
                _ => estimate.label.clone(),
            };
            let mut row = vec![id.to_owned(), results.label(id), group.by.clone(), group.group.clone(), response];
            if hidden {
                row.extend(std::iter::repeat_n(CONFIDENTIAL.to_owned(), 4));
            } else {
                let (low, high) = super::ends(interval(estimate));
                row.extend([share(estimate.estimate), low, high, estimate.n.to_string()]);
            }
            rows.push(row);
        }
    }
    let columns = vec!["question", "label", "by", "group", "response", "per_cent", "ci_low", "ci_high", "base"];
    ChartData { columns, rows }
}
