//! Change over time, and differences between groups and questions.

use maud::{Markup, html};

use super::charts_at;
use super::grid::{Column, Row, Table, figures, words as text};
use super::words::{self, confidential};
use crate::chart::change::change_told;
use crate::chart::figure::{self, UNAVAILABLE, count, counted, difference, in_units, p_value, percent};
use crate::chart::trend::{signal, signal_words};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::{Adjust, Contrast, Family, Verdict, in_words};
use crate::instrument::HighIs;
use crate::results::{Funnel, Results, Trend, Waves};

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
                @if !results.detectable.is_empty() { (super::precision::detectable(results)) }
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
                        changed(contrast),
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

fn changed(contrast: &Contrast) -> Markup {
    let verdict = contrast.verdict;
    html! { span.verdict { span.mark aria-hidden="true" { (verdict.mark()) } " " (change_told(verdict, contrast.high_is)) } }
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
                abbr.mark title={ (contrast.verdict.told(contrast.high_is)) } { (contrast.verdict.mark()) }
            }
        }
    };
    let note = html! { p {
        "▲ higher, ▼ lower than " (family.against) " by more than chance explains; ● no real difference; ? too few to say. "
        (worse_when_high(results, &questions))
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

/// Which of some questions are better the lower they are.
fn worse_when_high(results: &Results, questions: &[&str]) -> String {
    let is_bad = |id: &&&str| results.instrument.question(id).is_some_and(|question| question.high_is == HighIs::Bad);
    let names: Vec<String> = questions.iter().filter(is_bad).map(|id| results.label(id)).collect();
    if names.is_empty() { String::new() } else { format!("Lower is better: {}. ", names.join("; ")) }
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
                    words::verdict(contrast.verdict, contrast.high_is),
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
        "Test: " (in_words(std::iter::once(family.method.as_str()))) "; "
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
            html! { (percent(funnel.baseline)) br; span.of { (funnel.baseline_label) } },
            html! { (names(2, true)) },
            html! { (names(2, false)) },
        ])
    };
    let mut bases: Vec<&str> = results.funnels.iter().map(|funnel| funnel.bases.as_str()).collect();
    bases.sort_unstable();
    bases.dedup();
    html! {
        h3 { "Many groups within the limits of chance" }
        p { "A funnel stands with each question. These groups lie beyond the 99.8% limits: one in 500 would by chance alone." }
        (Table {
            id: "funnels",
            caption: html! { "Beyond the 99.8% limits" },
            columns: vec![text("Question"), text("Grouping"), figures("Limits lie around"), text("Above"), text("Below")],
            rows: results.funnels.iter().map(row).collect(),
            note: html! { p { "Limits: " (results.funnels[0].limits.name()) ", with " (bases.join("; or ")) ". Run " (results.run_id) "." } },
            sorts: false,
        }
        .render())
    }
}

fn limits(contrast: &Contrast) -> String {
    let end = |value| difference(contrast.statistic, value);
    format!("{} to {}", end(contrast.test.ci_low), end(contrast.test.ci_high))
}

pub(super) fn linked(results: &Results, question: &str) -> Markup {
    html! { a href={ "#question-" (question) } { (results.label(question)) } }
}
