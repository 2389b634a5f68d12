//! The pages of an improvement plan: the plan by theme with its progress, and what people said and what was done.

use maud::{Markup, html};

use super::charts_at;
use super::grid::{Row as Line, Table, words};
use super::shell::Shell;
use crate::chart::figure::{count, counted, number, percent};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::in_words;
use crate::plan::judged::{Figure, TargetRow};
use crate::plan::progress::Grade;
use crate::plan::report::{Report, Row, Said, Theme};
use crate::plan::target::Verdict;
use crate::plan::when::long;

/// The plan: what stands out, the actions by theme, progress, targets, and what has changed; with its charts where they
/// belong.
pub fn render(report: &Report, charts: &[Chart]) -> String {
    let sections = html! {
        (summary(report, charts))
        (contents(report))
        (actions(report, charts))
        (progress(report))
        (targets(report, charts))
        (changes(report))
        (grades())
    };
    page(report, &report.title, "Improvement plan and progress", &sections)
}

/// What people said and what was done about it, in words for the public: no roles, no grades.
pub fn you_said(report: &Report) -> String {
    let sections = html! {
        section id="summary" aria-labelledby="summary-heading" tabindex="-1" {
            h2 id="summary-heading" { "What people told us, and what we have done about it" }
            @if report.said.is_empty() { p.none { "Nothing has been put into words yet." } }
            @for said in &report.said { (one_said(said)) }
            p.note { "Percentages come from surveys of a sample of people. The figure for everyone may differ by as much as the margin given." }
        }
    };
    page(report, "You said, we did", &report.title, &sections)
}

fn page(report: &Report, title: &str, edition: &str, sections: &Markup) -> String {
    let shell = Shell {
        title,
        organisation: &report.organisation,
        edition: format!("{edition}, as at {}", long(report.as_at)),
        imprint: Vec::new(),
        notice: report.notice.as_deref(),
        skip: ("summary", "Skip to the summary"),
        class: (report.title != title).then_some("public"),
        sheet: PLAN,
        version: &report.version,
        foot: format!(
            "{}. {}, as at {}. Made with quorate {}.",
            report.title,
            report.organisation,
            long(report.as_at),
            report.version
        ),
    };
    shell.around(sections)
}

/// What this page has that the report of a study has not.
const PLAN: &str = "\
.grade{display:inline-block;min-width:1.6em;padding:.05em .35em;border:2px solid currentColor;border-radius:.2rem;font-weight:700;text-align:center;line-height:1.3;margin-right:.35rem}\
.late{font-weight:700;border-left:.35rem solid var(--warn);padding-left:.5rem;display:block}\
.plain{display:block}\
.lines{white-space:pre-line}\
.tiles div{flex-basis:max(8rem,30%)}\
.plan table{table-layout:fixed;min-width:54rem}.plan td,.plan th{overflow-wrap:break-word}.plan tbody th{min-width:0}\
.wide-2 thead th:nth-child(1),.wide-2 thead th:nth-child(3){width:15%}.wide-2 thead th:nth-child(2){width:22%}.wide-2 thead th:nth-child(4){width:14%}.wide-2 thead th:nth-child(5){width:12%}\
.wide-4 thead th:nth-child(1){width:17%}.wide-4 thead th:nth-child(2),.wide-4 thead th:nth-child(6){width:12%}.wide-4 thead th:nth-child(4){width:20%}\
.public main{display:block;max-width:56rem}\
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 2rem}\
.said{border-top:1px solid var(--rule);padding:1.5rem 0 .5rem}\
.said h3{margin:0 0 .2rem;font-size:1.05rem;color:var(--ink-quiet)}.said .quote{font-size:1.25rem;line-height:1.45;max-width:44rem}\
.said .did{border-left:.4rem solid var(--accent);padding-left:1rem}\
@media print{@page{size:A4 landscape;margin:12mm}.chart{max-width:180mm}.chart svg{max-height:128mm}.contents{display:none}.plan table{min-width:0}.said{break-inside:avoid}}\
@media (max-width:52rem){.plan table{min-width:46rem}}";

fn contents(report: &Report) -> Markup {
    html! {
        nav.contents aria-labelledby="contents-heading" {
            h2 id="contents-heading" { "Contents" }
            ol {
                li { a href="#summary" { "What stands out" } }
                li { a href="#plan" { "Action plan" }
                    @if report.themes.iter().any(|theme| !theme.title.is_empty()) {
                        ol { @for (place, theme) in report.themes.iter().enumerate() {
                            li { a href={ "#theme-" (place) } { (heading(theme)) } }
                        } }
                    }
                }
                li { a href="#progress" { "Progress report" } }
                @if !report.targets.is_empty() { li { a href="#targets" { "Targets" } } }
                @if report.since.is_some() { li { a href="#changes" { "What has changed" } } }
                li { a href="#grades" { "The grades" } }
            }
        }
    }
}

fn heading(theme: &Theme) -> &str {
    if theme.title.is_empty() { "Actions" } else { &theme.title }
}

fn summary(report: &Report, charts: &[Chart]) -> Markup {
    let counts = &report.counts;
    let late: Vec<&Row> = report.rows().filter(|row| row.late).collect();
    let ungraded: Vec<&Row> = report.rows().filter(|row| row.ungraded).collect();
    html! {
        section id="summary" aria-labelledby="summary-heading" tabindex="-1" {
            h2 id="summary-heading" { "What stands out" }
            p.lead {
                (counted(counts.actions, "action", "actions")) ", " (counts.complete) " complete. "
                (counted(counts.late, "is overdue", "are overdue")) " on " (long(report.as_at)) ", and "
                (counted(counts.ungraded, "has no grade", "have no grade")) "."
                @if !report.targets.is_empty() {
                    " " (met(counts.targets))
                }
            }
            dl.tiles {
                @for (grade, n) in Grade::ALL.into_iter().zip(counts.grades) {
                    div { dt { "Grade " (grade.letter()) ": " (grade.in_brief()) } dd { (n) span.of { "of " (counts.actions) } } }
                }
                div { dt { "Without a grade" } dd { (counts.ungraded) span.of { "of " (counts.actions) } } }
                div { dt { "Overdue" } dd { (counts.late) span.of { "of " (counts.actions) } } }
            }
            (charts_at(charts, &ChartPlace::Progress))
            div.standing {
                (list("Overdue", &late))
                (list("Without a grade", &ungraded))
            }
        }
    }
}

/// How many targets are met and not met, in a sentence.
fn met([met, not, open]: [usize; 3]) -> String {
    let are = |n: usize| match n {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        n => format!("{n} are"),
    };
    if met + not == 0 {
        let which = if open == 1 {
            "the target on a question is".to_owned()
        } else {
            format!("the {open} targets on questions are")
        };
        return format!("Whether {which} met cannot be said yet.");
    }
    let rest = match open {
        0 => String::new(),
        1 => "; for 1 it cannot be said yet".to_owned(),
        n => format!("; for {n} it cannot be said yet"),
    };
    let of = counted(met + not + open, "target", "targets");
    format!("Of {of} on questions, {} met and {} not{rest}.", are(met), are(not))
}

/// Longer lists are in the progress report, where each of them is marked.
const SHOWN: usize = 12;

fn list(heading: &str, rows: &[&Row]) -> Markup {
    html! {
        div {
            h3 { (heading) }
            @if rows.is_empty() { p.none { "None." } } @else {
                ul.findings {
                    @for row in rows.iter().take(SHOWN) {
                        li { a href={ "#" (row.id) } { (row.id) } " " (first_line(&row.action))
                            span.detail { (row.standing) ". " (owner(row)) } }
                    }
                }
                @if rows.len() > SHOWN {
                    p.none { "And " (rows.len() - SHOWN) " more, marked in the " a href="#progress" { "progress report" } "." }
                }
            }
        }
    }
}

fn owner(row: &Row) -> String {
    if row.responsible.is_empty() { "No owner".to_owned() } else { row.responsible.clone() }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

fn lines(text: &str) -> Markup {
    html! { span.lines { (text) } }
}

/// The action plan in the columns of the joint review's plan, a table for each theme.
fn actions(report: &Report, charts: &[Chart]) -> Markup {
    html! {
        section id="plan" aria-labelledby="plan-heading" tabindex="-1" {
            h2 id="plan-heading" { "Action plan" }
            (charts_at(charts, &ChartPlace::Timeline))
            @for (place, theme) in report.themes.iter().enumerate() {
                h3.part id={ "theme-" (place) } { (heading(theme)) }
                (charts_at(charts, &ChartPlace::Theme(place)))
                div.plan.wide-2 {
                    (Table {
                        id: &format!("plan-{place}"),
                        caption: html! { (heading(theme)) ": " (counted(theme.actions.len(), "action", "actions")) },
                        columns: ["Area for improvement", "Action", "Lead officer", "Timescale", "Resources", "Outcomes and performance measures"]
                            .map(words).into(),
                        rows: theme.actions.iter().map(planned).collect(),
                        note: html! {},
                        sorts: false,
                    }.render())
                }
            }
        }
    }
}

fn planned(row: &Row) -> Line {
    Line::new(vec![
        html! { (lines(&row.area)) @if !row.from.is_empty() { span.of.block { (row.from) } } },
        html! { strong { (row.id) } " " (lines(&row.action)) },
        html! { @if row.responsible.is_empty() { strong { "No owner" } } @else { (row.responsible) }
        @for other in &row.with { span.of.block { "with " (other) } } },
        html! { @if row.timescale.is_empty() { strong { "No date" } } @else { (lines(&row.timescale)) }
        @if row.late { span.late { (row.standing) } } },
        html! { @if row.resources.is_empty() { "Not said" } @else { (lines(&row.resources)) } },
        html! {
            (lines(&row.outcome))
            @for measure in &row.measures { span.plain { "– " (lines(measure)) } }
            @if !row.indicators.is_empty() { span.of.block { "Indicators: " (row.indicators.join(", ")) } }
            (references(row, false))
        },
    ])
}

/// What was looked up: in fields of the report of progress, or in those of the plan.
fn references(row: &Row, reported: bool) -> Markup {
    html! { @for reference in row.references.iter().filter(|r| r.reported == reported) { span.of.block { (reference.words) } } }
}

/// The improvement action progress report, in its columns.
fn progress(report: &Report) -> Markup {
    let columns = [
        "Agreed improvement action",
        "Key milestone dates",
        "What it was intended to achieve",
        "To what extent it has been implemented",
        "Evidence",
        "Dates for follow-up",
    ];
    let mut columns: Vec<_> = columns.map(words).into();
    columns.push(words(&format!("Progress as at {}", long(report.as_at))));
    html! {
        section id="progress" aria-labelledby="progress-heading" tabindex="-1" {
            h2 id="progress-heading" { "Improvement action progress report" }
            div.plan.wide-4 {
                (Table {
                    id: "progress-table",
                    caption: html! { "Progress of " (counted(report.counts.actions, "action", "actions")) ", graded A to D" },
                    columns,
                    rows: report.rows().map(|row| reported(row, report)).collect(),
                    note: html! { p { "A grade is what the owner reported; what the grades mean stands "
                        a href="#grades" { "below" } ". Overdue: the last due date has passed, and no report of that day or later has grade A or D; or an earlier milestone has passed, and no report of that day or later has a grade." } },
                    sorts: false,
                }.render())
            }
        }
    }
}

fn reported(row: &Row, report: &Report) -> Line {
    Line::new(vec![
        html! { strong id=(row.id) { (row.id) } " " (lines(&row.action)) },
        html! { @if row.timescale.is_empty() { "No date" } @else { (lines(&row.timescale)) } },
        html! { (lines(&row.outcome)) },
        html! { (grade(row)) (lines(&row.extent)) },
        html! { (lines(&row.evidence)) },
        html! { (lines(&row.follow_up)) (references(row, true)) },
        html! {
            @if row.late || row.ungraded { span.late { (row.standing) } } @else { span.of.block { (row.standing) } }
            (lines(&row.progress))
            @if let Some(day) = row.reported.filter(|day| *day != report.as_at) { span.of.block { "Reported as at " (long(day)) } }
        },
    ])
}

fn grade(row: &Row) -> Markup {
    html! {
        @match row.grade {
            Some(grade) => span.grade { (grade.letter()) },
            None if !row.grade_written.is_empty() => span.grade title="not one grade of A to D" { "? " (row.grade_written) },
            None if row.complete => {},
            None => span.grade title="no grade" { "–" },
        }
    }
}

fn targets(report: &Report, charts: &[Chart]) -> Markup {
    if report.targets.is_empty() {
        return html! {};
    }
    let rows = report.targets.iter().map(target).collect();
    html! {
        section id="targets" aria-labelledby="targets-heading" tabindex="-1" {
            h2 id="targets-heading" { "Targets on survey and audit questions" }
            @if let Some((_, meaning)) = &report.rule {
                div.statement { p { (meaning) " A figure of a sample is known within its margin only." } }
            }
            (charts_at(charts, &ChartPlace::Targets))
            div.plan {
                (Table {
                    id: "targets-table",
                    caption: html! { "Whether targets were met by " (long(report.as_at)) },
                    columns: ["Action", "Question", "Target", "At the start", "Latest", "Verdict"].map(words).into(),
                    rows,
                    note: html! {
                        @if let Some((method, _)) = &report.rule { p { "Method: " (in_words(std::iter::once(method.as_str()))) ". Studies: " (report.studies.join("; ")) "." } }
                    },
                    sorts: false,
                }.render())
            }
        }
    }
}

fn target(row: &TargetRow) -> Line {
    Line::new(vec![
        html! { a href={ "#" (row.action) } { (row.action) } span.of.block { (row.responsible) } },
        html! { (row.question.1) span.of.block { (row.question.0) ", " (row.measure) } },
        html! { (row.goal) },
        figure(row.start.as_ref(), row.share),
        figure(row.latest.as_ref(), row.share),
        html! { span.verdict { span.mark aria-hidden="true" { (row.verdict.mark()) } " " (verdict(row.verdict)) } span.block { (row.words) } },
    ])
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "Met",
        Verdict::NotMet => "Not met",
        Verdict::CannotBeSaid => "Cannot be said",
    }
}

fn figure(figure: Option<&Figure>, share: bool) -> Markup {
    html! {
        @match figure {
            None => "–",
            Some(figure) => {
                strong { (in_units(figure.value, share)) } " (" (in_units(figure.low, share)) " to " (in_units(figure.high, share)) ")"
                span.of.block { "±" (margin(figure, share)) ", base " (count(figure.n)) ", " (figure.when) }
            }
        }
    }
}

fn in_units(value: f64, share: bool) -> String {
    if share { percent_1(value) } else { number(value, 2) }
}

fn percent_1(value: f64) -> String {
    format!("{}%", number(value * 100.0, 1))
}

fn margin(figure: &Figure, share: bool) -> String {
    if share { format!("{} points", number(figure.margin * 100.0, 1)) } else { number(figure.margin, 2) }
}

fn changes(report: &Report) -> Markup {
    let Some(since) = report.since else { return html! {} };
    html! {
        section id="changes" aria-labelledby="changes-heading" tabindex="-1" {
            h2 id="changes-heading" { "What has changed since " (long(since)) }
            @if report.changes.is_empty() { p.none { "Nothing." } } @else {
                div.plan {
                    (Table {
                        id: "changes-table",
                        caption: html! { (counted(report.changes.len(), "action has", "actions have")) " changed" },
                        columns: ["Action", "What has changed", "Before", "Now", "Lead officer"].map(words).into(),
                        rows: report.changes.iter().map(|change| Line::new(vec![
                            html! { a href={ "#" (change.id) } { (change.id) } " " (first_line(&change.action)) },
                            html! { strong { (change.what) } },
                            html! { (change.before) },
                            html! { (change.after) },
                            html! { (change.responsible) },
                        ])).collect(),
                        note: html! {},
                        sorts: false,
                    }.render())
                }
            }
        }
    }
}

fn grades() -> Markup {
    html! {
        section id="grades" aria-labelledby="grades-heading" tabindex="-1" {
            h2 id="grades-heading" { "The grades" }
            dl.glossary {
                @for grade in Grade::ALL {
                    div { dt { "Grade " (grade.letter()) } dd { (grade.meaning()) } }
                }
            }
        }
    }
}

fn one_said(said: &Said) -> Markup {
    html! {
        article.said {
            h3 { "You said" }
            p.quote { (lines(&said.said)) }
            @for asked in said.questions.iter().filter(|asked| !asked.wording.is_empty()) {
                p.note {
                    "We asked: “" (asked.wording) "”"
                    @if let Some((label, figure)) = &asked.share {
                        " " (percent(figure.value)) " answered “" (label) "” (" (figure.when) ", margin ±" (number(figure.margin * 100.0, 0)) " points, "
                        (counted(figure.n, "answer", "answers")) ")."
                    }
                }
            }
            div.did {
                h3 { "We did" span.tag { (said.state) } }
                @if said.did.is_empty() { p.none { "We are working on this, and will report here." } } @else { p { (lines(&said.did)) } }
            }
        }
    }
}
