//! Scores, change over time, differences between groups and questions, and what could not have been seen.

use maud::{Markup, html};

use super::charts_at;
use super::grid::{Column, Row, Table, figures, words as text};
use super::words::{self, cell, confidential, margin, margin_words, marked, may_show};
use crate::chart::change::change_words;
use crate::chart::figure::{
    self, UNAVAILABLE, count, counted, difference, in_units, interval, number, p_value, percent, signed,
};
use crate::chart::trend::{signal, signal_words};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::{Adjust, Contrast, Family, Statistic, Verdict};
use crate::instrument::Score;
use crate::results::{Detectable, Funnel, GroupResult, QuestionResult, Results, Trend, Waves};

/// The scores over several questions; nothing without any.
pub(super) fn scores(results: &Results) -> Markup {
    html! {
        @if !results.scores.is_empty() {
            section id="scores" aria-labelledby="scores-heading" tabindex="-1" {
                h2 id="scores-heading" { "Scores" }
                p { "Each score puts the answers of one person to several questions together; what is shown is its mean." }
                @for result in &results.scores {
                    @if let Some(score) = results.instrument.scores.iter().find(|score| score.id == result.id) {
                        (one_score(results, result, score))
                    }
                }
            }
        }
    }
}

fn one_score(results: &Results, result: &QuestionResult, score: &Score) -> Markup {
    let heading = format!("question-{}", score.id);
    let overall = &result.overall;
    html! {
        article.question id=(heading) aria-labelledby={ (heading) "-heading" } tabindex="-1" {
            h3 id={ (heading) "-heading" } { (score.label) }
            p.wording { @if !score.text.is_empty() { (score.text) " " } span.tag { (score.id) } }
            p { "The " (score.rule()) ": "
                @for (i, item) in score.items.iter().enumerate() {
                    @if i > 0 { "; " }
                    @let question = &results.instrument.questions[item.question];
                    a href={ "#question-" (question.id) } { (question.label) }
                }
                "."
                @if let Some((low, high)) = score.range() { " It runs from " (low) " to " (high) "." }
            }
            @match overall.mean.as_ref().filter(|mean| may_show(overall, mean) && mean.estimate.is_finite()) {
                Some(mean) => p.finding {
                    strong { "Mean score: " (figure::value(mean)) } " (" (margin_words(mean)) ", base " (count(mean.n)) ")."
                },
                None => p { (confidential()) " Nothing is shown for this score, because too few people have one." },
            }
            (score_groups(results, result))
            @for (kind, n) in &result.missing {
                p.missing { strong { "Not in the base: " } (figure::lower_first(kind)) " " (count(*n)) "." }
            }
        }
    }
}

fn score_groups(results: &Results, result: &QuestionResult) -> Markup {
    let tested =
        results.contrasts.iter().find(|f| f.contrasts.iter().any(|c| c.question == result.id && !c.by.is_empty()));
    let row = |name: &str, group: &GroupResult| {
        let mut cells = vec![html! { (name) }];
        match &group.mean {
            Some(mean) => cells.extend([
                cell(group, mean, |e| count(e.n)),
                marked(group, mean),
                cell(group, mean, interval),
                cell(group, mean, margin),
            ]),
            None => cells.extend((0..4).map(|_| html! { (UNAVAILABLE) })),
        }
        let found = results.contrasts.iter().flat_map(|family| &family.contrasts);
        let mut found = found.filter(|c| c.question == result.id && c.by == group.by && c.group == group.group);
        cells.extend(tested.map(|_| match found.next() {
            _ if group.by.is_empty() => html! {},
            Some(contrast) if !contrast.suppressed => words::verdict(contrast.verdict),
            _ => confidential(),
        }));
        cells
    };
    let mut columns = vec![text("Group"), figures("Base"), figures("Mean"), figures("Interval"), figures("Margin")];
    columns.extend(tested.map(|family| text(&format!("Against {}", family.against))));
    let mut rows = vec![Row::total(row("Everyone", &result.overall))];
    let mut by = "";
    for group in &result.groups {
        if group.by != by {
            by = &group.by;
            rows.push(Row::group(&results.grouping_label(by)));
        }
        rows.push(Row::new(row(&group.group, group)));
    }
    Table {
        id: &format!("groups-{}", result.id),
        caption: html! { "By group: " (results.label(&result.id)) },
        columns,
        rows,
        note: html! { p {
            (words::method(results, std::iter::once(&result.overall).chain(&result.groups).flat_map(GroupResult::estimates)))
            @if let Some(family) = tested { " " (self::tested(family)) }
        } },
        sorts: false,
    }
    .render()
}

/// Whether there is anything beside the questions' own results.
pub(super) fn has_any(results: &Results) -> bool {
    results.waves.is_some() || !results.contrasts.is_empty() || !results.detectable.is_empty()
}

/// Change over time, differences within the study, and power after the fact.
pub(super) fn section(results: &Results, charts: &[Chart]) -> Markup {
    html! {
        @if has_any(results) {
            section id="differences" aria-labelledby="differences-heading" tabindex="-1" {
                h2 id="differences-heading" { "Differences" }
                @if let Some(waves) = &results.waves { (change(results, charts, waves)) }
                @for family in &results.contrasts {
                    @if family.is_items() {
                        (items(results, family))
                    } @else {
                        (between_groups(results, family))
                    }
                }
                @if !results.funnels.is_empty() { (funnels(results)) }
                @if !results.detectable.is_empty() { (detectable(results)) }
            }
        }
    }
}

fn change(results: &Results, charts: &[Chart], waves: &Waves) -> Markup {
    let family = &waves.change;
    let everyone: Vec<&Contrast> = family.contrasts.iter().filter(|contrast| contrast.by.is_empty()).collect();
    let broken: Vec<&Contrast> = everyone.iter().copied().filter(|contrast| contrast.broken.is_some()).collect();
    let rows = everyone
        .iter()
        .map(|contrast| {
            let units = |value: f64| html! { (in_units(contrast.statistic, value)) };
            let mut cells = vec![linked(results, &contrast.question)];
            if contrast.suppressed {
                cells.extend((0..7).map(|_| confidential()));
                return Row::new(cells);
            }
            cells.extend([html! { (count(contrast.n)) }, units(contrast.other), units(contrast.estimate)]);
            match &contrast.broken {
                Some(_) => {
                    cells.extend((0..3).map(|_| html! { (UNAVAILABLE) }));
                    cells.push(html! { "break in the series" });
                }
                None => {
                    cells.extend([
                        html! { (difference(contrast.statistic, contrast.test.difference)) },
                        html! { (limits(contrast)) },
                        html! { (p_value(contrast.adjusted)) },
                        changed(contrast.verdict),
                    ]);
                }
            }
            Row::new(cells)
        })
        .collect();
    html! {
        h3 id="change" tabindex="-1" { (family.title) }
        p { (moved(results, waves)) }
        (charts_at(charts, &ChartPlace::Waves))
        (Table {
            id: "change-table",
            caption: html! { (family.title) ", everyone" },
            columns: vec![
                text("Question"),
                figures("Base"),
                figures(&family.against),
                figures("This time"),
                figures("Change"),
                figures(&format!("{} interval", percent(results.level))),
                figures("Adjusted p-value"),
                text("Verdict"),
            ],
            rows,
            note: html! { p {
                "Shares and their changes are in per cent and points, means in points of the score. "
                @for contrast in broken {
                    @if let Some(reason) = &contrast.broken {
                        "Break in the series, " (results.label(&contrast.question)) ": " (reason) ". "
                    }
                }
                (tested(family)) " Run " (results.run_id) "."
            } },
            sorts: false,
        }
        .render())
        @for grouping in &results.groupings {
            @let those: Vec<&Contrast> = family.contrasts.iter().filter(|contrast| contrast.by == grouping.by).collect();
            @if !those.is_empty() {
                (matrix(results, &format!("change-{}", grouping.by), &format!("{} by {}: change in points", family.title, figure::lower_first(&grouping.label)), &those, family, |contrast| {
                    difference(contrast.statistic, contrast.test.difference)
                }))
            }
        }
        @if waves.trends.iter().any(|trend| trend.points.len() > 2) { (trends(results, waves)) }
    }
}

/// What rose and what fell, in a sentence, and how many people are in both waves.
fn moved(results: &Results, waves: &Waves) -> String {
    let shown: Vec<&Contrast> =
        waves.change.contrasts.iter().filter(|c| c.by.is_empty() && !c.suppressed && c.broken.is_none()).collect();
    let n = |verdict| shown.iter().filter(|contrast| contrast.verdict == verdict).count();
    let mut out = format!(
        "Of {} asked both times, {} rose, {} fell, and {} cannot be told from no change.",
        counted(shown.len(), "figure", "figures"),
        n(Verdict::Higher),
        n(Verdict::Lower),
        n(Verdict::NoRealDifference) + n(Verdict::TooFewToSay)
    );
    match waves.in_both {
        Some(both) if both > 0 && both < results.suppress_below => out.push_str(&format!(
            " Fewer than {} people answered both times; what their answers have in common is counted in the errors.",
            results.suppress_below
        )),
        Some(0) => out.push_str(" Nobody answered both times."),
        Some(both) => out.push_str(&format!(
            " {} people answered both times; what their answers have in common is counted in the errors.",
            count(both)
        )),
        None => out.push_str(" Who answered both times is not known: the waves count as separate samples."),
    }
    out
}

fn changed(verdict: Verdict) -> Markup {
    html! { span.verdict { span.mark aria-hidden="true" { (verdict.mark()) } " " (change_words(verdict)) } }
}

fn trends(results: &Results, waves: &Waves) -> Markup {
    let mut columns: Vec<Column> = vec![text("Question")];
    columns.extend(waves.labels.iter().map(|label| figures(label)));
    let controlled = waves.trends.iter().any(|trend| trend.control.is_some());
    if controlled {
        columns.push(text("What stands out"));
    }
    let row = |trend: &Trend| {
        let mut cells = vec![linked(results, &trend.question)];
        cells.extend((0..waves.labels.len()).map(|wave| {
            let point = trend.points.iter().find(|point| point.wave == wave);
            html! {
                @match point {
                    Some(point) => {
                        @if point.break_before.is_some() { abbr title="break in the series before this wave" { "| " } }
                        (in_units(trend.statistic, point.estimate))
                    },
                    None => (UNAVAILABLE),
                }
            }
        }));
        if controlled {
            cells.push(html! { (stands_out(waves, trend)) });
        }
        Row::new(cells)
    };
    let reasons = || {
        waves
            .trends
            .iter()
            .flat_map(|trend| trend.points.iter().filter_map(move |p| p.break_before.as_ref().map(|r| (trend, r))))
    };
    Table {
        id: "trends",
        caption: html! { "Over " (waves.labels.len()) " waves, everyone" },
        columns,
        rows: waves.trends.iter().map(row).collect(),
        note: html! { p {
            @if reasons().next().is_some() { "| break in the series: figures on either side do not compare. " }
            @for (trend, reason) in reasons() { (results.label(&trend.question)) ": " (reason) ". " }
            @if controlled {
                "From ten waves on: control chart of individual values, mean ± 2.66 times the mean moving range; eight in a row on one "
                "side of the mean are a shift. "
            }
            "Run " (results.run_id) "."
        } },
        sorts: false,
    }
    .render()
}

/// What the control chart says, or why there is none.
fn stands_out(waves: &Waves, trend: &Trend) -> String {
    if trend.control.is_none() {
        return "fewer than ten comparable waves".to_owned();
    }
    let found: Vec<String> = (trend.points.iter().enumerate())
        .filter_map(|(place, point)| {
            signal(trend, place).map(|signal| format!("{}: {}", waves.labels[point.wave], signal_words(signal)))
        })
        .collect();
    if found.is_empty() { "usual variation only".to_owned() } else { found.join("; ") }
}

fn between_groups(results: &Results, family: &Family) -> Markup {
    let those: Vec<&Contrast> = family.contrasts.iter().collect();
    let shown = those.iter().filter(|contrast| !contrast.suppressed);
    let real = shown.clone().filter(|contrast| matches!(contrast.verdict, Verdict::Higher | Verdict::Lower)).count();
    html! {
        h3 { (family.title) }
        p { "Of " (counted(shown.count(), "difference", "differences")) " tested, "
            @match real { 0 => "none is", 1 => "1 is", _ => { (real) " are" } }
            " larger than chance explains, the number of tests allowed for." }
        (matrix(results, &format!("against-{}", family.name), &family.title, &those, family, |contrast| in_units(contrast.statistic, contrast.estimate)))
    }
}

/// Most groups that stand as columns beside each other.
const COLUMNS: usize = 10;

/// Questions down, groups across: a figure with its mark in every cell. With many groups, the differences that are real.
fn matrix(
    results: &Results,
    id: &str,
    caption: &str,
    contrasts: &[&Contrast],
    family: &Family,
    print: impl Fn(&Contrast) -> String,
) -> Markup {
    let mut groups: Vec<&str> = Vec::new();
    let mut questions: Vec<&str> = Vec::new();
    for contrast in contrasts {
        if !groups.contains(&contrast.group.as_str()) {
            groups.push(&contrast.group);
        }
    }
    // In the order of the form, whatever the order of the tests.
    for question in results.questions.iter().chain(&results.scores) {
        if contrasts.iter().any(|contrast| contrast.question == question.id) {
            questions.push(&question.id);
        }
    }
    let print_cell = |contrast: &Contrast| {
        html! {
            @if contrast.suppressed { (confidential()) }
            @else if contrast.broken.is_some() { (UNAVAILABLE) }
            @else {
                (print(contrast)) " "
                abbr.mark title={ (contrast.verdict.words()) } { (contrast.verdict.mark()) }
            }
        }
    };
    let note = html! { p {
        "▲ higher, ▼ lower than " (family.against) " by more than chance explains; ● no real difference; ? too few to say. "
        (tested(family)) " Run " (results.run_id) "."
    } };
    let table = if groups.len() <= COLUMNS {
        let mut columns: Vec<Column> = vec![text("Question")];
        columns.extend(groups.iter().map(|group| figures(group)));
        let rows = questions.iter().map(|question| {
            let mut cells = vec![linked(results, question)];
            cells.extend(groups.iter().map(|group| {
                let found = contrasts.iter().find(|c| c.question == *question && c.group == *group);
                found.map_or_else(|| html! { (UNAVAILABLE) }, |contrast| print_cell(contrast))
            }));
            Row::new(cells)
        });
        Table { id, caption: html! { (caption) }, columns, rows: rows.collect(), note, sorts: false }
    } else {
        let real = contrasts.iter().filter(|c| !c.suppressed && matches!(c.verdict, Verdict::Higher | Verdict::Lower));
        let rows: Vec<Row> = real
            .map(|contrast| {
                Row::new(vec![
                    linked(results, &contrast.question),
                    html! { (contrast.group) },
                    html! { (count(contrast.n)) },
                    print_cell(contrast),
                    html! { (difference(contrast.statistic, contrast.test.difference)) },
                    html! { (p_value(contrast.adjusted)) },
                ])
            })
            .collect();
        let columns = vec![
            text("Question"),
            text("Group"),
            figures("Base"),
            figures("Figure"),
            figures("Difference"),
            figures("Adjusted p-value"),
        ];
        Table { id, caption: html! { (caption) ": those that are real" }, columns, rows, note, sorts: true }
    };
    table.render()
}

fn items(results: &Results, family: &Family) -> Markup {
    let rows = family
        .contrasts
        .iter()
        .map(|contrast| {
            let mut cells = vec![linked(results, &contrast.question), linked(results, &contrast.other_question)];
            if contrast.suppressed {
                cells.extend((0..6).map(|_| confidential()));
            } else {
                cells.extend([
                    html! { (in_units(contrast.statistic, contrast.estimate)) },
                    html! { (in_units(contrast.statistic, contrast.other)) },
                    html! { (difference(contrast.statistic, contrast.test.difference)) },
                    html! { (limits(contrast)) },
                    html! { (p_value(contrast.adjusted)) },
                    words::verdict(contrast.verdict),
                ]);
            }
            Row::new(cells)
        })
        .collect();
    html! {
        h3 { (family.title) }
        (Table {
            id: &family.name,
            caption: html! { (family.title) ": each question against each other" },
            columns: vec![
                text("Question"),
                text("Against"),
                figures("First"),
                figures("Second"),
                figures("Difference"),
                figures(&format!("{} interval", percent(results.level))),
                figures("Adjusted p-value"),
                text("Verdict"),
            ],
            rows,
            note: html! { p { "Positive shares in per cent, or means. " (tested(family)) " Run " (results.run_id) "." } },
            sorts: true,
        }
        .render())
    }
}

/// How a family was tested, in a sentence.
pub(super) fn tested(family: &Family) -> Markup {
    html! {
        "Test: " (family.method) "; "
        @match family.adjust {
            Adjust::None => "p-values not adjusted.",
            adjust => { "p-values adjusted by " (adjust.words()) " over " (family.together) "." },
        }
    }
}

fn funnels(results: &Results) -> Markup {
    let row = |funnel: &Funnel| {
        let names = |beyond: u8, above: bool| {
            let found =
                funnel.points.iter().filter(|p| p.beyond() >= beyond && (p.estimate > funnel.baseline) == above);
            let names: Vec<&str> = found.map(|point| point.group.as_str()).collect();
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        Row::new(vec![
            linked(results, &funnel.question),
            html! { (funnel.heading) },
            html! { (percent(funnel.baseline)) },
            html! { (names(2, true)) },
            html! { (names(2, false)) },
        ])
    };
    html! {
        h3 { "Many groups within the limits of chance" }
        p { "A funnel stands with each question. These groups lie beyond the 99.8% limits: one in 500 would by chance alone." }
        (Table {
            id: "funnels",
            caption: html! { "Groups beyond the 99.8% limits" },
            columns: vec![text("Question"), text("Grouping"), figures("Everyone"), text("Above"), text("Below")],
            rows: results.funnels.iter().map(row).collect(),
            note: html! { p { "Limits: " (results.funnels[0].limits.name()) ", with answers divided by the design effect. Run " (results.run_id) "." } },
            sorts: false,
        }
        .render())
    }
}

fn detectable(results: &Results) -> Markup {
    let groupings: Vec<&str> = (results.contrasts.iter())
        .filter(|family| !family.is_items())
        .map(|family| family.contrasts.first().map_or("", |contrast| contrast.by.as_str()))
        .collect();
    let size = |statistic, value: f64| match statistic {
        Statistic::Mean => number(value, 2),
        _ => number(value * 100.0, 1),
    };
    let row = |found: &Detectable| {
        let mut cells = vec![linked(results, &found.question), html! { (count(found.n)) }];
        cells.push(html! { (size(found.statistic, found.from_figure)) });
        cells.extend(found.between_groups.iter().map(|&gap| html! { (size(found.statistic, gap)) }));
        Row::new(cells)
    };
    let mut columns = vec![text("Question"), figures("Base"), figures("From a published figure")];
    columns.extend(groupings.iter().map(|by| figures(&format!("Between groups: {}", results.grouping_label(by)))));
    html! {
        h3 id="detectable" tabindex="-1" { "Which gaps this study could have found" }
        p { (gaps(results, &groupings)) }
        (Table {
            id: "detectable-table",
            caption: html! { "The smallest true gap that would be found four times in five" },
            columns,
            rows: results.detectable.iter().map(row).collect(),
            note: html! { p { "In points; for means in points of the score. Two-sided test at the " (percent(1.0 - results.level))
                " level, power 80%: (t + t′) times the standard error; a test stands alone here, and allowing for many tests makes gaps "
                "larger. Between groups: the middle group's. Run " (results.run_id) "." } },
            sorts: true,
        }
        .render())
    }
}

/// The gaps in words: of the shares, from the smallest to the largest.
fn gaps(results: &Results, groupings: &[&str]) -> String {
    let shares: Vec<&Detectable> =
        results.detectable.iter().filter(|found| found.statistic != Statistic::Mean).collect();
    let span = |of: &dyn Fn(&Detectable) -> f64| {
        let sizes = shares.iter().map(|found| of(found) * 100.0).filter(|size| size.is_finite());
        let (low, high) = sizes.fold((f64::INFINITY, 0.0f64), |(low, high), size| (low.min(size), high.max(size)));
        (low <= high).then(|| {
            let (low, high) = (number(low, 0), number(high, 0));
            if low == high {
                format!("{low} points")
            } else {
                format!("{low} to {high} points, depending on the question")
            }
        })
    };
    let mut out = String::from("A gap that is smaller than these may well be there without having been found. ");
    if let Some(from) = span(&|found| found.from_figure) {
        out.push_str(&format!(
            "Against a published figure, a share had to differ by {from}, to be found four times in five. "
        ));
    }
    for (place, by) in groupings.iter().enumerate() {
        if let Some(between) = span(&|found| found.between_groups.get(place).copied().unwrap_or(f64::NAN)) {
            let label = figure::lower_first(&results.grouping_label(by));
            out.push_str(&format!("Between one group by {label} and the others: {between}. "));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn limits(contrast: &Contrast) -> String {
    let end = |value| difference(contrast.statistic, value);
    format!("{} to {}", end(contrast.test.ci_low), end(contrast.test.ci_high))
}

fn linked(results: &Results, question: &str) -> Markup {
    html! { a href={ "#question-" (question) } { (results.label(question)) } }
}

/// How the weights came about, and what they cost.
pub(super) fn weighting(results: &Results, charts: &[Chart]) -> Markup {
    let row = |step: &crate::results::WeightStep| {
        let at = |p: f64| html! { (number(step.quantile(p), 2)) };
        Row::new(vec![
            html! { (step.name) },
            html! { (step.rule) },
            html! { (figure::weight(step.sum())) },
            at(0.0),
            at(0.25),
            at(0.5),
            at(0.75),
            at(1.0),
            html! { (number(step.effective(), 1)) },
            html! { (signed(step.loss() * 100.0, 1)) },
        ])
    };
    let Some(last) = results.weighting.last() else { return html! {} };
    html! {
        h3 { "Weights" }
        p { "The weights make variances " (number(last.loss() * 100.0, 0)) "% larger than equal weights would, for answers that have "
            "nothing to do with the weights: " (count(last.weights.len())) " answers are worth " (number(last.effective(), 0)) "." }
        (charts_at(charts, &ChartPlace::Weights))
        (Table {
            id: "weights",
            caption: html! { "The weights of those who returned, step by step" },
            columns: vec![
                text("Step"),
                text("Rule"),
                figures("Sum"),
                figures("Lowest"),
                figures("First quarter"),
                figures("Median"),
                figures("Third quarter"),
                figures("Highest"),
                figures("Effective size"),
                figures("Loss, %"),
            ],
            rows: results.weighting.iter().map(row).collect(),
            note: html! { p { "Effective size: Kish's, the square of the sum over the sum of squares. Loss: how much it takes from the "
                "precision, n over effective size less 1. Run " (results.run_id) "." } },
            sorts: false,
        }
        .render())
    }
}
