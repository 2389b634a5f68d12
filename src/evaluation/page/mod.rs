//! The evaluation report as one self-contained page: the picture of all areas and indicators first, then each area.
//!
//! It asks for nothing from any network and needs no script; what people wrote is escaped.

use maud::{Markup, html};

use super::cycle;
use super::tables::{by_priority, day, in_order, role, stated};
use super::{Evaluation, words};
use crate::chart::{Chart, ChartPlace};
use crate::finding::Severity;
use crate::page::charts_at;
use crate::page::grid::{Row, Table, figures, words as text};
use crate::page::shell::Shell;

mod area;
mod picture;

const SHEET: &str = include_str!("../../../assets/page/evaluation.css");

/// The page, with the evaluation's charts where they belong. The same evaluation gives the same bytes.
pub fn render(evaluation: &Evaluation, charts: &[Chart]) -> String {
    let head = &evaluation.definition.evaluation;
    let version = env!("CARGO_PKG_VERSION");
    let sections = html! {
        (section("glance", "At a glance", &picture::glance(evaluation, charts)))
        (contents(evaluation))
        @if let Some(made) = capacity(evaluation) {
            (section("capacity", "Capacity for improvement", &made))
        }
        (section("areas", "Area by area", &area::all(evaluation, charts)))
        (section("improvements", "What should be better", &improvements(evaluation)))
        (section("evidence", "Evidence", &evidence(evaluation)))
        (section("consultations", "Whom we asked", &consultations(evaluation)))
        (section("checks", "Checks", &checks(evaluation)))
        @if !evaluation.earlier.is_empty() {
            (section("time", "Over time", &over_time(evaluation, charts)))
        }
        (section("way", "How it was done", &way(evaluation)))
        (section("scale", "How to read it", &scale(evaluation)))
    };
    let period = if head.period.is_empty() { String::new() } else { format!(", {}", head.period) };
    let shell = Shell {
        title: &head.title,
        organisation: &head.organisation,
        edition: format!("{}{period}", head.kind.words()),
        imprint: vec![
            ("As at", day(head.date)),
            ("Framework", format!("{}, {}", evaluation.framework.title, evaluation.framework.version)),
            ("Run", evaluation.run_id.clone()),
            ("Program", format!("quorate {version}")),
        ],
        notice: head.notice.as_deref(),
        skip: ("glance", "Skip to the picture"),
        class: None,
        sheet: SHEET,
        version,
        foot: format!("{}. {}. Run {}, made with quorate {version}.", head.title, head.organisation, evaluation.run_id),
    };
    shell.around(&sections)
}

fn section(id: &str, title: &str, inside: &Markup) -> Markup {
    html! {
        section.glance[id == "glance"] id=(id) aria-labelledby={ (id) "-heading" } tabindex="-1" {
            h2 id={ (id) "-heading" } { (title) }
            (inside)
        }
    }
}

fn contents(evaluation: &Evaluation) -> Markup {
    html! {
        nav.contents aria-labelledby="contents-heading" {
            h2 id="contents-heading" { "Contents" }
            ol {
                li { a href="#glance" { "At a glance" } }
                @if capacity(evaluation).is_some() { li { a href="#capacity" { "Capacity for improvement" } } }
                li {
                    a href="#areas" { "Area by area" }
                    ol {
                        @for (subject, _) in in_order(evaluation).into_iter().filter(|(_, is_area)| *is_area) {
                            li { a href={ "#area-" (anchor(subject)) } {
                                (subject) " " (evaluation.framework.title(subject).unwrap_or_default()) } }
                        }
                    }
                }
                li { a href="#improvements" { "What should be better" } }
                li { a href="#evidence" { "Evidence" } }
                li { a href="#consultations" { "Whom we asked" } }
                li { a href="#checks" { "Checks" } }
                @if !evaluation.earlier.is_empty() { li { a href="#time" { "Over time" } } }
                li { a href="#way" { "How it was done" } }
                li { a href="#scale" { "How to read it" } }
            }
        }
    }
}

/// A number as part of an address on the page.
fn anchor(subject: &str) -> String {
    subject.replace('.', "-")
}

/// The statement of confidence, if the framework asks for one and there is one that stands.
fn capacity(evaluation: &Evaluation) -> Option<Markup> {
    let asked = evaluation.framework.confidence.as_ref()?;
    if evaluation.judgements.confidence.is_empty() {
        return None;
    }
    let made = stated(evaluation);
    Some(html! {
        @if let Some(made) = made {
            p.lead { "What " (evaluation.definition.evaluation.organisation) " states, " @if made.evaluator == super::definition::AGREED { "as agreed" } @else { "by " (role(evaluation, &made.evaluator)) } ":" }
            dl.judged {
                @for (number, text) in (1..).zip(&asked.components) {
                    @let component = made.components.iter().find(|component| component.number == number);
                    @let statement = component.map_or("", |component| component.statement.as_str());
                    dt { @if statement.is_empty() { "Nothing is stated yet about: " (text) } @else { (statement) " " (text) "." } }
                    @if let Some(component) = component.filter(|component| !component.caveats.is_empty()) {
                        dd { "With this reservation: " (component.caveats) }
                    }
                    @if let Some(component) = component.filter(|component| !component.evidence.is_empty()) {
                        dd.of { "Evidence: " (evaluation.evidence_in_words(&component.evidence)) }
                    }
                }
            }
        } @else {
            p { "Evaluators have made separate statements and not yet agreed on one; the workbook lists them." }
        }
    })
}

fn improvements(evaluation: &Evaluation) -> Markup {
    let list = by_priority(evaluation);
    if list.is_empty() {
        return html! { p { "No area for improvement is recorded in the judgements that stand." } };
    }
    let rows = list.iter().map(|improvement| {
        Row::new(vec![
            html! { (improvement.id) },
            html! { (improvement.priority.map_or("not said", |priority| priority.word())) },
            html! { a href={ "#" (area::target(evaluation, &improvement.subject)) } { (improvement.subject) " " (improvement.title) } },
            html! { (improvement.text) },
        ])
    });
    Table {
        id: "improvements-table",
        caption: html! { "Areas for improvement, the most pressing first" },
        columns: vec![text("Id"), text("Priority"), text("Found in"), text("What should be better")],
        rows: rows.collect(),
        note: html! { p { "Actions refer to an area for improvement by its id." } },
        sorts: true,
    }
    .render()
}

/// The mark of stale evidence.
fn stale(evaluation: &Evaluation, item: &super::evidence::Item) -> Markup {
    html! { @if evaluation.is_stale(item) { " " span.stale { "stale" } } }
}

fn evidence(evaluation: &Evaluation) -> Markup {
    let rows = evaluation.items.iter().map(|item| {
        Row::new(vec![
            html! { (item.title) br; span.of { (item.kind.name()) " · " (item.id) } },
            html! { (item.indicators.join(", ")) },
            html! { (lines(&words::says(item))) },
            html! { span.strength { (item.weight()) } },
            html! { (item.date.map_or_else(|| "no date".to_owned(), day)) (stale(evaluation, item)) },
            html! { (item.source) @if !item.owner.is_empty() { br; span.of { (item.owner) } } },
        ])
    });
    let months = evaluation.definition.evidence.stale_after_months;
    let on = day(evaluation.definition.evaluation.date);
    Table {
        id: "evidence-table",
        caption: html! { "Register of evidence" },
        columns: vec![
            text("Evidence"),
            text("Bears on"),
            text("What it says"),
            text("Weight"),
            text("From"),
            text("Source and owner"),
        ],
        rows: rows.collect(),
        note: html! { p { "A figure is firm if its margin is within ±" (evaluation.definition.evidence.rule)
            " points, and indicative if it is known less well. The check for contradictions takes a share to point at a strength if its whole interval lies above "
            (evaluation.definition.evidence.strength_above) "% or it is higher than a published figure, and at a weakness if it lies below "
            (evaluation.definition.evidence.weakness_below) "% or it is lower. Evidence older than " (months) " months on " (on)
            " is stale. A trend is called risen or fallen if chance does not explain it at the 95% level (t test of two runs drawn apart)." } },
        sorts: true,
    }
    .render()
}

/// A text of several lines.
fn lines(of: &str) -> Markup {
    html! { @for (place, line) in of.lines().enumerate() { @if place > 0 { br; } (line) } }
}

fn consultations(evaluation: &Evaluation) -> Markup {
    if evaluation.consultations.is_empty() {
        return html! { p { "No consultation is registered." } };
    }
    let or = |words: &str, otherwise: &str| if words.is_empty() { otherwise.to_owned() } else { words.to_owned() };
    let rows = evaluation.consultations.iter().map(|consultation| {
        Row::new(vec![
            html! { (consultation.title) br; span.of { (consultation.method) } },
            html! { (or(&consultation.audience, "not said")) },
            html! { (consultation.people.map_or_else(|| "not said".to_owned(), crate::chart::figure::count)) },
            html! { (consultation.date.map_or_else(|| "not said".to_owned(), day)) },
            html! { (or(&consultation.quality, "not said")) },
            html! { (or(&consultation.changed, "not yet said")) },
        ])
    });
    Table {
        id: "consultations-table",
        caption: html! { "Register of consultation activities" },
        columns: vec![
            text("What"),
            text("Who was asked"),
            figures("People"),
            text("Ended"),
            text("How its quality was assured"),
            text("What changed, and how people were told"),
        ],
        rows: rows.collect(),
        note: html! {},
        sorts: true,
    }
    .render()
}

fn checks(evaluation: &Evaluation) -> Markup {
    let overridden: Vec<_> = evaluation.findings.iter().filter(|finding| finding.code == "E010").collect();
    let open: Vec<_> = evaluation.findings.iter().filter(|finding| finding.severity > Severity::Note).collect();
    html! {
        p { "Checks ask for a second look; none of them changes a level." }
        @if !overridden.is_empty() {
            h3 { "Overridden, with the reason" }
            @for finding in &overridden {
                div.reason {
                    p { strong { (finding.place.unit) } ": " (finding.found) br; (finding.expected) "." }
                }
            }
        }
        @if open.is_empty() {
            p { "Nothing else asks for a second look." }
        } @else {
            (Table {
                id: "checks-table",
                caption: html! { "What asks for a second look" },
                columns: vec![text("Code"), text("About"), text("What"), text("Found"), text("What to do")],
                rows: open.iter().map(|finding| Row::new(vec![
                    html! { (finding.code) br; span.of { (finding.severity) } },
                    html! { (finding.place.unit) br; span.of { (finding.place.file) } },
                    html! { (finding.problem) },
                    html! { (finding.found) },
                    html! { (finding.hint) },
                ])).collect(),
                note: html! { p { "quorate explain CODE says what a check means." } },
                sorts: true,
            }.render())
        }
    }
}

fn over_time(evaluation: &Evaluation, charts: &[Chart]) -> Markup {
    let head = &evaluation.definition.evaluation;
    let mut columns = vec![text("Area or indicator")];
    columns
        .extend(evaluation.earlier.iter().map(|past| figures(&format!("{} ({})", past.title, past.date.format("%Y")))));
    columns.push(figures(&format!("{} ({})", head.title, head.date.format("%Y"))));
    columns.push(text("Direction"));
    let shown = |level: Option<u8>| level.map_or_else(|| "–".to_owned(), |level| level.to_string());
    let rows = in_order(evaluation).into_iter().map(|(subject, is_area)| {
        let mut cells = vec![html! { (subject) " " (evaluation.framework.title(subject).unwrap_or_default()) }];
        cells.extend(evaluation.earlier.iter().map(|past| html! { (shown(past.level(subject))) }));
        cells.push(html! { (shown(evaluation.standing(subject).level())) });
        cells.push(html! { (picture::way(evaluation.direction(subject))) });
        if is_area { Row::total(cells) } else { Row::new(cells) }
    });
    let table = Table {
        id: "time-table",
        caption: html! { "Levels of each evaluation" },
        columns,
        rows: rows.collect(),
        note: html! { p { "A dash: no level was awarded." } },
        sorts: false,
    }
    .render();
    html! { (charts_at(charts, &ChartPlace::Time)) (table) }
}

fn way(evaluation: &Evaluation) -> Markup {
    let (stages, lacks) = cycle::stages(&evaluation.definition);
    let list = |lines: Vec<cycle::Line>| {
        html! {
            ol.ticks {
                @for line in lines {
                    li.done[line.done.is_some()] {
                        strong { (line.number) ". " (line.text) } @if !line.about.is_empty() { " – " (line.about) }
                        span.detail.of {
                            @match line.done { Some(date) => { "Done on " (day(date)) "." } None => { "Open." } }
                            @if !line.note.is_empty() { " " (line.note) }
                        }
                    }
                }
            }
        }
    };
    html! {
        h3 { "The team" }
        ul { @for evaluator in &evaluation.definition.evaluators {
            li { (evaluator.role) ", " (evaluator.part.words()) " (" (evaluator.code) ")" }
        } }
        @if !stages.is_empty() {
            (Table {
                id: "cycle-table",
                caption: html! { "The cycle" },
                columns: vec![text("Stage"), text("What it looks at"), text("Due"), text("State")],
                rows: stages.iter().map(|stage| Row::new(vec![
                    html! { (stage.kind.words()) },
                    html! { (stage.about) },
                    html! { (day(stage.due)) },
                    html! { (stage.state) },
                ])).collect(),
                note: html! { @if !lacks.is_empty() { p { "A full cycle also has: " (lacks.join("; ")) "." } } },
                sorts: false,
            }.render())
        }
        h3 { "The ten steps" }
        (list(cycle::steps(&evaluation.definition)))
        h3 { "The lead evaluator's checklist" }
        (list(cycle::checklist(&evaluation.definition)))
    }
}

fn scale(evaluation: &Evaluation) -> Markup {
    let framework = &evaluation.framework;
    html! {
        div.statement { p { strong { "Judgement, not scoring." } " A level is awarded by people who weigh all the evidence, and recorded with their reasons. Nothing here computes a level, and no average of levels or of figures is one." } }
        (Table {
            id: "scale-table",
            caption: html! { "The scale" },
            columns: vec![text("Level"), text("What it stands for")],
            rows: framework.levels.iter().map(|level| Row::new(vec![
                html! { (picture::steps(evaluation, &[level.number], true)) " " (level.number) " " (level.name) },
                html! { (level.meaning) },
            ])).collect(),
            note: html! { p { (framework.title) ", " (framework.version) ". " (framework.source) "." } },
            sorts: false,
        }.render())
        @if let Some(mapping) = &evaluation.mapping {
            @let models = mapping.models.iter().map(|model| text(&model.title));
            @let columns = std::iter::once(text("Area")).chain(models).collect();
            (Table {
                id: "mapping-table",
                caption: html! { (mapping.title) },
                columns,
                rows: mapping.rows.iter().map(|row| {
                    let title = framework.title(&row.area).unwrap_or_default();
                    let mut cells = vec![html! { (row.area) " " (title) @if !row.note.is_empty() { br; span.of { (row.note) } } }];
                    cells.extend(row.parts.iter().map(|parts| if parts.is_empty() { html! { "none" } } else { html! { (parts.join("; ")) } }));
                    Row::new(cells)
                }).collect(),
                note: html! { p { (mapping.source) "." } },
                sorts: false,
            }.render())
        }
    }
}
