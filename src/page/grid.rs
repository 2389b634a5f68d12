//! Tables that can be read by eye, by ear and on a small screen.

use maud::{Markup, html};

use crate::results::{GroupResult, QuestionResult, Results};

/// A column.
pub(crate) struct Column {
    heading: Markup,
    class: Option<&'static str>,
}

/// A column of words.
pub(crate) fn words(heading: &str) -> Column {
    Column { heading: html! { (heading) }, class: None }
}

/// A column of figures.
pub(crate) fn figures(heading: &str) -> Column {
    Column { heading: html! { (heading) }, class: Some("figure") }
}

/// A column of figures with room behind each for a mark, so that the figures stand in line.
pub(crate) fn flagged(heading: &str) -> Column {
    Column { heading: html! { (heading) }, class: Some("figure flagged") }
}

/// A row; its first cell is its heading.
pub(crate) struct Row {
    cells: Vec<Markup>,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Plain,
    Total,
    Group,
}

impl Row {
    pub(crate) fn new(cells: Vec<Markup>) -> Self {
        Row { cells, kind: Kind::Plain }
    }

    /// A row that sums up those before it.
    pub(crate) fn total(cells: Vec<Markup>) -> Self {
        Row { cells, kind: Kind::Total }
    }

    /// The heading of the rows that follow.
    pub(crate) fn group(words: &str) -> Self {
        Row { cells: vec![html! { (words) }], kind: Kind::Group }
    }
}

/// Everyone, then the groups of each grouping under its heading.
pub(super) fn by_group(
    results: &Results,
    result: &QuestionResult,
    cells: impl Fn(&str, &GroupResult) -> Vec<Markup>,
) -> Vec<Row> {
    let mut rows = vec![Row::total(cells("Everyone", &result.overall))];
    let mut by = "";
    for group in &result.groups {
        if group.by != by {
            by = &group.by;
            rows.push(Row::group(&results.grouping_label(by)));
        }
        rows.push(Row::new(cells(&group.group, group)));
    }
    rows
}

/// A table with its caption, in a frame that scrolls by itself when the screen is narrow.
pub(crate) struct Table<'a> {
    /// Unique on the page.
    pub(crate) id: &'a str,
    pub(crate) caption: Markup,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// What to know about the figures, below the table.
    pub(crate) note: Markup,
    /// Whether readers may sort it; not where the order of the rows means something.
    pub(crate) sorts: bool,
}

impl Table<'_> {
    pub(crate) fn render(self) -> Markup {
        let caption_id = format!("{}-caption", self.id);
        let width = self.columns.len();
        let classes: Vec<Option<&str>> = self.columns.iter().map(|column| column.class).collect();
        let mut bodies: Vec<Vec<Row>> = vec![Vec::new()];
        for row in self.rows {
            if row.kind == Kind::Group && bodies.last().is_some_and(|body| !body.is_empty()) {
                bodies.push(Vec::new());
            }
            if let Some(body) = bodies.last_mut() {
                body.push(row);
            }
        }
        html! {
            div.table {
                div.scroll role="group" tabindex="0" aria-labelledby=(caption_id) {
                    table.dense[width > 8].denser[width > 10] id=(self.id) data-sorts[self.sorts] {
                        caption { span id=(caption_id) { (self.caption) } }
                        thead {
                            tr {
                                @for column in &self.columns {
                                    th scope="col" class=[column.class] { (column.heading) }
                                }
                            }
                        }
                        @for body in &bodies {
                            tbody { @for row in body { (tr(row, width, &classes)) } }
                        }
                    }
                }
                div.note { (self.note) }
            }
        }
    }
}

fn tr(row: &Row, width: usize, classes: &[Option<&str>]) -> Markup {
    if row.kind == Kind::Group {
        return html! { tr.group { @for cell in &row.cells { th colspan=(width) scope="rowgroup" { (cell) } } } };
    }
    html! {
        tr class=[(row.kind == Kind::Total).then_some("total")] {
            @for (i, cell) in row.cells.iter().enumerate() {
                @if i == 0 {
                    th scope="row" { (cell) }
                } @else {
                    td class=[classes.get(i).copied().flatten()] { (cell) }
                }
            }
        }
    }
}
